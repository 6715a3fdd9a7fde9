//! An answer against its case: pure, and always all mismatches, never only the first.
//!
//! Judges at every level at once; a run keeps what counts at its own. So a stricter level can only ever see more.

mod check;
mod form;
mod found;
mod relation;
mod written;

use std::collections::BTreeSet;

use crate::{
    case::{Assertion, Case, Expected, Invariant, When},
    clause::Clause,
    level::{Basis, Level},
    note::Note,
    observation::Observation,
    path::{Path, Segment},
    snapshot::Snapshot,
    span::Place,
    suite::Suite,
    text::{Bindings, Matched},
    verdict::{Exchange, Kind, Listed, Mismatch, Origin},
};

pub use written::{canonical, written};

/// What judging a case comes to, at all levels.
#[derive(Debug, Default)]
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

/// Judges the answers to a case.
pub fn judge(suite: &Suite, case: &Case, bindings: &Bindings, exchanges: &[Exchange]) -> Judgement {
    let mut judge = Judge {
        suite,
        case,
        bindings,
        matched: Matched::default(),
        out: Judgement::default(),
    };
    for exchange in exchanges {
        judge.answer(exchange);
    }
    for relation in &case.relations {
        judge.relation(relation, exchanges);
    }
    judge.snapshot(exchanges);
    judge.out
}

/// An assertion that was not met, before it is known for whom it counts.
struct Unmet {
    at: Path,
    kind: Kind,
    expected: String,
    found: String,
}

/// Where an assertion is from, and from which level it counts.
struct Demand<'p> {
    origin: Origin,
    level: Option<Level>,
    place: &'p Place,
}

/// Who made an assertion.
#[derive(Clone, Copy, PartialEq, Eq)]
enum For {
    /// The case, its snapshot, its relations, or the form of the body.
    Case,
    /// `always.toml`.
    All,
}

struct Judge<'a> {
    suite: &'a Suite,
    case: &'a Case,
    bindings: &'a Bindings,
    matched: Matched,
    out: Judgement,
}

impl<'a> Judge<'a> {
    fn answer(&mut self, exchange: &Exchange) {
        let step = &self.case.steps[exchange.step];
        let answer = &exchange.answer;
        for note in &answer.notes {
            self.note(note.clone());
        }
        let other = is_another(&step.assertions, answer);
        for assertion in &step.assertions {
            // of another answer altogether, the members are not the point
            let told =
                |known: &Mismatch| known.step == exchange.step && known.at.root() == "status";
            if assertion.at.root() == "body" && (other || self.out.own.iter().any(told)) {
                continue;
            }
            let unmet = self.check(assertion, answer);
            for clause in self
                .case
                .clauses
                .iter()
                .filter_map(|id| self.suite.clause(id))
            {
                if let Some(level) = assertion.level
                    && paths(assertion).iter().any(|at| clause.reach(at).is_some())
                {
                    self.out.decided.insert((clause.id.clone(), level));
                }
            }
            for unmet in unmet {
                // that a body cannot be read fails the case once, not once for each of its members
                if unmet.kind == Kind::Unreadable
                    && self.out.own.iter().any(|known| known.step == exchange.step)
                {
                    continue;
                }
                let clause = self.suite.governing(&self.case.clauses, &unmet.at);
                let demand = Demand {
                    origin: Origin::Case,
                    level: assertion.level,
                    place: &assertion.place,
                };
                self.miss(unmet, clause, demand, exchange.step, For::Case);
            }
        }
        let json_due = json_due(&step.assertions);
        for always in self.suite.invariants() {
            let is_own = step.operation == self.suite.operation;
            if !applies(always, is_own, answer, json_due) {
                continue;
            }
            let clause = self.suite.clause(&always.clause);
            for assertion in &always.assertions {
                if let Some(level) = assertion.level {
                    self.out.decided.insert((always.clause.clone(), level));
                }
                for unmet in self.check(assertion, answer) {
                    // that a body cannot be read is said once, not for each of its members
                    if unmet.kind == Kind::Unreadable && assertion.expected != Expected::Readable {
                        continue;
                    }
                    let demand = Demand {
                        origin: Origin::Invariant,
                        level: assertion.level,
                        place: &assertion.place,
                    };
                    self.miss(unmet, clause, demand, exchange.step, For::All);
                }
            }
        }
        if json_due {
            self.form(exchange);
            self.presence(exchange);
        }
    }

