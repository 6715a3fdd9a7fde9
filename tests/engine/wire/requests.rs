//! Requests: what the SDKs were seen to send, header sets, bodies.

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::Method;
use lambda_conformance::{
    case::{Auth, Json, Raw, Request},
    operation::Operation,
    sign::{Verified, authorise, verify},
    target::Credentials,
    text::{Bindings, Text},
    wire::{self, WireError},
};
use rstest::rstest;

use super::listener::{Listener, client, get_function_configuration, target};

fn text(written: &str) -> Json {
    Json::Text(Text::literal(written))
}

fn members(given: &[(&str, Json)]) -> Request {
    Request::Members(
        given
            .iter()
            .map(|(name, value)| ((*name).to_owned(), value.clone()))
            .collect(),
    )
}

fn read(name: &str, qualifier: Option<&str>) -> http::Request<Bytes> {
    let mut given = vec![("FunctionName", text(name))];
    given.extend(qualifier.map(|qualifier| ("Qualifier", text(qualifier))));
    wire::request(
        &get_function_configuration(),
        &members(&given),
        &Bindings::default(),
    )
    .expect("a request")
}

fn publish_version() -> Operation {
    Operation {
        name: "PublishVersion".to_owned(),
        method: Method::POST,
        path: "/2015-03-31/functions/{FunctionName}/versions".to_owned(),
        query: Vec::new(),
        body: vec!["CodeSha256".to_owned(), "Description".to_owned()],
        requires: None,
        answers: None,
        probe: false,
        rate: None,
    }
}

#[rstest]
#[case("my-function", None, "my-function/configuration")]
#[case("my-function:v1", None, "my-function%3Av1/configuration")]
#[case(
    "arn:aws:lambda:us-west-2:123456789012:function:my-function",
    None,
    "arn%3Aaws%3Alambda%3Aus-west-2%3A123456789012%3Afunction%3Amy-function/configuration"
)]
#[case("my-function:$LATEST", None, "my-function%3A%24LATEST/configuration")]
#[case("a/b", None, "a%2Fb/configuration")]
#[case("a%b c!*~", None, "a%25b%20c%21%2A~/configuration")]
#[case("f", Some("$LATEST"), "f/configuration?Qualifier=%24LATEST")]
#[case(
    "f",
    Some("a b+c/d:é"),
    "f/configuration?Qualifier=a%20b%2Bc%2Fd%3A%C3%A9"
)]
#[case("f", Some(""), "f/configuration?Qualifier=")]
#[case("", None, "/configuration")]
#[tokio::test]
async fn names_stand_on_the_wire_as_aws_sdks_put_them(
    #[case] name: &str,
    #[case] qualifier: Option<&str>,
    #[case] sent: &str,
) {
    let listener = Listener::answering();
    listener
        .client()
        .send(read(name, qualifier), true)
        .await
        .expect("an answer");
    assert_eq!(
        listener.only().line(),
        format!("GET /2015-03-31/functions/{sent} HTTP/1.1")
    );
}

#[tokio::test]
async fn a_signed_read_has_these_headers_and_no_others() {
    let listener = Listener::answering();
    let mut request = read("f:$LATEST", None);
    authorise(
        &mut request,
        &listener.target(),
        Auth::Signed,
        SystemTime::now(),
    )
    .expect("a signature");
    listener
        .client()
        .send(request, true)
        .await
        .expect("an answer");
    let received = listener.only();
    let mut names: Vec<String> = received
        .headers()
        .into_iter()
        .map(|(name, _)| name)
        .collect();
    names.sort();
    assert_eq!(
        names,
        [
            "accept",
            "authorization",
            "host",
            "user-agent",
            "x-amz-date"
        ]
    );
    assert_eq!(received.header("accept").as_deref(), Some("*/*"));
    assert_eq!(received.header("host"), Some(listener.address.to_string()));
    let version = env!("CARGO_PKG_VERSION");
    assert_eq!(
        received.header("user-agent"),
        Some(format!("lambda-conformance/{version}"))
    );
    assert!(received.body.is_empty());
}

#[tokio::test]
async fn an_unsigned_read_says_nothing_of_a_caller() {
    let listener = Listener::answering();
    let mut request = read("f", None);
    authorise(
        &mut request,
        &listener.target(),
        Auth::Unsigned,
        SystemTime::now(),
    )
    .expect("nothing to do");
    listener
        .client()
        .send(request, true)
        .await
        .expect("an answer");
    let received = listener.only();
    assert_eq!(received.header("authorization"), None);
    assert_eq!(received.header("x-amz-date"), None);
}

