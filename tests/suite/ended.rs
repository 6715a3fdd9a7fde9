//! Cases that end before their last step: what came until then stays judged.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use bytes::Bytes;
use http::{Method, Request, Response, StatusCode};
use lambda_conformance::{
    mock::{Middleware, Mock, MockOptions},
    note::Note,
    plan,
    reference::Settings,
    session::{Session, SessionOptions},
    verdict::{Outcome, Verdict},
};

use crate::{servers::Next, world};

const CASE: &str = "*/versions/the-same-code-again";

/// What comes of the case on a server.
async fn outcome(server: Arc<Middleware>) -> Outcome {
    let library = world::library();
    let options = MockOptions::embedded(Settings::default());
    let mock = Mock::behind(0, options, server).await.expect("a free port");
    let items = plan::choose(&library.suites, &[CASE.to_owned()], None).expect("the case");
    assert_eq!(items.len(), 1);
    let mut session = Session::open(mock.target(), library, SessionOptions::default())
        .await
        .expect("an answer");
    session.arrange(&items).await.expect("it stays");
    let outcome = session.judge(items[0]).await;
    assert_eq!(session.close().await, Vec::<String>::new());
    outcome
}

fn is_publication(request: &Request<Bytes>) -> bool {
    request.method() == Method::POST && request.uri().path().ends_with("/versions")
}

/// The case asks for version 2, gets version 1 and then waits for a version 2 that never comes.
#[tokio::test]
async fn a_wrong_answer_fails_a_case_that_waits_in_vain_afterwards() {
    let first: Mutex<BTreeMap<String, Response<Bytes>>> = Mutex::default();
    let outcome = outcome(Arc::new(move |request: Request<Bytes>, mock: Next<'_>| {
        if !is_publication(&request) {
            return mock(request);
        }
        let mut first = first.lock().unwrap_or_else(PoisonError::into_inner);
        let path = request.uri().path().to_owned();
        first.entry(path).or_insert_with(|| mock(request)).clone()
    }))
    .await;
    assert_eq!(outcome.verdict, Verdict::Failed);
    let found: Vec<String> = outcome
        .mismatches
        .iter()
        .map(|mismatch| format!("{} {} {}", mismatch.clause, mismatch.at, mismatch.found))
        .collect();
    assert!(
        found
            .iter()
            .any(|found| found.ends_with(" body.Version \"1\"")),
        "{found:?}"
    );
    let why: Vec<String> = outcome
        .notes
        .iter()
        .filter(|note| matches!(note, Note::Ended { .. }))
        .map(Note::to_string)
        .collect();
    assert_eq!(why.len(), 1, "{:?}", outcome.notes);
    assert!(
        why[0].contains("GetFunction failed after 5 s: 404"),
        "{why:?}"
    );
}

/// A wait whose reads fail is not refused: the case fails, and what was right counts.
#[tokio::test]
async fn a_case_whose_wait_fails_after_right_answers_fails() {
    let published: Mutex<bool> = Mutex::default();
    let outcome = outcome(Arc::new(move |request: Request<Bytes>, mock: Next<'_>| {
        let mut published = published.lock().unwrap_or_else(PoisonError::into_inner);
        let reads = request.method() == Method::GET && *published;
        *published |= is_publication(&request);
        let mut answer = mock(request);
        if reads {
            *answer.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
        }
        answer
    }))
    .await;
    assert_eq!(outcome.verdict, Verdict::Failed);
    let found: Vec<String> = outcome
        .mismatches
        .iter()
        .map(|mismatch| format!("{}, {}", mismatch.expected, mismatch.found))
        .collect();
    assert_eq!(found, ["200 from GetFunction (step `first-settled`), 503"]);
    assert!(!outcome.decided.is_empty());
}
