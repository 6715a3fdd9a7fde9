//! Servers that answer with another status, and are right in all else.

use std::sync::Arc;

use http::StatusCode;
use lambda_conformance::mock::Middleware;

use crate::{
    answers::{answering, error},
    table::{Factors, Row},
};

/// A server that gives one error another status.
fn status(name: &'static str, status: u16) -> Arc<Middleware> {
    answering(move |answer| {
        if error(answer) == Some(name) {
            *answer.status_mut() = StatusCode::from_u16(status).expect("a status");
        }
    })
}

/// A server that gives each answer of one status another.
fn instead(of: u16, status: u16) -> Arc<Middleware> {
    answering(move |answer| {
        if answer.status() == of {
            *answer.status_mut() = StatusCode::from_u16(status).expect("a status");
        }
    })
}

pub(crate) fn rows() -> Vec<Row> {
    let row = |name: &'static str,
               clauses: &[&'static str],
               factors: &[Factors],
               server: Arc<Middleware>| Row::answer(name, clauses, factors, server);
    const MISSING: &[Factors] = &[&[("due", "404 ResourceNotFoundException")]];
    const INVALID: &[Factors] = &[&[("due", "400 ValidationException")]];
    vec![
        row(
            "what is missing is a 400",
            &["ERR-404"],
            MISSING,
            status("ResourceNotFoundException", 400),
        ),
        row(
            "what is missing is a 500",
            &["ERR-404"],
            MISSING,
            status("ResourceNotFoundException", 500),
        ),
        row(
            "what is missing is a 200",
            &["ERR-404"],
            MISSING,
            status("ResourceNotFoundException", 200),
        ),
        row(
            "what is not valid is a 404",
            &["ERR-400", "X-VALIDATION", "REQ-NAME-PATTERN"],
            INVALID,
            status("ValidationException", 404),
        ),
        row(
            "what is not valid is a 422",
            &["ERR-400", "X-VALIDATION", "REQ-NAME-PATTERN"],
            INVALID,
            status("ValidationException", 422),
        ),
        row(
            "what is not valid is a 500",
            &["ERR-400", "X-VALIDATION", "REQ-NAME-PATTERN"],
            INVALID,
            status("ValidationException", 500),
        ),
        row(
            "a conflict of qualifiers is a 409",
            &["X-QUAL-CONFLICT"],
            &[
                &[("due", "400 InvalidParameterValueException")],
                &[
                    ("qualifier in", "both"),
                    ("due", "400 InvalidParameterValueException"),
                ],
            ],
            status("InvalidParameterValueException", 409),
        ),
        row(
            "too many requests are a 503",
            &["ERR-429"],
            &[&[("due", "429 TooManyRequestsException")]],
            status("TooManyRequestsException", 503),
        ),
        row(
            "a failure is a 200",
            &["ERR-500"],
            &[&[("due", "500 ServiceException")]],
            status("ServiceException", 200),
        ),
        row(
            "who may not ask gets a 401",
            &["X-AUTHZ", "X-XACCOUNT-DENIED"],
            &[&[("due", "403 AccessDeniedException")]],
            status("AccessDeniedException", 401),
        ),
        row(
            "who is unknown gets a 401",
            &["X-AUTH-BADKEY"],
            &[
                &[("due", "403 UnrecognizedClientException")],
                &[("caller", "unknown-key")],
            ],
            status("UnrecognizedClientException", 401),
        ),
        row(
            "a success is a 201",
            &["RSP-STATUS-200"],
            &[&[("due", "200")], &[]],
            instead(200, 201),
        ),
        row(
            "a creation is a 200",
            &["X-CREATE-PUBLISH", "X-PENDING-READ", "X-PUBLISH-IDEMPOTENT"],
            &[&[("due", "201")], &[("operation", "CreateFunction")]],
            instead(201, 200),
        ),
        row(
            "what is no operation is a 404",
            &["X-ROUTE-UNKNOWN"],
            &[
                &[("operation", "none")],
                &[("due", "403")],
                &[("operation", "none"), ("due", "403")],
            ],
            answering(|answer| {
                if answer.status() == 403 && error(answer).is_none() {
                    *answer.status_mut() = StatusCode::NOT_FOUND;
                }
            }),
        ),
    ]
}
