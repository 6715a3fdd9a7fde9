//! From a case to its [`Outcome`]: sends the requests, and has the answers judged.
//!
//! [`Session::run`] and [`Session::judge`] are the only judges of a case. Has no opinion of its own, except about answers that never come.

use std::{panic::AssertUnwindSafe, time::Instant};

use futures_util::{FutureExt, StreamExt, future, stream};
use http::HeaderValue;

use crate::{
    arrange::{Arranged, Blocked},
    case::{Action, Auth, Case, Step},
    connection, judge,
    level::{Basis, Level},
    observation::{NoAnswer, Observation},
    path::Path,
    plan::{self, Item},
    session::Session,
    suite::Suite,
    target::FAULT_HEADER,
    text::Bindings,
    verdict::{Exchange, Kind, Listed, Mismatch, Obstacle, Origin, Outcome, Verdict},
    wire::{self, WireError},
};

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// With the last case.
    Whole,
    /// Before it, because whoever was told wanted no more.
    Stopped,
    /// Before it, because the target was gone.
    Vanished,
}

impl Session {
    /// Runs cases, some at a time, and tells their outcomes in the order of the cases. `told` returns whether to go on.
    ///
    /// The fixtures must stand: [`Session::arrange`] makes them.
    pub async fn run<'s>(
        &self,
        items: &[Item<'s>],
        mut told: impl FnMut(Item<'s>, &Outcome) -> bool,
    ) -> Ended {
        /// So many cases in a row that find nobody listening mean that the target is gone.
        const GONE: usize = 3;
        let mut outcomes = stream::iter(items)
            .map(|item| async move { (*item, self.judge(*item).await) })
            .buffered(self.jobs);
        let mut unreachable = 0;
        while let Some((item, outcome)) = outcomes.next().await {
            if outcome.unreachable {
                unreachable += 1;
            } else if !matches!(outcome.verdict, Verdict::NotTestable { .. }) {
                unreachable = 0;
            }
            if !told(item, &outcome) {
                return Ended::Stopped;
            }
            if unreachable == GONE {
                return Ended::Vanished;
            }
        }
        Ended::Whole
    }

    /// Runs one case, if the target can be asked it at this level.
    pub async fn judge(&self, item: Item<'_>) -> Outcome {
        match plan::obstacle(item.case, &self.connection.target, self.level) {
            Some((class, reason)) => self.untried(item.case, class, &reason),
            None => {
                let _work = self.connection.target.clock.begin();
                one(item.suite, item.case, self).await
            }
        }
    }

    /// The outcome of a case that is not tried.
    fn untried(&self, case: &Case, class: Obstacle, reason: &str) -> Outcome {
        let reason = reason.to_owned();
        self.known(
            case,
            Outcome::unjudged(Verdict::NotTestable { class, reason }),
        )
    }

    /// The outcome, with what the baseline says of it.
    fn known(&self, case: &Case, mut outcome: Outcome) -> Outcome {
        if let Some(baseline) = &self.baseline {
            baseline.apply(case, &mut outcome);
        }
        outcome
    }
}

/// Why there is nothing to judge.
enum Stopped {
    SetUp(String),
    Unsendable(String),
    NoAnswer { step: usize, error: NoAnswer },
}

impl From<WireError> for Stopped {
    fn from(error: WireError) -> Stopped {
        match error {
            WireError::Unbound(unbound) => Stopped::SetUp(unbound.to_string()),
            other => Stopped::Unsendable(other.to_string()),
        }
    }
}

/// Runs one case and judges it. A panic on the way is an outcome too: what the run made is still to be taken away.
async fn one(suite: &Suite, case: &Case, session: &Session) -> Outcome {
    let outcome = match AssertUnwindSafe(try_one(suite, case, session))
        .catch_unwind()
        .await
    {
        Ok(outcome) => outcome,
        Err(_) => Outcome::unjudged(Verdict::Inconclusive {
            reason:
                "lambda-conformance panicked on this case; its message is above, please report it"
                    .to_owned(),
        }),
    };
    session.known(case, outcome)
}

async fn try_one(suite: &Suite, case: &Case, session: &Session) -> Outcome {
    let started = Instant::now();
    let mut exchanges = Vec::new();
    let mut outcome = match arranged(suite, case, session).await {
        Err(reason) => Outcome::unjudged(Verdict::NotTestable {
            class: Obstacle::SetUp,
            reason,
        }),
        Ok(mut arranged) => {
            let mut outcome =
                match exchange(suite, case, session, &mut arranged, &mut exchanges).await {
                    Ok(()) => judged(suite, case, session, &arranged.bindings, &exchanges),
                    Err(Stopped::SetUp(reason)) => Outcome::unjudged(Verdict::NotTestable {
                        class: Obstacle::SetUp,
                        reason,
                    }),
                    Err(Stopped::Unsendable(reason)) => {
                        Outcome::unjudged(Verdict::Inconclusive { reason })
                    }
                    Err(Stopped::NoAnswer { step, error }) => {
                        no_answer(suite, case, session, step, error).await
                    }
                };
            outcome.notes.extend(arranged.notes.iter().cloned());
            let step = outcome
                .mismatches
                .first()
                .or(outcome.common.first())
                .map_or(0, |mismatch| mismatch.step);
            outcome.replay = exchanges
                .iter()
                .find(|exchange| exchange.step == step)
                .map(|exchange| {
                    wire::curl(&exchange.request, &session.connection.target, case.auth)
                })
                .or_else(|| {
                    let request =
                        request(suite, case, case.steps.get(step)?, &arranged.bindings)?.ok()?;
                    Some(wire::curl(&request, &session.connection.target, case.auth))
                })
                .unwrap_or_default();
            outcome
        }
    };
    outcome.exchanges = exchanges;
    outcome.duration = started.elapsed();
    outcome
}

/// The session of a case: nothing, a fixture that stands, or one that is made for it alone.
async fn arranged(suite: &Suite, case: &Case, session: &Session) -> Result<Arranged, Blocked> {
    let Some(name) = &case.fixture else {
        return Ok(Arranged {
            bindings: session.connection.bindings.clone(),
            answers: Vec::new(),
            settles: false,
            notes: Vec::new(),
        });
    };
    if !case.private {
        return match session.fixtures.get(name) {
            Some(arranged) => arranged.clone(),
            None => Err(format!("fixture `{name}` was not made")),
        };
    }
    let service = &suite.service;
    session
        .connection
        .make(
            service,
            &service.fixtures[name],
            Some(case),
            &session.journal,
        )
        .await
}

async fn exchange(
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
                let waited = session
                    .connection
                    .wait(&suite.service, awaited, arranged)
                    .await;
                waited.map_err(Stopped::SetUp)?;
                continue;
            }
            Action::Of(name) => {
                let answer = arranged.answers.iter().find(|(known, _)| known == name);
                let (_, exchange) =
                    answer.ok_or_else(|| Stopped::SetUp(format!("step `{name}` got no answer")))?;
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
        let send = |request: &http::Request<bytes::Bytes>| {
            session.connection.send(case.auth, request.clone())
        };
        let answers: Vec<Result<Observation, NoAnswer>> = if step.together {
            future::join_all(requests.iter().map(|(_, request)| send(request))).await
        } else {
            let mut answers = Vec::new();
            for (_, request) in &requests {
                answers.push(send(request).await);
            }
            answers
        };
        for ((step, request), answer) in requests.into_iter().zip(answers) {
            exchanges.push(Exchange {
                step,
                request,
                answer: answer.map_err(|error| Stopped::NoAnswer { step, error })?,
            });
        }
    }
    Ok(())
}

