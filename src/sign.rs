//! Signature Version 4 for the service `lambda`: [`sign()`] and [`authorise`] for what we send, [`verify()`] for what a
//! mock receives.
//!
//! The only module that knows `aws-sigv4`. Sends nothing and chooses no credentials (the module `credentials` does).

use std::time::{Duration, SystemTime};

use aws_sigv4::{
    http_request::{SignableBody, SignableRequest, SigningParams, SigningSettings},
    sign::v4,
};
use bytes::Bytes;
use http::{HeaderName, HeaderValue, header};

use crate::{
    capability::Capability,
    case::Auth,
    target::{Credentials, Target},
    wire::{self, WireError, origin_form},
};

mod verify;

pub use verify::{Verified, verify};

/// The name that requests to Lambda are signed for.
const SERVICE: &str = "lambda";

/// A key id that no account can have: AWS issues base-32 digits, and `0` is none.
const UNKNOWN_KEY: &str = "AKIA0CONFORMANCE0KEY";

/// How far in the past a skewed request is dated. AWS allows 5 minutes.
const SKEW: Duration = Duration::from_secs(30 * 60);

const X_AMZ_DATE: HeaderName = HeaderName::from_static("x-amz-date");
const X_AMZ_SECURITY_TOKEN: HeaderName = HeaderName::from_static("x-amz-security-token");

/// Why a request cannot be signed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignError {
    /// A header that has to be signed is not text.
    #[error(
        "header `{0}` has to be signed and is not ASCII; send the request unsigned, or leave the header out"
    )]
    Header(String),
    /// The signer refuses.
    #[error("`{url}` cannot be signed: {reason}")]
    Refused {
        /// The URL.
        url: String,
        /// What the signer says.
        reason: String,
    },
    /// The target has no credentials of the kind that a case asks for.
    #[error(
        "target `{target}` has no credentials for auth `{auth}`; take capability `{capability}` from it in targets.toml"
    )]
    NoIdentity {
        /// The target's name.
        target: String,
        /// The kind of credentials.
        auth: &'static str,
        /// The capability that promises them.
        capability: Capability,
    },
    /// The request cannot be pointed at the target.
    #[error(transparent)]
    Address(#[from] WireError),
}

/// Signs a request for the host `authority`, over `host`, `content-type` where it is set, and every `x-amz-` header.
///
/// The canonical path is the path as sent, encoded once more (X-ENCODING), with dot segments and double slashes
/// resolved; what is sent stays as it is. A signature that the request has already is replaced.
pub fn sign(
    request: &mut http::Request<Bytes>,
    authority: &str,
    credentials: &Credentials,
    region: &str,
    time: SystemTime,
) -> Result<(), SignError> {
    sign_for(SERVICE, request, authority, credentials, region, time)
}

/// The same for another service than Lambda: setting a target up may need IAM.
pub fn sign_for(
    service: &str,
    request: &mut http::Request<Bytes>,
    authority: &str,
    credentials: &Credentials,
    region: &str,
    time: SystemTime,
) -> Result<(), SignError> {
    for stale in [header::AUTHORIZATION, X_AMZ_DATE, X_AMZ_SECURITY_TOKEN] {
        request.headers_mut().remove(stale);
    }
    let signed: Vec<HeaderName> = request
        .headers()
        .keys()
        .filter(|name| **name == header::CONTENT_TYPE || name.as_str().starts_with("x-amz-"))
        .cloned()
        .collect();
    let signature = signature(
        service,
        request,
        authority,
        &signed,
        credentials,
        region,
        time,
        SigningSettings::default(),
    )?;
    for (name, value, secret) in signature.headers {
        let mut value =
            HeaderValue::try_from(value).map_err(|_| SignError::Header(name.to_owned()))?;
        value.set_sensitive(secret);
        request
            .headers_mut()
            .insert(HeaderName::from_static(name), value);
    }
    Ok(())
}

