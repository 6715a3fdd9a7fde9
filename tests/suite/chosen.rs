//! The id of a clause chooses the cases that decide it: with a run of them, what is said of the clause is said of the target.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use lambda_conformance::{
    case::{Assertion, Expected},
    level::Level,
    load::Library,
    plan,
    session::Session,
    suite::Suite,
};

use crate::world;

/// The cases that a word chooses.
fn chosen<'l>(library: &'l Library, word: &str) -> BTreeSet<&'l str> {
    let chosen = plan::choose(&library.suites, &[word.to_owned()], None);
    let chosen = chosen.unwrap_or_else(|error| panic!("{error}"));
    chosen.iter().map(|item| item.case.id.as_str()).collect()
}

/// The cases that decide a clause on an honest mock, by clause.
async fn deciding<'l>(
    library: &'l Library,
    session: &Session,
) -> BTreeMap<String, BTreeSet<&'l str>> {
    let items = plan::choose(&library.suites, &[], None).expect("all cases");
    let mut deciding: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    session
        .run(&items, |item, outcome| {
            for clause in &outcome.decided {
                let cases = deciding.entry(clause.clone()).or_default();
                cases.insert(&item.case.id);
            }
            true
        })
        .await;
    deciding
}

/// Whether every answer with a value there decides it, whoever asks.
fn is_of_every_body(suite: &Suite, clause: &str) -> bool {
    let presence = suite.presence.iter();
    let mut rows = presence.clone().flat_map(|table| &table.members);
    let mut written = presence.filter_map(|table| table.written.as_ref());
    let form = suite.clause(clause).map(|clause| &clause.form);
    rows.any(|row| row.clause == clause)
        || written.any(|written| written.clause == clause)
        || form.is_some_and(|form| !form.is_empty())
}

/// What a case asserts.
fn asserted<'s>(suite: &'s Suite, id: &str) -> Vec<&'s Assertion> {
    let cases = suite.cases.iter().filter(|case| case.id == id);
    let steps = cases.flat_map(|case| &case.steps);
    steps.flat_map(|step| &step.assertions).collect()
}

/// Whether a case allows several answers.
fn has_choice(suite: &Suite, id: &str) -> bool {
    let is_choice = |one: &&Assertion| matches!(one.expected, Expected::Any(_));
    asserted(suite, id).iter().any(is_choice)
}

/// Whether a case leaves it to the target which error it answers: it asserts no name, or one answer of several without it.
fn leaves_open(suite: &Suite, id: &str) -> bool {
    let assertions = asserted(suite, id);
    let names = |assertion: &Assertion| !assertion.expected_errors().is_empty();
    let in_part = |assertion: &Assertion| match &assertion.expected {
        Expected::Any(groups) => !groups.iter().all(|group| group.iter().any(names)),
        _ => false,
    };
    !assertions.iter().any(|one| names(one)) || assertions.iter().any(|one| in_part(one))
}

#[tokio::test]
async fn the_id_of_a_clause_chooses_the_cases_that_decide_it() {
    let library = world::library();
    let (_mock, session) =
        world::deviating(library, Level::Wire, Arc::new(|_, answer| answer)).await;
    let deciding = deciding(library, &session).await;
    let (mut clauses, mut always) = (0, 0);
    let mut too_many = Vec::new();
    for suite in &library.suites {
        for clause in suite.clauses().filter(|clause| clause.untested.is_none()) {
            let chosen = chosen(library, &clause.id.to_lowercase());
            let naming = suite.cases.iter().filter(|case| {
                let mut related = case.relations.iter().map(|relation| &relation.clause);
                case.clauses.contains(&clause.id) || related.any(|id| *id == clause.id)
            });
            let naming: BTreeSet<&str> = naming.map(|case| case.id.as_str()).collect();
            assert!(naming.is_subset(&chosen), "{}", clause.id);
            let is_always = suite.invariants().any(|always| always.clause == clause.id);
            let decided = &deciding[&clause.id];
            if !is_always {
                assert_eq!(chosen, naming, "{}", clause.id);
            } else if !is_of_every_body(suite, &clause.id) {
                let left_out: Vec<_> = decided
                    .difference(&chosen)
                    .filter(|id| !leaves_open(suite, id))
                    .collect();
                assert!(left_out.is_empty(), "{}: {left_out:?}", clause.id);
                let idle = chosen.difference(decided);
                let idle = idle.filter(|id| !naming.contains(**id) && !has_choice(suite, id));
                too_many.extend(idle.map(|id| (&clause.id, *id)));
                always += 1;
            }
            clauses += 1;
        }
    }
    assert_eq!(too_many, []);
    assert!(
        clauses > 150 && always > 8,
        "{clauses} clauses, {always} of every answer"
    );
}
