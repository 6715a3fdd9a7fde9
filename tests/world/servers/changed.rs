//! Servers that take a change in another way than Lambda, or show another function than was changed.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, PoisonError},
};

use bytes::Bytes;
use http::{HeaderValue, Method, Request};
use lambda_conformance::mock::Middleware;
use serde_json::{Map, Value, json};

use super::{Next, asked::Asked, is_read, showing, taking, written};

type Members = Map<String, Value>;

/// A server that takes other members than it is sent, with one method on paths that end so.
pub(crate) fn sent(
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
pub(crate) fn updated(change: impl Fn(&mut Members) + Send + Sync + 'static) -> Arc<Middleware> {
    sent(Method::PUT, "/configuration", change)
}

pub(crate) fn an_update_resets(member: &'static str, default: Value) -> Arc<Middleware> {
    updated(move |members| {
        members.entry(member).or_insert_with(|| default.clone());
    })
}

/// The name of the function in a path.
pub(crate) fn function(path: &str) -> &str {
    path.split('/').nth(3).unwrap_or_default()
}

/// A server whose reads of a function are changed once a request has succeeded of which `is_due` holds.
pub(crate) fn once_done(
    is_due: impl Fn(&Request<Bytes>) -> bool + Send + Sync + 'static,
    change: impl Fn(&mut Value) + Send + Sync + 'static,
) -> Arc<Middleware> {
    let done: Mutex<BTreeSet<String>> = Mutex::default();
    Arc::new(move |request: Request<Bytes>, mock: Next<'_>| {
        let name = function(request.uri().path()).to_owned();
        let is_due = is_due(&request);
        let is_read = is_read(&request);
        let answer = mock(request);
        let mut done = done.lock().unwrap_or_else(PoisonError::into_inner);
        if is_due && answer.status().is_success() {
            done.insert(name);
        } else if is_read && answer.status() == 200 && done.contains(&name) {
            return written(answer, &change);
        }
        answer
    })
}

pub(crate) fn an_update_of_code_resets_the_timeout() -> Arc<Middleware> {
    let is_code = |request: &Request<Bytes>| request.uri().path().ends_with("/code");
    once_done(is_code, |body| body["Timeout"] = 3.into())
}

pub(crate) fn a_deleted_version_moves_last_modified() -> Arc<Middleware> {
    let is_deletion = |request: &Request<Bytes>| {
        request.method() == Method::DELETE && request.uri().query().is_some()
    };
    once_done(is_deletion, |body| {
        body["LastModified"] = "2026-01-01T00:00:00.000+0000".into();
    })
}

/// A server that shows a member of an alias as the one of its version.
pub(crate) fn an_alias_shows_its_own(member: &'static str) -> Arc<Middleware> {
    Arc::new(move |request: Request<Bytes>, mock: Next<'_>| {
        let answer = mock(request.clone());
        let asked = Asked::of(&request).filter(|_| answer.status() == 200);
        let Some((name, alias)) =
            asked.and_then(|asked| Some((asked.name, asked.suffix.or(asked.query)?)))
        else {
            return answer;
        };
        let mut own = request;
        let path = format!("/2015-03-31/functions/{name}/aliases/{alias}");
        *own.uri_mut() = path.parse().expect("a path");
        let own = mock(own);
        if own.status() != 200 {
            return answer;
        }
        let own: Value = serde_json::from_slice(own.body()).expect("JSON");
        written(answer, |body| body[member] = own[member].clone())
    })
}

pub(crate) fn an_alias_goes_back_to_version_1() -> Arc<Middleware> {
    sent(Method::PUT, "/aliases/", |members| {
        members
            .entry("FunctionVersion")
            .or_insert_with(|| "1".into());
    })
}

pub(crate) fn every_publication_is_let_through() -> Arc<Middleware> {
    sent(Method::POST, "/versions", |members| {
        members.retain(|name, _| !["CodeSha256", "RevisionId"].contains(&name.as_str()));
    })
}

/// A server that does not see a member of an update of code, if it has the type that it may have.
pub(crate) fn code_without(member: &'static str) -> Arc<Middleware> {
    sent(Method::PUT, "/code", move |members| {
        let is_right = match member {
            "DryRun" => Value::is_boolean,
            _ => Value::is_string,
        };
        if members.get(member).is_some_and(is_right) {
            members.remove(member);
        }
    })
}

/// A server that makes a function anew where there is one.
pub(crate) fn a_creation_replaces() -> Arc<Middleware> {
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
pub(crate) fn versions_follow(member: &'static str) -> Arc<Middleware> {
    versions_from_latest(move |version, latest| version[member] = latest[member].clone())
}

/// A server whose reads of versions, by number and through an alias, are changed by what `$LATEST` is.
pub(crate) fn versions_from_latest(
    change: impl Fn(&mut Value, &Value) + Send + Sync + 'static,
) -> Arc<Middleware> {
    Arc::new(move |request: Request<Bytes>, mock: Next<'_>| {
        let answer = mock(request.clone());
        let Some(asked) = Asked::of(&request).filter(|_| answer.status() == 200) else {
            return answer;
        };
        let latest = Asked {
            suffix: None,
            query: None,
            ..asked
        };
        let latest = mock(latest.written(&request));
        let latest: Value = serde_json::from_slice(latest.body()).expect("JSON");
        written(answer, |body| {
            if body["Version"] != "$LATEST" {
                change(body, &latest);
            }
        })
    })
}

/// A server that gives all its answers, or all its successes, one header.
pub(crate) fn with_header(name: &'static str, value: &'static str) -> Arc<Middleware> {
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
pub(crate) fn an_image_takes_a_zip() -> Arc<Middleware> {
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

pub(crate) fn one_runtime_version() -> Arc<Middleware> {
    let arn = format!("arn:aws:lambda:us-east-1::runtime:{}", "0a".repeat(32));
    showing(move |_, body| {
        if body["RuntimeVersionConfig"].is_object() {
            body["RuntimeVersionConfig"] = json!({ "RuntimeVersionArn": arn, "Error": null });
        }
    })
}
