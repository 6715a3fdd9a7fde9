//! Reads `factors.toml`.

use std::sync::Arc;

use regex::Regex;

use crate::{
    form::{About, Form, Shown},
    span::{Diagnostic, Place, Source},
    tree::{self, Node, Reader},
};

use super::value::governed;

/// By what requests are told apart.
#[derive(Default)]
pub(super) struct Told {
    pub(super) forms: Vec<Form>,
    pub(super) refusals: Vec<Regex>,
    pub(super) about: Vec<About>,
    pub(super) shown: Vec<Shown>,
    /// The clauses that are named, which may be those of suites that are read later.
    pub(super) named: Vec<(String, Place)>,
}

/// Reads by what requests are told apart.
pub(super) fn factors(source: &Arc<Source>, out: &mut Vec<Diagnostic>) -> Told {
    let mut told = Told::default();
    let named = &mut told.named;
    let root = tree::parse(source, out);
    let mut file = Reader::new(&root, "factors.toml", out);
    let nodes = file
        .take("form")
        .map_or(&[][..], |node| node.array("form", out));
    let forms = nodes
        .iter()
        .filter_map(|node| form(node, named, out))
        .collect();
    let nodes = file
        .take("refusals")
        .map_or(&[][..], |node| node.array("refusals", out));
    let refusals = nodes
        .iter()
        .filter_map(|node| pattern(node, "", out))
        .collect();
    let nodes = file
        .take("about")
        .map_or(&[][..], |node| node.array("about", out));
    let about = nodes
        .iter()
        .filter_map(|node| about(node, named, out))
        .collect();
    let nodes = file
        .take("shown")
        .map_or(&[][..], |node| node.array("shown", out));
    let shown = nodes
        .iter()
        .filter_map(|node| shown(node, named, out))
        .collect();
    file.finish(out);
    Told {
        forms,
        refusals,
        about,
        shown,
        ..told
    }
}

fn form(node: &Node, named: &mut Vec<(String, Place)>, out: &mut Vec<Diagnostic>) -> Option<Form> {
    let mut reader = Reader::new(node, "form", out);
    let [member, factor, is, says] = ["member", "factor", "is", "says"].map(|key| {
        let node = reader.need(key, out)?;
        node.text(key, out).map(str::to_owned)
    });
    let whole = reader
        .need("pattern", out)
        .and_then(|node| pattern(node, "^$", out));
    let list = reader.take("clauses");
    let clauses = clauses(list, named, out);
    reader.finish(out);
    Some(Form {
        member: member?,
        factor: factor?,
        is: is?,
        says: says?,
        clauses,
        pattern: whole?,
    })
}

fn about(
    node: &Node,
    named: &mut Vec<(String, Place)>,
    out: &mut Vec<Diagnostic>,
) -> Option<About> {
    let mut reader = Reader::new(node, "about", out);
    let [factor, is] = ["factor", "is"].map(|key| {
        let node = reader.need(key, out)?;
        node.text(key, out).map(str::to_owned)
    });
    let more = reader
        .take("and")
        .map_or(&[][..], |node| node.table("and", out));
    let and = more
        .iter()
        .filter_map(|entry| {
            let is = entry.node.text(&entry.key, out)?;
            Some((entry.key.clone(), is.to_owned()))
        })
        .collect();
    let list = reader.need("clauses", out);
    let clauses = clauses(list, named, out);
    reader.finish(out);
    Some(About {
        factor: factor?,
        is: is?,
        and,
        clauses,
    })
}

fn shown(
    node: &Node,
    named: &mut Vec<(String, Place)>,
    out: &mut Vec<Diagnostic>,
) -> Option<Shown> {
    let mut reader = Reader::new(node, "shown", out);
    let [text, factor, says] = ["is", "factor", "says"].map(|key| {
        let node = reader.need(key, out)?;
        node.text(key, out).map(str::to_owned)
    });
    let at = reader
        .need("at", out)
        .map_or(&[][..], |node| node.array("at", out));
    let at = at
        .iter()
        .filter_map(|node| governed(node.text("at", out)?, node, out))
        .collect();
    let list = reader.take("clauses");
    let clauses = clauses(list, named, out);
    reader.finish(out);
    Some(Shown {
        at,
        text: text?,
        factor: factor?,
        says: says?,
        clauses,
    })
}

/// The clauses of a list.
fn clauses(
    list: Option<&Node>,
    named: &mut Vec<(String, Place)>,
    out: &mut Vec<Diagnostic>,
) -> Vec<String> {
    let items = list.map_or(&[][..], |node| node.array("clauses", out));
    let mut clauses = Vec::new();
    for item in items {
        if let Some(id) = item.text("clause", out) {
            named.push((id.to_owned(), item.place.clone()));
            clauses.push(id.to_owned());
        }
    }
    clauses
}

/// A regular expression; of the whole text, if `ends` says so.
fn pattern(node: &Node, ends: &str, out: &mut Vec<Diagnostic>) -> Option<Regex> {
    let written = node.text("pattern", out)?;
    let whole = if ends.is_empty() {
        written.to_owned()
    } else {
        format!("^(?s:{written})$")
    };
    match Regex::new(&whole) {
        Ok(pattern) => Some(pattern),
        Err(error) => {
            let message = format!("not a regular expression: {error}");
            out.push(
                Diagnostic::new(node.place.clone(), message)
                    .help("write it as the crate `regex` reads it"),
            );
            None
        }
    }
}
