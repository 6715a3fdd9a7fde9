//! An entry of the file: a cause with the values and cases that are known, or cases that cannot be tested.

use std::collections::BTreeSet;

use time::Date;

use crate::{
    path::Path,
    span::Place,
    verdict::{Gone, Kind, Mismatch, Obstacle},
};

/// What makes mismatches one cause, as it is written.
pub(super) type Key = (String, String, &'static str);

/// A cause.
#[derive(Debug)]
pub(super) struct Known {
    pub(super) key: Key,
    pub(super) reason: String,
    pub(super) expires: Option<Date>,
    pub(super) pins: Vec<Pinned>,
    pub(super) place: Place,
}

/// A value and the cases that show it.
#[derive(Debug)]
pub(super) struct Pinned {
    pub(super) value: String,
    pub(super) cases: BTreeSet<String>,
    /// Whether a run may go without it.
    pub(super) sometimes: bool,
}

/// Cases that cannot be tested.
#[derive(Debug)]
pub(super) struct Untested {
    pub(super) class: Obstacle,
    pub(super) reason: String,
    pub(super) cases: BTreeSet<String>,
    pub(super) place: Place,
}

/// What to do with entries that name a clause or a case that the suites do not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Orphans {
    /// They are errors.
    Refuse,
    /// They are left out, because the file will be written anew.
    Drop,
}

impl Untested {
    /// The entry, where a case of it was tested.
    pub(super) fn gone(&self) -> Gone {
        Gone {
            entry: self.place.clone(),
            clause: None,
            what: format!("not testable, {}: {}", self.class.name(), self.reason),
        }
    }
}

impl Known {
    /// The cases that show it.
    pub(super) fn cases(&self) -> impl Iterator<Item = &str> {
        let cases = self.pins.iter().flat_map(|pinned| &pinned.cases);
        cases.map(String::as_str)
    }

    pub(super) fn is_for(&self, mismatch: &Mismatch) -> bool {
        self.key == key(mismatch)
    }

    /// Whether a mismatch that nobody expected leaves open whether this is mended: of an answer with another status, or
    /// that cannot be read, the rest is not judged, and of a part that differs otherwise it cannot be said.
    pub(super) fn may_hide_behind(&self, found: &Mismatch) -> bool {
        let (_, at, _) = &self.key;
        let there = found.at.to_string();
        matches!(found.at.root(), "status" | "connection")
            || found.kind == Kind::Unreadable
            || at.starts_with(&there)
            || there.starts_with(at)
    }

    /// Whether what it lists may be a consequence of this: that it is not there now says nothing then.
    pub(super) fn may_follow(&self, found: &Mismatch) -> bool {
        let (_, at, _) = &self.key;
        let is_apart = at.starts_with("headers") && at != "headers.x-amzn-errortype";
        let hides = match found.at.root() {
            "status" | "connection" => true,
            "error" => ["message", "type", "headers"].contains(&root(at)),
            _ => found.at == Path::key("body"),
        };
        !is_apart && hides && *at != found.at.to_string()
    }

    pub(super) fn why(&self) -> String {
        if self.reason.is_empty() {
            format!("{}:{}", self.place.source.path, self.place.line())
        } else {
            self.reason.clone()
        }
    }
}

fn root(at: &str) -> &str {
    at.split(['.', '[']).next().unwrap_or_default()
}

/// What makes a mismatch one cause with others.
pub(super) fn key(mismatch: &Mismatch) -> Key {
    (
        mismatch.clause.clone(),
        mismatch.at.to_string(),
        mismatch.kind.name(),
    )
}
