//! A baseline holds from the next run on, and no longer than it is true: on each server with one mutant of the answer, or
//! that behaves otherwise than Lambda, a baseline is written, held twice, and written again, which changes nothing; then one
//! thing more differs, which fails.
//!
//! Generated: one mutant of each kind for each part of an answer, every row of the error table in every part, and all
//! servers of `survivors` and `changes`. One in a hundred is tried each time; all of them by an ignored test.

mod behaviours;
mod binary;
mod served;

use std::{
    fmt::Write as _,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use bytes::Bytes;
use futures_util::{StreamExt, stream};
use http::{Request, StatusCode};
use lambda_conformance::{
    baseline::{Baseline, Orphans, Record},
    load::Library,
    mock::{Middleware, Mock, MockOptions},
    plan::Item,
    reference::Settings,
    report::{Header, Tally},
    session::{Session, SessionOptions},
    span::Source,
    text::Bindings,
    verdict::Outcome,
};
use time::OffsetDateTime;

use crate::{
    matrix::Share,
    servers::{Next, is_read},
    world,
};
use served::Served;

/// What came of one server.
#[derive(Debug, PartialEq)]
enum Came {
    /// The baseline held.
    Held,
    /// None of the cases noticed what differs, so there is nothing to hold.
    Unnoticed,
    /// A case had no answer, so nothing was written.
    Withheld,
    /// It did not hold, and why.
    Broken(String),
}

/// What a run came to.
struct Ran {
    code: u8,
    record: Record,
    bindings: Bindings,
    /// What is not as the baseline has it.
    told: String,
}

fn baseline(library: &Library, text: &str) -> Baseline {
    let today = OffsetDateTime::now_utc().date();
    let source = Source::new("baseline.toml", text);
    Baseline::parse(&source, &library.suites, today, Orphans::Drop).expect("a baseline")
}

async fn run(
    library: &Library,
    mock: &Mock,
    items: &[Item<'_>],
    (id, text): (&str, &str),
    before: Option<&Bindings>,
) -> Ran {
    let options = SessionOptions {
        run: Some(id.to_owned()),
        baseline: Some(baseline(library, text)),
        force: true,
        ..SessionOptions::default()
    };
    let mut session = Session::open(mock.target(), library, options)
        .await
        .expect("an answer");
    for name in ["account", "other-account"] {
        let bindings = &mut session.connection.bindings;
        if let (None, Some(value)) = (bindings.get(name), before.and_then(|it| it.get(name))) {
            bindings.set(name, value);
        }
    }
    session.arrange(items).await.expect("it stays");
    let connection = &session.connection;
    let account = connection.account();
    let header = Header::new(&connection.target, account, session.level, items.len());
    let mut tally = Tally::new(&header);
    let mut record = Record::default();
    let old = session.baseline.as_ref().expect("a baseline");
    session
        .run(items, |item, outcome| {
            tally.add(item, outcome);
            record.add(&item.case.id, outcome, old);
            true
        })
        .await;
    let bindings = connection.bindings.clone();
    tally.leave(session.close().await);
    let summary = tally.finish(std::time::Duration::ZERO);
    let mut told = format!("{:?} {:?}", summary.exit.classes, summary.left);
    for cause in &summary.causes {
        let (first, case) = (&cause.first, &cause.cases[0]);
        let (at, kind, listed) = (&first.at, first.kind, &first.listed);
        let _ = write!(
            told,
            "\n    {case} {} {at} {kind}: {}",
            first.clause, first.found
        );
        let _ = write!(told, "\n      {listed:?}");
    }
    for stale in &summary.stale {
        let _ = write!(told, "\n    stale {} in {:?}", stale.what, stale.cases);
    }
    let reason = |outcome: &Outcome| outcome.verdict.reason().unwrap_or_default();
    for judged in summary
        .cases
        .iter()
        .filter(|judged| judged.outcome.unlisted)
    {
        let _ = write!(told, "\n    {} {}", judged.id(), reason(&judged.outcome));
    }
    Ran {
        code: summary.exit.code(),
        record,
        bindings,
        told,
    }
}

/// The text of a file that is written anew, as the command line does it: nothing if a case has no answer.
async fn updated(
    library: &Library,
    mock: &Mock,
    items: &[Item<'_>],
    (ids, old): ([&str; 2], &str),
) -> Option<String> {
    let first = run(library, mock, items, (ids[0], old), None).await;
    let shows = |item: &&Item<'_>| first.record.shows(&item.case.id);
    let differing: Vec<Item<'_>> = items.iter().filter(shows).copied().collect();
    let second = run(
        library,
        mock,
        &differing,
        (ids[1], old),
        Some(&first.bindings),
    )
    .await;
    let record = first.record.proven(&second.record);
    record.unanswered().is_empty().then(|| {
        let (text, _) = baseline(library, old).updated(&record, &library.suites);
        text
    })
}

/// A server in which one thing more differs once that is wanted: the id of each request is missing, or the status is another one.
fn and_more(served: &Served<'_>, also: Arc<AtomicBool>) -> Arc<Middleware> {
    let server = Arc::clone(&served.server);
    let hides_headers = served.hides_headers();
    Arc::new(move |request: Request<Bytes>, mock: Next<'_>| {
        let is_read = is_read(&request);
        let mut answer = server(request, mock);
        let is_due = is_read || answer.status().is_client_error();
        if is_due && also.load(Ordering::SeqCst) {
            if hides_headers {
                *answer.status_mut() = StatusCode::MISDIRECTED_REQUEST;
            } else {
                answer.headers_mut().remove("x-amzn-requestid");
            }
        }
        answer
    })
}

async fn check(library: &Library, served: &Served<'_>) -> Came {
    let also = Arc::new(AtomicBool::new(false));
    let server = and_more(served, Arc::clone(&also));
    let options = MockOptions::embedded(Settings::default());
    let mock = Mock::behind(0, options, server).await.expect("a free port");
    let items = &served.items;
    let first = updated(library, &mock, items, (["held000a", "held000b"], ""));
    let Some(text) = first.await else {
        return Came::Withheld;
    };
    if !text.contains("[[known]]") {
        return Came::Unnoticed;
    }
    for id in ["held000c", "held000d"] {
        let ran = run(library, &mock, items, (id, &text), None).await;
        if ran.code != 0 {
            return Came::Broken(format!("{id} ends with {}\n{}", ran.told, text));
        }
    }
    let ids = ["held000e", "held000f"];
    let again = updated(library, &mock, items, (ids, &text)).await;
    if again.as_ref() != Some(&text) {
        let again = again.unwrap_or_default();
        return Came::Broken(format!("a second update changes\n{text}\nto\n{again}"));
    }
    also.store(true, Ordering::SeqCst);
    let ran = run(library, &mock, items, ("held000g", &text), None).await;
    match ran.code {
        1 => Came::Held,
        _ => Came::Broken(format!("one thing more ends with {}\n{text}", ran.told)),
    }
}

/// What came of a share of all servers.
struct Tried {
    /// How many servers there are in all.
    number: usize,
    came: Vec<(String, Came)>,
}

impl Tried {
    fn count(&self, due: &Came) -> usize {
        self.came.iter().filter(|(_, came)| came == due).count()
    }

    /// How many held, and which had nothing to hold.
    fn told(&self) -> String {
        let mut told = format!(
            "{} of {} servers: {} held, {} unnoticed, {} without an answer",
            self.came.len(),
            self.number,
            self.count(&Came::Held),
            self.count(&Came::Unnoticed),
            self.count(&Came::Withheld),
        );
        for (name, came) in &self.came {
            if [Came::Unnoticed, Came::Withheld].contains(came) {
                let _ = write!(told, "\n  {came:?}: {name}");
            }
        }
        told
    }

    /// That none broke, and that at least `due` held.
    fn hold(&self, due: usize) {
        let broken = self.came.iter().filter_map(|(name, came)| match came {
            Came::Broken(why) => Some(format!("{name}: {why}")),
            _ => None,
        });
        let broken: Vec<String> = broken.collect();
        assert!(
            broken.is_empty(),
            "{} did not hold:\n{}",
            broken.len(),
            broken.join("\n\n")
        );
        let held = self.count(&Came::Held);
        assert!(held >= due, "only {held} held");
        assert!(self.number > 500, "only {} servers", self.number);
    }
}

async fn try_all(share: Share, by_binary: bool) -> Tried {
    let library = world::library();
    let all = served::all(library).await;
    let number = all.len();
    // the binary is started often for each, so of these servers the environment chooses again
    let again = Share::of_environment();
    let chosen: Vec<Served<'_>> = all
        .into_iter()
        .filter(|served| share.has(&served.name))
        .filter(|served| {
            let again = again.has(&format!("again {}", served.name));
            !by_binary || again && !served.may_never_settle()
        })
        .collect();
    let came = stream::iter(&chosen)
        .map(|served| async {
            let came = if by_binary {
                binary::check(served).await
            } else {
                check(library, served).await
            };
            (served.name.clone(), came)
        })
        .buffer_unordered(4)
        .collect()
        .await;
    Tried { number, came }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_baseline_holds_on_some_servers() {
    let tried = try_all(Share::one_in(100), false).await;
    println!("{}", tried.told());
    tried.hold(2);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes minutes"]
async fn a_baseline_holds_on_every_server() {
    let share = Share::of_environment();
    let tried = try_all(share, false).await;
    println!("{share}\n{}", tried.told());
    tried.hold(if share.is_whole() { 800 } else { 1 });
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes minutes"]
async fn the_binary_holds_a_baseline_on_some_servers() {
    let tried = try_all(Share::one_in(20), true).await;
    println!("{}", tried.told());
    let is_whole = Share::of_environment().is_whole();
    tried.hold(if is_whole { 5 } else { 0 });
}
