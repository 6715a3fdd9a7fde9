//! Servers that send other headers.

use http::header::CONTENT_TYPE;

use crate::{
    answers::{answering, error, errors, set},
    servers::changed::with_header,
    table::{EVERY, Factors, Row},
};

/// On what has a type: all but answers without a body, and what is no operation.
const TYPED: &[Factors] = EVERY;
const SUCCESSES: &[Factors] = &[
    &[("due", "200"), ("due", "201"), ("due", "202")],
    &[("due", "200")],
    &[],
];
/// On every error in JSON, of which there are too many to name.
const ERRORS: &[Factors] = &[&[]];

pub(crate) fn rows() -> Vec<Row> {
    [types(), others()].into_iter().flatten().collect()
}

fn types() -> Vec<Row> {
    let clauses = &["RSP-CONTENT-TYPE", "X-HDR-OTHER"];
    let typed = |name: &'static str, value: &'static str| {
        let server = answering(move |answer| {
            if answer.headers().contains_key(CONTENT_TYPE) {
                set(answer, "content-type", value);
            }
        });
        Row::answer(name, clauses, TYPED, server)
    };
    vec![
        typed("all is text/plain", "text/plain"),
        typed("all is text/html", "text/html; charset=utf-8"),
        typed(
            "the content type has a charset",
            "application/json; charset=utf-8",
        ),
        typed(
            "all is of another JSON protocol",
            "application/x-amz-json-1.1",
        ),
        Row::answer(
            "there is no content type",
            clauses,
            TYPED,
            answering(|answer| {
                answer.headers_mut().remove(CONTENT_TYPE);
            }),
        ),
        Row::answer(
            "successes are text/plain",
            &["RSP-CONTENT-TYPE"],
            SUCCESSES,
            answering(|answer| {
                if answer.status().is_success() && answer.headers().contains_key(CONTENT_TYPE) {
                    set(answer, "content-type", "text/plain");
                }
            }),
        ),
        Row::answer(
            "errors are text/plain",
            &["X-HDR-OTHER"],
            ERRORS,
            errors(|answer| set(answer, "content-type", "text/plain")),
        ),
        Row::answer(
            "there are two content types",
            clauses,
            TYPED,
            answering(|answer| {
                if answer.headers().contains_key(CONTENT_TYPE) {
                    let other = http::HeaderValue::from_static("text/plain");
                    answer.headers_mut().append(CONTENT_TYPE, other);
                }
            }),
        ),
    ]
}

fn others() -> Vec<Row> {
    vec![
        Row::answer(
            "there is no request id",
            &["X-HDR-REQUESTID"],
            EVERY,
            answering(|answer| {
                answer.headers_mut().remove("x-amzn-requestid");
            }),
        ),
        Row::answer(
            "errors have no request id",
            &["X-HDR-REQUESTID"],
            ERRORS,
            answering(|answer| {
                if answer.status().is_client_error() || answer.status().is_server_error() {
                    answer.headers_mut().remove("x-amzn-requestid");
                }
            }),
        ),
        Row::answer(
            "the request id is no UUID",
            &["X-HDR-REQUESTID"],
            EVERY,
            answering(|answer| set(answer, "x-amzn-requestid", "1")),
        ),
        Row::answer(
            "all successes have one request id",
            &["X-HDR-REQUESTID"],
            SUCCESSES,
            with_header("x-amzn-requestid", "0a0a0a0a-0000-4000-8000-0a0a0a0a0a0a"),
        ),
        Row::answer(
            "successes have the name of an error",
            &["X-HDR-ERRORTYPE"],
            SUCCESSES,
            with_header("x-amzn-errortype", "ServiceException"),
        ),
        Row::answer(
            "errors have no name",
            &["X-HDR-ERRORTYPE"],
            ERRORS,
            errors(|answer| {
                answer.headers_mut().remove("x-amzn-errortype");
            }),
        ),
        Row::answer(
            "names of errors are followed by a URL",
            &["X-HDR-ERRORTYPE"],
            ERRORS,
            errors(|answer| {
                let name = error(answer).unwrap_or_default();
                let url = "http://internal.amazon.com/coral/com.amazonaws.lambda/";
                let value = format!("{name}:{url}").parse().expect("a header");
                answer.headers_mut().insert("x-amzn-errortype", value);
            }),
        )
        .unnoticed("SDKs read the name up to the colon, so it is no fault below the level `wire`"),
    ]
}
