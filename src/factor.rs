//! [`Factor`]: one thing by which requests are told apart, such as how the function is named; [`factors`], all of a request.
//!
//! Of what the members of an input say, `factors.toml` knows the forms; the rest follows from the case, its fixture and the
//! binding of the operation.

mod asked;
mod gathered;

use std::fmt;

pub use gathered::{Asker, answered, demanded, factors};

/// One thing by which requests are told apart, and what it is of a request.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Factor {
    /// What tells them apart, such as `qualifier`.
    pub name: String,
    /// What it is, such as `alias`.
    pub value: String,
    /// The same as what follows "requests" in a sentence.
    pub says: String,
    /// Whether the answer shows it: where that is another one, it says nothing.
    pub shown: bool,
}

impl Factor {
    fn new(name: &str, value: impl Into<String>, says: impl Into<String>) -> Factor {
        Factor {
            name: name.to_owned(),
            value: value.into(),
            says: says.into(),
            shown: false,
        }
    }
}

impl fmt::Display for Factor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} = {}", self.name, self.value)
    }
}

/// The names of all factors, the ones that say most of a fault first.
pub const FACTORS: &[&str] = &[
    "name",
    "qualifier",
    "qualifier in",
    "region",
    "account",
    "caller",
    "method",
    "path",
    "answer",
    "state",
    "member",
    "sends",
    "encoding",
    "function",
    "after",
    "sets",
    "package",
    "due",
    "operation",
    "fixture",
];

/// The factors that say little of a fault: many requests have them for another reason.
pub const WEAK: &[&str] = &[
    "sets",
    "after",
    "function",
    "due",
    "operation",
    "fixture",
    "encoding",
];
