//! The findings, those that most requests show first: the first ones in a few lines each, the rest in one.

use std::io::{self, Write};

use crate::{
    finding::{Finding, Shown},
    prose::{first, flat, short},
    report::{
        summary::Summary,
        wording::{self, reached},
    },
};

/// How many findings are shown in more than one line.
const SHOWN: usize = 15;
/// What is said of requests that show something else once a run is over.
const GONE: &str = "requests for what the run made show something else once that is removed: `--keep` leaves it, and says how to remove it";
/// How many other clauses are named.
const CLAUSES: usize = 5;

/// Every finding.
pub(super) fn findings(summary: &Summary<'_>, to: &mut impl Write, colour: bool) -> io::Result<()> {
    let (shown, rest) = summary.findings.split_at(summary.findings.len().min(SHOWN));
    for one in shown {
        finding(summary, one, to, colour)?;
    }
    let is_made = |one: &&Finding| {
        let judged = summary.case(&one.shown.case);
        !one.shown.request.is_empty() && judged.is_some_and(|one| one.item.case.fixture.is_some())
    };
    if shown.iter().any(|one| is_made(&one)) {
        writeln!(to, "\n{GONE}")?;
    }
    if !rest.is_empty() {
        writeln!(to)?;
    }
    for one in rest {
        writeln!(
            to,
            "{}  {} ({})",
            id(one, colour),
            one.sentence,
            reached(one)
        )?;
    }
    Ok(())
}

fn id(one: &Finding, colour: bool) -> String {
    if colour {
        format!("\x1b[1;31m{}\x1b[0m", one.id)
    } else {
        one.id.clone()
    }
}

fn finding(
    summary: &Summary<'_>,
    one: &Finding,
    to: &mut impl Write,
    colour: bool,
) -> io::Result<()> {
    let Shown {
        case,
        mismatch,
        request,
    } = &one.shown;
    writeln!(to, "\n{}  {}", id(one, colour), one.sentence)?;
    writeln!(to, "  {}", reached(one))?;
    let at = mismatch.at.to_string();
    writeln!(
        to,
        "  {:<10} {} {}, found {}",
        "expected",
        short(&at),
        // whole, to be copied
        flat(&mismatch.expected),
        short(&mismatch.found)
    )?;
    writeln!(to, "  {:<10} {}", "clause", clause(summary, one))?;
    writeln!(to, "  {:<10} {}", "case", short(case))?;
    if !request.is_empty() {
        writeln!(to, "  {:<10} {request}", "request")?;
    }
    Ok(())
}

/// The clause with what it states, and the others that are hit.
fn clause(summary: &Summary<'_>, one: &Finding) -> String {
    let mut line = match summary.statement(&one.clause) {
        Some(statement) => format!(
            "{}: {} ({})",
            one.clause,
            statement.says,
            wording::origin(statement)
        ),
        None => one.clause.clone(),
    };
    let others = &one.clauses[1..];
    if !others.is_empty() {
        line = format!("{line}; also {}", first(others, CLAUSES).join(", "));
    }
    line
}
