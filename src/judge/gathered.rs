//! [`Gathered`]: what was found of the answers to a case: every [`Unmet`] assertion, before it is known for whom it counts.

use crate::{
    case::Case, level::Level, note::Note, snapshot::Difference, span::Place, suite::Suite,
    text::Bindings, verdict::Origin,
};

/// What is judged: a case of a suite, and the values of its placeholders.
#[derive(Clone, Copy)]
pub(super) struct Subject<'a> {
    pub(super) suite: &'a Suite,
    pub(super) case: &'a Case,
    pub(super) bindings: &'a Bindings,
}

/// Who asserts something, and of which answer.
#[derive(Clone, Debug)]
pub(super) struct Demand {
    pub(super) origin: Origin,
    /// The level from which it counts; none where it is only inferred.
    pub(super) level: Option<Level>,
    /// The clause, where whoever makes the assertion names one.
    pub(super) clause: Option<String>,
    /// Whether it stands in one of several answers that are allowed.
    pub(super) choice: bool,
    /// The step of the case, by its index.
    pub(super) step: usize,
    /// The answer, by its number among all answers to the case.
    pub(super) answer: usize,
    /// The pair of answers, where the assertion relates two.
    pub(super) pair: Option<Pair>,
    pub(super) place: Place,
}

/// Two answers that a relation was held against.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Pair {
    /// The relation, by its index in the case.
    pub(super) relation: usize,
    /// The number of the pair among those of the relation.
    pub(super) number: usize,
}

/// An assertion that is not met.
#[derive(Clone, Debug)]
pub(super) struct Unmet {
    pub(super) what: Difference,
    pub(super) by: Demand,
}

/// An assertion that was held against an answer, met or not: by it a clause is decided.
#[derive(Debug)]
pub(super) struct Decided {
    pub(super) clause: String,
    pub(super) level: Level,
    /// The answer, where the case asserts a part of its body.
    pub(super) body_of: Option<usize>,
}

/// What was found of the answers to a case.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    pub(super) unmet: Vec<Unmet>,
    pub(super) notes: Vec<Note>,
    pub(super) decided: Vec<Decided>,
}

impl Gathered {
    /// An assertion is not met in these parts.
    pub(super) fn miss(&mut self, by: &Demand, differences: impl IntoIterator<Item = Difference>) {
        let unmet = |what| Unmet {
            what,
            by: by.clone(),
        };
        self.unmet.extend(differences.into_iter().map(unmet));
    }

    /// Something was decided of a clause, whatever else the answer was.
    pub(super) fn decide(&mut self, clause: &str, level: Level) {
        self.decided.push(Decided {
            clause: clause.to_owned(),
            level,
            body_of: None,
        });
    }
}
