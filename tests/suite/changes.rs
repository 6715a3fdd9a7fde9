//! Servers that take a change in another way than Lambda, or show another function than was changed: all are noticed, and the
//! clause that they break is named.

use std::sync::Arc;

use lambda_conformance::mock::Middleware;
use rstest::rstest;
use serde_json::json;

use crate::{
    servers::{
        changed::{
            a_creation_replaces, a_deleted_version_moves_last_modified,
            an_alias_goes_back_to_version_1, an_alias_shows_its_own, an_image_takes_a_zip,
            an_update_of_code_resets_the_timeout, an_update_resets, code_without,
            every_publication_is_let_through, one_runtime_version, versions_follow, with_header,
        },
        honest,
        letters::qualifiers_are_trimmed,
    },
    survivors::broken_in,
    world,
};

#[rstest]
#[case::an_update_resets_a_queue(
    an_update_resets("DeadLetterConfig", json!({ "TargetArn": "" })),
    "kept-settings",
    "RSP-SHAPE-DLC"
)]
#[case::an_update_resets_tracing(
    an_update_resets("TracingConfig", json!({ "Mode": "PassThrough" })),
    "kept-settings",
    "OP-REF-UPDATE"
)]
#[case::an_update_of_code_resets_the_timeout(
    an_update_of_code_resets_the_timeout(),
    "kept-settings",
    "OP-REF-UPDATE"
)]
#[case::an_alias_shows_its_own_description(
    an_alias_shows_its_own("Description"),
    "aliases",
    "OP-PURPOSE"
)]
#[case::an_alias_goes_back_to_version_1(
    an_alias_goes_back_to_version_1(),
    "aliases",
    "REQ-QUAL-ALIAS"
)]
#[case::every_publication_is_let_through(
    every_publication_is_let_through(),
    "refused-changes",
    "CHANGE-CONDITION"
)]
#[case::a_dry_run_is_an_update(code_without("DryRun"), "refused-changes", "RSP-CODESHA-MEANING")]
#[case::a_revision_of_code_is_not_held(
    code_without("RevisionId"),
    "refused-changes",
    "RSP-CODESHA-MEANING"
)]
#[case::a_creation_replaces(a_creation_replaces(), "refused-changes", "CREATE-TAKEN")]
#[case::an_image_takes_a_zip(an_image_takes_a_zip(), "refused-changes", "ERR-400")]
#[case::versions_follow_the_queue(
    versions_follow("DeadLetterConfig"),
    "kept-versions",
    "RSP-SHAPE-DLC"
)]
#[case::a_deleted_version_moves_last_modified(
    a_deleted_version_moves_last_modified(),
    "last-modified",
    "RSP-LM-TYPE"
)]
#[case::qualifiers_are_trimmed(qualifiers_are_trimmed(), "whitespace", "REQ-QUAL-PATTERN")]
#[case::one_request_id(
    with_header("x-amzn-requestid", "0a0a0a0a-0000-4000-8000-0a0a0a0a0a0a"),
    "consistency",
    "X-HDR-REQUESTID"
)]
#[case::an_error_type_on_success(
    with_header("x-amzn-errortype", "ServiceException"),
    "consistency",
    "X-HDR-ERRORTYPE"
)]
#[case::one_runtime_version(one_runtime_version(), "updated-settings", "RSP-SHAPE-RUNTIMEVER")]
#[tokio::test]
async fn a_server_that_changes_otherwise_is_noticed(
    #[case] server: Arc<Middleware>,
    #[case] topic: &str,
    #[case] clause: &str,
) {
    let broken = broken_in(world::library(), server, &[format!("/{topic}/")]).await;
    assert!(broken.contains(clause), "of {clause}, named {broken:?}");
}

/// So the topics notice what is wrong, and not everything.
#[tokio::test]
async fn the_mock_behind_nothing_breaks_no_clause_of_these_topics() {
    let topics = [
        "aliases",
        "consistency",
        "kept-settings",
        "kept-versions",
        "refused-changes",
        "updated-settings",
        "whitespace",
    ];
    let patterns = topics.map(|topic| format!("/{topic}/"));
    let broken = broken_in(world::library(), honest(), &patterns).await;
    assert!(broken.is_empty(), "{broken:?}");
}
