//! What AWS was recorded answering holds our suite to account: no form, no cell of the table of members and no case may
//! contradict an answer on record.
//!
//! `recorded/quoted.rs` has answers quoted in public, `recorded/answers` those of two projects that record what AWS answers
//! them, restated as facts by `recorded/make.py`. Both say which clauses they witness; a statement that is said to be
//! observed and has no witness here stands in `recorded/unwitnessed.toml` with the reason.

mod answers;
mod asked;
mod bites;
mod body;
mod levels;
mod oracle;
mod quoted;
mod told;
mod witnesses;

use std::collections::{BTreeMap, BTreeSet};

use answers::Answer;
use oracle::{Oracle, Part, Refutation};

/// A point on which the suite is known to be wrong, and is not mended yet.
struct Known {
    point: &'static str,
    part: Part,
    at: &'static [&'static str],
    /// Some words of what is refuted.
    says: &'static str,
}

const KNOWN: &[Known] = &[
    // not to be mended: the clause says so, and today it is bare
    Known {
        point: "in 2016 a colon and a URL followed the name of the error",
        part: Part::Form,
        at: &["headers.x-amzn-errortype"],
        says: "http://internal.amazon.com/coral/",
    },
];

impl Known {
    fn covers(&self, refutation: &Refutation) -> bool {
        self.part == refutation.part
            && self.at.contains(&refutation.at.as_str())
            && refutation.says.contains(self.says)
    }
}

/// Fails with what is refuted and not known to be wrong.
fn none_refuted(part: Part, refutations: &[Refutation]) {
    let known = |one: &&Refutation| KNOWN.iter().any(|known| known.covers(one));
    let shown: Vec<String> = refutations
        .iter()
        .filter(|one| !known(one))
        .map(Refutation::to_string)
        .collect();
    assert!(
        shown.is_empty(),
        "{} refuted:\n{}",
        shown.len(),
        shown.join("\n")
    );
    for known in KNOWN.iter().filter(|known| known.part == part) {
        let refuted = refutations.iter().any(|one| known.covers(one));
        assert!(
            refuted,
            "no recording contradicts the suite on {} any more",
            known.point
        );
    }
}

/// How many answers are on record here, by operation.
const ANSWERS: &[(&str, usize)] = &[
    ("CreateFunction", 238),
    ("GetFunction", 166),
    ("GetFunctionConfiguration", 50),
    ("ListFunctions", 42),
    ("ListVersionsByFunction", 8),
    ("PublishVersion", 31),
    ("UpdateFunctionCode", 20),
    ("UpdateFunctionConfiguration", 49),
];

#[test]
fn every_answer_is_there_and_once() {
    let answers = answers::answers();
    let sources: BTreeSet<&str> = answers
        .iter()
        .map(|answer| answer.source.as_str())
        .collect();
    assert_eq!(sources.len(), answers.len());
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for answer in &answers {
        *counts.entry(&answer.operation).or_default() += 1;
    }
    assert_eq!(counts.into_iter().collect::<Vec<_>>(), ANSWERS);
}

#[test]
fn every_answer_is_of_a_known_source() {
    let library = crate::world::library();
    let evidence = &library
        .suite(oracle::SUITE)
        .expect("the suite is there")
        .service
        .evidence;
    for answer in answers::answers() {
        let key = answer.source.split(' ').next().expect("a key");
        assert!(evidence.contains_key(key), "{}", answer.source);
    }
}

/// Every configuration on record, with what stands for what is not kept, and its source.
pub(crate) fn configurations() -> Vec<(String, serde_json::Value)> {
    let names = body::Names::default();
    let answers = answers::answers().into_iter();
    let all = answers.flat_map(|answer| {
        let source = answer.source;
        let of = answer.configurations.into_iter();
        of.map(move |one| (source.clone(), body::unmasked(&one)))
    });
    all.map(|(source, one)| (source, body::configuration(&one, &names)))
        .collect()
}

fn forms(oracle: &mut Oracle, answers: &[Answer]) -> Vec<Refutation> {
    let mut refuted = Vec::new();
    for answer in answers {
        refuted.extend(oracle.invariants(answer).0);
        for configuration in &answer.configurations {
            refuted.extend(oracle.form(answer, configuration));
        }
    }
    refuted
}

fn presence(oracle: &mut Oracle, answers: &[Answer]) -> Vec<Refutation> {
    let mut refuted = Vec::new();
    for answer in answers {
        for configuration in &answer.configurations {
            refuted.extend(oracle.present(answer, configuration));
        }
    }
    refuted
}

#[test]
fn no_form_is_refuted() {
    let answers = answers::answers();
    none_refuted(Part::Form, &forms(&mut Oracle::open(&answers), &answers));
}

#[test]
fn no_cell_of_the_table_is_refuted() {
    let answers = answers::answers();
    none_refuted(
        Part::Presence,
        &presence(&mut Oracle::open(&answers), &answers),
    );
}

#[test]
fn no_case_is_refuted() {
    let answers = answers::answers();
    let found = asked::ask(&mut Oracle::open(&answers), &answers);
    none_refuted(Part::Case, &found.refutations);
    assert!(found.idle.is_empty(), "{}", found.idle.join("\n"));
}
