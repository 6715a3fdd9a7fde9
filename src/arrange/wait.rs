//! Waiting until a function is settled.

use std::time::{Duration, SystemTime};

use serde_json::Value;

use super::{
    arranged::Arranged,
    blocked::{Blocked, is_unfound},
};
use crate::{
    case::{Auth, Awaited, Json, Request},
    clock::Waited,
    connection::Connection,
    judge::{self, Due},
    note::Note,
    observation::Observation,
    path::Path,
    suite::Suite,
    text::Text,
    verdict::{Exchange, SetUpStep},
    wire,
};

/// The operation that a wait reads with.
pub(crate) const WAITS_WITH: &str = "GetFunction";

/// Each pause where waiting takes no time and only the requests do: the mock inside has settled a function by then.
const VIRTUAL: Duration = Duration::from_secs(1);

/// How long is waited for something, and how often it is looked at.
#[derive(Clone, Copy)]
pub(super) struct Patience {
    /// The first pause; each is twice as long as the one before.
    shortest: Duration,
    /// The longest pause.
    longest: Duration,
    /// For a function to settle.
    pending: Duration,
    /// For what was just made to be found.
    unfound: Duration,
}

impl Patience {
    /// What a target on this machine gets, and one elsewhere.
    fn of(is_near: bool) -> Patience {
        if is_near {
            return Patience {
                shortest: Duration::from_millis(20),
                longest: Duration::from_millis(200),
                pending: Duration::from_secs(60),
                unfound: Duration::from_secs(5),
            };
        }
        Patience {
            shortest: Duration::from_secs(1),
            longest: Duration::from_secs(5),
            pending: Duration::from_secs(300),
            unfound: Duration::from_secs(30),
        }
    }
}

/// Something that is tried again.
pub(super) struct Tries<'c> {
    connection: &'c Connection,
    patience: Patience,
    started: SystemTime,
    /// How long the run had waited before.
    begun: Duration,
    pause: Duration,
}