/// The request of a step, if it sends one: neither addressed nor signed.
pub fn request(
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

fn judged(
    suite: &Suite,
    case: &Case,
    session: &Session,
    bindings: &Bindings,
    exchanges: &[Exchange],
) -> Outcome {
    let judgement = judge::judge(suite, case, bindings, exchanges);
    let counts = |mismatch: &Mismatch| mismatch.level <= session.level;
    let mut outcome = Outcome::unjudged(Verdict::Passed);
    outcome.bindings = bindings.clone();
    outcome.notes = judgement.notes;
    let (own, mut beyond): (Vec<_>, Vec<_>) = judgement.own.into_iter().partition(counts);
    let (common, stricter): (Vec<_>, Vec<_>) = judgement.common.into_iter().partition(counts);
    beyond.extend(stricter);
    outcome.common = common;
    outcome.beyond = beyond;
    if let Some(reason) = throttled(case, exchanges) {
        outcome.verdict = Verdict::Inconclusive { reason };
        return outcome;
    }
    outcome.decided = judgement
        .decided
        .into_iter()
        .filter(|(_, level)| *level <= session.level)
        .map(|(clause, _)| clause)
        .collect();
    outcome.mismatches = own;
    if !outcome.mismatches.is_empty() {
        outcome.verdict = Verdict::Failed;
    }
    outcome
}

/// A throttle that nobody asked for says nothing of the contract.
fn throttled(case: &Case, exchanges: &[Exchange]) -> Option<String> {
    if case.fault.is_some() {
        return None;
    }
    exchanges
        .iter()
        .any(|exchange| exchange.answer.status == 429)
        .then(|| "the target throttled the request (429); lower `--jobs` or try later".to_owned())
}

/// A closed connection is a failure if the target answers otherwise; anything else says nothing.
async fn no_answer(
    suite: &Suite,
    case: &Case,
    session: &Session,
    step: usize,
    error: NoAnswer,
) -> Outcome {
    let mut outcome = Outcome::unjudged(Verdict::Inconclusive {
        reason: error.to_string(),
    });
    outcome.unreachable = error.is_unreachable();
    if !error.is_closed() {
        return outcome;
    }
    let operation = suite.service.probe();
    let Ok(read) = connection::plain_read(operation, &session.connection.bindings) else {
        return outcome;
    };
    if let Err(error) = session.connection.send(Auth::Signed, read).await {
        outcome.unreachable = error.is_unreachable();
        return outcome;
    }
    let at = Path::key("connection");
    let clause = suite
        .governing(&case.clauses, &at)
        .or_else(|| case.clauses.first().and_then(|id| suite.clause(id)));
    let Some(clause) = clause else { return outcome };
    outcome.verdict = Verdict::Failed;
    outcome.mismatches.push(Mismatch {
        at,
        kind: Kind::Missing,
        origin: Origin::Case,
        expected: "an answer".to_owned(),
        found: format!("closes the connection: {error}"),
        clause: clause.id.clone(),
        basis: clause
            .statement(false)
            .map_or(Basis::Observed, |statement| statement.basis),
        level: Level::Documented,
        step,
        place: case.place.clone(),
        listed: Listed::No,
    });
    outcome.decided.insert(clause.id.clone());
    outcome
}
