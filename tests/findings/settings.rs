//! Servers that forget a setting: that of a creation, in versions, or when something else is updated.

use std::sync::Arc;

use lambda_conformance::mock::Middleware;
use serde_json::{Value, json};

use crate::{
    held::a_creation_forgets,
    servers::changed::{
        an_update_of_code_resets_the_timeout, an_update_resets, once_done, versions_from_latest,
    },
    table::{Factors, Row},
};

/// What is asked of a creation, the clauses that are about it, and that it was set.
const SETTINGS: &[(&str, &[&str], &[Factors])] = &[
    (
        "Architectures",
        &["RSP-ARCH-ENUM", "RSP-ARCH-TYPE"],
        &[&[("sets", "Architectures")]],
    ),
    (
        "DeadLetterConfig",
        &["RSP-SHAPE-DLC", "RSP-DLC-TYPE"],
        &[&[("sets", "DeadLetterConfig")]],
    ),
    (
        "Description",
        &["RSP-DESC-TYPE", "RSP-DESC-LEN"],
        &[&[("sets", "Description")]],
    ),
    (
        "Environment",
        &["RSP-SHAPE-ENV", "RSP-ENV-TYPE"],
        &[&[("sets", "Environment")]],
    ),
    (
        "EphemeralStorage",
        &["RSP-SHAPE-EPHEMERAL", "RSP-EPH-TYPE", "RSP-EPH-RANGE"],
        &[&[("sets", "EphemeralStorage")]],
    ),
    (
        "FileSystemConfigs",
        &["RSP-SHAPE-FS", "RSP-FS-TYPE"],
        &[&[("sets", "FileSystemConfigs")]],
    ),
    (
        "ImageConfig",
        &["RSP-SHAPE-IMAGE", "RSP-IMGCFG-TYPE"],
        &[&[("sets", "ImageConfig")]],
    ),
    (
        "KMSKeyArn",
        &["RSP-KMS-TYPE", "RSP-KMS-CMK-ONLY"],
        &[&[("sets", "KMSKeyArn")]],
    ),
    (
        "Layers",
        &["RSP-SHAPE-LAYERS", "RSP-LAYERS-TYPE"],
        &[&[("sets", "Layers")]],
    ),
    (
        "LoggingConfig",
        &["RSP-SHAPE-LOGGING", "RSP-LOG-TYPE"],
        &[&[("sets", "LoggingConfig")]],
    ),
    (
        "MemorySize",
        &["RSP-MEM-TYPE", "RSP-MEM-RANGE"],
        &[&[("sets", "MemorySize")]],
    ),
    (
        "SnapStart",
        &["RSP-SHAPE-SNAPSTART", "RSP-SS-APPLYON", "RSP-SS-TYPE"],
        &[&[("sets", "SnapStart")]],
    ),
    ("Timeout", &["RSP-TO-TYPE"], &[&[("sets", "Timeout")]]),
    (
        "TracingConfig",
        &["RSP-SHAPE-TRACING", "RSP-TRACE-TYPE"],
        &[&[("sets", "TracingConfig")]],
    ),
    (
        "VpcConfig",
        &["RSP-SHAPE-VPC", "RSP-VPC-TYPE"],
        &[&[("sets", "VpcConfig")]],
    ),
];

/// A server whose versions have the default in the place of a setting.
fn versions_forget(member: &'static str, default: Value) -> Arc<Middleware> {
    versions_from_latest(move |version, _| version[member] = default.clone())
}

/// A server in which an update of the code takes a setting away.
fn code_resets(member: &'static str, default: Value) -> Arc<Middleware> {
    once_done(
        |request| request.uri().path().ends_with("/code"),
        move |body| {
            if body["Version"] == "$LATEST" {
                body[member] = default.clone();
            }
        },
    )
}

pub(crate) fn rows() -> Vec<Row> {
    let created = SETTINGS.iter().map(|(member, clauses, factors)| {
        let name = format!("a creation forgets {member}");
        Row::behaviour(name, clauses, factors, a_creation_forgets(member))
    });
    created.chain(in_versions()).chain(by_updates()).collect()
}

