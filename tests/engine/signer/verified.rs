//! What a received signature is worth, one fault at a time.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderValue, Method, header};
use lambda_conformance::{
    case::Auth,
    sign::{SignError, Verified, authorise, sign, verify},
    target::{Credentials, Target},
};
use rstest::rstest;

use super::{credentials, now, written};

fn signed(token: Option<&str>) -> http::Request<Bytes> {
    let mut request = http::Request::post("/x/a%3Ab?Qualifier=1")
        .header("content-type", "application/json")
        .body(Bytes::from_static(b"{}"))
        .expect("a request");
    sign(
        &mut request,
        "localhost:4566",
        &credentials("secret", token),
        "us-west-2",
        now(),
    )
    .expect("a signature");
    request
}

/// Verifies against the same key, at the time of signing.
fn verified(request: &http::Request<Bytes>) -> Verified {
    let lookup = |id: &str| (id == "AKIDEXAMPLE").then(|| credentials("secret", None));
    verify(request, "localhost:4566", lookup, now())
}

fn set(request: &mut http::Request<Bytes>, name: &'static str, value: &str) {
    request
        .headers_mut()
        .insert(name, HeaderValue::from_str(value).expect("a value"));
}

/// Changes a signed request in one respect.
type Change = fn(&mut http::Request<Bytes>);

#[rstest]
#[case::method(|request: &mut http::Request<Bytes>| *request.method_mut() = Method::PUT)]
#[case::path(|request: &mut http::Request<Bytes>| *request.uri_mut() = "/x/a:b?Qualifier=1".parse().expect("a target"))]
#[case::escape(|request: &mut http::Request<Bytes>| *request.uri_mut() = "/x/a%3ab?Qualifier=1".parse().expect("a target"))]
#[case::query(|request: &mut http::Request<Bytes>| *request.uri_mut() = "/x/a%3Ab?Qualifier=2".parse().expect("a target"))]
#[case::body(|request: &mut http::Request<Bytes>| *request.body_mut() = Bytes::from_static(b"{ }"))]
#[case::host(|request: &mut http::Request<Bytes>| set(request, "host", "localhost:4567"))]
#[case::content_type(|request: &mut http::Request<Bytes>| set(request, "content-type", "text/plain"))]
#[case::signed_header_gone(|request: &mut http::Request<Bytes>| { request.headers_mut().remove("content-type"); })]
#[case::date(|request: &mut http::Request<Bytes>| set(request, "x-amz-date", "20260921T141329Z"))]
#[case::last_digit(|request: &mut http::Request<Bytes>| {
    let mut text = written(request, "authorization").to_owned();
    let last = text.pop().expect("a digit");
    text.push(if last == '0' { '1' } else { '0' });
    set(request, "authorization", &text);
})]
#[case::short(|request: &mut http::Request<Bytes>| {
    let text = written(request, "authorization").to_owned();
    set(request, "authorization", &text[..text.len() - 1]);
})]
#[case::service(|request: &mut http::Request<Bytes>| {
    let text = written(request, "authorization").replace("/lambda/", "/s3/");
    set(request, "authorization", &text);
})]
#[case::region(|request: &mut http::Request<Bytes>| {
    let text = written(request, "authorization").replace("/us-west-2/", "/us-east-1/");
    set(request, "authorization", &text);
})]
#[case::scope_date(|request: &mut http::Request<Bytes>| {
    let text = written(request, "authorization").replace("/20260921/", "/20260920/");
    set(request, "authorization", &text);
})]
#[case::host_not_signed(|request: &mut http::Request<Bytes>| {
    let text = written(request, "authorization").replace(";host;", ";");
    set(request, "authorization", &text);
})]
fn one_change_spoils_the_signature(#[case] change: Change) {
    let mut request = signed(None);
    assert!(matches!(verified(&request), Verified::Good { .. }));
    change(&mut request);
    assert_eq!(verified(&request), Verified::WrongSignature);
}

#[rstest]
#[case("Basic dGVzdA==", "does not begin")]
#[case("AWS4-HMAC-SHA256 ", "none of")]
#[case(
    "AWS4-HMAC-SHA256 Credential=A/20260921/r/lambda/aws4_request, SignedHeaders=host",
    "`Signature` is missing"
)]
#[case(
    "AWS4-HMAC-SHA256 Credential=A/20260921/r/lambda/aws4_request, Signature=0",
    "`SignedHeaders` is missing"
)]
#[case(
    "AWS4-HMAC-SHA256 SignedHeaders=host, Signature=0",
    "`Credential` is missing"
)]
#[case(
    "AWS4-HMAC-SHA256 Credential=A, SignedHeaders=host, Signature=0",
    "aws4_request"
)]
#[case(
    "AWS4-HMAC-SHA256 Credential=/20260921/r/lambda/aws4_request, SignedHeaders=host, Signature=0",
    "aws4_request"
)]
#[case(
    "AWS4-HMAC-SHA256 Credential=A/2026/r/lambda/aws4_request, SignedHeaders=host, Signature=0",
    "aws4_request"
)]
fn a_header_that_lacks_a_part_is_malformed(#[case] authorization: &str, #[case] hint: &str) {
    let mut request = signed(None);
    set(&mut request, "authorization", authorization);
    let verified = verified(&request);
    assert!(
        matches!(&verified, Verified::Malformed { reason } if reason.contains(hint)),
        "{verified:?}"
    );
}

#[rstest]
#[case("yesterday")]
#[case("2026-09-21T14:13:20Z")]
#[case("")]
fn a_date_that_is_none_is_malformed(#[case] date: &str) {
    let mut request = signed(None);
    set(&mut request, "x-amz-date", date);
    assert!(matches!(verified(&request), Verified::Malformed { .. }));
    request.headers_mut().remove("x-amz-date");
    assert!(matches!(verified(&request), Verified::Malformed { .. }));
}

