//! Servers that do not show the state in which a function is.

use std::sync::Arc;

use bytes::Bytes;
use http::{Method, Request};
use lambda_conformance::mock::Middleware;
use serde_json::{Value, json};

use crate::{
    answers::configurations,
    held::{at, function},
    resolved::absent,
    servers::{Next, asked::Asked, remembering::old_values_during_an_update},
    table::{Factors, Row},
};

const PENDING: &[Factors] = &[
    &[("state", "Pending")],
    &[("state", "Pending"), ("due", "200"), ("due", "201")],
];
const IN_PROGRESS: &[Factors] = &[
    &[("state", "InProgress")],
    &[("state", "InProgress"), ("due", "200")],
];
const SETTLED: &[Factors] = &[
    &[("state", "Active")],
    &[("state", "Active"), ("due", "200")],
    &[],
];

fn pending(change: impl Fn(&mut Value) + Send + Sync + 'static) -> Arc<Middleware> {
    configurations(move |body| {
        if body["State"] == "Pending" {
            change(body);
        }
    })
}

fn in_progress(change: impl Fn(&mut Value) + Send + Sync + 'static) -> Arc<Middleware> {
    configurations(move |body| {
        if body["LastUpdateStatus"] == "InProgress" {
            change(body);
        }
    })
}

fn settled(change: impl Fn(&mut Value) + Send + Sync + 'static) -> Arc<Middleware> {
    configurations(move |body| {
        if body["State"] == "Active" && body["LastUpdateStatus"] == "Successful" {
            change(body);
        }
    })
}

/// A server that does not find what is pending.
fn pending_is_not_found() -> Arc<Middleware> {
    Arc::new(|request: Request<Bytes>, mock: Next<'_>| {
        let answer = mock(request.clone());
        let body: Value = serde_json::from_slice(answer.body()).unwrap_or_default();
        match Asked::of(&request).filter(|_| body["State"] == "Pending") {
            Some(asked) => absent(asked, &request, mock),
            None => answer,
        }
    })
}

/// A server that takes a change while another is under way.
fn nothing_is_busy() -> Arc<Middleware> {
    Arc::new(|request: Request<Bytes>, mock: Next<'_>| {
        let answer = mock(request.clone());
        let said = String::from_utf8_lossy(answer.body());
        if answer.status() != 409 || !said.contains("cannot be performed at this time") {
            return answer;
        }
        let path = format!(
            "/_lambda-conformance/functions/{}/overrides",
            function(&request)
        );
        mock(at(&request, Method::PUT, &path, &json!({})));
        mock(request)
    })
}

pub(crate) fn rows() -> Vec<Row> {
    [of_creations(), of_updates(), of_ends()]
        .into_iter()
        .flatten()
        .collect()
}

fn of_creations() -> Vec<Row> {
    vec![
        Row::behaviour(
            "what is pending is active",
            &["X-PENDING-READ"],
            PENDING,
            pending(|body| {
                body["State"] = "Active".into();
                body["StateReason"] = Value::Null;
                body["StateReasonCode"] = Value::Null;
                body["LastUpdateStatus"] = "Successful".into();
            }),
        ),
        Row::behaviour(
            "what is pending has been updated",
            &["RSP-LUS-FIRST", "X-PENDING-READ", "RSP-LUS-TYPE"],
            PENDING,
            pending(|body| body["LastUpdateStatus"] = "Successful".into()),
        ),
        Row::behaviour(
            "what is pending has no reason",
            &["RSP-SR-TYPE", "X-PENDING-READ"],
            PENDING,
            pending(|body| body["StateReason"] = Value::Null),
        ),
        Row::behaviour(
            "what is pending has another code",
            &["RSP-SRC-ENUM", "RSP-SRC-TYPE", "X-PENDING-READ"],
            PENDING,
            pending(|body| body["StateReasonCode"] = "Restoring".into()),
        ),
        Row::behaviour(
            "what is pending is not found",
            &["X-PENDING-READ", "RSP-STATUS-200", "X-CONSISTENCY"],
            PENDING,
            pending_is_not_found(),
        ),
    ]
}

fn of_updates() -> Vec<Row> {
    vec![
        Row::behaviour(
            "an update is over at once",
            &["X-INPROGRESS-READ", "RSP-LUS-ENUM"],
            IN_PROGRESS,
            in_progress(|body| {
                body["LastUpdateStatus"] = "Successful".into();
                body["LastUpdateStatusReason"] = Value::Null;
                body["LastUpdateStatusReasonCode"] = Value::Null;
            }),
        ),
        Row::behaviour(
            "an update has no status",
            &["X-INPROGRESS-READ", "RSP-LUS-TYPE", "RSP-LUS-ENUM"],
            IN_PROGRESS,
            in_progress(|body| body["LastUpdateStatus"] = Value::Null),
        ),
        Row::behaviour(
            "an update has no reason",
            &["RSP-LUSR-TYPE", "X-INPROGRESS-READ"],
            IN_PROGRESS,
            in_progress(|body| body["LastUpdateStatusReason"] = Value::Null),
        ),
        Row::behaviour(
            "an update has no code of its reason",
            &["RSP-LUSRC-TYPE", "RSP-LUSRC-ENUM", "X-INPROGRESS-READ"],
            IN_PROGRESS,
            in_progress(|body| body["LastUpdateStatusReasonCode"] = Value::Null),
        ),
        Row::behaviour(
            "an update makes a function pending",
            &["X-INPROGRESS-READ", "RSP-STATE-TYPE"],
            IN_PROGRESS,
            in_progress(|body| body["State"] = "Pending".into()),
        ),
        Row::behaviour(
            "old values are read during an update",
            &["X-INPROGRESS-READ"],
            IN_PROGRESS,
            old_values_during_an_update(),
        ),
        Row::behaviour(
            "an update is taken during another",
            &["RSP-SRC-CREATING"],
            &[
                &[
                    ("state", "InProgress"),
                    ("due", "409 ResourceConflictException"),
                ],
                &[("state", "InProgress")],
                &[("due", "409 ResourceConflictException")],
                &[
                    ("due", "409 ResourceConflictException"),
                    ("operation", "UpdateFunctionConfiguration"),
                ],
            ],
            nothing_is_busy(),
        ),
    ]
}

fn of_ends() -> Vec<Row> {
    vec![
        Row::behaviour(
            "nothing becomes active",
            &["RSP-STATE-TYPE"],
            SETTLED,
            settled(|body| {
                body["State"] = "Pending".into();
                body["StateReason"] = "The function is being created.".into();
                body["StateReasonCode"] = "Creating".into();
                body["LastUpdateStatus"] = Value::Null;
            }),
        ),
        Row::behaviour(
            "no update comes to its end",
            &["RSP-LUS-TYPE", "RSP-LUS-ENUM", "RSP-LUS-FIRST"],
            SETTLED,
            settled(|body| {
                body["LastUpdateStatus"] = "InProgress".into();
                body["LastUpdateStatusReason"] = "The function is being created.".into();
                body["LastUpdateStatusReasonCode"] = "Creating".into();
            }),
        ),
        Row::behaviour(
            "what is active has a reason",
            &["RSP-SR-TYPE"],
            SETTLED,
            settled(|body| body["StateReason"] = "The function is active.".into()),
        ),
    ]
}
