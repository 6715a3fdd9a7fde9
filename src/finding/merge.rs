//! [`merged`]: groups that the same explains are one finding.
//!
//! The largest group that is left looks for the factors that explain it best together with other groups; those that lie
//! within them, or that show only where it shows, go with it.

use std::{cmp::Reverse, collections::BTreeSet};

use super::{
    after::roots,
    alone::{Alone, MANY, alone},
    difference::{Difference, Layer},
    explain::Explanation,
    gathered::Findings,
    group::{Counts, Group},
    together::together,
};
use crate::path::Path;

/// Groups that are one finding.
#[derive(Clone, Debug)]
pub(super) struct Merged<'f> {
    /// The groups, the one that most requests show first.
    pub(super) groups: Vec<(&'f Difference, &'f Group)>,
    /// Those that show only in cases in which these show before.
    pub(super) after: Vec<(&'f Difference, &'f Group)>,
    pub(super) explanation: Explanation,
    /// How many requests show it, or could.
    pub(super) population: usize,
}

/// All findings, those that most requests show first.
pub(super) fn merged(findings: &Findings) -> Vec<Merged<'_>> {
    let dense = |counts: &Counts| {
        let mut all = vec![0; findings.vectors.len()];
        counts
            .iter()
            .for_each(|(vector, count)| all[*vector] = *count);
        all
    };
    let groups = findings.groups.iter().enumerate();
    // what the baseline lists is no finding
    let groups = groups.filter(|(_, (_, group))| group.size() > 0);
    let roots = roots(findings);
    let mut left: Vec<Alone<'_>> = groups
        .filter(|(number, _)| !roots.contains_key(number))
        .map(|(number, (difference, group))| {
            let population = findings.population(difference, group);
            let (explanation, population) = alone(findings, difference, group, population);
            Alone {
                number,
                difference,
                group,
                failing: dense(&group.failing),
                explanation,
                population: dense(&population),
                size: group.size(),
            }
        })
        .collect();
    left.sort_by(|one, other| {
        let (whole, others) = (one.difference.is_whole(), other.difference.is_whole());
        others
            .cmp(&whole)
            .then_with(|| other.size.cmp(&one.size))
            .then_with(|| one.difference.layer().cmp(&other.difference.layer()))
            .then_with(|| one.difference.cmp(other.difference))
    });
    let of_body: Vec<&Alone<'_>> = left
        .iter()
        .filter(|one| one.difference.layer() != Layer::Headers)
        .collect();
    let mass = union(&of_body, |_| true).0.max(1);
    let mut out = Vec::new();
    while !left.is_empty() {
        let (factors, mut taken) = best(findings, &left, mass);
        together(findings, &left, &factors, &mut taken);
        let (mut own, rest): (Vec<_>, Vec<_>) = left
            .into_iter()
            .enumerate()
            .partition(|(at, _)| taken.contains(at));
        own.sort_by_key(|(at, _)| *at);
        left = rest.into_iter().map(|(_, one)| one).collect();
        let own: Vec<&Alone<'_>> = own.iter().map(|(_, one)| one).collect();
        let after = roots
            .iter()
            .filter(|(_, root)| own.iter().any(|one| one.number == **root))
            .map(|(number, _)| {
                let (difference, group) = &findings.groups[*number];
                (difference, group)
            });
        out.push(Merged {
            after: after.collect(),
            groups: own.iter().map(|one| (one.difference, one.group)).collect(),
            explanation: fitted(findings, &own, &factors),
            population: union(&own, |_| true).1,
        });
    }
    // stable: of those that as many requests show, another answer comes before its parts
    out.sort_by_key(|one| Reverse(one.explanation.hit + one.explanation.outside));
    out
}