#[test]
fn who_does_not_sign_is_told_from_who_signs_with_a_key_that_nobody_has() {
    let mut request = signed(None);
    let unknown = verify(&request, "localhost:4566", |_| None, now());
    assert_eq!(
        unknown,
        Verified::UnknownKey {
            access_key_id: "AKIDEXAMPLE".to_owned()
        }
    );
    request.headers_mut().remove(header::AUTHORIZATION);
    assert_eq!(verified(&request), Verified::Missing);
}

#[rstest]
#[case(Some("token"), Some("token"), true)]
#[case(Some("token"), Some("other"), false)]
#[case(Some("token"), None, false)]
#[case(None, Some("token"), false)]
fn the_token_must_be_the_one_of_the_key(
    #[case] sent: Option<&str>,
    #[case] known: Option<&str>,
    #[case] good: bool,
) {
    let verified = verify(
        &signed(sent),
        "localhost:4566",
        |_| Some(credentials("secret", known)),
        now(),
    );
    if good {
        assert!(matches!(verified, Verified::Good { .. }), "{verified:?}");
    } else {
        assert_eq!(verified, Verified::BadToken);
    }
}

#[rstest]
#[case(0, true)]
#[case(300, true)]
#[case(-300, true)]
#[case(301, false)]
#[case(-301, false)]
fn the_date_must_be_within_five_minutes(#[case] seconds: i64, #[case] good: bool) {
    let shift = Duration::from_secs(seconds.unsigned_abs());
    let clock = if seconds < 0 {
        now() - shift
    } else {
        now() + shift
    };
    let verified = verify(
        &signed(None),
        "localhost:4566",
        |_| Some(credentials("secret", None)),
        clock,
    );
    if good {
        assert!(matches!(verified, Verified::Good { .. }), "{verified:?}");
    } else {
        assert_eq!(
            verified,
            Verified::Skewed {
                signed: now(),
                now: clock
            }
        );
    }
}

#[test]
fn signing_again_replaces_the_signature_and_leaves_the_rest() {
    let mut request = signed(Some("token"));
    sign(
        &mut request,
        "localhost:4566",
        &credentials("secret", None),
        "us-west-2",
        now(),
    )
    .expect("a signature");
    assert_eq!(
        written(&request, "authorization"),
        written(&signed(None), "authorization")
    );
    assert!(!request.headers().contains_key("x-amz-security-token"));
    assert_eq!(request.uri(), "/x/a%3Ab?Qualifier=1");
    assert!(!request.headers().contains_key("x-amz-content-sha256"));
}

#[test]
fn secret_headers_are_marked_as_such() {
    let request = signed(Some("hush"));
    assert!(request.headers()["x-amz-security-token"].is_sensitive());
    assert!(!format!("{request:?}").contains("hush"));
}

#[rstest]
#[case(Auth::Signed, |verified: &Verified| matches!(verified, Verified::Good { .. }))]
#[case(Auth::Unsigned, |verified: &Verified| *verified == Verified::Missing)]
#[case(Auth::UnknownKey, |verified: &Verified| matches!(verified, Verified::UnknownKey { .. }))]
#[case(Auth::WrongSecret, |verified: &Verified| *verified == Verified::WrongSignature)]
#[case(Auth::Skewed, |verified: &Verified| matches!(verified, Verified::Skewed { .. }))]
#[case(Auth::ExpiredToken, |verified: &Verified| matches!(verified, Verified::Good { access_key_id, .. } if access_key_id == "EXPIRED"))]
#[case(Auth::Denied, |verified: &Verified| matches!(verified, Verified::Good { access_key_id, .. } if access_key_id == "DENIED"))]
#[case(Auth::Malformed, |verified: &Verified| matches!(verified, Verified::Malformed { reason } if reason.contains("`SignedHeaders` is missing")))]
fn every_way_to_sign_is_told_apart(#[case] auth: Auth, #[case] expected: fn(&Verified) -> bool) {
    let caller = credentials("secret", None);
    let mut target = Target::new(
        "t",
        "http://localhost:4566".parse().expect("an endpoint"),
        "us-west-2",
        caller,
    );
    target.identities.denied = Some(Credentials::new("DENIED", "d"));
    target.identities.expired = Some(Credentials::new("EXPIRED", "e").with_token("old"));
    let mut request = http::Request::get("/x")
        .body(Bytes::new())
        .expect("a request");
    authorise(&mut request, &target, auth, now()).expect("a request");
    let identities = target.identities.clone();
    let lookup = move |id: &str| {
        [
            Some(identities.caller.clone()),
            identities.denied.clone(),
            identities.expired.clone(),
        ]
        .into_iter()
        .flatten()
        .find(|known| known.access_key_id == id)
    };
    let verified = verify(&request, "localhost:4566", lookup, now());
    assert!(expected(&verified), "{verified:?}");
}

#[rstest]
#[case(Auth::Denied, "denied-identity")]
#[case(Auth::ExpiredToken, "expired-token")]
#[case(Auth::OtherAccount, "second-account")]
fn an_identity_that_the_target_lacks_is_named(#[case] auth: Auth, #[case] capability: &str) {
    let target = Target::new(
        "t",
        "http://h".parse().expect("an endpoint"),
        "r",
        credentials("s", None),
    );
    let mut request = http::Request::get("/x")
        .body(Bytes::new())
        .expect("a request");
    let error = authorise(&mut request, &target, auth, now()).expect_err("no identity");
    assert!(
        matches!(&error, SignError::NoIdentity { .. }) && error.to_string().contains(capability),
        "{error}"
    );
}
