//! [`explain`]: which requests show a difference, told by as few factors as will do.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    difference::{Difference, Layer},
    gathered::Findings,
    group::Counts,
};
use crate::{
    factor::{FACTORS, Factor, WEAK},
    path::Segment,
};

/// What holds of the requests that show a difference.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Explanation {
    /// The factors, by number; none if all requests show it.
    pub(super) factors: Vec<usize>,
    /// How many show it of which they hold.
    pub(super) hit: usize,
    /// How many do not of which they hold.
    pub(super) spared: usize,
    /// How many show it of which they do not hold.
    pub(super) outside: usize,
}

impl Explanation {
    /// Whether it is true of every request that shows it and of no other.
    pub(super) fn is_exact(&self) -> bool {
        self.spared == 0 && self.outside == 0
    }

    /// How well it fits: 1 if exact.
    pub(super) fn fit(&self) -> f64 {
        let share = |part: usize, rest: usize| part as f64 / (part + rest).max(1) as f64;
        let (precision, recall) = (share(self.hit, self.spared), share(self.hit, self.outside));
        if precision + recall == 0.0 {
            0.0
        } else {
            2.0 * precision * recall / (precision + recall)
        }
    }
}

/// The most factors that an explanation has.
const LONGEST: usize = 3;
/// What is true of all but one in so many is true of nearly all.
const ALL: usize = 5;
/// Below this fit, an explanation by few factors says nothing.
const POOR: f64 = 0.4;
/// How many explanations of each length are made longer.
const KEPT: usize = 40;

/// The requests of a population by what tells them apart here, each with how many there are and how many of them fail.
struct Told {
    /// The factors of the failing requests, by number.
    known: Vec<usize>,
    /// For each of these, which rows have it: a bit for each.
    holds: Vec<Vec<u64>>,
    failing: Vec<usize>,
    all: Vec<usize>,
}

impl Told {
    fn new(findings: &Findings, failing: &Counts, population: &Counts, layer: Layer) -> Told {
        let says = |factor: &usize| findings.tells(*factor, layer);
        let of = |vector: &usize| findings.vectors[*vector].iter().copied().filter(says);
        let known: BTreeSet<usize> = failing.keys().flat_map(of).collect();
        let mut rows: BTreeMap<Vec<usize>, (usize, usize)> = BTreeMap::new();
        for (vector, count) in population {
            let row = of(vector).filter(|factor| known.contains(factor)).collect();
            let (fail, all) = rows.entry(row).or_default();
            *fail += failing.get(vector).copied().unwrap_or_default();
            *all += count;
        }
        let known: Vec<usize> = known.into_iter().collect();
        let mut holds = vec![vec![0; rows.len().div_ceil(64)]; known.len()];
        for (number, row) in rows.keys().enumerate() {
            for factor in row {
                let at = known
                    .binary_search(factor)
                    .expect("invariant: a known factor");
                holds[at][number / 64] |= 1 << (number % 64);
            }
        }
        let (failing, all) = rows.into_values().unzip();
        Told {
            known,
            holds,
            failing,
            all,
        }
    }

    /// How well the factors at these places tell the failing requests.
    fn measure(&self, places: &[usize]) -> Explanation {
        let (mut hit, mut within) = (0, 0);
        for word in 0..self.failing.len().div_ceil(64) {
            let mut bits = places
                .iter()
                .fold(u64::MAX, |bits, place| bits & self.holds[*place][word]);
            while bits != 0 {
                let row = word * 64 + bits.trailing_zeros() as usize;
                bits &= bits - 1;
                if let Some(failing) = self.failing.get(row) {
                    hit += failing;
                    within += self.all[row];
                }
            }
        }
        Explanation {
            factors: places.iter().map(|place| self.known[*place]).collect(),
            hit,
            spared: within - hit,
            outside: self.failing.iter().sum::<usize>() - hit,
        }
    }
}

/// Explains which requests of a population show a difference.
pub(super) fn explain(
    findings: &Findings,
    failing: &Counts,
    population: &Counts,
    difference: &Difference,
) -> Explanation {
    search(findings, failing, population, difference, false)
}

/// The same by what is true of nearly every request that shows it.
pub(super) fn common(
    findings: &Findings,
    failing: &Counts,
    population: &Counts,
    difference: &Difference,
) -> Explanation {
    search(findings, failing, population, difference, true)
}

