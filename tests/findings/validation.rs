//! Servers that do not hold a setting to what it may be: they take the request without it.

use std::sync::Arc;

use bytes::Bytes;
use http::{Method, Request};
use lambda_conformance::mock::Middleware;
use serde_json::{Map, Value, json};

use crate::{
    held::{self, with},
    servers::Next,
    table::{Factors, Row},
};

/// What a refusal says of a value.
const RANGE: &str = "Member must have value ";
const LENGTH: &str = "Member must have length ";
const PATTERN: &str = "regular expression pattern";
const ENUM: &str = "enum value set";

/// A member, what is not asked of it, the clauses about that, and the ways to name it.
type Unheld = (
    &'static str,
    &'static str,
    &'static [&'static str],
    &'static [Factors],
);

const UNHELD: &[Unheld] = &[
    (
        "Timeout",
        RANGE,
        &["SET-RANGE", "RSP-TO-MIN"],
        &[&[("member", "Timeout")]],
    ),
    (
        "MemorySize",
        RANGE,
        &["SET-RANGE", "RSP-MEM-RANGE"],
        &[&[("member", "MemorySize")]],
    ),
    (
        "EphemeralStorage",
        RANGE,
        &["SET-RANGE", "RSP-EPH-RANGE"],
        &[
            &[("member", "EphemeralStorage")],
            &[("member", "EphemeralStorage.Size")],
        ],
    ),
    (
        "Description",
        LENGTH,
        &["SET-LENGTH", "RSP-DESC-LEN"],
        &[&[("member", "Description")]],
    ),
    (
        "Handler",
        LENGTH,
        &["SET-LENGTH", "RSP-HANDLER-LEN"],
        &[&[("member", "Handler")]],
    ),
    (
        "Role",
        PATTERN,
        &["SET-PATTERN", "RSP-ROLE-PATTERN"],
        &[&[("member", "Role")]],
    ),
    (
        "KMSKeyArn",
        PATTERN,
        &["SET-PATTERN", "RSP-KMS-PATTERN"],
        &[&[("member", "KMSKeyArn")]],
    ),
    (
        "Layers",
        PATTERN,
        &["SET-PATTERN", "RSP-SHAPE-LAYERS"],
        &[&[("member", "Layers")]],
    ),
    (
        "Architectures",
        LENGTH,
        &["SET-COUNT", "RSP-ARCH-COUNT"],
        &[&[("member", "Architectures")]],
    ),
    (
        "TracingConfig",
        ENUM,
        &["SET-ENUM", "RSP-SHAPE-TRACING"],
        &[
            &[("member", "TracingConfig")],
            &[("member", "TracingConfig.Mode")],
        ],
    ),
    (
        "SnapStart",
        ENUM,
        &["SET-ENUM", "RSP-SHAPE-SNAPSTART"],
        &[
            &[("member", "SnapStart")],
            &[("member", "SnapStart.ApplyOn")],
        ],
    ),
    (
        "LoggingConfig",
        ENUM,
        &["SET-ENUM", "RSP-SHAPE-LOGGING"],
        &[&[("member", "LoggingConfig")]],
    ),
    (
        "VpcConfig",
        PATTERN,
        &["SET-PATTERN"],
        &[
            &[("member", "VpcConfig")],
            &[
                ("member", "VpcConfig.SubnetIds"),
                ("member", "VpcConfig.SecurityGroupIds"),
            ],
        ],
    ),
];

/// The members of a request that gives a function settings or code.
fn members(request: &Request<Bytes>) -> Option<Map<String, Value>> {
    let writes = [
        (Method::POST, "/functions"),
        (Method::PUT, "/configuration"),
        (Method::PUT, "/code"),
    ];
    writes
        .iter()
        .find_map(|(method, end)| held::members(request, method, end))
}

/// A server that takes a value though it should refuse it with these words, and nothing else is wrong with the request.
fn unheld(member: &'static str, words: &'static str) -> Arc<Middleware> {
    let at = format!(" at '{}", member.to_lowercase());
    Arc::new(move |request: Request<Bytes>, mock: Next<'_>| {
        let answer = mock(request.clone());
        let said = String::from_utf8_lossy(answer.body());
        let is_due = answer.status() == 400
            && said.contains(words)
            && said.to_lowercase().contains(&at)
            && said.matches(" failed to satisfy constraint").count() == 1;
        let Some(mut members) = members(&request).filter(|_| is_due) else {
            return answer;
        };
        members.remove(member);
        let needed = match member {
            "Handler" => Some(json!("index.handler")),
            "Role" => Some(json!("arn:aws:iam::123456789012:role/own")),
            _ => None,
        };
        let is_creation = request.method() == Method::POST;
        members.extend(
            needed
                .filter(|_| is_creation)
                .map(|value| (member.to_owned(), value)),
        );
        mock(with(&request, members))
    })
}

/// A server that takes any word for a runtime.
fn any_runtime() -> Arc<Middleware> {
    Arc::new(|request: Request<Bytes>, mock: Next<'_>| {
        let answer = mock(request.clone());
        let said = String::from_utf8_lossy(answer.body());
        let is_due = answer.status() == 400 && said.contains(" at 'runtime' ");
        let Some(mut members) = members(&request).filter(|_| is_due) else {
            return answer;
        };
        members.insert("Runtime".to_owned(), json!("python3.12"));
        mock(with(&request, members))
    })
}

/// A server that takes a value of any type for a member, as if it had not been sent.
fn any_type() -> Arc<Middleware> {
    Arc::new(|request: Request<Bytes>, mock: Next<'_>| {
        let answer = mock(request.clone());
        let error = answer.headers().get("x-amzn-errortype");
        let is_due = error.is_some_and(|name| name == "SerializationException");
        let Some(members) = members(&request).filter(|_| is_due) else {
            return answer;
        };
        let needed = [
            "FunctionName",
            "Role",
            "Runtime",
            "Handler",
            "Code",
            "ZipFile",
        ];
        let kept = members
            .into_iter()
            .filter(|(name, _)| needed.contains(&name.as_str()));
        mock(with(&request, kept.collect()))
    })
}

pub(crate) fn rows() -> Vec<Row> {
    let members = UNHELD.iter().map(|(member, words, clauses, factors)| {
        let what = match *words {
            RANGE => "range",
            LENGTH => "length",
            PATTERN => "pattern",
            _ => "words",
        };
        let name = format!("the {what} of {member} is not held");
        Row::behaviour(name, clauses, factors, unheld(member, words))
    });
    let others = [
        Row::behaviour(
            "any word is a runtime",
            &["RSP-RT-ENUM"],
            &[&[("member", "Runtime")]],
            any_runtime(),
        ),
        Row::behaviour(
            "a value may have any type",
            &["SET-TYPE"],
            &[
                &[("due", "400")],
                &[("due", "400 SerializationException")],
                &[
                    ("operation", "CreateFunction"),
                    ("operation", "UpdateFunctionConfiguration"),
                    ("due", "400"),
                ],
            ],
            any_type(),
        ),
    ];
    members.chain(others).collect()
}
