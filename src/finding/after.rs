//! [`roots`]: groups that show only in cases in which another shows before.

use std::collections::BTreeMap;

use super::{gathered::Findings, group::Group};

/// In how many of its cases another must show before.
const SHARE: f64 = 0.9;
/// How likely it may be that it does so by chance.
const CHANCE: f64 = 0.1;

/// The groups that show only after another, each with the one that shows first of all.
pub(super) fn roots(findings: &Findings) -> BTreeMap<usize, usize> {
    let group = |number: usize| -> &Group { &findings.groups[number].1 };
    let is_after = |one: usize, other: usize| {
        let cases = group(one).cases as f64;
        let shown = findings.after.get(&(one, other)).copied();
        let of_all = group(other).cases as f64 / findings.cases.max(1) as f64;
        shown.unwrap_or_default() as f64 >= SHARE * cases
            && of_all.powf(f64::min(cases, 64.0)) <= CHANCE
    };
    let numbers = 0..findings.groups.len();
    let with_cases = numbers.filter(|one| group(*one).cases > 0);
    let found = with_cases.filter_map(|one| {
        let others = 0..findings.groups.len();
        let before = others.filter(|other| {
            one != *other
                && group(*other).cases > 0
                && is_after(one, *other)
                && !is_after(*other, one)
        });
        // of several, the one that shows in most of its cases
        let shown = |other: &usize| findings.after.get(&(one, *other)).copied();
        let most = before
            .max_by_key(|other| (shown(other), group(*other).cases, std::cmp::Reverse(*other)))?;
        Some((one, most))
    });
    let direct: BTreeMap<usize, usize> = found.collect();
    let first = |from: usize| {
        let mut at = from;
        // a chain is no longer than there are groups
        for _ in 0..direct.len() {
            match direct.get(&at) {
                Some(next) if *next != from => at = *next,
                _ => break,
            }
        }
        at
    };
    let ends = direct.keys().map(|one| (*one, first(*one)));
    // in a circle, none is first
    ends.filter(|(one, root)| one != root && !direct.contains_key(root))
        .collect()
}
