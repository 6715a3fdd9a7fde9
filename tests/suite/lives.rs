//! The lives of functions: servers that lose a setting, make a version, hold a condition or delete in another way than Lambda, each in
//! one respect. All are noticed, by a clause about it; those that only an inference speaks against fail nobody.

mod conditions;
mod creations;
mod deletions;
mod publications;
mod settings;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use bytes::Bytes;
use http::{Method, Request, Response, StatusCode};
use lambda_conformance::{
    load::Library,
    mock::{Middleware, MockOptions},
    plan::{self, Item},
    reference::Settings,
    verdict::Verdict,
};
use serde_json::Value;

use crate::{
    servers::{Next, honest, outcomes, outcomes_before},
    world,
};

/// The topics about lives: servers that no clause is due of are tried on all of them.
const TOPICS: [&str; 8] = [
    "conditions",
    "deletions",
    "kept-versions",
    "life-cycle",
    "publications",
    "refused-changes",
    "updates",
    "versions",
];

/// The clause that must be named; or why none may be.
type Due = Result<&'static str, &'static str>;

/// A server, and what is due.
struct Server {
    name: String,
    how: Arc<Middleware>,
    due: Due,
}

fn server(
    name: impl Into<String>,
    due: Due,
    how: impl Fn(Request<Bytes>, Next<'_>) -> Response<Bytes> + Send + Sync + 'static,
) -> Server {
    Server {
        name: name.into(),
        how: Arc::new(how),
        due,
    }
}

/// What a request does to a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Change {
    Creation,
    Settings,
    Code,
    Publication,
    Deletion,
    /// A read of this suite's operation.
    Read,
    Other,
}

impl Change {
    fn of(request: &Request<Bytes>) -> Change {
        let path = request.uri().path();
        let method = request.method();
        let depth = path.split('/').count();
        match path.rsplit('/').next().unwrap_or_default() {
            "functions" if method == Method::POST => Change::Creation,
            "configuration" if method == Method::PUT => Change::Settings,
            "configuration" if method == Method::GET => Change::Read,
            "code" if method == Method::PUT => Change::Code,
            "versions" if method == Method::POST && depth == 5 => Change::Publication,
            _ if method == Method::DELETE && depth == 4 => Change::Deletion,
            _ => Change::Other,
        }
    }
}

/// The members that a request sends.
fn sent(request: &Request<Bytes>) -> Value {
    serde_json::from_slice(request.body()).unwrap_or_default()
}

fn set(request: &mut Request<Bytes>, members: &Value) {
    *request.body_mut() = Bytes::from(members.to_string());
}

/// The members of an answer.
fn body(answer: &Response<Bytes>) -> Value {
    serde_json::from_slice(answer.body()).unwrap_or_default()
}

fn with(answer: Response<Bytes>, body: &Value) -> Response<Bytes> {
    let (head, _) = answer.into_parts();
    Response::from_parts(head, Bytes::from(body.to_string()))
}

fn as_status(mut answer: Response<Bytes>, status: u16) -> Response<Bytes> {
    *answer.status_mut() = status.try_into().expect("a status");
    answer
}

fn nothing() -> Response<Bytes> {
    let mut answer = Response::new(Bytes::new());
    *answer.status_mut() = StatusCode::NO_CONTENT;
    let headers = answer.headers_mut();
    let id = "0a0a0a0a-0000-4000-8000-0a0a0a0a0a0a";
    headers.insert("x-amzn-requestid", id.parse().expect("a header"));
    answer
}

/// The name of the function in a path.
fn function(request: &Request<Bytes>) -> String {
    let name = request.uri().path().split('/').nth(3).unwrap_or_default();
    name.to_owned()
}

fn qualifier(request: &Request<Bytes>) -> Option<String> {
    let query = request.uri().query()?;
    Some(query.strip_prefix("Qualifier=")?.replace("%24", "$"))
}

/// Another request of the same caller, about the same function.
fn another(
    request: &Request<Bytes>,
    method: Method,
    rest: &str,
    members: &Value,
) -> Request<Bytes> {
    let name = match function(request) {
        name if name.is_empty() => {
            let members = sent(request);
            members["FunctionName"]
                .as_str()
                .unwrap_or_default()
                .to_owned()
        }
        name => name,
    };
    let mut other = request.clone();
    *other.method_mut() = method;
    let target = format!("/2015-03-31/functions/{name}{rest}");
    *other.uri_mut() = target.parse().expect("a path");
    let text = if members.is_null() {
        String::new()
    } else {
        members.to_string()
    };
    *other.body_mut() = Bytes::from(text);
    other
}

