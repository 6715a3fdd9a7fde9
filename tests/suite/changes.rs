//! Servers that take a change in another way than Lambda, or show another function than was changed: all are noticed, and the
//! clause that they break is named.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, PoisonError},
};

use bytes::Bytes;
use http::{HeaderValue, Method, Request, Response};
use lambda_conformance::mock::Middleware;
use rstest::rstest;
use serde_json::{Map, Value, json};

use crate::{
    survivors::{Next, broken_in, showing, taking},
    world,
};

type Members = Map<String, Value>;

/// A server that takes other members than it is sent, with one method on paths that end so.
fn sent(
    method: Method,
    path: &'static str,
    change: impl Fn(&mut Members) + Send + Sync + 'static,
) -> Arc<Middleware> {
    taking(move |request| {
        if request.method() != method || !request.uri().path().contains(path) {
            return;
        }
        if let Ok(Value::Object(mut members)) = serde_json::from_slice(request.body()) {
            change(&mut members);
            *request.body_mut() = Bytes::from(Value::Object(members).to_string());
        }
    })
}

/// A server that takes other members with each update of settings.
fn updated(change: impl Fn(&mut Members) + Send + Sync + 'static) -> Arc<Middleware> {
    sent(Method::PUT, "/configuration", change)
}

fn an_update_resets(member: &'static str, default: Value) -> Arc<Middleware> {
    updated(move |members| {
        members.entry(member).or_insert_with(|| default.clone());
    })
}

/// The name of the function in a path.
fn function(path: &str) -> &str {
    path.split('/').nth(3).unwrap_or_default()
}

/// A server whose reads of a function are changed once a request has succeeded of which `is_due` holds.
fn once_done(
    is_due: impl Fn(&Request<Bytes>) -> bool + Send + Sync + 'static,
    change: impl Fn(&mut Value) + Send + Sync + 'static,
) -> Arc<Middleware> {
    let done: Mutex<BTreeSet<String>> = Mutex::default();
    Arc::new(move |request: Request<Bytes>, mock: Next<'_>| {
        let name = function(request.uri().path()).to_owned();
        let is_due = is_due(&request);
        let is_read = request.method() == Method::GET;
        let answer = mock(request);
        let mut done = done.lock().unwrap_or_else(PoisonError::into_inner);
        if is_due && answer.status().is_success() {
            done.insert(name);
        } else if is_read && answer.status() == 200 && done.contains(&name) {
            let (head, body) = answer.into_parts();
            let mut body: Value = serde_json::from_slice(&body).expect("a success is JSON");
            change(&mut body);
            return Response::from_parts(head, Bytes::from(body.to_string()));
        }
        answer
    })
}

fn an_update_of_code_resets_the_timeout() -> Arc<Middleware> {
    let is_code = |request: &Request<Bytes>| request.uri().path().ends_with("/code");
    once_done(is_code, |body| body["Timeout"] = 3.into())
}

fn a_deleted_version_moves_last_modified() -> Arc<Middleware> {
    let is_deletion = |request: &Request<Bytes>| {
        request.method() == Method::DELETE && request.uri().query().is_some()
    };
    once_done(is_deletion, |body| {
        body["LastModified"] = "2026-01-01T00:00:00.000+0000".into();
    })
}

fn an_alias_shows_its_own_description() -> Arc<Middleware> {
    showing(|asked, body| {
        if asked.ends_with("Qualifier=live") {
            body["Description"] = "an alias's own".into();
        }
    })
}

fn an_alias_goes_back_to_version_1() -> Arc<Middleware> {
    sent(Method::PUT, "/aliases/", |members| {
        members
            .entry("FunctionVersion")
            .or_insert_with(|| "1".into());
    })
}

fn every_publication_is_let_through() -> Arc<Middleware> {
    sent(Method::POST, "/versions", |members| {
        members.retain(|name, _| !["CodeSha256", "RevisionId"].contains(&name.as_str()));
    })
}

fn code_without(member: &'static str) -> Arc<Middleware> {
    sent(Method::PUT, "/code", move |members| {
        members.remove(member);
    })
}

/// A server that makes a function anew where there is one.
fn a_creation_replaces() -> Arc<Middleware> {
    Arc::new(|request: Request<Bytes>, mock: Next<'_>| {
        let answer = mock(request.clone());
        if !request.uri().path().ends_with("/functions") || answer.status() != 409 {
            return answer;
        }
        let sent: Value = serde_json::from_slice(request.body()).expect("a creation is JSON");
        let name = sent["FunctionName"].as_str().expect("a name");
        let mut deletion = request.clone();
        *deletion.method_mut() = Method::DELETE;
        let path = format!("{}/{name}", request.uri().path());
        *deletion.uri_mut() = path.parse().expect("a path");
        *deletion.body_mut() = Bytes::new();
        mock(deletion);
        mock(request)
    })
}

/// A server in which versions have a setting of `$LATEST`.
fn versions_follow(member: &'static str) -> Arc<Middleware> {
    Arc::new(move |request: Request<Bytes>, mock: Next<'_>| {
        let is_version = request.method() == Method::GET
            && request.uri().path().ends_with("/configuration")
            && request.uri().query() == Some("Qualifier=1");
        let answer = mock(request.clone());
        if !is_version || answer.status() != 200 {
            return answer;
        }
        let mut latest = request.clone();
        *latest.uri_mut() = request.uri().path().parse().expect("a path");
        let latest: Value = serde_json::from_slice(mock(latest).body()).expect("JSON");
        let (head, body) = answer.into_parts();
        let mut body: Value = serde_json::from_slice(&body).expect("JSON");
        body[member] = latest[member].clone();
        Response::from_parts(head, Bytes::from(body.to_string()))
    })
}

