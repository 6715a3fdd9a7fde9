//! The report for a person: quiet while all is well, precise when not. The findings, or with `--details` one block for each clause
//! that is not met.

mod details;
mod finding;
mod head;
mod progress;

use std::io::{self, Write};

use super::{
    event::{Event, Reporter},
    summary::Summary,
    wording,
};
use crate::{
    case::Case,
    prose::{at, count, flat, short},
    sink::Screen,
    verdict::Outcome,
};

pub use details::blocks;
pub(crate) use head::Head;
pub(crate) use progress::Progress;

/// How the report looks.
#[derive(Clone, Copy, Debug, Default)]
pub struct Style {
    /// Whether to write colours.
    pub colour: bool,
    /// Whether to rewrite a line with the progress of the run.
    pub progress: bool,
    /// Whether to list every case with its verdict and its notes.
    pub verbose: bool,
    /// Whether to show each clause that is not met with every difference and where that is asserted.
    pub details: bool,
    /// Whether verdicts are only known at the end, so that the list comes then.
    pub late: bool,
    /// Whether to write only what is wrong, and the last line.
    pub quiet: bool,
}

/// Writes the report: its head, the listing and the progress while the run goes on, the rest at its end.
pub struct Terminal<W: Write, P> {
    to: Screen<W>,
    progress: Progress<P>,
    style: Style,
    head: Head,
}

impl<W: Write, P: Write> Terminal<W, P> {
    /// A report that is written to `to`, its progress to `progress`.
    pub fn new(to: W, progress: P, style: Style) -> Terminal<W, P> {
        Terminal {
            to: Screen::new(to, style.colour),
            progress: Progress::new(progress, style.progress),
            style,
            head: Head::default(),
        }
    }

    /// Writes a line of the head, at once: what comes next may take long.
    fn head(
        &mut self,
        line: impl FnOnce(&mut Head, &mut Screen<W>) -> io::Result<()>,
    ) -> io::Result<()> {
        if self.style.quiet {
            return Ok(());
        }
        line(&mut self.head, &mut self.to)?;
        self.to.flush()
    }

    fn judged(&mut self, case: &Case, outcome: &Outcome) -> io::Result<()> {
        self.progress.step()?;
        if self.style.verbose && !self.style.late {
            self.listed(case, outcome)?;
        }
        Ok(())
    }

    fn listed(&mut self, case: &Case, outcome: &Outcome) -> io::Result<()> {
        writeln!(self.to, "{:>12}  {}", outcome.verdict.name(), case.id)?;
        if let Some(reason) = outcome.verdict.reason() {
            writeln!(self.to, "              {}", flat(&reason))?;
        }
        for note in &outcome.notes {
            writeln!(self.to, "        note  {}", flat(&note.to_string()))?;
        }
        Ok(())
    }

    fn finished(&mut self, summary: &Summary<'_>) -> io::Result<()> {
        if self.style.verbose && self.style.late {
            for judged in &summary.cases {
                self.listed(judged.item.case, &judged.outcome)?;
            }
        }
        let to = &mut self.to;
        let quiet = self.style.quiet;
        if self.style.details {
            blocks(summary, to, self.style.colour)?;
        } else {
            finding::findings(summary, to, self.style.colour)?;
        }
        noticed(summary, to)?;
        baseline(summary, to)?;
        undecided(summary, to, quiet)?;
        let notes = summary.notes();
        if notes > 0 && !self.style.verbose && !quiet {
            let shows = if notes == 1 { "it" } else { "them" };
            writeln!(to, "{}; `--verbose` shows {shows}", count(notes, "note"))?;
        }
        vanished(summary, to)?;
        left(summary, to)?;
        if !quiet {
            totals(summary, to)?;
        } else if let Some(withheld) = &summary.withheld {
            writeln!(to, "{withheld}")?;
        }
        last_line(summary, to)?;
        to.flush()
    }
}

impl<W: Write, P: Write> Reporter for Terminal<W, P> {
    fn event(&mut self, event: &Event<'_>) -> io::Result<()> {
        match event {
            Event::Waiting { waited, limit } => self.progress.waiting(*waited, *limit),
            Event::Started(started) => {
                self.progress.clear()?;
                self.progress.planned = started.cases;
                self.head(|head, to| head.started(to, started))
            }
            Event::SetUp { made, of } => self.progress.set_up(*made, *of),
            Event::Arranged(header) => {
                self.progress.clear()?;
                self.head(|head, to| head.arranged(to, header))
            }
            Event::Judged(item, outcome) => self.judged(item.case, outcome),
            Event::Finished(summary) => self.finished(summary),
        }
    }
}

