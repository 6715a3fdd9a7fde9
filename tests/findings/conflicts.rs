//! Servers that compare qualifiers otherwise: those of name and query with one another, or either with what there is.

use std::sync::Arc;

use bytes::Bytes;
use http::Request;
use lambda_conformance::mock::Middleware;

use crate::{
    answers::error,
    resolved::Kind,
    servers::{
        Next,
        asked::{Asked, reading},
        letters::{qualifiers_are_folded, qualifiers_are_trimmed},
    },
    table::{Factors, Row},
};

const CONFLICT: &[Factors] = &[
    &[
        ("qualifier in", "both"),
        ("due", "400 InvalidParameterValueException"),
    ],
    &[("due", "400 InvalidParameterValueException")],
    &[("qualifier in", "both")],
];

/// A server that takes one of two qualifiers that differ.
fn a_conflict_is_none(change: fn(&mut Asked)) -> Arc<Middleware> {
    Arc::new(move |request: Request<Bytes>, mock: Next<'_>| {
        let answer = mock(request.clone());
        let is_conflict = error(&answer) == Some("InvalidParameterValueException");
        match Asked::of(&request).filter(|_| is_conflict) {
            Some(mut asked) => {
                change(&mut asked);
                mock(asked.written(&request))
            }
            None => answer,
        }
    })
}

/// A server that takes two qualifiers for a conflict though they are the same.
fn equal_qualifiers_are_a_conflict() -> Arc<Middleware> {
    reading(|asked| {
        if asked.suffix.is_some() && asked.suffix == asked.query {
            asked.query = Some("another".to_owned());
        }
    })
}

fn one_qualifier(change: fn(&str) -> &str) -> impl Fn(&mut Asked) {
    move |asked| {
        for qualifier in [&mut asked.suffix, &mut asked.query].into_iter().flatten() {
            *qualifier = change(qualifier).to_owned();
        }
    }
}

pub(crate) fn rows() -> Vec<Row> {
    vec![
        Row::behaviour(
            "the qualifier of the name wins a conflict",
            &["X-QUAL-CONFLICT"],
            CONFLICT,
            a_conflict_is_none(|asked| asked.query = None),
        ),
        Row::behaviour(
            "the qualifier of the query wins a conflict",
            &["X-QUAL-CONFLICT"],
            CONFLICT,
            a_conflict_is_none(|asked| asked.suffix = None),
        ),
        Row::behaviour(
            "equal qualifiers are a conflict",
            &["X-QUAL-CONFLICT"],
            &[
                &[("qualifier in", "both")],
                &[
                    ("qualifier in", "both"),
                    ("due", "200"),
                    ("due", "404 ResourceNotFoundException"),
                ],
            ],
            equal_qualifiers_are_a_conflict(),
        ),
        Row::behaviour(
            "$latest is $LATEST",
            &["X-QUAL-LATEST-CASE"],
            &[
                &[("qualifier", "other")],
                &[
                    ("qualifier", "other"),
                    ("due", "404 ResourceNotFoundException"),
                ],
            ],
            reading(one_qualifier(|text| {
                if text == "$latest" { "$LATEST" } else { text }
            })),
        ),
        Row::behaviour(
            "a version may have zeros before it",
            &["X-QUAL-UNKNOWN-VERSION"],
            &[&[
                ("qualifier", "version"),
                ("due", "404 ResourceNotFoundException"),
            ]],
            reading(one_qualifier(|text| match text.trim_start_matches('0') {
                number if Kind::of(Some(text)) == Kind::Version && !number.is_empty() => number,
                _ => text,
            })),
        )
        .unnoticed("that versions are compared letter by letter is inferred"),
        Row::behaviour(
            "qualifiers are folded",
            &["REQ-QUAL-ALIAS", "X-QUAL-UNKNOWN-ALIAS"],
            &[
                &[("qualifier", "alias"), ("fixture", "letter-case-aliases")],
                &[("fixture", "letter-case-aliases")],
            ],
            qualifiers_are_folded(),
        ),
        Row::behaviour(
            "qualifiers are trimmed",
            &["REQ-QUAL-PATTERN"],
            &[
                &[("member", "Qualifier")],
                &[("qualifier", "other")],
                &[("qualifier", "other"), ("due", "400 ValidationException")],
            ],
            qualifiers_are_trimmed(),
        ),
    ]
}
