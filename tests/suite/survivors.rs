//! Servers that differ from Lambda in one respect, each of which passed the suite once: all are noticed, and the clause that
//! they break is named.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, PoisonError},
};

use crate::world;
use bytes::Bytes;
use http::{Method, Request, Response, Uri};
use lambda_conformance::{
    level::Level,
    load::Library,
    mock::{Middleware, Mock, MockOptions},
    plan,
    reference::Settings,
    session::{Session, SessionOptions},
    verdict::Verdict,
};
use rstest::rstest;
use serde_json::Value;

pub(super) type Next<'n> = &'n dyn Fn(Request<Bytes>) -> Response<Bytes>;

/// A server in which `change` is made of each request.
pub(super) fn taking(
    change: impl Fn(&mut Request<Bytes>) + Send + Sync + 'static,
) -> Arc<Middleware> {
    Arc::new(move |mut request: Request<Bytes>, mock: Next<'_>| {
        change(&mut request);
        mock(request)
    })
}

/// A server whose successful reads are changed: `change` gets what was asked and the configuration.
pub(super) fn showing(
    change: impl Fn(&str, &mut Value) + Send + Sync + 'static,
) -> Arc<Middleware> {
    Arc::new(move |request: Request<Bytes>, mock: Next<'_>| {
        let is_read = request.method() == Method::GET && is_configuration(request.uri());
        let asked = request.uri().to_string();
        let answer = mock(request);
        if !is_read || answer.status() != 200 {
            return answer;
        }
        let (head, body) = answer.into_parts();
        let mut body: Value = serde_json::from_slice(&body).expect("a configuration is JSON");
        change(&asked, &mut body);
        Response::from_parts(head, Bytes::from(body.to_string()))
    })
}

fn is_configuration(uri: &Uri) -> bool {
    uri.path().ends_with("/configuration")
}

/// Another path for a request that leaves its query.
fn reroute(request: &mut Request<Bytes>, path: &str) {
    let query = request.uri().query().map(|query| format!("?{query}"));
    let target = format!("{path}{}", query.unwrap_or_default());
    *request.uri_mut() = target.parse().expect("a path of a request");
}

/// The segments of a path, each changed by its place.
fn segments(path: &str, change: impl Fn(usize, &str) -> String) -> String {
    let segments = path.split('/').enumerate();
    let changed: Vec<String> = segments.map(|(at, text)| change(at, text)).collect();
    changed.join("/")
}

/// A server that does not look at the method where the path is that of the operation.
fn any_method_is_get(methods: &'static [&'static str]) -> Arc<Middleware> {
    taking(move |request| {
        if is_configuration(request.uri()) && methods.contains(&request.method().as_str()) {
            *request.method_mut() = Method::GET;
        }
    })
}

fn any_date() -> Arc<Middleware> {
    taking(|request| {
        if is_configuration(request.uri()) {
            let path = segments(request.uri().path(), |at, text| match at {
                1 => "2015-03-31".to_owned(),
                _ => text.to_owned(),
            });
            reroute(request, &path);
        }
    })
}

fn any_letter_case() -> Arc<Middleware> {
    taking(|request| {
        let path = segments(request.uri().path(), |at, text| match at {
            2 | 4 => text.to_lowercase(),
            _ => text.to_owned(),
        });
        reroute(request, &path);
    })
}

fn any_word(word: &'static str, due: &'static str) -> Arc<Middleware> {
    taking(move |request| {
        let path = segments(request.uri().path(), |_, text| {
            if text == word { due } else { text }.to_owned()
        });
        reroute(request, &path);
    })
}

fn slashes_at_the_beginning_are_one() -> Arc<Middleware> {
    taking(|request| {
        let path = format!("/{}", request.uri().path().trim_start_matches('/'));
        reroute(request, &path);
    })
}

/// A server that looks functions up by their names in lower case.
fn names_are_folded() -> Arc<Middleware> {
    taking(|request| {
        if request.method() == Method::GET && is_configuration(request.uri()) {
            let path = segments(request.uri().path(), |at, text| match at {
                3 => text.to_lowercase().replace("%3alive", "%3ALiVe"),
                _ => text.to_owned(),
            });
            reroute(request, &path);
        }
    })
}

