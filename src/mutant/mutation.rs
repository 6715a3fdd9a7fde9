//! [`Mutation`]: a way to be wrong; [`Mutant`]: an answer that is wrong so.

use std::fmt;

use crate::{observation::Observation, path::Path, word::words};

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

words!(
    "mutation",
    pub Mutation {
        Dropped => "dropped",
        Retyped => "retyped",
        Renamed => "renamed",
        Recased => "recased",
        Replaced => "replaced",
        Altered => "altered",
        Emptied => "emptied",
        Given => "given",
        Unwritten => "unwritten",
        Fractioned => "fractioned",
        Duplicated => "duplicated",
        Reordered => "reordered",
        Sibling => "sibling",
        Reclassed => "reclassed",
        Decorated => "decorated",
        Unreadable => "unreadable",
        Truncated => "truncated",
        Wrapped => "wrapped",
    }
);

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