/// Points a request at a target and signs it as a case asks.
///
/// A request that brings a `Host` header of its own is signed for that host.
pub fn authorise(
    request: &mut http::Request<Bytes>,
    target: &Target,
    auth: Auth,
    time: SystemTime,
) -> Result<(), SignError> {
    wire::address(request, &target.endpoint)?;
    let missing = |capability: Capability| SignError::NoIdentity {
        target: target.name.clone(),
        auth: auth.name(),
        capability,
    };
    let identities = &target.identities;
    let mut credentials = identities.caller.clone();
    let mut time = time;
    match auth {
        Auth::Unsigned => return Ok(()),
        Auth::Signed | Auth::Malformed => {}
        Auth::UnknownKey => {
            credentials = Credentials::new(UNKNOWN_KEY, credentials.secret_access_key)
        }
        Auth::WrongSecret => credentials.secret_access_key.push_str("-wrong"),
        Auth::Skewed => time -= SKEW,
        Auth::ExpiredToken => {
            credentials = identities
                .expired
                .clone()
                .ok_or_else(|| missing(Capability::ExpiredToken))?;
        }
        Auth::OtherAccount => {
            credentials = identities
                .other
                .clone()
                .ok_or_else(|| missing(Capability::SecondAccount))?;
        }
        Auth::Denied => {
            credentials = identities
                .denied
                .clone()
                .ok_or_else(|| missing(Capability::DeniedIdentity))?
        }
    }
    let authority = match request.headers().get(header::HOST) {
        Some(host) => host
            .to_str()
            .map_err(|_| SignError::Header("host".to_owned()))?
            .to_owned(),
        None => target.endpoint.authority(),
    };
    sign(request, &authority, &credentials, &target.region, time)?;
    if auth == Auth::Malformed
        && let Some(written) = request.headers().get(header::AUTHORIZATION)
    {
        // Only `Credential=…` stays: `SignedHeaders` and `Signature` are what it lacks.
        let end = written
            .as_bytes()
            .iter()
            .position(|byte| *byte == b',')
            .unwrap_or(written.len());
        let cut = HeaderValue::from_bytes(&written.as_bytes()[..end])
            .expect("part of a header value is one");
        request.headers_mut().insert(header::AUTHORIZATION, cut);
    }
    Ok(())
}

/// A signature and the headers that carry it, as name, value and whether it is secret.
struct Signature {
    text: String,
    headers: Vec<(&'static str, String, bool)>,
}

/// Computes the signature over `host`, `x-amz-date`, the token of `credentials`, and the headers in `signed`.
#[expect(
    clippy::too_many_arguments,
    reason = "each is a part of what SigV4 signs"
)]
fn signature(
    service: &str,
    request: &http::Request<Bytes>,
    authority: &str,
    signed: &[HeaderName],
    credentials: &Credentials,
    region: &str,
    time: SystemTime,
    settings: SigningSettings,
) -> Result<Signature, SignError> {
    // Scheme and authority of the URL do not enter the signature: `host` is given as a header.
    let url = format!("http://{authority}{}", origin_form(request.uri()));
    let refused = |error: &dyn std::error::Error| SignError::Refused {
        url: url.clone(),
        reason: wire::chain(error),
    };
    let mut headers = vec![("host", authority)];
    for name in signed {
        for value in request.headers().get_all(name) {
            let value = value
                .to_str()
                .map_err(|_| SignError::Header(name.to_string()))?;
            headers.push((name.as_str(), value));
        }
    }
    let identity = aws_credential_types::Credentials::new(
        credentials.access_key_id.as_str(),
        credentials.secret_access_key.as_str(),
        credentials.session_token.clone(),
        None,
        "lambda-conformance",
    )
    .into();
    let params: SigningParams<'_> = v4::SigningParams::builder()
        .identity(&identity)
        .region(region)
        .name(service)
        .time(time)
        .settings(settings)
        .build()
        .map_err(|error| refused(&error))?
        .into();
    let signable = SignableRequest::new(
        request.method().as_str(),
        url.as_str(),
        headers.into_iter(),
        SignableBody::Bytes(request.body()),
    )
    .map_err(|error| refused(&error))?;
    let (instructions, text) = aws_sigv4::http_request::sign(signable, &params)
        .map_err(|error| refused(&error))?
        .into_parts();
    let headers = instructions
        .into_parts()
        .0
        .into_iter()
        .map(|header| (header.name(), header.value().to_owned(), header.sensitive()))
        .collect();
    Ok(Signature { text, headers })
}
