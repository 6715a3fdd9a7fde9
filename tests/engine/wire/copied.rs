//! The `curl` line of a report: pasted into a shell, it sends what we send.

use std::{process::Command, time::SystemTime};

use bytes::Bytes;
use http::Method;
use lambda_conformance::{
    case::Auth,
    sign::{Verified, verify},
    target::Credentials,
    wire::curl,
};
use rstest::rstest;

use super::listener::{Listener, Received};

fn request(
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &'static str,
) -> http::Request<Bytes> {
    let mut request = http::Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request
        .body(Bytes::from_static(body.as_bytes()))
        .expect("a request")
}

fn pasted(
    listener: &Listener,
    request: &http::Request<Bytes>,
    auth: Auth,
    token: bool,
) -> (String, Received) {
    let mut target = listener.target();
    if token {
        target.identities.caller.session_token = Some("TOKEN".to_owned());
    }
    let line = curl(request, &target, auth);
    let output = Command::new("sh")
        .args(["-c", &line])
        .env("AWS_ACCESS_KEY_ID", "AKID")
        .env("AWS_SECRET_ACCESS_KEY", "SECRET")
        .env("AWS_SESSION_TOKEN", "TOKEN")
        .env("HOME", "/nonexistent")
        .output()
        .expect("a shell");
    assert!(
        output.status.success(),
        "{line}\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(output.stdout.starts_with(b"HTTP/1.1 200 OK"), "{line}");
    (line, listener.received().pop().expect("a request"))
}

#[rstest]
#[case("GET", "/2015-03-31/functions/arn%3Aaws%3Alambda/configuration?Qualifier=%24LATEST", &[], "")]
#[case("GET", "/a:b/$LATEST//c/it's/[1-3]/%zz/x|y^z?b={c,d}&e=`f`", &[], "")]
#[case("DELETE", "/x?", &[], "")]
#[case("POST", "/x", &[("content-type", "application/json")], "{\"a\":\"it's $HOME `b` \\\"\"}")]
#[case("POST", "/x", &[], "@/etc/passwd")]
#[case("PUT", "/x", &[("content-type", "application/json"), ("x-empty", ""), ("x-amz-thing", "a b")], "{}")]
#[case("FROB", "/x", &[], "")]
fn the_line_sends_the_same_bytes(
    #[case] method: &str,
    #[case] path: &str,
    #[case] headers: &[(&str, &str)],
    #[case] body: &'static str,
) {
    let listener = Listener::answering();
    let request = request(method, path, headers, body);
    let (line, received) = pasted(&listener, &request, Auth::Unsigned, false);
    assert_eq!(
        received.line(),
        format!("{method} {path} HTTP/1.1"),
        "{line}"
    );
    assert_eq!(received.body, body.as_bytes(), "{line}");
    for (name, value) in headers {
        let sent = received.head.split(|byte| *byte == b'\n').any(|field| {
            let field = String::from_utf8_lossy(field).to_ascii_lowercase();
            field.trim_end() == format!("{name}: {value}").trim_end()
        });
        assert!(sent, "{name}: {line}");
    }
    if !headers.iter().any(|(name, _)| *name == "content-type") {
        assert_eq!(received.header("content-type"), None, "{line}");
    }
    assert_eq!(received.header("authorization"), None, "{line}");
}

#[rstest]
#[case::long_lived(false)]
#[case::temporary(true)]
fn the_line_signs_with_the_callers_variables(#[case] token: bool) {
    let listener = Listener::answering();
    let request = request(
        "GET",
        "/2015-03-31/functions/my-function/configuration",
        &[],
        "",
    );
    let (line, received) = pasted(&listener, &request, Auth::Signed, token);
    assert!(
        !line.contains("SECRET\"") && !line.contains("AKID"),
        "{line}"
    );

    let mut arrived = http::Request::builder()
        .method(Method::GET)
        .uri(received.target());
    for (name, value) in received.headers() {
        arrived = arrived.header(name, value);
    }
    let arrived = arrived.body(Bytes::from(received.body)).expect("a request");
    let credentials = Credentials {
        access_key_id: "AKID".to_owned(),
        secret_access_key: "SECRET".to_owned(),
        session_token: token.then(|| "TOKEN".to_owned()),
    };
    let verified = verify(
        &arrived,
        "",
        |_| Some(credentials.clone()),
        SystemTime::now(),
    );
    assert!(
        matches!(verified, Verified::Good { .. }),
        "{verified:?}\n{line}"
    );
}
