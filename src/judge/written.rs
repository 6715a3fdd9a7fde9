//! From answers to the text of a snapshot: what a person reviews.

use serde_json::Value;

use super::asserted::applies;
use crate::{
    case::{Action, Assertion, Case, Expected},
    path::Path,
    redact,
    suite::Suite,
    text::{Bindings, Text},
    verdict::Exchange,
};

/// The text of the snapshot that these answers would be, for a person to review.
///
/// Where the case asserts a text, that text stands in the snapshot, placeholders and all. Of an error only what the case
/// or the suite asserts is kept: what our own mock says beyond that must not become an assertion.
pub fn written(suite: &Suite, case: &Case, bindings: &Bindings, exchanges: &[Exchange]) -> String {
    let texts: Vec<(Path, Text)> = case
        .written
        .iter()
        .enumerate()
        .flat_map(|(index, step)| {
            let answer = exchanges.iter().find(|exchange| exchange.step == index);
            // what is asserted of every answer, where this answer is one of them
            let due = suite.invariants().filter(move |always| {
                answer.is_some_and(|exchange| {
                    let is_own = step.operation == suite.operation;
                    applies(always, is_own, &exchange.answer, step.is_due_in_json())
                })
            });
            let always = due.flat_map(|always| &always.assertions);
            let assertions = step.assertions.iter().chain(always);
            assertions.flat_map(texts).map(move |(at, text)| {
                let mut path = step.name.as_deref().map_or(Path::default(), Path::key);
                path.0.extend(at.0);
                (path, text)
            })
        })
        .collect();
    let known = redact::Placeholders {
        bindings,
        case,
        texts: &texts,
    };
    let mut answer = canonical(suite, case, exchanges);
    let prune = |answer: &mut Value, prefix: &Path| {
        if let Value::Object(parts) = answer {
            parts.retain(|part, _| {
                let at = prefix.then(part);
                matches!(part.as_str(), "status" | "error" | "body")
                    || texts.iter().any(|(path, _)| *path == at)
            });
        }
    };
    match &mut answer {
        Value::Object(steps) if case.has_named_steps() => {
            for (name, step) in steps {
                prune(step, &Path::key(name));
            }
        }
        answer => prune(answer, &Path::default()),
    }
    redact::collapse(&answer, &known)
}

/// The texts that an assertion wants, each with its path.
fn texts(assertion: &Assertion) -> Vec<(Path, Text)> {
    match &assertion.expected {
        Expected::Text(text) => vec![(assertion.at.clone(), text.clone())],
        Expected::Violations(texts) => texts
            .iter()
            .map(|text| (assertion.at.clone(), text.clone()))
            .collect(),
        Expected::Any(groups) => groups.iter().flatten().flat_map(texts).collect(),
        _ => Vec::new(),
    }
}

/// The canonical answer to a case: of its only step, or by the names of its steps (the first answer to each).
///
/// Of several steps only those of the suite's own operation: what another operation answers beside is not its contract.
pub fn canonical(suite: &Suite, case: &Case, exchanges: &[Exchange]) -> Value {
    let first = |index: usize| {
        exchanges
            .iter()
            .find(|exchange| exchange.step == index)
            .map_or(Value::Null, |exchange| redact::canonical(&exchange.answer))
    };
    if !case.has_named_steps() {
        return first(0);
    }
    let steps = case.steps.iter().enumerate();
    let own = steps.filter(|(_, step)| {
        step.operation == suite.operation && !matches!(step.action, Action::Wait(_))
    });
    own.filter_map(|(index, step)| Some((step.name.clone()?, first(index))))
        .collect()
}
