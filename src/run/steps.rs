//! The steps of a case: what is sent, and what stops it.

use futures_util::future;
use http::HeaderValue;

use crate::{
    arrange::{Arranged, blocked::Blocked, role::Called, wait::WAITS_WITH},
    case::{Action, Case, Step},
    observation::NoAnswer,
    session::Session,
    suite::Suite,
    target::FAULT_HEADER,
    text::Bindings,
    verdict::{Exchange, SetUpStep},
    wire::{self, WireError},
};

/// Why there is nothing to judge.
pub(super) enum Stopped {
    SetUp(Blocked),
    Unsendable(String),
    NoAnswer { step: usize, error: NoAnswer },
}

impl From<WireError> for Stopped {
    fn from(error: WireError) -> Stopped {
        match error {
            WireError::Unbound(unbound) => unmade(unbound.to_string()),
            other => Stopped::Unsendable(other.to_string()),
        }
    }
}

fn unmade(reason: String) -> Stopped {
    Stopped::SetUp(Blocked::Unmade(reason))
}

/// Sends the requests of a case, step by step.
pub(super) async fn exchange(
    suite: &Suite,
    case: &Case,
    session: &Session,
    arranged: &mut Arranged,
    exchanges: &mut Vec<Exchange>,
) -> Result<(), Stopped> {
    let mut steps = case.steps.iter().enumerate().peekable();
    while let Some((index, step)) = steps.next() {
        match &step.action {
            Action::Wait(awaited) => {
                let at = SetUpStep {
                    fixture: None,
                    step: step.name.clone().unwrap_or_default(),
                    operation: WAITS_WITH.to_owned(),
                    place: step.place.clone(),
                };
                let connection = &session.connection;
                let waited = connection.wait(suite, awaited, at, arranged).await;
                waited.map_err(Stopped::SetUp)?;
                continue;
            }
            Action::Of(name) => {
                let answer = arranged.answers.iter().find(|(known, _)| known == name);
                let (_, exchange) =
                    answer.ok_or_else(|| unmade(format!("step `{name}` got no answer")))?;
                exchanges.push(Exchange {
                    step: index,
                    ..exchange.clone()
                });
                continue;
            }
            Action::Send(_) => {}
        }
        let mut group = vec![(index, step)];
        while let Some(next) = steps.next_if(|(_, next)| step.together && next.together) {
            group.push(next);
        }
        let mut requests = Vec::new();
        for (index, step) in group {
            let request = request(suite, case, step, &arranged.bindings).transpose()?;
            let times = request
                .iter()
                .flat_map(|request| std::iter::repeat_n((index, request.clone()), step.repeat));
            requests.extend(times);
        }
        let bindings = &arranged.bindings;
        let send = |(index, request): &(usize, http::Request<bytes::Bytes>)| {
            let (connection, role) = (&session.connection, session.journal.role());
            let operation = &case.steps[*index].operation;
            connection.call(operation, case.auth, request.clone(), bindings, role)
        };
        let answers: Vec<Result<Called, NoAnswer>> = if step.together {
            future::join_all(requests.iter().map(send)).await
        } else {
            let mut answers = Vec::new();
            for request in &requests {
                answers.push(send(request).await);
            }
            answers
        };
        for ((step, _), called) in requests.into_iter().zip(answers) {
            let called = called.map_err(|error| Stopped::NoAnswer { step, error })?;
            if let Some(refusal) = called.lacking {
                return Err(Stopped::SetUp(Blocked::Refused { at: None, refusal }));
            }
            if let Some(arn) = called.role {
                arranged.bindings.set("role", arn);
            }
            exchanges.push(Exchange {
                step,
                request: called.request,
                answer: called.answer,
            });
        }
    }
    Ok(())
}

/// The request of a step, if it sends one: neither addressed nor signed.
pub(crate) fn request(
    suite: &Suite,
    case: &Case,
    step: &Step,
    bindings: &Bindings,
) -> Option<Result<http::Request<bytes::Bytes>, WireError>> {
    let operation = &suite.service.operations[&step.operation];
    let mut request = match wire::request(operation, step.action.request()?, bindings) {
        Ok(request) => request,
        Err(error) => return Some(Err(error)),
    };
    if let Some(fault) = case.fault {
        request
            .headers_mut()
            .insert(FAULT_HEADER, HeaderValue::from_static(fault.name()));
    }
    Some(Ok(request))
}
