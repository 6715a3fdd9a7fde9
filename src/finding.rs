//! [`Finding`]: one thing that is wrong with a target, and by which of its requests it is told. [`Findings`] folds outcomes.
//!
//! Mismatches that follow from nothing else are grouped by what came instead, each group is explained by the factors of its
//! requests, and groups that the same factors explain are one finding. Pure, and the same in whatever order the outcomes come.

mod after;
mod alone;
mod blame;
mod contract;
mod difference;
mod explain;
mod gathered;
mod group;
mod merge;
mod population;
mod request;
mod seen;
mod sorted;
mod together;
mod told;

use crate::{
    clause::Noticed,
    factor::Factor,
    path::Path,
    verdict::{Kind, Mismatch},
};

pub use gathered::Findings;

/// One thing that is wrong with a target.
#[derive(Clone, Debug)]
pub struct Finding {
    /// A name that depends on clause, factors and difference alone.
    pub id: String,
    /// What is wrong, in a sentence.
    pub sentence: String,
    /// The clause that is about it.
    pub clause: String,
    /// Every clause that is hit, that one first.
    pub clauses: Vec<String>,
    /// What holds of the requests that are answered wrong; nothing if all are.
    pub factors: Vec<Factor>,
    /// How many requests are answered wrong, and how many are not.
    pub reached: Reached,
    /// How many more requests show the same, as the baseline lists it.
    pub known: usize,
    /// The parts of the answers that differ.
    pub at: Vec<Path>,
    /// The cases that show it, as many as are kept.
    pub cases: Vec<String>,
    /// The causes that are it.
    pub causes: Vec<CauseKey>,
    /// The request that shows it best.
    pub shown: Shown,
}

impl Finding {
    /// Whether users notice this by it: another text of an error or another success breaks nobody.
    pub(crate) fn is_felt(&self, by: &Noticed) -> bool {
        let mut called = self.factors.iter().filter(|one| one.name == "operation");
        let is_of =
            called.all(|one| by.operations.is_empty() || by.operations.contains(&one.value));
        let Mismatch {
            at,
            kind,
            expected,
            found,
            ..
        } = &self.shown.mismatch;
        // what is there and should not be is told in two ways
        let kind = if *kind == Kind::Added {
            Kind::Unexpected
        } else {
            *kind
        };
        if !is_of || !by.kinds.iter().any(|known| known == kind.name()) {
            return false;
        }
        match at.root() {
            "message" | "violations" | "type" | "text" => false,
            "status" => !(expected.starts_with('2') && found.starts_with('2')),
            _ => true,
        }
    }
}

/// Clause, part and kind of mismatches that are one cause.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CauseKey {
    /// The clause.
    pub clause: String,
    /// The part of the answer.
    pub at: Path,
    /// How it differs.
    pub kind: Kind,
}

impl CauseKey {
    /// The key of the cause that a mismatch is one of.
    pub fn of(mismatch: &Mismatch) -> CauseKey {
        CauseKey {
            clause: mismatch.clause.clone(),
            at: mismatch.at.clone(),
            kind: mismatch.kind,
        }
    }
}

/// How many requests a finding is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reached {
    /// How many are answered wrong of which the factors hold.
    pub failing: usize,
    /// How many there are of which the factors hold.
    pub of: usize,
    /// How many are answered wrong of which they do not hold.
    pub elsewhere: usize,
    /// How many others there are that could be.
    pub others: usize,
}

/// A request that shows a finding.
#[derive(Clone, Debug)]
pub struct Shown {
    /// The case.
    pub case: String,
    /// How its answer differs.
    pub mismatch: Mismatch,
    /// The request, as a line for a shell; empty if there is none.
    pub request: String,
}
