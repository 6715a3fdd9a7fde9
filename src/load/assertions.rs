//! Reads the tables of assertions: `expect`, `observed`, `wire`, `inferred`.

use crate::{
    case::{Assertion, Expected, TABLES, table},
    level::Level,
    path::Path,
    span::Diagnostic,
    text::Text,
    tree::{Entry, Node, Reader, Value},
    word::suggestion,
};

use super::value::{json, text};

/// The parts of an answer that `absent` and `null` may name besides members of the body.
const PARTS: [&str; 4] = ["type", "message", "error", "text"];

/// Reads the tables of assertions that stand here; nothing if there is none.
pub(super) fn tables(reader: &mut Reader<'_>, out: &mut Vec<Diagnostic>) -> Option<Vec<Assertion>> {
    let mut all = None;
    for (table, level) in TABLES {
        if let Some(node) = reader.take(table) {
            all.get_or_insert_with(Vec::new)
                .extend(assertions(node, level, out));
        }
    }
    all
}

/// Reads one table of assertions.
fn assertions(node: &Node, level: Option<Level>, out: &mut Vec<Diagnostic>) -> Vec<Assertion> {
    let mut found = Found {
        level,
        assertions: Vec::new(),
    };
    let before = out.len();
    let mut reader = Reader::new(node, table(level), out);
    if let Some(node) = reader.take("status")
        && let Some(expected) = status(node, out)
    {
        found.push(Path::key("status"), expected, node);
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
        found.only_on_the_wire(
            node,
            "an explicit null",
            "below the level `wire` a null counts as nothing; move it to `wire = { null = […] }`",
            out,
        );
        found.place_of(name, node, Expected::Null, out);
    }
    if let Some(node) = reader.take("violations") {
        let items = node.array("violations", out).iter();
        let texts: Vec<Text> = items
            .filter_map(|item| text(item, "violations", out))
            .collect();
        found.push(Path::key("violations"), Expected::Violations(texts), node);
    }
    if let Some(node) = reader.take("message_member")
        && let Some(member) = node.text("message_member", out)
    {
        found.only_on_the_wire(
            node,
            "the letter case of the message member",
            "clients accept both cases; move it to `wire = { message_member = … }`",
            out,
        );
        let member = Expected::MessageMember(member.to_owned());
        found.push(Path::key("message_member"), member, node);
    }
    if let Some(node) = reader.take("json") {
        found.readable(node, out);
    }
    if let Some(node) = reader.take("any") {
        found.choice(node, out);
    }
    reader.finish(out);
    if found.assertions.is_empty() && out.len() == before {
        out.push(
            Diagnostic::new(
                node.place.clone(),
                format!("`{}` asserts nothing", table(level)),
            )
            .help("write an assertion, or delete the table"),
        );
    }
    found.assertions
}

/// A status code, or that it is none of a success.
fn status(node: &Node, out: &mut Vec<Diagnostic>) -> Option<Expected> {
    let Value::Text(word) = &node.value else {
        let status = node.integer("status", 100..600, out)?;
        return u16::try_from(status).ok().map(Expected::Status);
    };
    if word == "refused" {
        return Some(Expected::Refused);
    }
    let help = match word.parse::<u16>() {
        Ok(number) => format!("`status` takes a number: write {number} without quotes"),
        Err(_) => "write a number, or `\"refused\"` for any but a success".to_owned(),
    };
    out.push(Diagnostic::new(node.place.clone(), format!("`{word}` is no status")).help(help));
    None
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

    /// Says that something is asserted outside `wire` that counts on the wire alone.
    fn only_on_the_wire(&self, node: &Node, what: &str, help: &str, out: &mut Vec<Diagnostic>) {
        if self.level != Some(Level::Wire) {
            out.push(
                Diagnostic::new(
                    node.place.clone(),
                    format!("{what} is asserted outside `wire`"),
                )
                .help(help),
            );
        }
    }

    /// `json = true`.
    fn readable(&mut self, node: &Node, out: &mut Vec<Diagnostic>) {
        match node.boolean("json", out) {
            Some(true) => self.push(Path::key("body"), Expected::Readable, node),
            Some(false) => out.push(
                Diagnostic::new(node.place.clone(), "`json` can only be `true`")
                    .help("to assert a body that is not JSON, assert its `text`"),
            ),
            None => {}
        }
    }

    /// `any = [{ … }, { … }]`: groups of assertions, one of which must hold.
    fn choice(&mut self, node: &Node, out: &mut Vec<Diagnostic>) {
        let groups: Vec<Vec<Assertion>> = node
            .array("any", out)
            .iter()
            .map(|group| assertions(group, self.level, out))
            .collect();
        if groups.len() < 2 {
            out.push(
                Diagnostic::new(node.place.clone(), "`any` has no choice").help(
                    "name two groups of assertions at least, or write the assertions without `any`",
                ),
            );
        }
        self.push(Path::key("any"), Expected::Any(groups), node);
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
