//! The tables and lists of the page, each as long as there is room.

use std::fmt::Write as _;

use super::text::{code, sentence, words};
use crate::{
    prose,
    report::{
        summary::{Refused, Stale, Summary, Unanswered},
        wording,
    },
    span::Place,
    verdict::{Cause, Listed},
};

/// How many rows a table has before the rest is counted.
const ROWS: usize = 50;

/// How many bytes a page has before it takes no more rows. GitHub's comments end at 65,536 characters; a row has at most
/// some five thousand, and what comes after the tables less.
pub(super) const FULL: usize = 50_000;

/// How many cases a row names.
const NAMED: usize = 2;

/// The findings, an item each: no table is narrow enough for them.
pub(super) fn findings(out: &mut String, summary: &Summary<'_>) {
    table(out, summary.findings.iter(), |finding| {
        let shown = &finding.shown.mismatch;
        format!(
            "- {}  \n  {}; {} ({}), {}  \n  expected {} {}, found {}",
            sentence(&finding.sentence),
            words(&wording::reached(finding)),
            code(&finding.clause),
            shown.basis,
            code(&finding.id),
            code(&shown.at.to_string()),
            code(&shown.expected),
            code(&shown.found),
        )
    });
}

pub(super) fn refused(out: &mut String, refused: &[Refused<'_>]) {
    out.push_str("| operation | answer | cases |\n|---|---|---|\n");
    table(out, refused.iter(), |one| {
        let advice = one.refusal.advice.iter();
        let advice: String = advice
            .map(|advice| format!("; {}", words(advice)))
            .collect();
        format!(
            "| {} | {}{advice} | {}: {} |",
            code(&one.refusal.operation),
            code(&one.refusal.answer),
            one.cases.len(),
            cases(&one.cases),
        )
    });
}

pub(super) fn unanswered(out: &mut String, unanswered: &[Unanswered]) {
    out.push_str("| what came | cases |\n|---|---|\n");
    table(out, unanswered.iter(), |one| {
        let number = one.cases.len();
        format!(
            "| {} | {number}: {} |",
            code(&one.reason),
            cases(&one.cases)
        )
    });
}

pub(super) fn known(out: &mut String, causes: &[Cause]) {
    out.push_str("| clause | how | part | why | cases |\n|---|---|---|---|---:|\n");
    table(out, causes.iter(), |cause| {
        let first = &cause.first;
        let reason = match &first.listed {
            Listed::Known { reason, .. } => reason.as_str(),
            _ => "",
        };
        format!(
            "| {} | {} | {} | {} | {} |",
            code(&first.clause),
            first.kind.name(),
            code(&first.at.to_string()),
            words(reason),
            cause.cases.len(),
        )
    });
}

pub(super) fn stale(out: &mut String, title: &str, entries: &[Stale]) {
    if entries.is_empty() {
        return;
    }
    let number = prose::count(entries.len(), "entry");
    let _ = write!(out, "\n### {title} in the baseline: {number}\n\n");
    out.push_str("| entry | what it lists | cases |\n|---|---|---|\n");
    table(out, entries.iter(), |stale| {
        format!(
            "| {} | {} | {} |",
            place(&stale.entry),
            code(&stale.what),
            cases(&stale.cases)
        )
    });
}

pub(super) fn table<T>(
    out: &mut String,
    rows: impl ExactSizeIterator<Item = T>,
    row: impl Fn(T) -> String,
) {
    let all = rows.len();
    let mut done = 0;
    for item in rows.take(ROWS) {
        if out.len() > FULL {
            break;
        }
        out.push_str(&row(item));
        out.push('\n');
        done += 1;
    }
    rest(out, all - done);
}

pub(super) fn list(out: &mut String, items: &[String]) {
    table(out, items.iter(), |item| format!("- {}", code(item)));
}

fn rest(out: &mut String, more: usize) {
    if more > 0 {
        let _ = write!(
            out,
            "\nand {more} more; the other reports have all of them\n"
        );
    }
}

fn cases(cases: &[impl AsRef<str>]) -> String {
    let named = cases.iter().take(NAMED);
    let named: Vec<String> = named.map(|case| code(case.as_ref())).collect();
    let named = named.join(", ");
    match cases.len().saturating_sub(NAMED) {
        0 => named,
        more => format!("{named} and {more} more"),
    }
}

fn place(place: &Place) -> String {
    code(&prose::at(place))
}
