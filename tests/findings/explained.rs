//! What a run says of each server of the table: one fault, one finding.

use std::{collections::BTreeSet, fmt::Write, fs, sync::Arc};

use lambda_conformance::{
    finding::{Finding, Findings},
    load::Library,
    mock::Middleware,
    path::Path,
    plan,
};

use crate::{
    library::library,
    matrix::Share,
    pairs::{both, pairs},
    servers::{honest, outcomes},
    table::{Kind, Row, rows},
};

/// What is found out about a server by the whole suite.
async fn found(library: &Library, server: Arc<Middleware>) -> Vec<Finding> {
    let items = plan::choose(&library.suites, &[], None).expect("all cases");
    let mut findings = Findings::default();
    for (item, outcome) in items.iter().zip(outcomes(library, server, &items).await) {
        findings.add(*item, &outcome);
    }
    findings.finish()
}

/// What a row measures.
struct Measured {
    name: String,
    kind: Kind,
    findings: usize,
    /// Whether the first finding blames a clause that is about the fault, and names the factor.
    clause: bool,
    factor: bool,
    told: String,
}

/// Whether a finding names just the factor that is broken. That a function exists, it may say besides; what is due, the sentence says where
/// the status is wrong; `any` stands for alternatives; and how a request is no operation, the table does not say.
fn names_the_factor(row: &Row, finding: &Finding) -> bool {
    let is_status = finding.at.first().is_some_and(|at| at.root() == "status");
    let counts = |name: &str| name != "function" && !(is_status && name == "due");
    // a sentence about a member says that it was set
    let is_said = |name: &str, value: &str| {
        let about = |at: &Path| at.to_string() == format!("body.{value}");
        name == "sets" && finding.at.iter().any(|at| about(&at.top()))
    };
    let named: BTreeSet<(&str, &str)> = finding
        .factors
        .iter()
        .filter(|factor| counts(&factor.name))
        .map(|factor| match factor.name.as_str() {
            "method" | "path" => ("operation", "none"),
            name => (name, factor.value.as_str()),
        })
        .collect();
    row.factors.iter().any(|due| {
        let due: BTreeSet<(&str, &str)> = due
            .iter()
            .copied()
            .filter(|(name, _)| counts(name))
            .map(|(name, value)| {
                let alternatives = due.iter().filter(|(other, _)| *other == name).count();
                match name {
                    "qualifier" if alternatives > 1 => (name, "any"),
                    "qualifier in" if alternatives > 2 => ("qualifier", "any"),
                    _ => (name, value),
                }
            })
            .collect();
        let others = |all: &BTreeSet<(&'static str, &'static str)>| -> BTreeSet<(&str, &str)> {
            let all = all.iter().copied();
            all.filter(|(name, value)| !is_said(name, value)).collect()
        };
        due == named || !named.is_empty() && others(&due) == named
    })
}

fn measured(row: &Row, findings: &[Finding]) -> Measured {
    let mut told = String::new();
    for finding in findings.iter().take(4) {
        let factors: Vec<String> = finding.factors.iter().map(ToString::to_string).collect();
        writeln!(
            told,
            "    {} {}: {} of {}, {} elsewhere, {} others [{}] {:?}",
            finding.clause,
            finding.sentence,
            finding.reached.failing,
            finding.reached.of,
            finding.reached.elsewhere,
            finding.reached.others,
            factors.join(" & "),
            finding
                .at
                .iter()
                .take(3)
                .map(ToString::to_string)
                .collect::<Vec<_>>()
        )
        .expect("a text");
    }
    let first = findings.first();
    Measured {
        name: row.name.clone(),
        kind: row.kind,
        findings: findings.len(),
        clause: first.is_some_and(|first| row.clauses.contains(&first.clause.as_str())),
        factor: first.is_some_and(|first| names_the_factor(row, first)),
        told,
    }
}

/// Runs the suite on a share of the table, and leaves a page of what was said of each server.
async fn measure(share: Share) -> Vec<Measured> {
    let library = library();
    let page =
        std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("explained by {share}.txt"));
    let (mut all, mut told) = (Vec::new(), String::new());
    for row in rows()
        .into_iter()
        .filter(|row| row.unnoticed.is_none() && share.has(&row.name))
    {
        let one = measured(&row, &found(library, Arc::clone(&row.server)).await);
        let marks = [
            if one.clause { "" } else { " clause" },
            if one.factor { "" } else { " factor" },
        ]
        .concat();
        writeln!(
            told,
            "{}: {} findings{}{marks}",
            one.name,
            one.findings,
            if marks.is_empty() { "" } else { ", another" }
        )
        .expect("a text");
        if !marks.is_empty() {
            writeln!(told, "    due {:?} {:?}", row.clauses, row.factors).expect("a text");
        }
        told.push_str(&one.told);
        fs::write(&page, &told).expect("a folder");
        all.push(one);
    }
    all
}

