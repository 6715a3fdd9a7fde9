//! What judging comes to: [`Mismatch`], [`Verdict`], [`Cause`], and the [`Outcome`] of one case.

use std::{collections::BTreeSet, fmt, mem::discriminant, time::Duration};

use bytes::Bytes;

use crate::{
    case::Relating,
    level::{Basis, Level},
    note::Note,
    observation::Observation,
    path::Path,
    span::Place,
    text::Bindings,
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

/// Why a case could not be tested.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Obstacle {
    /// The target cannot do what the case needs.
    Capability,
    /// A step that sets the case up did not succeed.
    SetUp,
    /// At this level nothing is asserted.
    Level,
}

words!("class", pub Obstacle {
    Capability => "capability",
    SetUp => "set-up",
    Level => "level",
});

/// What a case comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Every assertion at the level of the run is met.
    Passed,
    /// At least one is not, and no baseline knows it.
    Failed,
    /// What is not met, the baseline knows.
    Known {
        /// Why, as the baseline has it.
        reason: String,
    },
    /// The baseline lists what is no longer so.
    Stale {
        /// What it lists.
        reason: String,
    },
    /// It was not tried.
    NotTestable {
        /// The kind of obstacle.
        class: Obstacle,
        /// The obstacle.
        reason: String,
    },
    /// It was tried, and nothing can be said.
    Inconclusive {
        /// What came instead of an answer.
        reason: String,
    },
}

impl Verdict {
    /// The word for it in reports.
    pub fn name(&self) -> &'static str {
        match self {
            Verdict::Passed => "passed",
            Verdict::Failed => "failed",
            Verdict::Known { .. } => "known",
            Verdict::Stale { .. } => "stale",
            Verdict::NotTestable { .. } => "not-testable",
            Verdict::Inconclusive { .. } => "inconclusive",
        }
    }

    /// Why, for the verdicts that have a reason.
    pub fn reason(&self) -> Option<String> {
        match self {
            Verdict::NotTestable { class, reason } => Some(format!("{}: {reason}", class.name())),
            Verdict::Known { reason }
            | Verdict::Stale { reason }
            | Verdict::Inconclusive { reason } => Some(reason.clone()),
            Verdict::Passed | Verdict::Failed => None,
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A request as it went out and what came back.
#[derive(Clone, Debug)]
pub struct Exchange {
    /// The index of the step.
    pub step: usize,
    /// The request, before it was signed.
    pub request: http::Request<Bytes>,
    /// The answer.
    pub answer: Observation,
}

/// What is said of one case: by judging it, and then by the baseline.
#[derive(Clone, Debug)]
pub struct Assessment {
    /// The verdict.
    pub verdict: Verdict,
    /// The mismatches that decide it, at the level of the run.
    pub mismatches: Vec<Mismatch>,
    /// Mismatches of clauses that are not the case's own, at the level of the run.
    pub common: Vec<Mismatch>,
    /// Mismatches that only count at a stricter level than that of the run.
    pub beyond: Vec<Mismatch>,
    /// What the baseline lists of this case and is no longer so.
    pub gone: Vec<Gone>,
    /// Whether the case could not be tested and the baseline does not say so.
    pub unlisted: bool,
    /// What is worth knowing and fails nothing.
    pub notes: Vec<Note>,
    /// The clauses of which something was decided, met or not.
    pub decided: BTreeSet<String>,
}

impl Assessment {
    /// Of a case of which nothing was judged.
    pub fn unjudged(verdict: Verdict) -> Assessment {
        Assessment {
            verdict,
            mismatches: Vec::new(),
            common: Vec::new(),
            beyond: Vec::new(),
            gone: Vec::new(),
            unlisted: false,
            notes: Vec::new(),
            decided: BTreeSet::new(),
        }
    }

    /// Of a case that could not be tested.
    pub fn untestable(class: Obstacle, reason: impl Into<String>) -> Assessment {
        Assessment::unjudged(Verdict::NotTestable {
            class,
            reason: reason.into(),
        })
    }

    /// Of a case of which nothing can be said.
    pub fn inconclusive(reason: impl Into<String>) -> Assessment {
        Assessment::unjudged(Verdict::Inconclusive {
            reason: reason.into(),
        })
    }
}

/// What happened on the way to an [`Assessment`].
#[derive(Clone, Debug, Default)]
pub struct Course {
    /// What was sent and came back.
    pub exchanges: Vec<Exchange>,
    /// The values of the placeholders.
    pub bindings: Bindings,
    /// What is worth knowing of how the fixture was made.
    pub notes: Vec<Note>,
    /// The request that shows the first mismatch, as a line for a shell.
    pub replay: String,
    /// Whether nobody listened.
    pub unreachable: bool,
    /// How long it took.
    pub duration: Duration,
}

/// What came of one case.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The verdict.
    pub verdict: Verdict,
    /// The mismatches that decide it, at the level of the run.
    pub mismatches: Vec<Mismatch>,
    /// Mismatches of clauses that are not the case's own, at the level of the run.
    pub common: Vec<Mismatch>,
    /// Mismatches that only count at a stricter level than that of the run.
    pub beyond: Vec<Mismatch>,
    /// What the baseline lists of this case and is no longer so.
    pub gone: Vec<Gone>,
    /// Whether the case could not be tested and the baseline does not say so.
    pub unlisted: bool,
    /// What is worth knowing and fails nothing.
    pub notes: Vec<Note>,
    /// The clauses of which something was decided, met or not.
    pub decided: BTreeSet<String>,
    /// What was sent and came back.
    pub exchanges: Vec<Exchange>,
    /// The values of the placeholders.
    pub bindings: Bindings,
    /// The request that shows the first mismatch, as a line for a shell.
    pub replay: String,
    /// Whether nobody listened.
    pub unreachable: bool,
    /// How long it took.
    pub duration: Duration,
}

impl Outcome {
    /// What is said of a case, and what happened on the way.
    pub fn new(said: Assessment, course: Course) -> Outcome {
        Outcome {
            verdict: said.verdict,
            mismatches: said.mismatches,
            common: said.common,
            beyond: said.beyond,
            gone: said.gone,
            unlisted: said.unlisted,
            notes: said.notes.into_iter().chain(course.notes).collect(),
            decided: said.decided,
            exchanges: course.exchanges,
            bindings: course.bindings,
            replay: course.replay,
            unreachable: course.unreachable,
            duration: course.duration,
        }
    }
}

/// The mismatches of one clause, path and kind, over all cases.
#[derive(Clone, Debug)]
pub struct Cause {
    /// The first of them.
    pub first: Mismatch,
    /// The cases that show it, in the order of the run.
    pub cases: Vec<String>,
}

impl Cause {
    /// What makes two mismatches one cause.
    pub fn key(mismatch: &Mismatch) -> (&str, &Path, Kind) {
        (&mismatch.clause, &mismatch.at, mismatch.kind)
    }

    /// Whether a baseline says the same kind of thing of its mismatches as of this one.
    pub fn is_listed_as(&self, mismatch: &Mismatch) -> bool {
        discriminant(&self.first.listed) == discriminant(&mismatch.listed)
    }
}
