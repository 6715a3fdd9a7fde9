//! Contract B.2: every row, with status, headers and the exact body.

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::{Method, Request};
use lambda_conformance::reference::{Identity, ROWS, Row, Settings};
use lambda_conformance::target::FAULT_HEADER;
use rstest::rstest;
use serde_json::{Value, json};

use super::{ARN, Endpoint, assert_uuid, configuration_path};

/// A read of an absent function `f`, by the given caller.
fn by(identity: Identity) -> super::Reply {
    let mut endpoint = Endpoint::new();
    endpoint.identity = Some(identity);
    endpoint.read("f", None)
}

fn faulty(fault: &str, faults: bool) -> super::Reply {
    let mut endpoint = Endpoint::with(Settings {
        faults,
        ..Settings::default()
    });
    let request = Request::get(configuration_path("f", None)).header(FAULT_HEADER, fault);
    endpoint.send(request.body(Bytes::new()).unwrap())
}

/// 2016-09-28, at the time of day that is given.
fn at(hour: u64, minute: u64, second: u64) -> SystemTime {
    let midnight = SystemTime::UNIX_EPOCH + Duration::from_secs(1_475_020_800);
    midnight + Duration::from_secs(hour * 3600 + minute * 60 + second)
}

#[track_caller]
fn check(reply: &super::Reply, row: Row, status: u16, exception: &str, body: &str) {
    assert_eq!(reply.row, row);
    assert_eq!(reply.status, status);
    assert_eq!(reply.header("x-amzn-errortype"), Some(exception));
    assert_eq!(reply.header("content-type"), Some("application/json"));
    assert_uuid(reply.header("x-amzn-requestid").unwrap());
    assert_eq!(
        reply.headers.len(),
        3,
        "nothing beside these three and what the server adds: {:?}",
        reply.headers
    );
    assert_eq!(reply.text, body);
}

#[rstest]
#[case("f", None, "f")]
#[case("f", Some("99"), "f:99")]
#[case("f", Some("live"), "f:live")]
#[case("f:7", None, "f:7")]
#[case("f:$LATEST", None, "f:$LATEST")]
#[case("f:$LATEST", Some("$LATEST"), "f:$LATEST")]
#[case(ARN, Some("live"), "f:live")]
fn not_found(#[case] name: &str, #[case] qualifier: Option<&str>, #[case] echoed: &str) {
    let reply = Endpoint::new().read(name, qualifier);
    let body = format!(
        r#"{{"Type":"User","Message":"Function not found: arn:aws:lambda:us-east-1:123456789012:function:{echoed}"}}"#
    );
    check(
        &reply,
        Row::NOT_FOUND,
        404,
        "ResourceNotFoundException",
        &body,
    );
}

#[rstest]
#[case(false)]
#[case(true)]
fn other_region(#[case] exists: bool) {
    let settings = Settings {
        region: "us-west-2".to_owned(),
        ..Settings::default()
    };
    let mut endpoint = Endpoint::with(settings);
    if exists {
        endpoint.create(json!({})).expect(201);
    }
    let body = r#"{"Type":"User","Message":"Functions from 'us-east-1' are not reachable in this region ('us-west-2')"}"#;
    check(
        &endpoint.read(ARN, None),
        Row::OTHER_REGION,
        404,
        "ResourceNotFoundException",
        body,
    );
}

#[rstest]
#[case("f:1", "2")]
#[case("f:$LATEST", "1")]
#[case("arn:aws:lambda:us-east-1:123456789012:function:f:live", "1")]
fn qualifier_conflict(#[case] name: &str, #[case] qualifier: &str) {
    let body = r#"{"Type":"User","message":"The derived qualifier from the function name does not match the specified qualifier."}"#;
    let row = Row::QUALIFIER_CONFLICT;
    check(
        &Endpoint::new().read(name, Some(qualifier)),
        row,
        400,
        "InvalidParameterValueException",
        body,
    );
    check(
        &Endpoint::with_function().read(name, Some(qualifier)),
        row,
        400,
        "InvalidParameterValueException",
        body,
    );
}

