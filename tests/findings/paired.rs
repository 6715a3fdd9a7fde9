//! What a run says of servers with two faults: both.

use std::{fmt::Write, fs, sync::Arc};

use lambda_conformance::finding::Finding;

use crate::{
    explained::found,
    library::library,
    matrix::Share,
    pairs::{both, pairs},
    table::{Row, rows},
};

/// How many findings are looked at.
const FIRST: usize = 3;
/// How many pairs there are.
const PAIRS: usize = 200;
/// The pairs that are tried.
const SEED: u64 = 15;

/// Whether a finding is about the fault of a row.
fn is_about(row: &Row, finding: &Finding) -> bool {
    row.clauses.contains(&finding.clause.as_str())
}

fn told(findings: &[Finding]) -> String {
    let mut told = String::new();
    for finding in findings.iter().take(FIRST + 1) {
        writeln!(told, "    {} {}", finding.clause, finding.sentence).expect("a text");
    }
    told
}

/// A server with both faults, the second of which is that of the inner one.
fn server(first: &Row, second: &Row) -> Arc<lambda_conformance::mock::Middleware> {
    both(Arc::clone(&first.server), Arc::clone(&second.server))
}

#[tokio::test]
#[ignore = "runs the whole suite on 200 servers"]
async fn two_faults_are_among_the_first_findings() {
    let share = Share::of_environment();
    let library = library();
    let page =
        std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("pairs of {share}.txt"));
    let (mut tried, mut right, mut missed) = (0, 0, String::new());
    for (first, second) in pairs(PAIRS, SEED) {
        let name = format!("{} / {}", first.name, second.name);
        if !share.has(&name) {
            continue;
        }
        tried += 1;
        let findings = found(library, server(&first, &second)).await;
        let shown = findings.iter().take(FIRST);
        let lacks = [&first, &second]
            .into_iter()
            .filter(|row| !shown.clone().any(|finding| is_about(row, finding)));
        let lacks: Vec<&str> = lacks.map(|row| row.name.as_str()).collect();
        if lacks.is_empty() {
            right += 1;
            continue;
        }
        writeln!(
            missed,
            "{name}: {} findings, without {lacks:?}",
            findings.len()
        )
        .expect("a text");
        missed.push_str(&told(&findings));
        fs::write(&page, format!("{right} of {tried}\n{missed}")).expect("a folder");
    }
    assert!(tried > 0, "{share} is none");
    let said = format!("{right} of {tried} pairs\n{missed}");
    fs::write(&page, &said).expect("a folder");
    // what is aimed at is 95 %; a share may do worse than the whole
    assert!(100 * right >= REACHED * tried, "{said}");
}

/// In how many of a hundred pairs both faults are found, at least.
const REACHED: usize = 70;

/// How many faults are looked for beside a wrong header.
const BESIDE: usize = 20;

#[tokio::test]
#[ignore = "runs the whole suite on 20 servers"]
async fn a_wrong_header_on_every_answer_hides_nothing() {
    let share = Share::of_environment();
    let library = library();
    let every = |name: &str| {
        let row = rows().into_iter().find(|row| row.name == name);
        row.unwrap_or_else(|| panic!("no row {name}"))
    };
    let others = rows().into_iter().filter(|row| {
        let mut clauses = row.clauses.iter();
        row.unnoticed.is_none()
            && clauses.all(|clause| !clause.starts_with("X-HDR") && *clause != "RSP-CONTENT-TYPE")
    });
    let others: Vec<Row> = others.collect();
    let step = others.len() / BESIDE;
    let mut missed = String::new();
    let mut tried = 0;
    for row in others
        .iter()
        .step_by(step)
        .take(BESIDE)
        .filter(|row| share.is_whole() || share.has(&row.name))
    {
        tried += 1;
        let header = every("all is text/plain");
        let findings = found(library, server(&header, row)).await;
        for wanted in [&header, row] {
            if !findings.iter().any(|finding| is_about(wanted, finding)) {
                writeln!(missed, "{} beside {}", wanted.name, row.name).expect("a text");
                missed.push_str(&told(&findings));
            }
        }
    }
    assert!(missed.is_empty(), "of {tried}:\n{missed}");
}
