//! Servers that write errors otherwise.

use std::sync::Arc;

use lambda_conformance::mock::Middleware;
use serde_json::{Value, json};

use crate::{
    answers::{answering, bodies_of_errors, error, errors, set},
    table::{Factors, Row},
};

const NOT_FOUND: &str = "ResourceNotFoundException";

const EVERY_404: &[Factors] = &[&[("due", "404 ResourceNotFoundException")]];
const EVERY_400: &[Factors] = &[&[("due", "400 ValidationException")]];
const ERRORS: &[Factors] = &[&[]];

/// A server that gives one error another name.
fn named(name: &'static str, another: &'static str) -> Arc<Middleware> {
    errors(move |answer| {
        if error(answer) == Some(name) {
            set(answer, "x-amzn-errortype", another);
        }
    })
}

/// A server that says something else in one error.
fn said(name: &'static str, change: fn(&str) -> String) -> Arc<Middleware> {
    bodies_of_errors(move |of, body| {
        let member = if body["Message"].is_string() {
            "Message"
        } else {
            "message"
        };
        let text = body[member].as_str().filter(|_| of == name).map(change);
        if let Some(text) = text {
            body[member] = text.into();
        }
    })
}

/// A server that answers a 404 in another way than JSON.
fn not_found_is(content_type: &'static str, body: &'static str) -> Arc<Middleware> {
    errors(move |answer| {
        if error(answer) == Some(NOT_FOUND) {
            answer.headers_mut().remove("x-amzn-errortype");
            set(answer, "content-type", content_type);
            *answer.body_mut() = body.into();
        }
    })
}

pub(crate) fn rows() -> Vec<Row> {
    [shapes(), names(), texts()].into_iter().flatten().collect()
}

fn shapes() -> Vec<Row> {
    vec![
        Row::answer(
            "Type is missing from errors",
            &["ERR-404", "ERR-400"],
            &[
                &[],
                &[
                    ("due", "404 ResourceNotFoundException"),
                    ("due", "400 InvalidParameterValueException"),
                ],
            ],
            bodies_of_errors(|_, body| {
                body.as_object_mut().expect("an object").remove("Type");
            }),
        ),
        Row::answer(
            "Type is Sender",
            &["ERR-404", "ERR-400"],
            &[
                &[],
                &[
                    ("due", "404 ResourceNotFoundException"),
                    ("due", "400 InvalidParameterValueException"),
                ],
            ],
            bodies_of_errors(|_, body| {
                if body["Type"] == "User" {
                    body["Type"] = "Sender".into();
                }
            }),
        ),
        Row::answer(
            "every error has a Type",
            &["X-VALIDATION", "X-AUTHZ", "X-AUTH-BADKEY"],
            &[&[], &[("due", "400 ValidationException")]],
            bodies_of_errors(|_, body| {
                if body["Type"].is_null() {
                    body["Type"] = "User".into();
                }
            }),
        ),
        Row::answer(
            "the text of every error is message",
            &["X-ERR-CASING"],
            ERRORS,
            bodies_of_errors(|_, body| {
                if body["Message"].is_string() {
                    body["message"] = body["Message"].take();
                    body.as_object_mut().expect("an object").remove("Message");
                }
            }),
        )
        .unnoticed("SDKs read either, so the letter case is no fault below the level `wire`"),
        Row::answer(
            "the name of an error is in its body alone",
            &["X-HDR-ERRORTYPE"],
            ERRORS,
            errors(|answer| {
                let name = answer.headers_mut().remove("x-amzn-errortype");
                let name = name.and_then(|name| name.to_str().ok().map(str::to_owned));
                let mut body: Value = serde_json::from_slice(answer.body()).expect("JSON");
                body["__type"] = name.into();
                *answer.body_mut() = body.to_string().into();
            }),
        ),
        Row::answer(
            "errors have no text",
            &["ERR-404", "X-VALIDATION", "ERR-400"],
            ERRORS,
            bodies_of_errors(|_, body| {
                let members = body.as_object_mut().expect("an object");
                members.retain(|name, _| !name.eq_ignore_ascii_case("message"));
            }),
        ),
        Row::answer(
            "errors are wrapped",
            &["RSP-JSON", "ERR-404", "X-VALIDATION"],
            ERRORS,
            bodies_of_errors(|_, body| *body = json!({ "Error": body.take() })),
        ),
    ]
}

fn names() -> Vec<Row> {
    vec![
        Row::answer(
            "ResourceNotFoundException is ResourceNotFound",
            &["ERR-404"],
            EVERY_404,
            named(NOT_FOUND, "ResourceNotFound"),
        ),
        Row::answer(
            "ResourceNotFoundException is NoSuchEntityException",
            &["ERR-404"],
            EVERY_404,
            named(NOT_FOUND, "NoSuchEntityException"),
        ),
        Row::answer(
            "ValidationException is InvalidParameterValueException",
            &["X-VALIDATION"],
            EVERY_400,
            named("ValidationException", "InvalidParameterValueException"),
        ),
        Row::answer(
            "AccessDeniedException is UnauthorizedException",
            &["X-AUTHZ", "X-XACCOUNT-DENIED"],
            &[&[("due", "403 AccessDeniedException")]],
            named("AccessDeniedException", "UnauthorizedException"),
        ),
    ]
}

fn texts() -> Vec<Row> {
    vec![
        Row::answer(
            "a 404 does not say which function",
            &["ERR-404"],
            EVERY_404,
            said(NOT_FOUND, |_| "Function not found".to_owned()),
        ),
        Row::answer(
            "a 404 says the name alone",
            &["ERR-404"],
            EVERY_404,
            said(NOT_FOUND, |text| {
                let name = text.split(':').skip(7).collect::<Vec<_>>().join(":");
                if text.starts_with("Function not found: ") {
                    format!("Function not found: {name}")
                } else {
                    text.to_owned()
                }
            }),
        ),
        Row::answer(
            "a refusal does not say what is wrong",
            &["X-VALIDATION"],
            EVERY_400,
            said("ValidationException", |_| "Invalid request".to_owned()),
        ),
        Row::answer(
            "a 404 is a page",
            &["RSP-JSON", "ERR-404"],
            EVERY_404,
            not_found_is("text/html", "<!doctype html><title>404 Not Found</title>"),
        ),
        Row::answer(
            "a 404 is a text",
            &["RSP-JSON", "ERR-404"],
            EVERY_404,
            not_found_is("text/plain", "not found"),
        ),
        Row::answer(
            "a 404 has no body",
            &["RSP-JSON", "ERR-404"],
            EVERY_404,
            answering(|answer| {
                if error(answer) == Some(NOT_FOUND) {
                    *answer.body_mut() = bytes::Bytes::new();
                }
            }),
        ),
    ]
}
