//! What stands on a target before the first case, and what is taken away after the last: the role and the fixtures.
//!
//! Everything is done through the target's own operations, over the same path as a case.

pub(crate) mod blocked;
mod iam;
pub(crate) mod journal;
mod removal;
pub(crate) mod role;
mod wait;

use std::collections::BTreeMap;

use futures_util::{StreamExt, stream};
use serde_json::Value;

use blocked::Blocked;
use journal::Journal;
use role::Called;

use crate::{
    capability::Capability,
    case::{Auth, Case},
    connection::Connection,
    fixture::{Call, Fixture, FixtureAction},
    note::Note,
    observation::Observation,
    path::{self, Path},
    suite::Service,
    text::{Bindings, CAPTURED},
    verdict::{Exchange, SetUpStep},
    wire,
};

/// The operation that a wait reads with.
pub(crate) const WAITS_WITH: &str = "GetFunction";

/// A fixture that stands.
#[derive(Clone, Debug)]
pub struct Arranged {
    /// The values of the placeholders of its cases.
    pub bindings: Bindings,
    /// What its requests got, by the name of the step.
    pub answers: Vec<(String, Exchange)>,
    /// Whether a new function was still Pending when it was read.
    pub settles: bool,
    /// What is worth knowing.
    pub notes: Vec<Note>,
}

impl Connection {
    /// Makes fixtures, `jobs` at a time. What was learnt of the target on the way is kept.
    pub(crate) async fn arrange<'f>(
        &mut self,
        service: &Service,
        fixtures: impl IntoIterator<Item = &'f Fixture>,
        journal: &Journal,
        jobs: usize,
    ) -> BTreeMap<String, Result<Arranged, Blocked>> {
        let connection: &Connection = self;
        let mut made: BTreeMap<String, Result<Arranged, Blocked>> = stream::iter(fixtures)
            .map(|fixture| async move {
                let _work = connection.target.clock.begin();
                let made = connection.make(service, fixture, None, journal).await;
                (fixture.name.clone(), made)
            })
            .buffer_unordered(jobs.max(1))
            .collect()
            .await;
        // of what could not be made, nothing is known
        if made.values().any(Result::is_ok) {
            let settles = made.values().flatten().any(|arranged| arranged.settles);
            let before = self.found.get(&Capability::Settling) == Some(&true);
            self.find(Capability::Settling, settles || before);
        }
        if self.account().is_none() {
            self.account_from(&mut made);
        }
        made
    }

    /// Takes the account out of the ARN of a function that was made, and hands it to the fixtures that were made without it.
    fn account_from(&mut self, made: &mut BTreeMap<String, Result<Arranged, Blocked>>) {
        let mut answers = made
            .values()
            .flatten()
            .flat_map(|arranged| &arranged.answers)
            .filter_map(|(_, exchange)| exchange.answer.json().ok());
        if let Some(arn) = answers.find_map(|body| body.get("FunctionArn")?.as_str()) {
            self.account_of(arn);
        }
        for arranged in made.values_mut().flatten() {
            for name in ["account", "other-account"] {
                if let Some(value) = self.bindings.get(name) {
                    arranged.bindings.set(name, value);
                }
            }
        }
    }

    /// Makes one fixture, for all cases or for one alone.
    pub(crate) async fn make(
        &self,
        service: &Service,
        fixture: &Fixture,
        of: Option<&Case>,
        journal: &Journal,
    ) -> Result<Arranged, Blocked> {
        let mut arranged = Arranged {
            bindings: journal.under_role(&self.bindings),
            answers: Vec::new(),
            settles: false,
            notes: Vec::new(),
        };
        arranged
            .bindings
            .set("function", fixture.function(&self.run, of));
        // before anything is made: what is not noted cannot be taken away
        let entry = journal.note(fixture, &arranged.bindings);
        for step in &fixture.steps {
            let at = SetUpStep {
                fixture: Some(fixture.name.clone()),
                step: step.name.clone(),
                operation: match &step.does {
                    FixtureAction::Call(call) => call.operation.clone(),
                    FixtureAction::Wait(_) => WAITS_WITH.to_owned(),
                },
            };
            match &step.does {
                FixtureAction::Wait(awaited) => {
                    self.wait(service, awaited, at, &mut arranged).await?;
                }
                FixtureAction::Call(call) => {
                    self.step(service, call, at, &mut arranged, journal).await?;
                }
            }
            journal.update(entry, &arranged.bindings);
        }
        Ok(arranged)
    }

    async fn step(
        &self,
        service: &Service,
        call: &Call,
        at: SetUpStep,
        arranged: &mut Arranged,
        journal: &Journal,
    ) -> Result<(), Blocked> {
        let operation = &service.operations[&call.operation];
        let request = wire::request(operation, &call.request, &arranged.bindings)
            .map_err(|error| Blocked::Unmade(format!("{at}: {error}")))?;
        let called = self
            .call(
                &call.operation,
                Auth::Signed,
                request,
                &arranged.bindings,
                journal.role(),
            )
            .await;
        let Called {
            request,
            answer,
            role,
            lacking,
        } = match called {
            Ok(called) => called,
            Err(error) => return Err(Blocked::no_answer(at, &error)),
        };
        if let Some(refusal) = lacking {
            return Err(Blocked::Refused { at: None, refusal });
        }
        if let Some(arn) = role {
            arranged.bindings.set("role", arn);
        }
        if answer.status >= 300 {
            return Err(Blocked::answered(at, &answer, &arranged.bindings));
        }
        for (name, path) in &call.capture {
            let Some(value) = value_at(&answer, path) else {
                return Err(Blocked::without(at, &answer, path));
            };
            arranged.bindings.set(&format!("{CAPTURED}.{name}"), value);
        }
        if let Some(zip) = &call.zip {
            arranged
                .bindings
                .set("zip.size", zip.bytes.len().to_string());
            arranged.bindings.set("zip.sha256", zip.sha256());
        }
        arranged.answers.push((
            at.step,
            Exchange {
                step: 0,
                request,
                answer,
            },
        ));
        Ok(())
    }
}

/// A scalar of an answer's body, as text.
fn value_at(answer: &Observation, path: &Path) -> Option<String> {
    match path::find(answer.json().ok()?, path.0.get(1..)?)? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}
