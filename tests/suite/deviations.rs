//! The suite bites: whatever row of the error table the mock gets wrong, in whatever part, the suite fails and says which.
//!
//! Generated: every row of `reference::ROWS` times every part of an answer, none picked by hand.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, PoisonError},
};

use crate::world;
use bytes::Bytes;
use futures_util::{StreamExt, stream};
use http::{HeaderValue, Request, Response, StatusCode};
use lambda_conformance::{
    level::Level,
    load::Library,
    mock::Deviation,
    plan::Item,
    reference::{ROWS, Row},
    session::Session,
    verdict::{Mismatch, Verdict},
};
use serde_json::{Value, json};

/// A part of an answer that a target may get wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Status,
    ErrorName,
    ErrorHeader,
    Message,
    Type,
    ContentType,
    RequestId,
    NoJson,
    EmptyBody,
}

pub(super) const PARTS: [Part; 9] = [
    Part::Status,
    Part::ErrorName,
    Part::ErrorHeader,
    Part::Message,
    Part::Type,
    Part::ContentType,
    Part::RequestId,
    Part::NoJson,
    Part::EmptyBody,
];

/// The clauses of which one must be named when a row is wrong in its status, its name or its text.
///
/// Rows that this suite cannot see are named with the reason.
pub(super) fn clauses(row: Row) -> Result<&'static [&'static str], &'static str> {
    Ok(match row.name() {
        "not-found" => &["ERR-404"],
        "other-region" => &["X-REGION"],
        "qualifier-conflict" => &["X-QUAL-CONFLICT"],
        "validation" => &["X-VALIDATION", "REQ-NAME-PATTERN"],
        "throttled" => &["ERR-429"],
        "not-authorised" => &["X-AUTHZ"],
        "no-credentials" => &["X-AUTH-MISSING"],
        "unknown-key" => &["X-AUTH-BADKEY"],
        "expired-token" => &["X-AUTH-EXPIRED-TOKEN"],
        "wrong-signature" => &["X-AUTH-BADSIG"],
        "clock-skew" => &["X-AUTH-SKEW"],
        "unroutable" => &["X-ROUTE-UNKNOWN"],
        "internal-error" => &["ERR-500"],
        "malformed-authorization" => {
            return Err("nothing of it is recorded, so nothing is asserted");
        }
        "revision-mismatch" => return Err("no read answers it"),
        "success" => return Err("not an error; members.rs makes it wrong"),
        "set-up-error" => return Err("no read answers it"),
        unknown => panic!("row `{unknown}` has no clause here; say which clause must be named"),
    })
}

/// What of a row the contract leaves open, so that no case may fail on it.
fn is_open(row: Row, part: Part) -> Option<&'static str> {
    match (row.name(), part) {
        ("unroutable", Part::ErrorName | Part::Type | Part::NoJson) => {
            Some("it is XML and has neither")
        }
        ("unroutable", Part::ContentType) => Some("one trace of 2019 shows that it has none"),
        ("internal-error", Part::Message) => {
            Some("its text is known through the report of an SDK only")
        }
        ("clock-skew", Part::RequestId) => Some("the trace on record shows none"),
        (row, Part::Type)
            if ![
                "not-found",
                "other-region",
                "qualifier-conflict",
                "validation",
            ]
            .contains(&row) =>
        {
            Some("`Type` of this error is not recorded on a control-plane read")
        }
        _ => None,
    }
}

pub(super) fn deviate(answer: Response<Bytes>, part: Part) -> Response<Bytes> {
    let (mut head, mut body) = answer.into_parts();
    let edit = |body: &Bytes, change: &dyn Fn(&mut Value)| -> Bytes {
        match serde_json::from_slice::<Value>(body) {
            Ok(mut value) => {
                change(&mut value);
                Bytes::from(value.to_string())
            }
            Err(_) => Bytes::from(String::from_utf8_lossy(body).replace("Unable", "Not able")),
        }
    };
    match part {
        Part::Status => head.status = StatusCode::IM_A_TEAPOT,
        Part::ErrorName => {
            head.headers.insert(
                "x-amzn-errortype",
                HeaderValue::from_static("SomeOtherException"),
            );
        }
        Part::ErrorHeader => match head.headers.remove("x-amzn-errortype") {
            Some(_) => {}
            None => {
                head.headers.insert(
                    "x-amzn-errortype",
                    HeaderValue::from_static("AccessDeniedException"),
                );
            }
        },
        Part::Message => {
            body = edit(&body, &|value| {
                for member in ["message", "Message"] {
                    if value.get(member).is_some() {
                        value[member] = json!("something else");
                    }
                }
            });
        }
        Part::Type => {
            body = edit(&body, &|value| {
                let object = value.as_object_mut().expect("an error is an object");
                if object.remove("Type").is_none() {
                    object.insert("Type".to_owned(), json!("User"));
                }
            });
        }
        Part::ContentType => match head.headers.remove("content-type") {
            Some(_) => {
                head.headers
                    .insert("content-type", HeaderValue::from_static("text/html"));
            }
            None => {
                head.headers
                    .insert("content-type", HeaderValue::from_static("application/xml"));
            }
        },
        Part::RequestId => {
            head.headers.remove("x-amzn-requestid");
        }
        Part::NoJson => body = Bytes::from_static(b"<html>no</html>"),
        Part::EmptyBody => body = Bytes::new(),
    }
    Response::from_parts(head, body)
}

