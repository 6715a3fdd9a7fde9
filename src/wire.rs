//! From a case's request to the bytes of an HTTP request: path, query, headers, body.
//!
//! Knows nothing of signatures ([`crate::sign`]) and of sockets ([`crate::client`]).

use std::borrow::Cow;

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Uri, header, uri::PathAndQuery};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::{
    case::{Json, Raw, Request},
    operation::{Operation, Rate},
    target::Endpoint,
    text::{Bindings, Unbound},
    word::Unknown,
};

mod curl;
mod rewrite;

pub use curl::curl;
pub use rewrite::{Rewrite, rewritten};

/// What AWS SDKs escape in labels and query values: everything but the unreserved characters of RFC 3986.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// Headers that frame the message. The client writes them from the body that it sends, so a case cannot.
const FRAMING: [HeaderName; 2] = [header::CONTENT_LENGTH, header::TRANSFER_ENCODING];

/// Why a case's request cannot become an HTTP request.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WireError {
    /// A placeholder has no value on this target.
    #[error(transparent)]
    Unbound(#[from] Unbound),
    /// The operation has no such member.
    #[error(transparent)]
    NoMember(Unknown),
    /// A member of the path is not given.
    #[error(
        "`{member}` is missing, and it stands in the path `{path}`; give it, or write the request as `raw`"
    )]
    NoLabel {
        /// The member.
        member: String,
        /// The operation's path.
        path: String,
    },
    /// A label or a query value is an array or an object.
    #[error(
        "`{member}` stands in the path or the query, so it must be a text, a number or a truth value"
    )]
    NotScalar {
        /// The member.
        member: String,
    },
    /// A URL library would send something else.
    #[error(transparent)]
    Rewritten(#[from] Rewrite),
    /// The path and query are no request target at all.
    #[error("`{written}` is no request target: {reason}")]
    Target {
        /// Path and query as written.
        written: String,
        /// What stands against it.
        reason: String,
    },
    /// A header cannot be sent.
    #[error("header `{name}` cannot be sent: {reason}")]
    Header {
        /// The header's name as written.
        name: String,
        /// What stands against it.
        reason: String,
    },
}

/// The HTTP request of a case's request: origin form (`/path?query`), not addressed and not signed.
///
/// Members go where the operation says, escaped as AWS SDKs escape them (X-ENCODING). An operation with body
/// members gets a JSON body and its content type, even an empty object; one without gets neither.
pub fn request(
    operation: &Operation,
    request: &Request,
    bindings: &Bindings,
) -> Result<http::Request<Bytes>, WireError> {
    let mut made = match request {
        Request::Members(members) => from_members(operation, members, bindings),
        Request::Raw(raw) => from_raw(raw, bindings),
    }?;
    if let Some(rate) = operation.rate {
        made.extensions_mut().insert(Rate(rate));
    }
    Ok(made)
}

/// Points a request at an endpoint: absolute form, the endpoint's base path before its own. A request that is
/// addressed already stays as it is.
pub fn address(request: &mut http::Request<Bytes>, endpoint: &Endpoint) -> Result<(), WireError> {
    if request.uri().scheme().is_none() {
        let url = format!("{endpoint}{}", origin_form(request.uri()));
        *request.uri_mut() =
            url.parse()
                .map_err(|error: http::uri::InvalidUri| WireError::Target {
                    written: url,
                    reason: error.to_string(),
                })?;
    }
    Ok(())
}

/// Path and query, as they stand in the request line.
pub fn origin_form(uri: &Uri) -> &str {
    uri.path_and_query().map_or("/", PathAndQuery::as_str)
}

/// `text` escaped as a label or a query value.
pub fn escaped(text: &str) -> String {
    utf8_percent_encode(text, ESCAPED).to_string()
}

/// An error and all that caused it, in one line.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let cause_text = cause.to_string();
        if !text.ends_with(&cause_text) {
            text.push_str(": ");
            text.push_str(&cause_text);
        }
        source = cause.source();
    }
    text
}

