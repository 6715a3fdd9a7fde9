//! From a case to its [`Outcome`]: sends the requests, and has the answers judged.
//!
//! [`one`] is the only judge of a case. Has no opinion of its own, except about answers that never come.

use std::time::{Duration, Instant, SystemTime};

use futures_util::{StreamExt, future, stream};
use http::HeaderValue;

use crate::{
    arrange,
    case::{Auth, Case, Step},
    client::Client,
    judge,
    level::{Basis, Level},
    observation::{NoAnswer, Observation},
    path::Path,
    plan::{Item, Plan},
    reference::FAULT_HEADER,
    sign,
    suite::Suite,
    target::Target,
    text::{Bindings, Unbound},
    verdict::{Class, Exchange, Kind, Mismatch, Outcome, Verdict},
    wire::{self, WireError},
};

/// What a case is run on.
#[derive(Debug)]
pub struct World {
    /// The target.
    pub target: Target,
    /// The way to it.
    pub client: Client,
    /// The values of the placeholders.
    pub bindings: Bindings,
    /// How strictly to judge.
    pub level: Level,
}

/// Runs the cases of a plan, `jobs` at a time, and hands out the outcomes in the order of the plan.
///
/// `told` returns whether to go on. Returns whether the target was gone before the end.
pub async fn run<'s>(
    plan: &Plan<'s>,
    world: &World,
    jobs: usize,
    mut told: impl FnMut(Item<'s>, &Outcome) -> bool,
) -> bool {
    /// So many cases in a row that find nobody listening mean that the target is gone.
    const GONE: usize = 3;
    let mut outcomes = stream::iter(&plan.items)
        .map(|(item, obstacle)| async move {
            let outcome = match obstacle {
                Some((class, reason)) => Outcome::unjudged(Verdict::NotTestable {
                    class: *class,
                    reason: reason.clone(),
                }),
                None => one(item.suite, item.case, world).await,
            };
            (*item, outcome)
        })
        .buffered(jobs.max(1));
    let mut unreachable = 0;
    while let Some((item, outcome)) = outcomes.next().await {
        if outcome.unreachable {
            unreachable += 1;
        } else if !matches!(outcome.verdict, Verdict::NotTestable { .. }) {
            unreachable = 0;
        }
        if !told(item, &outcome) || unreachable == GONE {
            break;
        }
    }
    unreachable == GONE
}

/// Why there is nothing to judge.
enum Obstacle {
    Unbound(Unbound),
    Unsendable(String),
    NoAnswer { step: usize, error: NoAnswer },
}

impl From<WireError> for Obstacle {
    fn from(error: WireError) -> Obstacle {
        match error {
            WireError::Unbound(unbound) => Obstacle::Unbound(unbound),
            other => Obstacle::Unsendable(other.to_string()),
        }
    }
}

/// Runs one case and judges it.
pub async fn one(suite: &Suite, case: &Case, world: &World) -> Outcome {
    let started = Instant::now();
    let mut exchanges = Vec::new();
    let mut outcome = match exchange(suite, case, world, &mut exchanges).await {
        Ok(()) => judged(suite, case, world, &exchanges),
        Err(Obstacle::Unbound(unbound)) => Outcome::unjudged(Verdict::NotTestable {
            class: Class::SetUp,
            reason: unbound.to_string(),
        }),
        Err(Obstacle::Unsendable(reason)) => Outcome::unjudged(Verdict::Inconclusive { reason }),
        Err(Obstacle::NoAnswer { step, error }) => no_answer(suite, case, world, step, error).await,
    };
    let step = outcome.mismatches.first().or(outcome.common.first()).map_or(0, |mismatch| mismatch.step);
    outcome.replay = case
        .steps
        .get(step)
        .and_then(|step| request(suite, case, step, world).ok())
        .map(|request| wire::curl(&request, &world.target, case.auth))
        .unwrap_or_default();
    outcome.exchanges = exchanges;
    outcome.duration = started.elapsed();
    outcome
}

async fn exchange(
    suite: &Suite,
    case: &Case,
    world: &World,
    exchanges: &mut Vec<Exchange>,
) -> Result<(), Obstacle> {
    for (index, step) in case.steps.iter().enumerate() {
        let request = request(suite, case, step, world)?;
        let send = || send(world, case.auth, request.clone());
        let answers: Vec<Result<Observation, NoAnswer>> = if step.together {
            future::join_all((0..step.repeat).map(|_| send())).await
        } else {
            let mut answers = Vec::new();
            for _ in 0..step.repeat {
                answers.push(send().await);
            }
            answers
        };
        for answer in answers {
            exchanges.push(Exchange {
                step: index,
                request: request.clone(),
                answer: answer.map_err(|error| Obstacle::NoAnswer { step: index, error })?,
            });
        }
    }
    Ok(())
}

fn request(
    suite: &Suite,
    case: &Case,
    step: &Step,
    world: &World,
) -> Result<http::Request<bytes::Bytes>, WireError> {
    let operation = &suite.operations[&step.operation];
    let mut request = wire::request(operation, &step.request, &world.bindings)?;
    if let Some(fault) = case.fault {
        request.headers_mut().insert(FAULT_HEADER, HeaderValue::from_static(fault.name()));
    }
    Ok(request)
}

async fn send(
    world: &World,
    auth: Auth,
    mut request: http::Request<bytes::Bytes>,
) -> Result<Observation, NoAnswer> {
    let is_read = matches!(*request.method(), http::Method::GET | http::Method::HEAD);
    sign::authorise(&mut request, &world.target, auth, SystemTime::now()).map_err(|error| NoAnswer::Unsent {
        written: request.uri().to_string(),
        reason: error.to_string(),
    })?;
    world.client.send(request, is_read).await
}

fn judged(suite: &Suite, case: &Case, world: &World, exchanges: &[Exchange]) -> Outcome {
    let judgement = judge::judge(suite, case, &world.bindings, exchanges);
    let counts = |mismatch: &Mismatch| mismatch.level <= world.level;
    let mut outcome = Outcome::unjudged(Verdict::Passed);
    outcome.notes = judgement.notes;
    outcome.common = judgement.common.into_iter().filter(counts).collect();
    if let Some(reason) = throttled(case, exchanges) {
        outcome.verdict = Verdict::Inconclusive { reason };
        return outcome;
    }
    outcome.decided = judgement
        .decided
        .into_iter()
        .filter(|(_, level)| *level <= world.level)
        .map(|(clause, _)| clause)
        .collect();
    outcome.mismatches = judgement.own.into_iter().filter(counts).collect();
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
async fn no_answer(suite: &Suite, case: &Case, world: &World, step: usize, error: NoAnswer) -> Outcome {
    let mut outcome = Outcome::unjudged(Verdict::Inconclusive {
        reason: error.to_string(),
    });
    outcome.unreachable = error.is_unreachable();
    if !error.is_closed() {
        return outcome;
    }
    let operation = &suite.operations[&suite.operation];
    let Ok(read) = arrange::plain_read(operation, &world.bindings) else {
        return outcome;
    };
    if let Err(error) = send(world, Auth::Signed, read).await {
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
        expected: "an answer".to_owned(),
        found: format!("closes the connection: {error}"),
        clause: clause.id.clone(),
        basis: clause.statement(false).map_or(Basis::Observed, |statement| statement.basis),
        level: Level::Documented,
        step,
        place: case.place.clone(),
    });
    outcome.decided.insert(clause.id.clone());
    outcome
}

/// The time limit for one answer unless the user says otherwise.
pub const TIMEOUT: Duration = Duration::from_secs(30);