/// How many requests show one of these groups, and how many show one or could, of which `holds` is true.
fn union(groups: &[&Alone<'_>], holds: impl Fn(usize) -> bool) -> (usize, usize) {
    let vectors = groups.first().map_or(0, |one| one.failing.len());
    let (mut failing, mut population) = (0, 0);
    for vector in (0..vectors).filter(|vector| holds(*vector)) {
        let most = groups
            .iter()
            .map(|one| one.population[vector])
            .max()
            .unwrap_or_default();
        let shown: usize = groups.iter().map(|one| one.failing[vector]).sum();
        population += most;
        failing += shown.min(most);
    }
    (failing, population)
}

fn fitted(findings: &Findings, groups: &[&Alone<'_>], factors: &[usize]) -> Explanation {
    let (hit, within) = union(groups, |vector| findings.holds(vector, factors));
    let (all, _) = union(groups, |_| true);
    Explanation {
        factors: factors.to_vec(),
        hit,
        spared: within - hit,
        outside: all - hit,
    }
}

/// The factors that explain the largest group best together with others, and the places of all these groups.
fn best(findings: &Findings, left: &[Alone<'_>], mass: usize) -> (Vec<usize>, Vec<usize>) {
    /// How much of the largest group must lie within the factors, and how much of any other.
    const OWN: f64 = 0.75;
    const OTHER: f64 = 0.8;
    /// How well the factors must explain any other group, of how well its own do.
    const AS_WELL: f64 = 0.45;
    let seed = &left[0];
    let own = &seed.explanation.factors;
    let layer = seed.difference.layer();
    let is_whole = seed.difference.is_whole();
    if layer == Layer::Headers {
        return (own.clone(), vec![0]);
    }
    if own.is_empty() {
        let way = seed.group.way().filter(|_| layer == Layer::Body);
        let in_one_way = |one: &Alone<'_>| way.is_some() && one.group.way() == way;
        let is_alike = |one: &Alone<'_>| {
            let same = one.difference.layer() == layer
                && (one.difference.kind == seed.difference.kind || in_one_way(one));
            same && one.explanation.factors.is_empty()
                || layer == Layer::Body && one.difference.at.top() == seed.difference.at.top()
        };
        let alike = left
            .iter()
            .enumerate()
            .filter(|(at, one)| *at == 0 || is_alike(one));
        let alike: Vec<usize> = alike.map(|(at, _)| at).collect();
        let members: BTreeSet<Path> = alike
            .iter()
            .map(|at| left[*at].difference.at.top())
            .collect();
        if layer == Layer::Body && members.len() < MANY {
            let own = seed.difference.at.top();
            let alike = alike.into_iter();
            let alike =
                alike.filter(|at| left[*at].difference.at.top() == own || in_one_way(&left[*at]));
            return (Vec::new(), alike.collect());
        }
        return (Vec::new(), alike);
    }
    let share = |one: &Alone<'_>, factors: &[usize]| {
        let within = one
            .group
            .failing
            .iter()
            .filter(|(vector, _)| findings.holds(**vector, factors));
        within.map(|(_, count)| count).sum::<usize>() as f64 / one.size as f64
    };
    let mut found: Option<(f64, Vec<usize>, Vec<usize>)> = None;
    for factors in candidates(findings, seed) {
        if share(seed, &factors) < OWN {
            continue;
        }
        let is_strong = findings.is_strong(&factors);
        if findings.is_common(&factors) && factors != *own {
            continue;
        }
        let is_common = findings.is_common(&factors);
        let is_within = |one: &Alone<'_>| {
            // what nearly all requests have in common ties nothing together, and what is weak no other part of an answer
            let is_part = one.difference.layer() != layer && !one.difference.is_whole();
            !is_common
                && (is_strong || !is_part || one.difference.layer() == Layer::Headers)
                && (is_whole || one.difference.layer() != Layer::Headers)
                && !one.explanation.factors.is_empty()
                && share(one, &factors) >= OTHER
                && fitted(findings, &[one], &factors).fit() >= AS_WELL * one.explanation.fit()
        };
        let taken: Vec<usize> = left
            .iter()
            .enumerate()
            .filter(|(at, one)| *at == 0 || is_within(one))
            .map(|(at, _)| at)
            .collect();
        let groups: Vec<&Alone<'_>> = taken.iter().map(|at| &left[*at]).collect();
        let explanation = fitted(findings, &groups, &factors);
        let score = findings.score(&explanation, seed.difference)
            + (explanation.hit + explanation.outside) as f64 / mass as f64;
        if found
            .as_ref()
            .is_none_or(|(most, known, _)| (score, &factors) > (*most, known))
        {
            found = Some((score, factors, taken));
        }
    }
    let (factors, mut taken) = found.map_or_else(
        || (own.clone(), vec![0]),
        |(_, factors, taken)| (factors, taken),
    );
    if is_whole {
        refined(findings, left, &factors, &mut taken);
    }
    (factors, taken)
}

/// Adds the groups that are explained by more of what is strong in these factors, such as one kind of qualifier where they say any.
fn refined(findings: &Findings, left: &[Alone<'_>], factors: &[usize], taken: &mut Vec<usize>) {
    const SHARE: f64 = 0.95;
    let strong = factors.iter().copied();
    let strong: Vec<usize> = strong.filter(|one| findings.is_strong(&[*one])).collect();
    let kind = |factor: usize| {
        let name = findings.factors[factor].name.as_str();
        name.split(' ').next().unwrap_or(name)
    };
    let more = left.iter().enumerate().filter(|(at, one)| {
        let of_kind = |own: &usize| strong.iter().any(|known| kind(*known) == kind(*own));
        let within = one.group.failing.iter();
        let within = within.filter(|(vector, _)| findings.holds(**vector, &strong));
        let within: usize = within.map(|(_, count)| count).sum();
        !strong.is_empty()
            && !taken.contains(at)
            && one.difference.layer() != Layer::Headers
            && one.explanation.factors.iter().any(of_kind)
            && within as f64 >= SHARE * one.size as f64
    });
    let more: Vec<usize> = more.map(|(at, _)| at).collect();
    taken.extend(more);
}

/// The factors that may explain a group: its own, and each that one of its requests has, alone or with one of its own.
fn candidates(findings: &Findings, seed: &Alone<'_>) -> Vec<Vec<usize>> {
    let own = &seed.explanation.factors;
    let layer = seed.difference.layer();
    let mut atoms: Vec<usize> = seed
        .group
        .failing
        .keys()
        .flat_map(|vector| findings.vectors[*vector].iter().copied())
        .filter(|factor| findings.tells(*factor, layer))
        .collect();
    atoms.sort_unstable();
    atoms.dedup();
    let mut all = vec![own.clone()];
    for atom in atoms {
        all.push(vec![atom]);
        for one in own.iter().filter(|one| **one != atom) {
            let mut pair = vec![atom, *one];
            pair.sort_unstable();
            all.push(pair);
        }
    }
    all.sort();
    all.dedup();
    all
}