fn in_versions() -> Vec<Row> {
    let row =
        |member: &'static str, clauses: &[&'static str], factors: &[Factors], default: Value| {
            let name = format!("versions forget {member}");
            Row::behaviour(name, clauses, factors, versions_forget(member, default))
        };
    vec![
        row(
            "VpcConfig",
            &["RSP-SHAPE-VPC", "RSP-VPC-TYPE", "X-VERSION-IMMUTABLE"],
            &[
                &[
                    ("qualifier", "version"),
                    ("qualifier", "alias"),
                    ("sets", "VpcConfig"),
                ],
                &[("qualifier", "version"), ("sets", "VpcConfig")],
            ],
            Value::Null,
        ),
        row(
            "Environment",
            &["RSP-SHAPE-ENV", "RSP-ENV-TYPE", "X-VERSION-IMMUTABLE"],
            &[
                &[
                    ("qualifier", "version"),
                    ("qualifier", "alias"),
                    ("sets", "Environment"),
                ],
                &[("qualifier", "version"), ("sets", "Environment")],
                &[("qualifier", "version"), ("qualifier", "alias")],
            ],
            Value::Null,
        ),
        row(
            "DeadLetterConfig",
            &["RSP-SHAPE-DLC", "RSP-DLC-TYPE", "X-VERSION-IMMUTABLE"],
            &[
                &[
                    ("qualifier", "version"),
                    ("qualifier", "alias"),
                    ("sets", "DeadLetterConfig"),
                ],
                &[("qualifier", "version"), ("sets", "DeadLetterConfig")],
            ],
            Value::Null,
        ),
        row(
            "Layers",
            &["RSP-SHAPE-LAYERS", "RSP-LAYERS-TYPE", "X-VERSION-IMMUTABLE"],
            &[
                &[
                    ("qualifier", "version"),
                    ("qualifier", "alias"),
                    ("sets", "Layers"),
                ],
                &[("qualifier", "version"), ("sets", "Layers")],
            ],
            Value::Null,
        ),
        row(
            "TracingConfig",
            &["RSP-SHAPE-TRACING", "RSP-TRACE-TYPE", "X-VERSION-IMMUTABLE"],
            &[
                &[
                    ("qualifier", "version"),
                    ("qualifier", "alias"),
                    ("sets", "TracingConfig"),
                ],
                &[("qualifier", "version"), ("sets", "TracingConfig")],
            ],
            json!({ "Mode": "PassThrough" }),
        ),
    ]
}

/// Settings that are lost when something else is updated.
fn by_updates() -> Vec<Row> {
    const CODE: &[Factors] = &[
        &[("after", "UpdateFunctionCode")],
        &[
            ("operation", "UpdateFunctionCode"),
            ("after", "UpdateFunctionCode"),
        ],
    ];
    vec![
        Row::behaviour(
            "an update of code resets Timeout",
            &["OP-REF-UPDATE", "RSP-TO-TYPE"],
            CODE,
            an_update_of_code_resets_the_timeout(),
        ),
        Row::behaviour(
            "an update of code resets VpcConfig",
            &["OP-REF-UPDATE", "RSP-SHAPE-VPC", "RSP-VPC-TYPE"],
            &[
                &[("after", "UpdateFunctionCode"), ("sets", "VpcConfig")],
                &[("after", "UpdateFunctionCode")],
            ],
            code_resets("VpcConfig", Value::Null),
        ),
        Row::behaviour(
            "an update of code resets Environment",
            &["OP-REF-UPDATE", "RSP-SHAPE-ENV", "RSP-ENV-TYPE"],
            &[
                &[("after", "UpdateFunctionCode"), ("sets", "Environment")],
                &[("after", "UpdateFunctionCode")],
            ],
            code_resets("Environment", Value::Null),
        ),
        Row::behaviour(
            "an update of settings resets DeadLetterConfig",
            &["OP-REF-UPDATE", "RSP-SHAPE-DLC", "RSP-DLC-TYPE"],
            &[
                &[
                    ("after", "UpdateFunctionConfiguration"),
                    ("sets", "DeadLetterConfig"),
                ],
                &[("sets", "DeadLetterConfig")],
            ],
            an_update_resets("DeadLetterConfig", json!({ "TargetArn": "" })),
        ),
        Row::behaviour(
            "an update of settings resets TracingConfig",
            &["OP-REF-UPDATE", "RSP-SHAPE-TRACING", "RSP-TRACE-TYPE"],
            &[
                &[
                    ("after", "UpdateFunctionConfiguration"),
                    ("sets", "TracingConfig"),
                ],
                &[("sets", "TracingConfig")],
            ],
            an_update_resets("TracingConfig", json!({ "Mode": "PassThrough" })),
        ),
        Row::behaviour(
            "an update of settings resets Environment",
            &["OP-REF-UPDATE", "RSP-SHAPE-ENV", "RSP-ENV-TYPE"],
            &[
                &[
                    ("after", "UpdateFunctionConfiguration"),
                    ("sets", "Environment"),
                ],
                &[("sets", "Environment")],
            ],
            an_update_resets("Environment", json!({ "Variables": {} })),
        ),
    ]
}
