//! The answers to a case against what is asserted of them: pure, and always all mismatches, never only the first.
//!
//! Judges at every level at once; a run keeps what counts at its own. So a stricter level can only ever see more. Each
//! maker of assertions has its own file, which finds what is not met; `attribution` alone says for whom that counts.

mod asserted;
mod attribution;
mod check;
mod consequence;
mod form;
mod found;
mod gathered;
mod presence;
mod relation;
mod reviewed;
mod set_up;
mod written;

use std::collections::BTreeSet;

use crate::{
    case::Case,
    level::Level,
    note::Note,
    observation::NoAnswer,
    path::Path,
    snapshot::Difference,
    suite::Suite,
    text::{Bindings, Matched},
    verdict::{Assessment, Cause, Exchange, Kind, Mismatch, Origin, Verdict},
};

use attribution::{Attributed, UNANSWERED, attribute};
pub use consequence::consequences;
use gathered::{Demand, Gathered, Subject};
pub use set_up::{Due, set_up};
pub use written::{canonical, written};

/// What judging a case comes to, at all levels.
#[derive(Clone, Debug, Default)]
pub struct Judgement {
    /// Mismatches of the case's own clauses.
    pub own: Vec<Mismatch>,
    /// Mismatches of other clauses.
    pub common: Vec<Mismatch>,
    /// What is worth knowing and fails nothing.
    pub notes: Vec<Note>,
    /// The clauses of which something was decided, and the level from which that counts.
    pub decided: BTreeSet<(String, Level)>,
}

impl Judgement {
    /// Adds what was judged of another answer. The same mismatch of two answers is one; what is worth knowing of the other is
    /// not kept.
    pub(crate) fn add(&mut self, other: Judgement) {
        let lists = [(&mut self.own, other.own), (&mut self.common, other.common)];
        for (list, more) in lists {
            for mismatch in more {
                let same = |known: &Mismatch| {
                    Cause::key(known) == Cause::key(&mismatch) && known.level <= mismatch.level
                };
                if !list.iter().any(same) {
                    list.push(mismatch);
                }
            }
        }
        self.decided.extend(other.decided);
    }

    /// Has the case fail for what stands in these parts of the answer.
    pub(crate) fn fail_for(&mut self, fails: impl Fn(&Path) -> bool) {
        let (own, common) = std::mem::take(&mut self.common)
            .into_iter()
            .partition(|mismatch| fails(&mismatch.at));
        self.own = own;
        self.common = common;
    }

    /// What it comes to at one level, before a baseline is asked.
    pub fn at(self, level: Level) -> Assessment {
        let counts = |mismatch: &Mismatch| mismatch.level <= level;
        let (mismatches, mut beyond): (Vec<_>, Vec<_>) = self.own.into_iter().partition(counts);
        let (common, stricter): (Vec<_>, Vec<_>) = self.common.into_iter().partition(counts);
        beyond.extend(stricter);
        let decided = self.decided.into_iter().filter(|(_, from)| *from <= level);
        Assessment {
            verdict: if mismatches.is_empty() {
                Verdict::Passed
            } else {
                Verdict::Failed
            },
            mismatches,
            common,
            beyond,
            gone: Vec::new(),
            unlisted: false,
            notes: self.notes,
            decided: decided.map(|(clause, _)| clause).collect(),
        }
    }
}

/// Judges the answers to a case.
pub fn judge(suite: &Suite, case: &Case, bindings: &Bindings, exchanges: &[Exchange]) -> Judgement {
    let subject = Subject {
        suite,
        case,
        bindings,
    };
    let mut matched = Matched::default();
    let mut found = Gathered::default();
    for numbered in exchanges.iter().enumerate() {
        let (_, exchange) = numbered;
        found.notes.extend(exchange.answer.notes.iter().cloned());
        asserted::by_case(subject, numbered, &mut matched, &mut found);
        asserted::by_suite(subject, numbered, &mut matched, &mut found);
        if case.steps[exchange.step].is_due_in_json() {
            form::by_schema(subject, numbered, &mut found);
            presence::by_table(subject, numbered, &mut found);
        }
    }
    relation::by_relations(subject, exchanges, &mut found);
    reviewed::by_snapshot(subject, exchanges, &mut found);
    judgement(suite, case, found)
}

/// Judges a case whose target closes the connection on a step, though it answers otherwise.
pub fn unanswered(suite: &Suite, case: &Case, step: usize, error: &NoAnswer) -> Judgement {
    let by = Demand {
        origin: Origin::Case,
        level: Some(Level::Documented),
        clause: None,
        choice: false,
        step,
        answer: 0,
        pair: None,
        place: case.place.clone(),
    };
    let difference = Difference {
        at: Path::key(UNANSWERED),
        kind: Kind::Missing,
        expected: "an answer".to_owned(),
        found: format!("closes the connection: {error}"),
    };
    let mut found = Gathered::default();
    found.miss(&by, [difference]);
    let mut judgement = judgement(suite, case, found);
    let blamed = judgement.own.iter();
    judgement.decided = blamed
        .map(|mismatch| (mismatch.clause.clone(), mismatch.level))
        .collect();
    judgement
}

fn judgement(suite: &Suite, case: &Case, found: Gathered) -> Judgement {
    let Attributed {
        own,
        common,
        notes,
        another,
    } = attribute(suite, case, found.unmet);
    let kept = |mismatches: Vec<Mismatch>| mismatches.into_iter().map(Mismatch::bounded).collect();
    let decided = found.decided.into_iter();
    let decided = decided
        .filter(|one| one.body_of.is_none_or(|answer| !another.contains(&answer)))
        .map(|one| (one.clause, one.level))
        .collect();
    let mut all: Vec<Note> = Vec::new();
    let notes = found.notes.into_iter().chain(notes);
    for note in notes.map(Note::bounded) {
        if !all.contains(&note) {
            all.push(note);
        }
    }
    Judgement {
        own: kept(own),
        common: kept(common),
        notes: all,
        decided,
    }
}