/// A server that looks aliases up by their names in lower case.
fn qualifiers_are_folded() -> Arc<Middleware> {
    taking(|request| {
        if request.method() == Method::GET && is_configuration(request.uri()) {
            let path = request.uri().path().to_owned();
            let query = request.uri().query().map(str::to_lowercase);
            let query = query.map(|query| query.replace("qualifier=", "?Qualifier="));
            let query = query.map(|query| query.replace("%24latest", "%24LATEST"));
            let target = format!("{path}{}", query.unwrap_or_default());
            *request.uri_mut() = target.parse().expect("a path of a request");
        }
    })
}

/// The variables of a configuration, if it has any.
fn variables(body: &mut Value) -> impl Iterator<Item = &mut Value> {
    let variables = body.pointer_mut("/Environment/Variables");
    let variables = variables.and_then(Value::as_object_mut);
    variables
        .into_iter()
        .flat_map(|variables| variables.values_mut())
}

fn change_text(value: &mut Value, change: impl Fn(&str) -> String) {
    if let Some(text) = value.as_str() {
        *value = change(text).into();
    }
}

fn values_are_trimmed() -> Arc<Middleware> {
    showing(|_, body| {
        variables(body).for_each(|value| change_text(value, |text| text.trim().to_owned()))
    })
}

fn values_are_composed() -> Arc<Middleware> {
    showing(|_, body| {
        variables(body).for_each(|value| change_text(value, |text| text.replace("e\u{301}", "é")))
    })
}

fn values_are_typed() -> Arc<Middleware> {
    showing(|_, body| {
        variables(body).for_each(|value| {
            if let Some(Ok(number)) = value.as_str().map(str::parse::<f64>) {
                *value = number.to_string().into();
            }
        });
    })
}

fn a_member(
    name: &'static str,
    change: impl Fn(&str) -> String + Send + Sync + 'static,
) -> Arc<Middleware> {
    showing(move |_, body| change_text(&mut body[name], &change))
}

/// A server that remembers a member as it was first read and shows it ever after.
fn remembering(member: &'static str) -> Arc<Middleware> {
    let remembered: Mutex<BTreeMap<String, Value>> = Mutex::default();
    showing(move |asked, body| {
        let mut remembered = remembered.lock().unwrap_or_else(PoisonError::into_inner);
        let first = remembered
            .entry(asked.to_owned())
            .or_insert_with(|| body[member].clone());
        body[member] = first.clone();
    })
}

/// A server that remembers whole answers, the refusals among them.
fn remembering_answers(status: u16) -> Arc<Middleware> {
    let remembered: Mutex<BTreeMap<String, Bytes>> = Mutex::default();
    Arc::new(move |request: Request<Bytes>, mock: Next<'_>| {
        let is_read = request.method() == Method::GET && is_configuration(request.uri());
        let asked = request.uri().to_string();
        let mut answer = mock(request.clone());
        let mut remembered = remembered.lock().unwrap_or_else(PoisonError::into_inner);
        if is_read && answer.status() == status {
            remembered.insert(asked, answer.body().clone());
        } else if is_read && let Some(body) = remembered.get(&asked) {
            *answer.status_mut() = status.try_into().expect("a status");
            *answer.body_mut() = body.clone();
        }
        answer
    })
}

/// A server in which an update can be read once it is over.
fn old_values_during_an_update() -> Arc<Middleware> {
    const LIFE: [&str; 5] = [
        "LastUpdateStatus",
        "LastUpdateStatusReason",
        "LastUpdateStatusReasonCode",
        "RevisionId",
        "LastModified",
    ];
    let settled: Mutex<BTreeMap<String, Value>> = Mutex::default();
    showing(move |asked, body| {
        let mut settled = settled.lock().unwrap_or_else(PoisonError::into_inner);
        if body["LastUpdateStatus"] != "InProgress" {
            settled.insert(asked.to_owned(), body.clone());
        } else if let Some(old) = settled.get(asked) {
            let mut old = old.clone();
            for member in LIFE {
                old[member] = body[member].take();
            }
            *body = old;
        }
    })
}

