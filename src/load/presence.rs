//! Reads `presence.toml`.

use std::sync::Arc;

use crate::{
    presence::{Column, Later, Mark, Member, Presence, Written},
    span::{Diagnostic, Source},
    tree::{self, Reader},
};

use super::{
    names::Names,
    value::{governed, json, month},
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
                node.word::<Mark>("mark", out)
            })
            .collect();
        let image = reader
            .take("image")
            .and_then(|node| node.word::<Mark>("mark", out));
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
                image,
                default,
                clause,
                place: entry.place.clone(),
            });
        }
    }
    presence
}
