//! The requests of a case as findings see them: [`asked`], which there are; [`said`], what the case says of their answers.

use std::collections::BTreeSet;

use super::difference::elements;
use crate::{
    factor::Asker,
    path::Path,
    plan::Item,
    verdict::{Exchange, Mismatch, Origin, Outcome},
};

/// A request of a case, with what came.
pub(super) struct Asked<'o> {
    pub(super) step: usize,
    pub(super) exchange: Option<&'o Exchange>,
    /// What differs and follows from nothing else.
    pub(super) primary: Vec<&'o Mismatch>,
    pub(super) by: Asker<'o>,
}

/// The step after which others follow from it; before the first, if that sets the case up.
pub(super) fn spoilt(item: Item<'_>, outcome: &Outcome) -> Option<usize> {
    let shown = outcome.mismatches.iter().chain(&outcome.common);
    let others = shown.filter(|one| !matches!(one.origin, Origin::Relation { .. }));
    let causes = others.filter_map(|one| {
        let from = one.follows.as_ref()?;
        let is_whole = from.at.len() == 1 && from.at.root() != "error";
        is_whole.then_some((one.step, from.step))
    });
    let steps = causes
        .filter(|(step, from)| step != from)
        .map(|(_, from)| from);
    steps
        .map(|from| {
            if from < item.case.steps.len() {
                from
            } else {
                0
            }
        })
        .min()
}

/// The requests of a case, each once: those to set it up of which something is wrong, then those of its own steps in order.
pub(super) fn asked<'o>(item: Item<'_>, outcome: &'o Outcome) -> Vec<Asked<'o>> {
    let shown = || outcome.mismatches.iter().chain(&outcome.common);
    let own = item.case.steps.len();
    let steps: BTreeSet<(bool, usize)> = (outcome.exchanges.iter().map(|exchange| exchange.step))
        .chain(shown().map(|mismatch| mismatch.step))
        .map(|step| (step < own, step))
        .collect();
    let of = |step: usize| {
        let own: Vec<&Mismatch> = shown().filter(|one| one.step == step).collect();
        let by = if step < item.case.steps.len() {
            Asker::Step(step)
        } else {
            own.iter().find_map(|one| match &one.origin {
                Origin::SetUp(at) => Some(Asker::SetUp(at)),
                _ => None,
            })?
        };
        let mut exchanges = outcome.exchanges.iter();
        Some(Asked {
            step,
            exchange: exchanges.find(|exchange| exchange.step == step),
            primary: own
                .into_iter()
                .filter(|one| one.follows.is_none())
                .collect(),
            by,
        })
    };
    steps.into_iter().filter_map(|(_, step)| of(step)).collect()
}

/// The parts of the body of which the case says what they are, or how they relate to those of another answer.
pub(super) fn said(item: Item<'_>, by: Asker<'_>) -> BTreeSet<Path> {
    let Asker::Step(step) = by else {
        return BTreeSet::new();
    };
    let step = &item.case.steps[step];
    let own = step.assertions.iter();
    let own = own.filter(|one| one.level.is_some()).map(|one| &one.at);
    let relations = item.case.relations.iter();
    let relations = relations.filter(|one| one.level.is_some());
    // it is the second answer that is told to be wrong
    let related = relations
        .map(|relation| &relation.sides[1])
        .filter(|(name, _)| step.is_called(name))
        .map(|(_, at)| at);
    let bodies = own.chain(related).filter(|at| at.root() == "body");
    bodies.map(elements).collect()
}
