//! What stands on a target before the first case, and what is taken away after the last: the role and the fixtures.
//!
//! Everything is done through the target's own operations, over the same path as a case.

mod arranged;
pub(crate) mod blocked;
mod iam;
pub(crate) mod journal;
mod removal;
pub(crate) mod role;
mod step;
pub(crate) mod wait;

use std::collections::BTreeMap;

use futures_util::{StreamExt, stream};

pub(crate) use arranged::Arranged;
use journal::Journal;
use wait::WAITS_WITH;

use crate::{
    capability::Capability,
    case::Case,
    connection::Connection,
    fixture::{Fixture, FixtureAction},
    suite::Suite,
    verdict::SetUpStep,
};

impl Connection {
    /// Makes fixtures, some at a time, and tells each. What was learnt of the target on the way is kept.
    pub(crate) async fn arrange<'f>(
        &mut self,
        fixtures: impl IntoIterator<Item = (&'f Suite, &'f Fixture)>,
        journal: &Journal,
        mut made_one: impl FnMut(),
    ) -> BTreeMap<String, Arranged> {
        let connection: &Connection = self;
        let mut made: BTreeMap<String, Arranged> = stream::iter(fixtures)
            .map(|(suite, fixture)| async move {
                let _job = connection.jobs.begin().await;
                let _work = connection.target.clock.begin();
                let made = connection.make(suite, fixture, None, journal).await;
                (fixture.name.clone(), made)
            })
            .buffer_unordered(connection.jobs.begun())
            .inspect(|_| made_one())
            .collect()
            .await;
        // of what could not be made, nothing is known
        if made.values().any(|arranged| arranged.blocked.is_none()) {
            let settles = made.values().any(|arranged| arranged.settles);
            let before = self.found.get(&Capability::Settling) == Some(&true);
            self.find(Capability::Settling, settles || before);
        }
        if self.account().is_none() {
            self.account_from(&mut made);
        }
        made
    }

    /// Takes the account out of the ARN of a function that was made, and hands it to the fixtures that were made without it.
    fn account_from(&mut self, made: &mut BTreeMap<String, Arranged>) {
        let mut answers = made
            .values()
            .flat_map(|arranged| &arranged.answers)
            .filter_map(|(_, exchange)| exchange.answer.json().ok());
        if let Some(arn) = answers.find_map(|body| body.get("FunctionArn")?.as_str()) {
            self.account_of(arn);
        }
        for arranged in made.values_mut() {
            for name in ["account", "other-account"] {
                if let Some(value) = self.bindings.get(name) {
                    arranged.bindings.set(name, value);
                }
            }
        }
    }

    /// Makes one fixture, for all cases or for one alone, as far as that is possible. Its answers are judged.
    pub(crate) async fn make(
        &self,
        suite: &Suite,
        fixture: &Fixture,
        of: Option<&Case>,
        journal: &Journal,
    ) -> Arranged {
        let mut arranged = Arranged {
            bindings: journal.under_role(&self.bindings),
            ..Arranged::default()
        };
        arranged
            .bindings
            .set("function", fixture.function(&self.run, of));
        // before anything is made: what is not noted cannot be taken away
        let entry = journal.note(fixture, &arranged.bindings);
        for step in &fixture.steps {
            let operation = step.call().map(|call| call.operation.as_str());
            let at = SetUpStep {
                fixture: Some(fixture.name.clone()),
                step: step.name.clone(),
                operation: operation.unwrap_or(WAITS_WITH).to_owned(),
                place: step.place.clone(),
            };
            let done = match &step.does {
                FixtureAction::Wait(awaited) => self.wait(suite, awaited, at, &mut arranged).await,
                FixtureAction::Call(call) => {
                    self.step(suite, call, at, &mut arranged, journal).await
                }
            };
            journal.update(entry, &arranged.bindings);
            if let Err(blocked) = done {
                arranged.blocked = Some(blocked);
                break;
            }
        }
        arranged
    }
}