/// A server in which nothing but its creation gives a function a time.
fn last_modified_is_that_of_the_creation() -> Arc<Middleware> {
    let created: Mutex<BTreeMap<String, Value>> = Mutex::default();
    Arc::new(move |request: Request<Bytes>, mock: Next<'_>| {
        let answer = mock(request);
        let Ok(mut body) = serde_json::from_slice::<Value>(answer.body()) else {
            return answer;
        };
        let (Some(name), true) = (
            body["FunctionName"].as_str(),
            body["LastModified"].is_string(),
        ) else {
            return answer;
        };
        let name = format!("{name}:{}", body["Version"]);
        let mut created = created.lock().unwrap_or_else(PoisonError::into_inner);
        let first = created
            .entry(name)
            .or_insert_with(|| body["LastModified"].clone());
        body["LastModified"] = first.clone();
        let (head, _) = answer.into_parts();
        Response::from_parts(head, Bytes::from(body.to_string()))
    })
}

/// A server that gives each read the time of the read.
fn last_modified_is_now() -> Arc<Middleware> {
    let reads = Mutex::new(0_u32);
    showing(move |_, body| {
        let mut reads = reads.lock().unwrap_or_else(PoisonError::into_inner);
        *reads += 1;
        body["LastModified"] = format!(
            "2026-01-01T00:{:02}:{:02}.000+0000",
            *reads / 60 % 60,
            *reads % 60
        )
        .into();
    })
}

/// The clauses that a server breaks in the cases of some topics.
async fn broken(library: &Library, server: Arc<Middleware>, topics: &[&str]) -> BTreeSet<String> {
    let patterns: Vec<String> = topics.iter().map(|topic| format!("/{topic}/")).collect();
    broken_in(library, server, &patterns).await
}

/// The clauses that a server breaks in the cases whose ids have one of these texts.
pub(super) async fn broken_in(
    library: &Library,
    server: Arc<Middleware>,
    patterns: &[String],
) -> BTreeSet<String> {
    let options = MockOptions::embedded(Settings::default());
    let mock = Mock::behind(0, options, server).await.expect("a free port");
    let items = plan::choose(&library.suites, patterns, None).expect("cases of these topics");
    let options = SessionOptions {
        run: Some("test0000".to_owned()),
        level: Level::Observed,
        jobs: 16,
        ..SessionOptions::default()
    };
    let mut session = Session::open(mock.target(), library, options)
        .await
        .expect("an answer");
    session.arrange(&items).await.expect("it stays");
    let mut broken = BTreeSet::new();
    session
        .run(&items, |item, outcome| {
            assert!(
                !matches!(
                    outcome.verdict,
                    Verdict::NotTestable { .. } | Verdict::Inconclusive { .. }
                ),
                "{}: {:?}",
                item.case.id,
                outcome.verdict
            );
            let found = outcome.mismatches.iter().chain(&outcome.common);
            broken.extend(found.map(|mismatch| mismatch.clause.clone()));
            true
        })
        .await;
    broken
}