impl<'c> Tries<'c> {
    pub(super) fn new(connection: &'c Connection) -> Tries<'c> {
        let clock = &connection.target.clock;
        let patience = Patience::of(connection.target.endpoint.is_loopback());
        Tries {
            connection,
            patience,
            started: clock.now(),
            begun: connection.waiting.begin(),
            pause: if clock.skips() {
                VIRTUAL
            } else {
                patience.shortest
            },
        }
    }

    /// Waits until the request is sent again that did not find what was just made. Else how long that was tried: then it is a
    /// finding. AWS may not know something for a moment after it was made (X-CONSISTENCY).
    pub(super) async fn find(
        &mut self,
        operation: &str,
        notes: &mut Vec<Note>,
    ) -> Result<(), String> {
        let after = self.waited();
        if after > self.patience.unfound {
            return Err(format!("after {} s", self.patience.unfound.as_secs()));
        }
        if self.connection.target.endpoint.is_loopback() {
            notes.push(Note::Unfound {
                operation: operation.to_owned(),
                after,
            });
        }
        self.rest().await
    }

    /// Waits until the function is looked at again. Else how long was waited.
    async fn settle(&mut self) -> Result<(), String> {
        if self.waited() > self.patience.pending {
            return Err(format!("within {} s", self.patience.pending.as_secs()));
        }
        self.rest().await
    }

    /// What was waited for came.
    pub(super) fn came(&self) {
        self.connection.waiting.came(self.begun);
    }

    fn waited(&self) -> Duration {
        let now = self.connection.target.clock.now();
        now.duration_since(self.started).unwrap_or_default()
    }

    async fn rest(&mut self) -> Result<(), String> {
        let Waited { in_vain, limit, .. } = self.connection.waiting.waited();
        if in_vain > limit {
            let limit = limit.as_secs();
            return Err(format!("within the {limit} s that a run waits in vain"));
        }
        let Connection { jobs, target, .. } = self.connection;
        jobs.lend(&target.clock, self.pause).await;
        if !target.clock.skips() {
            self.pause = (self.pause * 2).min(self.patience.longest);
        }
        Ok(())
    }
}

/// What a read tells of a function.
enum Life {
    Settled,
    Pending,
    Updated,
    Failed,
}

fn life(answer: &Observation) -> Life {
    let body = answer.json().ok();
    let configuration = body.and_then(|body| body.get("Configuration"));
    let configuration = configuration.unwrap_or(&Value::Null);
    let (state, update) = (&configuration["State"], &configuration["LastUpdateStatus"]);
    if state == "Failed" || update == "Failed" {
        Life::Failed
    } else if state == "Pending" {
        Life::Pending
    } else if update == "InProgress" {
        Life::Updated
    } else {
        Life::Settled
    }
}

/// Whether a read shows no state.
fn is_stateless(answer: &Observation) -> bool {
    let body = answer.json().ok();
    body.is_none_or(|body| body["Configuration"]["State"].is_null())
}

impl Connection {
    /// Waits, and has the last read judged.
    pub(crate) async fn wait(
        &self,
        suite: &Suite,
        awaited: &Awaited,
        at: SetUpStep,
        arranged: &mut Arranged,
    ) -> Result<(), Blocked> {
        let (function, qualifier) = match awaited {
            Awaited::Settled {
                function,
                qualifier,
            } => (function, qualifier),
            Awaited::Time(time) => {
                self.jobs.lend(&self.target.clock, *time).await;
                return Ok(());
            }
        };
        let Some(operation) = suite.service.operations.get(WAITS_WITH) else {
            let reason = format!("operations.toml has no `{WAITS_WITH}` to wait with");
            return Err(Blocked::Unmade(reason));
        };
        let name = function
            .clone()
            .unwrap_or_else(|| Text::parse("<function>").expect("invariant: a placeholder"));
        let mut members = vec![("FunctionName".to_owned(), Json::Text(name))];
        let qualifier = qualifier.clone();
        members.extend(qualifier.map(|qualifier| ("Qualifier".to_owned(), Json::Text(qualifier))));
        let sent = Request::Members(members);
        let request = wire::request(operation, &sent, &arranged.bindings)
            .map_err(|error| Blocked::Unmade(format!("{at}: {error}")))?;
        let mut tries = Tries::new(self);
        let (answer, in_vain) = loop {
            let answer = match self.send(Auth::Signed, request.clone()).await {
                Ok(answer) => answer,
                Err(error) => return Err(Blocked::no_answer(&at, &error)),
            };
            let again = match life(&answer) {
                _ if is_unfound(&answer) => tries.find(WAITS_WITH, &mut arranged.notes).await,
                Life::Pending => {
                    arranged.settles = true;
                    tries.settle().await
                }
                Life::Updated => tries.settle().await,
                Life::Settled | Life::Failed => {
                    tries.came();
                    break (answer, None);
                }
            };
            if let Err(how_long) = again {
                break (answer, Some(how_long));
            }
        };
        let exchange = Exchange {
            step: 0,
            request,
            answer,
        };
        let answer = &exchange.answer;
        let ended = match (life(answer), &in_vain) {
            (_, Some(how_long)) => Err(Blocked::wrong(&at, answer, how_long)),
            _ if answer.is_error() => Err(Blocked::answered(
                &at,
                &exchange,
                &arranged.answers,
                &arranged.bindings,
                self.is_chosen,
            )),
            (Life::Failed, None) => Err(Blocked::failed(&at, answer, &arranged.bindings)),
            (Life::Settled, None) if is_stateless(answer) => {
                arranged.notes.push(Note::NoState);
                Ok(())
            }
            _ => Ok(()),
        };
        if matches!(ended, Ok(()) | Err(Blocked::Wrong { .. })) {
            let bindings = &arranged.bindings;
            let mut judged = judge::set_up(suite, &at, &sent, bindings, &exchange, Due::Settled);
            if ended.is_err() {
                let states = ["State", "LastUpdateStatus"].map(|name| Path::key("body").then(name));
                judged.fail_for(|part| part.root() == "status" || states.contains(part));
            }
            for mismatch in &mut judged.own {
                if let Some(how_long) = &in_vain {
                    mismatch.expected = format!("{} {how_long}", mismatch.expected);
                }
            }
            arranged.judged.add(judged);
        }
        arranged.answers.push((at.step, exchange));
        ended
    }
}
