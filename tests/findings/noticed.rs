//! Each server of the table is noticed: it breaks a clause that is about its fault.

use std::{collections::BTreeMap, fmt::Write, fs, path::Path, sync::Arc};

use lambda_conformance::{
    load::Library,
    mock::Middleware,
    plan::{self, Item},
};

use crate::{
    library::library,
    matrix::Share,
    pairs::{both, pairs},
    servers::{honest, outcomes},
    table::{Row, rows},
};

/// The cases that name one of these clauses; without any, all cases.
fn cases<'l>(library: &'l Library, clauses: &[&str]) -> Vec<Item<'l>> {
    let mut items = plan::choose(&library.suites, &[], None).expect("all cases");
    items.retain(|item| {
        let mut named = item.case.clauses.iter();
        clauses.is_empty() || named.any(|clause| clauses.contains(&clause.as_str()))
    });
    items
}

/// The clauses that a server breaks in some cases, and how many mismatches name each.
async fn broken(
    library: &Library,
    server: Arc<Middleware>,
    items: &[Item<'_>],
) -> BTreeMap<String, usize> {
    let mut broken = BTreeMap::new();
    for outcome in outcomes(library, server, items).await {
        for mismatch in outcome.mismatches.into_iter().chain(outcome.common) {
            *broken.entry(mismatch.clause).or_default() += 1;
        }
    }
    broken
}

fn is_named(clauses: &[&str], broken: &BTreeMap<String, usize>) -> bool {
    clauses.iter().any(|clause| broken.contains_key(*clause))
}

/// The clauses that the server of a row breaks: in the cases of its own clauses, and if it breaks none of those, in all.
async fn broken_by(library: &Library, row: &Row) -> BTreeMap<String, usize> {
    let again = || rows().into_iter().find(|again| again.name == row.name);
    if row.unnoticed.is_none() {
        let own = cases(library, &row.clauses);
        let broken = broken(library, Arc::clone(&row.server), &own).await;
        if is_named(&row.clauses, &broken) {
            return broken;
        }
    }
    // one that has not been asked anything yet
    let server = again().expect("the same row").server;
    broken(library, server, &cases(library, &[])).await
}

/// What is wrong with a row, by the clauses that its server breaks.
fn complaint(row: &Row, broken: &BTreeMap<String, usize>) -> Option<String> {
    let name = &row.name;
    match row.unnoticed {
        None if broken.is_empty() => Some(format!("{name}: nobody noticed")),
        None if !is_named(&row.clauses, broken) => {
            Some(format!("{name}: of {:?}, broke {broken:?}", row.clauses))
        }
        Some(_) if !broken.is_empty() => Some(format!("{name}: was noticed, broke {broken:?}")),
        _ => None,
    }
}

/// Runs the suite on the servers of a share of the table, and leaves a page of what each broke.
async fn try_out(share: Share) {
    let library = library();
    let page = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("noticed by {share}.txt"));
    let mut complaints = Vec::new();
    let mut told = String::new();
    let mut tried = 0;
    for row in rows().into_iter().filter(|row| share.has(&row.name)) {
        let broken = broken_by(library, &row).await;
        let sum: usize = broken.values().sum();
        writeln!(
            told,
            "{}: {sum} mismatches, {} clauses {broken:?}",
            row.name,
            broken.len()
        )
        .expect("a text");
        complaints.extend(complaint(&row, &broken));
        tried += 1;
        fs::write(&page, &told).expect("a folder");
    }
    assert!(tried > 0, "{share} is none");
    assert!(
        complaints.is_empty(),
        "{share}, {tried} servers:\n{}",
        complaints.join("\n")
    );
}

#[tokio::test]
async fn a_server_in_which_nothing_is_wrong_breaks_no_clause() {
    let library = library();
    let broken = broken(library, honest(), &cases(library, &[])).await;
    assert!(broken.is_empty(), "{broken:?}");
}

#[tokio::test]
async fn some_servers_break_a_clause_that_is_about_their_fault() {
    try_out(Share::one_in(20)).await;
}

#[tokio::test]
#[ignore = "runs the whole suite on each server of the table"]
async fn every_server_breaks_a_clause_that_is_about_its_fault() {
    try_out(Share::of_environment()).await;
}

#[test]
fn the_pairs_of_a_seed_are_the_same_and_no_two_are() {
    let names = |seed| -> Vec<String> {
        let pairs = pairs(200, seed);
        let names = pairs
            .iter()
            .map(|(one, other)| format!("{} / {}", one.name, other.name));
        names.collect()
    };
    let mut first = names(1);
    assert_eq!(first, names(1));
    assert_ne!(first, names(2));
    first.sort_unstable();
    first.dedup();
    assert_eq!(first.len(), 200);
}

#[tokio::test]
async fn a_server_with_two_faults_has_both() {
    let mut rows = rows();
    let mut take = |name: &str| {
        let at = rows.iter().position(|row| row.name == name).expect("a row");
        rows.swap_remove(at)
    };
    let (first, second) = (
        take("the region of an ARN is ignored"),
        take("Timeout is a text"),
    );
    let library = library();
    let items = cases(library, &["X-REGION", "RSP-TO-TYPE"]);
    let broken = broken(library, both(first.server, second.server), &items).await;
    for clauses in [first.clauses, second.clauses] {
        assert!(
            is_named(&clauses, &broken),
            "of {clauses:?}, broke {broken:?}"
        );
    }
}

#[test]
fn a_row_that_is_wrong_is_told() {
    let row = || Row::answer("one", &["ERR-404"], &[&[]], honest());
    let broken = |clauses: &[&str]| clauses.iter().map(|one| ((*one).to_owned(), 1)).collect();
    assert_eq!(complaint(&row(), &broken(&["ERR-404", "ERR-400"])), None);
    assert!(complaint(&row(), &broken(&["ERR-400"])).is_some());
    assert!(complaint(&row(), &broken(&[])).is_some());
    assert!(complaint(&row().unnoticed("why"), &broken(&["ERR-404"])).is_some());
    assert_eq!(complaint(&row().unnoticed("why"), &broken(&[])), None);
}
