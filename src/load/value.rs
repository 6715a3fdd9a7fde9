//! Values as files write them: texts with placeholders, words, names, days, paths.

use time::Date;

use crate::{
    case::Json,
    date::{self, Month},
    path::Path,
    span::{Diagnostic, Place},
    text::Text,
    tree::{Node, Value},
    word::{Unknown, few},
};

/// The parts of an answer that a clause may govern.
const GOVERNED: [&str; 10] = [
    "body",
    "connection",
    "error",
    "headers",
    "message",
    "message_member",
    "status",
    "text",
    "type",
    "violations",
];

/// A text with placeholders; a mistake in one is placed inside the text, whose beginning is then taken as it is.
pub(super) fn text(node: &Node, what: &str, out: &mut Vec<Diagnostic>) -> Option<Text> {
    let written = node.text(what, out)?;
    match Text::parse(written) {
        Ok(text) => Some(text),
        Err(error) => {
            out.push(Diagnostic::new(node.part(error.span), error.message).help(error.help));
            let beginning: String = written.chars().take(64).collect();
            Some(Text::literal(&beginning))
        }
    }
}

/// A JSON value with placeholders.
pub(super) fn json(node: &Node, what: &str, out: &mut Vec<Diagnostic>) -> Option<Json> {
    Some(match &node.value {
        Value::Text(_) => Json::Text(text(node, what, out)?),
        Value::Integer(value) => Json::Integer(*value),
        Value::Float(value) => Json::Float(*value),
        Value::Bool(value) => Json::Bool(*value),
        Value::Array(items) => Json::Array(
            items
                .iter()
                .filter_map(|item| json(item, what, out))
                .collect(),
        ),
        Value::Table(entries) => Json::Object(
            entries
                .iter()
                .filter_map(|entry| Some((entry.key.clone(), json(&entry.node, what, out)?)))
                .collect(),
        ),
        Value::Other => {
            out.push(
                Diagnostic::new(node.place.clone(), format!("`{what}` is no JSON value"))
                    .help("write dates as texts"),
            );
            return None;
        }
    })
}

/// Whether a name is words of lower-case letters and digits, joined by `-`.
pub(super) fn is_kebab(name: &str) -> bool {
    name.split('-').all(|word| {
        let mut bytes = word.bytes();
        !word.is_empty() && bytes.all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
    })
}

/// A name that can stand in an id: words of lower-case letters and digits, joined by `-`. One that cannot is returned as
/// well: said once, it is not missed again.
pub(super) fn kebab(node: &Node, what: &str, out: &mut Vec<Diagnostic>) -> Option<String> {
    let name = node.text(what, out)?;
    if !is_kebab(name) {
        out.push(
            Diagnostic::new(
                node.place.clone(),
                format!("`{name}` cannot stand in the id of a case"),
            )
            .help("write lower-case words joined by `-`"),
        );
    }
    Some(name.to_owned())
}

/// A day, such as `2025-11-25`.
pub(super) fn day(node: &Node, out: &mut Vec<Diagnostic>) -> Option<Date> {
    let text = node.text("date", out)?;
    let day = date::day(text);
    if day.is_none() {
        out.push(
            Diagnostic::new(node.place.clone(), format!("`{text}` is not a day"))
                .help("write it like `\"2025-11-25\"`"),
        );
    }
    day
}

/// A month, such as `2025-11`.
pub(super) fn month(node: &Node, out: &mut Vec<Diagnostic>) -> Option<Month> {
    let text = node.text("since", out)?;
    let month = text.parse().ok();
    if month.is_none() {
        out.push(
            Diagnostic::new(node.place.clone(), format!("`{text}` is not a month"))
                .help("write it like `\"2025-11\"`"),
        );
    }
    month
}

/// A path to a part of an answer that a clause may govern.
pub(super) fn governed(text: &str, node: &Node, out: &mut Vec<Diagnostic>) -> Option<Path> {
    let path: Path = text
        .parse()
        .map_err(|message: String| out.push(Diagnostic::new(node.place.clone(), message)))
        .ok()?;
    if !GOVERNED.contains(&path.root()) {
        let unknown = Unknown::new("part", path.root(), few(out.len(), GOVERNED))
            .message(format!("`{text}` is no part of an answer"))
            .or(format!("known: `{}`", GOVERNED.join("`, `")));
        out.push(Diagnostic::unknown(node.place.clone(), unknown));
        return None;
    }
    Some(path)
}

/// The place of a table's `id` or `name`, which says more to a reader than its bracket.
pub(super) fn id_place(node: &Node) -> Place {
    let named = node.get("id").or_else(|| node.get("name"));
    named.unwrap_or(node).place.clone()
}
