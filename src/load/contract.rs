//! Reads `operations.toml`, `evidence.toml`, `clauses.toml` and `always.toml`.

use std::{
    collections::{BTreeMap, btree_map::Entry},
    sync::Arc,
};

use time::Date;

use crate::{
    case::{Invariant, TABLES, When},
    clause::{Clause, Evidence, Statement},
    date,
    level::Basis,
    operation::Operation,
    path::Path,
    schema,
    span::{Diagnostic, Place, Source},
    text::suggestion,
};

use super::{
    assertions,
    names::Names,
    probe::Probes,
    profiles::known_capability,
    tree::{self, Node, Reader},
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

/// The methods that operations have.
const METHODS: [&str; 6] = ["DELETE", "GET", "HEAD", "PATCH", "POST", "PUT"];

/// Reads the HTTP bindings of a service's operations.
pub(super) fn operations(
    source: &Arc<Source>,
    out: &mut Vec<Diagnostic>,
) -> BTreeMap<String, Operation> {
    let mut operations = BTreeMap::new();
    let mut probes = Probes::default();
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
        let requires = reader.take("requires").and_then(|node| {
            let capability = node.text("requires", out)?;
            known_capability(capability, node, out);
            Some(capability.to_owned())
        });
        let probe = probes.read(&mut reader, method.as_ref(), out);
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
                    probe,
                },
            );
        }
    }
    // an operation that could not be read may have been the one
    if out.len() == before {
        probes.finish(source, out);
    }
    operations
}

/// Reads the sources of evidence.
pub(super) fn evidence(
    source: &Arc<Source>,
    out: &mut Vec<Diagnostic>,
) -> BTreeMap<String, Evidence> {
    let mut all = BTreeMap::new();
    let root = tree::parse(source, out);
    for entry in root.table("evidence", out) {
        let mut reader = Reader::new(&entry.node, &entry.key, out);
        let text = reader.need_text("source", out);
        let date = reader.take("date").and_then(|node| day(node, out));
        reader.finish(out);
        if let Some(text) = text {
            all.insert(
                entry.key.clone(),
                Evidence {
                    key: entry.key.clone(),
                    source: text.to_owned(),
                    date,
                },
            );
        }
    }
    all
}

/// Reads the clauses of a service or of a suite. `ids` has those of the service that were read before, with their places.
pub(super) fn clauses(
    source: &Arc<Source>,
    evidence: &BTreeMap<String, Evidence>,
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
            untested,
            place,
        });
    }
    file.finish(out);
    clauses
}

/// The place of a table's `id` or `name`, which says more to a reader than its bracket.
pub(super) fn id_place(node: &Node) -> Place {
    if let tree::Value::Table(entries) = &node.value
        && let Some(entry) = entries
            .iter()
            .find(|entry| entry.key == "id" || entry.key == "name")
    {
        return entry.node.place.clone();
    }
    node.place.clone()
}

/// A path to a part of an answer that a clause may govern.
pub(super) fn governed(text: &str, node: &Node, out: &mut Vec<Diagnostic>) -> Option<Path> {
    let wrong =
        |message: String, help: String| Diagnostic::new(node.place.clone(), message).help(help);
    let path: Path = text
        .parse()
        .map_err(|message: String| out.push(Diagnostic::new(node.place.clone(), message)))
        .ok()?;
    if !GOVERNED.contains(&path.root()) {
        out.push(wrong(
            format!("`{text}` is no part of an answer"),
            suggestion(path.root(), GOVERNED)
                .unwrap_or_else(|| format!("known: `{}`", GOVERNED.join("`, `"))),
        ));
        return None;
    }
    Some(path)
}

/// A keyword of the schema that a clause may rest on.
fn keyword(text: &str, node: &Node, out: &mut Vec<Diagnostic>) -> Option<String> {
    if schema::KEYWORDS.contains(&text) {
        return Some(text.to_owned());
    }
    let help = suggestion(text, schema::KEYWORDS)
        .unwrap_or_else(|| format!("known: `{}`", schema::KEYWORDS.join("`, `")));
    out.push(
        Diagnostic::new(
            node.place.clone(),
            format!("`{text}` is no keyword of a schema"),
        )
        .help(help),
    );
    None
}

