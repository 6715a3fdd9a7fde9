//! [`Alone`]: a group, explained by itself.

use super::{
    difference::{Difference, Layer},
    explain::{Explanation, common, explain},
    gathered::Findings,
    group::{Counts, Group},
};

/// So many members that are wrong everywhere in one way are one finding.
pub(super) const MANY: usize = 5;

/// A group, explained by itself.
pub(super) struct Alone<'f> {
    pub(super) number: usize,
    pub(super) difference: &'f Difference,
    pub(super) group: &'f Group,
    /// How many requests show it, and how many show it or could, by the number of their factors.
    pub(super) failing: Vec<usize>,
    pub(super) population: Vec<usize>,
    pub(super) explanation: Explanation,
    pub(super) size: usize,
}

impl Alone<'_> {
    /// In how much of the answers that show this or could, one of others shows.
    pub(super) fn prevalence<'o>(
        &self,
        others: impl Iterator<Item = &'o Alone<'o>> + Clone,
    ) -> f64 {
        let (mut shown, mut all) = (0.0, 0.0);
        for (vector, own) in self
            .population
            .iter()
            .enumerate()
            .filter(|(_, own)| **own > 0)
        {
            let most = others.clone().map(|one| one.failing[vector]).max();
            let whole = others.clone().map(|one| one.population[vector]).max();
            let (most, whole) = (most.unwrap_or_default(), whole.unwrap_or_default());
            if whole > 0 {
                shown += *own as f64 * most.min(whole) as f64 / whole as f64;
            }
            all += *own as f64;
        }
        shown / f64::max(all, 1.0)
    }
}

/// The explanation of a group by itself, and the population that it is told from. Where all show it that could, but these are few, it
/// is what these few have in common that no other answer has.
pub(super) fn alone(
    findings: &Findings,
    difference: &Difference,
    group: &Group,
    population: Counts,
) -> (Explanation, Counts) {
    let layer = difference.layer();
    if group.set_up == group.size() {
        // what is right in set-up is not known
        return (
            common(findings, &group.failing, &findings.all.answers, difference),
            population,
        );
    }
    let explanation = explain(findings, &group.failing, &population, difference);
    if !explanation.factors.is_empty() || layer != Layer::Body {
        return (explanation, population);
    }
    let all = findings.successes(group);
    if 2 * group.size() >= all.values().sum::<usize>() {
        return (explanation, population);
    }
    let shared = common(findings, &group.failing, &all, difference);
    if shared.factors.is_empty() {
        return (explanation, population);
    }
    (shared, all)
}
