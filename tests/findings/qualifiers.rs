//! Servers that do not take a qualifier for what it is.

use std::sync::Arc;

use bytes::Bytes;
use http::Request;
use lambda_conformance::mock::Middleware;
use serde_json::Value;

use crate::{
    resolved::{Kind, instead_of_404, kind, missing, shown_as},
    servers::{
        Next,
        asked::{Asked, reading},
        written,
    },
    table::{Factors, Row},
};

const QUALIFIED: &[Factors] = &[&[
    ("qualifier in", "query"),
    ("qualifier in", "name"),
    ("qualifier in", "both"),
]];
const IN_THE_QUERY: &[Factors] = &[&[("qualifier in", "query")]];
const IN_THE_NAME: &[Factors] = &[&[("qualifier in", "name")]];
const ALIAS: &[Factors] = &[
    &[("qualifier", "alias")],
    &[("qualifier", "alias"), ("due", "200")],
];
const VERSION: &[Factors] = &[
    &[("qualifier", "version")],
    &[("qualifier", "version"), ("due", "200")],
];
const LATEST: &[Factors] = &[
    &[("qualifier", "$LATEST")],
    &[("qualifier", "$LATEST"), ("due", "200")],
];
/// A server in which an alias with weights answers with the version that has a share.
fn weights_are_followed() -> Arc<Middleware> {
    shown_as(|asked| {
        for qualifier in [&mut asked.suffix, &mut asked.query].into_iter().flatten() {
            if qualifier == "canary" {
                *qualifier = "2".to_owned();
            }
        }
    })
}

/// A server that shows an alias where the number of its version belongs.
fn an_alias_is_a_version() -> Arc<Middleware> {
    Arc::new(|request: Request<Bytes>, mock: Next<'_>| {
        let answer = mock(request.clone());
        let asked = Asked::of(&request)
            .filter(|asked| answer.status() == 200 && kind(asked) == Kind::Alias);
        match asked.and_then(|asked| asked.suffix.or(asked.query)) {
            Some(alias) => written(answer, |body| body["Version"] = Value::from(alias)),
            None => answer,
        }
    })
}

pub(crate) fn rows() -> Vec<Row> {
    [ignored(), not_found()].into_iter().flatten().collect()
}

fn ignored() -> Vec<Row> {
    vec![
        Row::behaviour(
            "qualifiers are ignored",
            &["REQ-QUAL-VERSION", "REQ-QUAL-ALIAS", "REQ-NAME-TARGETS"],
            QUALIFIED,
            reading(|asked| (asked.suffix, asked.query) = (None, None)),
        ),
        Row::behaviour(
            "qualifiers in the query are ignored",
            &["REQ-QUAL-VERSION", "REQ-QUAL-ALIAS", "REQ-QUERY-KEY"],
            IN_THE_QUERY,
            reading(|asked| asked.query = None),
        ),
        Row::behaviour(
            "qualifiers in the name are ignored",
            &[
                "REQ-NAME-SUFFIX-VERSION",
                "REQ-NAME-SUFFIX-ALIAS",
                "REQ-NAME-TARGETS",
            ],
            IN_THE_NAME,
            reading(|asked| {
                if asked.query.is_none() {
                    asked.suffix = None;
                }
            }),
        ),
        Row::behaviour(
            "an alias is $LATEST",
            &["REQ-QUAL-ALIAS", "REQ-NAME-SUFFIX-ALIAS"],
            ALIAS,
            shown_as(|asked| {
                if kind(asked) == Kind::Alias {
                    (asked.suffix, asked.query) = (None, None);
                }
            }),
        ),
        Row::behaviour(
            "a version is $LATEST",
            &["REQ-QUAL-VERSION", "REQ-NAME-SUFFIX-VERSION"],
            VERSION,
            shown_as(|asked| {
                if kind(asked) == Kind::Version {
                    (asked.suffix, asked.query) = (None, None);
                }
            }),
        ),
        Row::behaviour(
            "an alias shows itself as the version",
            &["RSP-VER-TYPE", "RSP-VER-PATTERN", "REQ-QUAL-ALIAS"],
            ALIAS,
            an_alias_is_a_version(),
        ),
        Row::behaviour(
            "weights of an alias are followed",
            &["X-ALIAS-WEIGHTED"],
            &[
                &[("qualifier", "alias"), ("fixture", "published")],
                &[("fixture", "published")],
                &[("sets", "RoutingConfig")],
            ],
            weights_are_followed(),
        ),
    ]
}

fn not_found() -> Vec<Row> {
    vec![
        Row::behaviour(
            "aliases are not found",
            &["REQ-QUAL-ALIAS", "REQ-NAME-SUFFIX-ALIAS"],
            ALIAS,
            missing(|asked| kind(asked) == Kind::Alias),
        ),
        Row::behaviour(
            "versions are not found",
            &["REQ-QUAL-VERSION", "REQ-NAME-SUFFIX-VERSION"],
            VERSION,
            missing(|asked| kind(asked) == Kind::Version),
        ),
        Row::behaviour(
            "$LATEST is not found",
            &["REQ-NAME-SUFFIX-LATEST", "RSP-VER-PATTERN"],
            LATEST,
            missing(|asked| kind(asked) == Kind::Latest),
        ),
        Row::behaviour(
            "aliases in the name are not found",
            &["REQ-NAME-SUFFIX-ALIAS", "REQ-NAME-BARE-ALIAS"],
            &[
                &[("qualifier", "alias"), ("qualifier in", "name")],
                &[
                    ("qualifier", "alias"),
                    ("qualifier in", "name"),
                    ("due", "200"),
                ],
            ],
            missing(|asked| kind(asked) == Kind::Alias && asked.query.is_none()),
        ),
        Row::behaviour(
            "aliases in the query are not found",
            &["REQ-QUAL-ALIAS"],
            &[
                &[("qualifier", "alias"), ("qualifier in", "query")],
                &[
                    ("qualifier", "alias"),
                    ("qualifier in", "query"),
                    ("due", "200"),
                ],
            ],
            missing(|asked| kind(asked) == Kind::Alias && asked.suffix.is_none()),
        ),
        Row::behaviour(
            "versions in the name are not found",
            &["REQ-NAME-SUFFIX-VERSION"],
            &[
                &[("qualifier", "version"), ("qualifier in", "name")],
                &[
                    ("qualifier", "version"),
                    ("qualifier in", "name"),
                    ("due", "200"),
                ],
            ],
            missing(|asked| kind(asked) == Kind::Version && asked.query.is_none()),
        ),
        Row::behaviour(
            "an alias that is not there is $LATEST",
            &["X-QUAL-UNKNOWN-ALIAS"],
            &[&[
                ("qualifier", "alias"),
                ("due", "404 ResourceNotFoundException"),
            ]],
            instead_of_404(|asked| {
                if kind(asked) == Kind::Alias {
                    (asked.suffix, asked.query) = (None, None);
                }
            }),
        ),
        Row::behaviour(
            "a version that is not there is $LATEST",
            &["X-QUAL-UNKNOWN-VERSION"],
            &[&[
                ("qualifier", "version"),
                ("due", "404 ResourceNotFoundException"),
            ]],
            instead_of_404(|asked| {
                if kind(asked) == Kind::Version {
                    (asked.suffix, asked.query) = (None, None);
                }
            }),
        ),
    ]
}
