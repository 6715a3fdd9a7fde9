//! Servers whose versions and aliases show what is not theirs.

use crate::{
    servers::changed::{an_alias_shows_its_own, versions_follow, versions_from_latest},
    table::{Factors, Row},
};

const VERSIONS: &[Factors] = &[
    &[("qualifier", "version"), ("qualifier", "alias")],
    &[
        ("qualifier", "version"),
        ("qualifier", "alias"),
        ("due", "200"),
    ],
    &[("qualifier", "version")],
];
const ALIAS: &[Factors] = &[
    &[("qualifier", "alias")],
    &[("qualifier", "alias"), ("due", "200")],
];

pub(crate) fn rows() -> Vec<Row> {
    vec![
        Row::behaviour(
            "versions follow $LATEST",
            &["X-VERSION-IMMUTABLE", "OP-PURPOSE", "REQ-QUAL-VERSION"],
            VERSIONS,
            versions_from_latest(|version, latest| {
                let own = ["FunctionArn", "Version"].map(|member| version[member].take());
                *version = latest.clone();
                [version["FunctionArn"], version["Version"]] = own;
            }),
        ),
        Row::behaviour(
            "versions follow the code of $LATEST",
            &["X-VERSION-IMMUTABLE", "RSP-CODESHA-MEANING", "OP-PURPOSE"],
            VERSIONS,
            versions_from_latest(|version, latest| {
                for member in ["CodeSha256", "CodeSize"] {
                    version[member] = latest[member].clone();
                }
            }),
        ),
        Row::behaviour(
            "versions follow the variables of $LATEST",
            &["X-VERSION-IMMUTABLE", "OP-PURPOSE", "RSP-SHAPE-ENV"],
            VERSIONS,
            versions_follow("Environment"),
        ),
        Row::behaviour(
            "versions follow the queue of $LATEST",
            &["RSP-SHAPE-DLC", "X-VERSION-IMMUTABLE", "RSP-DLC-TYPE"],
            &[
                &[
                    ("qualifier", "version"),
                    ("qualifier", "alias"),
                    ("sets", "DeadLetterConfig"),
                ],
                &[("qualifier", "version"), ("sets", "DeadLetterConfig")],
                &[("sets", "DeadLetterConfig")],
            ],
            versions_follow("DeadLetterConfig"),
        ),
        Row::behaviour(
            "versions have the revision of $LATEST",
            &["RSP-REV-MEANING", "REQ-QUAL-VERSION", "X-VERSION-IMMUTABLE"],
            VERSIONS,
            versions_follow("RevisionId"),
        ),
        Row::behaviour(
            "versions have the time of $LATEST",
            &["RSP-LM-TYPE"],
            VERSIONS,
            versions_follow("LastModified"),
        ),
        Row::behaviour(
            "an alias shows its own description",
            &["REQ-QUAL-ALIAS", "RSP-DESC-TYPE", "OP-PURPOSE"],
            ALIAS,
            an_alias_shows_its_own("Description"),
        ),
        Row::behaviour(
            "an alias shows its own revision",
            &["RSP-REV-MEANING"],
            ALIAS,
            an_alias_shows_its_own("RevisionId"),
        ),
    ]
}