/// The mismatches of some cases.
async fn mismatches(items: &[Item<'_>], world: &Session) -> Vec<Mismatch> {
    let outcomes: Vec<_> = stream::iter(items)
        .map(|item| world.judge(*item))
        .buffered(16)
        .collect()
        .await;
    outcomes
        .into_iter()
        .flat_map(|outcome| {
            assert!(
                !matches!(outcome.verdict, Verdict::NotTestable { .. }),
                "on the mock everything is testable: {:?}",
                outcome.verdict
            );
            outcome.mismatches.into_iter().chain(outcome.common)
        })
        .collect()
}

/// The cases whose answers are of a row, by row, found by running each of them on the honest mock.
pub(super) async fn by_row<'l>(
    library: &'l Library,
    world: &Session,
    seen: &Mutex<BTreeSet<Row>>,
) -> BTreeMap<Row, Vec<Item<'l>>> {
    let mut cases: BTreeMap<Row, Vec<Item<'l>>> = BTreeMap::new();
    for suite in &library.suites {
        for case in suite.cases.iter().filter(|case| !case.private) {
            let found = mismatches(&[Item { suite, case }], world).await;
            assert!(found.is_empty(), "the honest mock differs: {found:?}");
            for row in std::mem::take(&mut *seen.lock().unwrap_or_else(PoisonError::into_inner)) {
                cases.entry(row).or_default().push(Item { suite, case });
            }
        }
    }
    cases
}

#[tokio::test]
async fn every_row_in_every_part_is_noticed_and_named() {
    let library = world::library();
    let wrong: Arc<Mutex<Option<(Row, Part)>>> = Arc::default();
    let seen: Arc<Mutex<BTreeSet<Row>>> = Arc::default();
    let (shared, witness) = (Arc::clone(&wrong), Arc::clone(&seen));
    let deviation: Arc<Deviation> = Arc::new(move |_: &Request<Bytes>, answer: Response<Bytes>| {
        let wrong = *shared.lock().unwrap_or_else(PoisonError::into_inner);
        witness
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .extend(answer.extensions().get::<Row>());
        match (wrong, answer.extensions().get::<Row>().copied()) {
            (Some((row, part)), Some(of)) if row == of => deviate(answer, part),
            _ => answer,
        }
    });
    let (_mock, world) = world::deviating(library, Level::Observed, deviation).await;
    let cases = by_row(library, &world, &seen).await;

    let mut unnoticed = Vec::new();
    let mut tried = 0;
    for row in ROWS.iter().copied() {
        let Ok(expected) = clauses(row) else { continue };
        let items = cases.get(&row).map_or(&[][..], Vec::as_slice);
        assert!(!items.is_empty(), "no case is answered by `{row}`");
        for part in PARTS {
            *wrong.lock().unwrap_or_else(PoisonError::into_inner) = Some((row, part));
            let found = mismatches(items, &world).await;
            let named: BTreeSet<&str> = found
                .iter()
                .map(|mismatch| mismatch.clause.as_str())
                .collect();
            if is_open(row, part).is_some() {
                continue;
            }
            tried += 1;
            let own = matches!(part, Part::Status | Part::ErrorName | Part::Message);
            let header = match part {
                Part::ContentType => Some("X-HDR-OTHER"),
                Part::RequestId => Some("X-HDR-REQUESTID"),
                Part::ErrorHeader => Some("X-HDR-ERRORTYPE"),
                _ => None,
            };
            let right = expected.iter().any(|clause| named.contains(clause));
            let noticed = match header {
                Some(header) => right || named.contains(header),
                None if own => right,
                None => !named.is_empty(),
            };
            if !noticed {
                unnoticed.push(format!(
                    "{row} wrong in {part:?}: expected {expected:?} or {header:?}, named {named:?}"
                ));
            }
        }
    }
    assert!(
        unnoticed.is_empty(),
        "{} of {tried} went unnoticed:\n{}",
        unnoticed.len(),
        unnoticed.join("\n")
    );
    assert!(tried > 90, "only {tried} deviations were tried");
}
