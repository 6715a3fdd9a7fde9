//! [`Mismatch`]: one assertion that was not met, and what a baseline says of it.

use super::SetUpStep;
use crate::{
    case::Relating,
    level::{Basis, Level},
    path::Path,
    sink::bounded,
    span::Place,
    word::words,
};

/// The ways to differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Nothing is there.
    Missing,
    /// Another value is there.
    Changed,
    /// Something is there that must not be.
    Unexpected,
    /// Something is there of which nothing is said.
    Added,
    /// What is there cannot be read.
    Unreadable,
}

words!("kind", pub Kind {
    Missing => "missing",
    Changed => "changed",
    Unexpected => "unexpected",
    Added => "added",
    Unreadable => "unreadable",
});

/// Who made an assertion that was not met.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The case asserts it of an answer.
    Case,
    /// The reviewed answer to the case holds it.
    Snapshot,
    /// The case asserts it between two answers.
    Relation {
        /// How they relate.
        relating: Relating,
        /// The step that the other answer is to.
        step: String,
        /// The part of the other answer.
        at: Path,
    },
    /// The schema of the bodies of the operation.
    Schema {
        /// The keyword that says so.
        keyword: String,
    },
    /// The table of which member has a value when.
    Presence,
    /// The suite asserts it of every answer.
    Invariant,
    /// It is asserted of the answer to a step that sets the case up.
    SetUp(SetUpStep),
}

impl Origin {
    /// The word for it in reports.
    pub fn name(&self) -> &'static str {
        match self {
            Origin::Case => "case",
            Origin::Snapshot => "snapshot",
            Origin::Relation { .. } => "relation",
            Origin::Schema { .. } => "schema",
            Origin::Presence => "presence",
            Origin::Invariant => "invariant",
            Origin::SetUp(_) => "set-up",
        }
    }

    /// Whether it stands in the case or in its snapshot, and not in what all cases share.
    pub fn is_of_case(&self) -> bool {
        matches!(
            self,
            Origin::Case | Origin::Snapshot | Origin::Relation { .. }
        )
    }
}

/// One assertion that was not met.
#[derive(Clone, Debug)]
pub struct Mismatch {
    /// The part of the answer.
    pub at: Path,
    /// How it differs.
    pub kind: Kind,
    /// Who asserts it.
    pub origin: Origin,
    /// What was asserted, as shown to a person.
    pub expected: String,
    /// What came, as shown to a person.
    pub found: String,
    /// The clause that asserts it.
    pub clause: String,
    /// Where that is from.
    pub basis: Basis,
    /// The level from which it counts.
    pub level: Level,
    /// The step of the case, by its index.
    pub step: usize,
    /// Where the assertion is written.
    pub place: Place,
    /// What the baseline says of it.
    pub listed: Listed,
    /// What it follows from, if it is no fault of its own.
    pub follows: Option<Follows>,
}

/// The mismatch of a case from which another one follows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Follows {
    /// Its step.
    pub step: usize,
    /// Its part of the answer.
    pub at: Path,
}

impl Mismatch {
    /// The same, with as much of what the target said as is kept.
    pub(crate) fn bounded(self) -> Mismatch {
        Mismatch {
            at: self.at.bounded(),
            expected: bounded(self.expected),
            found: bounded(self.found),
            ..self
        }
    }
}

/// What a baseline says of a mismatch.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Listed {
    /// Nothing, or there is no baseline.
    #[default]
    No,
    /// It is known.
    Known {
        /// The entry.
        entry: Place,
        /// Why, as the entry has it.
        reason: String,
    },
    /// It was known until a day that is over.
    Expired {
        /// The entry.
        entry: Place,
        /// The day.
        on: String,
    },
    /// It is known with another value.
    Otherwise {
        /// The entry.
        entry: Place,
        /// The value that the entry pins.
        pinned: String,
    },
}

impl Listed {
    /// Whether the mismatch is known.
    pub fn is_known(&self) -> bool {
        matches!(self, Listed::Known { .. })
    }
}

/// Something that a baseline lists and that is no longer so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gone {
    /// The entry.
    pub entry: Place,
    /// The clause that is met now; none if the case could not be tested before.
    pub clause: Option<String>,
    /// What was listed, as shown to a person.
    pub what: String,
}
