//! What judging comes to: [`Mismatch`], [`Verdict`], [`Cause`], and the [`Outcome`] of one case.

mod cause;
mod mismatch;
mod outcome;
mod set_up;

use std::fmt;

pub use cause::Cause;
pub use mismatch::{Follows, Gone, Kind, Listed, Mismatch, Origin};
pub use outcome::{Assessment, Course, Exchange, Outcome};
pub use set_up::{Refusal, SetUpStep};

use crate::word::words;

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
        /// The refusal, if it was one.
        refusal: Option<Refusal>,
    },
    /// It was tried, and nothing can be said.
    Inconclusive {
        /// The step that it ended with, if that was one of its set-up.
        at: Option<Box<SetUpStep>>,
        /// What came instead of an answer, in words that are the same for all cases that it stopped.
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
            Verdict::NotTestable { class, reason, .. } => {
                Some(format!("{}: {reason}", class.name()))
            }
            Verdict::Inconclusive {
                at: Some(at),
                reason,
            } => Some(format!("{at}: {reason}")),
            Verdict::Known { reason }
            | Verdict::Stale { reason }
            | Verdict::Inconclusive { reason, .. } => Some(reason.clone()),
            Verdict::Passed | Verdict::Failed => None,
        }
    }
}

impl Verdict {
    /// Why, in words that are the same for all cases which one answer of the target stopped, or its silence.
    pub fn shared_reason(&self) -> Option<String> {
        match self {
            Verdict::NotTestable {
                class,
                refusal: Some(refusal),
                ..
            } => Some(format!("{}: {refusal}", class.name())),
            Verdict::Inconclusive { reason, .. } => Some(reason.clone()),
            verdict => verdict.reason(),
        }
    }

    /// The refusal of the target that stopped the case.
    pub fn refusal(&self) -> Option<&Refusal> {
        match self {
            Verdict::NotTestable { refusal, .. } => refusal.as_ref(),
            _ => None,
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