fn from_members(
    operation: &Operation,
    members: &[(String, Json)],
    bindings: &Bindings,
) -> Result<http::Request<Bytes>, WireError> {
    for (name, _) in members {
        if !operation.members().any(|known| known == name) {
            return Err(WireError::NoMember(operation.unknown(name)));
        }
    }
    let given = |name: &str| {
        members
            .iter()
            .find(|(member, _)| member == name)
            .map(|(_, value)| value)
    };

    let mut target = String::new();
    for segment in operation.path.split('/').skip(1) {
        target.push('/');
        match segment
            .strip_prefix('{')
            .and_then(|inner| inner.strip_suffix('}'))
        {
            None => target.push_str(segment),
            Some(member) => {
                let value = given(member).ok_or_else(|| WireError::NoLabel {
                    member: member.to_owned(),
                    path: operation.path.clone(),
                })?;
                target.push_str(&escaped(&scalar(member, value, bindings)?));
            }
        }
    }
    for (at, (name, value)) in operation
        .query
        .iter()
        .filter_map(|name| Some((name, given(name)?)))
        .enumerate()
    {
        target.push(if at == 0 { '?' } else { '&' });
        target.push_str(name);
        target.push('=');
        target.push_str(&escaped(&scalar(name, value, bindings)?));
    }

    let mut built = http::Request::new(Bytes::new());
    *built.method_mut() = operation.method.clone();
    *built.uri_mut() = parsed(&target)?;
    if !operation.body.is_empty() {
        let body: Vec<(String, Json)> = members
            .iter()
            .filter(|(name, _)| operation.body.contains(name))
            .cloned()
            .collect();
        let mut text = String::new();
        write_json(&Json::Object(body), bindings, &mut text)?;
        *built.body_mut() = Bytes::from(text);
        built.headers_mut().insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/json"),
        );
    }
    Ok(built)
}

fn from_raw(raw: &Raw, bindings: &Bindings) -> Result<http::Request<Bytes>, WireError> {
    let mut target = raw.path.expand(bindings)?;
    if let Some(query) = &raw.query {
        target.push('?');
        target.push_str(&query.expand(bindings)?);
    }
    let mut built = http::Request::new(Bytes::new());
    *built.method_mut() = raw.method.clone();
    *built.uri_mut() = parsed(&target)?;
    for (name, value) in &raw.headers {
        let wrong = |reason: String| WireError::Header {
            name: name.clone(),
            reason,
        };
        let field: HeaderName = name
            .parse()
            .map_err(|_| wrong("this is no header name".to_owned()))?;
        if FRAMING.contains(&field) {
            return Err(wrong(
                "the client writes it from the body; leave it out".to_owned(),
            ));
        }
        let value = value.expand(bindings)?;
        let value = HeaderValue::from_bytes(value.as_bytes()).map_err(|_| {
            wrong(format!(
                "`{}` holds a control character",
                value.escape_debug()
            ))
        })?;
        built.headers_mut().append(field, value);
    }
    if let Some(body) = &raw.body {
        *built.body_mut() = Bytes::from(body.expand(bindings)?);
    }
    Ok(built)
}

/// A request target that will be sent byte for byte.
fn parsed(target: &str) -> Result<Uri, WireError> {
    if let Some(rewrite) = rewritten(target) {
        return Err(rewrite.into());
    }
    target
        .parse()
        .map_err(|error: http::uri::InvalidUri| WireError::Target {
            written: target.to_owned(),
            reason: error.to_string(),
        })
}

fn scalar<'a>(
    member: &str,
    value: &'a Json,
    bindings: &Bindings,
) -> Result<Cow<'a, str>, WireError> {
    match value {
        Json::Text(text) => Ok(Cow::Owned(text.expand(bindings)?)),
        Json::Bool(value) => Ok(Cow::Borrowed(if *value { "true" } else { "false" })),
        Json::Integer(value) => Ok(Cow::Owned(value.to_string())),
        Json::Float(value) => Ok(Cow::Owned(value.to_string())),
        Json::Null | Json::Array(_) | Json::Object(_) => Err(WireError::NotScalar {
            member: member.to_owned(),
        }),
    }
}

/// Writes JSON with the members in the order of the case file, so that what a person reads there is what is sent.
fn write_json(value: &Json, bindings: &Bindings, out: &mut String) -> Result<(), WireError> {
    match value {
        Json::Null => out.push_str("null"),
        Json::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Json::Integer(value) => out.push_str(&value.to_string()),
        Json::Float(value) => out.push_str(&serde_json::Value::from(*value).to_string()),
        Json::Text(text) => out.push_str(&quoted(&text.expand(bindings)?)),
        Json::Array(items) => {
            out.push('[');
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                write_json(item, bindings, out)?;
            }
            out.push(']');
        }
        Json::Object(members) => {
            out.push('{');
            for (at, (name, value)) in members.iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                out.push_str(&quoted(name));
                out.push(':');
                write_json(value, bindings, out)?;
            }
            out.push('}');
        }
    }
    Ok(())
}

/// `text` as a JSON string.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
