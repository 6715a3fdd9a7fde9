//! [`verify`]: whether a received request is signed as AWS assertions.
//!
//! Knows no answers: which status and which error a [`Verified`] means is for whoever serves requests.

use std::time::{Duration, SystemTime};

use aws_sigv4::http_request::{PayloadChecksumKind, SigningSettings};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, header};
use time::{PrimitiveDateTime, macros::format_description};

use super::{SERVICE, X_AMZ_DATE, X_AMZ_SECURITY_TOKEN, signature};
use crate::target::Credentials;

/// How far the date of a request may be from the clock: 5 minutes (X-AUTH-SKEW).
const TOLERANCE: Duration = Duration::from_secs(5 * 60);

/// What a received request's signature is worth.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verified {
    /// It is what the owner of the key would have computed.
    Good {
        /// Whose key it is.
        access_key_id: String,
        /// The region that the request was signed for.
        region: String,
    },
    /// There is no `Authorization` header.
    Missing,
    /// The `Authorization` header or what belongs to it lacks a part.
    Malformed {
        /// Which part.
        reason: String,
    },
    /// Nobody has this key id.
    UnknownKey {
        /// The key id.
        access_key_id: String,
    },
    /// The session token is not the one of this key.
    BadToken,
    /// The date is too far from the clock.
    Skewed {
        /// The date of the request.
        signed: SystemTime,
        /// The clock.
        now: SystemTime,
    },
    /// The signature is not what the owner of the key would have computed.
    WrongSignature,
}

/// The parts of an `Authorization` header.
struct Claim<'a> {
    access_key_id: &'a str,
    date: &'a str,
    region: &'a str,
    service: &'a str,
    signed_headers: Vec<&'a str>,
    signature: &'a str,
}

/// Recomputes the signature of a received request over the headers that it says are signed.
///
/// `authority` stands in for a `Host` header that is not there. `lookup` gives the credentials of a key id. Which headers
/// beside `host` and `x-amz-date` are signed is the sender's choice: botocore and the Rust SDK choose differently.
pub fn verify(
    request: &http::Request<Bytes>,
    authority: &str,
    lookup: impl Fn(&str) -> Option<Credentials>,
    now: SystemTime,
) -> Verified {
    let headers = request.headers();
    let Some(written) = headers.get(header::AUTHORIZATION) else {
        return Verified::Missing;
    };
    let (claim, signed) = match written
        .to_str()
        .map_err(|_| "it is not ASCII")
        .and_then(claim)
        .and_then(|claim| {
            let signed = date(headers)?;
            Ok((claim, signed))
        }) {
        Ok(parts) => parts,
        Err(reason) => {
            return Verified::Malformed {
                reason: reason.to_owned(),
            };
        }
    };
    let Some(credentials) = lookup(claim.access_key_id) else {
        return Verified::UnknownKey {
            access_key_id: claim.access_key_id.to_owned(),
        };
    };
    let token = headers
        .get(X_AMZ_SECURITY_TOKEN)
        .map(|value| value.as_bytes());
    if token != credentials.session_token.as_deref().map(str::as_bytes) {
        return Verified::BadToken;
    }
    let apart = now
        .duration_since(signed)
        .unwrap_or_else(|later| later.duration());
    if apart > TOLERANCE {
        return Verified::Skewed { signed, now };
    }
    if is_right(request, authority, &claim, &credentials, signed) {
        Verified::Good {
            access_key_id: claim.access_key_id.to_owned(),
            region: claim.region.to_owned(),
        }
    } else {
        Verified::WrongSignature
    }
}

