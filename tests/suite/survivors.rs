//! Servers that differ from Lambda in one respect, each of which passed the suite once: all are noticed, and the clause that
//! they break is named.

use std::{collections::BTreeSet, sync::Arc};

use crate::{
    servers::{
        Next, honest,
        letters::{
            a_member, names_are_folded, qualifiers_are_folded, values_are_composed,
            values_are_trimmed, values_are_typed,
        },
        outcomes,
        remembering::{
            last_modified_is_now, last_modified_is_that_of_the_creation,
            old_values_during_an_update, remembering, remembering_answers,
        },
        routes::{
            any_date, any_letter_case, any_method_is_get, any_word,
            slashes_at_the_beginning_are_one,
        },
    },
    world,
};
use bytes::Bytes;
use http::{Request, Response};
use lambda_conformance::{load::Library, mock::Middleware, plan, verdict::Verdict};
use rstest::rstest;
use serde_json::Value;

/// The clauses that a server breaks in the cases of some topics.
async fn broken(library: &Library, server: Arc<Middleware>, topics: &[&str]) -> BTreeSet<String> {
    let patterns: Vec<String> = topics.iter().map(|topic| format!("/{topic}/")).collect();
    broken_in(library, server, &patterns).await
}

/// The clauses that a server breaks in the cases whose ids have one of these texts.
pub(super) async fn broken_in(
    library: &Library,
    server: Arc<Middleware>,
    patterns: &[String],
) -> BTreeSet<String> {
    let mut broken = BTreeSet::new();
    let items = plan::choose(&library.suites, patterns, None).expect("cases of these topics");
    let outcomes = outcomes(library, server, &items).await;
    assert_eq!(outcomes.len(), items.len());
    for (item, outcome) in items.iter().zip(outcomes) {
        assert!(
            !matches!(
                outcome.verdict,
                Verdict::NotTestable { .. } | Verdict::Inconclusive { .. }
            ),
            "{}: {:?}",
            item.case.id,
            outcome.verdict
        );
        let found = outcome.mismatches.into_iter().chain(outcome.common);
        broken.extend(found.map(|mismatch| mismatch.clause));
    }
    broken
}

#[rstest]
#[case::a_post_is_a_get(any_method_is_get(&["POST"]), "routing", "REQ-METHOD")]
#[case::a_delete_is_a_get(any_method_is_get(&["DELETE"]), "routing", "REQ-METHOD")]
#[case::a_patch_is_a_get(any_method_is_get(&["PATCH"]), "routing", "REQ-METHOD")]
#[case::an_options_is_a_get(any_method_is_get(&["OPTIONS"]), "routing", "REQ-METHOD")]
#[case::any_date(any_date(), "routing", "REQ-PATH")]
#[case::any_letter_case_of_the_path(any_letter_case(), "routing", "REQ-PATH")]
#[case::the_singular(any_word("function", "functions"), "routing", "REQ-PATH")]
#[case::a_short_word(any_word("config", "configuration"), "routing", "REQ-PATH")]
#[case::slashes_at_the_beginning_are_one(slashes_at_the_beginning_are_one(), "routing", "REQ-PATH")]
#[case::names_are_folded(names_are_folded(), "letters", "REQ-NAME-BARE")]
#[case::qualifiers_are_folded(qualifiers_are_folded(), "letters", "REQ-QUAL-ALIAS")]
#[case::values_are_trimmed(values_are_trimmed(), "letters", "RSP-SHAPE-ENV")]
#[case::values_are_composed(values_are_composed(), "letters", "RSP-SHAPE-ENV")]
#[case::values_are_typed(values_are_typed(), "letters", "RSP-SHAPE-ENV")]
#[case::descriptions_are_folded(
    a_member("Description", str::to_lowercase),
    "letters",
    "RSP-DESC-TYPE"
)]
#[case::handlers_are_folded(a_member("Handler", str::to_lowercase), "letters", "RSP-HANDLER-TYPE")]
#[case::old_values_during_an_update(old_values_during_an_update(), "states", "X-INPROGRESS-READ")]
#[case::last_modified_is_remembered(remembering("LastModified"), "last-modified", "RSP-LM-TYPE")]
#[case::last_modified_is_that_of_the_creation(
    last_modified_is_that_of_the_creation(),
    "last-modified",
    "RSP-LM-TYPE"
)]
#[case::last_modified_is_now(last_modified_is_now(), "last-modified", "RSP-LM-TYPE")]
#[case::an_environment_is_remembered(remembering("Environment"), "reads-between", "OP-REF-UPDATE")]
#[case::a_description_is_remembered(remembering("Description"), "reads-between", "OP-REF-UPDATE")]
#[case::a_runtime_is_remembered(remembering("Runtime"), "reads-between", "OP-REF-UPDATE")]
#[case::logging_is_remembered(remembering("LoggingConfig"), "reads-between", "RSP-SHAPE-LOGGING")]
#[case::tracing_is_remembered(remembering("TracingConfig"), "reads-between", "RSP-SHAPE-TRACING")]
#[case::a_network_is_remembered(remembering("VpcConfig"), "reads-between", "RSP-SHAPE-VPC")]
#[case::a_digest_is_remembered(remembering("CodeSha256"), "reads-between", "RSP-CODESHA-MEANING")]
#[case::a_version_is_remembered(remembering("Version"), "reads-between", "REQ-QUAL-ALIAS")]
#[case::a_revision_is_remembered(remembering("RevisionId"), "reads-between", "RSP-REV-MEANING")]
#[case::what_was_not_found_never_is(remembering_answers(404), "reads-between", "X-DELETED")]
#[case::what_was_found_always_is(remembering_answers(200), "reads-between", "X-DELETED")]
#[tokio::test]
async fn a_server_that_differs_in_one_respect_is_noticed(
    #[case] server: Arc<Middleware>,
    #[case] topic: &str,
    #[case] clause: &str,
) {
    let broken = broken(world::library(), server, &[topic]).await;
    assert!(broken.contains(clause), "of {clause}, named {broken:?}");
}

