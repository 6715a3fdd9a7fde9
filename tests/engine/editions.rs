//! An edition makes notes and nothing else: what it does not know passes at every level, and the note says what the
//! contract has of it.

use std::{collections::BTreeSet, sync::Arc};

use crate::world;
use lambda_conformance::{
    level::{Edition, Level},
    load::Library,
    note::Note,
    run,
    run::Session,
    verdict::Verdict,
};

/// The notes of an edition on the cases whose ids contain one of `parts`, all of which pass.
async fn notes(
    library: &mut Library,
    world: &Session,
    edition: Edition,
    parts: &[&str],
) -> BTreeSet<Note> {
    let suite = &mut library.suites[0];
    let schema = suite.schema.as_mut().expect("the suite has a schema");
    schema.choose(edition);
    let mut notes = BTreeSet::new();
    for case in &suite.cases {
        if parts.iter().any(|part| case.id.contains(part)) {
            let outcome = run::one(suite, case, world).await;
            assert_eq!(outcome.verdict, Verdict::Passed, "{}", case.id);
            assert!(
                outcome.common.is_empty(),
                "{}: {:?}",
                case.id,
                outcome.common
            );
            let unknown = |note: &Note| matches!(note, Note::Unlisted { .. });
            notes.extend(outcome.notes.into_iter().filter(unknown));
        }
    }
    notes
}

async fn world(library: &Library) -> (lambda_conformance::mock::Mock, Session) {
    world::deviating(library, Level::Wire, Arc::new(|_, answer| answer)).await
}

#[tokio::test]
async fn the_page_does_not_know_what_the_model_added() {
    let mut library = world::library();
    let (_mock, world) = world(&library).await;
    let found = notes(&mut library, &world, Edition::Page2024, &["-of-today"]).await;
    // 4 states, 17 codes, more memory, four members in one note
    assert_eq!(found.len(), 4 + 17 + 1 + 1, "{found:#?}");
    for note in &found {
        let Note::Unlisted {
            edition,
            at,
            clause,
            ..
        } = note
        else {
            panic!("{note}")
        };
        assert_eq!((*edition, at.root()), (Edition::Page2024, "body"), "{note}");
        let clause = clause.as_ref();
        assert!(
            clause.is_some_and(|(id, _)| id.starts_with("RSP-")),
            "no clause, or none that there is, in {note}"
        );
    }
}

#[tokio::test]
async fn the_model_knows_them() {
    let mut library = world::library();
    let (_mock, world) = world(&library).await;
    let found = notes(
        &mut library,
        &world,
        Edition::Model2026,
        &["-of-today", "/members/"],
    )
    .await;
    assert_eq!(found, BTreeSet::new());
}

#[tokio::test]
async fn no_edition_knows_what_is_sent_during_an_update() {
    for edition in Edition::ALL {
        let mut library = world::library();
        let (_mock, world) = world(&library).await;
        let found = notes(&mut library, &world, edition, &["/code-in-progress"]).await;
        assert_eq!(found.len(), 1, "{found:#?}");
        let note = found.first().expect("there is one").to_string();
        let says = "; RSP-LUSRC-ENUM: During every update it is Creating, which is none of them and in no model.";
        let start = format!(
            "unknown to {edition}: `body.LastUpdateStatusReasonCode` is \"Creating\", expected one of ["
        );
        assert!(note.starts_with(&start), "{note}");
        assert!(note.ends_with(says), "{note}");
    }
}
