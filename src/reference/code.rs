//! The code of a function or layer: a zip in the request, or an image elsewhere.
//!
//! Keeps digests and sizes, never the bytes. Fetches nothing: an image is taken at its word.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::Settings;
use super::body::Members;
use super::configuration::Configuration;
use super::error::Refusal;

/// What is remembered of the code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Code {
    Zip { sha256: String, size: u64 },
    Image { uri: String },
}

impl Code {
    /// From the members `ZipFile`, `ImageUri` or those that name an S3 object.
    pub(super) fn read(members: Members<'_>) -> Result<Option<Self>, Refusal> {
        if let Some(encoded) = members.text("ZipFile")? {
            // What is not base64 is no zip either (inferred).
            let bytes = STANDARD.decode(encoded).unwrap_or_default();
            check_zip(&bytes)?;
            let sha256 = STANDARD.encode(Sha256::digest(&bytes));
            return Ok(Some(Self::Zip {
                sha256,
                size: bytes.len() as u64,
            }));
        }
        if members.value("S3Bucket").is_some() {
            // There is no S3 here. The words are those of a bucket that does not exist.
            let message = "Error occurred while GetObject. S3 Error Code: NoSuchBucket. \
                           S3 Error Message: The specified bucket does not exist";
            return Err(Refusal::unacceptable(message));
        }
        Ok(members.text("ImageUri")?.map(|uri| Self::Image {
            uri: uri.to_owned(),
        }))
    }

    /// Writes size and digest. The size of an image is 0 (inferred), its digest that of the image
    /// in hexadecimal.
    pub(super) fn store(self, configuration: &mut Configuration) {
        let (sha256, size, image) = match self {
            Self::Zip { sha256, size } => (sha256, size, None),
            Self::Image { uri } => (image_digest(&uri), 0, Some(uri)),
        };
        configuration.set("CodeSha256", sha256);
        configuration.set("CodeSize", size);
        configuration.image = image;
    }
}

/// Where GetFunction says that the code is.
pub(super) fn location(settings: &Settings, configuration: &Configuration) -> Value {
    if let Some(uri) = &configuration.image {
        let repository = uri
            .split_once('@')
            .map_or(uri.as_str(), |(repository, _)| repository);
        // A colon behind the last slash begins a tag; one before it, a port.
        let tag = repository
            .rfind(':')
            .filter(|&colon| repository[colon..].find('/').is_none());
        let resolved = format!(
            "{}@sha256:{}",
            &repository[..tag.unwrap_or(repository.len())],
            image_digest(uri)
        );
        return json!({ "RepositoryType": "ECR", "ImageUri": uri, "ResolvedImageUri": resolved });
    }
    let Settings {
        region, account, ..
    } = settings;
    let name = configuration.text("FunctionName");
    let object = hex(&Sha256::digest(configuration.text("CodeSha256")));
    let location = format!(
        "https://awslambda-{region}-tasks.s3.{region}.amazonaws.com/snapshots/{account}/{name}-{object}"
    );
    json!({ "RepositoryType": "S3", "Location": location })
}

/// The digest in the name of the image where there is one; else one that follows from the name.
fn image_digest(uri: &str) -> String {
    match uri.split_once("@sha256:") {
        Some((_, digest)) => digest.to_owned(),
        None => hex(&Sha256::digest(uri)),
    }
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Refuses what could not be unzipped.
pub(super) fn check_zip(bytes: &[u8]) -> Result<(), Refusal> {
    match entries(bytes) {
        None => Err(Refusal::unacceptable(
            "Could not unzip uploaded file. Please check your file, then try to upload again.",
        )),
        // The words are from memory of AWS, not of the contract.
        Some(0) => Err(Refusal::unacceptable(
            "Uploaded file must be a non-empty zip",
        )),
        Some(_) => Ok(()),
    }
}

/// How many entries the central directory of a zip has, each with its local header where the
/// directory says.
///
/// APPNOTE.TXT 4.3.7, 4.3.12, 4.3.16. Nothing is inflated and no checksum computed, and there is no
/// ZIP64: a package in a request is at most 50 MB.
fn entries(bytes: &[u8]) -> Option<usize> {
    const END: usize = 22;
    let short = |at: usize| {
        Some(usize::from(u16::from_le_bytes(
            bytes.get(at..at + 2)?.try_into().ok()?,
        )))
    };
    let long = |at: usize| {
        usize::try_from(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?)).ok()
    };
    let signed = |at: usize, signature: &[u8]| bytes.get(at..at + 4) == Some(signature);
    // The end record carries a comment of up to 65,535 bytes, so it is looked for from behind.
    let last = bytes.len().checked_sub(END)?;
    let end = (last.saturating_sub(0xffff)..=last)
        .rev()
        .find(|&at| signed(at, b"PK\x05\x06"))?;
    let count = short(end + 10)?;
    let mut at = long(end + 16)?;
    for _ in 0..count {
        if !signed(at, b"PK\x01\x02") {
            return None;
        }
        let (size, local) = (long(at + 20)?, long(at + 42)?);
        if !signed(local, b"PK\x03\x04") {
            return None;
        }
        let data = local + 30 + short(local + 26)? + short(local + 28)?;
        if data + size > end {
            return None;
        }
        at += 46 + short(at + 28)? + short(at + 30)? + short(at + 32)?;
    }
    Some(count)
}
