//! What stands on a target before the first case, and what is taken away after the last: the role and the fixtures.
//!
//! Everything is done through the target's own operations, over the same path as a case.

mod iam;
pub(crate) mod journal;
mod removal;
pub(crate) mod role;

use std::{collections::BTreeMap, time::Duration};

use futures_util::{StreamExt, stream};
use serde_json::Value;

use journal::Journal;
use role::Called;

use crate::{
    capability::Capability,
    case::{Auth, Awaited, Case, Json, Request},
    connection::Connection,
    fixture::{Fixture, FixtureAction, FixtureStep},
    note::Note,
    observation::Observation,
    path::{self, Path},
    suite::Service,
    text::{Bindings, CAPTURED, Text},
    verdict::Exchange,
    wire,
};

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

/// Why a fixture does not stand: a sentence with the target's own answer.
pub(crate) type Blocked = String;

/// Why a fixture is not made to its end.
enum Stuck {
    /// Something is wrong with this step.
    Step(String),
    /// There is no role, so that no function can be made: one reason for all fixtures.
    Role(String),
}

impl From<String> for Stuck {
    fn from(reason: String) -> Stuck {
        Stuck::Step(reason)
    }
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
        if made.values().flatten().any(|arranged| arranged.settles) {
            self.target.capabilities.insert(Capability::Settling);
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
            self.step(service, step, &mut arranged, journal)
                .await
                .map_err(|stuck| match stuck {
                    Stuck::Step(reason) => {
                        format!("fixture `{}`, step `{}`: {reason}", fixture.name, step.name)
                    }
                    Stuck::Role(reason) => reason,
                })?;
            journal.update(entry, &arranged.bindings);
        }
        Ok(arranged)
    }

    async fn step(
        &self,
        service: &Service,
        step: &FixtureStep,
        arranged: &mut Arranged,
        journal: &Journal,
    ) -> Result<(), Stuck> {
        let call = match &step.does {
            FixtureAction::Wait(awaited) => {
                return Ok(self.wait(service, awaited, arranged).await?);
            }
            FixtureAction::Call(call) => call,
        };
        let operation = &service.operations[&call.operation];
        let request = wire::request(operation, &call.request, &arranged.bindings)
            .map_err(|error| error.to_string())?;
        let Called {
            request,
            answer,
            role,
            lacking,
        } = self
            .call(
                &call.operation,
                Auth::Signed,
                request,
                &arranged.bindings,
                journal.role(),
            )
            .await
            .map_err(|error| error.to_string())?;
        if let Some(reason) = lacking {
            return Err(Stuck::Role(reason));
        }
        if let Some(arn) = role {
            arranged.bindings.set("role", arn);
        }
        if answer.status >= 300 {
            return Err(Stuck::Step(format!(
                "{} was refused: {}",
                call.operation,
                answer.in_one_line()
            )));
        }
        for (name, path) in &call.capture {
            let value = value_at(&answer, path)
                .ok_or_else(|| format!("the answer of {} has no `{path}`", call.operation))?;
            arranged.bindings.set(&format!("{CAPTURED}.{name}"), value);
        }
        if let Some(zip) = &call.zip {
            arranged
                .bindings
                .set("zip.size", zip.bytes.len().to_string());
            arranged.bindings.set("zip.sha256", zip.sha256());
        }
        arranged.answers.push((
            step.name.clone(),
            Exchange {
                step: 0,
                request,
                answer,
            },
        ));
        Ok(())
    }

    /// Reads the function until it is neither being created nor being updated.
    pub(crate) async fn wait(
        &self,
        service: &Service,
        awaited: &Awaited,
        arranged: &mut Arranged,
    ) -> Result<(), String> {
        let (function, qualifier) = match awaited {
            Awaited::Settled {
                function,
                qualifier,
            } => (function, qualifier),
            Awaited::Time(time) => {
                self.target.clock.wait(*time).await;
                return Ok(());
            }
        };
        let near = self.target.endpoint.is_loopback();
        let (shortest, longest, limit, unknown) = if near {
            (
                Duration::from_millis(20),
                Duration::from_secs(1),
                Duration::from_secs(60),
                Duration::from_secs(5),
            )
        } else {
            (
                Duration::from_secs(1),
                Duration::from_secs(5),
                Duration::from_secs(300),
                Duration::from_secs(30),
            )
        };
        let operation = service
            .operations
            .get("GetFunction")
            .ok_or("operations.toml has no `GetFunction` to wait with")?;
        let name = function
            .clone()
            .unwrap_or_else(|| Text::parse("<function>").expect("invariant: a placeholder"));
        let mut members = vec![("FunctionName".to_owned(), Json::Text(name))];
        let qualifier = qualifier.clone();
        members.extend(qualifier.map(|qualifier| ("Qualifier".to_owned(), Json::Text(qualifier))));
        let request = wire::request(operation, &Request::Members(members), &arranged.bindings)
            .map_err(|error| error.to_string())?;
        let clock = &self.target.clock;
        // where waiting takes no time, only the reads do
        let mut pause = if clock.skips() { longest } else { shortest };
        let started = clock.now();
        loop {
            let answer = self
                .send(Auth::Signed, request.clone())
                .await
                .map_err(|error| error.to_string())?;
            if answer.status >= 300 && answer.status != 404 {
                return Err(format!(
                    "the read while waiting was refused: {}",
                    answer.in_one_line()
                ));
            }
            let body = answer
                .json()
                .ok()
                .and_then(|body| body.get("Configuration"))
                .unwrap_or(&Value::Null);
            let (state, update) = (&body["State"], &body["LastUpdateStatus"]);
            if state == "Failed" || update == "Failed" {
                return Err(format!("the function failed: {}", answer.in_one_line()));
            }
            // AWS may not know a function for a moment after it was made (X-CONSISTENCY)
            let pending = answer.status == 404 || state == "Pending" || update == "InProgress";
            arranged.settles |= state == "Pending";
            if !pending {
                if state.is_null() {
                    arranged.notes.push(Note::NoState);
                }
                return Ok(());
            }
            let (limit, state) = if answer.status == 404 {
                (unknown, "still unknown after")
            } else {
                (limit, "not settled within")
            };
            if clock.now() > started + limit {
                return Err(format!(
                    "{state} {} s: {}",
                    limit.as_secs(),
                    answer.in_one_line()
                ));
            }
            clock.wait(pause).await;
            pause = (pause * 2).min(longest);
        }
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