    /// Files an unmet assertion: as a note, with the case, or with what all cases have in common.
    ///
    /// What is asserted of every answer is counted once and not with the case: the case's verdict is about what it is for.
    fn miss(
        &mut self,
        unmet: Unmet,
        clause: Option<&Clause>,
        demand: Demand<'_>,
        step: usize,
        whose: For,
    ) {
        let (Some(level), Some(clause)) = (demand.level, clause) else {
            self.note(Note::Inferred {
                at: unmet.at,
                expected: unmet.expected,
                found: unmet.found,
            });
            return;
        };
        let basis = clause
            .statement(level != Level::Documented)
            .map_or(Basis::Observed, |statement| statement.basis);
        let mismatch = Mismatch {
            at: unmet.at,
            kind: unmet.kind,
            origin: demand.origin,
            expected: unmet.expected,
            found: unmet.found,
            clause: clause.id.clone(),
            basis,
            level,
            step,
            place: demand.place.clone(),
            listed: Listed::No,
        };
        let same = |known: &Mismatch| known.at == mismatch.at && known.clause == mismatch.clause;
        // what the case has said already is not said again for all cases
        let is_said = |known: &Mismatch| same(known) && known.level <= mismatch.level;
        let list = if whose == For::Case && self.case.clauses.contains(&mismatch.clause) {
            &mut self.out.own
        } else if self.out.own.iter().any(is_said) {
            return;
        } else {
            &mut self.out.common
        };
        match list.iter_mut().find(|known| same(known)) {
            None => list.push(mismatch),
            // the loosest level from which it counts is the one that holds
            Some(known) if mismatch.level < known.level => *known = mismatch,
            Some(_) => {}
        }
    }

    fn note(&mut self, note: Note) {
        if !self.out.notes.contains(&note) {
            self.out.notes.push(note);
        }
    }

    /// The reviewed answer, where the case's own assertions have not spoken already.
    fn snapshot(&mut self, exchanges: &[Exchange]) {
        let Some(snapshot) = self.suite.snapshots.get(&self.case.template) else {
            return;
        };
        let snapshot: Snapshot = snapshot.fill(|column, field| self.case.field(column, field));
        let answer = canonical(self.suite, self.case, exchanges);
        for difference in snapshot.differences(&answer, self.bindings) {
            let (step, at) = self.step_of(difference.at);
            let mut kind = difference.kind;
            if kind == Kind::Added {
                // what a snapshot of an error leaves out was left open on purpose
                if at.root() != "body" {
                    continue;
                }
                // a member that the page knows was left out because it had no value, and nobody knows the others
                if self.is_known(&at) {
                    kind = Kind::Unexpected;
                } else {
                    let found = difference.found;
                    self.note(Note::Unmentioned { at, found });
                    continue;
                }
            }
            if self.is_open(step, &at) || self.is_told(step, &at) {
                continue;
            }
            let demand = Demand {
                origin: Origin::Snapshot,
                level: Some(Level::Observed),
                place: &snapshot.place,
            };
            // what the suite asserts of every answer is counted there
            let is_asserted = at.root() == "body"
                || self.case.steps[step]
                    .assertions
                    .iter()
                    .any(|assertion| at.is_within(&assertion.at));
            let Some(clause) = self.suite.governing(&self.case.clauses, &at) else {
                self.note(Note::Ungoverned {
                    at,
                    expected: difference.expected,
                    found: difference.found,
                });
                continue;
            };
            let due = self.due(&at).filter(|_| kind != Kind::Changed);
            let clause = due.unwrap_or(clause);
            let unmet = Unmet {
                at,
                kind,
                expected: difference.expected,
                found: difference.found,
            };
            let whose = if is_asserted { For::Case } else { For::All };
            self.miss(unmet, Some(clause), demand, step, whose);
        }
    }

