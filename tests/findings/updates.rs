//! Servers that do not take an update, or go on to show what was.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use bytes::Bytes;
use http::{Method, Request};
use lambda_conformance::mock::Middleware;
use serde_json::Value;

use crate::{
    held::{an_update_ignores, at, function},
    servers::{
        Next, is_read,
        remembering::{remembering, remembering_answers},
        written,
    },
    table::{Factors, Row},
};

/// What an update changes by itself, whatever is in it, and what it leaves.
const LIFE: [&str; 9] = [
    "FunctionArn",
    "LastModified",
    "LastUpdateStatus",
    "LastUpdateStatusReason",
    "LastUpdateStatusReasonCode",
    "RevisionId",
    "State",
    "StateReason",
    "StateReasonCode",
];

/// What an update of code changes, and one of settings does not.
const OF_CODE: [&str; 3] = ["Architectures", "CodeSha256", "CodeSize"];

pub(crate) const SETTINGS: &[Factors] = &[
    &[("after", "UpdateFunctionConfiguration")],
    &[
        ("operation", "UpdateFunctionConfiguration"),
        ("after", "UpdateFunctionConfiguration"),
    ],
    &[("operation", "UpdateFunctionConfiguration")],
];
const CODE: &[Factors] = &[
    &[("after", "UpdateFunctionCode")],
    &[
        ("operation", "UpdateFunctionCode"),
        ("after", "UpdateFunctionCode"),
    ],
    &[("operation", "UpdateFunctionCode")],
];
pub(crate) const ANY: &[Factors] = &[
    &[
        ("after", "UpdateFunctionConfiguration"),
        ("after", "UpdateFunctionCode"),
    ],
    SETTINGS[0],
    CODE[0],
];

/// A server whose reads of `$LATEST` show it as it was before the first update of a kind, in those members of which `is_stale` holds.
fn stale_after(path: &'static str, is_stale: fn(&str) -> bool) -> Arc<Middleware> {
    let before: Mutex<BTreeMap<String, Value>> = Mutex::default();
    Arc::new(move |request: Request<Bytes>, mock: Next<'_>| {
        let name = function(&request);
        if request.method() == Method::PUT && request.uri().path().ends_with(path) {
            let read = format!("/2015-03-31/functions/{name}/configuration");
            let read = mock(at(&request, Method::GET, &read, &Value::Null));
            let answer = mock(request);
            if answer.status() == 200 && read.status() == 200 {
                let read = serde_json::from_slice(read.body()).expect("JSON");
                let mut before = before.lock().unwrap_or_else(PoisonError::into_inner);
                before.entry(name).or_insert(read);
            }
            return answer;
        }
        let reads = is_read(&request);
        let answer = mock(request);
        let before = before.lock().unwrap_or_else(PoisonError::into_inner);
        match before
            .get(&name)
            .filter(|_| reads && answer.status() == 200)
        {
            Some(old) => written(answer, |body| {
                if body["Version"] == "$LATEST" {
                    let members = body.as_object_mut().expect("an object");
                    for (name, value) in members.iter_mut().filter(|(name, _)| is_stale(name)) {
                        *value = old[name.as_str()].clone();
                    }
                }
            }),
            None => answer,
        }
    })
}

pub(crate) fn rows() -> Vec<Row> {
    [stale(), ignored(), remembered()]
        .into_iter()
        .flatten()
        .collect()
}

fn stale() -> Vec<Row> {
    vec![
        Row::behaviour(
            "reads are stale after an update of settings",
            &["OP-REF-UPDATE", "X-INPROGRESS-READ"],
            SETTINGS,
            stale_after("/configuration", |member| {
                !LIFE.contains(&member)
                    && !OF_CODE.contains(&member)
                    && member != "RuntimeVersionConfig"
            }),
        ),
        Row::behaviour(
            "reads are stale after an update of code",
            &[
                "RSP-CODESHA-MEANING",
                "RSP-CODESIZE-MEANING",
                "X-INPROGRESS-READ",
            ],
            CODE,
            stale_after("/code", |member| OF_CODE.contains(&member)),
        ),
        Row::behaviour(
            "what was not found never is",
            &["X-DELETED", "REQ-QUAL-VERSION", "REQ-QUAL-ALIAS"],
            &[
                &[
                    ("after", "PublishVersion"),
                    ("after", "CreateAlias"),
                    ("after", "CreateFunction"),
                ],
                &[("after", "CreateAlias"), ("after", "PublishVersion")],
                &[("after", "PublishVersion")],
            ],
            remembering_answers(404),
        ),
        Row::behaviour(
            "what was found always is",
            &["X-DELETED"],
            &[
                &[("after", "DeleteFunction"), ("after", "DeleteAlias")],
                &[("after", "DeleteFunction")],
                &[("after", "DeleteAlias")],
            ],
            remembering_answers(200),
        ),
    ]
}

