//! Reads what must hold between the answers of two steps.

use crate::{
    case::{Relating, Relation, Step, TABLES},
    level::Level,
    path::Path,
    span::Diagnostic,
    text::suggestion,
};

use super::{
    cases::{Context, word},
    contract::governed,
    tree::{Node, Reader},
};

pub(super) fn relation(
    node: &Node,
    steps: &[Step],
    own: &[String],
    context: &Context<'_>,
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
        let id = context.names.clause(node, out)?;
        if !own.contains(&id) && context.names.has_clause(&id) {
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
        .and_then(|node| word(node, "table", TABLES.as_slice(), out))
        .unwrap_or(Some(Level::Observed));
    let place = reader.place();
    reader.finish(out);
    let Some((relating, sides)) = relating else {
        out.push(Diagnostic::new(place, "this relation relates nothing").help(
            "write `equal`, `differ` or `subset` with two places, like `[\"first.body.RevisionId\", \"again.body.RevisionId\"]`",
        ));
        return None;
    };
    let parsed: Vec<(String, Path)> = sides
        .array(relating.name(), out)
        .iter()
        .filter_map(|item| {
            let text = item.text(relating.name(), out)?;
            let (name, path) = text.split_once('.').unwrap_or((text, ""));
            if !steps.iter().any(|step| step.name == name) {
                out.push(
                    Diagnostic::new(item.place.clone(), format!("no step is called `{name}`"))
                        .help(
                            suggestion(name, steps.iter().map(|step| step.name.as_str()))
                                .unwrap_or_else(|| {
                                    "write the name of a step, then a path".to_owned()
                                }),
                        ),
                );
                return None;
            }
            if path.is_empty() {
                out.push(
                    Diagnostic::new(
                        item.place.clone(),
                        format!("`{text}` names a step and no part of its answer"),
                    )
                    .help(format!("write it like `{text}.body.RevisionId`")),
                );
                return None;
            }
            Some((name.to_owned(), governed(path, item, out)?))
        })
        .collect();
    let sides: [(String, Path); 2] = match parsed.try_into() {
        Ok(sides) => sides,
        Err(parsed) => {
            let parsed: Vec<(String, Path)> = parsed;
            if parsed.len() > 2 || sides.array(relating.name(), out).len() < 2 {
                out.push(
                    Diagnostic::new(sides.place.clone(), "a relation has two sides").help(
                        "write it like `[\"first.body.RevisionId\", \"again.body.RevisionId\"]`",
                    ),
                );
            }
            return None;
        }
    };
    Some(Relation {
        relating,
        sides,
        clause: clause?,
        level,
        place,
    })
}
