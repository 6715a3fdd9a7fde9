//! Attribution: for which clause an unmet assertion counts, whether with the case or with what all cases share, and what is
//! left out because it follows from something else or is said already. All of it is [`attribute`], a pure function.
//!
//! # Order
//!
//! Unmet assertions are filed by who made them, in this order, and within it as they were found:
//!
//! > case · invariant · schema · presence table · relation · snapshot
//!
//! # Precedence
//!
//! The first row that applies decides; `≥` reads "is or lies below".
//!
//! | # | unmet assertion | becomes |
//! |---|---|---|
//! | 1 | of the case, on a part of the body, and the case asserts another status of this answer, be it only inferred; one of several statuses does not count | nothing: it follows from the status |
//! | 2 | of the case, on a body that cannot be read, and the case has a mismatch of this step | nothing: it follows from that |
//! | 3 | an invariant on a part of a body that cannot be read | nothing: the invariant on the body says so |
//! | 4 | of a relation, on a part ≥ one that a closer relation of the same kind between the same steps compares | nothing: that relation says so |
//! | 5 | of a relation, on another pair of answers than the first for which it does not hold | nothing: it is said already |
//! | 6 | of the snapshot, on a part ≥ one that the case leaves open (it is inferred, or one of several answers) | nothing: the snapshot holds what our mock answers there |
//! | 7 | of the snapshot, and the step has a mismatch on its status, or on a part that is, holds or lies in this one | nothing: it is said already |
//! | 8 | without a level: it is only inferred | a note |
//! | 9 | of the snapshot, on a part that no firm clause names and no assertion of the case mentions; a part that must not be there is also named by a clause that names what it stands in | a note: a clause about a container says what is in it, and nothing of each value |
//! | 10 | for which there is no clause (see below) | a note |
//! | 11 | whose clause is only inferred | a note |
//! | 12 | an invariant, or of the snapshot on a part outside the body that the step does not assert | a mismatch for all cases |
//! | 13 | whose clause is one of the case's own, or without an answer | a mismatch of the case |
//! | 14 | any other | a mismatch for all cases |
//!
//! # Clause
//!
//! | # | unmet assertion | clause |
//! |---|---|---|
//! | a | whose maker names a clause (invariant, presence table, relation) | that one |
//! | b | of the schema, and clauses rest on the keyword and govern the part | of these the firm before the inferred, then the one that reaches furthest, then one of the case's own |
//! | c | of the snapshot, a whole member that is missing or must not be there | the firm clause that the presence table names |
//! | d | any other | [`Suite::governing`]: the case's own before others, the one that reaches furthest, the firm before the inferred |
//! | e | as d, no clause governs it, and no answer came at all | the first firm clause of the case |
//!
//! # Merging
//!
//! Mismatches of one clause and one part are one. The loosest level from which it counts holds; at the same level the first
//! stays. What is a mismatch of the case at the same level or a looser one is not a mismatch for all cases as well.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};

use super::gathered::Unmet;
use crate::{
    case::{Case, Expected},
    clause::Clause,
    level::Level,
    note::Note,
    path::{Path, Segment},
    suite::Suite,
    verdict::{Kind, Listed, Mismatch, Origin},
};

#[cfg(test)]
mod bookshop;
#[cfg(test)]
mod rows;

/// For whom each unmet assertion counts.
#[derive(Debug, Default)]
pub(super) struct Attributed {
    /// Mismatches of the case's own clauses.
    pub(super) own: Vec<Mismatch>,
    /// Mismatches that count for all cases.
    pub(super) common: Vec<Mismatch>,
    /// What fails nothing.
    pub(super) notes: Vec<Note>,
    /// The answers of which the case asserts another status: what it asserts of their bodies decides nothing.
    pub(super) another: BTreeSet<usize>,
}

/// Says for whom each unmet assertion counts; see the tables above.
pub(super) fn attribute(suite: &Suite, case: &Case, mut unmet: Vec<Unmet>) -> Attributed {
    unmet.sort_by_key(|unmet| rank(&unmet.by.origin));
    let another = unmet
        .iter()
        .filter(|unmet| unmet.by.origin == Origin::Case && !unmet.by.choice)
        .filter(|unmet| unmet.what.at.root() == "status")
        .map(|unmet| unmet.by.answer)
        .collect();
    let mut ledger = Ledger {
        suite,
        case,
        pairs: BTreeMap::new(),
        out: Attributed {
            another,
            ..Attributed::default()
        },
    };
    for unmet in unmet {
        ledger.file(unmet);
    }
    ledger.out
}