#[rstest]
#[case::a_post_is_a_get(any_method_is_get(&["POST"]), "routing", "REQ-METHOD")]
#[case::a_delete_is_a_get(any_method_is_get(&["DELETE"]), "routing", "REQ-METHOD")]
#[case::a_patch_is_a_get(any_method_is_get(&["PATCH"]), "routing", "REQ-METHOD")]
#[case::an_options_is_a_get(any_method_is_get(&["OPTIONS"]), "routing", "REQ-METHOD")]
#[case::any_date(any_date(), "routing", "REQ-PATH")]
#[case::any_letter_case_of_the_path(any_letter_case(), "routing", "REQ-PATH")]
#[case::the_singular(any_word("function", "functions"), "routing", "REQ-PATH")]
#[case::a_short_word(any_word("config", "configuration"), "routing", "REQ-PATH")]
#[case::slashes_at_the_beginning_are_one(slashes_at_the_beginning_are_one(), "routing", "REQ-PATH")]
#[case::names_are_folded(names_are_folded(), "letters", "REQ-NAME-BARE")]
#[case::qualifiers_are_folded(qualifiers_are_folded(), "letters", "REQ-QUAL-ALIAS")]
#[case::values_are_trimmed(values_are_trimmed(), "letters", "RSP-SHAPE-ENV")]
#[case::values_are_composed(values_are_composed(), "letters", "RSP-SHAPE-ENV")]
#[case::values_are_typed(values_are_typed(), "letters", "RSP-SHAPE-ENV")]
#[case::descriptions_are_folded(
    a_member("Description", str::to_lowercase),
    "letters",
    "RSP-DESC-TYPE"
)]
#[case::handlers_are_folded(a_member("Handler", str::to_lowercase), "letters", "RSP-HANDLER-TYPE")]
#[case::old_values_during_an_update(old_values_during_an_update(), "states", "X-INPROGRESS-READ")]
#[case::last_modified_is_remembered(remembering("LastModified"), "last-modified", "RSP-LM-TYPE")]
#[case::last_modified_is_that_of_the_creation(
    last_modified_is_that_of_the_creation(),
    "last-modified",
    "RSP-LM-TYPE"
)]
#[case::last_modified_is_now(last_modified_is_now(), "last-modified", "RSP-LM-TYPE")]
#[case::an_environment_is_remembered(remembering("Environment"), "reads-between", "OP-REF-UPDATE")]
#[case::a_description_is_remembered(remembering("Description"), "reads-between", "OP-REF-UPDATE")]
#[case::a_runtime_is_remembered(remembering("Runtime"), "reads-between", "OP-REF-UPDATE")]
#[case::logging_is_remembered(remembering("LoggingConfig"), "reads-between", "RSP-SHAPE-LOGGING")]
#[case::tracing_is_remembered(remembering("TracingConfig"), "reads-between", "RSP-SHAPE-TRACING")]
#[case::a_network_is_remembered(remembering("VpcConfig"), "reads-between", "RSP-SHAPE-VPC")]
#[case::a_digest_is_remembered(remembering("CodeSha256"), "reads-between", "RSP-CODESHA-MEANING")]
#[case::a_version_is_remembered(remembering("Version"), "reads-between", "REQ-QUAL-ALIAS")]
#[case::a_revision_is_remembered(remembering("RevisionId"), "reads-between", "RSP-REV-MEANING")]
#[case::what_was_not_found_never_is(remembering_answers(404), "reads-between", "X-DELETED")]
#[case::what_was_found_always_is(remembering_answers(200), "reads-between", "X-DELETED")]
#[tokio::test]
async fn a_server_that_differs_in_one_respect_is_noticed(
    #[case] server: Arc<Middleware>,
    #[case] topic: &str,
    #[case] clause: &str,
) {
    let broken = broken(&world::library(), server, &[topic]).await;
    assert!(broken.contains(clause), "of {clause}, named {broken:?}");
}

/// So the topics notice what is wrong, and not everything.
#[tokio::test]
async fn the_mock_behind_nothing_breaks_no_clause() {
    let honest: Arc<Middleware> = Arc::new(|request, mock| mock(request));
    let topics = [
        "routing",
        "letters",
        "states",
        "last-modified",
        "reads-between",
        "constraints",
    ];
    let broken = broken(&world::library(), honest, &topics).await;
    assert!(broken.is_empty(), "{broken:?}");
}

/// What AWS makes of blanks at the ends of a description that it is sent is not on record, so they are demanded of nobody.
#[tokio::test]
async fn a_server_that_trims_descriptions_breaks_no_clause() {
    let trimming = a_member("Description", |text| text.trim().to_owned());
    let topics = ["letters", "settings", "reads-between"];
    let broken = broken(&world::library(), trimming, &topics).await;
    assert!(broken.is_empty(), "{broken:?}");
}
