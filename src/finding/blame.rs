//! [`blame`]: the clause that is about a fault, and those that are hit besides.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    alone::MANY,
    difference::{Difference, Layer},
    gathered::Findings,
    group::Group,
    merge::Merged,
};
use crate::{
    factor::Factor,
    path::Path,
    verdict::{Kind, Origin},
};

/// How much it counts that a clause is about just the member that is wrong.
const OF_MEMBER: f64 = 0.9;
/// How much less if it is about all of the member, and a part of it is wrong.
const WHOLE: f64 = 0.6;
/// How much it counts that a clause is about the form of a member whose value is wrong.
const OF_FORM: f64 = 0.5;
/// How much it counts that a clause is about a factor that few requests have.
const OF_FACTOR: f64 = 0.7;
/// How much more if it is about several factors that are true together.
const TOGETHER: f64 = 0.5;
/// How much it counts that a clause is about many members that are wrong in one way.
const OF_MANY: f64 = 4.0;

type Votes<'f> = BTreeMap<&'f str, usize>;

/// What speaks for the clauses of a finding.
struct Blame<'f> {
    findings: &'f Findings,
    difference: &'f Difference,
    /// The cases by the clause of the mismatch, by the clauses that they name, and by the first of those; how many there are.
    asserted: Votes<'f>,
    named: Votes<'f>,
    first: Votes<'f>,
    failing: usize,
    /// How much clauses are about the factors.
    about: BTreeMap<&'f str, f64>,
    /// Whether one part of the body, a header or a text is wrong.
    one_part: bool,
    /// The member that is wrong, if it is one.
    member: Option<Path>,
    /// The part of which a clause speaks that the wrong part stands in most closely.
    deepest: Path,
    /// Whether a value is wrong whose form is right, and most cases are about a clause that is about that value alone.
    by_value: bool,
}

/// The clauses that are hit, the one first that is about the fault; `factors` explain it.
///
/// Of a wrong part of the body, a header or a text, it is the clause of most mismatches. Of a wrong status, or of many parts, the cases
/// decide: which clause most of the failing ones name, the fewest of the others, and which they name first.
pub(super) fn blame(findings: &Findings, merged: &Merged<'_>, factors: &[Factor]) -> Vec<String> {
    let blame = Blame::new(findings, merged, factors);
    let mut clauses = blame.candidates();
    let place = |clause: &str| {
        let known = findings.contract.clauses.get(clause);
        known.map(|known| known.place)
    };
    clauses.sort_by(|one, other| {
        let order = blame.weight(other).total_cmp(&blame.weight(one));
        order.then_with(|| place(one).cmp(&place(other)))
    });
    let all: BTreeSet<&str> = merged
        .groups
        .iter()
        .chain(&merged.after)
        .flat_map(|(_, group)| group.asserted.keys().map(String::as_str))
        .collect();
    let (first, others) = clauses
        .split_first()
        .expect("invariant: a mismatch has a clause");
    let mut hit: Vec<&str> = vec![first];
    hit.extend(others.iter().filter(|clause| all.contains(**clause)));
    let rest = all
        .into_iter()
        .filter(|clause| !hit.contains(clause))
        .collect::<Vec<_>>();
    hit.extend(rest);
    hit.into_iter().map(str::to_owned).collect()
}

fn share(votes: &Votes<'_>, clause: &str, of: usize) -> f64 {
    votes.get(clause).copied().unwrap_or_default() as f64 / of.max(1) as f64
}

