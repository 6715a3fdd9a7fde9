//! [`Findings`]: outcomes, folded: which requests there were, by their factors, and which of them show which difference.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::{
    CauseKey,
    contract::Contract,
    difference::{Difference, Layer, elements, is_status},
    group::{Counts, Example, Group},
    request::{Asked, asked, said, spoilt},
    seen,
    seen::Seen,
};
use crate::{
    factor::{Asker, Factor, answered, demanded, factors},
    observation::Observation,
    path::Path,
    plan::Item,
    verdict::{Exchange, Mismatch, Origin, Outcome, Verdict},
};

/// How many differences of one request are looked at as shown together.
const TOGETHER: usize = 48;

/// Outcomes, folded.
#[derive(Debug, Default)]
pub struct Findings {
    pub(super) factors: Vec<Factor>,
    pub(super) numbers: HashMap<Factor, usize>,
    /// The factors of requests, sorted, each by its number.
    pub(super) vectors: Vec<Vec<usize>>,
    pub(super) vector_numbers: HashMap<Vec<usize>, usize>,
    /// The requests of which the case says what is due.
    pub(super) due: Counts,
    /// What came where a success was due, and where an error was.
    pub(super) successes: Seen,
    pub(super) errors: Seen,
    pub(super) all: Seen,
    pub(super) groups: Vec<(Difference, Group)>,
    pub(super) group_numbers: HashMap<Difference, usize>,
    /// How many requests show two differences.
    pub(super) together: HashMap<(usize, usize), usize>,
    /// How many cases name a clause.
    pub(super) named: BTreeMap<String, usize>,
    /// How many cases show a difference only after another.
    pub(super) after: HashMap<(usize, usize), usize>,
    /// How many cases decided something.
    pub(super) cases: usize,
    /// What the clauses speak about.
    pub(super) contract: Contract,
    /// The requests of which the case, or a relation of it, says what a part of the body is.
    pub(super) asserted: HashMap<Path, Counts>,
    /// The requests that set many cases up: each counts once.
    pub(super) set_up: BTreeSet<String>,
}

impl Findings {
    /// Adds what came of one case.
    pub fn add(&mut self, item: Item<'_>, outcome: &Outcome) {
        self.contract.learn(item);
        let undecided = matches!(
            outcome.verdict,
            Verdict::Inconclusive { .. } | Verdict::NotTestable { .. }
        );
        if !undecided {
            self.cases += 1;
            for clause in &item.case.clauses {
                *self.named.entry(clause.clone()).or_default() += 1;
            }
        }
        let spoilt = spoilt(item, outcome);
        let mut told = BTreeSet::new();
        let mut seen: Vec<(usize, Vec<usize>)> = Vec::new();
        for asked in asked(item, outcome) {
            // of a case that decided nothing, and after what spoils the rest, what is right says nothing
            let is_spoilt = spoilt.is_some_and(|step| asked.step > step);
            if asked.primary.is_empty() && (undecided || is_spoilt)
                || !self.counts(item, outcome, &asked)
            {
                continue;
            }
            let vector = self.request(item, outcome, &asked);
            let mut shown: Vec<usize> = Vec::new();
            let due = match asked.by {
                Asker::Step(step) => demanded(&item.case.steps[step]),
                Asker::SetUp(_) => None,
            };
            for mismatch in &asked.primary {
                let answer = asked.exchange.map(|exchange| &exchange.answer);
                let number = self.group(Difference::of(mismatch, answer, due.as_deref()));
                if shown.contains(&number) {
                    continue;
                }
                shown.push(number);
                self.show(number, vector, item, outcome, &asked, mismatch);
                if !mismatch.listed.is_known() && told.insert(number) {
                    self.groups[number].1.blame(mismatch, &item.case.clauses);
                }
            }
            seen.push((vector, shown.clone()));
            shown.truncate(TOGETHER);
            for (one, other) in shown
                .iter()
                .flat_map(|one| shown.iter().map(move |other| (*one, *other)))
            {
                *self.together.entry((one, other)).or_default() += 1;
            }
        }
        self.follow(&seen, &told);
        for number in told {
            let unknown = &mut self.groups[number].1.unknown;
            for (vector, _) in seen.iter().filter(|(_, shown)| !shown.contains(&number)) {
                *unknown.entry(*vector).or_default() += 1;
            }
        }
    }

    /// Counts which differences of a case show only after others, which are no headers.
    fn follow(&mut self, seen: &[(usize, Vec<usize>)], told: &BTreeSet<usize>) {
        let is_part = |number: &usize| self.groups[*number].0.layer() != Layer::Headers;
        let mut before: BTreeSet<usize> = BTreeSet::new();
        for (_, shown) in seen {
            let shown: Vec<usize> = shown.iter().copied().filter(is_part).collect();
            let new = shown.iter().filter(|one| !before.contains(one));
            for one in new.filter(|one| told.contains(one)) {
                for other in before.iter().take(TOGETHER) {
                    *self.after.entry((*one, *other)).or_default() += 1;
                }
            }
            before.extend(shown);
        }
    }