fn qualifiers_are_trimmed() -> Arc<Middleware> {
    taking(|request| {
        let target = request.uri().to_string().replace("%20", "");
        *request.uri_mut() = target.parse().expect("a path");
    })
}

/// A server that gives all its answers, or all its successes, one header.
fn with_header(name: &'static str, value: &'static str) -> Arc<Middleware> {
    Arc::new(move |request: Request<Bytes>, mock: Next<'_>| {
        let mut answer = mock(request);
        if answer.status() == 200 {
            let value = HeaderValue::from_static(value);
            answer.headers_mut().insert(name, value);
        }
        answer
    })
}

/// A server that says of an image that it took the ZIP, and gives it another revision.
fn an_image_takes_a_zip() -> Arc<Middleware> {
    Arc::new(|request: Request<Bytes>, mock: Next<'_>| {
        let answer = mock(request.clone());
        let text = String::from_utf8_lossy(answer.body()).into_owned();
        if !text.contains("Please provide ImageUri") {
            return answer;
        }
        let mut read = request;
        *read.method_mut() = Method::GET;
        let path = read.uri().path().replace("/code", "/configuration");
        *read.uri_mut() = path.parse().expect("a path");
        *read.body_mut() = Bytes::new();
        mock(read)
    })
}

fn one_runtime_version() -> Arc<Middleware> {
    let arn = format!("arn:aws:lambda:us-east-1::runtime:{}", "0a".repeat(32));
    showing(move |_, body| {
        if body["RuntimeVersionConfig"].is_object() {
            body["RuntimeVersionConfig"] = json!({ "RuntimeVersionArn": arn, "Error": null });
        }
    })
}

#[rstest]
#[case::an_update_resets_a_queue(
    an_update_resets("DeadLetterConfig", json!({ "TargetArn": "" })),
    "kept-settings",
    "RSP-SHAPE-DLC"
)]
#[case::an_update_resets_tracing(
    an_update_resets("TracingConfig", json!({ "Mode": "PassThrough" })),
    "kept-settings",
    "OP-REF-UPDATE"
)]
#[case::an_update_of_code_resets_the_timeout(
    an_update_of_code_resets_the_timeout(),
    "kept-settings",
    "OP-REF-UPDATE"
)]
#[case::an_alias_shows_its_own_description(
    an_alias_shows_its_own_description(),
    "aliases",
    "OP-PURPOSE"
)]
#[case::an_alias_goes_back_to_version_1(
    an_alias_goes_back_to_version_1(),
    "aliases",
    "REQ-QUAL-ALIAS"
)]
#[case::every_publication_is_let_through(
    every_publication_is_let_through(),
    "refused-changes",
    "X-QUAL-UNKNOWN-VERSION"
)]
#[case::a_dry_run_is_an_update(code_without("DryRun"), "refused-changes", "RSP-CODESHA-MEANING")]
#[case::a_revision_of_code_is_not_held(
    code_without("RevisionId"),
    "refused-changes",
    "RSP-CODESHA-MEANING"
)]
#[case::a_creation_replaces(a_creation_replaces(), "refused-changes", "CREATE-TAKEN")]
#[case::an_image_takes_a_zip(an_image_takes_a_zip(), "refused-changes", "ERR-400")]
#[case::versions_follow_the_queue(
    versions_follow("DeadLetterConfig"),
    "kept-versions",
    "RSP-SHAPE-DLC"
)]
#[case::a_deleted_version_moves_last_modified(
    a_deleted_version_moves_last_modified(),
    "last-modified",
    "RSP-LM-TYPE"
)]
#[case::qualifiers_are_trimmed(qualifiers_are_trimmed(), "whitespace", "REQ-QUAL-PATTERN")]
#[case::one_request_id(
    with_header("x-amzn-requestid", "0a0a0a0a-0000-4000-8000-0a0a0a0a0a0a"),
    "consistency",
    "X-HDR-REQUESTID"
)]
#[case::an_error_type_on_success(
    with_header("x-amzn-errortype", "ServiceException"),
    "consistency",
    "X-HDR-ERRORTYPE"
)]
#[case::one_runtime_version(one_runtime_version(), "updated-settings", "RSP-SHAPE-RUNTIMEVER")]
#[tokio::test]
async fn a_server_that_changes_otherwise_is_noticed(
    #[case] server: Arc<Middleware>,
    #[case] topic: &str,
    #[case] clause: &str,
) {
    let broken = broken_in(&world::library(), server, &[format!("/{topic}/")]).await;
    assert!(broken.contains(clause), "of {clause}, named {broken:?}");
}

/// So the topics notice what is wrong, and not everything.
#[tokio::test]
async fn the_mock_behind_nothing_breaks_no_clause_of_these_topics() {
    let honest: Arc<Middleware> = Arc::new(|request, mock| mock(request));
    let topics = [
        "aliases",
        "consistency",
        "kept-settings",
        "kept-versions",
        "refused-changes",
        "updated-settings",
        "whitespace",
    ];
    let patterns = topics.map(|topic| format!("/{topic}/"));
    let broken = broken_in(&world::library(), honest, &patterns).await;
    assert!(broken.is_empty(), "{broken:?}");
}