#[test]
fn validation_of_one_and_of_several() {
    let long = "a".repeat(129);
    let one = format!(
        r#"{{"message":"1 validation error detected: Value '{long}' at 'qualifier' failed to satisfy constraint: Member must have length less than or equal to 128"}}"#
    );
    let reply = Endpoint::new().read("f", Some(&long));
    check(&reply, Row::VALIDATION, 400, "ValidationException", &one);

    let reply = Endpoint::new().read("my-function!", Some(&long));
    let (_, _, message) = reply.error();
    let rest = message
        .strip_prefix("2 validation errors detected: ")
        .unwrap();
    let sentences: Vec<&str> = rest.split("; ").collect();
    assert_eq!(sentences.len(), 2);
    assert!(
        sentences
            .iter()
            .any(|sentence| sentence.starts_with("Value 'my-function!' at 'functionName' failed"))
    );
    assert!(
        sentences
            .iter()
            .any(|sentence| sentence.ends_with("less than or equal to 128"))
    );
    assert_eq!(
        reply.json().as_object().unwrap().len(),
        1,
        "no `Type` beside `message`"
    );
}

#[test]
fn throttled() {
    let body = r#"{"Reason":"CallerRateLimitExceeded","Type":"User","message":"Rate exceeded"}"#;
    assert_eq!(body.len(), 76);
    check(
        &faulty("throttle", true),
        Row::THROTTLED,
        429,
        "TooManyRequestsException",
        body,
    );
}

#[test]
fn internal_error() {
    let reply = faulty("internal", true);
    assert_eq!(
        (reply.row, reply.status.as_u16()),
        (Row::INTERNAL_ERROR, 500)
    );
    assert_eq!(reply.header("x-amzn-errortype"), Some("ServiceException"));
    assert_eq!(
        reply.json()["Message"],
        "An error occurred and the request cannot be processed."
    );
    assert!(reply.json()["Type"].is_string());
}

#[rstest]
#[case("throttle", false)]
#[case("internal", false)]
#[case("something", true)]
fn faults_are_asked_for_twice(#[case] fault: &str, #[case] faults: bool) {
    assert_eq!(faulty(fault, faults).row, Row::NOT_FOUND);
}

#[test]
fn not_authorised() {
    let user = "arn:aws:iam::123456789012:user/u";
    let reply = by(Identity::Denied {
        arn: user.to_owned(),
    });
    let body = format!(
        r#"{{"Message":"User: {user} is not authorized to perform: lambda:GetFunctionConfiguration on resource: {ARN} because no identity-based policy allows the lambda:GetFunctionConfiguration action"}}"#
    );
    check(
        &reply,
        Row::NOT_AUTHORISED,
        403,
        "AccessDeniedException",
        &body,
    );
}

#[test]
fn not_authorised_for_all_functions() {
    let mut endpoint = Endpoint::new();
    endpoint.identity = Some(Identity::Denied {
        arn: "arn:aws:iam::123456789012:user/u".to_owned(),
    });
    let reply = endpoint.get("/2015-03-31/functions");
    let prefix = "User: arn:aws:iam::123456789012:user/u is not authorized to perform: lambda:ListFunctions on resource: *";
    assert!(
        reply.json()["Message"]
            .as_str()
            .unwrap()
            .starts_with(prefix)
    );
}

#[test]
fn another_account_without_a_grant() {
    let other = "arn:aws:lambda:us-east-1:999999999999:function:f";
    let reply = Endpoint::with_function().read(other, None);
    assert_eq!(
        (reply.row, reply.status.as_u16()),
        (Row::NOT_AUTHORISED, 403)
    );
    assert_eq!(
        reply.header("x-amzn-errortype"),
        Some("AccessDeniedException")
    );
    let message = reply.json()["Message"].as_str().unwrap().to_owned();
    let expected = format!(
        " is not authorized to perform: lambda:GetFunctionConfiguration on resource: {other}"
    );
    assert!(
        message.starts_with("User: ") && message.contains(&expected),
        "{message}"
    );
}

#[rstest]
#[case(
    Identity::Missing,
    Row::NO_CREDENTIALS,
    "MissingAuthenticationTokenException",
    r#"{"message":"Missing Authentication Token"}"#,
    None
)]
#[case(
    Identity::UnknownKey,
    Row::UNKNOWN_KEY,
    "UnrecognizedClientException",
    r#"{"message":"The security token included in the request is invalid."}"#,
    Some(68)
)]
#[case(
    Identity::ExpiredToken,
    Row::EXPIRED_TOKEN,
    "ExpiredTokenException",
    r#"{"message":"The security token included in the request is expired"}"#,
    None
)]
#[case(Identity::WrongSignature, Row::WRONG_SIGNATURE, "InvalidSignatureException",
    r#"{"message":"The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details."}"#, Some(192))]
