//! The status of a testcase: passed, a failure, an error or skipped, with everything that is known of the case.

use std::fmt::Write as _;

use quick_junit::{NonSuccessKind, TestCaseStatus};

use super::text::{line, text, value};
use crate::{
    finding::Finding,
    prose,
    report::{exit::Class, wording},
    suite::Suite,
    verdict::{Gone, Listed, Mismatch, Verdict},
};

/// What is known of one case.
pub(super) struct Details<'a> {
    pub(super) mismatches: &'a [Mismatch],
    pub(super) gone: &'a [String],
    pub(super) replay: &'a str,
    pub(super) title: &'a str,
    /// What a mismatch is part of.
    pub(super) finding: &'a dyn Fn(&Mismatch) -> Option<&'a Finding>,
}

impl Details<'_> {
    pub(super) fn status(&self, suite: &Suite, id: &str, verdict: &Verdict) -> TestCaseStatus {
        match verdict {
            Verdict::Passed => TestCaseStatus::success(),
            Verdict::Failed => {
                let first = self
                    .mismatches
                    .iter()
                    .find(|mismatch| !mismatch.listed.is_known())
                    .or(self.mismatches.first());
                let (clause, message) = first.map_or((verdict.name(), String::new()), |first| {
                    let message = wording::difference(first, str::to_owned);
                    (first.clause.as_str(), message)
                });
                let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
                status.set_type(line(clause));
                status.set_message(line(&message));
                status.set_description(text(&self.told(suite, id)));
                status
            }
            Verdict::Known { reason } => {
                let mut status = TestCaseStatus::skipped();
                status.set_type("known");
                status.set_message(line(&format!("known: {reason}")));
                status.set_description(text(&format!("known: {reason}\n{}", self.told(suite, id))));
                status
            }
            Verdict::Stale { reason } => {
                let told = format!("{reason}\n{}", self.told(suite, id));
                non_success(NonSuccessKind::Failure, Class::Stale.name(), &told)
            }
            Verdict::NotTestable { class, reason, .. } => {
                let mut status = TestCaseStatus::skipped();
                status.set_type(class.name());
                let reason = format!("not testable: {}: {reason}", class.name());
                status.set_message(line(&reason));
                status.set_description(text(&reason));
                status
            }
            Verdict::Inconclusive { .. } => {
                let reason = verdict.reason().unwrap_or_default();
                non_success(NonSuccessKind::Error, verdict.name(), &reason)
            }
        }
    }

    /// Everything that is known of it, what is not expected first.
    fn told(&self, suite: &Suite, id: &str) -> String {
        let mut out = format!("{id}: {}\n", self.title);
        let mut findings: Vec<&str> = Vec::new();
        let fresh = self.mismatches.iter().filter(|one| !one.listed.is_known());
        for finding in fresh.filter_map(self.finding) {
            if !findings.contains(&finding.id.as_str()) {
                findings.push(&finding.id);
                let _ = writeln!(out, "finding {}: {}", finding.id, finding.sentence);
            }
        }
        let mut mismatches: Vec<&Mismatch> = self.mismatches.iter().collect();
        mismatches.sort_by_key(|mismatch| mismatch.listed.is_known());
        let mut clauses: Vec<&str> = Vec::new();
        for mismatch in mismatches {
            let _ = write!(
                out,
                "\n{}: {} {} [{}]\n  expected {}\n  found    {}\n  at       {}\n",
                mismatch.clause,
                mismatch.kind.name(),
                mismatch.at,
                wording::source(mismatch),
                value(&mismatch.expected),
                value(&mismatch.found),
                mismatch.place,
            );
            let _ = match &mismatch.listed {
                Listed::No => Ok(()),
                // the reason of an entry that gives none is its place
                Listed::Known { entry, reason } if *reason == prose::at(entry) => {
                    writeln!(out, "  known    {entry}")
                }
                Listed::Known { entry, reason } => {
                    writeln!(out, "  known    {entry}: {reason}")
                }
                Listed::Expired { entry, on } => {
                    writeln!(out, "  baseline {entry}: expired on {on}")
                }
                Listed::Otherwise { entry, pinned } => {
                    writeln!(out, "  baseline {entry}: lists {}", value(pinned))
                }
            };
            if !clauses.contains(&mismatch.clause.as_str()) {
                clauses.push(&mismatch.clause);
            }
        }
        for gone in self.gone {
            let _ = write!(out, "\n{gone}\n");
        }
        for clause in clauses.iter().filter_map(|id| suite.clause(id)) {
            let _ = writeln!(out, "\n{}", clause.id);
            for line in wording::stated(clause, suite) {
                let _ = writeln!(out, "{line}");
            }
        }
        if !self.replay.is_empty() && !self.mismatches.is_empty() {
            let _ = write!(out, "\nreplay {}\n", self.replay);
        }
        out
    }
}

pub(super) fn line_of(gone: &Gone) -> String {
    format!("{}: stale: {}", gone.entry, gone.what)
}

pub(super) fn non_success(kind: NonSuccessKind, class: &str, reason: &str) -> TestCaseStatus {
    let mut status = TestCaseStatus::non_success(kind);
    status.set_type(line(class));
    status.set_message(line(reason.lines().next().unwrap_or_default()));
    status.set_description(text(reason));
    status
}
