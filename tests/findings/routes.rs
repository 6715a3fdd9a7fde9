//! Servers that take for the operation what is none, or answer otherwise to what is none.

use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderValue, Request, StatusCode, header::CONTENT_TYPE};
use lambda_conformance::{mock::Middleware, reference::Row as Answered};

use crate::{
    servers::{
        Next,
        routes::{
            any_date, any_letter_case, any_method_is_get, any_word,
            slashes_at_the_beginning_are_one,
        },
        taking,
    },
    table::{Factors, Row},
};

/// What the vocabulary can say of a request that is no operation.
const NONE: &[Factors] = &[
    &[("operation", "none")],
    &[("operation", "none"), ("due", "403")],
    &[("due", "403")],
];

/// A server that does not look at what follows the operation's path.
fn what_follows_is_ignored() -> Arc<Middleware> {
    taking(|request| {
        let path = request.uri().path();
        if let Some((before, _)) = path.split_once("/configuration/more") {
            let target = format!("{before}/configuration");
            *request.uri_mut() = target.parse().expect("a path");
        }
    })
}

/// A server that answers what is no operation with a 404 of its framework.
fn no_operation_is_a_page() -> Arc<Middleware> {
    Arc::new(|request: Request<Bytes>, mock: Next<'_>| {
        let mut answer = mock(request);
        if answer.extensions().get::<Answered>() == Some(&Answered::UNROUTABLE) {
            *answer.status_mut() = StatusCode::NOT_FOUND;
            let page = HeaderValue::from_static("text/html; charset=utf-8");
            answer.headers_mut().insert(CONTENT_TYPE, page);
            *answer.body_mut() = Bytes::from_static(b"<h1>Not Found</h1>");
        }
        answer
    })
}

pub(crate) fn rows() -> Vec<Row> {
    let methods = ["POST", "DELETE", "PATCH", "OPTIONS"].map(|method| {
        Row::behaviour(
            format!("{method} is GET"),
            &["REQ-METHOD"],
            NONE,
            any_method_is_get(match method {
                "POST" => &["POST"],
                "DELETE" => &["DELETE"],
                "PATCH" => &["PATCH"],
                _ => &["OPTIONS"],
            }),
        )
    });
    let paths = [
        ("any date will do", any_date()),
        ("the path is folded", any_letter_case()),
        ("the singular will do", any_word("function", "functions")),
        ("a short word will do", any_word("config", "configuration")),
        (
            "slashes at the beginning are one",
            slashes_at_the_beginning_are_one(),
        ),
        (
            "what follows the path is ignored",
            what_follows_is_ignored(),
        ),
    ]
    .map(|(name, server)| Row::behaviour(name, &["REQ-PATH"], NONE, server));
    let page = Row::behaviour(
        "no operation is a page",
        &["X-ROUTE-UNKNOWN"],
        NONE,
        no_operation_is_a_page(),
    );
    methods.into_iter().chain(paths).chain([page]).collect()
}
