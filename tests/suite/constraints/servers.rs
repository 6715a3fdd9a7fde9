//! Servers that do not hold a request to the model: all are noticed, and the kind of constraint is named.

use std::{collections::BTreeSet, sync::Arc};

use bytes::Bytes;
use http::{Method, Request, Response};
use lambda_conformance::mock::Middleware;
use serde_json::{Value, json};

use super::{around::ZIP, violation::Kind};
use crate::{matrix::Share, servers::Next, survivors::broken_in, world};

/// A request that writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Write {
    Creation,
    Update,
    Code,
}

impl Write {
    fn of(request: &Request<Bytes>) -> Option<Write> {
        let path = request.uri().path();
        match *request.method() {
            Method::POST if path.ends_with("/functions") => Some(Write::Creation),
            Method::PUT if path.ends_with("/configuration") => Some(Write::Update),
            Method::PUT if path.ends_with("/code") => Some(Write::Code),
            _ => None,
        }
    }

    /// What the ids of the cases that try it begin with.
    fn cases(self) -> &'static str {
        match self {
            Write::Creation => "create",
            Write::Update => "update",
            Write::Code => "code",
        }
    }

    /// The same request with nothing in it that can be wrong.
    fn mended(self, request: &Request<Bytes>) -> Request<Bytes> {
        let sent: Value = serde_json::from_slice(request.body()).expect("a body of JSON");
        let body = match self {
            Write::Creation => json!({
                "FunctionName": sent["FunctionName"],
                "Role": "arn:aws:iam::123456789012:role/own",
                "Runtime": "python3.12",
                "Handler": "index.handler",
                "Code": { "ZipFile": ZIP },
            }),
            Write::Update => json!({ "Description": "a trace" }),
            Write::Code => json!({ "ZipFile": ZIP }),
        };
        let (head, _) = request.clone().into_parts();
        Request::from_parts(head, Bytes::from(body.to_string()))
    }
}

/// The kinds of constraints that an answer says are broken.
fn kinds(answer: &Response<Bytes>) -> BTreeSet<Kind> {
    if answer.status() != 400 {
        return BTreeSet::new();
    }
    let error = answer.headers().get("x-amzn-errortype");
    if error.is_some_and(|name| name == "SerializationException") {
        return BTreeSet::from([Kind::Type]);
    }
    let body: Value = serde_json::from_slice(answer.body()).expect("an error is JSON");
    let message = body["message"].as_str().unwrap_or_default();
    let sentences = message.split("; ").filter_map(|sentence| {
        let (of, says) = sentence.split_once(" failed to satisfy constraint: ")?;
        let says = |words: &str| says.contains(words);
        Some(if says("enum value set") {
            Kind::Enum
        } else if says("regular expression pattern") {
            Kind::Pattern
        } else if says("have value") {
            Kind::Range
        } else if says("have length") && of.contains("Value '[") {
            Kind::Count
        } else if says("have length") {
            Kind::Length
        } else {
            Kind::Required
        })
    });
    sentences.collect()
}

/// A server that does not know one kind of constraint.
fn lenient(write: Write, kind: Kind) -> Arc<Middleware> {
    Arc::new(move |request: Request<Bytes>, mock: Next<'_>| {
        let answer = mock(request.clone());
        if Write::of(&request) == Some(write) && kinds(&answer) == BTreeSet::from([kind]) {
            return mock(write.mended(&request));
        }
        answer
    })
}

/// A server that refuses what is wrong, and does all the same what was asked.
fn tracing(write: Write, kind: Kind) -> Arc<Middleware> {
    Arc::new(move |request: Request<Bytes>, mock: Next<'_>| {
        let answer = mock(request.clone());
        if Write::of(&request) == Some(write) && kinds(&answer).contains(&kind) {
            mock(write.mended(&request));
        }
        answer
    })
}

const WRITES: [(Write, &[Kind]); 3] = [
    (Write::Creation, &Kind::ALL),
    (Write::Update, &Kind::ALL),
    (
        Write::Code,
        &[
            Kind::Type,
            Kind::Enum,
            Kind::Length,
            Kind::Pattern,
            Kind::Count,
        ],
    ),
];

#[tokio::test]
async fn a_server_that_does_not_know_a_kind_of_constraint_is_noticed() {
    let library = world::library();
    for (write, kinds) in WRITES {
        for &kind in kinds {
            let cases = format!("/constraints/{}-{kind}", write.cases());
            let broken = broken_in(library, lenient(write, kind), &[cases]).await;
            let clause = format!("SET-{}", kind.to_string().to_uppercase());
            assert!(
                broken.contains(&clause),
                "{write:?} without {kind}: {broken:?}"
            );
        }
    }
}

#[tokio::test]
#[ignore = "runs the cases of all kinds on a server for each of them"]
async fn a_server_that_does_not_know_a_kind_of_constraint_breaks_no_other_kind() {
    let library = world::library();
    let share = Share::of_environment();
    for (write, kinds) in WRITES {
        for &kind in kinds {
            if !share.has(&format!("{write:?} {kind}")) {
                continue;
            }
            let cases = format!("/constraints/{}-", write.cases());
            let broken = broken_in(library, lenient(write, kind), &[cases]).await;
            let clause = format!("SET-{}", kind.to_string().to_uppercase());
            assert!(
                broken.contains(&clause),
                "{write:?} without {kind}: {broken:?}"
            );
            // a refusal of a list names all that is asked of its elements, their lengths beside their pattern
            let others = broken
                .iter()
                .filter(|one| one.starts_with("SET-") && **one != clause);
            assert!(
                kind == Kind::Pattern || others.count() == 0,
                "{write:?} without {kind}: {broken:?}"
            );
        }
    }
}

#[tokio::test]
async fn a_server_that_refuses_and_leaves_a_trace_is_noticed() {
    let library = world::library();
    for (write, kinds) in WRITES {
        for &kind in kinds {
            let cases = format!("/constraints/{}-{kind}", write.cases());
            let broken = broken_in(library, tracing(write, kind), &[cases]).await;
            let clauses = match write {
                Write::Creation => vec!["ERR-404"],
                Write::Update | Write::Code => vec!["OP-REF-UPDATE", "RSP-REV-MEANING"],
            };
            for clause in clauses {
                assert!(
                    broken.contains(clause),
                    "{write:?} with a trace of {kind}: {broken:?}"
                );
            }
        }
    }
}
