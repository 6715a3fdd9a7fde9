//! [`blame`]: the clause that is about a fault, and those that are hit besides.

use std::collections::{BTreeMap, BTreeSet};

use super::{difference::Layer, gathered::Findings, merge::Merged};
use crate::{factor::Factor, path::Path};

/// How much it counts that a clause is about just the member that is wrong.
const OF_MEMBER: f64 = 0.9;

/// So many members that are wrong in one way are wrong together.
const MANY: usize = 5;
/// How much less if it is about all of the member, and a part of it is wrong.
const WHOLE: f64 = 0.6;
/// How much it counts that a clause is about a factor that few requests have.
const OF_FACTOR: f64 = 0.7;

type Votes<'f> = BTreeMap<&'f str, usize>;

/// The clauses that are hit, the one first that is about the fault; `factors` explain it.
///
/// Of a wrong part of the body, a header or a text, it is the clause of most mismatches. Of a wrong status, or of many parts, the cases
/// decide: which clause most of the failing ones name, the fewest of the others, and which they name first.
pub(super) fn blame(findings: &Findings, merged: &Merged<'_>, factors: &[Factor]) -> Vec<String> {
    let (mut asserted, mut named, mut first) = (Votes::new(), Votes::new(), Votes::new());
    let mut failing = 0;
    let (difference, _) = merged.groups[0];
    let alike = || {
        let groups = merged.groups.iter();
        groups.filter(|(one, _)| one.layer() == difference.layer())
    };
    for (_, group) in alike() {
        failing = failing.max(group.cases);
        group
            .asserted
            .iter()
            .for_each(|(clause, count)| *asserted.entry(clause).or_default() += count);
        for (votes, own) in [(&mut named, &group.named), (&mut first, &group.first)] {
            for (clause, count) in own {
                let most = votes.entry(clause).or_default();
                *most = (*most).max(*count);
            }
        }
    }
    let parts: BTreeSet<_> = alike().map(|(one, _)| &one.at).collect();
    let one_part = parts.len() == 1 && difference.layer() != Layer::Status;
    let share = |votes: &Votes<'_>, clause: &str, of: usize| {
        votes.get(clause).copied().unwrap_or_default() as f64 / of.max(1) as f64
    };
    let all_asserted = asserted.values().sum();
    let mut about: BTreeMap<&str, f64> = BTreeMap::new();
    for factor in factors {
        for clause in findings.clauses(factor) {
            let most = about.entry(clause).or_default();
            *most = f64::max(*most, 1.0 - findings.share(factor));
        }
    }
    let members: BTreeSet<Path> = parts.iter().map(|at| at.top()).collect();
    if difference.layer() == Layer::Body && members.len() >= MANY {
        let factor = Factor::many(difference.kind.name());
        for clause in findings.clauses(&factor) {
            about.insert(clause, 2.0);
        }
    }
    let member = members.first().filter(|_| members.len() == 1);
    // the part of which a clause speaks that the wrong part stands in most closely
    let outer = std::iter::successors(Some(difference.at.clone()), |at| Some(at.outer()));
    let mut outer = outer.take(difference.at.len().saturating_sub(1));
    let is_named = |at: &Path| {
        let mut clauses = findings.contract.keys();
        clauses.any(|clause| findings.focus(clause, at) > 0.0)
    };
    let deepest = outer
        .find(is_named)
        .unwrap_or_else(|| difference.at.clone());
    let focus = |clause: &str| {
        let at = member.filter(|_| difference.layer() != Layer::Status);
        at.map_or(0.0, |at| {
            let part = findings.focus(clause, &deepest);
            f64::max(part, WHOLE * findings.focus(clause, at))
        })
    };
    let weight = |clause: &str| {
        if one_part {
            return share(&asserted, clause, all_asserted) + OF_MEMBER * focus(clause);
        }
        let all = findings.named.get(clause).copied().unwrap_or_default();
        let (precision, recall) = (share(&named, clause, all), share(&named, clause, failing));
        let both = if recall > 0.0 {
            2.0 * precision * recall / (precision + recall)
        } else {
            0.0
        };
        let of_assertions = if difference.layer() == Layer::Status {
            0.8
        } else {
            0.3
        };
        let of_factor = about
            .get(clause)
            .filter(|weight| recall > 0.0 || **weight > 1.0);
        // of parts of a body, which case it is says little
        let of_cases = if difference.layer() == Layer::Body {
            0.3
        } else {
            1.0
        };
        of_cases * (0.5 * both + 0.4 * share(&first, clause, failing))
            + of_assertions * share(&asserted, clause, all_asserted)
            + OF_FACTOR * of_factor.copied().unwrap_or_default()
            + OF_MEMBER * focus(clause)
    };
    let mut clauses: Vec<&str> = asserted.keys().copied().collect();
    let about_member = findings.contract.keys().map(String::as_str);
    let about_member: Vec<&str> = about_member
        .filter(|clause| focus(clause) > 0.0 && !asserted.contains_key(clause))
        .collect();
    clauses.extend(&about_member);
    let of_many = about.iter().filter(|(_, weight)| **weight > 1.0);
    let of_many: Vec<&str> = of_many.map(|(clause, _)| *clause).collect();
    clauses.extend(
        of_many
            .iter()
            .filter(|clause| !named.contains_key(**clause) && !asserted.contains_key(**clause)),
    );
    if !one_part {
        clauses.extend(
            named
                .keys()
                .filter(|clause| !asserted.contains_key(*clause) && !about_member.contains(clause)),
        );
    }
    let place = |clause: &str| findings.contract.get(clause).map(|known| known.place);
    clauses.sort_by(|one, other| {
        let order = weight(other).total_cmp(&weight(one));
        order.then_with(|| place(one).cmp(&place(other)))
    });
    let all: BTreeSet<&str> = merged
        .groups
        .iter()
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
