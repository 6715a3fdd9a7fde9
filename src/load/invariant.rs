//! Reads `always.toml`.

use std::sync::Arc;

use crate::{
    case::{Invariant, When},
    span::{Diagnostic, Source},
    tree::{self, Node, Reader, Value},
};

use super::{assertions::tables, names::Names};

/// Reads what is asserted of every answer: of those of one operation, if a suite has it (`own`).
pub(super) fn invariants(
    source: &Arc<Source>,
    own: bool,
    names: Names<'_>,
    out: &mut Vec<Diagnostic>,
) -> Vec<Invariant> {
    let mut all = Vec::new();
    let root = tree::parse(source, out);
    let mut file = Reader::new(&root, "always.toml", out);
    let nodes = file
        .take("always")
        .map_or(&[][..], |node| node.array("always", out));
    for node in nodes {
        let mut reader = Reader::new(node, "always", out);
        let clause = reader
            .need("clause", out)
            .and_then(|node| names.clause(node, out));
        let sent = reader.text("sent", out).map(str::to_owned);
        let when = match reader.take("set_up") {
            Some(node) => Some(When::SetUp {
                operations: operations(node, names, out),
                sent,
            }),
            None => reader.need("when", out).and_then(|node| when(node, out)),
        };
        let echoes: Vec<String> = reader
            .texts("echoes", out)
            .into_iter()
            .map(|(member, _)| member.to_owned())
            .collect();
        let assertions = tables(&mut reader, out).unwrap_or_else(|| {
            if echoes.is_empty() {
                out.push(
                    Diagnostic::new(reader.place(), "nothing is asserted here")
                        .help("add a table `expect`, `observed`, `wire` or `inferred`"),
                );
            }
            Vec::new()
        });
        let place = reader.place();
        reader.finish(out);
        if let Some(clause) = clause {
            all.push(Invariant {
                clause,
                when: when.unwrap_or(When::Answer),
                own,
                assertions,
                echoes,
                place,
            });
        }
    }
    file.finish(out);
    all
}

/// The operations that steps of fixtures call.
fn operations(node: &Node, names: Names<'_>, out: &mut Vec<Diagnostic>) -> Vec<String> {
    let operations = node.array("set_up", out).iter();
    let operations = operations.filter_map(|node| names.operation(node, out));
    operations.map(|operation| operation.name.clone()).collect()
}

/// `"answer"`, `"success"`, `"error"`, or the names of errors.
fn when(node: &Node, out: &mut Vec<Diagnostic>) -> Option<When> {
    if let Value::Array(items) = &node.value {
        if items.is_empty() {
            out.push(
                Diagnostic::new(
                    node.place.clone(),
                    "`when` names no error, so this never applies",
                )
                .help("name an error, or write `when = \"error\"`"),
            );
        }
        return Some(When::Named(
            items
                .iter()
                .filter_map(|item| item.text("when", out).map(str::to_owned))
                .collect(),
        ));
    }
    match node.text("when", out)? {
        "answer" => Some(When::Answer),
        "success" => Some(When::Success),
        "error" => Some(When::Error),
        "settled" => Some(When::Settled),
        word => {
            out.push(
                Diagnostic::new(node.place.clone(), format!("unknown `when = \"{word}\"`"))
                    .help("known: `answer`, `success`, `error`, `settled`, or a list of the names of errors"),
            );
            None
        }
    }
}
