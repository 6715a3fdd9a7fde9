//! [`Connection`]: a target and the way to it, and what a first look at it tells: its account, and whether it checks
//! signatures.

mod creations;
mod late;
mod look;
mod paces;
mod pulse;
mod ready;

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use bytes::Bytes;
use http::{HeaderValue, header};

use creations::Creations;
pub(crate) use late::Late;
pub(crate) use look::Hopeless;
use paces::Paces;
use pulse::Pulse;

use crate::{
    capability::Capability,
    case::{Auth, Json, Request},
    client::Client,
    clock::Budget,
    jobs::Jobs,
    note::Note,
    observation::{NoAnswer, Observation},
    operation::Operation,
    secret::Redaction,
    sign,
    target::{FAULT_HEADER, Target, other_account},
    text::{Bindings, Text},
    wire,
};

/// Why a target could not be looked at.
#[derive(Debug, thiserror::Error)]
pub enum ConnectionError {
    /// It does not answer at all.
    #[error("{0}; is the target running, and is `--endpoint` right?")]
    NoAnswer(#[from] NoAnswer),
    /// The request could not be made.
    #[error(transparent)]
    Wire(#[from] wire::WireError),
    /// It did not answer in the time that it was given.
    #[error(transparent)]
    Late(#[from] Late),
    /// Its first answers say that a run would be pointless.
    #[error(transparent)]
    Hopeless(#[from] Hopeless),
}

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
    /// Whether somebody chose it, so that another run may have had it.
    pub(crate) is_chosen: bool,
    /// What was found out of its capabilities, where that was looked at.
    pub(crate) found: BTreeMap<Capability, bool>,
    /// Which functions may have been made.
    pub(crate) creations: Creations,
    /// Whether it still answers.
    pub(crate) pulse: Pulse,
    /// A read that tells, once one was answered.
    probe: Option<http::Request<Bytes>>,
    /// Takes secrets out of what comes back.
    redaction: Redaction,
    /// How long the run may wait in all.
    pub(crate) waiting: Budget,
    /// How fast requests go.
    paces: Paces,
    /// How many cases and fixtures are worked on at the same time.
    pub(crate) jobs: Jobs,
}

impl Connection {
    /// Finds out what a target is: its account, if an absent name tells it, and whether it checks signatures. An error if a
    /// run would be pointless, unless that is forced.
    pub async fn open(
        target: Target,
        client: Client,
        operation: &Operation,
        run: &str,
        force: bool,
    ) -> Result<Connection, ConnectionError> {
        let mut connection = Connection::new(target, client, run);
        let read = plain_read(operation, &connection.bindings)?;
        let mut answer = connection.send(Auth::Signed, read.clone()).await?;
        connection.probe = Some(read.clone());
        if !force {
            answer = connection.hopeful(answer, operation).await?;
        }
        if let Some((_, message)) = answer.message() {
            connection.account_of(message);
        }
        let known = connection.target.capabilities.contains(&Capability::Auth);
        if !known && !matches!(answer.status, 401 | 403) {
            let checks = connection.checks_signatures(&read).await;
            connection.find(Capability::Auth, checks);
        }
        Ok(connection)
    }

    /// The way to a target, of which nothing is known yet.
    pub(crate) fn new(target: Target, client: Client, run: &str) -> Connection {
        let bindings = bindings(&target, run);
        let limit = if target.endpoint.is_loopback() {
            Duration::from_secs(60)
        } else {
            Duration::from_secs(600)
        };
        Connection {
            redaction: Redaction::new(&target.secrets()),
            waiting: Budget::new(&target.clock, limit),
            paces: Paces::new(&target, client.timeout()),
            jobs: Jobs::new(1),
            target,
            client,
            bindings,
            run: run.to_owned(),
            is_chosen: false,
            found: BTreeMap::new(),
            creations: Creations::default(),
            pulse: Pulse::default(),
            probe: None,
        }
    }

    /// Whether a read is refused that is not signed as it should be.
    async fn checks_signatures(&self, read: &http::Request<Bytes>) -> bool {
        for auth in [Auth::Unsigned, Auth::UnknownKey, Auth::WrongSecret] {
            let answer = self.send(auth, read.clone()).await;
            if answer.is_ok_and(|answer| matches!(answer.status, 401 | 403)) {
                return true;
            }
        }
        false
    }

    /// Notes whether the target has a capability, as was found out.
    pub(crate) fn find(&mut self, capability: Capability, has: bool) {
        self.found.insert(capability, has);
        if has {
            self.target.capabilities.insert(capability);
        }
    }

    /// What was found out of the target and somebody says otherwise, with what they say.
    pub fn contradicted(&self) -> impl Iterator<Item = (Capability, bool)> {
        let declared = self.target.declared.iter();
        declared.filter_map(|(capability, says)| {
            let found = self.found.get(capability)?;
            (found != says).then_some((*capability, *says))
        })
    }

    /// The first answer, or a second one where the first leaves it open whether this is Lambda; an error if they say that a
    /// run would be pointless.
    async fn hopeful(
        &self,
        first: Observation,
        operation: &Operation,
    ) -> Result<Observation, ConnectionError> {
        let key = &self.target.identities.caller.access_key_id;
        if let Some(hopeless) = look::credentials(&first, key, self.target.clock.now()) {
            return Err(hopeless.into());
        }
        if look::could_be_lambda(&first) {
            return Ok(first);
        }
        let mut bindings = self.bindings.clone();
        bindings.set("run", format!("{}-2", self.run));
        let read = plain_read(operation, &bindings)?;
        let second = self.send(Auth::Signed, read).await?;
        if look::could_be_lambda(&second) {
            return Ok(second);
        }
        Err(Hopeless::NoLambda {
            endpoint: self.target.endpoint.to_string(),
            first: first.in_one_line(),
            second: second.in_one_line(),
        }
        .into())
    }

    /// The account of the target, once it is known.
    pub fn account(&self) -> Option<&str> {
        self.bindings.get("account")
    }

    /// Asks a target that may be gone whether it is, before things are removed from it. Who restarts is given a moment.
    pub(crate) async fn revive(&self) {
        const MOMENT: Duration = Duration::from_secs(2);
        const PAUSE: Duration = Duration::from_millis(100);
        let started = Instant::now();
        while self.pulse.is_doubtful() {
            self.pulse.told(self.asked().await);
            if started.elapsed() > MOMENT {
                return;
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Whether a target answers that answered once; what came instead.
    async fn asked(&self) -> Result<(), String> {
        /// Longer than anybody takes for a read who has answered one before.
        const PATIENCE: Duration = Duration::from_secs(5);
        let Some(mut read) = self.probe.clone() else {
            return Ok(());
        };
        let (target, now) = (&self.target, self.target.clock.now());
        if sign::authorise(&mut read, target, Auth::Signed, now).is_err() {
            return Ok(());
        }
        match tokio::time::timeout(PATIENCE, self.client.send(read, true)).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(error.told(|it| self.redaction.text(&it)).to_string()),
            Err(_) => Err(NoAnswer::Timeout { after: PATIENCE }.to_string()),
        }
    }

    /// Signs and sends one request, as soon as the pace allows. A request that the target throttles, though nobody asked
    /// for that, was not done: it is sent again, until the target has taken nothing at all for too long. No other write is
    /// ever sent twice.
    pub async fn send(
        &self,
        auth: Auth,
        request: http::Request<Bytes>,
    ) -> Result<Observation, NoAnswer> {
        let is_read = matches!(*request.method(), http::Method::GET | http::Method::HEAD);
        let is_fault = request.headers().contains_key(FAULT_HEADER);
        let pace = self.paces.of(&request);
        let mut first: Option<Observation> = None;
        let mut times = 0;
        loop {
            self.pause(pace.turn()).await;
            let mut signed = request.clone();
            sign::authorise(&mut signed, &self.target, auth, self.target.clock.now()).map_err(
                |error| NoAnswer::Unsent {
                    written: request.uri().to_string(),
                    reason: error.to_string(),
                },
            )?;
            let answer = self.exchange(signed, is_read).await?;
            if answer.status != 429 || is_fault {
                pace.took();
                return Ok(answer.after_throttles(times, first));
            }
            times += 1;
            let Some(pause) = pace.again(times, retry_after(&answer)) else {
                return Ok(answer.after_throttles(times - 1, first));
            };
            self.pause(pause).await;
            first = first.or(Some(answer));
        }
    }

    /// Waits so that the target is not asked too often. That holds a job: else all cases would begin, and what one of them
    /// sends next would wait for the first requests of all others.
    async fn pause(&self, time: Duration) {
        if !time.is_zero() {
            self.target.clock.pause(time).await;
        }
    }

    /// Sends a request that is signed. Nobody sees the answer before the secrets are taken out: some targets show in an error
    /// what was sent to them, and reports show errors.
    pub(crate) async fn exchange(
        &self,
        request: http::Request<Bytes>,
        replayable: bool,
    ) -> Result<Observation, NoAnswer> {
        if let Some(reason) = self.pulse.gone() {
            return Err(NoAnswer::Gone { reason });
        }
        self.redaction.sent(request.body());
        let asked = self.pulse.ask();
        let answered = self.client.send(request, replayable).await;
        // whoever says too much is there, and what was never sent says nothing
        let is_there = matches!(
            answered,
            Ok(_) | Err(NoAnswer::TooLarge { .. } | NoAnswer::Unsent { .. })
        );
        asked.end(is_there);
        match answered {
            Ok(answer) => Ok(without_secrets(answer, &self.redaction)),
            Err(error) => {
                self.pulse.feel(async || self.asked().await).await;
                Err(error.told(|reason| self.redaction.text(&reason)))
            }
        }
    }

    /// Takes the account out of a text that holds the ARN of a function.
    pub(crate) fn account_of(&mut self, text: &str) {
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

/// How long the target wants to be left alone. A date is not taken for more than it is worth: clocks differ.
fn retry_after(answer: &Observation) -> Option<Duration> {
    let seconds = answer.header(header::RETRY_AFTER.as_str())?;
    Some(Duration::from_secs(seconds.trim().parse().ok()?))
}

/// The answer without secrets, and a note if it had any.
fn without_secrets(mut answer: Observation, redaction: &Redaction) -> Observation {
    let mut any = false;
    let names: Vec<_> = answer.headers.keys().cloned().collect();
    for name in names {
        // a name cannot be written otherwise
        if redaction.bytes(name.as_str().as_bytes()).is_some() {
            answer.headers.remove(&name);
            any = true;
        }
    }
    for value in answer.headers.values_mut() {
        if let Some(redacted) = redaction.bytes(value.as_bytes()) {
            *value = HeaderValue::from_bytes(&redacted)
                .unwrap_or_else(|_| HeaderValue::from_static("(secret)"));
            any = true;
        }
    }
    if let Some(redacted) = redaction.body(&answer.body) {
        let Observation {
            status,
            headers,
            notes,
            took,
            ..
        } = answer;
        answer = Observation::new(status, headers, redacted);
        answer.notes = notes;
        answer.took = took;
        any = true;
    }
    if any {
        answer.notes.push(Note::Secret);
    }
    answer
}

/// A read of a function that does not exist.
pub(crate) fn plain_read(
    operation: &Operation,
    bindings: &Bindings,
) -> Result<http::Request<Bytes>, wire::WireError> {
    let name = Text::parse("lambda-conformance-<run>-absent").expect("invariant: a placeholder");
    named_read(operation, &name, bindings)
}

/// A read of a function of this name.
pub(crate) fn named_read(
    operation: &Operation,
    name: &Text,
    bindings: &Bindings,
) -> Result<http::Request<Bytes>, wire::WireError> {
    let members = operation
        .labels()
        .map(|label| (label.to_owned(), Json::Text(name.clone())))
        .collect();
    wire::request(operation, &Request::Members(members), bindings)
}

/// The placeholders that need no answer of the target.
pub(crate) fn bindings(target: &Target, run: &str) -> Bindings {
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