#[case(Identity::Skew { signed: at(17, 44, 19), now: at(17, 52, 24) }, Row::CLOCK_SKEW, "InvalidSignatureException",
    r#"{"message":"Signature expired: 20160928T174419Z is now earlier than 20160928T174724Z (20160928T175224Z - 5 min.)"}"#, Some(114))]
fn unauthenticated(
    #[case] identity: Identity,
    #[case] row: Row,
    #[case] exception: &str,
    #[case] body: &str,
    #[case] bytes: Option<usize>,
) {
    check(&by(identity), row, 403, exception, body);
    assert!(bytes.is_none_or(|bytes| bytes == body.len()));
}

#[test]
fn malformed_authorization_is_a_4xx_of_its_type() {
    let reply = by(Identity::Malformed);
    assert_eq!(reply.row, Row::MALFORMED_AUTHORIZATION);
    assert!(reply.status.is_client_error());
    assert_eq!(
        reply.header("x-amzn-errortype"),
        Some("IncompleteSignatureException")
    );
}

/// An endpoint with `f` and this grant, asked by a caller of the account 210987654321.
fn granting(action: &str, principal: &str) -> Endpoint {
    let mut endpoint = Endpoint::with_function();
    endpoint
        .post(
            "/2015-03-31/functions/f/policy",
            json!({ "StatementId": "s", "Action": action, "Principal": principal }),
        )
        .expect(201);
    endpoint.identity = Some(Identity::Foreign {
        account: "210987654321".to_owned(),
        arn: "arn:aws:iam::210987654321:user/u".to_owned(),
    });
    endpoint
}

#[rstest]
#[case("lambda:GetFunctionConfiguration", "210987654321", Row::SUCCESS)]
#[case("lambda:*", "210987654321", Row::SUCCESS)]
#[case("lambda:GetFunctionConfiguration", "*", Row::SUCCESS)]
#[case(
    "lambda:GetFunctionConfiguration",
    "arn:aws:iam::210987654321:user/u",
    Row::SUCCESS
)]
#[case("lambda:GetFunctionConfiguration", "111122223333", Row::NOT_AUTHORISED)]
#[case("lambda:GetFunction", "210987654321", Row::NOT_AUTHORISED)]
#[case("lambda:InvokeFunction", "210987654321", Row::NOT_AUTHORISED)]
fn another_account_reads_what_the_policy_allows(
    #[case] action: &str,
    #[case] principal: &str,
    #[case] row: Row,
) {
    assert_eq!(granting(action, principal).read(ARN, None).row, row);
}

#[test]
fn another_account_is_denied_all_else() {
    let mut endpoint = granting("lambda:GetFunctionConfiguration", "210987654321");
    let (status, exception, message) = endpoint.read(&format!("{ARN}:1"), None).error();
    assert_eq!((status, exception.as_str()), (403, "AccessDeniedException"));
    let prefix = format!(
        "User: arn:aws:iam::210987654321:user/u is not authorized to perform: lambda:GetFunctionConfiguration \
         on resource: {ARN}:1 because no resource-based policy allows"
    );
    assert!(message.starts_with(&prefix), "{message}");
    let (_, _, message) = endpoint.read("f", None).error();
    assert_eq!(
        message,
        "Function not found: arn:aws:lambda:us-east-1:210987654321:function:f"
    );
    assert_eq!(
        endpoint.get("/2015-03-31/functions").row,
        Row::NOT_AUTHORISED
    );
    assert_eq!(
        endpoint.delete("/2015-03-31/functions/f").row,
        Row::NOT_AUTHORISED
    );
    assert_eq!(endpoint.read("f!", None).row, Row::VALIDATION);
}

#[test]
fn authentication_comes_before_validation() {
    let mut endpoint = Endpoint::new();
    endpoint.identity = Some(Identity::Missing);
    assert_eq!(endpoint.read("my-function!", None).row, Row::NO_CREDENTIALS);
    endpoint.identity = Some(Identity::Denied {
        arn: "a".to_owned(),
    });
    assert_eq!(endpoint.read("my-function!", None).row, Row::VALIDATION);
    assert_eq!(endpoint.read("f", None).row, Row::NOT_AUTHORISED);
    endpoint.identity = Some(Identity::Trusted);
    assert_eq!(endpoint.read("f", None).row, Row::NOT_FOUND);
}

