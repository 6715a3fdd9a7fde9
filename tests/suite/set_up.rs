//! Servers that get wrong what sets cases up, and nothing else: none conforms, and the report says which operation it was.

mod broken;
mod matrix;

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use bytes::Bytes;
use http::{Method, Request, Response};
use lambda_conformance::{
    client::ClientOptions,
    level::Level,
    load::Library,
    mock::{Middleware, Mock, MockOptions},
    plan::{self, Item},
    reference::Settings,
    report::{
        Class, Event, Header, Reporter, Tally,
        terminal::{Style, Terminal},
    },
    session::{Session, SessionOptions},
    target::Target,
};
use rstest::rstest;
use serde_json::Value;

use broken::{Asked, Broken, Fault};

use crate::{servers::Next, world};

/// How long a client waits for an answer.
const TIMEOUT: Duration = Duration::from_secs(2);

/// What came of a run.
struct Ran {
    /// The class that decides its exit code, if it is not 0.
    class: Option<Class>,
    /// The report for a person.
    text: String,
    /// How long it took, by the clock of the target.
    took: Duration,
}

impl Ran {
    fn is(&self, class: Class, words: &[&str]) {
        assert_eq!(self.class, Some(class), "{}", self.text);
        for word in words {
            assert!(self.text.contains(word), "no {word:?} in: {}", self.text);
        }
    }
}

/// Runs cases, as the binary does. `arranged` is called once the fixtures that cases share are made.
async fn run(
    library: &Library,
    target: Target,
    options: SessionOptions,
    items: &[Item<'_>],
    arranged: impl Fn(),
) -> Ran {
    let clock = target.clock.clone();
    let started = clock.now();
    let mut session = Session::open(target, library, options)
        .await
        .expect("an answer");
    let stays = session.arrange(items).await;
    arranged();
    let connection = &session.connection;
    let header = Header::new(
        &connection.target,
        connection.account(),
        session.level,
        items.len(),
    );
    let mut tally = Tally::new(&header);
    stays.expect("the target stays");
    session
        .run(items, |item, outcome| {
            tally.add(item, outcome);
            true
        })
        .await;
    tally.leave(session.close().await);
    let summary = tally.finish(Duration::ZERO);
    let mut text = Vec::new();
    Terminal::new(&mut text, Vec::new(), Style::default())
        .event(&Event::Finished(&summary))
        .expect("memory is written to");
    Ran {
        class: summary.exit.classes.first().copied(),
        text: String::from_utf8(text).expect("UTF-8"),
        took: clock.now().duration_since(started).unwrap_or_default(),
    }
}

fn options() -> SessionOptions {
    SessionOptions {
        level: Level::Observed,
        client: ClientOptions {
            timeout: TIMEOUT,
            ..ClientOptions::default()
        },
        ..SessionOptions::default()
    }
}

/// Runs the cases that these patterns choose on a mock behind `server`.
async fn on(server: Arc<Middleware>, patterns: &[&str]) -> Ran {
    let library = world::library();
    let mock = MockOptions::embedded(Settings::default());
    let mock = Mock::behind(0, mock, server).await.expect("a free port");
    let patterns: Vec<String> = patterns.iter().map(|&one| one.to_owned()).collect();
    let items = plan::choose(&library.suites, &patterns, None).expect("cases");
    run(library, mock.target(), options(), &items, || {}).await
}

/// Changes the body of successful answers to some requests.
fn answering(
    wanted: impl Fn(&Request<Bytes>) -> bool + Send + Sync + 'static,
    change: impl Fn(&mut Value) + Send + Sync + 'static,
) -> Arc<Middleware> {
    Arc::new(move |request: Request<Bytes>, mock: Next<'_>| {
        let is_wanted = wanted(&request);
        let answer = mock(request);
        match serde_json::from_slice::<Value>(answer.body()) {
            Ok(mut body) if is_wanted && answer.status().is_success() => {
                change(&mut body);
                let (head, _) = answer.into_parts();
                Response::from_parts(head, Bytes::from(body.to_string()))
            }
            _ => answer,
        }
    })
}

fn is_wait(request: &Request<Bytes>) -> bool {
    request.method() == Method::GET && !request.uri().path().ends_with("/configuration")
}

fn is_publication(request: &Request<Bytes>) -> bool {
    request.method() == Method::POST && request.uri().path().ends_with("/versions")
}

fn is_creation(request: &Request<Bytes>) -> bool {
    request.method() == Method::POST && request.uri().path().ends_with("/functions")
}

/// The faithful one conforms, so that the others are noticed for what is wrong with them.
#[tokio::test]
async fn a_faithful_server_conforms() {
    let ran = on(
        Arc::new(|request, mock| mock(request)),
        &["/versions/", "/reads/"],
    )
    .await;
    assert_eq!(ran.class, None, "{}", ran.text);
}

