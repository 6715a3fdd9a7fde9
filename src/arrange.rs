//! What stands on a target before the first case, and what is taken away after the last: its account, its capabilities,
//! the role, the fixtures.
//!
//! Everything is done through the target's own operations, over the same path as a case.

mod journal;
mod role;

use std::{
    collections::BTreeMap,
    time::{Duration, Instant, SystemTime},
};

use bytes::Bytes;
use serde_json::Value;

pub use journal::Journal;
pub use role::RoleError;

use crate::{
    case::{Auth, Awaited, Json, Request},
    client::Client,
    fixture::{Fixture, FixtureAction, FixtureStep},
    note::Note,
    observation::{NoAnswer, Observation},
    operation::Operation,
    path::{self, Path},
    sign,
    target::{Target, other_account},
    text::{Bindings, CAPTURED, Text},
    verdict::Exchange,
    wire,
    word::short,
};

/// The operations of a service, by name.
pub type Operations = BTreeMap<String, Operation>;

/// A target and the way to it.
#[derive(Clone, Debug)]
pub struct Connection {
    /// The target.
    pub target: Target,
    /// The way to it.
    pub client: Client,
    /// The values of the placeholders that all cases share.
    pub bindings: Bindings,
    /// The id of the run, which stands in every name.
    pub run: String,
}

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
pub type Blocked = String;

