//! [`Outcome`]: what came of one case; [`Assessment`], what is said of it, and [`Course`], what happened on the way.

use std::{collections::BTreeSet, time::Duration};

use bytes::Bytes;

use super::{
    Obstacle, Verdict,
    mismatch::{Gone, Listed, Mismatch},
};
use crate::{note::Note, observation::Observation, text::Bindings};

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
    /// Whether the target refused to set the case up and no baseline lists that.
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
            unlisted: verdict.refusal().is_some(),
            verdict,
            mismatches: Vec::new(),
            common: Vec::new(),
            beyond: Vec::new(),
            gone: Vec::new(),
            notes: Vec::new(),
            decided: BTreeSet::new(),
        }
    }

    /// Of a case that could not be tested, for no refusal.
    pub fn untestable(class: Obstacle, reason: impl Into<String>) -> Assessment {
        Assessment::unjudged(Verdict::NotTestable {
            class,
            reason: reason.into(),
            refusal: None,
        })
    }

    /// Of a case of which nothing can be said.
    pub fn inconclusive(reason: impl Into<String>) -> Assessment {
        Assessment::unjudged(Verdict::Inconclusive {
            at: None,
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
    /// Whether the target refused to set the case up and no baseline lists that.
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
    /// How long it took.
    pub duration: Duration,
}

impl Outcome {
    /// Whether it shows something that no baseline lists.
    pub fn is_news(&self) -> bool {
        let mut all = self.mismatches.iter().chain(&self.common);
        all.any(|mismatch| matches!(mismatch.listed, Listed::No | Listed::Otherwise { .. }))
    }

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
            duration: course.duration,
        }
    }
}
