//! Servers that write members of a configuration otherwise.

use serde_json::{Map, Value, json};

use crate::{
    answers::configurations,
    table::{CONFIGURATIONS, Row},
};

/// Members that are dropped, and the clauses that are about them.
const DROPPED: &[(&str, &[&str])] = &[
    ("CodeSha256", &["RSP-CODESHA-TYPE", "RSP-CODESHA-MEANING"]),
    (
        "EphemeralStorage",
        &["RSP-EPH-TYPE", "RSP-SHAPE-EPHEMERAL", "RSP-EPH-DEFAULT"],
    ),
    ("LastModified", &["RSP-LM-TYPE", "RSP-LM-FORMAT"]),
    ("PackageType", &["RSP-PKG-TYPE"]),
    ("RevisionId", &["RSP-REV-TYPE", "RSP-REV-MEANING"]),
    (
        "RuntimeVersionConfig",
        &["RSP-RTV-TYPE", "RSP-SHAPE-RUNTIMEVER"],
    ),
    ("TracingConfig", &["RSP-TRACE-TYPE", "RSP-SHAPE-TRACING"]),
];

/// Members that are written as something else.
const RETYPED: &[(&str, &[&str])] = &[
    ("CodeSize", &["RSP-CODESIZE-TYPE", "RSP-CODESIZE-MEANING"]),
    ("MemorySize", &["RSP-MEM-TYPE"]),
    ("Timeout", &["RSP-TO-TYPE"]),
];

