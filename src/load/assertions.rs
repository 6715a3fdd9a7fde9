//! Reads the tables of assertions: `expect`, `observed`, `wire`, `inferred`.

use crate::{
    case::{self, Assertion, Expected, Json},
    level::Level,
    path::Path,
    span::Diagnostic,
    text::{Text, suggestion},
};

use super::tree::{Entry, Node, Reader, Value};

/// The parts of an answer that `absent` and `null` may name besides members of the body.
const PARTS: [&str; 4] = ["type", "message", "error", "text"];

/// Reads one table of assertions.
pub(super) fn assertions(
    node: &Node,
    level: Option<Level>,
    out: &mut Vec<Diagnostic>,
) -> Vec<Assertion> {
    let mut found = Found {
        level,
        assertions: Vec::new(),
    };
    let before = out.len();
    let mut reader = Reader::new(node, case::table(level), out);
    if let Some(node) = reader.take("status")
        && let Some(status) = node.integer("status", 100..600, out)
        && let Ok(status) = u16::try_from(status)
    {
        found.push(Path::key("status"), Expected::Status(status), node);
    }
    for key in ["error", "message", "type", "text"] {
        if let Some(node) = reader.take(key)
            && let Some(text) = text(node, key, out)
        {
            found.push(Path::key(key), Expected::Text(text), node);
        }
    }
    if let Some(node) = reader.take("headers") {
        for entry in node.table("headers", out) {
            found.header(entry, out);
        }
    }
    if let Some(node) = reader.take("body") {
        for entry in node.table("body", out) {
            found.body(entry, &Path::key("body").then(&entry.key), out);
        }
    }
    for (name, node) in reader.texts("absent", out) {
        found.place_of(name, node, Expected::Absent, out);
    }
    for (name, node) in reader.texts("null", out) {
        if level != Some(Level::Wire) {
            out.push(
                Diagnostic::new(node.place.clone(), "an explicit null is asserted outside `wire`")
                    .help("below the level `wire` a null counts as nothing; move it to `wire = { null = […] }`"),
            );
        }
        found.place_of(name, node, Expected::Null, out);
    }
    if let Some(node) = reader.take("violations") {
        let texts: Vec<Text> = node
            .array("violations", out)
            .iter()
            .filter_map(|item| text(item, "violations", out))
            .collect();
        found.push(Path::key("violations"), Expected::Violations(texts), node);
    }
    if let Some(node) = reader.take("message_member")
        && let Some(member) = node.text("message_member", out)
    {
        if level == Some(Level::Wire) {
            found.push(
                Path::key("message_member"),
                Expected::MessageMember(member.to_owned()),
                node,
            );
        } else {
            out.push(
                Diagnostic::new(
                    node.place.clone(),
                    "the letter case of the message member is asserted outside `wire`",
                )
                .help("clients accept both cases; move it to `wire = { message_member = … }`"),
            );
        }
    }
    if let Some(node) = reader.take("json") {
        match node.boolean("json", out) {
            Some(true) => found.push(Path::key("body"), Expected::Readable, node),
            Some(false) => out.push(
                Diagnostic::new(node.place.clone(), "`json` can only be `true`")
                    .help("to assert a body that is not JSON, assert its `text`"),
            ),
            None => {}
        }
    }
    if let Some(node) = reader.take("any") {
        let groups: Vec<Vec<Assertion>> = node
            .array("any", out)
            .iter()
            .map(|group| assertions(group, level, out))
            .collect();
        if groups.len() < 2 {
            out.push(
                Diagnostic::new(node.place.clone(), "`any` has no choice").help(
                    "name two groups of assertions at least, or write the assertions without `any`",
                ),
            );
        }
        found.push(Path::key("any"), Expected::Any(groups), node);
    }
    reader.finish(out);
    if found.assertions.is_empty() && out.len() == before {
        out.push(
            Diagnostic::new(
                node.place.clone(),
                format!("`{}` asserts nothing", case::table(level)),
            )
            .help("write an assertion, or delete the table"),
        );
    }
    found.assertions
}

/// A text with placeholders; a mistake in one is placed inside the text, which is then taken as it is.
pub(super) fn text(node: &Node, what: &str, out: &mut Vec<Diagnostic>) -> Option<Text> {
    let written = node.text(what, out)?;
    match Text::parse(written) {
        Ok(text) => Some(text),
        Err(error) => {
            out.push(Diagnostic::new(node.part(error.span), error.message).help(error.help));
            Some(Text::literal(written))
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

struct Found {
    level: Option<Level>,
    assertions: Vec<Assertion>,
}

impl Found {
    fn push(&mut self, at: Path, expected: Expected, node: &Node) {
        self.assertions.push(Assertion {
            at,
            expected,
            level: self.level,
            place: node.place.clone(),
        });
    }

    fn header(&mut self, entry: &Entry, out: &mut Vec<Diagnostic>) {
        if entry.key != entry.key.to_ascii_lowercase() {
            out.push(
                Diagnostic::new(
                    entry.place.clone(),
                    format!("header `{}` is not in lower case", entry.key),
                )
                .help(format!(
                    "header names have no case; write `{}`",
                    entry.key.to_ascii_lowercase()
                )),
            );
        }
        if let Some(text) = text(&entry.node, &entry.key, out) {
            self.push(
                Path::key("headers").then(&entry.key),
                Expected::Text(text),
                &entry.node,
            );
        }
    }

    /// An assertion for each leaf, so that a mismatch points at the line of the member.
    fn body(&mut self, entry: &Entry, at: &Path, out: &mut Vec<Diagnostic>) {
        match &entry.node.value {
            Value::Table(members) if !members.is_empty() => {
                for member in members {
                    self.body(member, &at.then(&member.key), out);
                }
            }
            Value::Text(_) => {
                if let Some(text) = text(&entry.node, &entry.key, out) {
                    self.push(at.clone(), Expected::Text(text), &entry.node);
                }
            }
            _ => {
                if let Some(json) = json(&entry.node, &entry.key, out) {
                    self.push(at.clone(), Expected::Json(json), &entry.node);
                }
            }
        }
    }

    /// `VpcConfig` is a member of the body, `type` and `headers.etag` are parts of the answer.
    fn place_of(&mut self, name: &str, node: &Node, expected: Expected, out: &mut Vec<Diagnostic>) {
        match name.parse::<Path>() {
            Err(message) => out.push(Diagnostic::new(node.place.clone(), message)),
            Ok(path) if PARTS.contains(&path.root()) || path.root() == "headers" => {
                self.push(path, expected, node);
            }
            Ok(path) => {
                if path.root().starts_with(|c: char| c.is_ascii_lowercase())
                    && let Some(help) = suggestion(path.root(), PARTS)
                {
                    out.push(
                        Diagnostic::new(
                            node.place.clone(),
                            format!("`{name}` is no part of an answer"),
                        )
                        .help(help),
                    );
                    return;
                }
                let mut below = Path::key("body");
                below.0.extend(path.0);
                self.push(below, expected, node);
            }
        }
    }
}
