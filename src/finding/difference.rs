//! [`Difference`]: how an answer differs, without what is particular to one request.

use crate::{
    observation::Observation,
    path::{self, Path, Segment},
    verdict::{Kind, Mismatch},
};

/// The part of an answer that a difference is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Layer {
    /// Its status, or which error it is.
    Status,
    /// What is said of the error.
    Error,
    /// The body of a success.
    Body,
    /// A header.
    Headers,
}

/// What came where a success came.
pub(super) const SUCCESS: &str = "a success";

/// What came where the error came that is due.
pub(super) const DUE: &str = "and the error that is due";

/// How answers differ: what makes mismatches of several requests one group.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Difference {
    /// The part of the answer; `[0]` stands for every element.
    pub(super) at: Path,
    pub(super) kind: Kind,
    /// The status and the error that came instead, where one of them is wrong.
    pub(super) came: String,
    /// The status that is due where it found what is not there, or nothing where it is: what else comes is one fault whatever is due.
    pub(super) due: String,
}

impl Difference {
    /// The difference that a mismatch shows where `due` is due, a status and an error.
    pub(super) fn of(
        mismatch: &Mismatch,
        answer: Option<&Observation>,
        due: Option<&str>,
    ) -> Difference {
        let at = match mismatch.at.root() {
            "violations" => Path::key("message"),
            // what is no JSON has no part that can be read
            "body" if mismatch.kind == Kind::Unreadable => Path::key("body"),
            "body" if mismatch.kind == Kind::Missing && is_no_object(answer) => Path::key("body"),
            "body" if mismatch.kind == Kind::Missing => {
                let at = answer.map(|answer| outermost(&mismatch.at, answer));
                elements(at.as_ref().unwrap_or(&mismatch.at))
            }
            _ => elements(&mismatch.at),
        };
        let came = match at.root() {
            // which success it is depends on the operation
            "status" if mismatch.found.starts_with('2') => SUCCESS.to_owned(),
            "status" => {
                let error = answer.and_then(Observation::error).unwrap_or_default();
                // the error that is due, with another status, is one fault whichever it is
                let is_due = due.is_some_and(|due| !error.is_empty() && due.ends_with(&error));
                let error = if is_due { DUE } else { &error };
                format!("{} {error}", mismatch.found).trim_end().to_owned()
            }
            "error" => mismatch.found.clone(),
            _ => String::new(),
        };
        let kind = match at.root() {
            "status" | "error" | "message" => Kind::Changed,
            "body" if at.len() == 1 && mismatch.kind == Kind::Missing => Kind::Changed,
            _ => mismatch.kind,
        };
        let due = match at.root() {
            // the text may go on with the error, other statuses and the step
            "status" if came == SUCCESS || came.starts_with("404") => {
                mismatch.expected.split(' ').next()
            }
            _ => None,
        };
        Difference {
            at,
            kind,
            came,
            due: due.unwrap_or_default().to_owned(),
        }
    }

    /// Whether another answer came altogether: its headers and its body are those of that.
    pub(super) fn is_whole(&self) -> bool {
        self.layer() == Layer::Status || self.at == Path::key("body")
    }

    pub(super) fn layer(&self) -> Layer {
        match self.at.root() {
            "headers" => Layer::Headers,
            "body" => Layer::Body,
            "status" | "error" | "connection" => Layer::Status,
            _ => Layer::Error,
        }
    }
}

/// A path in which `[0]` stands for every element.
pub(super) fn elements(at: &Path) -> Path {
    let steps = at.0.iter().map(|step| match step {
        Segment::Index(_) => Segment::Index(0),
        Segment::Key(key) => Segment::Key(key.clone()),
    });
    Path(steps.collect())
}

/// Whether a body is there that has no members.
fn is_no_object(answer: Option<&Observation>) -> bool {
    let body = answer.and_then(|answer| answer.json().ok());
    body.is_some_and(|body| !body.is_object() && !body.is_null())
}

/// The largest part that is missing where a part is.
fn outermost(at: &Path, answer: &Observation) -> Path {
    let mut at = at.clone();
    while at.len() > 2 {
        let outer = at.outer();
        let found = answer
            .json()
            .ok()
            .and_then(|body| path::find(body, &outer.0[1..]));
        if found.is_some_and(|value| !value.is_null()) {
            break;
        }
        at = outer;
    }
    at
}

/// Whether another answer came altogether, or none.
pub(super) fn is_status(mismatch: &Mismatch) -> bool {
    ["status", "connection"].contains(&mismatch.at.root())
}
