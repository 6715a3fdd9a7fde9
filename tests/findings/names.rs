//! Servers that do not take a name for what it is.

use std::sync::Arc;

use bytes::Bytes;
use http::{Request, StatusCode};
use lambda_conformance::mock::Middleware;

use crate::{
    resolved::missing,
    servers::{Next, asked::Asked, is_read, letters::names_are_folded, taking},
    table::{Factors, Row},
};

const ARN: &[Factors] = &[&[("name", "ARN")], &[("name", "ARN"), ("due", "200")]];
const PARTIAL_ARN: &[Factors] = &[
    &[("name", "partial ARN")],
    &[("name", "partial ARN"), ("due", "200")],
];
const REFUSED: &[Factors] = &[
    &[("member", "FunctionName")],
    &[("due", "400 ValidationException")],
    &[
        ("member", "FunctionName"),
        ("due", "400 ValidationException"),
    ],
];

pub(crate) fn is_partial(asked: &Asked) -> bool {
    asked.arn.is_empty() && (asked.region.is_some() || asked.account.is_some())
}

pub(crate) fn is_arn(asked: &Asked) -> bool {
    !asked.arn.is_empty()
}

/// A server that refuses a well-formed name, where `is_due` says so, as one that is not.
fn refused(is_due: impl Fn(&Asked) -> bool + Send + Sync + 'static) -> Arc<Middleware> {
    Arc::new(move |request: Request<Bytes>, mock: Next<'_>| {
        let answer = mock(request.clone());
        let is_there = matches!(answer.status(), StatusCode::OK | StatusCode::NOT_FOUND);
        match Asked::of(&request).filter(|asked| is_there && is_due(asked)) {
            Some(mut asked) => {
                asked.name.push('!');
                mock(asked.written(&request))
            }
            None => answer,
        }
    })
}

/// A server that looks for what it should refuse, where the refusal of this member says these words and nothing else is wrong. What
/// it looks for cannot be there.
fn let_through(member: &'static str, words: &'static str) -> Arc<Middleware> {
    Arc::new(move |request: Request<Bytes>, mock: Next<'_>| {
        let answer = mock(request.clone());
        let said = String::from_utf8_lossy(answer.body());
        let is_due = is_read(&request)
            && said.contains("1 validation error detected")
            && said.contains(&format!(" at '{member}' "))
            && said.contains(words);
        if !is_due {
            return answer;
        }
        let mut another = request;
        let path = "/2015-03-31/functions/nobody-made-this/configuration";
        *another.uri_mut() = path.parse().expect("a path");
        mock(another)
    })
}

/// A path in which every label is escaped once more, or once less.
fn labels(change: fn(&str) -> String) -> Arc<Middleware> {
    taking(move |request| {
        let path = change(request.uri().path());
        let query = request.uri().query().map(|query| format!("?{query}"));
        let target = format!("{path}{}", query.unwrap_or_default());
        if let Ok(uri) = target.parse() {
            *request.uri_mut() = uri;
        }
    })
}

pub(crate) fn rows() -> Vec<Row> {
    [formats(), held(), escaped()]
        .into_iter()
        .flatten()
        .collect()
}

fn formats() -> Vec<Row> {
    vec![
        Row::behaviour(
            "ARNs are not found",
            &["REQ-NAME-FULL-ARN", "REQ-NAME-TARGETS"],
            ARN,
            missing(is_arn),
        ),
        Row::behaviour(
            "partial ARNs are not found",
            &["REQ-NAME-PARTIAL-ARN"],
            PARTIAL_ARN,
            missing(is_partial),
        ),
        Row::behaviour(
            "ARNs are refused",
            &["REQ-NAME-FULL-ARN"],
            &[&[("name", "ARN")]],
            refused(is_arn),
        ),
        Row::behaviour(
            "partial ARNs are refused",
            &["REQ-NAME-PARTIAL-ARN"],
            &[&[("name", "partial ARN")]],
            refused(is_partial),
        ),
        Row::behaviour(
            "a name alone with a qualifier is refused",
            &[
                "REQ-NAME-BARE-ALIAS",
                "REQ-NAME-SUFFIX-VERSION",
                "REQ-NAME-SUFFIX-ALIAS",
            ],
            &[
                &[("name", "bare"), ("qualifier in", "name")],
                &[
                    ("name", "bare"),
                    ("qualifier in", "name"),
                    ("qualifier in", "both"),
                ],
            ],
            refused(|asked| !is_arn(asked) && !is_partial(asked) && asked.suffix.is_some()),
        ),
        Row::behaviour(
            "names are folded",
            &["REQ-NAME-BARE", "REQ-NAME-TARGETS", "RSP-NAME-TYPE"],
            &[
                &[("fixture", "letter-case-aliases")],
                &[("fixture", "letter-case-aliases"), ("due", "200")],
            ],
            names_are_folded(),
        ),
    ]
}

fn held() -> Vec<Row> {
    vec![
        Row::behaviour(
            "names with dots are refused",
            &["REQ-NAME-PAT-CHARS"],
            &[
                &[("due", "404 ResourceNotFoundException")],
                &[("member", "FunctionName")],
            ],
            refused(|asked| asked.name.contains('.')),
        ),
        Row::behaviour(
            "names above 64 characters are refused",
            &["REQ-NAME-LEN-64", "REQ-NAME-LEN-MAX"],
            &[
                &[("due", "404 ResourceNotFoundException")],
                &[("name", "bare"), ("due", "404 ResourceNotFoundException")],
                &[("member", "FunctionName")],
            ],
            refused(|asked| asked.name.len() > 64),
        ),
        Row::behaviour(
            "the pattern of names is not held",
            &["REQ-NAME-PATTERN", "REQ-NAME-PAT-CHARS"],
            REFUSED,
            let_through("functionName", "regular expression pattern"),
        ),
        Row::behaviour(
            "the length of names is not held",
            &["REQ-NAME-LEN-MAX", "REQ-NAME-LEN-ARN"],
            REFUSED,
            let_through("functionName", "length less than"),
        ),
        Row::behaviour(
            "the pattern of qualifiers is not held",
            &["REQ-QUAL-PATTERN"],
            &[
                &[("member", "Qualifier")],
                &[("qualifier", "other")],
                &[("qualifier", "other"), ("due", "400 ValidationException")],
            ],
            let_through("qualifier", "regular expression pattern"),
        ),
        Row::behaviour(
            "the length of qualifiers is not held",
            &["REQ-QUAL-LEN-MAX"],
            &[
                &[("member", "Qualifier")],
                &[("member", "Qualifier"), ("due", "400 ValidationException")],
            ],
            let_through("qualifier", "length less than"),
        ),
    ]
}

fn escaped() -> Vec<Row> {
    vec![
        Row::behaviour(
            "the path is decoded twice",
            &["X-ENCODING", "REQ-PATH"],
            &[
                &[("encoding", "escaped")],
                &[("encoding", "escaped"), ("due", "400 ValidationException")],
            ],
            labels(|path| path.replace("%25", "%")),
        ),
        Row::behaviour(
            "the path is not decoded",
            &["X-ENCODING", "REQ-PATH"],
            &[&[("encoding", "escaped")]],
            labels(|path| path.replace('%', "%25")),
        ),
        Row::behaviour(
            "colons and dollars have to be escaped",
            &["X-ENCODING"],
            &[&[("encoding", "plain")]],
            labels(|path| path.replace([':', '$'], "!")),
        )
        .unnoticed("that they may stand in the path as they are is inferred"),
    ]
}
