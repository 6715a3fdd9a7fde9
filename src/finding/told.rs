//! [`told`]: a finding in words.

use std::collections::BTreeSet;

use super::{
    Finding, Reached, Shown,
    blame::blame,
    difference::{Layer, SUCCESS},
    explain::Explanation,
    gathered::Findings,
    group::Example,
    merge::{Merged, merged},
};
use crate::{
    factor::{FACTORS, Factor},
    hash::hash,
    path::Path,
    prose::{flat, short},
    verdict::Kind,
};

/// How many parts of an answer, or ways to answer, a sentence names.
const NAMED: usize = 3;

impl Findings {
    /// What is wrong with the target, the finding that most requests show first.
    pub fn finish(self) -> Vec<Finding> {
        let findings = self.sorted();
        let merged = merged(&findings);
        merged.iter().map(|one| told(&findings, one)).collect()
    }
}

/// The finding that merged groups are.
fn told(findings: &Findings, merged: &Merged<'_>) -> Finding {
    let explanation = &merged.explanation;
    let numbers = explanation.factors.iter();
    let mut factors: Vec<Factor> = numbers
        .map(|number| findings.factors[*number].clone())
        .collect();
    factors.sort_by_key(|factor| FACTORS.iter().position(|known| *known == factor.name));
    let clauses = blame(findings, merged, &factors);
    let (difference, _) = merged.groups[0];
    let mut names: Vec<String> = factors.iter().map(ToString::to_string).collect();
    names.sort();
    let key = format!(
        "{} {} {} {} {}",
        clauses[0],
        names.join(","),
        difference.at,
        difference.kind.name(),
        difference.came
    );
    let groups = || {
        let all = merged.groups.iter().chain(&merged.after);
        all.map(|(_, group)| *group)
    };
    let known: usize = groups().map(|group| group.known).sum();
    let (_, largest) = merged.groups[0];
    let shown = &largest.examples[0];
    Finding {
        id: format!("{:08x}", hash(&key) & 0xffff_ffff),
        sentence: sentence(merged, &factors),
        clause: clauses[0].clone(),
        clauses,
        factors,
        reached: Reached {
            failing: explanation.hit,
            of: explanation.hit + explanation.spared,
            elsewhere: explanation.outside,
            others: merged.population - explanation.hit - explanation.spared,
        },
        known,
        at: parts(merged),
        cases: each(groups().flat_map(|group| &group.examples), |one| &one.case),
        causes: each(groups().flat_map(|group| &group.causes), |one| one),
        shown: Shown {
            case: shown.case.clone(),
            mismatch: shown.mismatch.clone(),
            request: shown.replay.clone(),
        },
    }
}

/// What is found in things, each once, in order.
fn each<'t, T: 't, U: Clone + PartialEq + 't>(
    things: impl Iterator<Item = &'t T>,
    of: impl Fn(&'t T) -> &'t U,
) -> Vec<U> {
    let mut all: Vec<U> = Vec::new();
    for one in things.map(of) {
        if !all.contains(one) {
            all.push(one.clone());
        }
    }
    all
}

/// The parts of the answers that differ, each once.
fn parts(merged: &Merged<'_>) -> Vec<Path> {
    each(
        merged.groups.iter().map(|(difference, _)| *difference),
        |one| &one.at,
    )
}

/// The parts that a sentence names: those that stand where the first one stands.
fn alike(merged: &Merged<'_>) -> Vec<String> {
    let (first, _) = merged.groups[0];
    let groups = merged.groups.iter().map(|(difference, _)| *difference);
    let alike = groups.filter(|one| one.layer() == first.layer());
    each(alike, |one| &one.at).iter().map(named).collect()
}

