//! Reads what is sent: values of members, and requests by their parts.

use std::time::Duration;

use crate::{
    case::{Awaited, Json, Raw, Request},
    span::{Diagnostic, Place},
    text::Text,
    tree::{Entry, Node, Reader, Value},
    wire,
    zip::Zip,
};

use super::value::{json, text};

/// How long a step waits at most: a run waits for it.
const LONGEST: Duration = Duration::from_secs(60);

fn sent(entry: &Entry, out: &mut Vec<Diagnostic>) -> Option<Json> {
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

/// Members of a request; a `zip = { … }` among them is packed.
pub(super) fn members(node: &Node, out: &mut Vec<Diagnostic>) -> (Request, Option<Zip>) {
    let members: Vec<(String, Json)> = node
        .table("request", out)
        .iter()
        .filter_map(|entry| {
            packable(entry, out);
            Some((entry.key.clone(), sent(entry, out)?))
        })
        .collect();
    let mut zip = None;
    let Json::Object(members) = packed(Json::Object(members), &mut zip) else {
        unreachable!("invariant: packing an object gives an object")
    };
    (Request::Members(members), zip)
}

/// Says what of the packages in a value is more than a package can have.
fn packable(entry: &Entry, out: &mut Vec<Diagnostic>) {
    let Value::Table(members) = &entry.node.value else {
        return;
    };
    for member in members {
        packable(member, out);
        if entry.key == "zip" && member.key.len() > Zip::NAME {
            let name = "this name of a file is too long for a package";
            let help = format!("it has {} bytes at most", Zip::NAME);
            out.push(Diagnostic::new(member.place.clone(), name).help(help));
        }
    }
    if entry.key == "zip" && members.len() > Zip::FILES {
        let many = format!("a package of {} files", members.len());
        let help = format!("it has {} at most", Zip::FILES);
        out.push(Diagnostic::new(entry.place.clone(), many).help(help));
    }
}

/// Puts `ZipFile = "…"` in the place of `zip = { "name" = "text" }`.
fn packed(json: Json, zip: &mut Option<Zip>) -> Json {
    let Json::Object(members) = json else {
        return json;
    };
    let mut out = Vec::new();
    for (key, value) in members {
        match value {
            Json::Object(files) if key == "zip" => {
                let files: Vec<(&str, &str)> = files
                    .iter()
                    .take(Zip::FILES)
                    .filter(|(name, _)| name.len() <= Zip::NAME)
                    .filter_map(|(name, text)| match text {
                        Json::Text(text) => Some((name.as_str(), text.written())),
                        _ => None,
                    })
                    .collect();
                let packed = Zip::of(&files);
                out.push((
                    "ZipFile".to_owned(),
                    Json::Text(Text::literal(&packed.base64())),
                ));
                *zip = Some(packed);
            }
            value => out.push((key, packed(value, zip))),
        }
    }
    Json::Object(out)
}

/// What a step waits for: that it is settled, for there is nothing else to wait for.
pub(super) fn awaited(wait: &Node, reader: &mut Reader<'_>, out: &mut Vec<Diagnostic>) -> Awaited {
    if let Some(word) = wait.text("wait", out)
        && word != "settled"
    {
        if let Some(time) = duration(word) {
            return Awaited::Time(time);
        }
        out.push(
            Diagnostic::new(wait.place.clone(), format!("cannot wait for `{word}`")).help(
                "known: `settled`, neither Pending nor InProgress; or a time of a minute at most, such as `1100ms`",
            ),
        );
    }
    let mut take = |key| reader.take(key).and_then(|node| text(node, key, out));
    Awaited::Settled {
        function: take("function"),
        qualifier: take("qualifier"),
    }
}

/// A time such as `1100ms` or `2s`.
fn duration(written: &str) -> Option<Duration> {
    let (digits, unit) = match written.strip_suffix("ms") {
        Some(digits) => (digits, 1),
        None => (written.strip_suffix('s')?, 1000),
    };
    let number: u64 = digits.parse().ok()?;
    let time = Duration::from_millis(number.checked_mul(unit)?);
    (time <= LONGEST).then_some(time)
}