/// The order in which unmet assertions are filed.
fn rank(origin: &Origin) -> usize {
    match origin {
        Origin::Case => 0,
        Origin::Invariant | Origin::SetUp(_) => 1,
        Origin::Schema { .. } => 2,
        Origin::Presence => 3,
        Origin::Relation { .. } => 4,
        Origin::Snapshot => 5,
    }
}

struct Ledger<'a> {
    suite: &'a Suite,
    case: &'a Case,
    /// For each relation, the first pair of answers for which it does not hold.
    pairs: BTreeMap<usize, usize>,
    out: Attributed,
}

impl<'a> Ledger<'a> {
    fn file(&mut self, unmet: Unmet) {
        if self.follows(&unmet) || self.is_open(&unmet) || self.is_said(&unmet) {
            return;
        }
        let is_bound = unmet.by.origin != Origin::Snapshot || self.is_bound(&unmet);
        let clause = self.clause(&unmet);
        let (what, by) = (unmet.what, unmet.by);
        let Some(level) = by.level else {
            return self.note(Note::Inferred {
                at: what.at,
                expected: what.expected,
                found: what.found,
            });
        };
        let Some(clause) = clause.filter(|_| is_bound) else {
            return self.note(Note::Ungoverned {
                at: what.at,
                expected: what.expected,
                found: what.found,
            });
        };
        // the only place where a mismatch is made: an inferred clause has no firm basis, so it cannot make one
        let Some(basis) = clause.firm_basis(level != Level::Documented) else {
            return self.note(Note::Inferred {
                at: what.at,
                expected: what.expected,
                found: what.found,
            });
        };
        let is_own = self.is_own(&by.origin, by.step, &what.at, clause);
        let mismatch = Mismatch {
            at: what.at,
            kind: what.kind,
            origin: by.origin,
            expected: what.expected,
            found: what.found,
            clause: clause.id.clone(),
            basis,
            level,
            step: by.step,
            place: by.place,
            listed: Listed::No,
            follows: None,
        };
        self.merge(mismatch, is_own);
    }

    /// Rows 1 to 5: whether it follows from something else, or its maker has said enough.
    fn follows(&mut self, unmet: &Unmet) -> bool {
        let Unmet { what, by } = unmet;
        let of_body = what.at.root() == "body";
        match &by.origin {
            Origin::Case => {
                let is_another = of_body && self.out.another.contains(&by.answer);
                let mut own = self.out.own.iter();
                let unreadable = what.kind == Kind::Unreadable;
                is_another || unreadable && own.any(|known| known.step == by.step)
            }
            Origin::Invariant | Origin::SetUp(_) => {
                let of_header = what.at.root() == "headers";
                what.kind == Kind::Unreadable && !of_header && what.at != Path::key("body")
            }
            Origin::Relation { .. } => {
                let Some(pair) = by.pair else { return false };
                self.is_closer(pair.relation, &what.at)
                    || *self.pairs.entry(pair.relation).or_insert(pair.number) != pair.number
            }
            Origin::Schema { .. } | Origin::Presence | Origin::Snapshot => false,
        }
    }

    /// Whether another relation between the same steps speaks of just this part.
    fn is_closer(&self, relation: usize, at: &Path) -> bool {
        let relations = &self.case.relations;
        let Some(relation) = relations.get(relation) else {
            return false;
        };
        let [(left, _), (right, whole)] = &relation.sides;
        relations.iter().any(|other| {
            let [(from, _), (to, part)] = &other.sides;
            other.relating == relation.relating
                && (from, to) == (left, right)
                && part.len() > whole.len()
                && at.is_within(part)
        })
    }

    /// Row 6: whether the case leaves the part open.
    fn is_open(&self, unmet: &Unmet) -> bool {
        if unmet.by.origin != Origin::Snapshot {
            return false;
        }
        let at = &unmet.what.at;
        let assertions = self.case.steps[unmet.by.step].assertions.iter();
        let open = assertions.filter(|assertion| {
            assertion.level.is_none() || matches!(assertion.expected, Expected::Any(_))
        });
        // the sentences of a validation error and its message are one text
        let one_text = ["message", "violations"];
        open.flat_map(|assertion| assertion.paths()).any(|path| {
            path.root() == "status"
                || at.is_within(path)
                || one_text.contains(&path.root()) && one_text.contains(&at.root())
        })
    }