/// A thousand cases, most of which wait several times: all of them together wait no longer than one would.
#[tokio::test]
async fn no_function_ever_becomes_active() {
    let server = answering(is_wait, |body| {
        body["Configuration"]["State"] = "Pending".into();
    });
    let ran = on(server, &[]).await;
    ran.is(
        Class::Mismatch,
        &[
            "RSP-STATE-TYPE",
            "\"Active\"",
            "GetFunction",
            "found \"Pending\"",
        ],
    );
    assert!(ran.took < Duration::from_secs(150), "{:?}", ran.took);
}

#[tokio::test]
async fn no_update_is_ever_over() {
    let server = answering(is_wait, |body| {
        body["Configuration"]["LastUpdateStatus"] = "InProgress".into();
    });
    let ran = on(server, &["/updates/", "/versions/"]).await;
    ran.is(
        Class::Mismatch,
        &["RSP-LUS-ENUM", "GetFunction", "found \"InProgress\""],
    );
    assert!(ran.took < Duration::from_secs(90), "{:?}", ran.took);
}

/// The cases of such a function fail, and the others pass.
#[tokio::test]
async fn a_creation_does_not_publish() {
    let server = Arc::new(|mut request: Request<Bytes>, mock: Next<'_>| {
        if is_creation(&request)
            && let Ok(mut body) = serde_json::from_slice::<Value>(request.body())
        {
            body["Publish"] = false.into();
            *request.body_mut() = Bytes::from(body.to_string());
        }
        mock(request)
    });
    let ran = on(server, &["created-published", "/versions/", "/states/"]).await;
    ran.is(
        Class::Mismatch,
        &[
            "X-CREATE-PUBLISH",
            "from CreateFunction (fixture `created-published`, step `create`)",
            // a version that is not there is not found
            "also X-CONSISTENCY",
        ],
    );
    assert!(ran.took < Duration::from_secs(60), "{:?}", ran.took);
}

#[tokio::test]
async fn nothing_is_found_as_soon_as_it_is_made_and_that_is_noted() {
    let missed: Mutex<u32> = Mutex::new(0);
    let server = Arc::new(move |request: Request<Bytes>, mock: Next<'_>| {
        let mut missed = missed.lock().unwrap_or_else(PoisonError::into_inner);
        let mut request = request;
        if is_publication(&request) && *missed < 2 {
            *missed += 1;
            let absent = "/2015-03-31/functions/absent/versions";
            *request.uri_mut() = absent.parse().expect("a path");
        }
        mock(request)
    });
    let ran = on(server, &["qualifiers/version"]).await;
    assert_eq!(ran.class, None, "{}", ran.text);
    assert!(ran.text.contains("note"), "{}", ran.text);
}

/// What differs in an answer that stops nothing counts once, and no case fails for it.
#[tokio::test]
async fn a_creation_answers_with_another_memory_size() {
    let server = answering(is_creation, |body| body["MemorySize"] = 129.into());
    let ran = on(server, &["/settings/", "/versions/"]).await;
    ran.is(
        Class::Mismatch,
        &[
            "CHANGE-ECHO",
            "body.MemorySize",
            "from CreateFunction",
            "1 finding",
        ],
    );
}

#[rstest]
#[case::error(Fault::Error(500), Class::Mismatch)]
#[case::bad_gateway(Fault::Error(502), Class::Mismatch)]
#[case::unavailable(Fault::Error(503), Class::Mismatch)]
#[case::empty(Fault::Empty, Class::Mismatch)]
#[case::wrong_status(Fault::WrongStatus, Class::Mismatch)]
#[case::closed(Fault::Closed, Class::Unreachable)]
#[case::reset(Fault::Reset, Class::Unreachable)]
#[case::cut(Fault::Cut, Class::Unreachable)]
#[case::hangs(Fault::Hangs, Class::Unreachable)]
#[case::garbage(Fault::Garbage, Class::Unreachable)]
#[case::throttled(Fault::Throttled, Class::Unreachable)]
#[case::conflict(Fault::Conflict, Class::Mismatch)]
#[tokio::test]
async fn writes_fail(
    #[case] fault: Fault,
    #[case] class: Class,
    #[values("CreateFunction", "PublishVersion")] operation: &'static str,
) {
    let wrong = move |asked: &Asked<'_>| {
        let end = if operation == "CreateFunction" {
            "/functions"
        } else {
            "/versions"
        };
        asked.method == "POST" && asked.path.ends_with(end)
    };
    let library = world::library();
    // nothing shared: the faults are those of the writes of fixtures alone, and of no case
    let patterns = ["qualifiers/version".to_owned(), "errors/".to_owned()];
    let items = plan::choose(&library.suites, &patterns, None).expect("cases");
    let (_mock, broken, target) = broken_before_mock(fault, wrong).await;
    let ran = run(library, target, options(), &items, || broken.mend()).await;
    ran.is(class, &[operation]);
    let says = "refused: 409";
    assert!(!ran.text.contains(says), "{}", ran.text);
}