fn statement(
    reader: &mut Reader<'_>,
    evidence: &BTreeMap<String, Evidence>,
    out: &mut Vec<Diagnostic>,
) -> Option<Statement> {
    let basis_node = reader.need("basis", out);
    let basis = basis_node.and_then(|node| parsed::<Basis>(node, "basis", out));
    let says = reader.need_text("says", out);
    let on = reader.text("on", out).map(str::to_owned);
    let date = reader.take("date").and_then(|node| day(node, out));
    let mut keys = Vec::new();
    for (text, node) in reader.texts("evidence", out) {
        let key = text.split_whitespace().next().unwrap_or_default();
        if !evidence.contains_key(key) {
            let help = suggestion(key, evidence.keys().map(String::as_str)).unwrap_or_else(|| {
                "name a key of evidence.toml first, then what to look for there".to_owned()
            });
            out.push(
                Diagnostic::new(node.place.clone(), format!("unknown evidence `{key}`")).help(help),
            );
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

fn day(node: &Node, out: &mut Vec<Diagnostic>) -> Option<Date> {
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

/// A word that is read by `FromStr`, whose error names the known ones.
pub(super) fn parsed<T: std::str::FromStr<Err = String>>(
    node: &Node,
    what: &str,
    out: &mut Vec<Diagnostic>,
) -> Option<T> {
    match node.text(what, out)?.parse() {
        Ok(value) => Some(value),
        Err(message) => {
            out.push(Diagnostic::new(node.place.clone(), message));
            None
        }
    }
}

/// Reads what is asserted of every answer: of those of one operation, if a suite has it (`own`).
pub(super) fn always(
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
        let when = reader.need("when", out).and_then(|node| when(node, out));
        let mut assertions = Vec::new();
        let mut tables = 0;
        for (table, level) in TABLES {
            if let Some(node) = reader.take(table) {
                tables += 1;
                assertions.extend(assertions::assertions(node, level, out));
            }
        }
        if tables == 0 {
            out.push(
                Diagnostic::new(reader.place(), "nothing is asserted here")
                    .help("add a table `expect`, `observed`, `wire` or `inferred`"),
            );
        }
        let place = reader.place();
        reader.finish(out);
        if let Some(clause) = clause {
            all.push(Invariant {
                clause,
                when: when.unwrap_or(When::Answer),
                own,
                assertions,
                place,
            });
        }
    }
    file.finish(out);
    all
}

/// `"answer"`, `"success"`, `"error"`, or the names of errors.
fn when(node: &Node, out: &mut Vec<Diagnostic>) -> Option<When> {
    if let tree::Value::Array(items) = &node.value {
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
        word => {
            out.push(
                Diagnostic::new(node.place.clone(), format!("unknown `when = \"{word}\"`"))
                    .help("known: `answer`, `success`, `error`, or a list of the names of errors"),
            );
            None
        }
    }
}

/// Says which members of a request its operation does not have, and which it cannot do without.
pub(super) fn fits(operation: &Operation, request: &Node, out: &mut Vec<Diagnostic>) {
    let tree::Value::Table(entries) = &request.value else {
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
            let known: Vec<&str> = operation.members().collect();
            out.push(
                Diagnostic::new(
                    entry.place.clone(),
                    format!("`{}` has no member `{}`", operation.name, entry.key),
                )
                .help(
                    suggestion(&entry.key, known.iter().copied())
                        .unwrap_or_else(|| format!("its members: `{}`", known.join("`, `"))),
                ),
            );
        } else if !operation.body.iter().any(|known| known == key)
            && matches!(
                entry.node.value,
                tree::Value::Array(_) | tree::Value::Table(_)
            )
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
