//! Reads `breaks.toml`, and what clauses say of it.

use std::sync::Arc;

use crate::{
    clause::{Break, Noticed},
    span::{Diagnostic, Source},
    tree::{self, Node, Reader},
    word::{Unknown, few},
};

/// How parts differ.
const KINDS: [&str; 4] = ["missing", "changed", "unexpected", "unreadable"];

/// Reads what users of a target notice.
pub(super) fn breaks(source: &Arc<Source>, out: &mut Vec<Diagnostic>) -> Vec<Noticed> {
    let mut all = Vec::new();
    let root = tree::parse(source, out);
    for entry in root.table("breaks", out) {
        let mut reader = Reader::new(&entry.node, &entry.key, out);
        let says = reader.need_text("says", out);
        let mut kinds = Vec::new();
        for (text, node) in reader.texts("kinds", out) {
            if !KINDS.contains(&text) {
                let unknown = Unknown::new("kind of difference", text, few(out.len(), KINDS))
                    .or(format!("known: `{}`", KINDS.join("`, `")));
                out.push(Diagnostic::unknown(node.place.clone(), unknown));
            }
            kinds.push(text.to_owned());
        }
        let operations = reader.texts("operations", out);
        let operations = operations.into_iter().map(|(text, _)| text.to_owned());
        let operations = operations.collect();
        reader.finish(out);
        if let Some(says) = says {
            all.push(Noticed {
                key: entry.key.clone(),
                says: says.to_owned(),
                kinds,
                operations,
            });
        }
    }
    all
}

/// Reads what breaks where a clause is not met: a key, then the issue.
pub(super) fn shown(
    text: &str,
    node: &Node,
    known: &[Noticed],
    out: &mut Vec<Diagnostic>,
) -> Option<Break> {
    let (key, issue) = text.split_once(' ').unwrap_or((text, ""));
    if known.iter().all(|one| one.key != key) {
        let names = few(out.len(), known.iter().map(|one| one.key.as_str()));
        let unknown = Unknown::new("key of breaks.toml", key, names)
            .or("name a key of breaks.toml first, then the public issue that shows it");
        out.push(Diagnostic::unknown(node.place.clone(), unknown));
        return None;
    }
    if !is_issue(issue) {
        out.push(
            Diagnostic::new(
                node.place.clone(),
                format!("`{text}` names no public issue"),
            )
            .help("write `KEY OWNER/REPOSITORY#NUMBER`, such as `waiters stackshy/cloudemu#461`"),
        );
        return None;
    }
    Some(Break {
        key: key.to_owned(),
        issue: issue.to_owned(),
    })
}

/// Whether a text is `OWNER/REPOSITORY#NUMBER`.
fn is_issue(text: &str) -> bool {
    let is_name = |name: &str| {
        let mut letters = name.chars();
        !name.is_empty() && letters.all(|one| one.is_ascii_alphanumeric() || "-_.".contains(one))
    };
    let parts = text.split_once('#').and_then(|(place, number)| {
        let (owner, repository) = place.split_once('/')?;
        Some((owner, repository, number))
    });
    parts.is_some_and(|(owner, repository, number)| {
        is_name(owner) && is_name(repository) && number.parse::<u32>().is_ok_and(|one| one > 0)
    })
}
