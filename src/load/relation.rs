//! Reads what must hold between the answers of two steps.

use crate::{
    case::{Relating, Relation, TABLES},
    level::Level,
    path::Path,
    span::Diagnostic,
    tree::{Node, Reader},
    word::{Unknown, few},
};

use super::{names::Names, value::governed};

/// Reads one relation of a case that has these steps and tests the clauses `own`.
pub(super) fn relation(
    node: &Node,
    steps: &[&str],
    own: &[String],
    names: Names<'_>,
    out: &mut Vec<Diagnostic>,
) -> Option<Relation> {
    let mut reader = Reader::new(node, "relation", out);
    let mut relating = None;
    for kind in Relating::ALL {
        if let Some(node) = reader.take(kind.name()) {
            if let Some((first, _)) = relating {
                out.push(
                    Diagnostic::new(
                        node.place.clone(),
                        format!(
                            "`{}` stands beside `{}`",
                            kind.name(),
                            Relating::name(first)
                        ),
                    )
                    .help("write a relation for each"),
                );
            }
            relating = Some((kind, node));
        }
    }
    let clause = reader.need("clause", out).and_then(|node| {
        let id = names.clause(node, out)?;
        if !own.contains(&id) && names.has_clause(&id) {
            out.push(
                Diagnostic::new(
                    node.place.clone(),
                    format!("clause `{id}` is not among the clauses of this case"),
                )
                .help("add it to `clauses`"),
            );
        }
        Some(id)
    });
    let level = reader
        .take("table")
        .and_then(|node| table(node, out))
        .unwrap_or(Some(Level::Observed));
    let place = reader.place();
    reader.finish(out);
    let Some((relating, sides)) = relating else {
        out.push(Diagnostic::new(place, "this relation relates nothing").help(
            "write `equal`, `differ` or `subset` with two places, like `[\"first.body.RevisionId\", \"again.body.RevisionId\"]`",
        ));
        return None;
    };
    Some(Relation {
        relating,
        sides: both(relating, sides, steps, out)?,
        clause: clause?,
        level,
        place,
    })
}

/// The two sides of a relation, each the name of a step and a part of its answer.
fn both(
    relating: Relating,
    node: &Node,
    steps: &[&str],
    out: &mut Vec<Diagnostic>,
) -> Option<[(String, Path); 2]> {
    let items = node.array(relating.name(), out);
    let sides: Vec<(String, Path)> = items
        .iter()
        .filter_map(|item| side(item.text(relating.name(), out)?, item, steps, out))
        .collect();
    if items.len() != 2 {
        out.push(
            Diagnostic::new(node.place.clone(), "a relation has two sides")
                .help("write it like `[\"first.body.RevisionId\", \"again.body.RevisionId\"]`"),
        );
    }
    sides.try_into().ok()
}

fn side(
    text: &str,
    node: &Node,
    steps: &[&str],
    out: &mut Vec<Diagnostic>,
) -> Option<(String, Path)> {
    let (name, path) = text.split_once('.').unwrap_or((text, ""));
    if !steps.contains(&name) {
        let unknown = Unknown::new("step", name, few(out.len(), steps.iter().copied()))
            .or("write the name of a step, then a path");
        out.push(Diagnostic::unknown(node.place.clone(), unknown));
        return None;
    }
    if path.is_empty() {
        out.push(
            Diagnostic::new(
                node.place.clone(),
                format!("`{text}` names a step and no part of its answer"),
            )
            .help(format!("write it like `{text}.body.RevisionId`")),
        );
        return None;
    }
    Some((name.to_owned(), governed(path, node, out)?))
}

/// The level of the assertions in the table of this name.
fn table(node: &Node, out: &mut Vec<Diagnostic>) -> Option<Option<Level>> {
    let word = node.text("table", out)?;
    let named = TABLES.iter().find(|(table, _)| *table == word);
    if named.is_none() {
        let unknown = Unknown::new("table", word, TABLES.map(|(table, _)| table));
        out.push(Diagnostic::unknown(node.place.clone(), unknown));
    }
    named.map(|(_, level)| *level)
}
