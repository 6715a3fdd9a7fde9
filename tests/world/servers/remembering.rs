//! Servers that answer what once was, or that do not remember what is.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use bytes::Bytes;
use http::{Request, Response};
use lambda_conformance::mock::Middleware;
use serde_json::Value;

use super::{Next, is_read, showing};

/// A server that remembers a member as it was first read and shows it ever after.
pub(crate) fn remembering(member: &'static str) -> Arc<Middleware> {
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
pub(crate) fn remembering_answers(status: u16) -> Arc<Middleware> {
    let remembered: Mutex<BTreeMap<String, Bytes>> = Mutex::default();
    Arc::new(move |request: Request<Bytes>, mock: Next<'_>| {
        let is_read = is_read(&request);
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
pub(crate) fn old_values_during_an_update() -> Arc<Middleware> {
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
pub(crate) fn last_modified_is_that_of_the_creation() -> Arc<Middleware> {
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
pub(crate) fn last_modified_is_now() -> Arc<Middleware> {
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