/// Members that are there without having been set.
const EMPTY: &[(&str, &str, &[&str])] = &[
    ("Layers", "[]", &["RSP-LAYERS-TYPE"]),
    ("FileSystemConfigs", "[]", &["RSP-FS-TYPE"]),
    ("Environment", r#"{"Variables":{}}"#, &["RSP-ENV-TYPE"]),
    (
        "VpcConfig",
        r#"{"SubnetIds":[],"SecurityGroupIds":[],"VpcId":"","Ipv6AllowedForDualStack":false}"#,
        &["RSP-VPC-TYPE"],
    ),
    ("KMSKeyArn", r#""""#, &["RSP-KMS-CMK-ONLY", "RSP-KMS-TYPE"]),
    ("DeadLetterConfig", "{}", &["RSP-DLC-TYPE"]),
];

/// The first letter of a name as JavaScript writes it.
fn camel(name: &str) -> String {
    let mut letters = name.chars();
    let first = letters.next().map(|letter| letter.to_ascii_lowercase());
    first.into_iter().chain(letters).collect()
}

/// All members, at every depth but that of variables, with `change` made of their names.
fn renamed(value: &mut Value, change: fn(&str) -> String) {
    match value {
        Value::Object(members) => {
            let old: Map<String, Value> = std::mem::take(members);
            for (name, mut value) in old {
                if name != "Variables" {
                    renamed(&mut value, change);
                }
                members.insert(change(&name), value);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| renamed(item, change)),
        _ => {}
    }
}

/// Every value at every depth but that of variables.
fn each(value: &mut Value, change: &impl Fn(&mut Value)) {
    match value {
        Value::Object(members) => {
            let inner = members.iter_mut().filter(|(name, _)| *name != "Variables");
            inner.for_each(|(_, value)| each(value, change));
        }
        Value::Array(items) => items.iter_mut().for_each(|item| each(item, change)),
        _ => change(value),
    }
}

/// Takes away what has no value.
fn without_nulls(value: &mut Value) {
    if let Value::Object(members) = value {
        members.retain(|_, value| !value.is_null());
        members.values_mut().for_each(without_nulls);
    }
}

fn spelled(value: &mut Value) {
    if value.is_number() {
        *value = value.to_string().into();
    }
}

pub(crate) fn rows() -> Vec<Row> {
    let dropped = DROPPED.iter().map(|(member, clauses)| {
        let server = configurations(move |body| {
            body.as_object_mut().expect("an object").remove(*member);
        });
        Row::answer(
            format!("{member} is dropped"),
            clauses,
            CONFIGURATIONS,
            server,
        )
    });
    let retyped = RETYPED.iter().map(|(member, clauses)| {
        let server = configurations(move |body| spelled(&mut body[*member]));
        Row::answer(
            format!("{member} is a text"),
            clauses,
            CONFIGURATIONS,
            server,
        )
    });
    let empty = EMPTY.iter().map(|(member, text, clauses)| {
        let server = configurations(move |body| {
            if body[*member].is_null() {
                body[*member] = serde_json::from_str(text).expect("JSON");
            }
        });
        Row::answer(
            format!("{member} is empty instead of absent"),
            clauses,
            CONFIGURATIONS,
            server,
        )
    });
    dropped
        .chain(retyped)
        .chain(empty)
        .chain(alone())
        .chain(together())
        .collect()
}

/// Servers that get one member wrong.
fn alone() -> Vec<Row> {
    vec![
        Row::answer(
            "RevisionId begins with a small letter",
            &["RSP-NAMES", "RSP-REV-TYPE"],
            CONFIGURATIONS,
            configurations(|body| body["revisionId"] = body["RevisionId"].take()),
        ),
        Row::answer(
            "KMSKeyArn is KmsKeyArn",
            &["RSP-NAMES", "RSP-KMS-TYPE"],
            &[&[("sets", "KMSKeyArn")], &[]],
            configurations(|body| body["KmsKeyArn"] = body["KMSKeyArn"].take()),
        ),
        Row::answer(
            "Version is a number",
            &["RSP-VER-TYPE"],
            &[
                &[("qualifier", "version"), ("qualifier", "alias")],
                &[
                    ("qualifier", "version"),
                    ("qualifier", "alias"),
                    ("due", "200"),
                ],
                &[("qualifier", "version")],
            ],
            configurations(|body| {
                let number = body["Version"].as_str().map(str::parse::<u64>);
                if let Some(Ok(number)) = number {
                    body["Version"] = number.into();
                }
            }),
        ),
        Row::answer(
            "Description is null where it is empty",
            &["RSP-DESC-TYPE"],
            CONFIGURATIONS,
            configurations(|body| {
                if body["Description"] == "" {
                    body["Description"] = Value::Null;
                }
            }),
        ),
        Row::answer(
            "Architectures is a text",
            &["RSP-ARCH-TYPE"],
            CONFIGURATIONS,
            configurations(|body| body["Architectures"] = body["Architectures"][0].take()),
        ),
        Row::answer(
            "State is in capitals",
            &["RSP-STATE-TYPE", "RSP-STATE-ENUM"],
            CONFIGURATIONS,
            configurations(|body| {
                let state = body["State"].as_str().map(str::to_uppercase);
                body["State"] = state.map_or(Value::Null, Value::from);
            }),
        ),
        Row::answer(
            "a member is there that nobody knows",
            &["RSP-NAMES"],
            CONFIGURATIONS,
            configurations(|body| body["Emulator"] = json!(true)),
        )
        .unnoticed("a member that nobody knows yet is no fault"),
        Row::answer(
            "CodeSize has a fraction",
            &["RSP-CODESIZE-TYPE"],
            CONFIGURATIONS,
            configurations(|body| body["CodeSize"] = body["CodeSize"].as_f64().into()),
        ),
    ]
}

/// Servers that get many members wrong in one way.
fn together() -> Vec<Row> {
    vec![
        Row::answer(
            "all members begin with a small letter",
            &["RSP-NAMES"],
            CONFIGURATIONS,
            configurations(|body| renamed(body, camel)),
        ),
        Row::answer(
            "all numbers are texts",
            &["RSP-TO-TYPE", "RSP-MEM-TYPE", "RSP-CODESIZE-TYPE"],
            CONFIGURATIONS,
            configurations(|body| each(body, &spelled)),
        ),
        Row::answer(
            "what has no value is empty",
            &["X-NULL", "RSP-KMS-CMK-ONLY", "RSP-SR-TYPE"],
            CONFIGURATIONS,
            configurations(|body| {
                each(body, &|value| {
                    if value.is_null() {
                        *value = "".into();
                    }
                });
            }),
        ),
        Row::answer(
            "lists and objects are empty instead of absent",
            &["X-NULL", "RSP-LAYERS-TYPE", "RSP-VPC-TYPE"],
            CONFIGURATIONS,
            configurations(|body| {
                for (member, text, _) in EMPTY {
                    if body[*member].is_null() {
                        body[*member] = serde_json::from_str(text).expect("JSON");
                    }
                }
            }),
        ),
        Row::answer(
            "what has no value is not written",
            &["X-NULL"],
            CONFIGURATIONS,
            configurations(without_nulls),
        )
        .unnoticed(
            "SDKs drop what is null, so that it is not written is no fault below the level `wire`",
        ),
    ]
}
