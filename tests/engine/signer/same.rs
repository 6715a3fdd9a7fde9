//! The same request signed by botocore, by the Rust SDK's signer and by us.

use std::{borrow::Cow, collections::BTreeMap, process::Command, time::SystemTime};

use aws_sigv4::{
    http_request::{SignableBody, SignableRequest, SigningSettings},
    sign::v4,
};
use bytes::Bytes;
use http::Method;
use lambda_conformance::{
    case::{Auth, Json, Raw, Request},
    operation::Operation,
    sign::{Verified, authorise, verify},
    target::Target,
    text::{Bindings, Text},
    wire,
};
use rstest::rstest;
use serde_json::Value;
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use super::{credentials, now, written};

const VECTORS: &str = include_str!("vectors.json");

fn vectors(kind: &str) -> Vec<Value> {
    let file: Value = serde_json::from_str(VECTORS).expect("JSON");
    file[kind].as_array().expect("an array").clone()
}

fn get_function_configuration() -> Operation {
    Operation {
        name: "GetFunctionConfiguration".to_owned(),
        method: Method::GET,
        path: "/2015-03-31/functions/{FunctionName}/configuration".to_owned(),
        query: vec!["Qualifier".to_owned()],
        body: Vec::new(),
        requires: None,
        answers: None,
        probe: false,
        rate: None,
    }
}

/// The request that a vector describes, from its name and qualifier or from its parts.
fn described(vector: &Value) -> http::Request<Bytes> {
    let request = match vector["raw"].as_str() {
        None => Request::Members(
            [("FunctionName", "name"), ("Qualifier", "qualifier")]
                .into_iter()
                .filter_map(|(member, key)| {
                    Some((
                        member.to_owned(),
                        Json::Text(Text::literal(vector[key].as_str()?)),
                    ))
                })
                .collect(),
        ),
        Some(raw) => {
            let (path, query) = match raw.split_once('?') {
                Some((path, query)) => (path, Some(Text::literal(query))),
                None => (raw, None),
            };
            let body = vector["body"].as_str();
            Request::Raw(Raw {
                method: if body.is_some() {
                    Method::POST
                } else {
                    Method::GET
                },
                path: Text::literal(path),
                query,
                headers: body
                    .map(|_| ("content-type".to_owned(), Text::literal("application/json")))
                    .into_iter()
                    .collect(),
                body: body.map(Text::literal),
            })
        }
    };
    wire::request(
        &get_function_configuration(),
        &request,
        &Bindings::default(),
    )
    .expect("a request")
}

#[test]
fn botocore_and_we_escape_and_sign_alike_byte_for_byte() {
    let vectors = vectors("vectors");
    assert_eq!(vectors.len(), 200);
    let mut signed_headers: BTreeMap<String, usize> = BTreeMap::new();
    for vector in &vectors {
        let text = |key: &str| {
            vector[key]
                .as_str()
                .unwrap_or_else(|| panic!("{key}: {vector}"))
        };
        let caller = credentials(text("secret"), vector["token"].as_str());
        let target = Target::new(
            "t",
            text("endpoint").parse().expect("an endpoint"),
            text("region"),
            caller.clone(),
        );
        let time: SystemTime = OffsetDateTime::parse(text("time"), &Rfc3339)
            .expect("a time")
            .into();
        let mut request = described(vector);
        authorise(&mut request, &target, Auth::Signed, time).expect("a signature");

        assert_eq!(wire::origin_form(request.uri()), text("target"), "{vector}");
        assert_eq!(
            written(&request, "x-amz-date"),
            text("x_amz_date"),
            "{vector}"
        );
        assert_eq!(
            written(&request, "authorization"),
            text("authorization"),
            "{vector}"
        );
        let set = text("authorization")
            .split(", ")
            .nth(1)
            .expect("signed headers");
        *signed_headers.entry(set.to_owned()).or_default() += 1;

        let verified = verify(
            &request,
            &target.endpoint.authority(),
            |_| Some(caller.clone()),
            time,
        );
        let expected = Verified::Good {
            access_key_id: "AKIDEXAMPLE".to_owned(),
            region: text("region").to_owned(),
        };
        assert_eq!(verified, expected, "{vector}");
    }
    // All four sets are among them: with and without a token, with and without a body.
    assert!(
        signed_headers.len() == 4 && signed_headers.values().all(|count| *count >= 5),
        "{signed_headers:?}"
    );
}