/// Refuses publications as whoever does not have them.
fn without_publications(request: &Request<Bytes>) -> Option<Response<Bytes>> {
    let answer = Response::builder().status(501);
    let none = answer.body(Bytes::from_static(b"{}"));
    is_publication(request).then(|| none.expect("a response"))
}

/// What a fixture showed until the target refused a step of it: no other fixture shows it, and no case is tested.
#[tokio::test]
async fn what_was_wrong_before_a_refusal_counts() {
    let server = answering(is_creation, |body| body["Handler"] = "other.handler".into());
    let server = Arc::new(move |request: Request<Bytes>, mock: Next<'_>| {
        without_publications(&request).unwrap_or_else(|| server(request, mock))
    });
    let ran = on(server, &["qualifiers/version", "errors/"]).await;
    ran.is(
        Class::Mismatch,
        &[
            "CHANGE-ECHO",
            "body.Handler",
            "from CreateFunction (fixture `published`",
            "PublishVersion was refused: 501",
            "also not-testable",
        ],
    );
}

/// AWS says no at once; others take what they cannot do.
#[rstest]
#[case::created(
    "State",
    "a creation was refused: State is Failed, InternalError: no room"
)]
#[case::updated(
    "LastUpdateStatus",
    "an update was refused: LastUpdateStatus is Failed, InternalError: no room"
)]
#[tokio::test]
async fn a_function_that_fails_is_refused(#[case] status: &'static str, #[case] says: &str) {
    let server = answering(is_wait, move |body| {
        let configuration = &mut body["Configuration"];
        configuration[status] = "Failed".into();
        configuration[format!("{status}ReasonCode")] = "InternalError".into();
        configuration[format!("{status}Reason")] = "no room".into();
    });
    let ran = on(server, &["/versions/", "errors/"]).await;
    ran.is(Class::NotTestable, &[says]);
    assert_eq!(
        ran.text.matches("not testable, ").count(),
        1,
        "{}",
        ran.text
    );
}

/// Whoever chose the id of a run may have left functions under it. That is told once, and is no fault of the target.
#[tokio::test]
async fn names_that_are_taken_are_told_once() {
    let wrong = |asked: &Asked<'_>| asked.method == "POST" && asked.path.ends_with("/functions");
    let library = world::library();
    // each makes its function alone, one of them by a request of its own
    let patterns = ["/conditions/", "reads-between/function", "/validation/"].map(str::to_owned);
    let items = plan::choose(&library.suites, &patterns, None).expect("cases");
    let (_mock, _broken, target) = broken_before_mock(Fault::Conflict, wrong).await;
    let options = SessionOptions {
        run: Some("r".to_owned()),
        ..options()
    };
    let ran = run(library, target, options, &items, || {}).await;
    ran.is(
        Class::Unreachable,
        &[
            "no answer, 8 cases: CreateFunction found its name taken",
            "or give another `--run-id`",
            " 0 failed, ",
        ],
    );
    assert_eq!(ran.text.matches("no answer, ").count(), 1, "{}", ran.text);
}

#[tokio::test]
async fn what_many_cases_got_instead_of_an_answer_is_told_once() {
    let wrong = |asked: &Asked<'_>| asked.method == "POST" && asked.path.ends_with("/functions");
    let library = world::library();
    let patterns = ["/conditions/", "/versions/", "errors/"].map(str::to_owned);
    let items = plan::choose(&library.suites, &patterns, None).expect("cases");
    let (_mock, _broken, target) = broken_before_mock(Fault::Throttled, wrong).await;
    let ran = run(library, target, options(), &items, || {}).await;
    let says =
        " cases: CreateFunction was throttled: 429 TooManyRequestsException: Rate exceeded\n";
    ran.is(Class::Unreachable, &[says]);
    assert_eq!(ran.text.matches("no answer, ").count(), 1, "{}", ran.text);
}

/// A server before a mock that is nothing to whoever signs.
async fn broken_before_mock(
    fault: Fault,
    wrong: impl Fn(&Asked<'_>) -> bool + Send + Sync + 'static,
) -> (Mock, Broken, Target) {
    let options = MockOptions {
        auth: false,
        ..MockOptions::embedded(Settings::default())
    };
    let mock = Mock::start(0, options).await.expect("a free port");
    let broken = Broken::before(mock.address(), fault, wrong);
    let mut target = mock.target();
    let url = format!("http://{}", broken.address);
    target.endpoint = url.parse().expect("a URL");
    (mock, broken, target)
}
