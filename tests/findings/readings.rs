//! Servers in which a read shows of a function what is not its own: another revision, another time, what other operations show.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use bytes::Bytes;
use http::{Method, Request};
use lambda_conformance::mock::Middleware;
use serde_json::{Value, json};

use crate::{
    answers::successes,
    held::at,
    servers::{
        Next,
        changed::one_runtime_version,
        is_read,
        remembering::{last_modified_is_now, last_modified_is_that_of_the_creation, remembering},
        showing, written,
    },
    table::{READS, Row},
    updates::{ANY, SETTINGS},
};

/// A server that leaves the revision id of `$LATEST` as it first was, in reads.
fn one_revision() -> Arc<Middleware> {
    let first: Mutex<BTreeMap<String, Value>> = Mutex::default();
    showing(move |_, body| {
        let mut first = first.lock().unwrap_or_else(PoisonError::into_inner);
        let edition = format!("{} {}", body["FunctionName"], body["Version"]);
        let first = first
            .entry(edition)
            .or_insert_with(|| body["RevisionId"].clone());
        body["RevisionId"] = first.clone();
    })
}

/// A server that gives each read a revision id of its own.
fn a_revision_for_each_read() -> Arc<Middleware> {
    let reads = Mutex::new(0_u32);
    showing(move |_, body| {
        let mut reads = reads.lock().unwrap_or_else(PoisonError::into_inner);
        *reads += 1;
        body["RevisionId"] = format!("00000000-0000-4000-8000-{:012x}", *reads).into();
    })
}

/// A server that shows the tags of a function among its settings.
fn tags_are_settings() -> Arc<Middleware> {
    Arc::new(|request: Request<Bytes>, mock: Next<'_>| {
        let answer = mock(request.clone());
        if !is_read(&request) || answer.status() != 200 {
            return answer;
        }
        let path = request.uri().path().replace("/configuration", "");
        let whole = mock(at(&request, Method::GET, &path, &Value::Null));
        let whole: Value = serde_json::from_slice(whole.body()).unwrap_or_default();
        written(answer, |body| {
            if whole["Tags"].is_object() {
                body["Tags"] = whole["Tags"].clone();
            }
        })
    })
}

pub(crate) fn rows() -> Vec<Row> {
    vec![
        Row::behaviour(
            "LastModified is remembered as it was first read",
            &["RSP-LM-TYPE"],
            ANY,
            remembering("LastModified"),
        ),
        Row::behaviour(
            "LastModified is that of the creation",
            &["RSP-LM-TYPE"],
            ANY,
            last_modified_is_that_of_the_creation(),
        ),
        Row::behaviour(
            "LastModified is now",
            &["RSP-LM-TYPE", "RSP-LM-FORMAT"],
            READS,
            last_modified_is_now(),
        ),
        Row::behaviour(
            "a version has one revision id for ever",
            &["RSP-REV-MEANING"],
            ANY,
            one_revision(),
        ),
        Row::behaviour(
            "each read has a revision id of its own",
            &["RSP-REV-MEANING"],
            READS,
            a_revision_for_each_read(),
        ),
        Row::behaviour(
            "all runtimes have one version",
            &["RSP-SHAPE-RUNTIMEVER"],
            &[
                &[("sets", "Runtime")],
                SETTINGS[0],
                ANY[0],
                &[("fixture", "runtime-changed")],
            ],
            one_runtime_version(),
        ),
        Row::behaviour(
            "tags are settings",
            &["OP-VERSIONED-ONLY"],
            &[
                &[("sets", "Tags")],
                &[("fixture", "tagged")],
                &[("after", "TagResource")],
            ],
            tags_are_settings(),
        ),
        Row::behaviour(
            "GetFunction shows other settings",
            &["OP-REF-GETFUNCTION"],
            &[&[("operation", "GetFunction")]],
            get_function_differs(),
        ),
    ]
}

/// A server in which GetFunction shows another size of /tmp.
fn get_function_differs() -> Arc<Middleware> {
    successes(|body| {
        if body["Configuration"].is_object() {
            body["Configuration"]["EphemeralStorage"] = json!({ "Size": 10240 });
        }
    })
}
