//! What AWS was recorded answering holds our suite to account: no form, no cell of the table of members and no case may
//! contradict an answer on record.
//!
//! `recorded/quoted.rs` has answers quoted in public, `recorded/answers` those of two projects that record what AWS answers
//! them, restated as facts by `recorded/make.py`. Both say which clauses they witness; a statement that is said to be
//! observed and has no witness here stands in `recorded/unwitnessed.toml` with the reason.

mod answers;
mod asked;
mod body;
mod oracle;
mod quoted;
mod told;

use oracle::{Oracle, Part, Refutation};

/// A point on which the suite is known to be wrong, and is not mended yet.
struct Known {
    /// The point of the audit that says so.
    point: &'static str,
    part: Part,
    column: Option<&'static str>,
    at: &'static [&'static str],
}

const KNOWN: &[Known] = &[
    Known {
        point: "an image that is being created or updated has the members of that state",
        part: Part::Presence,
        column: Some("image"),
        at: &[
            "body.LastUpdateStatus",
            "body.LastUpdateStatusReason",
            "body.LastUpdateStatusReasonCode",
            "body.StateReason",
            "body.StateReasonCode",
        ],
    },
    Known {
        point: "an image has neither handler nor runtime, in a list as elsewhere",
        part: Part::Presence,
        column: Some("list"),
        at: &["body.Handler", "body.Runtime"],
    },
    // not to be mended: the clause says so, and today it is bare
    Known {
        point: "in 2016 a colon and a URL followed the name of the error",
        part: Part::Form,
        column: None,
        at: &["headers.x-amzn-errortype"],
    },
];

impl Known {
    fn covers(&self, refutation: &Refutation) -> bool {
        self.part == refutation.part
            && self.column == refutation.column
            && self.at.contains(&refutation.at.as_str())
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

#[test]
fn no_form_is_refuted() {
    let answers = answers::answers();
    let mut oracle = Oracle::open(&answers);
    let mut refuted = Vec::new();
    for answer in &answers {
        refuted.extend(oracle.invariants(answer).0);
        for configuration in &answer.configurations {
            refuted.extend(oracle.form(answer, configuration));
        }
    }
    none_refuted(Part::Form, &refuted);
}

#[test]
fn no_cell_of_the_table_is_refuted() {
    let answers = answers::answers();
    let mut oracle = Oracle::open(&answers);
    let mut refuted = Vec::new();
    for answer in &answers {
        for configuration in &answer.configurations {
            refuted.extend(oracle.present(answer, configuration));
        }
    }
    none_refuted(Part::Presence, &refuted);
}

#[test]
fn no_case_is_refuted() {
    let answers = answers::answers();
    let mut oracle = Oracle::open(&answers);
    let found = asked::ask(&mut oracle, &answers);
    none_refuted(Part::Case, &found.refutations);
    assert!(found.idle.is_empty(), "{}", found.idle.join("\n"));
}
