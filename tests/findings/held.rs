//! What servers of several nouns do with a request; and servers that do not hold on to a member of one.

use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use http::{Method, Request, header::CONTENT_LENGTH};
use lambda_conformance::mock::Middleware;
use serde_json::{Map, Value};

use crate::servers::Next;

/// The name of the function that a path names, as it stands there.
pub(crate) fn function(request: &Request<Bytes>) -> String {
    let path = request.uri().path();
    path.split('/').nth(3).unwrap_or_default().to_owned()
}

/// Another request from whoever sent `request`; `null` is no body.
pub(crate) fn at(
    request: &Request<Bytes>,
    method: Method,
    path: &str,
    body: &Value,
) -> Request<Bytes> {
    let mut another = request.clone();
    *another.method_mut() = method;
    *another.uri_mut() = path.parse().expect("a path");
    another.headers_mut().remove(CONTENT_LENGTH);
    *another.body_mut() = match body {
        Value::Null => Bytes::new(),
        body => Bytes::from(body.to_string()),
    };
    another
}

/// The members of a request with one method on paths that end so.
pub(crate) fn members(
    request: &Request<Bytes>,
    method: &Method,
    end: &str,
) -> Option<Map<String, Value>> {
    let is_due = request.method() == method && request.uri().path().ends_with(end);
    let members = is_due.then(|| serde_json::from_slice(request.body()).ok());
    members.flatten()
}

/// The request with other members.
pub(crate) fn with(request: &Request<Bytes>, members: Map<String, Value>) -> Request<Bytes> {
    let (head, _) = request.clone().into_parts();
    Request::from_parts(head, Bytes::from(Value::Object(members).to_string()))
}

/// A server that forgets a setting of each creation, if it may have the value that it has.
pub(crate) fn a_creation_forgets(member: &'static str) -> Arc<Middleware> {
    let tried = Mutex::new(0_u64);
    Arc::new(move |request: Request<Bytes>, mock: Next<'_>| {
        let sent = members(&request, &Method::POST, "/functions");
        let Some(mut members) = sent.filter(|members| members.contains_key(member)) else {
            return mock(request);
        };
        // whether it is taken shows under a name that nobody else has
        let mut tried = tried.lock().unwrap_or_else(PoisonError::into_inner);
        *tried += 1;
        let name = format!("nobody-{tried}");
        let mut other = members.clone();
        other.insert("FunctionName".to_owned(), name.as_str().into());
        if mock(with(&request, other)).status() != 201 {
            return mock(request);
        }
        let path = format!("{}/{name}", request.uri().path());
        mock(at(&request, Method::DELETE, &path, &Value::Null));
        members.remove(member);
        mock(with(&request, members))
    })
}

/// A server that does not take a member of an update, if it may have the value that it has.
pub(crate) fn an_update_ignores(end: &'static str, member: &'static str) -> Arc<Middleware> {
    const ANOTHER: &str = "00000000-0000-4000-8000-000000000000";
    Arc::new(move |request: Request<Bytes>, mock: Next<'_>| {
        let sent = members(&request, &Method::PUT, end);
        let Some(mut members) = sent.filter(|members| members.contains_key(member)) else {
            return mock(request);
        };
        // an update of another revision is refused once everything in it is found to be right
        let mut other = members.clone();
        other.insert("RevisionId".to_owned(), ANOTHER.into());
        let is_right = [409, 412].contains(&mock(with(&request, other)).status().as_u16());
        if !is_right {
            return mock(request);
        }
        members.remove(member);
        mock(with(&request, members))
    })
}