fn search(
    findings: &Findings,
    failing: &Counts,
    population: &Counts,
    difference: &Difference,
    whole: bool,
) -> Explanation {
    let told = Told::new(findings, failing, population, difference.layer());
    let mut best = told.measure(&[]);
    let mut kept = vec![(Vec::new(), best.clone())];
    let mut seen: Vec<Explanation> = Vec::new();
    for _ in 0..LONGEST {
        if best.is_exact() {
            break;
        }
        let mut longer: BTreeMap<Vec<usize>, Explanation> = BTreeMap::new();
        for (shorter, fits) in &kept {
            for place in (0..told.known.len()).filter(|place| !shorter.contains(place)) {
                let mut places = shorter.clone();
                places.push(place);
                places.sort_unstable();
                if longer.contains_key(&places) {
                    continue;
                }
                let one = told.measure(&places);
                let is_whole = !whole || ALL * one.outside <= one.hit;
                if one.hit > 0 && one.spared < fits.spared && is_whole {
                    longer.insert(places, one);
                }
            }
        }
        let mut longer: Vec<(Vec<usize>, Explanation)> = longer.into_iter().collect();
        longer.sort_by(|(_, one), (_, other)| {
            findings
                .score(other, difference)
                .total_cmp(&findings.score(one, difference))
        });
        longer.truncate(KEPT);
        if let Some((_, first)) = longer.first().filter(|(_, first)| {
            findings.score(first, difference) > findings.score(&best, difference)
        }) {
            best = first.clone();
        }
        seen.extend(longer.iter().map(|(_, one)| one.clone()));
        kept = longer;
    }
    if best.fit() < POOR && !whole {
        // whatever tells these few from others, however much it takes
        let by_fit = |one: &Explanation, other: &Explanation| one.fit().total_cmp(&other.fit());
        best = seen.into_iter().max_by(by_fit).unwrap_or(best);
    }
    best
}

impl Findings {
    /// Whether a factor can tell answers apart in which this layer is wrong.
    pub(super) fn tells(&self, factor: usize, layer: Layer) -> bool {
        let factor = &self.factors[factor];
        match layer {
            Layer::Status => !factor.shown,
            Layer::Headers => true,
            // these are all refusals, or all successes
            Layer::Error | Layer::Body => factor.name != "answer",
        }
    }

    /// Whether one of these factors says much of a fault.
    pub(super) fn is_strong(&self, factors: &[usize]) -> bool {
        let mut names = factors
            .iter()
            .map(|factor| self.factors[*factor].name.as_str());
        // that something in the path is escaped is seldom for another reason than the name
        names.any(|name| !WEAK.contains(&name) || name == "encoding")
    }

    /// Whether a request of these factors has all of some.
    pub(super) fn holds(&self, vector: usize, factors: &[usize]) -> bool {
        let known = &self.vectors[vector];
        factors
            .iter()
            .all(|factor| known.binary_search(factor).is_ok())
    }

    /// How good an explanation is: how well it fits, less for each factor, and less for those that say little of a fault.
    pub(super) fn score(&self, explanation: &Explanation, difference: &Difference) -> f64 {
        let layer = difference.layer();
        let member = difference.at.0.get(1);
        let is_own = |value: &str| matches!(member, Some(Segment::Key(key)) if key == value);
        const LENGTH: f64 = 0.05;
        const LITTLE: f64 = 0.06;
        const LAST: f64 = 0.2;
        const ORDER: f64 = 0.0005;
        let cost = |factor: &usize| {
            let Factor { name, value, .. } = &self.factors[*factor];
            let name = name.as_str();
            let rank = FACTORS
                .iter()
                .position(|known| *known == name)
                .unwrap_or(FACTORS.len());
            let weight = match name {
                // where the status is wrong, what is due is said besides
                "due" if layer == Layer::Status && explanation.factors.len() > 1 => return 0.02,
                "due" if layer == Layer::Status => return LENGTH + 0.02,
                "fixture" => LAST,
                // one member seldom spoils another
                "sets" if layer == Layer::Body && !is_own(value) => LAST,
                _ if WEAK.contains(&name) => LITTLE,
                _ => 0.0,
            };
            LENGTH + weight + ORDER * rank as f64
        };
        explanation.fit() - explanation.factors.iter().map(cost).sum::<f64>()
    }
}
