//! Servers that differ from Lambda in one respect: each stands before the mock, and changes what it is sent or what it answers.

pub(crate) mod asked;
pub(crate) mod changed;
pub(crate) mod letters;
pub(crate) mod remembering;
pub(crate) mod routes;

use std::sync::Arc;

use bytes::Bytes;
use http::{Method, Request, Response, Uri};
use lambda_conformance::{
    level::Level,
    load::Library,
    mock::{Middleware, Mock, MockOptions},
    plan::Item,
    reference::Settings,
    session::{Session, SessionOptions},
    verdict::Outcome,
};
use serde_json::Value;

/// The mock that a server stands before.
pub(crate) type Next<'n> = &'n dyn Fn(Request<Bytes>) -> Response<Bytes>;

/// A server in which nothing is wrong.
pub(crate) fn honest() -> Arc<Middleware> {
    Arc::new(|request, mock| mock(request))
}

/// A server in which `change` is made of each request.
pub(crate) fn taking(
    change: impl Fn(&mut Request<Bytes>) + Send + Sync + 'static,
) -> Arc<Middleware> {
    Arc::new(move |mut request: Request<Bytes>, mock: Next<'_>| {
        change(&mut request);
        mock(request)
    })
}

/// A server whose successful reads are changed: `change` gets what was asked and the configuration.
pub(crate) fn showing(
    change: impl Fn(&str, &mut Value) + Send + Sync + 'static,
) -> Arc<Middleware> {
    Arc::new(move |request: Request<Bytes>, mock: Next<'_>| {
        let is_read = is_read(&request);
        let asked = request.uri().to_string();
        let answer = mock(request);
        if !is_read || answer.status() != 200 {
            return answer;
        }
        written(answer, |body| change(&asked, body))
    })
}

/// An answer whose body is JSON, with `change` made of it.
pub(crate) fn written(answer: Response<Bytes>, change: impl FnOnce(&mut Value)) -> Response<Bytes> {
    let (head, body) = answer.into_parts();
    let mut body: Value = serde_json::from_slice(&body).expect("the mock answers in JSON");
    change(&mut body);
    Response::from_parts(head, Bytes::from(body.to_string()))
}

/// Whether a request reads a configuration.
pub(crate) fn is_read(request: &Request<Bytes>) -> bool {
    request.method() == Method::GET && is_configuration(request.uri())
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

/// What comes of some cases on a server, in their order.
pub(crate) async fn outcomes<'l>(
    library: &'l Library,
    server: Arc<Middleware>,
    items: &[Item<'l>],
) -> Vec<Outcome> {
    let options = MockOptions::embedded(Settings::default());
    outcomes_before(options, library, server, items).await
}

/// The same, before a mock of these options.
pub(crate) async fn outcomes_before<'l>(
    options: MockOptions,
    library: &'l Library,
    server: Arc<Middleware>,
    items: &[Item<'l>],
) -> Vec<Outcome> {
    let mock = Mock::behind(0, options, server).await.expect("a free port");
    let options = SessionOptions {
        run: Some("test0000".to_owned()),
        level: Level::Observed,
        jobs: 16,
        ..SessionOptions::default()
    };
    let mut session = Session::open(mock.target(), library, options)
        .await
        .expect("an answer");
    session.arrange(items).await.expect("it stays");
    let mut outcomes = Vec::with_capacity(items.len());
    session
        .run(items, |_, outcome| {
            outcomes.push(outcome.clone());
            true
        })
        .await;
    outcomes
}