#[test]
fn the_vectors_are_what_botocore_makes_today() {
    // CI names a Python that has botocore; elsewhere the committed file stands for it.
    let Some(python) = std::env::var_os("BOTOCORE_PYTHON") else {
        return;
    };
    let script = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/engine/signer/botocore_vectors.py"
    );
    let output = Command::new(python).arg(script).output().expect("a Python");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(
        output.stdout == VECTORS.as_bytes(),
        "run `tests/signer/botocore_vectors.py > tests/signer/vectors.json`"
    );
}

#[test]
fn what_boto3_sends_is_accepted() {
    let clients = vectors("clients");
    assert_eq!(clients.len(), 4);
    for client in clients {
        let mut request = http::Request::get(client["target"].as_str().expect("a target"));
        for (name, value) in client["headers"].as_object().expect("headers") {
            request = request.header(name, value.as_str().expect("text"));
        }
        let request = request
            .header("host", "localhost:4566")
            .body(Bytes::new())
            .expect("a request");
        // boto3 adds these after it has signed.
        assert!(request.headers().contains_key("amz-sdk-request"));
        assert!(!written(&request, "authorization").contains("amz-sdk-request"));
        let caller = credentials("test", client["token"].as_str());
        let now = OffsetDateTime::parse("2026-11-22T12:04:59Z", &Rfc3339)
            .expect("a time")
            .into();
        let verified = verify(&request, "", |_| Some(caller.clone()), now);
        assert!(
            matches!(verified, Verified::Good { .. }),
            "{verified:?}: {client}"
        );
    }
}

/// The SDK hands these headers to the same signer and signs `host;x-amz-date;x-amz-user-agent`. Other
/// senders sign whatever they have.
#[rstest]
#[case::the_sdk(SigningSettings::default().excluded_headers, "host;x-amz-date;x-amz-user-agent")]
#[case::who_signs_all(None, "host;user-agent;x-amz-date;x-amz-user-agent")]
fn what_the_rust_sdk_sends_is_accepted(
    #[case] excluded: Option<Vec<Cow<'static, str>>>,
    #[case] signed_headers: &str,
) {
    let mut settings = SigningSettings::default();
    settings.excluded_headers = excluded;
    let url = "http://localhost:4566/2015-03-31/functions/f%3A%24LATEST/configuration?Qualifier=%24LATEST";
    let mut request = http::Request::get(url)
        .header("x-amz-user-agent", "aws-sdk-rust/1.3  api/lambda/1.0")
        .header("user-agent", "aws-sdk-rust/1.3")
        .body(Bytes::new())
        .expect("a request");
    let identity =
        aws_credential_types::Credentials::new("AKIDEXAMPLE", "test", None, None, "test").into();
    let params = v4::SigningParams::builder()
        .identity(&identity)
        .region("us-west-2")
        .name("lambda")
        .time(now())
        .settings(settings)
        .build()
        .expect("parameters")
        .into();
    let headers = request.headers().clone();
    let headers = headers
        .iter()
        .map(|(name, value)| (name.as_str(), value.to_str().expect("ASCII")));
    let signable =
        SignableRequest::new("GET", url, headers, SignableBody::empty()).expect("a request");
    let (instructions, _) = aws_sigv4::http_request::sign(signable, &params)
        .expect("a signature")
        .into_parts();
    instructions.apply_to_request_http1x(&mut request);
    assert!(
        written(&request, "authorization").contains(&format!("SignedHeaders={signed_headers},"))
    );
    let verified = verify(
        &request,
        "localhost:4566",
        |_| Some(credentials("test", None)),
        now(),
    );
    assert!(matches!(verified, Verified::Good { .. }), "{verified:?}");
}
