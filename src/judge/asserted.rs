//! What the case asserts of an answer, and what its suite asserts of every answer.

use super::{
    check::Check,
    gathered::{Decided, Demand, Gathered, Subject},
};
use crate::{
    case::{Assertion, Case, Expected, Invariant, When},
    observation::Observation,
    suite::Suite,
    text::Matched,
    verdict::{Exchange, Origin},
};

/// Holds an answer against the assertions of its step.
pub(super) fn by_case(
    subject: Subject<'_>,
    (number, exchange): (usize, &Exchange),
    matched: &mut Matched,
    out: &mut Gathered,
) {
    let Subject {
        suite,
        case,
        bindings,
    } = subject;
    for assertion in &case.steps[exchange.step].assertions {
        let mut check = Check {
            answer: &exchange.answer,
            bindings,
            matched,
            notes: &mut out.notes,
        };
        let differences = check.unmet(assertion);
        let by = Demand {
            origin: Origin::Case,
            level: assertion.level,
            clause: None,
            choice: matches!(assertion.expected, Expected::Any(_)),
            step: exchange.step,
            answer: number,
            pair: None,
            place: assertion.place.clone(),
        };
        out.miss(&by, differences);
        out.decided.extend(decided(suite, case, assertion, number));
    }
}

/// The clauses of the case that an assertion decides.
fn decided(
    suite: &Suite,
    case: &Case,
    assertion: &Assertion,
    number: usize,
) -> impl Iterator<Item = Decided> {
    let paths = assertion.paths();
    let of_body = paths.iter().all(|at| at.root() == "body");
    let body_of = of_body.then_some(number);
    let clauses = case.clauses.iter().filter_map(|id| suite.clause(id));
    assertion.level.into_iter().flat_map(move |level| {
        clauses
            .clone()
            .filter(|clause| paths.iter().any(|at| clause.reach(at).is_some()))
            .map(|clause| Decided {
                clause: clause.id.clone(),
                level,
                body_of,
            })
            .collect::<Vec<_>>()
    })
}

/// Holds an answer against what the suite asserts of every answer.
pub(super) fn by_suite(
    subject: Subject<'_>,
    (number, exchange): (usize, &Exchange),
    matched: &mut Matched,
    out: &mut Gathered,
) {
    let Subject {
        suite,
        case,
        bindings,
    } = subject;
    // a throttle that nobody asked for is no answer to the request, and an error like any other
    if let Some(throttle) = &exchange.answer.throttle {
        let before = Exchange {
            answer: (**throttle).clone(),
            ..exchange.clone()
        };
        by_suite(subject, (number, &before), matched, out);
    }
    let step = &case.steps[exchange.step];
    let json_due = step.is_due_in_json();
    let is_own = step.operation == suite.operation;
    let due = suite
        .invariants()
        .filter(|invariant| applies(invariant, is_own, &exchange.answer, json_due));
    for invariant in due {
        for assertion in &invariant.assertions {
            if let Some(level) = assertion.level {
                out.decide(&invariant.clause, level);
            }
            let mut check = Check {
                answer: &exchange.answer,
                bindings,
                matched,
                notes: &mut out.notes,
            };
            let differences = check.unmet(assertion);
            let by = Demand {
                origin: Origin::Invariant,
                level: assertion.level,
                clause: Some(invariant.clause.clone()),
                choice: matches!(assertion.expected, Expected::Any(_)),
                step: exchange.step,
                answer: number,
                pair: None,
                place: assertion.place.clone(),
            };
            out.miss(&by, differences);
        }
    }
}

/// Whether what is asserted of every answer is asserted of this one; `is_own`: it is one of the suite's own operation.
pub(super) fn applies(
    invariant: &Invariant,
    is_own: bool,
    answer: &Observation,
    json_due: bool,
) -> bool {
    if invariant.own && !is_own {
        return false;
    }
    match &invariant.when {
        When::Answer => true,
        // a 204 has no body by HTTP, and so none in JSON
        When::Success => answer.status < 300 && answer.status != 204,
        When::Error => answer.status >= 300 && json_due,
        When::Named(names) => {
            answer.status >= 300
                && json_due
                && answer.error().is_some_and(|error| names.contains(&error))
        }
        // nothing of a case sets it up
        When::SetUp { .. } | When::Settled => false,
    }
}