/// So the topics notice what is wrong, and not everything.
#[tokio::test]
async fn the_mock_behind_nothing_breaks_no_clause() {
    let topics = [
        "routing",
        "letters",
        "states",
        "last-modified",
        "reads-between",
        "constraints",
    ];
    let broken = broken(world::library(), honest(), &topics).await;
    assert!(broken.is_empty(), "{broken:?}");
}

/// What each target makes up for itself: the network of a subnet, the version of a runtime, the digest of an image.
#[tokio::test]
async fn a_server_that_makes_up_other_values_breaks_no_clause() {
    let own = Arc::new(|request: Request<Bytes>, mock: Next<'_>| {
        let answer = mock(request);
        let Ok(body) = serde_json::from_slice::<Value>(answer.body()) else {
            return answer;
        };
        let (head, _) = answer.into_parts();
        Response::from_parts(head, Bytes::from(made_up(body).to_string()))
    });
    let topics = [
        "settings",
        "updates",
        "versions",
        "kept-settings",
        "kept-versions",
        "updated-settings",
    ];
    let broken = broken(world::library(), own, &topics).await;
    assert!(broken.is_empty(), "{broken:?}");
}

/// The same with other hexadecimal digits at the end of such texts.
fn made_up(value: Value) -> Value {
    let is_hex = |text: &str| text.bytes().all(|byte| byte.is_ascii_hexdigit());
    match value {
        Value::String(text) => {
            let start = text.rfind([':', '-']).map_or(0, |at| at + 1);
            let (start, id) = text.split_at(start);
            let is_due = is_hex(id) && (start == "vpc-" || id.len() == 64);
            let other: String = id.chars().rev().collect();
            Value::String(if is_due {
                format!("{start}{other}")
            } else {
                text
            })
        }
        Value::Array(items) => items.into_iter().map(made_up).collect(),
        Value::Object(members) => {
            let members = members.into_iter();
            members
                .map(|(name, value)| (name, made_up(value)))
                .collect()
        }
        other => other,
    }
}

/// What AWS makes of blanks at the ends of a description that it is sent is not on record, so they are demanded of nobody.
#[tokio::test]
async fn a_server_that_trims_descriptions_breaks_no_clause() {
    let trimming = a_member("Description", |text| text.trim().to_owned());
    let topics = ["letters", "settings", "reads-between"];
    let broken = broken(world::library(), trimming, &topics).await;
    assert!(broken.is_empty(), "{broken:?}");
}