/// Whether scope and signature are right for these credentials.
fn is_right(
    request: &http::Request<Bytes>,
    authority: &str,
    claim: &Claim<'_>,
    credentials: &Credentials,
    signed: SystemTime,
) -> bool {
    let headers = request.headers();
    let authority = match headers.get(header::HOST).map(|host| host.to_str()) {
        None => authority,
        Some(Ok(host)) => host,
        Some(Err(_)) => return false,
    };
    // The signer adds these two by itself, so a claim without them can never be met.
    if !claim.signed_headers.contains(&"host")
        || !claim.signed_headers.contains(&X_AMZ_DATE.as_str())
    {
        return false;
    }
    let mut names = Vec::new();
    for name in &claim.signed_headers {
        match name.parse::<HeaderName>() {
            Ok(name) if name == header::HOST || name == X_AMZ_DATE => {}
            Ok(name) if headers.contains_key(&name) => names.push(name),
            _ => return false,
        }
    }
    let mut settings = SigningSettings::default();
    // What the sender signed counts, even a header that the signer would rather leave out.
    settings.excluded_headers = None;
    settings.payload_checksum_kind = PayloadChecksumKind::NoHeader;
    // The token is signed if the sender says so, as any header is; the signer must not add it.
    let key = Credentials::new(claim.access_key_id, credentials.secret_access_key.as_str());
    let date_in_header = headers.get(X_AMZ_DATE).map(|date| date.as_bytes());
    claim.service == SERVICE
        && date_in_header.is_some_and(|date| date.starts_with(claim.date.as_bytes()))
        && signature(
            SERVICE,
            request,
            authority,
            &names,
            &key,
            claim.region,
            signed,
            settings,
        )
        .is_ok_and(|expected| same(expected.text.as_bytes(), claim.signature.as_bytes()))
}

/// Reads `AWS4-HMAC-SHA256 Credential=…, SignedHeaders=…, Signature=…`.
fn claim(written: &str) -> Result<Claim<'_>, &'static str> {
    let parts = written
        .strip_prefix("AWS4-HMAC-SHA256 ")
        .ok_or("it does not begin with `AWS4-HMAC-SHA256`")?;
    let (mut credential, mut signed_headers, mut signature) = (None, None, None);
    for part in parts.split(',') {
        match part.trim().split_once('=') {
            Some(("Credential", value)) => credential = Some(value),
            Some(("SignedHeaders", value)) => signed_headers = Some(value),
            Some(("Signature", value)) => signature = Some(value),
            _ => {
                return Err(
                    "it has a part that is none of `Credential`, `SignedHeaders` and `Signature`",
                );
            }
        }
    }
    let credential = credential.ok_or("`Credential` is missing")?;
    let signed_headers = signed_headers.ok_or("`SignedHeaders` is missing")?;
    let signature = signature.ok_or("`Signature` is missing")?;
    // From the right: a key id may hold a slash, the scope may not.
    let mut scope = credential.rsplitn(5, '/');
    let (Some("aws4_request"), Some(service), Some(region), Some(date), Some(access_key_id)) = (
        scope.next(),
        scope.next(),
        scope.next(),
        scope.next(),
        scope.next(),
    ) else {
        return Err("`Credential` is not `key/date/region/service/aws4_request`");
    };
    if date.len() != 8 || access_key_id.is_empty() {
        return Err("`Credential` is not `key/date/region/service/aws4_request`");
    }
    Ok(Claim {
        access_key_id,
        date,
        region,
        service,
        signed_headers: signed_headers.split(';').collect(),
        signature,
    })
}

/// The date in `x-amz-date`.
fn date(headers: &HeaderMap) -> Result<SystemTime, &'static str> {
    let written = headers.get(X_AMZ_DATE).ok_or("`x-amz-date` is missing")?;
    let form = format_description!("[year][month][day]T[hour][minute][second]Z");
    written
        .to_str()
        .ok()
        .and_then(|text| PrimitiveDateTime::parse(text, form).ok())
        .map(|date| date.assume_utc().into())
        .ok_or("`x-amz-date` is not `YYYYMMDDThhmmssZ`")
}

/// Whether two texts are the same, in a time that does not depend on where they differ.
fn same(one: &[u8], other: &[u8]) -> bool {
    one.len() == other.len()
        && one
            .iter()
            .zip(other)
            .fold(0, |differing, (a, b)| differing | (a ^ b))
            == 0
}
