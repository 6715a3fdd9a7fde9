//! The report for a pull request or a job summary: Markdown, as GitHub and GitLab show it.
//!
//! Short enough for a comment: it counts what it does not list. Nothing that a target sends is read as Markdown or HTML.

mod table;
mod text;

use std::{
    fmt::Write as _,
    io::{self, Write},
};

use super::{
    summary::Summary,
    wording::{self, VERDICTS},
};
use crate::{coverage::Status, prose::count, verdict::Obstacle};

use table::{FULL, findings, known, list, refused, stale, table, unanswered};
use text::{code, fenced};

/// How many requests are shown as lines for a shell.
const REPLAYS: usize = 10;

/// Writes the page.
pub(super) fn write(summary: &Summary<'_>, to: &mut dyn Write) -> io::Result<()> {
    to.write_all(document(summary).as_bytes())
}

fn document(summary: &Summary<'_>) -> String {
    let mut out = String::new();
    head(&mut out, summary);
    if !summary.left.is_empty() {
        out.push_str("\n### Left on the target, please remove by hand\n\n");
        list(&mut out, &summary.left);
    }
    if !summary.findings.is_empty() {
        let number = summary.findings.len();
        let _ = write!(out, "\n### Findings: {number}\n\n");
        findings(&mut out, summary);
    }
    let noticed = summary.noticed();
    if !noticed.is_empty() {
        out.push_str("\n### What users of this target will notice\n\n");
        let lines: Vec<String> = noticed.iter().map(wording::noticed).collect();
        list(&mut out, &lines);
    }
    let (listed, unlisted): (Vec<_>, Vec<_>) =
        summary.refused().into_iter().partition(|one| one.listed);
    if !unlisted.is_empty() {
        let number = count(summary.unlisted().len(), "case");
        let _ = write!(out, "\n### Set-up refused: {number}\n\n");
        refused(&mut out, &unlisted);
    }
    let nothing = summary.unanswered();
    if !nothing.is_empty() {
        let number = count(summary.count("inconclusive"), "case");
        let _ = write!(out, "\n### No answer: {number}\n\n");
        unanswered(&mut out, &nothing);
    }
    stale(&mut out, "Overtaken", &summary.overtaken());
    stale(&mut out, "Stale", &summary.stale);
    if !summary.known.is_empty() {
        let title = format!("Known: {}", count(summary.known.len(), "cause"));
        folded(&mut out, &title, |out| known(out, &summary.known));
    }
    let mut untested = summary.untested();
    for one in listed {
        let set_up = Obstacle::SetUp.name();
        *untested
            .entry(format!("{set_up}: {}", one.refusal))
            .or_default() += one.cases.len();
    }
    if !untested.is_empty() {
        let title = format!("Not testable: {}", count(untested.values().sum(), "case"));
        folded(&mut out, &title, |out| {
            out.push_str("| reason | cases |\n|---|---:|\n");
            table(out, untested.iter(), |(reason, cases)| {
                format!("| {} | {cases} |", code(reason))
            });
        });
    }
    let open = summary.coverage.of(Status::NotDecided);
    let open: Vec<String> = open.map(|covered| code(&covered.clause.id)).collect();
    if !open.is_empty() {
        let title = format!("Not decided: {}", count(open.len(), "clause"));
        folded(&mut out, &title, |out| {
            let _ = writeln!(out, "{}", open.join(", "));
        });
    }
    folded(&mut out, "How to reproduce", |out| reproduce(out, summary));
    out
}

fn reproduce(out: &mut String, summary: &Summary<'_>) {
    let header = summary.header;
    let mut line = format!(
        "lambda-conformance run --endpoint {} --region {} --level {}",
        header.endpoint, header.region, header.level
    );
    // the name where only a URL was given
    if header.target != "endpoint" {
        let _ = write!(line, " --target {}", header.target);
    }
    fenced(out, &line);
    let shown = summary.findings.iter();
    let shown = shown.filter(|finding| !finding.shown.request.is_empty());
    for (number, finding) in shown.take(REPLAYS).enumerate() {
        if number == 0 {
            out.push_str("\nOne request for each finding; functions are removed at the end of a run, unless it has <code>--keep</code>:\n");
        }
        let request = &finding.shown.request;
        if out.len() + request.len() > FULL {
            break;
        }
        let case = code(&finding.shown.case);
        let _ = write!(out, "\n{}, {case}\n\n", code(&finding.id));
        fenced(out, request);
    }
}

fn head(out: &mut String, summary: &Summary<'_>) {
    let header = summary.header;
    let _ = write!(
        out,
        "## {}: {}\n\n{} on {} ({}), region {}, account {}, level {}\n\n",
        env!("CARGO_PKG_NAME"),
        wording::conclusion(summary),
        concat!("Version ", env!("CARGO_PKG_VERSION")),
        code(&header.target),
        code(&header.endpoint),
        code(&header.region),
        code(header.account.as_deref().unwrap_or("unknown")),
        code(header.level.name()),
    );
    let (mut names, mut line, mut numbers) = (String::new(), String::new(), String::new());
    for (verdict, words) in VERDICTS {
        let _ = write!(names, " {words} |");
        line.push_str("---:|");
        let _ = write!(numbers, " {} |", summary.count(verdict));
    }
    let total = summary.total();
    let _ = write!(
        out,
        "| cases |{names}\n|---:|{line}\n| {total} |{numbers}\n"
    );
    let classes: Vec<String> = wording::classes(summary).into_iter().map(code).collect();
    let why = if classes.is_empty() {
        String::new()
    } else {
        format!(" ({})", classes.join(", "))
    };
    let _ = writeln!(
        out,
        "\nExit code {}{why}. Contract: {}. {:.2} s.",
        summary.exit.code(),
        wording::contract(&summary.coverage),
        summary.duration.as_secs_f64(),
    );
    if let Some(waited) = wording::waited(&summary.waiting) {
        let _ = writeln!(out, "\nThe run {waited}.");
    }
}

fn folded(out: &mut String, title: &str, inside: impl FnOnce(&mut String)) {
    // without the empty lines the inside would be taken for HTML
    let _ = write!(out, "\n<details>\n<summary>{title}</summary>\n\n");
    inside(out);
    out.push_str("\n</details>\n");
}
