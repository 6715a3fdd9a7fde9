//! Signatures: ours and botocore's are the same byte for byte, and what SDKs sign is accepted.

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use lambda_conformance::target::Credentials;

mod same;
mod verified;

fn credentials(secret: &str, token: Option<&str>) -> Credentials {
    Credentials {
        access_key_id: "AKIDEXAMPLE".to_owned(),
        secret_access_key: secret.to_owned(),
        session_token: token.map(str::to_owned),
    }
}

fn written<'a>(request: &'a http::Request<Bytes>, name: &str) -> &'a str {
    request.headers()[name].to_str().expect("ASCII")
}

fn now() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_790_000_000)
}
