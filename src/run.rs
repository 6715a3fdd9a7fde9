//! From a case to its [`Outcome`]: sends the requests, and has the answers judged.
//!
//! [`Session::run`] and [`Session::judge`] are the only judges of a case. Has no opinion of its own, except about answers that never come.

mod ending;
mod steps;

use std::{panic::AssertUnwindSafe, time::Instant};

use futures_util::{FutureExt, StreamExt, stream};

use crate::{
    arrange::{
        Arranged,
        blocked::{self, Blocked},
    },
    case::{Auth, Case},
    connection::{self, Connection},
    judge,
    observation::NoAnswer,
    plan::{self, Item},
    session::Session,
    suite::Suite,
    text::Bindings,
    verdict::{Assessment, Course, Exchange, Obstacle, Outcome},
    wire,
};

use steps::{Stopped, exchange};

pub(crate) use steps::request;

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
        let mut outcomes = stream::iter(items)
            .map(|item| async move { (*item, self.judge(*item).await) })
            .buffered(self.connection.jobs.begun());
        while let Some((item, outcome)) = outcomes.next().await {
            if !told(item, &outcome) {
                return Ended::Stopped;
            }
            if self.connection.pulse.gone().is_some() {
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
                let _job = self.connection.jobs.begin().await;
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
    let mut arranged = arranged(suite, case, session).await;
    let mut exchanges = Vec::new();
    let exchanged = match arranged.blocked.take() {
        Some(why) => Err(Stopped::SetUp(why)),
        None => exchange(suite, case, session, &mut arranged, &mut exchanges).await,
    };
    let judged = judged(suite, case, session, &arranged.bindings, &exchanges);
    let set_up = std::mem::take(&mut arranged.judged).at(session.level);
    let mut said = match exchanged {
        Ok(()) => judged,
        Err(stopped) => {
            let ending = match stopped {
                Stopped::SetUp(why) => ending::blocked(why, &set_up),
                Stopped::Unsendable(reason) => Assessment::inconclusive(reason),
                Stopped::NoAnswer { step, error } => {
                    no_answer(suite, case, session, step, &error).await
                }
            };
            ending::ended(judged, ending)
        }
    };
    match taken(&session.connection, &arranged.bindings) {
        Some(reason) => said = Assessment::inconclusive(reason),
        None => ending::set_up(&mut said, set_up),
    }
    ending::shown(&mut said, case.steps.len(), &arranged, &mut exchanges);
    judge::consequences(suite, case, &mut said);
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
        duration: started.elapsed(),
    };
    (said, course)
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

/// The set-up of a case: nothing, a fixture that all share, or one that is made for it alone.
async fn arranged(suite: &Suite, case: &Case, session: &Session) -> Arranged {
    let Some(name) = &case.fixture else {
        return Arranged {
            bindings: session.journal.under_role(&session.connection.bindings),
            ..Arranged::default()
        };
    };
    if !case.private {
        let shared = session.fixtures.get(name).cloned();
        return shared.unwrap_or_else(|| Arranged {
            blocked: Some(Blocked::Unmade(format!("fixture `{name}` was not made"))),
            ..Arranged::default()
        });
    }
    let fixture = &suite.service.fixtures[name];
    let (connection, journal) = (&session.connection, &session.journal);
    connection.make(suite, fixture, Some(case), journal).await
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

/// A function that was there before this run made it: whatever it shows, somebody else may have done.
fn taken(connection: &Connection, bindings: &Bindings) -> Option<String> {
    let function = bindings.get("function").filter(|_| connection.is_chosen)?;
    let is_taken = connection.creations.is_taken(function);
    is_taken.then(|| blocked::taken(bindings))
}

/// A throttle that nobody asked for says nothing of the contract.
fn throttled(case: &Case, exchanges: &[Exchange]) -> Option<&'static str> {
    if case.fault.is_some() {
        return None;
    }
    exchanges
        .iter()
        .any(|exchange| exchange.answer.status == 429)
        .then_some(
            "the target throttled the request (429) for too long; set a `--rate` or try later",
        )
}

/// A closed connection is a failure if the target answers otherwise; anything else says nothing.
async fn no_answer(
    suite: &Suite,
    case: &Case,
    session: &Session,
    step: usize,
    error: &NoAnswer,
) -> Assessment {
    let nothing = Assessment::inconclusive(error.to_string());
    if !error.is_closed() {
        return nothing;
    }
    let operation = suite.service.probe();
    let Ok(read) = connection::plain_read(operation, &session.connection.bindings) else {
        return nothing;
    };
    if session.connection.send(Auth::Signed, read).await.is_err() {
        return nothing;
    }
    let said = judge::unanswered(suite, case, step, error).at(session.level);
    if said.mismatches.is_empty() {
        let notes = said.notes;
        return Assessment { notes, ..nothing };
    }
    said
}
