//! What is newer than the service model, or than the page of 2024, is noted and passes at every level. The note says what
//! the contract has of it.

use std::{collections::BTreeSet, sync::Arc};

use crate::world;
use lambda_conformance::{
    date::Month, level::Level, load::Library, note::Note, path::Path, plan::Item, session::Session,
    verdict::Verdict,
};

const SUITE: &str = "lambda/get-function-configuration";

/// The notes about what is new on the cases whose ids contain one of `parts`, all of which pass.
async fn notes(library: &Library, world: &Session, parts: &[&str]) -> BTreeSet<Note> {
    let suite = library.suite(SUITE).expect("a suite");
    let mut notes = BTreeSet::new();
    for case in &suite.cases {
        if parts.iter().any(|part| case.id.contains(part)) {
            let outcome = world.judge(Item { suite, case }).await;
            assert_eq!(outcome.verdict, Verdict::Passed, "{}", case.id);
            assert!(
                outcome.common.is_empty(),
                "{}: {:?}",
                case.id,
                outcome.common
            );
            let unknown = |note: &Note| matches!(note, Note::Unlisted { .. } | Note::Later { .. });
            notes.extend(outcome.notes.into_iter().filter(unknown));
        }
    }
    notes
}

async fn world(library: &Library) -> (lambda_conformance::mock::Mock, Session) {
    world::deviating(library, Level::Wire, Arc::new(|_, answer| answer)).await
}

#[tokio::test]
async fn members_that_are_later_than_the_page_are_noted_with_their_month() {
    let library = world::library();
    let (_mock, world) = world(library).await;
    let found = notes(library, &world, &["-of-today", "/members/"]).await;
    let says = "Today's model has six more; a member that nobody knows yet is no fault.";
    let due = [
        ("CapacityProviderConfig", "2025-11"),
        ("ConfigSha256", "2025-11"),
        ("DurableConfig", "2025-12"),
        ("TenancyConfig", "2025-11"),
    ]
    .map(|(member, month)| Note::Later {
        at: Path::key("body").then(member),
        since: month.parse().expect("a month"),
        clause: Some(("RSP-NAMES".to_owned(), says.to_owned())),
    });
    let shown = due[0].to_string();
    let expected =
        "unknown to the page of 2024: `body.CapacityProviderConfig`, a member since 2025-11";
    assert_eq!(shown, format!("{expected}; RSP-NAMES: {says}"));
    // the words and the limits of today are all in the model, and those that the page lacks are not told apart
    assert_eq!(found, BTreeSet::from(due));
}

#[tokio::test]
async fn no_model_knows_what_is_sent_during_an_update() {
    let library = world::library();
    let (_mock, world) = world(library).await;
    let found = notes(library, &world, &["/code-in-progress"]).await;
    assert_eq!(found.len(), 1, "{found:#?}");
    let note = found.first().expect("there is one").to_string();
    let start = "unknown to today's service model: `body.LastUpdateStatusReasonCode` is \"Creating\", expected one of [";
    let says = "; RSP-LUSRC-ENUM: During every update it is Creating, which is none of them and in no model.";
    assert!(note.starts_with(start), "{note}");
    assert!(note.ends_with(says), "{note}");
}

#[test]
fn the_table_has_the_members_of_each_month() {
    let library = world::library();
    let suite = library.suite(SUITE).expect("a suite");
    let table = suite.presence.as_ref().expect("a table");
    let known = |month: &str| -> BTreeSet<&str> {
        table
            .known(month.parse::<Month>().expect("a month"))
            .collect()
    };
    // the version of the API carries this month
    assert_eq!(known("2015-02").len(), 0);
    assert_eq!(known("2015-03").len(), 10);
    assert!(known("2019-11").contains("State") && !known("2019-10").contains("State"));
    let page: BTreeSet<&str> = table.members.iter().map(|row| row.name.as_str()).collect();
    assert_eq!(known("2024-01"), page);
    assert_eq!(known("2025-10"), page);
    assert_eq!(known("2025-12").len(), 36 + 4);
}