    /// The clause that says when a whole member has a value, so that it is named whoever notices.
    fn due(&self, at: &Path) -> Option<&'a Clause> {
        let Segment::Key(name) = at.0.get(1).filter(|_| at.len() == 2)? else {
            return None;
        };
        let members = &self.suite.presence.as_ref()?.members;
        let member = members.iter().find(|member| member.name == *name)?;
        self.suite.clause(&member.clause)
    }

    /// Whether the page knows a part of a body: it is in a member that has a row in the presence table, and in the schema.
    fn is_known(&self, at: &Path) -> bool {
        let member = at.0.get(1);
        let rows = self.suite.presence.iter().flat_map(|table| &table.members);
        let mut rows = rows.map(|row| Segment::Key(row.name.clone()));
        rows.any(|row| Some(&row) == member)
            && self
                .suite
                .schema
                .as_ref()
                .is_some_and(|schema| schema.of(at).is_some())
    }

    /// Whether a case leaves a part of its answer open: the snapshot holds what our own mock says there, which binds nobody.
    fn is_open(&self, step: usize, at: &Path) -> bool {
        let open: Vec<&Path> = self.case.steps[step]
            .assertions
            .iter()
            .filter(|assertion| {
                assertion.level.is_none() || matches!(assertion.expected, Expected::Any(_))
            })
            .flat_map(paths)
            .collect();
        let one_text = ["message", "violations"];
        open.iter().any(|path| {
            path.root() == "status"
                || at.is_within(path)
                || one_text.contains(&path.root()) && one_text.contains(&at.root())
        })
    }

    /// Whether a mismatch says already that this part differs, or that another answer came altogether.
    fn is_told(&self, step: usize, at: &Path) -> bool {
        self.out.own.iter().chain(&self.out.common).any(|known| {
            known.step == step
                && (at.is_within(&known.at)
                    || known.at.is_within(at)
                    || known.at.root() == "status")
        })
    }

    /// Takes the step's name off a path of a case that has several.
    fn step_of(&self, at: Path) -> (usize, Path) {
        let steps = &self.case.steps;
        if let [only] = steps.as_slice()
            && only.name.is_empty()
        {
            return (0, at);
        }
        let index = steps
            .iter()
            .position(|step| step.name == at.root())
            .unwrap_or(0);
        (index, Path(at.0.into_iter().skip(1).collect()))
    }
}

/// The paths that an assertion speaks about.
pub fn paths(assertion: &Assertion) -> Vec<&Path> {
    match &assertion.expected {
        Expected::Any(groups) => groups.iter().flatten().flat_map(paths).collect(),
        _ => vec![&assertion.at],
    }
}

/// Whether an answer has another status than one that is asserted of it, be it only thought: what is asserted of the body
/// was meant of an answer with that status.
fn is_another(assertions: &[Assertion], answer: &Observation) -> bool {
    assertions
        .iter()
        .any(|assertion| matches!(assertion.expected, Expected::Status(status) if status != answer.status))
}

/// Whether an answer is due in JSON: unless its text is asserted as it is.
fn json_due(assertions: &[Assertion]) -> bool {
    !assertions
        .iter()
        .any(|assertion| assertion.at.root() == "text")
}

/// Whether what is asserted of every answer is asserted of this one; `is_own`: it is one of the suite's own operation.
fn applies(always: &Invariant, is_own: bool, answer: &Observation, json_due: bool) -> bool {
    if always.own && !is_own {
        return false;
    }
    match &always.when {
        When::Answer => true,
        // a 204 has no body by HTTP, and so none in JSON
        When::Success => answer.status < 300 && answer.status != 204,
        When::Error => answer.status >= 300 && json_due,
        When::Named(names) => {
            answer.status >= 300
                && json_due
                && answer.error().is_some_and(|error| names.contains(&error))
        }
    }
}