/// Why a target could not be looked at.
#[derive(Debug, thiserror::Error)]
pub enum ArrangeError {
    /// It does not answer at all.
    #[error("{0}; is the target running, and is `--endpoint` right?")]
    NoAnswer(#[from] NoAnswer),
    /// The request could not be made.
    #[error(transparent)]
    Wire(#[from] wire::WireError),
    /// The role could not be made.
    #[error(transparent)]
    Role(#[from] RoleError),
}

impl Connection {
    /// Finds out what a target is: its account, if an absent name tells it, and whether it checks signatures.
    pub async fn open(
        target: Target,
        client: Client,
        operation: &Operation,
        run: &str,
    ) -> Result<Connection, ArrangeError> {
        let bindings = bindings(&target, run);
        let mut connection = Connection {
            target,
            client,
            bindings,
            run: run.to_owned(),
        };
        let read = plain_read(operation, &connection.bindings)?;
        let answer = connection.send(Auth::Signed, read.clone()).await?;
        if let Some((_, message)) = answer.message() {
            connection.account_of(message);
        }
        if !connection.target.can("auth") && !matches!(answer.status, 401 | 403) {
            for auth in [Auth::Unsigned, Auth::UnknownKey, Auth::WrongSecret] {
                let refused = connection
                    .send(auth, read.clone())
                    .await
                    .is_ok_and(|answer| matches!(answer.status, 401 | 403));
                if refused {
                    connection.target.capabilities.insert("auth".to_owned());
                    break;
                }
            }
        }
        Ok(connection)
    }

    /// The account of the target, once it is known.
    pub fn account(&self) -> Option<&str> {
        self.bindings.get("account")
    }

    /// Whether the target still answers at all.
    pub async fn answers(&self, operation: &Operation) -> bool {
        let Ok(read) = plain_read(operation, &self.bindings) else {
            return true;
        };
        !self
            .send(Auth::Signed, read)
            .await
            .is_err_and(|error| error.is_unreachable())
    }

    /// Makes the role that functions run under, where the target wants it to exist.
    pub async fn make_role(&mut self) -> Result<(), ArrangeError> {
        role::make(self).await
    }

    /// Makes fixtures, `jobs` at a time. What was learnt of the target on the way is kept.
    pub async fn arrange<'f>(
        &mut self,
        operations: &Operations,
        fixtures: impl IntoIterator<Item = &'f Fixture>,
        journal: &Journal,
        jobs: usize,
    ) -> BTreeMap<String, Result<Arranged, Blocked>> {
        use futures_util::{StreamExt, stream};
        let connection: &Connection = self;
        let mut made: BTreeMap<String, Result<Arranged, Blocked>> = stream::iter(fixtures)
            .map(|fixture| async move {
                (
                    fixture.name.clone(),
                    connection.make(operations, fixture, None, journal).await,
                )
            })
            .buffer_unordered(jobs.max(1))
            .collect()
            .await;
        if made.values().flatten().any(|arranged| arranged.settles) {
            self.target.capabilities.insert("settling".to_owned());
        }
        if self.account().is_none() {
            let arn = made
                .values()
                .flatten()
                .flat_map(|arranged| &arranged.answers)
                .find_map(|(_, exchange)| {
                    exchange
                        .answer
                        .json()
                        .ok()?
                        .get("FunctionArn")?
                        .as_str()
                        .map(str::to_owned)
                });
            if let Some(arn) = arn {
                self.account_of(&arn);
            }
            for arranged in made.values_mut().flatten() {
                for name in ["account", "other-account"] {
                    if let Some(value) = self.bindings.get(name) {
                        arranged.bindings.set(name, value);
                    }
                }
            }
        }
        made
    }

    /// Makes one fixture; `number` tells the copies of a private one apart.
    pub async fn make(
        &self,
        operations: &Operations,
        fixture: &Fixture,
        number: Option<usize>,
        journal: &Journal,
    ) -> Result<Arranged, Blocked> {
        let mut arranged = Arranged {
            bindings: self.bindings.clone(),
            answers: Vec::new(),
            settles: false,
            notes: Vec::new(),
        };
        arranged
            .bindings
            .set("function", fixture.function(&self.run, number));
        // before anything is made: what is not noted cannot be taken away
        let entry = journal.note(fixture, &arranged.bindings);
        for step in &fixture.steps {
            self.step(operations, step, &mut arranged)
                .await
                .map_err(|reason| {
                    format!("fixture `{}`, step `{}`: {reason}", fixture.name, step.name)
                })?;
            journal.update(entry, &arranged.bindings);
        }
        Ok(arranged)
    }

    async fn step(
        &self,
        operations: &Operations,
        step: &FixtureStep,
        arranged: &mut Arranged,
    ) -> Result<(), String> {
        let call = match &step.does {
            FixtureAction::Wait(awaited) => return self.wait(operations, awaited, arranged).await,
            FixtureAction::Call(call) => call,
        };
        let operation = &operations[&call.operation];
        let request = wire::request(operation, &call.request, &arranged.bindings)
            .map_err(|error| error.to_string())?;
        let answer = self
            .send(Auth::Signed, request.clone())
            .await
            .map_err(|error| error.to_string())?;
        if answer.status >= 300 {
            // AWS and some emulators look whether the role is there, and say only that it cannot be assumed
            let role = answer
                .message()
                .is_some_and(|(_, text)| text.contains("cannot be assumed"));
            let hint = if role {
                "; `--create-role` makes the role first"
            } else {
                ""
            };
            return Err(format!(
                "{} was refused: {}{hint}",
                call.operation,
                told(&answer)
            ));
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
    pub async fn wait(
        &self,
        operations: &Operations,
        awaited: &Awaited,
        arranged: &mut Arranged,
    ) -> Result<(), String> {
        let near = self.target.endpoint.is_loopback();
        let (mut pause, longest, limit) = if near {
            (
                Duration::from_millis(20),
                Duration::from_secs(1),
                Duration::from_secs(60),
            )
        } else {
            (
                Duration::from_secs(1),
                Duration::from_secs(5),
                Duration::from_secs(300),
            )
        };
        let operation = operations
            .get("GetFunction")
            .ok_or("operations.toml has no `GetFunction` to wait with")?;
        let name = awaited
            .function
            .clone()
            .unwrap_or_else(|| Text::parse("<function>").expect("invariant: a placeholder"));
        let mut members = vec![("FunctionName".to_owned(), Json::Text(name))];
        let qualifier = awaited.qualifier.clone();
        members.extend(qualifier.map(|qualifier| ("Qualifier".to_owned(), Json::Text(qualifier))));
        let request = wire::request(operation, &Request::Members(members), &arranged.bindings)
            .map_err(|error| error.to_string())?;
        let started = Instant::now();
        loop {
            let answer = self
                .send(Auth::Signed, request.clone())
                .await
                .map_err(|error| error.to_string())?;
            if answer.status >= 300 && answer.status != 404 {
                return Err(format!(
                    "the read while waiting was refused: {}",
                    told(&answer)
                ));
            }
            let body = answer
                .json()
                .ok()
                .and_then(|body| body.get("Configuration"))
                .unwrap_or(&Value::Null);
            let (state, update) = (&body["State"], &body["LastUpdateStatus"]);
            if state == "Failed" || update == "Failed" {
                return Err(format!("the function failed: {}", told(&answer)));
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
            if started.elapsed() > limit {
                return Err(format!(
                    "not settled within {} s: {}",
                    limit.as_secs(),
                    told(&answer)
                ));
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(longest);
        }
    }

    /// Signs and sends one request. A write is never sent twice.
    pub async fn send(
        &self,
        auth: Auth,
        mut request: http::Request<Bytes>,
    ) -> Result<Observation, NoAnswer> {
        let is_read = matches!(*request.method(), http::Method::GET | http::Method::HEAD);
        sign::authorise(&mut request, &self.target, auth, SystemTime::now()).map_err(|error| {
            NoAnswer::Unsent {
                written: request.uri().to_string(),
                reason: error.to_string(),
            }
        })?;
        let answer = self.client.send(request, is_read).await?;
        Ok(without_secrets(answer, &self.target))
    }

    /// Takes the account out of a text that holds the ARN of a function.
    fn account_of(&mut self, text: &str) {
        if let Some(account) = account(text) {
            self.bindings.set("account", account);
            self.bindings.set("other-account", other_account(account));
        }
    }
}

/// The account in the first ARN of a function. A refusal may name the caller first, whose ARN is that of a user or a role,
/// perhaps of another account.
fn account(text: &str) -> Option<&str> {
    text.match_indices("arn:").find_map(|(at, _)| {
        let mut parts = text[at..].split(':').skip(2);
        let (service, account, kind) = (parts.next()?, parts.nth(1)?, parts.next()?);
        let is_account = account.len() == 12 && account.bytes().all(|b| b.is_ascii_digit());
        (service == "lambda" && kind == "function" && is_account).then_some(account)
    })
}

/// The answer without the caller's secrets: some targets show in an error what was sent to them, and reports show errors.
fn without_secrets(mut answer: Observation, target: &Target) -> Observation {
    /// What everybody uses, such as `test`, is no secret, and a short word would be found everywhere.
    const SHORTEST: usize = 12;
    let caller = &target.identities.caller;
    let secrets = [
        Some(&caller.secret_access_key),
        caller.session_token.as_ref(),
    ];
    for secret in secrets
        .into_iter()
        .flatten()
        .filter(|secret| secret.len() >= SHORTEST)
    {
        let text = String::from_utf8_lossy(&answer.body);
        if text.contains(secret.as_str()) {
            let blotted = text.replace(secret.as_str(), "(secret)").into_bytes();
            let Observation {
                status,
                headers,
                mut notes,
                took,
                ..
            } = answer;
            notes.push(Note::Secret);
            answer = Observation::new(status, headers, blotted);
            answer.notes = notes;
            answer.took = took;
        }
        for value in answer.headers.values_mut() {
            if let Ok(text) = value.to_str()
                && text.contains(secret.as_str())
            {
                *value = http::HeaderValue::from_static("(secret)");
            }
        }
    }
    answer
}

/// Eight letters and digits that no other run of this minute has.
pub fn run_id() -> String {
    let seconds = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .map_or(0, |since| since.as_secs());
    let mut random = fastrand::Rng::with_seed(seconds ^ u64::from(std::process::id()) << 32);
    (0..8)
        .map(|_| {
            if random.bool() {
                random.lowercase()
            } else {
                random.digit(10)
            }
        })
        .collect()
}

/// A read of a function that does not exist.
pub fn plain_read(
    operation: &Operation,
    bindings: &Bindings,
) -> Result<http::Request<Bytes>, wire::WireError> {
    let name = Text::parse("lambda-conformance-<run>-absent").expect("invariant: a placeholder");
    let members = operation
        .labels()
        .map(|label| (label.to_owned(), Json::Text(name.clone())))
        .collect();
    wire::request(operation, &Request::Members(members), bindings)
}

/// The placeholders that need no answer of the target.
pub fn bindings(target: &Target, run: &str) -> Bindings {
    let mut bindings = Bindings::default();
    bindings.set("run", run);
    bindings.set("region", target.region.as_str());
    let other = if target.region == "us-west-2" {
        "us-east-1"
    } else {
        "us-west-2"
    };
    bindings.set("other-region", other);
    bindings.set("partition", target.partition.as_str());
    bindings.set("role", target.role.as_str());
    bindings.set("function", format!("lambda-conformance-{run}-absent"));
    bindings
}

/// An answer in one line.
fn told(answer: &Observation) -> String {
    const LONGEST: usize = 200;
    let text = String::from_utf8_lossy(&answer.body);
    let body = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let body = short(&body, LONGEST);
    let error = answer.error().unwrap_or_default();
    format!("{} {error} {body}", answer.status)
}

/// A scalar of an answer's body, as text.
fn value_at(answer: &Observation, path: &Path) -> Option<String> {
    match path::find(answer.json().ok()?, path.0.get(1..)?)? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(
        "Function not found: arn:aws:lambda:us-east-1:123456789012:function:f",
        Some("123456789012")
    )]
    #[case(
        "arn:aws-cn:lambda:cn-north-1:000000000000:function:f:$LATEST",
        Some("000000000000")
    )]
    #[case("User: arn:aws:iam::210987654321:user/u may not read", None)]
    #[case(
        "User: arn:aws:sts::210987654321:assumed-role/r/s is not authorized to perform: \
         lambda:GetFunctionConfiguration on resource: arn:aws:lambda:us-east-1:123456789012:function:f",
        Some("123456789012")
    )]
    #[case("arn:aws:lambda:us-east-1:123456789012:layer:l:1", None)]
    #[case("Function not found: arn:aws:lambda:us-east-1:none:function:f", None)]
    #[case("Function not found: arn:aws:lambda", None)]
    #[case("Function not found: f", None)]
    fn the_account_is_that_of_a_function(#[case] text: &str, #[case] found: Option<&str>) {
        assert_eq!(account(text), found);
    }
}
