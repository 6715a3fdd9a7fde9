//! In whatever order outcomes come, and in however many parts they are folded, the findings are the same.

use lambda_conformance::{
    finding::{Finding, Findings},
    plan::{self, Item},
    verdict::Outcome,
};

use crate::{library::library, pairs::both, servers::outcomes, table::rows};

fn found(outcomes: &[(Item<'_>, Outcome)]) -> Vec<Finding> {
    let mut findings = Findings::default();
    for (item, outcome) in outcomes {
        findings.add(*item, outcome);
    }
    findings.finish()
}

/// All that is said of findings.
fn said(findings: &[Finding]) -> String {
    format!("{findings:#?}")
}

#[tokio::test]
async fn the_order_of_outcomes_changes_nothing() {
    let library = library();
    let items = plan::choose(
        &library.suites,
        &["/qualifiers/", "/aliases/", "/settings/"].map(str::to_owned),
        None,
    )
    .expect("cases");
    let server = |name: &str| {
        let row = rows().into_iter().find(|row| row.name == name);
        row.unwrap_or_else(|| panic!("no row {name}")).server
    };
    let server = both(
        server("an alias shows its own description"),
        server("errors are text/plain"),
    );
    let outcomes = outcomes(library, server, &items).await;
    let mut all: Vec<(Item<'_>, Outcome)> = items.iter().copied().zip(outcomes).collect();
    let due = found(&all);
    assert!(due.len() >= 2, "{due:?}");
    all.reverse();
    assert_eq!(said(&found(&all)), said(&due));
    let mut random = fastrand::Rng::with_seed(15);
    for _ in 0..5 {
        random.shuffle(&mut all);
        assert_eq!(said(&found(&all)), said(&due));
    }
    // as four parts of a run bring them
    let parts = (0..4).flat_map(|part| all.iter().skip(part).step_by(4).cloned());
    let parts: Vec<(Item<'_>, Outcome)> = parts.collect();
    assert_eq!(said(&found(&parts)), said(&due));
}

/// The most memory that this process had, in MB.
fn most() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").expect("a system with /proc");
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let number = line.and_then(|line| line.trim().split(' ').next()?.parse::<usize>().ok());
    number.expect("a number") / 1024
}

#[tokio::test]
#[ignore = "folds 20,000 outcomes"]
async fn many_outcomes_take_the_room_of_a_thousand() {
    let library = library();
    let items = plan::choose(&library.suites, &[], None).expect("all cases");
    let server = rows()
        .into_iter()
        .find(|row| row.name == "an alias shows its own description");
    let outcomes = outcomes(library, server.expect("a row").server, &items).await;
    let all: Vec<(Item<'_>, Outcome)> = items.iter().copied().zip(outcomes).collect();
    let due = found(&all);
    let mut findings = Findings::default();
    let (mut folded, before) = (0, most());
    let started = std::time::Instant::now();
    while folded < 20_000 {
        for (item, outcome) in &all {
            findings.add(*item, outcome);
        }
        folded += all.len();
    }
    let told = findings.finish();
    eprintln!(
        "{folded} outcomes in {:.1} s, {} MB before and {} MB after",
        started.elapsed().as_secs_f64(),
        before,
        most()
    );
    assert!(most() < before + 50, "{} MB, {before} MB before", most());
    let said = |findings: &[Finding]| -> Vec<String> {
        findings.iter().map(|one| one.sentence.clone()).collect()
    };
    assert_eq!(said(&told), said(&due));
    assert_eq!(
        told[0].reached.failing,
        due[0].reached.failing * (folded / all.len())
    );
}
