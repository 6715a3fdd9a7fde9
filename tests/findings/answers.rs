//! Servers that write their answers otherwise.

use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderValue, Request, Response};
use lambda_conformance::mock::Middleware;
use serde_json::Value;

use crate::servers::{Next, written};

/// A server in which `change` is made of each answer.
pub(crate) fn answering(
    change: impl Fn(&mut Response<Bytes>) + Send + Sync + 'static,
) -> Arc<Middleware> {
    Arc::new(move |request: Request<Bytes>, mock: Next<'_>| {
        let mut answer = mock(request);
        change(&mut answer);
        answer
    })
}

/// A server in which `change` is made of the body of each success that has one.
pub(crate) fn successes(change: impl Fn(&mut Value) + Send + Sync + 'static) -> Arc<Middleware> {
    Arc::new(move |request: Request<Bytes>, mock: Next<'_>| {
        let answer = mock(request);
        if answer.status().is_success() && !answer.body().is_empty() {
            written(answer, &change)
        } else {
            answer
        }
    })
}

/// A server in which `change` is made of each configuration, be it read, made, changed or in an answer to GetFunction.
pub(crate) fn configurations(
    change: impl Fn(&mut Value) + Send + Sync + 'static,
) -> Arc<Middleware> {
    successes(move |body| {
        if body["CodeSha256"].is_string() && body["FunctionArn"].is_string() {
            change(body);
        } else if body["Configuration"].is_object() {
            change(&mut body["Configuration"]);
        }
    })
}

/// The name of an error in JSON.
pub(crate) fn error(answer: &Response<Bytes>) -> Option<&str> {
    answer.headers().get("x-amzn-errortype")?.to_str().ok()
}

/// A server in which `change` is made of each error in JSON.
pub(crate) fn errors(
    change: impl Fn(&mut Response<Bytes>) + Send + Sync + 'static,
) -> Arc<Middleware> {
    answering(move |answer| {
        if error(answer).is_some() {
            change(answer);
        }
    })
}

/// A server in which `change` is made of the body of each error in JSON; it gets the name of the error, too.
pub(crate) fn bodies_of_errors(
    change: impl Fn(&str, &mut Value) + Send + Sync + 'static,
) -> Arc<Middleware> {
    errors(move |answer| {
        let name = error(answer).unwrap_or_default().to_owned();
        let mut body: Value = serde_json::from_slice(answer.body()).expect("an error is JSON");
        change(&name, &mut body);
        *answer.body_mut() = body.to_string().into();
    })
}

/// Gives an answer a header.
pub(crate) fn set(answer: &mut Response<Bytes>, name: &'static str, value: &'static str) {
    answer
        .headers_mut()
        .insert(name, HeaderValue::from_static(value));
}