#[tokio::test]
async fn nothing_is_found_where_nothing_is_wrong() {
    assert!(found(library(), honest()).await.is_empty());
}

#[tokio::test]
#[ignore = "runs the whole suite on each server of the table"]
async fn one_fault_is_one_finding() {
    let all = measure(Share::of_environment()).await;
    let mut counts: Vec<usize> = all.iter().map(|one| one.findings).collect();
    counts.sort_unstable();
    let at = |share: usize| counts[(counts.len() * share / 100).min(counts.len() - 1)];
    let clauses = all.iter().filter(|one| one.clause).count();
    let behaviour: Vec<&Measured> = all
        .iter()
        .filter(|one| one.kind == Kind::Behaviour)
        .collect();
    let factors = behaviour.iter().filter(|one| one.factor).count();
    let page = format!(
        "{} servers: median {}, 90 % {}, 99 % {}, most {}; clause {clauses}; factor {factors} of {} of behaviour",
        all.len(),
        at(50),
        at(90),
        at(99),
        counts[counts.len() - 1],
        behaviour.len()
    );
    assert!(at(50) <= 1 && at(90) <= 2 && at(99) <= 4, "{page}");
    assert!(100 * clauses >= 97 * all.len(), "{page}");
    assert!(100 * factors >= 60 * behaviour.len(), "{page}");
}

/// Whether one of the first findings blames a clause that is about a row's fault.
fn is_told(row: &Row, findings: &[Finding]) -> bool {
    const FIRST: usize = 3;
    let mut first = findings.iter().take(FIRST);
    first.any(|finding| row.clauses.contains(&finding.clause.as_str()))
}

#[tokio::test]
#[ignore = "runs the whole suite on 200 servers with two faults each"]
async fn of_two_faults_both_are_found() {
    let library = library();
    let share = Share::of_environment();
    let page =
        std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("pairs by {share}.txt"));
    let (mut both_told, mut tried, mut told) = (0, 0, String::new());
    for (outer, inner) in pairs(200, 15) {
        let name = format!("{} + {}", outer.name, inner.name);
        if !share.has(&name) {
            continue;
        }
        let server = both(Arc::clone(&outer.server), Arc::clone(&inner.server));
        let findings = found(library, server).await;
        let [one, other] = [&outer, &inner].map(|row| is_told(row, &findings));
        tried += 1;
        both_told += usize::from(one && other);
        writeln!(told, "{name}: {} findings, {one} {other}", findings.len()).expect("a text");
        for finding in findings.iter().take(4) {
            writeln!(told, "    {} {}", finding.clause, finding.sentence).expect("a text");
        }
        fs::write(&page, &told).expect("a folder");
    }
    assert!(tried > 0, "{share} is none");
    let page =
        format!("both faults of {both_told} of {tried} pairs are among the first three findings");
    assert!(100 * both_told >= 95 * tried, "{page}");
}

#[tokio::test]
#[ignore = "runs the whole suite on 20 servers with two faults each"]
async fn a_wrong_header_hides_nothing() {
    let library = library();
    let named = |name: &str| {
        let row = rows().into_iter().find(|row| row.name == name);
        row.unwrap_or_else(|| panic!("no row {name}"))
    };
    let mut hidden = Vec::new();
    let noticed = rows().into_iter().filter(|row| row.unnoticed.is_none());
    let others: Vec<Row> = noticed
        .filter(|row| !row.clauses.contains(&"X-HDR-OTHER"))
        .collect();
    for row in others.iter().step_by(others.len() / 20).take(20) {
        let alone = found(library, Arc::clone(&named(&row.name).server)).await;
        let server = both(named("all is text/html").server, Arc::clone(&row.server));
        let together = found(library, server).await;
        let is_there = together
            .iter()
            .any(|finding| finding.clause == alone[0].clause);
        let is_header = |finding: &Finding| finding.clause == "X-HDR-OTHER";
        if !is_there || !together.iter().any(is_header) {
            let clauses: Vec<&str> = together.iter().map(|one| one.clause.as_str()).collect();
            hidden.push(format!(
                "{}: {} is not in {clauses:?}",
                row.name, alone[0].clause
            ));
        }
    }
    assert!(hidden.is_empty(), "{}", hidden.join("\n"));
}