impl<'f> Blame<'f> {
    fn new(findings: &'f Findings, merged: &Merged<'f>, factors: &[Factor]) -> Blame<'f> {
        let (difference, _) = merged.groups[0];
        let layer = difference.layer();
        let groups = merged.groups.iter();
        let alike: Vec<(&Difference, &Group)> = groups
            .filter(|(one, _)| one.layer() == layer)
            .copied()
            .collect();
        let parts: BTreeSet<&Path> = alike.iter().map(|(one, _)| &one.at).collect();
        let members: BTreeSet<Path> = parts.iter().map(|at| at.top()).collect();
        let mut about = of_factors(findings, &alike, factors);
        if layer == Layer::Body && members.len() >= MANY {
            let way = [("members", difference.kind.name())];
            for (clause, _) in findings.contract.about(&way) {
                about.insert(clause, OF_MANY);
            }
        }
        let outer = std::iter::successors(Some(difference.at.clone()), |at| Some(at.outer()));
        let mut outer = outer.take(difference.at.len().saturating_sub(1));
        let is_named = |at: &Path| {
            let mut clauses = findings.contract.clauses.keys();
            clauses.any(|clause| findings.contract.focus(clause, at) > 0.0)
        };
        let deepest = outer.find(is_named);
        let mut blame = Blame {
            findings,
            difference,
            asserted: Votes::new(),
            named: Votes::new(),
            first: Votes::new(),
            failing: 0,
            about,
            one_part: parts.len() == 1 && layer != Layer::Status,
            member: members.first().filter(|_| members.len() == 1).cloned(),
            deepest: deepest.unwrap_or_else(|| difference.at.clone()),
            by_value: false,
        };
        for (_, group) in &alike {
            blame.count(group);
        }
        let mut shown = alike.iter().flat_map(|(_, group)| &group.examples);
        let is_value = difference.kind == Kind::Changed
            && shown.all(|one| !matches!(one.mismatch.origin, Origin::Schema { .. }));
        blame.by_value = is_value
            && findings.contract.clauses.iter().any(|(clause, spoken)| {
                !spoken.is_form
                    && blame.focus(clause) >= 1.0
                    && 2.0 * share(&blame.first, clause, blame.failing) >= 1.0
            });
        blame
    }

    /// Counts the cases of a group.
    fn count(&mut self, group: &'f Group) {
        self.failing = self.failing.max(group.cases);
        for (clause, count) in &group.asserted {
            *self.asserted.entry(clause).or_default() += count;
        }
        for (votes, own) in [
            (&mut self.named, &group.named),
            (&mut self.first, &group.first),
        ] {
            for (clause, count) in own {
                let most = votes.entry(clause).or_default();
                *most = (*most).max(*count);
            }
        }
    }

    /// The clauses that may be about it.
    fn candidates(&self) -> Vec<&'f str> {
        let mut clauses: Vec<&str> = self.asserted.keys().copied().collect();
        let mut add = |more: &mut dyn Iterator<Item = &'f str>| {
            for clause in more {
                if !clauses.contains(&clause) {
                    clauses.push(clause);
                }
            }
        };
        let contract = self.findings.contract.clauses.keys();
        add(&mut contract
            .map(String::as_str)
            .filter(|clause| self.focus(clause) > 0.0));
        let of_many = self.about.iter().filter(|(_, weight)| **weight >= OF_MANY);
        add(&mut of_many.map(|(clause, _)| *clause));
        if !self.one_part {
            add(&mut self.named.keys().copied());
        }
        clauses
    }

    /// How much a clause is about the member that is wrong.
    fn focus(&self, clause: &str) -> f64 {
        let is_part = self.difference.layer() != Layer::Status;
        let contract = &self.findings.contract;
        self.member.as_ref().filter(|_| is_part).map_or(0.0, |at| {
            let part = contract.focus(clause, &self.deepest);
            f64::max(part, WHOLE * contract.focus(clause, at))
        })
    }

    /// How much speaks for a clause.
    fn weight(&self, clause: &str) -> f64 {
        let asserted = share(&self.asserted, clause, self.asserted.values().sum());
        let of_member = OF_MEMBER * self.focus(clause);
        if self.one_part {
            let known = self.findings.contract.clauses.get(clause);
            // of a value in the right form, a clause about values says more than one about forms
            let is_of_form = self.by_value && known.is_some_and(|known| known.is_form);
            return if is_of_form {
                OF_FORM * self.focus(clause)
            } else {
                asserted + of_member
            };
        }
        let all = self.findings.named.get(clause).copied();
        let (precision, recall) = (
            share(&self.named, clause, all.unwrap_or_default()),
            share(&self.named, clause, self.failing),
        );
        let both = if recall > 0.0 {
            2.0 * precision * recall / (precision + recall)
        } else {
            0.0
        };
        // of parts of a body, which case it is says little
        let (of_cases, of_assertions) = match self.difference.layer() {
            Layer::Status => (1.0, 0.8),
            Layer::Body => (0.3, 0.3),
            _ => (1.0, 0.3),
        };
        let of_factor = self.about.get(clause).copied();
        let of_factor = of_factor.filter(|weight| recall > 0.0 || *weight >= OF_MANY);
        of_cases * (0.5 * both + 0.4 * share(&self.first, clause, self.failing))
            + of_assertions * asserted
            + OF_FACTOR * of_factor.unwrap_or_default()
            + of_member
    }
}

/// How much clauses are about the factors, and about what all of these requests are due and call.
fn of_factors<'f>(
    findings: &'f Findings,
    alike: &[(&Difference, &Group)],
    factors: &[Factor],
) -> BTreeMap<&'f str, f64> {
    let mut told: Vec<(&str, &str)> = factors
        .iter()
        .map(|factor| (factor.name.as_str(), factor.value.as_str()))
        .collect();
    let due = alike[0].0.due.as_str();
    if !due.is_empty() {
        told.push(("due", due));
    }
    let called: BTreeSet<&String> = alike
        .iter()
        .flat_map(|(_, group)| &group.operations)
        .collect();
    if let Some(operation) = called.first().filter(|_| called.len() == 1) {
        told.push(("operation", operation));
    }
    let mut about: BTreeMap<&str, f64> = BTreeMap::new();
    for (clause, all) in findings.contract.about(&told) {
        let rarity = |(name, value): &(String, String)| {
            let mut factors = factors.iter();
            let own = factors.find(|one| one.name == *name && one.value == *value);
            own.map_or(0.0, |factor| 1.0 - findings.share(factor))
        };
        let rarest = all.iter().map(rarity).fold(0.0, f64::max);
        let weight = rarest + TOGETHER * (all.len() - 1) as f64;
        let most = about.entry(clause).or_default();
        *most = f64::max(*most, weight);
    }
    about
}