/// What users of the target will notice.
fn noticed(summary: &Summary<'_>, to: &mut impl Write) -> io::Result<()> {
    let noticed = summary.noticed();
    if !noticed.is_empty() {
        writeln!(to, "\nwhat users of this target will notice:")?;
    }
    for one in &noticed {
        writeln!(to, "  {}", wording::noticed(one))?;
    }
    Ok(())
}

/// The entries of the baseline that do not hold any more.
fn baseline(summary: &Summary<'_>, to: &mut impl Write) -> io::Result<()> {
    let Some(path) = &summary.header.baseline else {
        return Ok(());
    };
    let overtaken = summary.overtaken();
    if !overtaken.is_empty() {
        writeln!(to, "\novertaken: {path} lists what has expired or changed:")?;
    }
    for one in &overtaken {
        writeln!(to, "  {} {}", at(&one.entry), short(&one.what))?;
        details::cases(to, &one.cases)?;
    }
    if !summary.stale.is_empty() {
        writeln!(
            to,
            "\nstale: {path} lists mismatches that did not occur; `--update-baseline` removes them:"
        )?;
    }
    for stale in &summary.stale {
        writeln!(to, "  {} {}", at(&stale.entry), short(&stale.what))?;
        details::cases(to, &stale.cases)?;
    }
    Ok(())
}

/// The cases that decided nothing, by reason; with `quiet` only those that count against the run.
fn undecided(summary: &Summary<'_>, to: &mut impl Write, quiet: bool) -> io::Result<()> {
    let (mut refused, mut untested) = (summary.refused(), summary.untested());
    if quiet {
        refused.retain(|refused| !refused.listed);
        untested.clear();
    }
    let unanswered = summary.unanswered();
    if !refused.is_empty() || !untested.is_empty() || !unanswered.is_empty() {
        writeln!(to)?;
    }
    for refused in &refused {
        writeln!(to, "not testable, {}", wording::refused(refused))?;
        if let Some(path) = summary.header.baseline.as_ref().filter(|_| !refused.listed) {
            writeln!(to, "  not listed in {path}:")?;
            details::cases(to, &refused.cases)?;
        }
    }
    for (reason, number) in untested {
        writeln!(
            to,
            "not testable, {}: {}",
            count(number, "case"),
            flat(&reason)
        )?;
    }
    for unanswered in &unanswered {
        writeln!(to, "no answer, {}", wording::unanswered(unanswered))?;
        details::cases(to, &unanswered.cases)?;
    }
    Ok(())
}

/// That the target is gone, and what it was not asked for that reason.
fn vanished(summary: &Summary<'_>, to: &mut impl Write) -> io::Result<()> {
    let Some(last) = &summary.vanished else {
        return Ok(());
    };
    let rest = summary.header.cases.saturating_sub(summary.cases.len());
    writeln!(
        to,
        "\nthe target stopped answering: {}; {} not run; is it still running?",
        flat(last),
        count(rest, "case")
    )
}

/// What the run made and could not remove.
fn left(summary: &Summary<'_>, to: &mut impl Write) -> io::Result<()> {
    if !summary.left.is_empty() {
        writeln!(to, "\nleft on the target, please remove by hand:")?;
    }
    for left in &summary.left {
        writeln!(to, "  {}", flat(left))?;
    }
    Ok(())
}

/// How much of the contract is met, how long the run waited, and what became of the baseline.
fn totals(summary: &Summary<'_>, to: &mut impl Write) -> io::Result<()> {
    writeln!(to, "\ncontract: {}", wording::contract(&summary.coverage))?;
    if let Some(waited) = wording::waited(&summary.waiting) {
        writeln!(to, "{waited}")?;
    }
    let written = summary.written.as_ref().or(summary.withheld.as_ref());
    match (written, &summary.header.baseline) {
        (Some(written), _) => writeln!(to, "{written}"),
        (None, Some(path)) if !summary.known.is_empty() => writeln!(
            to,
            "known: {} in {}, listed in {path}",
            count(summary.known.len(), "cause"),
            count(summary.known_cases(), "case"),
        ),
        (None, None) if !summary.causes.is_empty() => writeln!(
            to,
            "to accept these findings: `--baseline FILE --update-baseline` writes them to FILE"
        ),
        _ => Ok(()),
    }
}

fn last_line(summary: &Summary<'_>, to: &mut impl Write) -> io::Result<()> {
    let (cases, findings) = (
        count(summary.total(), "case"),
        count(summary.findings.len(), "finding"),
    );
    let counts = wording::counts(summary);
    let line = wording::last_line(summary, &counts, &format!("{cases}, {findings}"));
    writeln!(to, "{line}")
}