/// Settings that an update does not change.
fn ignored() -> Vec<Row> {
    const UPDATES: &[(&str, &[&str], &[Factors])] = &[
        (
            "MemorySize",
            &["OP-REF-UPDATE", "RSP-MEM-TYPE"],
            &[
                SETTINGS[0],
                SETTINGS[1],
                SETTINGS[2],
                &[("sets", "MemorySize")],
            ],
        ),
        (
            "Environment",
            &["OP-REF-UPDATE", "RSP-SHAPE-ENV", "RSP-ENV-TYPE"],
            &[
                SETTINGS[0],
                SETTINGS[1],
                SETTINGS[2],
                &[("sets", "Environment")],
            ],
        ),
        (
            "Role",
            &["OP-REF-UPDATE", "RSP-ROLE-TYPE"],
            &[SETTINGS[0], SETTINGS[1], SETTINGS[2], &[("sets", "Role")]],
        ),
        (
            "VpcConfig",
            &["OP-REF-UPDATE", "RSP-SHAPE-VPC", "RSP-VPC-TYPE"],
            &[
                SETTINGS[0],
                SETTINGS[1],
                SETTINGS[2],
                &[("sets", "VpcConfig")],
            ],
        ),
        (
            "Timeout",
            &["OP-REF-UPDATE", "RSP-TO-TYPE"],
            &[
                SETTINGS[0],
                SETTINGS[1],
                SETTINGS[2],
                &[("sets", "Timeout")],
            ],
        ),
    ];
    let rows = UPDATES.iter().map(|(member, clauses, factors)| {
        let server = an_update_ignores("/configuration", member);
        Row::behaviour(
            format!("an update ignores {member}"),
            clauses,
            factors,
            server,
        )
    });
    let code = Row::behaviour(
        "an update of code ignores the architecture",
        &["RSP-ARCH-ENUM", "RSP-ARCH-TYPE", "OP-REF-UPDATE"],
        &[
            CODE[0],
            CODE[1],
            CODE[2],
            &[("sets", "Architectures")],
            &[("fixture", "architecture-changed")],
        ],
        an_update_ignores("/code", "Architectures"),
    );
    rows.chain([code]).collect()
}

/// Members that are shown as they were first read.
fn remembered() -> Vec<Row> {
    const MEMBERS: &[(&str, &[&str])] = &[
        (
            "Environment",
            &["OP-REF-UPDATE", "RSP-SHAPE-ENV", "RSP-ENV-TYPE"],
        ),
        ("Description", &["OP-REF-UPDATE", "RSP-DESC-TYPE"]),
        ("Runtime", &["OP-REF-UPDATE", "RSP-RT-TYPE"]),
        (
            "LoggingConfig",
            &["RSP-SHAPE-LOGGING", "OP-REF-UPDATE", "RSP-LOG-TYPE"],
        ),
        (
            "TracingConfig",
            &["RSP-SHAPE-TRACING", "OP-REF-UPDATE", "RSP-TRACE-TYPE"],
        ),
        (
            "VpcConfig",
            &["RSP-SHAPE-VPC", "OP-REF-UPDATE", "RSP-VPC-TYPE"],
        ),
        ("CodeSha256", &["RSP-CODESHA-MEANING"]),
        ("Version", &["REQ-QUAL-ALIAS", "RSP-VER-TYPE"]),
        ("RevisionId", &["RSP-REV-MEANING"]),
    ];
    let rows = MEMBERS.iter().map(|(member, clauses)| {
        let factors: &[Factors] = match *member {
            "CodeSha256" => CODE,
            "Version" => &[
                &[("after", "UpdateAlias")],
                &[("qualifier", "alias"), ("after", "UpdateAlias")],
            ],
            "RevisionId" => ANY,
            _ => SETTINGS,
        };
        let name = format!("{member} is remembered as it was first read");
        Row::behaviour(name, clauses, factors, remembering(member))
    });
    rows.collect()
}