    /// Whether a request counts: one that sets many cases up does so once.
    fn counts(&mut self, item: Item<'_>, outcome: &Outcome, asked: &Asked<'_>) -> bool {
        let Asker::SetUp(at) = asked.by else {
            return true;
        };
        let name = outcome.bindings.get("function").unwrap_or_default();
        let own = if item.case.private { &item.case.id } else { "" };
        self.set_up.insert(format!("{at} {name} {own}"))
    }

    /// Counts a request by its factors, and what it got.
    fn request(&mut self, item: Item<'_>, outcome: &Outcome, asked: &Asked<'_>) -> usize {
        let request = asked.exchange.map(|exchange| &exchange.request);
        let mut factors = factors(item, &asked.by, request, &outcome.bindings);
        if let Some(exchange) = asked.exchange {
            answered(item, &exchange.answer, &mut factors);
        }
        let is_due = factors.iter().any(|factor| factor.name == "due");
        let vector = self.vector(factors);
        if is_due {
            *self.due.entry(vector).or_default() += 1;
        }
        for at in said(item, asked.by) {
            let counts = self.asserted.entry(at).or_default();
            *counts.entry(vector).or_default() += 1;
        }
        let Some(Exchange { answer, .. }) = asked.exchange else {
            return vector;
        };
        self.all.add(vector, answer);
        if !asked.primary.iter().any(|one| is_status(one)) {
            if !answer.is_error() {
                self.successes.add(vector, answer);
            } else if is_due {
                self.errors.add(vector, answer);
            }
        }
        vector
    }

    fn show(
        &mut self,
        number: usize,
        vector: usize,
        item: Item<'_>,
        outcome: &Outcome,
        asked: &Asked<'_>,
        mismatch: &Mismatch,
    ) {
        let (difference, group) = &mut self.groups[number];
        if mismatch.listed.is_known() {
            // no news, and nothing that is right either
            group.known += 1;
            *group.unknown.entry(vector).or_default() += 1;
            return;
        }
        *group.failing.entry(vector).or_default() += 1;
        group.causes.insert(CauseKey::of(mismatch));
        group.set_up += usize::from(matches!(asked.by, Asker::SetUp(_)));
        group.operations.insert(asked.by.operation(item).to_owned());
        group.stated += usize::from(matches!(
            mismatch.origin,
            Origin::Case | Origin::Relation { .. }
        ));
        let is_related = matches!(mismatch.origin, Origin::Relation { .. });
        let is_formed = matches!(mismatch.origin, Origin::Schema { .. })
            || !is_related
                && serde_json::from_str::<serde_json::Value>(&mismatch.expected).is_err();
        if is_formed || difference.layer() == Layer::Headers {
            let answer = asked.exchange.map(|exchange| &exchange.answer);
            let form = |answer: &Observation| seen::form_at(&elements(&mismatch.at), answer);
            group.form(answer.and_then(form));
        }
        let is_replayed = outcome
            .mismatches
            .first()
            .or(outcome.common.first())
            .is_some_and(|first| first.step == asked.step);
        let replay = outcome.replay.as_str();
        group.keep(Example {
            case: item.case.id.clone(),
            mismatch: mismatch.clone(),
            replay: if is_replayed { replay } else { "" }.to_owned(),
        });
    }

    fn group(&mut self, difference: Difference) -> usize {
        let next = self.groups.len();
        let number = *self.group_numbers.entry(difference.clone()).or_insert(next);
        if number == next {
            self.groups.push((difference, Group::default()));
        }
        number
    }

    fn vector(&mut self, factors: Vec<Factor>) -> usize {
        let mut vector = Vec::with_capacity(factors.len());
        for factor in factors {
            let number = self.numbers.get(&factor).copied().unwrap_or_else(|| {
                let next = self.factors.len();
                self.numbers.insert(factor.clone(), next);
                self.factors.push(factor);
                next
            });
            vector.push(number);
        }
        vector.sort_unstable();
        if let Some(known) = self.vector_numbers.get(&vector) {
            return *known;
        }
        let next = self.vectors.len();
        self.vector_numbers.insert(vector.clone(), next);
        self.vectors.push(vector);
        next
    }

    /// The factors of a vector.
    pub(super) fn of(&self, vector: usize) -> impl Iterator<Item = &Factor> {
        let numbers = self.vectors[vector].iter();
        numbers.map(|number| &self.factors[*number])
    }

    /// In how much of the requests a factor is.
    pub(super) fn share(&self, factor: &Factor) -> f64 {
        let number = self.factors.iter().position(|known| known == factor);
        let requests = self.all.answers.iter();
        let (mut having, mut all) = (0, 0);
        for (vector, count) in requests {
            all += count;
            if number.is_some_and(|number| self.vectors[*vector].contains(&number)) {
                having += count;
            }
        }
        having as f64 / all.max(1) as f64
    }

    /// Whether so many requests have all of these factors that nearly anything has.
    pub(super) fn is_common(&self, factors: &[usize]) -> bool {
        /// One in so many.
        const COMMON: usize = 4;
        let requests = self.all.answers.iter();
        let (mut having, mut all) = (0, 0);
        for (vector, count) in requests {
            all += count;
            let known = &self.vectors[*vector];
            if factors
                .iter()
                .all(|factor| known.binary_search(factor).is_ok())
            {
                having += count;
            }
        }
        COMMON * having > all
    }
}
