//! What servers of several nouns do with a request.

use bytes::Bytes;
use http::{Method, Request, header::CONTENT_LENGTH};
use serde_json::Value;

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
