//! Servers that write names and ARNs of functions otherwise.

use std::sync::Arc;

use bytes::Bytes;
use http::Request;
use lambda_conformance::mock::Middleware;
use serde_json::Value;

use crate::{
    answers::configurations,
    resolved::{Kind, kind},
    servers::{Next, asked::Asked, written},
    table::{CONFIGURATIONS, Factors, READS, Row},
};

const UNQUALIFIED: &[Factors] = &[
    &[("qualifier", "none")],
    &[("qualifier", "none"), ("due", "200")],
    &[("qualifier in", "none")],
];
const QUALIFIED: &[Factors] = &[
    &[
        ("qualifier in", "name"),
        ("qualifier in", "query"),
        ("qualifier in", "both"),
    ],
    &[
        ("qualifier", "$LATEST"),
        ("qualifier", "version"),
        ("qualifier", "alias"),
    ],
];

/// A server that writes another ARN, of a read of one kind.
fn arn(
    is_due: impl Fn(Kind) -> bool + Send + Sync + 'static,
    change: impl Fn(&mut Value) + Send + Sync + 'static,
) -> Arc<Middleware> {
    Arc::new(move |request: Request<Bytes>, mock: Next<'_>| {
        let answer = mock(request.clone());
        let asked = Asked::of(&request).filter(|_| answer.status() == 200);
        match asked.filter(|asked| is_due(kind(asked))) {
            Some(_) => written(answer, &change),
            None => answer,
        }
    })
}

/// The ARN of the function as a whole.
fn unqualified(arn: &str) -> String {
    let parts: Vec<&str> = arn.split(':').take(7).collect();
    parts.join(":")
}

fn change(member: &'static str, to: impl Fn(&str) -> String) -> impl Fn(&mut Value) {
    move |body| {
        if let Some(text) = body[member].as_str() {
            body[member] = to(text).into();
        }
    }
}

pub(crate) fn rows() -> Vec<Row> {
    [parts(), echoed()].into_iter().flatten().collect()
}

fn parts() -> Vec<Row> {
    vec![
        Row::answer(
            "ARNs are of another region",
            &["RSP-ARN-TYPE", "X-ARN-ECHO"],
            CONFIGURATIONS,
            configurations(change("FunctionArn", |arn| {
                arn.replace("us-east-1", "eu-west-1")
            })),
        ),
        Row::answer(
            "ARNs are of another account",
            &["RSP-ARN-TYPE", "X-ARN-ECHO"],
            READS,
            arn(
                |_| true,
                change("FunctionArn", |arn| {
                    arn.replace("123456789012", "000000000000")
                }),
            ),
        ),
        Row::answer(
            "ARNs are empty",
            &["RSP-ARN-PATTERN", "RSP-ARN-TYPE", "X-ARN-ECHO"],
            READS,
            arn(|_| true, change("FunctionArn", |_| String::new())),
        ),
        Row::answer(
            "ARNs are partial",
            &["RSP-ARN-PATTERN", "X-ARN-ECHO", "RSP-ARN-TYPE"],
            READS,
            arn(
                |_| true,
                change("FunctionArn", |arn| {
                    arn.replace("arn:aws:lambda:us-east-1:", "")
                }),
            ),
        ),
        Row::answer(
            "FunctionName is the ARN",
            &["RSP-NAME-TYPE"],
            CONFIGURATIONS,
            configurations(|body| body["FunctionName"] = body["FunctionArn"].clone()),
        ),
        Row::answer(
            "FunctionName has the qualifier",
            &["RSP-NAME-TYPE"],
            QUALIFIED,
            configurations(|body| {
                let arn = body["FunctionArn"].as_str().unwrap_or_default();
                body["FunctionName"] = arn.split(':').skip(6).collect::<Vec<_>>().join(":").into();
            }),
        ),
    ]
}

fn echoed() -> Vec<Row> {
    vec![
        Row::answer(
            "no ARN has a qualifier",
            &["X-ARN-ECHO"],
            QUALIFIED,
            arn(|_| true, change("FunctionArn", unqualified)),
        ),
        Row::answer(
            "the ARN of a function ends in $LATEST",
            &["X-ARN-ECHO"],
            UNQUALIFIED,
            arn(
                |kind| kind == Kind::None,
                change("FunctionArn", |arn| format!("{arn}:$LATEST")),
            ),
        ),
        Row::answer(
            "the ARN of $LATEST has no qualifier",
            &["X-ARN-ECHO"],
            &[
                &[("qualifier", "$LATEST")],
                &[("qualifier", "$LATEST"), ("due", "200")],
            ],
            arn(
                |kind| kind == Kind::Latest,
                change("FunctionArn", unqualified),
            ),
        ),
        Row::answer(
            "the ARN of an alias ends in its version",
            &["X-ARN-ECHO"],
            &[
                &[("qualifier", "alias")],
                &[("qualifier", "alias"), ("due", "200")],
            ],
            arn(
                |kind| kind == Kind::Alias,
                |body| {
                    let arn = unqualified(body["FunctionArn"].as_str().unwrap_or_default());
                    let version = body["Version"].as_str().unwrap_or_default();
                    body["FunctionArn"] = format!("{arn}:{version}").into();
                },
            ),
        ),
    ]
}
