//! Reads `presence.toml`.

use std::sync::Arc;

use crate::{
    presence::{Column, Mark, Member, Presence, Written},
    span::{Diagnostic, Source},
    text::suggestion,
};

use super::{
    assertions::json,
    contract::governed,
    names::Names,
    tree::{self, Reader},
};

/// Reads the table.
pub(super) fn presence(
    source: &Arc<Source>,
    names: Names<'_>,
    out: &mut Vec<Diagnostic>,
) -> Presence {
    let root = tree::parse(source, out);
    let mut members = Vec::new();
    let mut written = None;
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
            written = clause.map(|clause| Written {
                clause,
                within,
                place: entry.place.clone(),
            });
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
        if let (Ok(marks), Some(clause)) = (marks.try_into(), clause) {
            members.push(Member {
                name: entry.key.clone(),
                marks,
                default,
                clause,
                place: entry.place.clone(),
            });
        }
    }
    Presence { written, members }
}