#[rstest]
#[case(Method::POST, "/2015-03-31/functions/f/configuration")]
#[case(Method::DELETE, "/2015-03-31/functions/f/configuration")]
#[case(Method::PATCH, "/2015-03-31/functions/f/configuration")]
#[case(Method::GET, "/2015-03-31/functions/f/configuration/")]
#[case(Method::GET, "/2015-03-31/functions/f/Configuration")]
#[case(Method::GET, "/2015-03-31/functions//configuration")]
#[case(Method::GET, "/2015-03-31//functions/f/configuration")]
#[case(Method::GET, "//2015-03-31/functions/f/configuration")]
#[case(Method::GET, "/2016-03-31/functions/f/configuration")]
#[case(Method::GET, "/2015-03-31/functions/f/invocations")]
#[case(Method::GET, "/2015-03-31/functions/a/b/configuration")]
#[case(Method::GET, "/")]
fn unroutable(#[case] method: Method, #[case] path: &str) {
    let reply = Endpoint::with_function().call(method, path, Value::Null);
    let body = "<AccessDeniedException>\n  <Message>Unable to determine service/operation name to be authorized</Message>\n</AccessDeniedException>\n";
    assert_eq!(body.len(), 130);
    assert_eq!(
        (reply.row, reply.status.as_u16(), reply.text.as_str()),
        (Row::UNROUTABLE, 403, body)
    );
    assert_uuid(reply.header("x-amzn-requestid").unwrap());
    assert_eq!(
        reply.headers.len(),
        1,
        "neither content type nor error type: {:?}",
        reply.headers
    );
}

#[test]
fn revision_mismatch() {
    let mut endpoint = Endpoint::with_function();
    endpoint.f(None);
    let wrong = json!({ "RevisionId": "00000000-0000-4000-8000-000000000000" });
    let body = r#"{"Type":"User","message":"The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias API to retrieve the latest Revision Id"}"#;
    let exception = "PreconditionFailedException";
    check(
        &endpoint.update(wrong.clone()),
        Row::REVISION_MISMATCH,
        412,
        exception,
        body,
    );
    check(
        &endpoint.update_code(wrong.clone()),
        Row::REVISION_MISMATCH,
        412,
        exception,
        body,
    );
    check(
        &endpoint.publish(wrong.clone()),
        Row::REVISION_MISMATCH,
        412,
        exception,
        body,
    );
    endpoint.publish(json!({})).expect(201);
    endpoint.alias("live", "1").expect(201);
    let alias = endpoint.put("/2015-03-31/functions/f/aliases/live", wrong);
    check(&alias, Row::REVISION_MISMATCH, 412, exception, body);

    let statement =
        json!({ "StatementId": "s", "Action": "lambda:GetFunction", "Principal": "999999999999" });
    endpoint
        .post("/2015-03-31/functions/f/policy", statement)
        .expect(201);
    let again = json!({
        "StatementId": "t", "Action": "lambda:GetFunction", "Principal": "999999999999", "RevisionId": "x",
    });
    let body = r#"{"Type":"User","message":"The Revision Id provided does not match the latest Revision Id. Call the GetPolicy API to retrieve the latest Revision Id"}"#;
    assert_eq!(body.len(), 149);
    check(
        &endpoint.post("/2015-03-31/functions/f/policy", again),
        Row::REVISION_MISMATCH,
        412,
        exception,
        body,
    );
}

#[test]
fn the_right_revision_is_accepted() {
    let mut endpoint = Endpoint::with_function();
    let revision = endpoint.f(None)["RevisionId"].clone();
    endpoint
        .update(json!({ "RevisionId": revision, "Description": "x" }))
        .expect(200);
}

#[test]
fn a_success_tells_its_row_and_type() {
    let reply = Endpoint::with_function().read("f", None);
    assert_eq!(
        (reply.row, reply.header("content-type")),
        (Row::SUCCESS, Some("application/json"))
    );
    assert_uuid(reply.header("x-amzn-requestid").unwrap());
    assert_eq!(reply.header("x-amzn-errortype"), None);
}

#[test]
fn rows_have_distinct_names() {
    let names: std::collections::BTreeSet<&str> = ROWS.iter().map(|row| row.name()).collect();
    assert_eq!(names.len(), ROWS.len());
    assert_eq!(ROWS.len(), 17);
}