/// What is wrong, and in which answers.
fn sentence(merged: &Merged<'_>, factors: &[Factor]) -> String {
    let (difference, _) = merged.groups[0];
    let layer = difference.layer();
    let many = Many::of(&merged.explanation);
    let whose = whose(factors);
    let parts = alike(merged);
    let is = if parts.len() == 1 { "is" } else { "are" };
    let parts = list(&parts, "and");
    if layer == Layer::Status {
        let (all, are) = match many {
            Many::Every => ("Every request", "is"),
            Many::Most => ("Most requests", "are"),
            Many::Some => ("Some requests", "are"),
        };
        // what is due stands there already, if it is a factor
        let is_said = factors.iter().any(|factor| factor.name == "due");
        return format!("{all}{whose} {are} {}", answered(merged, is_said));
    }
    let what = match layer {
        Layer::Error => ("refusal", "refusals"),
        _ => ("answer", "answers"),
    };
    let mut of = match many {
        Many::Every => format!("every {}", what.0),
        Many::Most => format!("most {}", what.1),
        Many::Some => format!("some {}", what.1),
    };
    if !whose.is_empty() {
        let link = if layer == Layer::Error { "of" } else { "to" };
        of = format!("{of} {link} requests{whose}");
    }
    match difference.kind {
        Kind::Missing => format!("{parts} {is} missing from {of}"),
        Kind::Unexpected | Kind::Added => format!("{parts} {is} present in {of}"),
        Kind::Unreadable => format!("{parts} cannot be read in {of}"),
        Kind::Changed => format!("{parts} {is} {} in {of}", wrong(merged)),
    }
}

/// In how many of the answers something is wrong that are told by the factors.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Many {
    Every,
    Most,
    Some,
}

impl Many {
    fn of(explanation: &Explanation) -> Many {
        match (explanation.spared, explanation.hit) {
            (0, _) => Many::Every,
            (spared, hit) if spared < hit => Many::Most,
            _ => Many::Some,
        }
    }
}

/// Which requests these are, as it follows "requests".
fn whose(factors: &[Factor]) -> String {
    let said = factors.iter().map(|factor| format!(" {}", factor.says));
    said.collect()
}

/// How requests are answered, and what is due instead.
fn answered(merged: &Merged<'_>, is_said: bool) -> String {
    let (difference, _) = merged.groups[0];
    let alike = || {
        let groups = merged.groups.iter();
        groups.filter(|(one, _)| one.at == difference.at)
    };
    let examples = || alike().flat_map(|(_, group)| &group.examples);
    let came: BTreeSet<&str> = alike()
        .flat_map(|(one, group)| {
            let found = group.examples.iter().map(|one| one.mismatch.found.as_str());
            let found = found.filter(|_| one.came == SUCCESS);
            found.chain(Some(one.came.as_str()).filter(|came| *came != SUCCESS))
        })
        .collect();
    let examples = examples();
    // of set-up, the expected text goes on with the step
    let due: BTreeSet<&str> = examples
        .map(|one| one.mismatch.expected.as_str())
        .map(|due| due.split_once(" from ").map_or(due, |(status, _)| status))
        .collect();
    let [came, due] = [came, due].map(|all| {
        let all: Vec<String> = all.into_iter().map(short).collect();
        list(&all, "or")
    });
    if difference.at.root() == "connection" {
        return "not answered: the connection is closed".to_owned();
    }
    if is_said {
        return format!("answered with {came}");
    }
    format!("answered with {came} instead of {due}")
}

/// What a part is instead of what is due, if that is one value.
fn wrong(merged: &Merged<'_>) -> String {
    let groups = merged.groups.iter();
    let examples: Vec<&Example> = groups.flat_map(|(_, group)| &group.examples).collect();
    let found: BTreeSet<&str> = examples
        .iter()
        .map(|one| one.mismatch.found.as_str())
        .collect();
    match found.first() {
        Some(found_once) if found.len() == 1 && !found_once.is_empty() => short(found_once),
        _ => "wrong".to_owned(),
    }
}

/// A part of an answer in a sentence.
fn named(at: &Path) -> String {
    let text = flat(&at.to_string());
    match (at.root(), text.split_once('.')) {
        ("headers", Some((_, name))) => format!("header `{name}`"),
        ("body", Some((_, member))) => format!("`{member}`"),
        ("body", None) => "the body".to_owned(),
        ("message" | "type", _) => format!("the {text} of the error"),
        _ => format!("`{text}`"),
    }
}

/// The first of them, and how many more.
fn list(all: &[String], word: &str) -> String {
    let (shown, more) = all.split_at(all.len().min(NAMED));
    let more = match more.len() {
        0 => None,
        number => Some(format!("{number} more")),
    };
    let (last, before) = match (more.as_ref(), shown.split_last()) {
        (_, None) => return String::new(),
        (Some(more), Some(_)) => (more, shown),
        (None, Some((last, before))) => (last, before),
    };
    if before.is_empty() {
        return last.clone();
    }
    format!("{} {word} {last}", before.join(", "))
}
