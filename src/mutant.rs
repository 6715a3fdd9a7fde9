//! [`Mutant`]: an answer with one thing wrong, made from one that is right.
//!
//! Knows the ways to be wrong, and no contract: whether somebody notices is [`crate::judge`]'s business. What no client
//! and no contract can tell apart is not a mutant, so none is made of
//!
//! - the order of members, the letter case of header names, and the headers of the connection;
//! - another date, or another request id: each answer has its own;
//! - members that nobody knows: a service adds some without notice.

mod body;
mod header;

use std::{collections::BTreeMap, fmt};

use http::HeaderMap;
use serde_json::Value;

use crate::{
    observation::Observation,
    path::{Path, Segment},
};

/// The ways to be wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mutation {
    /// It is not there.
    Dropped,
    /// It is of another JSON type.
    Retyped,
    /// It goes by another name.
    Renamed,
    /// Its name begins with the other letter case.
    Recased,
    /// It is another value, of another form.
    Replaced,
    /// It is another value of the same form: one letter or digit differs.
    Altered,
    /// It is there and holds nothing: `""`, `[]`, `{}`.
    Emptied,
    /// It has a value where it had none.
    Given,
    /// It is left out where it was `null`. Only a contract about the exact bytes can tell.
    Unwritten,
    /// An integer is written with a fraction, `3.0`.
    Fractioned,
    /// An element stands twice.
    Duplicated,
    /// The first two elements have changed places.
    Reordered,
    /// A status of the same class.
    Sibling,
    /// A status of another class.
    Reclassed,
    /// Something follows the value of a header that clients cut off.
    Decorated,
    /// The body is an HTML page.
    Unreadable,
    /// The second half of the body is missing.
    Truncated,
    /// The body is the only member of another object.
    Wrapped,
}

impl Mutation {
    /// All of them.
    pub const ALL: [Mutation; 18] = [
        Mutation::Dropped,
        Mutation::Retyped,
        Mutation::Renamed,
        Mutation::Recased,
        Mutation::Replaced,
        Mutation::Altered,
        Mutation::Emptied,
        Mutation::Given,
        Mutation::Unwritten,
        Mutation::Fractioned,
        Mutation::Duplicated,
        Mutation::Reordered,
        Mutation::Sibling,
        Mutation::Reclassed,
        Mutation::Decorated,
        Mutation::Unreadable,
        Mutation::Truncated,
        Mutation::Wrapped,
    ];

    /// The word for it in the name of a mutant.
    pub fn name(self) -> &'static str {
        match self {
            Mutation::Dropped => "dropped",
            Mutation::Retyped => "retyped",
            Mutation::Renamed => "renamed",
            Mutation::Recased => "recased",
            Mutation::Replaced => "replaced",
            Mutation::Altered => "altered",
            Mutation::Emptied => "emptied",
            Mutation::Given => "given",
            Mutation::Unwritten => "unwritten",
            Mutation::Fractioned => "fractioned",
            Mutation::Duplicated => "duplicated",
            Mutation::Reordered => "reordered",
            Mutation::Sibling => "sibling",
            Mutation::Reclassed => "reclassed",
            Mutation::Decorated => "decorated",
            Mutation::Unreadable => "unreadable",
            Mutation::Truncated => "truncated",
            Mutation::Wrapped => "wrapped",
        }
    }
}

impl fmt::Display for Mutation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// An answer with one thing wrong. Shown as its name, such as `body.Timeout dropped`, which is the same in every run.
#[derive(Clone, Debug)]
pub struct Mutant {
    /// The part that is wrong: below `status`, `headers` or `body`.
    pub at: Path,
    /// How it is wrong.
    pub mutation: Mutation,
    /// The answer.
    pub answer: Observation,
}

impl fmt::Display for Mutant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.at, self.mutation)
    }
}

/// What answers have at each path of their bodies, `null` left aside; the first value counts where they differ.
///
/// This is what [`mutants`] gives a member that has none.
pub fn values<'a>(answers: impl IntoIterator<Item = &'a Observation>) -> BTreeMap<Path, Value> {
    let mut values = BTreeMap::new();
    for answer in answers {
        if let Ok(body) = answer.json() {
            body::each(body, &Path::key("body"), &mut |at, value| {
                if !value.is_null() && !values.contains_key(at) {
                    values.insert(at.clone(), value.clone());
                }
            });
        }
    }
    values
}

/// Every mutant of an answer, the same ones in the same order for the same answer.
///
/// `elsewhere` has the values that other answers have ([`values`]): a member that is `null` here is given its value from
/// there, so that only its presence is wrong.
pub fn mutants(answer: &Observation, elsewhere: &BTreeMap<Path, Value>) -> Vec<Mutant> {
    let mut out = Vec::new();
    for (mutation, status) in statuses(answer.status) {
        out.push(Mutant {
            at: Path::key("status"),
            mutation,
            answer: Observation::new(status, answer.headers.clone(), answer.body.clone()),
        });
    }
    header::mutants(answer, &mut out);
    body::mutants(answer, elsewhere, &mut out);
    out
}

/// A status of the same class and one of another, both such as services of this kind answer with.
fn statuses(status: u16) -> [(Mutation, u16); 2] {
    let (sibling, other) = match status {
        200 => (201, 500),
        404 => (400, 500),
        400..=499 => (404, 200),
        500..=599 => (503, 400),
        _ => (200, 500),
    };
    [(Mutation::Sibling, sibling), (Mutation::Reclassed, other)]
}

/// The mutant with these headers.
fn with_headers(
    answer: &Observation,
    name: &str,
    mutation: Mutation,
    headers: HeaderMap,
) -> Mutant {
    Mutant {
        at: Path::key("headers").then(name),
        mutation,
        answer: Observation::new(answer.status, headers, answer.body.clone()),
    }
}

/// The text with its last letter or digit replaced by the next one of its kind, so that it keeps its form.
fn altered(text: &str) -> Option<String> {
    // the zone of a timestamp is part of its form, and its milliseconds are not
    let end = match text.len() {
        28 if text.ends_with("+0000") => text.len() - 5,
        _ => text.len(),
    };
    let at = text
        .get(..end)?
        .rfind(|letter: char| letter.is_ascii_alphanumeric())?;
    let next = match text.as_bytes()[at] {
        b'9' => '0',
        b'f' => 'e',
        b'F' => 'E',
        b'z' => 'y',
        b'Z' => 'Y',
        letter => char::from(letter + 1),
    };
    Some(format!("{}{next}{}", &text[..at], &text[at + 1..]))
}

/// The name with its first letter in the other case.
fn recased(name: &str) -> Option<String> {
    let at = name.find(|letter: char| letter.is_ascii_alphabetic())?;
    let letter = char::from(name.as_bytes()[at]);
    let other = if letter.is_ascii_uppercase() {
        letter.to_ascii_lowercase()
    } else {
        letter.to_ascii_uppercase()
    };
    Some(format!("{}{other}{}", &name[..at], &name[at + 1..]))
}

/// The part of a body at a path below `body`.
fn part<'v>(body: &'v mut Value, at: &[Segment]) -> Option<&'v mut Value> {
    at.iter().try_fold(body, |value, segment| match segment {
        Segment::Key(key) => value.get_mut(key),
        Segment::Index(index) => value.get_mut(index),
    })
}
