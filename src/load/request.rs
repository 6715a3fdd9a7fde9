//! Reads what is sent: values of members, and requests by their parts.

use crate::{
    case::{Raw, Request},
    span::{Diagnostic, Place},
    text::Text,
    wire,
};

use super::{
    assertions::{json, text},
    tree::{Entry, Node, Reader, Value},
};

pub(super) fn sent(entry: &Entry, out: &mut Vec<Diagnostic>) -> Option<crate::case::Json> {
    let value = json(&entry.node, &entry.key, out)?;
    if value.texts().iter().any(|text| text.has_matchers()) {
        out.push(matched(&entry.node.place));
    }
    Some(value)
}

pub(super) fn matched(place: &Place) -> Diagnostic {
    Diagnostic::new(place.clone(), "a request cannot have a matcher")
        .help("a matcher such as `<uuid>` stands for many texts; send one of them")
}

pub(super) fn raw_request(node: &Node, out: &mut Vec<Diagnostic>) -> Option<Request> {
    let mut reader = Reader::new(node, "raw", out);
    let method = match reader.take("method") {
        None => Some(http::Method::GET),
        Some(node) => node
            .text("method", out)
            .and_then(|text| match text.parse() {
                Ok(method) => Some(method),
                Err(_) => {
                    out.push(
                        Diagnostic::new(
                            node.place.clone(),
                            format!("`{text}` is not an HTTP method"),
                        )
                        .help("write one word, like `GET`"),
                    );
                    None
                }
            }),
    };
    let piece = |node: Option<&Node>, what: &str, out: &mut Vec<Diagnostic>| -> Option<Text> {
        let node = node?;
        let text = text(node, what, out)?;
        if text.has_matchers() {
            out.push(matched(&node.place));
        }
        Some(text)
    };
    let path_node = reader.need("path", out);
    let path = piece(path_node, "path", out);
    let query_node = reader.take("query");
    let query = piece(query_node, "query", out);
    for node in [path_node, query_node].into_iter().flatten() {
        if let Value::Text(written) = &node.value
            && Text::parse(written).is_ok_and(|text| text.fields().next().is_none())
            && let Some(rewritten) =
                rewritten(written, std::ptr::eq(node, path_node.unwrap_or(node)))
        {
            out.push(
                Diagnostic::new(node.place.clone(), rewritten)
                    .help("what is sent must be what is written here"),
            );
        }
    }
    let mut headers = Vec::new();
    if let Some(node) = reader.take("headers") {
        for entry in node.table("headers", out) {
            if let Some(value) = piece(Some(&entry.node), &entry.key, out) {
                headers.push((entry.key.to_ascii_lowercase(), value));
            }
        }
    }
    let body_node = reader.take("body");
    let body = piece(body_node, "body", out);
    reader.finish(out);
    Some(Request::Raw(Raw {
        method: method?,
        path: path?,
        query,
        headers,
        body,
    }))
}

/// What of a raw path or query a URL library would rewrite; placeholders stand for plain words here.
fn rewritten(written: &str, is_path: bool) -> Option<String> {
    let mut plain = String::new();
    let mut rest = written;
    while let Some(open) = rest.find('<') {
        plain.push_str(&rest[..open]);
        plain.push('x');
        match rest[open..].find('>') {
            Some(close) => rest = &rest[open + close + 1..],
            None => return None,
        }
    }
    plain.push_str(rest);
    let target = if is_path { plain } else { format!("/?{plain}") };
    wire::rewritten(&target).map(|rewrite| rewrite.to_string())
}
