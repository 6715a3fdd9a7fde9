//! What no single line can be blamed for: what must hold between cases, clauses, snapshots and the wire.

mod bytes;
mod files;
mod governed;

use std::{
    collections::{BTreeMap, BTreeSet},
    slice,
};

use crate::{
    case::{Assertion, Case, Invariant, Request, When},
    clause::Clause,
    fixture::Fixture,
    span::Diagnostic,
    suite::{Service, Suite},
    text::Text,
    word::{Unknown, few},
};

use super::fixtures::unknown_captures;

use bytes::same_bytes;
use governed::Own;

pub(super) use files::{pairs, unread};

/// Checks what a service's suites share, which any of them may use.
pub(super) fn service(
    service: &Service,
    suites: &[Suite],
    unsure: &[String],
    out: &mut Vec<Diagnostic>,
) {
    let whole = unsure.is_empty() && !suites.is_empty();
    if whole {
        never(&service.invariants, suites, out);
        untested(&service.clauses, suites, out);
        named(service, suites, out);
    }
}

/// What tells requests apart may name the clauses of any suite.
fn named(service: &Service, suites: &[Suite], out: &mut Vec<Diagnostic>) {
    let clauses = || suites.iter().flat_map(Suite::clauses);
    for (id, place) in &service.named {
        if clauses().all(|clause| clause.id != *id) {
            let unknown = Unknown::new("clause", id, clauses().map(|clause| clause.id.as_str()))
                .or("`clauses.toml` of a suite or of its service lists the clauses");
            out.push(Diagnostic::unknown(place.clone(), unknown));
        }
    }
}

/// Checks one suite. `unsure` are the topics of which not every case could be read.
pub(super) fn suite(suite: &Suite, unsure: &[String], out: &mut Vec<Diagnostic>) {
    duplicates(suite, out);
    for case in &suite.cases {
        case_alone(suite, case, out);
        captures(
            case,
            case.fixture
                .as_ref()
                .and_then(|name| suite.service.fixtures.get(name)),
            out,
        );
    }
    same_bytes(suite, out);
    let below = format!("{}/", suite.id);
    if !unsure.iter().any(|topic| topic.starts_with(&below)) {
        never(&suite.invariants, slice::from_ref(suite), out);
        untested(&suite.clauses, slice::from_ref(suite), out);
    }
    for always in suite.invariants() {
        let own = Own::of(suite, slice::from_ref(&always.clause));
        for assertion in &always.assertions {
            own.governs(assertion, out);
        }
    }
}

/// An assertion on errors of a name that no case asserts would never be tried.
fn never(invariants: &[Invariant], suites: &[Suite], out: &mut Vec<Diagnostic>) {
    let texts: BTreeSet<&str> = suites
        .iter()
        .flat_map(|suite| &suite.cases)
        .flat_map(|case| &case.steps)
        .flat_map(|step| &step.assertions)
        .flat_map(Assertion::expected_errors)
        .map(Text::written)
        .collect();
    for always in invariants {
        let When::Named(names) = &always.when else {
            continue;
        };
        for name in names {
            if !texts.contains(name.as_str()) {
                let known = few(out.len(), texts.iter().copied());
                let unknown = Unknown::new("error", name, known)
                    .message(format!(
                        "no case asserts the error `{name}`, so this never applies"
                    ))
                    .or("take the name out of `when`, or add a case that asserts it");
                out.push(Diagnostic::unknown(always.place.clone(), unknown));
            }
        }
    }
}

fn duplicates(suite: &Suite, out: &mut Vec<Diagnostic>) {
    let mut first: BTreeMap<&str, &Case> = BTreeMap::new();
    for case in &suite.cases {
        match first.get(case.id.as_str()) {
            Some(known)
                if known.template == case.template
                    && known.place != case.place
                    && known.id != known.template =>
            {
                // two records with one id: said where the column is read
            }
            Some(known) => out.push(
                Diagnostic::new(case.place.clone(), format!("a second case `{}`", case.id))
                    .also(known.place.clone(), "first here")
                    .help("give it a name of its own"),
            ),
            None => {
                first.insert(&case.id, case);
            }
        }
    }
    // they would share a snapshot
    let records = suite.cases.iter().filter(|case| case.id != case.template);
    let mut told = BTreeSet::new();
    for record in records {
        if let Some(case) = first.get(record.template.as_str())
            && told.insert(&record.template)
        {
            out.push(
                Diagnostic::new(
                    case.place.clone(),
                    format!("case `{}` has the name of a template", case.id),
                )
                .also(record.place.clone(), "a record of the template")
                .help("give it a name of its own"),
            );
        }
    }
}

fn case_alone(suite: &Suite, case: &Case, out: &mut Vec<Diagnostic>) {
    if case.private && case.fixture.is_none() {
        out.push(
            Diagnostic::new(
                case.place.clone(),
                format!("case `{}` has no fixture that could be private", case.id),
            )
            .help("name a `fixture`, or delete `private`"),
        );
    }
    if case.clauses.is_empty() {
        out.push(
            Diagnostic::new(
                case.place.clone(),
                format!("case `{}` tests no clause", case.id),
            )
            .help("name the clauses it tests: `clauses = [\"…\"]`"),
        );
    }
    let own = Own::of(suite, &case.clauses);
    for step in &case.steps {
        if let Some(request) = step.action.request()
            && let Some(operation) = suite.service.operations.get(&step.operation)
            && !matches!(operation.method, http::Method::GET | http::Method::HEAD)
            && matches!(request, Request::Members(_))
            && !case.private
        {
            out.push(
                Diagnostic::new(
                    step.place.clone(),
                    format!("`{}` would change what other cases read", operation.name),
                )
                .help("add `private = true` to the case, so that it has a fixture of its own"),
            );
        }
        for assertion in &step.assertions {
            own.governs(assertion, out);
        }
    }
}

/// Every clause is tested by some suite, or says why not.
fn untested(clauses: &[Clause], suites: &[Suite], out: &mut Vec<Diagnostic>) {
    let mut tested: BTreeSet<&String> = BTreeSet::new();
    for suite in suites {
        tested.extend(suite.cases.iter().flat_map(|case| &case.clauses));
        tested.extend(suite.invariants().map(|always| &always.clause));
    }
    for clause in clauses {
        match (&clause.untested, tested.contains(&clause.id)) {
            (None, false) => out.push(
                Diagnostic::new(
                    clause.place.clone(),
                    format!("no case tests `{}`", clause.id),
                )
                .help("name it in a case, or say why none can: `untested = \"…\"`"),
            ),
            (Some(_), true) => out.push(
                Diagnostic::new(
                    clause.place.clone(),
                    format!("`{}` is tested and says that it is not", clause.id),
                )
                .help("delete `untested`"),
            ),
            _ => {}
        }
    }
}

/// Says which `<fixture.name>` of a case its fixture does not capture.
fn captures(case: &Case, fixture: Option<&Fixture>, out: &mut Vec<Diagnostic>) {
    let captured: Vec<&str> = fixture
        .iter()
        .flat_map(|fixture| fixture.captured())
        .collect();
    for step in &case.steps {
        let asserted = step
            .assertions
            .iter()
            .flat_map(|assertion| assertion.expected.texts());
        for text in step.action.texts().into_iter().chain(asserted) {
            unknown_captures(text, &captured, &step.place, out);
        }
    }
}
