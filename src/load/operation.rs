//! Reads `operations.toml`, and says which members of a request its operation does not have.

use std::{collections::BTreeMap, num::NonZeroU32, sync::Arc};

use crate::{
    operation::Operation,
    span::{Diagnostic, Source},
    tree::{self, Node, Reader, Value},
    word::Unknown,
};

use super::probe::Probes;

/// The methods that operations have.
const METHODS: [&str; 6] = ["DELETE", "GET", "HEAD", "PATCH", "POST", "PUT"];

/// Reads the HTTP bindings of a service's operations.
pub(super) fn operations(
    source: &Arc<Source>,
    out: &mut Vec<Diagnostic>,
) -> BTreeMap<String, Operation> {
    let mut operations = BTreeMap::new();
    let mut probes = Probes::default();
    let mut forms: Vec<&Node> = Vec::new();
    let before = out.len();
    let root = tree::parse(source, out);
    for entry in root.table("operations", out) {
        let mut reader = Reader::new(&entry.node, &entry.key, out);
        let method = reader.need("method", out).and_then(|node| {
            let text = node.text("method", out)?;
            match text.parse() {
                Ok(method) if METHODS.contains(&text) => Some(method),
                _ => {
                    out.push(
                        Diagnostic::new(
                            node.place.clone(),
                            format!("`{text}` is no method of an operation"),
                        )
                        .help(format!("known: `{}`", METHODS.join("`, `"))),
                    );
                    None
                }
            }
        });
        let path = reader.need_text("path", out);
        let names = |members: Vec<(&str, &Node)>| {
            members
                .into_iter()
                .map(|(name, _)| name.to_owned())
                .collect()
        };
        let query = names(reader.texts("query", out));
        let body = names(reader.texts("body", out));
        let requires = reader
            .take("requires")
            .and_then(|node| node.word("requires", out));
        let form = reader.take("answers");
        forms.extend(form);
        let answers = form.and_then(|node| node.text("answers", out));
        let probe = probes.read(&mut reader, method.as_ref(), out);
        let rate = reader
            .take("rate")
            .and_then(|node| node.integer("rate", 1..1_000_001, out));
        reader.finish(out);
        if let (Some(method), Some(path)) = (method, path) {
            operations.insert(
                entry.key.clone(),
                Operation {
                    name: entry.key.clone(),
                    method,
                    path: path.to_owned(),
                    query,
                    body,
                    requires,
                    answers: answers.map(str::to_owned),
                    probe,
                    rate: rate
                        .and_then(|rate| u32::try_from(rate).ok())
                        .and_then(NonZeroU32::new),
                },
            );
        }
    }
    // an operation that could not be read may have been the one
    if out.len() == before {
        for node in forms {
            known(&operations, node, out);
        }
        probes.finish(source, out);
    }
    operations
}

/// Says that an operation has the form of one that there is not.
fn known(operations: &BTreeMap<String, Operation>, node: &Node, out: &mut Vec<Diagnostic>) {
    if let Some(name) = node.text("answers", out)
        && !operations.contains_key(name)
    {
        let known = operations.keys().map(String::as_str);
        let unknown = Unknown::new("operation", name, known).or("this file lists the operations");
        out.push(Diagnostic::unknown(node.place.clone(), unknown));
    }
}

/// Says which members of a request its operation does not have, and which it cannot do without.
pub(super) fn fits(operation: &Operation, request: &Node, out: &mut Vec<Diagnostic>) {
    let Value::Table(entries) = &request.value else {
        return;
    };
    for entry in entries {
        // what is written as `zip` is sent as `ZipFile`
        let key = if entry.key == "zip" {
            "ZipFile"
        } else {
            entry.key.as_str()
        };
        if !operation.members().any(|known| known == key) {
            let unknown = operation.unknown(&entry.key);
            out.push(Diagnostic::unknown(entry.place.clone(), unknown));
        } else if !operation.body.iter().any(|known| known == key)
            && matches!(entry.node.value, Value::Array(_) | Value::Table(_))
        {
            out.push(
                Diagnostic::new(
                    entry.node.place.clone(),
                    format!("`{}` stands in the path or the query", entry.key),
                )
                .help("give it a text, a number or a truth value"),
            );
        }
    }
    for label in operation.labels() {
        if !entries.iter().any(|entry| entry.key == label) {
            out.push(
                Diagnostic::new(request.place.clone(), format!("the request has no `{label}`"))
                    .help("it stands in the path, so it cannot be left out; use `raw` to send such a path"),
            );
        }
    }
}