/// A deletion of a function, or of `rest` below it.
fn delete(request: &Request<Bytes>, rest: &str) -> Request<Bytes> {
    another(request, Method::DELETE, rest, &Value::Null)
}

/// A server whose reads of a function are changed once it was asked to do what `is_due` tells.
fn afterwards(
    name: &str,
    due: Due,
    is_due: impl Fn(&Request<Bytes>, &Response<Bytes>) -> bool + Send + Sync + 'static,
) -> Server {
    let done: Memory<()> = Memory::new();
    server(name, due, move |request, mock| {
        let answer = mock(request.clone());
        let mut done = done.all();
        if is_due(&request, &answer) {
            let name = match function(&request) {
                name if name.is_empty() => sent(&request)["FunctionName"]
                    .as_str()
                    .unwrap_or_default()
                    .to_owned(),
                name => name,
            };
            done.insert(name, ());
        } else if Change::of(&request) == Change::Read
            && answer.status() == 200
            && done.contains_key(&function(&request))
        {
            let mut shown = body(&answer);
            shown["RevisionId"] = "00000000-0000-4000-8000-00000000000f".into();
            return with(answer, &shown);
        }
        answer
    })
}

/// What is read of `$LATEST`, or of a version.
fn read(request: &Request<Bytes>, mock: Next<'_>, version: Option<u64>) -> Response<Bytes> {
    let query = version.map(|version| format!("?Qualifier={version}"));
    let rest = format!("/configuration{}", query.unwrap_or_default());
    mock(another(request, Method::GET, &rest, &Value::Null))
}

/// The number of a version, where the answer has one.
fn number(body: &Value) -> Option<u64> {
    body["Version"].as_str()?.parse().ok()
}

/// What a server remembers of functions, by name.
struct Memory<T>(Mutex<BTreeMap<String, T>>);

impl<T> Memory<T> {
    fn new() -> Self {
        Memory(Mutex::default())
    }

    fn all(&self) -> MutexGuard<'_, BTreeMap<String, T>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The cases of some topics.
fn cases<'l>(library: &'l Library, topics: &[&str]) -> Vec<Item<'l>> {
    let patterns: Vec<String> = topics.iter().map(|topic| format!("/{topic}/")).collect();
    plan::choose(&library.suites, &patterns, None).expect("cases of these topics")
}

/// The clauses that a server breaks in the cases of some topics.
async fn broken(library: &Library, server: Arc<Middleware>, topics: &[&str]) -> BTreeSet<String> {
    let outcomes = outcomes(library, server, &cases(library, topics)).await;
    let found = outcomes
        .into_iter()
        .flat_map(|outcome| outcome.mismatches.into_iter().chain(outcome.common));
    found.map(|mismatch| mismatch.clause).collect()
}

/// Every one is noticed in these topics, by the clause that is due; or by none in all topics.
async fn all_are_noticed(servers: Vec<Server>, topics: &[&str]) {
    let library = world::library();
    let mut wrong = Vec::new();
    for Server { name, how, due } in servers {
        let topics = if due.is_ok() { topics } else { &TOPICS };
        let broken = broken(library, how, topics).await;
        match due {
            Ok(clause) if !broken.contains(clause) => {
                wrong.push(format!("{name}: of {clause}, named {broken:?}"));
            }
            Err(reason) if !broken.is_empty() => {
                wrong.push(format!("{name}: {reason}, and yet {broken:?}"));
            }
            _ => {}
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// So the topics notice what is wrong, and not everything: they pass on the mock, and on one that settles at once.
#[tokio::test]
async fn the_mock_behind_nothing_breaks_no_clause_of_these_lives() {
    let library = world::library();
    let topics = [&TOPICS[..], &["kept-settings", "updated-settings"]].concat();
    let items = cases(library, &topics);
    for options in [MockOptions::embedded, MockOptions::settled] {
        let options = options(Settings::default());
        let outcomes = outcomes_before(options, library, honest(), &items).await;
        for (item, outcome) in items.iter().zip(outcomes) {
            let passed = matches!(outcome.verdict, Verdict::Passed);
            assert!(passed, "{}: {outcome:?}", item.case.id);
        }
    }
}
