//! [`servers`]: those of `survivors` and `changes`, which behave otherwise than Lambda.

use std::{collections::BTreeSet, sync::Arc};

use lambda_conformance::mock::Middleware;
use serde_json::json;

use crate::servers::{
    changed::{
        a_creation_replaces, a_deleted_version_moves_last_modified,
        an_alias_goes_back_to_version_1, an_alias_shows_its_own, an_image_takes_a_zip,
        an_update_of_code_resets_the_timeout, an_update_resets, code_without,
        every_publication_is_let_through, one_runtime_version, versions_follow, with_header,
    },
    letters::{
        a_member, names_are_folded, qualifiers_are_folded, qualifiers_are_trimmed,
        values_are_composed, values_are_trimmed, values_are_typed,
    },
    remembering::{
        last_modified_is_now, last_modified_is_that_of_the_creation, old_values_during_an_update,
        remembering, remembering_answers,
    },
    routes::{
        any_date, any_letter_case, any_method_is_get, any_word, slashes_at_the_beginning_are_one,
    },
};

/// Each with the name of its case there, and the topic that notices it.
pub(super) fn servers() -> Vec<(&'static str, Arc<Middleware>, &'static str)> {
    vec![
        ("a_post_is_a_get", any_method_is_get(&["POST"]), "routing"),
        (
            "a_delete_is_a_get",
            any_method_is_get(&["DELETE"]),
            "routing",
        ),
        ("a_patch_is_a_get", any_method_is_get(&["PATCH"]), "routing"),
        (
            "an_options_is_a_get",
            any_method_is_get(&["OPTIONS"]),
            "routing",
        ),
        ("any_date", any_date(), "routing"),
        ("any_letter_case_of_the_path", any_letter_case(), "routing"),
        ("the_singular", any_word("function", "functions"), "routing"),
        (
            "a_short_word",
            any_word("config", "configuration"),
            "routing",
        ),
        (
            "slashes_at_the_beginning_are_one",
            slashes_at_the_beginning_are_one(),
            "routing",
        ),
        ("names_are_folded", names_are_folded(), "letters"),
        ("qualifiers_are_folded", qualifiers_are_folded(), "letters"),
        ("values_are_trimmed", values_are_trimmed(), "letters"),
        ("values_are_composed", values_are_composed(), "letters"),
        ("values_are_typed", values_are_typed(), "letters"),
        (
            "descriptions_are_folded",
            a_member("Description", str::to_lowercase),
            "letters",
        ),
        (
            "handlers_are_folded",
            a_member("Handler", str::to_lowercase),
            "letters",
        ),
        (
            "old_values_during_an_update",
            old_values_during_an_update(),
            "states",
        ),
        (
            "last_modified_is_remembered",
            remembering("LastModified"),
            "last-modified",
        ),
        (
            "last_modified_is_that_of_the_creation",
            last_modified_is_that_of_the_creation(),
            "last-modified",
        ),
        (
            "last_modified_is_now",
            last_modified_is_now(),
            "last-modified",
        ),
        (
            "an_environment_is_remembered",
            remembering("Environment"),
            "reads-between",
        ),
        (
            "a_description_is_remembered",
            remembering("Description"),
            "reads-between",
        ),
        (
            "a_runtime_is_remembered",
            remembering("Runtime"),
            "reads-between",
        ),
        (
            "logging_is_remembered",
            remembering("LoggingConfig"),
            "reads-between",
        ),
        (
            "tracing_is_remembered",
            remembering("TracingConfig"),
            "reads-between",
        ),
        (
            "a_network_is_remembered",
            remembering("VpcConfig"),
            "reads-between",
        ),
        (
            "a_digest_is_remembered",
            remembering("CodeSha256"),
            "reads-between",
        ),
        (
            "a_version_is_remembered",
            remembering("Version"),
            "reads-between",
        ),
        (
            "a_revision_is_remembered",
            remembering("RevisionId"),
            "reads-between",
        ),
        (
            "what_was_not_found_never_is",
            remembering_answers(404),
            "reads-between",
        ),
        (
            "what_was_found_always_is",
            remembering_answers(200),
            "reads-between",
        ),
        (
            "an_update_resets_a_queue",
            an_update_resets("DeadLetterConfig", json!({ "TargetArn": "" })),
            "kept-settings",
        ),
        (
            "an_update_resets_tracing",
            an_update_resets("TracingConfig", json!({ "Mode": "PassThrough" })),
            "kept-settings",
        ),
        (
            "an_update_of_code_resets_the_timeout",
            an_update_of_code_resets_the_timeout(),
            "kept-settings",
        ),
        (
            "an_alias_shows_its_own_description",
            an_alias_shows_its_own("Description"),
            "aliases",
        ),
        (
            "an_alias_goes_back_to_version_1",
            an_alias_goes_back_to_version_1(),
            "aliases",
        ),
        (
            "every_publication_is_let_through",
            every_publication_is_let_through(),
            "refused-changes",
        ),
        (
            "a_dry_run_is_an_update",
            code_without("DryRun"),
            "refused-changes",
        ),
        (
            "a_revision_of_code_is_not_held",
            code_without("RevisionId"),
            "refused-changes",
        ),
        (
            "a_creation_replaces",
            a_creation_replaces(),
            "refused-changes",
        ),
        (
            "an_image_takes_a_zip",
            an_image_takes_a_zip(),
            "refused-changes",
        ),
        (
            "versions_follow_the_queue",
            versions_follow("DeadLetterConfig"),
            "kept-versions",
        ),
        (
            "a_deleted_version_moves_last_modified",
            a_deleted_version_moves_last_modified(),
            "last-modified",
        ),
        (
            "qualifiers_are_trimmed",
            qualifiers_are_trimmed(),
            "whitespace",
        ),
        (
            "one_request_id",
            with_header("x-amzn-requestid", "0a0a0a0a-0000-4000-8000-0a0a0a0a0a0a"),
            "consistency",
        ),
        (
            "an_error_type_on_success",
            with_header("x-amzn-errortype", "ServiceException"),
            "consistency",
        ),
        (
            "one_runtime_version",
            one_runtime_version(),
            "updated-settings",
        ),
    ]
}

#[test]
fn no_server_is_left_out() {
    let files = [
        include_str!("../survivors.rs"),
        include_str!("../changes.rs"),
    ];
    let cases = files.iter().flat_map(|file| file.split("#[case::").skip(1));
    let cases = cases.filter_map(|case| case.split_once('('));
    let cases: BTreeSet<&str> = cases.map(|(name, _)| name).collect();
    let here: BTreeSet<&str> = servers().into_iter().map(|(name, ..)| name).collect();
    assert_eq!(here, cases);
}
