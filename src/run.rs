//! From a case to its [`Outcome`]: sends the requests, and has the answers judged.
//!
//! [`Session::run`] and [`Session::judge`] are the only judges of a case. Has no opinion of its own, except about answers that never come.

use std::{panic::AssertUnwindSafe, time::Instant};

use futures_util::{FutureExt, StreamExt, future, stream};
use http::HeaderValue;

use crate::{
    arrange::{Arranged, WAITS_WITH, blocked::Blocked, role::Called},
    case::{Action, Auth, Case, Step},
    connection, judge,
    note::Note,
    observation::NoAnswer,
    plan::{self, Item},
    session::Session,
    suite::Suite,
    target::FAULT_HEADER,
    text::Bindings,
    verdict::{Assessment, Course, Exchange, Obstacle, Outcome, SetUpStep, Verdict},
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
        let said = Assessment::untestable(class, reason);
        self.outcome(case, said, Course::default())
    }

    /// The outcome, with what the baseline says of it.
    fn outcome(&self, case: &Case, said: Assessment, course: Course) -> Outcome {
        let said = match &self.baseline {
            Some(baseline) => baseline.review(case, said, &course.bindings),
            None => said,
        };
        Outcome::new(said, course)
    }
}

/// Why there is nothing to judge.
enum Stopped {
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

/// Runs one case and judges it. A panic on the way is an outcome too: what the run made is still to be taken away.
async fn one(suite: &Suite, case: &Case, session: &Session) -> Outcome {
    let tried = AssertUnwindSafe(attempt(suite, case, session));
    let (said, course) = tried.catch_unwind().await.unwrap_or_else(|_| {
        let reason =
            "lambda-conformance panicked on this case; its message is above, please report it";
        (Assessment::inconclusive(reason), Course::default())
    });
    session.outcome(case, said, course)
}

async fn attempt(suite: &Suite, case: &Case, session: &Session) -> (Assessment, Course) {
    let started = Instant::now();
    let mut arranged = match arranged(suite, case, session).await {
        Ok(arranged) => arranged,
        Err(why) => {
            let (said, unreachable) = blocked(why);
            let course = Course {
                unreachable,
                duration: started.elapsed(),
                ..Course::default()
            };
            return (said, course);
        }
    };
    let mut exchanges = Vec::new();
    let exchanged = exchange(suite, case, session, &mut arranged, &mut exchanges).await;
    let judged = judged(suite, case, session, &arranged.bindings, &exchanges);
    let (said, unreachable) = match exchanged {
        Ok(()) => (judged, false),
        Err(stopped) => {
            let (ending, unreachable) = match stopped {
                Stopped::SetUp(why) => blocked(why),
                Stopped::Unsendable(reason) => (Assessment::inconclusive(reason), false),
                Stopped::NoAnswer { step, error } => {
                    no_answer(suite, case, session, step, &error).await
                }
            };
            (ended(judged, ending), unreachable)
        }
    };
    let replay = replay(
        suite,
        case,
        session,
        &arranged.bindings,
        (&said, &exchanges),
    );
    for exchange in &mut exchanges {
        exchange.answer.abridge();
    }
    let course = Course {
        exchanges,
        bindings: arranged.bindings,
        notes: arranged.notes,
        replay: replay.unwrap_or_default(),
        unreachable,
        duration: started.elapsed(),
    };
    (said, course)
}

/// What a case comes to that cannot be set up, and whether nobody listened.
fn blocked(why: Blocked) -> (Assessment, bool) {
    match why {
        Blocked::Refused { at, refusal } => {
            let reason = match at {
                Some(at) => format!("{at}: {refusal}"),
                None => refusal.to_string(),
            };
            let said = Assessment::unjudged(Verdict::NotTestable {
                class: Obstacle::SetUp,
                reason,
                refusal: Some(refusal),
            });
            (said, false)
        }
        Blocked::Open {
            reason,
            unreachable,
        } => (Assessment::inconclusive(reason), unreachable),
        Blocked::Unmade(reason) => (Assessment::untestable(Obstacle::SetUp, reason), false),
    }
}

/// What a case comes to that ended before its last step: the answers until then stay judged, and one that is wrong fails it.
fn ended(judged: Assessment, ending: Assessment) -> Assessment {
    if judged.mismatches.is_empty() {
        return Assessment {
            common: judged.common.into_iter().chain(ending.common).collect(),
            beyond: judged.beyond.into_iter().chain(ending.beyond).collect(),
            notes: judged.notes.into_iter().chain(ending.notes).collect(),
            decided: judged.decided.into_iter().chain(ending.decided).collect(),
            ..ending
        };
    }
    let mut said = judged;
    if let Some(reason) = ending.verdict.reason() {
        said.notes.push(Note::Ended { reason });
    }
    said.mismatches.extend(ending.mismatches);
    said.decided.extend(ending.decided);
    said
}

/// The request that shows the first mismatch, or else the first one, as a line for a shell.
fn replay(
    suite: &Suite,
    case: &Case,
    session: &Session,
    bindings: &Bindings,
    (said, exchanges): (&Assessment, &[Exchange]),
) -> Option<String> {
    let curl = |request: &http::Request<bytes::Bytes>| {
        wire::curl(request, &session.connection.target, case.auth)
    };
    let first = said.mismatches.first().or(said.common.first());
    let step = first.map_or(0, |mismatch| mismatch.step);
    if let Some(exchange) = exchanges.iter().find(|exchange| exchange.step == step) {
        return Some(curl(&exchange.request));
    }
    let request = request(suite, case, case.steps.get(step)?, bindings)?;
    Some(curl(&request.ok()?))
}

/// The session of a case: nothing, a fixture that stands, or one that is made for it alone.
async fn arranged(suite: &Suite, case: &Case, session: &Session) -> Result<Arranged, Blocked> {
    let Some(name) = &case.fixture else {
        return Ok(Arranged {
            bindings: session.journal.under_role(&session.connection.bindings),
            answers: Vec::new(),
            settles: false,
            notes: Vec::new(),
        });
    };
    if !case.private {
        return match session.fixtures.get(name) {
            Some(arranged) => arranged.clone(),
            None => Err(Blocked::Unmade(format!("fixture `{name}` was not made"))),
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
                let at = SetUpStep {
                    fixture: None,
                    step: step.name.clone().unwrap_or_default(),
                    operation: WAITS_WITH.to_owned(),
                };
                let waited = session
                    .connection
                    .wait(&suite.service, awaited, at, arranged)
                    .await;
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

fn judged(
    suite: &Suite,
    case: &Case,
    session: &Session,
    bindings: &Bindings,
    exchanges: &[Exchange],
) -> Assessment {
    let said = judge::judge(suite, case, bindings, exchanges).at(session.level);
    let Some(reason) = throttled(case, exchanges) else {
        return said;
    };
    Assessment {
        common: said.common,
        beyond: said.beyond,
        notes: said.notes,
        ..Assessment::inconclusive(reason)
    }
}

/// A throttle that nobody asked for says nothing of the contract.
fn throttled(case: &Case, exchanges: &[Exchange]) -> Option<&'static str> {
    if case.fault.is_some() {
        return None;
    }
    exchanges
        .iter()
        .any(|exchange| exchange.answer.status == 429)
        .then_some("the target throttled the request (429); lower `--jobs` or try later")
}

/// A closed connection is a failure if the target answers otherwise; anything else says nothing. And whether nobody listened.
async fn no_answer(
    suite: &Suite,
    case: &Case,
    session: &Session,
    step: usize,
    error: &NoAnswer,
) -> (Assessment, bool) {
    let nothing = Assessment::inconclusive(error.to_string());
    if !error.is_closed() {
        return (nothing, error.is_unreachable());
    }
    let operation = suite.service.probe();
    let Ok(read) = connection::plain_read(operation, &session.connection.bindings) else {
        return (nothing, error.is_unreachable());
    };
    if let Err(error) = session.connection.send(Auth::Signed, read).await {
        return (nothing, error.is_unreachable());
    }
    let said = judge::unanswered(suite, case, step, error).at(session.level);
    if said.mismatches.is_empty() {
        let notes = said.notes;
        return (Assessment { notes, ..nothing }, false);
    }
    (said, false)
}
