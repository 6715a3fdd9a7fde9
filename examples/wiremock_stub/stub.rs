//! A stand-in for Lambda as people write it for their own tests: five routes on a wiremock server, and no state.

use serde_json::{Value, json};
use wiremock::{
    Mock, MockServer, Request, ResponseTemplate,
    matchers::{method, path_regex},
};

const ONE: &str = "^/2015-03-31/functions/[^/]+$";
const CONFIGURATION: &str = "^/2015-03-31/functions/[^/]+/configuration$";

/// Starts it. It answers at the URL for as long as the server is kept.
pub(crate) async fn start() -> (String, MockServer) {
    let server = MockServer::start().await;
    Mock::given(method("GET"))
        .and(path_regex("-absent[^/]*/configuration$"))
        .respond_with(not_found)
        .mount(&server)
        .await;
    Mock::given(method("GET"))
        .and(path_regex(CONFIGURATION))
        .respond_with(|request: &Request| answer(200, &configuration(request)))
        .mount(&server)
        .await;
    Mock::given(method("GET"))
        .and(path_regex(ONE))
        .respond_with(|request: &Request| {
            answer(200, &json!({ "Configuration": configuration(request) }))
        })
        .mount(&server)
        .await;
    Mock::given(method("POST"))
        .and(path_regex("^/2015-03-31/functions$"))
        .respond_with(|request: &Request| answer(201, &configuration(request)))
        .mount(&server)
        .await;
    Mock::given(method("DELETE"))
        .and(path_regex(ONE))
        .respond_with(ResponseTemplate::new(204))
        .mount(&server)
        .await;
    (server.uri(), server)
}

fn answer(status: u16, body: &Value) -> ResponseTemplate {
    ResponseTemplate::new(status)
        .insert_header("x-amzn-requestid", "6c3a1f0e-9d8b-4f47-8a3e-2b7d5c1e0f9a")
        .set_body_json(body)
}

fn not_found(request: &Request) -> ResponseTemplate {
    let message = format!("Function not found: {}", arn(&name(request)));
    answer(404, &json!({ "Type": "User", "Message": message }))
        .insert_header("x-amzn-errortype", "ResourceNotFoundException")
}

fn configuration(request: &Request) -> Value {
    let name = name(request);
    json!({
        "FunctionName": name,
        "FunctionArn": arn(&name),
        "Runtime": "python3.12",
        "Role": "arn:aws:iam::123456789012:role/lambda-conformance",
        "Handler": "index.handler",
        "CodeSize": 142,
        "Description": "",
        "Timeout": 3,
        "MemorySize": 128,
        "LastModified": "2026-01-01T00:00:00Z",
        "Version": "$LATEST",
        "State": "Active",
    })
}

/// What stands in the path, or in the body of a function that is made.
fn name(request: &Request) -> String {
    let body: Value = request.body_json().unwrap_or_default();
    let in_path = request.url.path().split('/').nth(3);
    body["FunctionName"]
        .as_str()
        .or(in_path)
        .unwrap_or_default()
        .to_owned()
}

fn arn(name: &str) -> String {
    format!("arn:aws:lambda:us-east-1:123456789012:function:{name}")
}
