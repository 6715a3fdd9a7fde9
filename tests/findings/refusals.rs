//! Servers that take what they should refuse, for another reason than that a value is not valid.

use std::sync::Arc;

use http::Method;
use lambda_conformance::mock::Middleware;
use serde_json::Value;

use crate::{
    servers::changed::{a_creation_replaces, an_image_takes_a_zip, code_without, sent},
    table::{Factors, Row},
};

const PRECONDITION: &[Factors] = &[
    &[("due", "412 PreconditionFailedException")],
    &[
        ("operation", "UpdateFunctionConfiguration"),
        ("due", "412 PreconditionFailedException"),
    ],
    &[("sets", "RevisionId")],
    &[
        ("operation", "UpdateFunctionConfiguration"),
        ("sets", "RevisionId"),
    ],
];

fn without_a_revision(method: Method, path: &'static str) -> Arc<Middleware> {
    sent(method, path, |members| {
        if members.get("RevisionId").is_some_and(Value::is_string) {
            members.remove("RevisionId");
        }
    })
}

pub(crate) fn rows() -> Vec<Row> {
    vec![
        Row::behaviour(
            "a creation replaces the function",
            &["CREATE-TAKEN"],
            &[
                &[("due", "409 ResourceConflictException")],
                &[
                    ("operation", "CreateFunction"),
                    ("due", "409 ResourceConflictException"),
                ],
            ],
            a_creation_replaces(),
        ),
        Row::behaviour(
            "a dry run is an update",
            &["RSP-CODESHA-MEANING"],
            &[
                &[("sets", "DryRun")],
                &[("after", "UpdateFunctionCode"), ("sets", "DryRun")],
                &[("after", "UpdateFunctionCode")],
                &[
                    ("operation", "UpdateFunctionCode"),
                    ("after", "UpdateFunctionCode"),
                ],
            ],
            code_without("DryRun"),
        ),
        Row::behaviour(
            "an update of code is not held to a revision",
            &["CHANGE-CONDITION", "RSP-CODESHA-MEANING"],
            &[
                PRECONDITION[0],
                PRECONDITION[2],
                &[
                    ("operation", "UpdateFunctionCode"),
                    ("due", "412 PreconditionFailedException"),
                ],
                &[("operation", "UpdateFunctionCode"), ("sets", "RevisionId")],
            ],
            code_without("RevisionId"),
        ),
        Row::behaviour(
            "an update of settings is not held to a revision",
            &["CHANGE-CONDITION", "RSP-REV-MEANING"],
            PRECONDITION,
            without_a_revision(Method::PUT, "/configuration"),
        ),
        Row::behaviour(
            "an update of an alias is not held to a revision",
            &["CHANGE-CONDITION", "REQ-QUAL-ALIAS"],
            &[
                PRECONDITION[0],
                &[("operation", "UpdateAlias")],
                &[
                    ("operation", "UpdateAlias"),
                    ("due", "412 PreconditionFailedException"),
                ],
            ],
            without_a_revision(Method::PUT, "/aliases/"),
        ),
        Row::behaviour(
            "an image takes a ZIP",
            &["OP-REF-UPDATE", "ERR-400", "RSP-PKG-TYPE"],
            &[
                &[
                    ("package", "Image"),
                    ("due", "400 InvalidParameterValueException"),
                ],
                &[("package", "Image"), ("operation", "UpdateFunctionCode")],
                &[("package", "Image")],
            ],
            an_image_takes_a_zip(),
        ),
    ]
}
