//! [`Findings`]: outcomes, folded: which requests there were, by their factors, and which of them show which difference.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::{
    CauseKey,
    difference::{Difference, Layer, elements, is_status},
    group::{Counts, Example, Group},
    request::{Asked, asked, said, spoilt},
    seen,
    seen::Seen,
};
use crate::{
    factor::{Asker, Factor, answered, factors},
    observation::Observation,
    path::Path,
    plan::Item,
    verdict::{Exchange, Mismatch, Origin, Outcome, Verdict},
};

/// How many differences of one request are looked at as shown together.
const TOGETHER: usize = 24;

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
    /// The clauses that are about a factor.
    pub(super) about: BTreeMap<(String, String), Vec<String>>,
    /// What the clauses speak about.
    pub(super) contract: BTreeMap<String, Spoken>,
    /// The requests of which the case, or a relation of it, says what a part of the body is.
    pub(super) asserted: HashMap<Path, Counts>,
    /// The requests that set many cases up: each counts once.
    pub(super) set_up: BTreeSet<String>,
}

/// What a firm clause speaks about.
#[derive(Clone, Debug)]
pub(super) struct Spoken {
    /// Its place among all clauses.
    pub(super) place: usize,
    /// The parts of an answer.
    governs: Vec<Path>,
}

impl Findings {
    /// Adds what came of one case.
    pub fn add(&mut self, item: Item<'_>, outcome: &Outcome) {
        self.learn(item);
        let undecided = matches!(
            outcome.verdict,
            Verdict::Inconclusive { .. } | Verdict::NotTestable { .. }
        );
        if !undecided {
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
            for mismatch in &asked.primary {
                let answer = asked.exchange.map(|exchange| &exchange.answer);
                let number = self.group(Difference::of(mismatch, answer));
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
        for number in told {
            let unknown = &mut self.groups[number].1.unknown;
            for (vector, _) in seen.iter().filter(|(_, shown)| !shown.contains(&number)) {
                *unknown.entry(*vector).or_default() += 1;
            }
        }
    }

    /// The clauses that are about factors, once.
    fn learn(&mut self, item: Item<'_>) {
        if !self.about.is_empty() {
            return;
        }
        let service = &item.suite.service;
        let forms = service.forms.iter();
        let forms = forms.map(|form| (&form.factor, &form.is, &form.clauses));
        let others = service.about.iter();
        let others = others.map(|about| (&about.factor, &about.is, &about.clauses));
        for clause in item.suite.clauses().filter(|clause| clause.is_firm()) {
            let spoken = Spoken {
                place: self.contract.len(),
                governs: clause.governs.clone(),
            };
            self.contract.entry(clause.id.clone()).or_insert(spoken);
        }
        let shown = service.shown.iter();
        let shown = shown.map(|shown| (&shown.factor, &shown.text, &shown.clauses));
        let all = forms.chain(others).chain(shown);
        self.about = all
            .map(|(factor, is, clauses)| ((factor.clone(), is.clone()), clauses.clone()))
            .collect();
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
            *self
                .asserted
                .entry(at)
                .or_default()
                .entry(vector)
                .or_default() += 1;
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
            let next = self.factors.len();
            let number = *self.numbers.entry(factor.clone()).or_insert(next);
            if number == next {
                self.factors.push(factor);
            }
            vector.push(number);
        }
        vector.sort_unstable();
        let next = self.vectors.len();
        let number = *self.vector_numbers.entry(vector.clone()).or_insert(next);
        if number == next {
            self.vectors.push(vector);
        }
        number
    }

    /// The factors of a vector.
    pub(super) fn of(&self, vector: usize) -> impl Iterator<Item = &Factor> {
        let numbers = self.vectors[vector].iter();
        numbers.map(|number| &self.factors[*number])
    }

    /// How much a clause is about just this part of the answer: 1 if about hardly anything else.
    pub(super) fn focus(&self, clause: &str, at: &Path) -> f64 {
        let governs = self.contract.get(clause).map(|known| &known.governs);
        governs
            .filter(|governs| governs.contains(at))
            .map_or(0.0, |governs| f64::min(1.0, 2.0 / governs.len() as f64))
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

    /// The clauses that are about a factor.
    pub(super) fn clauses(&self, factor: &Factor) -> impl Iterator<Item = &str> {
        let key = (factor.name.clone(), factor.value.clone());
        let clauses = self.about.get(&key).into_iter().flatten();
        clauses.map(String::as_str)
    }
}
