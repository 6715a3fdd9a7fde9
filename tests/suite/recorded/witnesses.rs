//! Which clause is witnessed by which recording: what an answer shows of it was held against the suite and not refuted.

use std::collections::{BTreeMap, BTreeSet};

use lambda_conformance::{
    clause::{Clause, Statement},
    level::Basis,
    text::glob,
};
use serde_json::Value;

use super::{
    answers::{self, Answer},
    asked,
    oracle::Oracle,
    quoted,
};
use crate::world;

/// The keys of evidence of which the answers are here by test, so that a statement must name the test.
const BY_TEST: &[&str] = &[
    "C7N",
    "LS-API",
    "LS-COMMON",
    "LS-CORE",
    "LS-DEST",
    "LS-RUNTIMES",
];

/// Clauses and the sources of their witnesses.
type Witnesses = BTreeMap<String, BTreeSet<String>>;

fn by_clause(decided: impl IntoIterator<Item = (String, String)>) -> Witnesses {
    let mut witnesses = Witnesses::new();
    for (clause, source) in decided {
        witnesses.entry(clause).or_default().insert(source);
    }
    witnesses
}

/// What the answers of this folder witness: with their members and errors, and as answers to a case.
fn recorded(oracle: &mut Oracle, answers: &[Answer]) -> BTreeSet<(String, String)> {
    let mut decided = asked::ask(oracle, answers).decided;
    for answer in answers {
        let (_, invariants) = oracle.invariants(answer);
        let shown = answer
            .configurations
            .iter()
            .flat_map(|one| oracle.shown(answer, one));
        let clauses: BTreeSet<String> = shown.chain(invariants).collect();
        decided.extend(
            clauses
                .into_iter()
                .map(|clause| (clause, answer.source.clone())),
        );
    }
    decided
}

/// Whether a statement names a recording.
fn names(statement: &Statement, source: &str) -> bool {
    let (key, recording) = source.split_once(' ').unwrap_or((source, ""));
    statement.evidence.iter().any(|reference| {
        let (known, test) = reference.split_once(' ').unwrap_or((reference, ""));
        let test = test.split([' ', '/']).next().unwrap_or_default();
        let test = test.trim_end_matches([':', ',']);
        let is_named = !test.is_empty() && glob(&format!("*{test}*"), "*", recording);
        known == key && (is_named || !BY_TEST.contains(&key))
    })
}

/// The statements of a clause that are said to be observed, numbered from 1.
fn observed(clause: &Clause) -> impl Iterator<Item = (u64, &Statement)> {
    let observed = clause
        .statements
        .iter()
        .filter(|one| one.basis == Basis::Observed);
    (1..).zip(observed)
}

/// The statements without a witness, by `unwitnessed.toml`.
fn unwitnessed() -> BTreeMap<(String, u64), String> {
    let list = answers::read("unwitnessed.toml");
    let rows = list["unwitnessed"].as_array().expect("rows");
    let row = |row: &Value| {
        let text = |field: &str| row[field].as_str().expect("a text").to_owned();
        let number = row.get("statement").and_then(Value::as_u64).unwrap_or(1);
        ((text("clause"), number), text("reason"))
    };
    rows.iter().map(row).collect()
}

#[test]
fn an_observed_statement_has_a_witness_here_or_a_reason() {
    let answers = answers::answers();
    let mut oracle = Oracle::open(&answers);
    let mut decided = recorded(&mut oracle, &answers);
    decided.extend(quoted::witnesses(world::library()));
    let witnesses = by_clause(decided);
    let mut listed = unwitnessed();
    let mut wrong = Vec::new();
    for clause in oracle.suite().clauses() {
        let sources = witnesses.get(&clause.id);
        for (number, statement) in observed(clause) {
            let witness = sources
                .into_iter()
                .flatten()
                .find(|source| names(statement, source));
            let reason = listed.remove(&(clause.id.clone(), number));
            let says = format!(
                "{} {number}, {:?} ({:?})",
                clause.id, statement.says, statement.evidence
            );
            match (witness, reason) {
                (None, None) => wrong.push(format!("no witness and no reason: {says}")),
                (Some(source), Some(_)) => wrong.push(format!("{source} is a witness of {says}")),
                _ => {}
            }
        }
    }
    wrong.extend(
        listed
            .keys()
            .map(|(clause, number)| format!("no statement: {clause} {number}")),
    );
    assert!(
        wrong.is_empty(),
        "{} wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

/// How many clauses have a witness that a test checks, and how many of those that are said to be observed: of the answers
/// quoted in public alone, and of all.
#[test]
fn most_clauses_have_a_witness() {
    let answers = answers::answers();
    let mut oracle = Oracle::open(&answers);
    let quoted = by_clause(quoted::witnesses(world::library()));
    let mut all = quoted.clone();
    for (clause, sources) in by_clause(recorded(&mut oracle, &answers)) {
        all.entry(clause).or_default().extend(sources);
    }
    let of_observed = |witnesses: &Witnesses| {
        let clauses = oracle
            .suite()
            .clauses()
            .filter(|clause| observed(clause).next().is_some());
        clauses
            .filter(|clause| witnesses.contains_key(&clause.id))
            .count()
    };
    let counts = [&quoted, &all].map(|witnesses| (witnesses.len(), of_observed(witnesses)));
    let [(few, few_observed), (many, many_observed)] = counts;
    assert!(
        few >= 35 && few_observed >= 33 && many >= 139 && many_observed >= 124,
        "{counts:?}"
    );
}
