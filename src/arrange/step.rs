//! One step of a fixture that calls an operation.

use serde_json::Value;

use super::{
    arranged::Arranged,
    blocked::{Blocked, is_unfound},
    journal::Journal,
    role::Called,
    wait::Tries,
};
use crate::{
    case::Auth,
    connection::Connection,
    fixture::Call,
    judge::{self, Due},
    note::Note,
    observation::Observation,
    path::{self, Path},
    suite::Suite,
    text::CAPTURED,
    verdict::{Exchange, SetUpStep},
    wire,
};

impl Connection {
    /// Calls an operation, and has the answer judged.
    pub(super) async fn step(
        &self,
        suite: &Suite,
        call: &Call,
        at: SetUpStep,
        arranged: &mut Arranged,
        journal: &Journal,
    ) -> Result<(), Blocked> {
        let exchange = self.answered(suite, call, &at, arranged, journal).await?;
        if is_done_though_throttled(call, &exchange.answer) {
            let operation = call.operation.clone();
            arranged.notes.push(Note::DoneThoughThrottled { operation });
            arranged.answers.push((at.step, exchange));
            return Ok(());
        }
        let ended = if exchange.answer.is_error() {
            Err(Blocked::answered(
                &at,
                &exchange,
                &arranged.answers,
                &arranged.bindings,
                self.is_chosen,
            ))
        } else {
            captured(call, &at, &exchange.answer, arranged)
        };
        // a refusal says nothing of what the operation answers
        if matches!(ended, Ok(()) | Err(Blocked::Wrong { .. })) {
            let (sent, bindings) = (&call.request, &arranged.bindings);
            let mut judged = judge::set_up(suite, &at, sent, bindings, &exchange, Due::Success);
            if ended.is_err() {
                let needs = |part: &Path| call.capture.iter().any(|(_, path)| path == part);
                judged.fail_for(|part| part.root() == "status" || needs(part));
            }
            arranged.judged.add(judged);
        }
        arranged.answers.push((at.step, exchange));
        if let Some(zip) = &call.zip {
            arranged
                .bindings
                .set("zip.size", zip.bytes.len().to_string());
            arranged.bindings.set("zip.sha256", zip.sha256());
        }
        ended
    }

    /// Sends the request, and again while it does not find what was just made.
    async fn answered(
        &self,
        suite: &Suite,
        call: &Call,
        at: &SetUpStep,
        arranged: &mut Arranged,
        journal: &Journal,
    ) -> Result<Exchange, Blocked> {
        let operation = &suite.service.operations[&call.operation];
        let request = wire::request(operation, &call.request, &arranged.bindings)
            .map_err(|error| Blocked::Unmade(format!("{at}: {error}")))?;
        let mut tries = Tries::new(self);
        loop {
            let (bindings, role) = (&arranged.bindings, journal.role());
            let sent = request.clone();
            let called = self.call(&call.operation, Auth::Signed, sent, bindings, role);
            let Called {
                request,
                answer,
                role,
                lacking,
            } = match called.await {
                Ok(called) => called,
                Err(error) => return Err(Blocked::no_answer(at, &error)),
            };
            if let Some(refusal) = lacking {
                return Err(Blocked::Refused { at: None, refusal });
            }
            if let Some(arn) = role {
                arranged.bindings.set("role", arn);
            }
            let is_gone = is_unfound(&answer) && !arranged.answers.is_empty();
            if !is_gone {
                tries.came();
            }
            let notes = &mut arranged.notes;
            if !is_gone || tries.find(&call.operation, notes).await.is_err() {
                return Ok(Exchange {
                    step: 0,
                    request,
                    answer,
                });
            }
        }
    }
}

/// Whether a target refused to make something twice, which it had made although it throttled that. What a later step needs of
/// the answer is not known then.
fn is_done_though_throttled(call: &Call, answer: &Observation) -> bool {
    answer.status == 409 && answer.throttle.is_some() && call.capture.is_empty()
}

/// Keeps the values of an answer that later steps need.
fn captured(
    call: &Call,
    at: &SetUpStep,
    answer: &Observation,
    arranged: &mut Arranged,
) -> Result<(), Blocked> {
    for (name, path) in &call.capture {
        let Some(value) = value_at(answer, path) else {
            return Err(Blocked::without(at, answer, path));
        };
        arranged.bindings.set(&format!("{CAPTURED}.{name}"), value);
    }
    Ok(())
}

/// A scalar of an answer's body, as text.
fn value_at(answer: &Observation, path: &Path) -> Option<String> {
    match path::find(answer.json().ok()?, path.0.get(1..)?)? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}
