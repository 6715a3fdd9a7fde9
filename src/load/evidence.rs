//! Reads `evidence.toml`.

use std::{collections::BTreeMap, sync::Arc};

use crate::{
    clause::Evidence,
    span::{Diagnostic, Source},
    tree::{self, Reader},
};

use super::value::day;

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
