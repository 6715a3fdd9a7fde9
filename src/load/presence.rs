//! Reads `presence.toml`.

use std::sync::Arc;

use crate::{
    date::Month,
    presence::{Column, Later, Mark, Member, Presence, Written},
    span::{Diagnostic, Source},
    text::suggestion,
};

use super::{
    assertions::json,
    contract::governed,
    names::Names,
    tree::{self, Node, Reader},
};

/// Reads the table.
pub(super) fn presence(
    source: &Arc<Source>,
    names: Names<'_>,
    out: &mut Vec<Diagnostic>,
) -> Presence {
    let root = tree::parse(source, out);
    let mut presence = Presence::default();
    for entry in root.table("presence", out) {
        let mut reader = Reader::new(&entry.node, &entry.key, out);
        // members begin with a capital letter
        if entry.key == "written" {
            let clause = reader
                .need("clause", out)
                .and_then(|node| names.clause(node, out));
            let within = reader
                .texts("within", out)
                .into_iter()
                .filter_map(|(text, node)| governed(&format!("body.{text}"), node, out))
                .collect();
            reader.finish(out);
            presence.written = clause.map(|clause| Written {
                clause,
                within,
                place: entry.place.clone(),
            });
            continue;
        }
        let since = reader.need("since", out).and_then(|node| month(node, out));
        let later = !Column::ALL.iter().any(|column| reader.has(column.name()));
        if later {
            let clause = reader
                .need("clause", out)
                .and_then(|node| names.clause(node, out));
            reader.finish(out);
            if let (Some(since), Some(clause)) = (since, clause) {
                let name = entry.key.clone();
                presence.later.push(Later {
                    name,
                    since,
                    clause,
                });
            }
            continue;
        }
        let marks: Vec<Mark> = Column::ALL
            .iter()
            .filter_map(|column| {
                let node = reader.need(column.name(), out)?;
                let word = node.text(column.name(), out)?;
                let mark = Mark::ALL.into_iter().find(|mark| mark.name() == word);
                if mark.is_none() {
                    let help = suggestion(word, Mark::ALL.map(Mark::name))
                        .unwrap_or_else(|| "known: `value`, `none`, `set`".to_owned());
                    out.push(
                        Diagnostic::new(node.place.clone(), format!("unknown mark `{word}`"))
                            .help(help),
                    );
                }
                mark
            })
            .collect();
        let default = reader
            .take("default")
            .and_then(|node| json(node, "default", out));
        let clause = reader
            .need("clause", out)
            .and_then(|node| names.clause(node, out));
        reader.finish(out);
        if let (Ok(marks), Some(since), Some(clause)) = (marks.try_into(), since, clause) {
            presence.members.push(Member {
                name: entry.key.clone(),
                since,
                marks,
                default,
                clause,
                place: entry.place.clone(),
            });
        }
    }
    presence
}

fn month(node: &Node, out: &mut Vec<Diagnostic>) -> Option<Month> {
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