    /// Row 7: whether the part is known to differ, or another answer came altogether.
    fn is_said(&self, unmet: &Unmet) -> bool {
        let at = &unmet.what.at;
        let mut known = self.out.own.iter().chain(&self.out.common);
        unmet.by.origin == Origin::Snapshot
            && known.any(|known| {
                known.step == unmet.by.step
                    && (at.is_within(&known.at)
                        || known.at.is_within(at)
                        || known.at.root() == "status")
            })
    }

    /// Row 9: whether a clause names just this part, or an assertion of the case mentions it.
    fn is_bound(&self, unmet: &Unmet) -> bool {
        let at = &unmet.what.at;
        let outer = at.outer();
        let is_more = unmet.what.kind == Kind::Unexpected;
        let names = |clause: &Clause| clause.names(at) || is_more && clause.names(&outer);
        let mut clauses = self.suite.clauses();
        let mut assertions = self.case.steps[unmet.by.step].assertions.iter();
        clauses.any(|clause| clause.is_firm() && names(clause))
            || assertions.any(|assertion| assertion.level.is_some() && assertion.mentions(at))
    }

    /// The clause that it counts for, by the second table.
    fn clause(&self, unmet: &Unmet) -> Option<&'a Clause> {
        let (suite, case) = (self.suite, self.case);
        let at = &unmet.what.at;
        if let Some(id) = &unmet.by.clause {
            return suite.clause(id);
        }
        let first = match &unmet.by.origin {
            Origin::Schema { keyword } => self.resting_on(keyword, at),
            Origin::Snapshot if unmet.what.kind != Kind::Changed => self.due(at),
            _ => None,
        };
        let own = || case.clauses.iter().filter_map(|id| suite.clause(id));
        first
            .or_else(|| suite.governing(&case.clauses, at))
            .or_else(|| {
                own()
                    .find(|clause| clause.is_firm())
                    .filter(|_| is_unanswered(at))
            })
    }

    /// Of the clauses that rest on a keyword of the schema, the one that a flaw counts for, whatever case it shows in.
    fn resting_on(&self, keyword: &String, at: &Path) -> Option<&'a Clause> {
        self.suite
            .clauses()
            .filter(|clause| clause.form.contains(keyword) && clause.reach(at).is_some())
            .min_by_key(|clause| {
                let is_own = self.case.clauses.contains(&clause.id);
                (!clause.is_firm(), Reverse(clause.reach(at)), !is_own)
            })
    }

    /// The clause that says when a whole member has a value, so that it is named whoever notices.
    fn due(&self, at: &Path) -> Option<&'a Clause> {
        let Segment::Key(name) = at.0.get(1).filter(|_| at.len() == 2)? else {
            return None;
        };
        let members = &self.suite.presence.as_ref()?.members;
        let member = members.iter().find(|member| member.name == *name)?;
        let clause = self.suite.clause(&member.clause)?;
        clause.is_firm().then_some(clause)
    }

    /// Rows 12 to 14: whether it counts with the case.
    fn is_own(&self, origin: &Origin, step: usize, at: &Path, clause: &Clause) -> bool {
        if is_unanswered(at) {
            return true;
        }
        let is_asserted = || {
            let mut assertions = self.case.steps[step].assertions.iter();
            at.root() == "body" || assertions.any(|assertion| at.is_within(&assertion.at))
        };
        let of_case = match origin {
            Origin::Invariant | Origin::SetUp(_) => false,
            Origin::Snapshot => is_asserted(),
            _ => true,
        };
        of_case && self.case.clauses.contains(&clause.id)
    }

    /// Adds a mismatch to those of the case or of all cases, unless it is there.
    fn merge(&mut self, mismatch: Mismatch, is_own: bool) {
        let same = |known: &Mismatch| known.at == mismatch.at && known.clause == mismatch.clause;
        let is_said = |known: &Mismatch| same(known) && known.level <= mismatch.level;
        let list = if is_own {
            &mut self.out.own
        } else if self.out.own.iter().any(is_said) {
            return;
        } else {
            &mut self.out.common
        };
        match list.iter_mut().find(|known| same(known)) {
            None => list.push(mismatch),
            Some(known) if mismatch.level < known.level => *known = mismatch,
            Some(_) => {}
        }
    }

    fn note(&mut self, note: Note) {
        self.out.notes.push(note);
    }
}

/// Whether no answer came at all.
fn is_unanswered(at: &Path) -> bool {
    at.root() == UNANSWERED
}

/// The part that is missing where no answer came at all.
pub(super) const UNANSWERED: &str = "connection";