#[rstest]
#[case(&[("FunctionName", text("f"))], "{}")]
#[case(
    &[("FunctionName", text("f")), ("Description", text("a \"b\"\n")), ("CodeSha256", Json::Null)],
    r#"{"Description":"a \"b\"\n","CodeSha256":null}"#
)]
#[case(
    &[
        ("FunctionName", text("f")),
        ("Description", Json::Object(vec![
            ("b".to_owned(), Json::Array(vec![Json::Integer(-1), Json::Bool(true), Json::Float(1.5)])),
            ("a".to_owned(), text("é")),
        ])),
    ],
    r#"{"Description":{"b":[-1,true,1.5],"a":"é"}}"#
)]
#[tokio::test]
async fn body_members_are_json_in_the_order_written(
    #[case] given: &[(&str, Json)],
    #[case] body: &str,
) {
    let listener = Listener::answering();
    let request = wire::request(&publish_version(), &members(given), &Bindings::default())
        .expect("a request");
    listener
        .client()
        .send(request, false)
        .await
        .expect("an answer");
    let received = listener.only();
    assert_eq!(
        received.line(),
        "POST /2015-03-31/functions/f/versions HTTP/1.1"
    );
    assert_eq!(
        received.header("content-type").as_deref(),
        Some("application/json")
    );
    assert_eq!(
        received.header("content-length"),
        Some(body.len().to_string())
    );
    assert_eq!(String::from_utf8(received.body).expect("UTF-8"), body);
}

#[tokio::test]
async fn a_raw_request_is_sent_by_its_parts() {
    let mut bindings = Bindings::default();
    bindings.set("function", "f");
    let raw = Raw {
        method: "FROB".parse().expect("a method"),
        path: Text::parse("/x/<function>//y").expect("a text"),
        query: Some(Text::literal("Qualifier=1&Qualifier=2")),
        headers: vec![
            ("x-thing".to_owned(), Text::literal("a  b")),
            (
                "x-thing".to_owned(),
                Text::parse("é<function>").expect("a text"),
            ),
            ("accept".to_owned(), Text::literal("text/plain")),
        ],
        body: Some(Text::literal("{not json")),
    };
    let listener = Listener::answering();
    let request = wire::request(&get_function_configuration(), &Request::Raw(raw), &bindings)
        .expect("a request");
    listener
        .client()
        .send(request, false)
        .await
        .expect("an answer");
    let received = listener.only();
    assert_eq!(
        received.line(),
        "FROB /x/f//y?Qualifier=1&Qualifier=2 HTTP/1.1"
    );
    let things: Vec<String> = received
        .headers()
        .into_iter()
        .filter(|(name, _)| name == "x-thing")
        .map(|(_, value)| value)
        .collect();
    assert_eq!(things, ["a  b", "éf"]);
    assert_eq!(received.header("accept").as_deref(), Some("text/plain"));
    assert_eq!(received.header("content-type"), None);
    assert_eq!(received.body, b"{not json");
}

#[tokio::test]
async fn a_base_path_stands_before_the_path_and_is_signed() {
    let listener = Listener::answering();
    let target = target(&format!("http://{}/base/", listener.address));
    let mut request = read("f:1", None);
    authorise(&mut request, &target, Auth::Signed, SystemTime::now()).expect("a signature");
    client(&target)
        .send(request.clone(), true)
        .await
        .expect("an answer");
    let written = "/base/2015-03-31/functions/f%3A1/configuration";
    assert_eq!(listener.only().target(), written);

    *request.uri_mut() = written.parse().expect("a target");
    let verified = verify(
        &request,
        &listener.address.to_string(),
        |_| Some(Credentials::new("AKID", "SECRET")),
        SystemTime::now() + Duration::from_secs(1),
    );
    assert!(matches!(verified, Verified::Good { .. }), "{verified:?}");
}

#[rstest]
#[case(members(&[("FunctionNam", text("f"))]), "did you mean `FunctionName`?")]
#[case(members(&[("Qualifier", text("1"))]), "`FunctionName` is missing")]
#[case(members(&[("FunctionName", text(".."))]), "`..` would be resolved")]
#[case(members(&[("FunctionName", Json::Array(vec![]))]), "`FunctionName` stands in the path")]
#[case(members(&[("FunctionName", Json::Text(Text::parse("<account>").expect("a text")))]), "`<account>` has no value")]
#[case(raw_with("content-length", "3"), "`content-length` cannot be sent")]
#[case(raw_with("a b", "3"), "`a b` cannot be sent")]
#[case(raw_with("a", "b\nc"), "`b\\nc` holds a control character")]
fn what_cannot_be_sent_is_named(#[case] request: Request, #[case] hint: &str) {
    let error: WireError = wire::request(
        &get_function_configuration(),
        &request,
        &Bindings::default(),
    )
    .expect_err("no request");
    assert!(error.to_string().contains(hint), "{error}");
}

fn raw_with(name: &str, value: &str) -> Request {
    Request::Raw(Raw {
        method: Method::GET,
        path: Text::literal("/"),
        query: None,
        headers: vec![(name.to_owned(), Text::literal(value))],
        body: None,
    })
}
