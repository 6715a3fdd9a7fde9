//! The report for a pull request or a job summary: Markdown, as GitHub and GitLab show it.
//!
//! Short enough for a comment: it counts what it does not list. Nothing that a target sends is read as Markdown or HTML.

mod table;
mod text;

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    io::{self, Write},
};

use super::{Event, Reporter, Summary, terminal::count};
use crate::{
    coverage::Status,
    verdict::{Outcome, Verdict},
};

use table::{FULL, causes, known, list, stale, table};
use text::{code, fenced};

/// How many requests are shown as lines for a shell.
const REPLAYS: usize = 10;

/// Writes the report when the run is over.
pub struct Markdown<W> {
    to: W,
    /// Cases by the reason why they were not tested.
    untested: BTreeMap<String, usize>,
    unanswered: Vec<String>,
    /// By clause, the first case that showed something unknown, and its request as a line for a shell.
    replays: BTreeMap<String, (String, String)>,
}

impl<W: Write> Markdown<W> {
    /// A report that is written to `to`.
    pub fn new(to: W) -> Markdown<W> {
        Markdown {
            to,
            untested: BTreeMap::new(),
            unanswered: Vec::new(),
            replays: BTreeMap::new(),
        }
    }

    fn judged(&mut self, case: &str, outcome: &Outcome) {
        match &outcome.verdict {
            Verdict::NotTestable { .. } => {
                let reason = outcome.verdict.reason().unwrap_or_default();
                *self.untested.entry(reason).or_default() += 1;
            }
            Verdict::Inconclusive { reason } => self.unanswered.push(format!("{case}: {reason}")),
            Verdict::Passed | Verdict::Failed | Verdict::Known { .. } | Verdict::Stale { .. } => {}
        }
        // the line shows the first mismatch of the case, so it stands for the clause of that one
        let first = outcome.mismatches.first().or(outcome.common.first());
        if let Some(first) = first.filter(|first| !first.listed.is_known())
            && !self.replays.contains_key(&first.clause)
            && !outcome.replay.is_empty()
        {
            let replay = (case.to_owned(), outcome.replay.clone());
            self.replays.insert(first.clause.clone(), replay);
        }
    }

    fn document(&self, summary: &Summary<'_>) -> String {
        let mut out = String::new();
        head(&mut out, summary);
        if !summary.left.is_empty() {
            out.push_str("\n### Left on the target, please remove by hand\n\n");
            list(&mut out, &summary.left);
        }
        if !summary.causes.is_empty() {
            let number = count(summary.causes.len(), "cause");
            let _ = write!(out, "\n### What differs: {number}\n\n");
            causes(&mut out, summary);
        }
        if !summary.unlisted.is_empty() {
            let number = count(summary.unlisted.len(), "case");
            let _ = write!(out, "\n### Newly not testable: {number}\n\n");
            list(&mut out, &summary.unlisted);
        }
        if !self.unanswered.is_empty() {
            let number = count(self.unanswered.len(), "case");
            let _ = write!(out, "\n### No answer: {number}\n\n");
            list(&mut out, &self.unanswered);
        }
        stale(&mut out, summary);
        if !summary.known.is_empty() {
            let title = format!("Known: {}", count(summary.known.len(), "cause"));
            folded(&mut out, &title, |out| known(out, &summary.known));
        }
        let untested: usize = self.untested.values().sum();
        if untested > 0 {
            let title = format!("Not testable: {}", count(untested, "case"));
            folded(&mut out, &title, |out| {
                out.push_str("| reason | cases |\n|---|---:|\n");
                let rows = self.untested.iter();
                table(out, rows, |(reason, cases)| {
                    format!("| {} | {cases} |", code(reason))
                });
            });
        }
        let unverified = summary.coverage.of(Status::Unverified);
        let unverified: Vec<String> = unverified.map(|covered| code(&covered.clause.id)).collect();
        if !unverified.is_empty() {
            let number = count(unverified.len(), "clause");
            folded(&mut out, &format!("Not reached: {number}"), |out| {
                let _ = writeln!(out, "{}", unverified.join(", "));
            });
        }
        folded(&mut out, "How to reproduce", |out| {
            self.reproduce(out, summary);
        });
        out
    }

    fn reproduce(&self, out: &mut String, summary: &Summary<'_>) {
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
        let mut clauses: Vec<&String> = Vec::new();
        for cause in summary.by_weight() {
            if !clauses.contains(&&cause.first.clause) {
                clauses.push(&cause.first.clause);
            }
        }
        let replays = clauses
            .iter()
            .filter_map(|id| Some((id, self.replays.get(*id)?)));
        for (number, (clause, (case, curl))) in replays.take(REPLAYS).enumerate() {
            if number == 0 {
                out.push_str("\nOne request for each clause; functions are removed at the end of a run, unless it has <code>--keep</code>:\n");
            }
            if out.len() + curl.len() > FULL {
                break;
            }
            let _ = write!(out, "\n{}, {}\n\n", code(clause), code(case));
            fenced(out, curl);
        }
    }
}

impl<W: Write> Reporter for Markdown<W> {
    fn event(&mut self, event: &Event<'_>) -> io::Result<()> {
        match event {
            Event::Started(_) => Ok(()),
            Event::Judged(item, outcome) => {
                self.judged(&item.case.id, outcome);
                Ok(())
            }
            Event::Finished(summary) => {
                let document = self.document(summary);
                self.to.write_all(document.as_bytes())?;
                self.to.flush()
            }
        }
    }
}

fn head(out: &mut String, summary: &Summary<'_>) {
    let header = summary.header;
    let account = header.account.as_deref().unwrap_or("not known");
    let _ = write!(
        out,
        "## {}: {}\n\n{} on {} ({}), region {}, account {}, level {}\n\n",
        env!("CARGO_PKG_NAME"),
        summary.exit.words(),
        concat!("Version ", env!("CARGO_PKG_VERSION")),
        code(&header.target),
        code(&header.endpoint),
        code(&header.region),
        code(account),
        code(header.level.name()),
    );
    out.push_str("| cases | passed | failed | known | stale | not testable | no answer |\n");
    out.push_str("|---:|---:|---:|---:|---:|---:|---:|\n");
    let _ = write!(out, "| {} |", summary.total());
    for verdict in [
        "passed",
        "failed",
        "known",
        "stale",
        "not-testable",
        "inconclusive",
    ] {
        let _ = write!(out, " {} |", summary.count(verdict));
    }
    let classes: Vec<String> = summary
        .exit
        .classes
        .iter()
        .map(|class| code(class.name()))
        .collect();
    let why = if classes.is_empty() {
        String::new()
    } else {
        format!(" ({})", classes.join(", "))
    };
    let coverage = &summary.coverage;
    let _ = write!(
        out,
        "\n\nExit code {}{why}. Contract: {} of {} clauses verified, {} not testable, {} not reached. {:.2} s.\n",
        summary.exit.code(),
        coverage.decided(),
        coverage.clauses.len(),
        coverage.count(Status::NotTestable),
        coverage.count(Status::Unverified),
        summary.duration.as_secs_f64(),
    );
}

fn folded(out: &mut String, title: &str, inside: impl FnOnce(&mut String)) {
    // without the empty lines the inside would be taken for HTML
    let _ = write!(out, "\n<details>\n<summary>{title}</summary>\n\n");
    inside(out);
    out.push_str("\n</details>\n");
}
