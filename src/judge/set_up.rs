//! The answers to steps that set cases up: held against what is asserted of such answers, and against what is asserted of every
//! answer.

use std::sync::Arc;

use super::{
    Judgement, asserted,
    check::Check,
    form,
    gathered::{Demand, Gathered, Subject},
    judgement, presence,
};
use crate::{
    case::{Action, Assertion, Auth, Case, Expected, Invariant, Json, Request, Step, When},
    level::Level,
    observation::Observation,
    path::Path,
    suite::Suite,
    text::{Bindings, Matched},
    verdict::{Exchange, Mismatch, Origin, SetUpStep},
};

/// What is asserted of an answer, besides what is asserted of every answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Due {
    /// What a success of the operation has.
    Success,
    /// What the read has that ends a wait, as if it were one of the configuration that stands in it.
    Settled,
}

/// Judges the answer to a step that sets a case up. Nothing is a mismatch of the case: whether it fails, the caller knows.
pub fn set_up(
    suite: &Suite,
    at: &SetUpStep,
    sent: &Request,
    bindings: &Bindings,
    exchange: &Exchange,
    due: Due,
) -> Judgement {
    let is_due = |when: &When| match when {
        When::SetUp {
            operations,
            sent: member,
        } => {
            let has = |member: &String| sent.member(member).is_some();
            due == Due::Success
                && operations.contains(&at.operation)
                && member.as_ref().is_none_or(has)
        }
        When::Settled => due == Due::Settled,
        _ => false,
    };
    let mut exchange = Exchange {
        step: 0,
        ..exchange.clone()
    };
    if due == Due::Settled
        && let Ok(body) = exchange.answer.json()
        && let Some(configuration) = body.get("Configuration")
    {
        let answer = &exchange.answer;
        let (status, headers) = (answer.status, answer.headers.clone());
        exchange.answer = Observation::of_json(status, headers, configuration.clone());
    }
    let case = case_of(suite, at, sent, &at.operation);
    let subject = Subject {
        suite,
        case: &case,
        bindings,
    };
    let mut matched = Matched::default();
    let mut found = Gathered::default();
    let invariants = suite.invariants().filter(|always| is_due(&always.when));
    let mut demands: Vec<(&Invariant, Assertion)> = invariants
        .flat_map(|always| {
            let echoes = always
                .echoes
                .iter()
                .filter_map(|member| echo(always, member, sent));
            let assertions = always.assertions.iter().cloned().chain(echoes);
            assertions.map(move |assertion| (always, assertion))
        })
        .collect();
    // what follows from the status is not said again
    if exchange.answer.is_error() {
        let is_status = |at: &&Path| at.root() == "status";
        demands.retain(|(_, assertion)| assertion.paths().iter().all(is_status));
    }
    for (always, assertion) in demands {
        let mut check = Check {
            answer: &exchange.answer,
            bindings,
            matched: &mut matched,
            notes: &mut found.notes,
        };
        let differences = check.unmet(&assertion);
        let by = Demand {
            origin: Origin::Invariant,
            level: assertion.level,
            clause: Some(always.clause.clone()),
            choice: false,
            step: 0,
            answer: 0,
            pair: None,
            place: assertion.place,
        };
        found.miss(&by, differences);
        if let Some(level) = by.level {
            found.decide(&always.clause, level);
        }
    }
    let numbered = (0, &exchange);
    asserted::by_suite(subject, numbered, &mut matched, &mut found);
    let form = if suite.has_form_of(&at.operation) {
        &suite.operation
    } else {
        &at.operation
    };
    let formed = &case_of(suite, at, sent, form);
    let subject = Subject {
        case: formed,
        ..subject
    };
    form::by_schema(subject, numbered, &mut found);
    presence::by_table(subject, numbered, &mut found);
    let judgement = judgement(suite, &case, found);
    let of_step = |mismatch: Mismatch| Mismatch {
        expected: format!("{} from {} ({at})", mismatch.expected, at.operation),
        origin: Origin::SetUp(at.clone()),
        ..mismatch
    };
    Judgement {
        common: judgement.common.into_iter().map(of_step).collect(),
        ..judgement
    }
}

/// That a member has the value that was sent. What AWS makes of blanks at the ends of a text is not on record.
fn echo(always: &Invariant, member: &str, sent: &Request) -> Option<Assertion> {
    let expected = match sent.member(member)? {
        Json::Text(text) if text.written().trim() != text.written() => return None,
        Json::Text(text) => Expected::Text(text.clone()),
        json => Expected::Json(json.clone()),
    };
    Some(Assertion {
        at: Path::key("body").then(member),
        expected,
        level: Some(Level::Observed),
        place: always.place.clone(),
    })
}

/// The members that a step may have put there: what functions of nobody's making do not have, this one may have.
fn settable(suite: &Suite, at: &SetUpStep) -> Vec<Assertion> {
    let operations = suite.service.operations.values();
    let inputs: Vec<&String> = operations
        .filter(|operation| suite.has_form_of(&operation.name))
        .flat_map(|operation| &operation.body)
        .collect();
    let members = suite.presence.iter().flat_map(|table| &table.members);
    members
        // the answer has an ImageConfigResponse for an ImageConfig
        .filter(|member| inputs.iter().any(|input| member.name.starts_with(*input)))
        .map(|member| Assertion {
            at: Path::key("body").then(&member.name),
            expected: Expected::Json(Json::Null),
            level: Some(Level::Observed),
            place: at.place.clone(),
        })
        .collect()
}

/// The step as a case of an operation.
fn case_of(suite: &Suite, at: &SetUpStep, sent: &Request, operation: &str) -> Case {
    let step = Step {
        name: None,
        operation: operation.to_owned(),
        action: Action::Send(sent.clone()),
        assertions: settable(suite, at),
        repeat: 1,
        together: false,
        place: at.place.clone(),
    };
    Case {
        id: at.to_string(),
        template: at.to_string(),
        summary: String::new(),
        clauses: Vec::new(),
        issues: Vec::new(),
        fixture: at.fixture.clone(),
        private: false,
        requires: Vec::new(),
        fault: None,
        auth: Auth::Signed,
        written: Arc::new(Vec::new()),
        steps: vec![step],
        relations: Vec::new(),
        fields: Arc::new(Vec::new()),
        place: at.place.clone(),
    }
}
