//! Reads `clauses.toml`.

use std::{
    collections::{BTreeMap, btree_map::Entry},
    sync::Arc,
};

use crate::{
    clause::{Clause, Evidence, Noticed, Statement},
    level::Basis,
    schema,
    span::{Diagnostic, Place, Source},
    tree::{self, Node, Reader},
    word::{Unknown, few},
};

use super::{
    breaks::shown,
    value::{day, governed, id_place},
};

/// Reads the clauses of a service or of a suite. `ids` has those of the service that were read before, with their places.
pub(super) fn clauses(
    source: &Arc<Source>,
    (evidence, breaks): (&BTreeMap<String, Evidence>, &[Noticed]),
    ids: &mut BTreeMap<String, Place>,
    out: &mut Vec<Diagnostic>,
) -> Vec<Clause> {
    let mut clauses: Vec<Clause> = Vec::new();
    let root = tree::parse(source, out);
    let mut file = Reader::new(&root, "clauses.toml", out);
    let nodes = file
        .take("clause")
        .map_or(&[][..], |node| node.array("clause", out));
    for node in nodes {
        let mut reader = Reader::new(node, "clause", out);
        let id = reader.need_text("id", out);
        let governs = reader
            .texts("governs", out)
            .into_iter()
            .filter_map(|(text, node)| governed(text, node, out))
            .collect();
        let form = reader
            .texts("form", out)
            .into_iter()
            .filter_map(|(text, node)| keyword(text, node, out))
            .collect();
        let mut statements = Vec::from_iter(statement(&mut reader, evidence, out));
        if let Some(more) = reader.take("statement") {
            for node in more.array("statement", out) {
                let mut reader = Reader::new(node, "statement", out);
                statements.extend(statement(&mut reader, evidence, out));
                reader.finish(out);
            }
        }
        let breaks = reader
            .texts("breaks", out)
            .into_iter()
            .filter_map(|(text, node)| shown(text, node, breaks, out))
            .collect();
        let untested = reader.text("untested", out).map(str::to_owned);
        let place = id_place(node);
        reader.finish(out);
        let Some(id) = id else { continue };
        match ids.entry(id.to_owned()) {
            Entry::Vacant(entry) => {
                entry.insert(place.clone());
            }
            // it is kept all the same, so that the cases that name it are not blamed as well
            Entry::Occupied(first) => out.push(
                Diagnostic::new(place.clone(), format!("a second clause `{id}` in this service"))
                    .also(first.get().clone(), "first here")
                    .help("give it another id, or merge the two; a clause that suites share stands in `SERVICE/clauses.toml`"),
            ),
        }
        clauses.push(Clause {
            id: id.to_owned(),
            governs,
            form,
            statements,
            breaks,
            untested,
            place,
        });
    }
    file.finish(out);
    clauses
}

/// A keyword of the schema that a clause may rest on.
fn keyword(text: &str, node: &Node, out: &mut Vec<Diagnostic>) -> Option<String> {
    if schema::KEYWORDS.contains(&text) {
        return Some(text.to_owned());
    }
    let unknown = Unknown::new("keyword", text, few(out.len(), schema::KEYWORDS))
        .message(format!("`{text}` is no keyword of a schema"))
        .or(format!("known: `{}`", schema::KEYWORDS.join("`, `")));
    out.push(Diagnostic::unknown(node.place.clone(), unknown));
    None
}

fn statement(
    reader: &mut Reader<'_>,
    evidence: &BTreeMap<String, Evidence>,
    out: &mut Vec<Diagnostic>,
) -> Option<Statement> {
    let basis_node = reader.need("basis", out);
    let basis = basis_node.and_then(|node| node.word::<Basis>("basis", out));
    let says = reader.need_text("says", out);
    let on = reader.text("on", out).map(str::to_owned);
    let date = reader.take("date").and_then(|node| day(node, out));
    let mut keys = Vec::new();
    for (text, node) in reader.texts("evidence", out) {
        let key = text.split_whitespace().next().unwrap_or_default();
        if !evidence.contains_key(key) {
            let known = few(out.len(), evidence.keys().map(String::as_str));
            let unknown = Unknown::new("evidence", key, known)
                .or("name a key of evidence.toml first, then what to look for there");
            out.push(Diagnostic::unknown(node.place.clone(), unknown));
        }
        keys.push(text.to_owned());
    }
    let basis = basis?;
    if basis == Basis::Observed && (on.is_none() || keys.is_empty()) {
        out.push(
            Diagnostic::new(reader.place(), "an observation without its witness").help(
                "add `on = \"…\"`, the operation that was recorded, and `evidence = [\"…\"]`",
            ),
        );
    }
    Some(Statement {
        basis,
        says: says.unwrap_or_default().to_owned(),
        on,
        evidence: keys,
        date,
    })
}
