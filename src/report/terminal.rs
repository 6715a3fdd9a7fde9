//! The report for a person: quiet while all is well, precise when not. One block for each clause that is not met.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{self, Write},
};

use super::{Event, Header, Reporter, Summary};
use time::Date;

use crate::{
    case::Case,
    clause::Clause,
    coverage::Status,
    span::Diagnostic,
    suite::Suite,
    verdict::{Cause, Listed, Verdict},
};

/// How the report looks.
#[derive(Clone, Copy, Debug, Default)]
pub struct Style {
    /// Whether to write colours.
    pub colour: bool,
    /// Whether to rewrite a line with the progress of the run.
    pub progress: bool,
    /// Whether to list every case with its verdict and its notes.
    pub verbose: bool,
}

/// Writes the report while the run goes on.
pub struct Terminal<W, P> {
    to: W,
    progress: Progress<P>,
    style: Style,
    untested: BTreeMap<String, usize>,
    unanswered: Vec<String>,
    notes: usize,
    seen: BTreeMap<String, Replay>,
}

/// What is kept of a failed case until its block is written.
struct Replay {
    summary: String,
    curl: String,
    answer: String,
    issues: Vec<String>,
}

/// How many cases of a cause are named before the rest is counted.
const NAMED: usize = 8;

impl<W: Write, P: Write> Terminal<W, P> {
    /// A report that is written to `to`, its progress to `progress`.
    pub fn new(to: W, progress: P, style: Style) -> Terminal<W, P> {
        Terminal {
            to,
            progress: Progress::new(progress, style.progress),
            style,
            untested: BTreeMap::new(),
            unanswered: Vec::new(),
            notes: 0,
            seen: BTreeMap::new(),
        }
    }

    fn judged(&mut self, case: &Case, outcome: &crate::verdict::Outcome) -> io::Result<()> {
        self.progress.step()?;
        self.notes += outcome.notes.len();
        match &outcome.verdict {
            Verdict::NotTestable { .. } => {
                let reason = outcome.verdict.reason().unwrap_or_default();
                *self.untested.entry(reason).or_default() += 1;
            }
            Verdict::Inconclusive { reason } => {
                self.unanswered.push(format!("{}: {reason}", case.id))
            }
            Verdict::Passed | Verdict::Failed | Verdict::Known { .. } | Verdict::Stale { .. } => {}
        }
        if let Some(mismatch) = outcome.mismatches.first().or(outcome.common.first()) {
            let exchange = outcome
                .exchanges
                .iter()
                .find(|exchange| exchange.step == mismatch.step);
            self.seen.insert(
                case.id.clone(),
                Replay {
                    summary: case.summary.clone(),
                    curl: outcome.replay.clone(),
                    answer: exchange
                        .map(|exchange| answer(&exchange.answer))
                        .unwrap_or_default(),
                    issues: case.issues.clone(),
                },
            );
        }
        if self.style.verbose {
            writeln!(self.to, "{:>12}  {}", outcome.verdict.name(), case.id)?;
            if let Some(reason) = outcome.verdict.reason() {
                writeln!(self.to, "              {reason}")?;
            }
            for note in &outcome.notes {
                writeln!(self.to, "        note  {note}")?;
            }
        }
        Ok(())
    }

    fn finished(&mut self, summary: &Summary<'_>) -> io::Result<()> {
        // what was accepted just now is told by the new baseline
        if summary.written.is_none() {
            self.blocks(summary)?;
        }
        self.baseline(summary)?;
        if !self.untested.is_empty() || !self.unanswered.is_empty() {
            writeln!(self.to)?;
        }
        for (reason, number) in &self.untested {
            writeln!(
                self.to,
                "not testable, {}: {reason}",
                count(*number, "case")
            )?;
        }
        for line in &self.unanswered {
            writeln!(self.to, "no answer: {line}")?;
        }
        if self.notes > 0 && !self.style.verbose {
            let shows = if self.notes == 1 {
                "shows it"
            } else {
                "shows them"
            };
            writeln!(
                self.to,
                "{}; `--verbose` {shows}",
                count(self.notes, "note")
            )?;
        }
        self.last_lines(summary)
    }

    /// One block for each clause that is not met.
    pub fn blocks(&mut self, summary: &Summary<'_>) -> io::Result<()> {
        let mut clauses: Vec<&str> = Vec::new();
        for cause in &summary.causes {
            if !clauses.contains(&cause.first.clause.as_str()) {
                clauses.push(&cause.first.clause);
            }
        }
        for id in clauses {
            let causes: Vec<&Cause> = summary
                .causes
                .iter()
                .filter(|cause| cause.first.clause == id)
                .collect();
            self.block(id, &causes, summary)?;
        }
        Ok(())
    }

    /// What the baseline has that was not to be seen, and what it has not and should.
    fn baseline(&mut self, summary: &Summary<'_>) -> io::Result<()> {
        let Some(path) = &summary.header.baseline else {
            return Ok(());
        };
        if summary.written.is_some() {
            return Ok(());
        }
        if !summary.unlisted.is_empty() {
            writeln!(self.to, "\nnot testable, and {path} does not say so:")?;
            named(&mut self.to, &summary.unlisted)?;
        }
        if !summary.stale.is_empty() {
            writeln!(
                self.to,
                "\nno longer so; `--update-baseline` takes it out of {path}:"
            )?;
        }
        for stale in &summary.stale {
            writeln!(
                self.to,
                "  {}:{} {}",
                path,
                stale.entry.line(),
                short(&stale.what)
            )?;
            named(&mut self.to, &stale.cases)?;
        }
        Ok(())
    }

    /// Everything that is known of one clause that is not met.
    fn block(&mut self, id: &str, causes: &[&Cause], summary: &Summary<'_>) -> io::Result<()> {
        let Some((first, suite)) = causes.first().zip(
            summary
                .suites
                .iter()
                .find(|suite| suite.clause(id).is_some()),
        ) else {
            return Ok(());
        };
        let replay = first.cases.first().and_then(|case| self.seen.get(case));
        // what a case asserts is told by the case; what always.toml, presence.toml or the schema asserts, by the clause
        let shown = first.cases.first();
        let own = first.first.origin.is_of_case()
            && suite
                .cases
                .iter()
                .find(|case| Some(&case.id) == shown)
                .is_some_and(|case| case.clauses.iter().any(|clause| clause == id));
        let statement = suite
            .clause(id)
            .and_then(|clause| clause.statements.first())
            .map(|statement| &statement.says);
        let title = match (own, replay, statement) {
            (true, Some(replay), _) => format!("{id}: {}", replay.summary),
            (_, _, Some(says)) => format!("{id}: {says}"),
            _ => id.to_owned(),
        };
        let mut diagnostic = Diagnostic {
            message: title,
            labels: Vec::new(),
            help: None,
        };
        let shown = first.cases.first();
        for cause in causes.iter().filter(|cause| cause.cases.first() == shown) {
            let label = format!("{}: got {}", cause.first.at, short(&cause.first.found));
            diagnostic.labels.push((cause.first.place.clone(), label));
        }
        writeln!(self.to, "\n{}", diagnostic.render(self.style.colour))?;
        for cause in causes {
            writeln!(
                self.to,
                "  {:<10} {} expected {}, found {} [{}, {}]",
                cause.first.kind.name(),
                cause.first.at,
                short(&cause.first.expected),
                short(&cause.first.found),
                cause.first.basis,
                count(cause.cases.len(), "case"),
            )?;
            match &cause.first.listed {
                Listed::Expired { entry, on } => writeln!(
                    self.to,
                    "  expired    {}:{} lists it until {on}",
                    entry.source.path,
                    entry.line()
                )?,
                Listed::Otherwise { entry, pinned } => writeln!(
                    self.to,
                    "  pinned     {}:{} lists it with {}",
                    entry.source.path,
                    entry.line(),
                    short(pinned)
                )?,
                Listed::No | Listed::Known { .. } => {}
            }
        }
        if let Some(clause) = suite.clause(id) {
            says(&mut self.to, clause, suite)?;
        }
        let mut cases: Vec<&str> = Vec::new();
        for case in causes.iter().flat_map(|cause| &cause.cases) {
            if !cases.contains(&case.as_str()) {
                cases.push(case);
            }
        }
        named(&mut self.to, &cases)?;
        if let Some(replay) = replay {
            for issue in &replay.issues {
                writeln!(self.to, "  issue      {issue}")?;
            }
            writeln!(self.to, "  answer     {}", replay.answer)?;
            writeln!(self.to, "  replay     {}", replay.curl)?;
        }
        Ok(())
    }

    fn last_lines(&mut self, summary: &Summary<'_>) -> io::Result<()> {
        let coverage = &summary.coverage;
        if !summary.left.is_empty() {
            writeln!(self.to, "\nleft on the target, please remove by hand:")?;
        }
        for left in &summary.left {
            writeln!(self.to, "  {left}")?;
        }
        writeln!(self.to)?;
        writeln!(
            self.to,
            "contract: {} of {} clauses verified, {} not testable, {} not reached",
            coverage.decided(),
            coverage.clauses.len(),
            coverage.count(Status::NotTestable),
            coverage.count(Status::Unverified),
        )?;
        if !summary.known.is_empty() && summary.written.is_none() {
            let cases: BTreeSet<&String> = summary
                .known
                .iter()
                .flat_map(|known| &known.cases)
                .collect();
            writeln!(
                self.to,
                "known: {} in {}, as {} has it",
                count(summary.known.len(), "cause"),
                count(cases.len(), "case"),
                summary.header.baseline.as_deref().unwrap_or_default()
            )?;
        }
        match (&summary.written, &summary.header.baseline) {
            (Some(written), _) => writeln!(self.to, "{written}")?,
            (None, None) if !summary.causes.is_empty() => writeln!(
                self.to,
                "to go on from here: `--baseline FILE --update-baseline` notes all this as known"
            )?,
            _ => {}
        }
        let mut line = format!(
            "{}:",
            if summary.written.is_some() {
                "noted"
            } else if summary.exit.code() == 0 && summary.known.is_empty() {
                "conforms"
            } else if summary.exit.code() == 0 {
                "as known"
            } else {
                "does not conform"
            }
        );
        for class in &summary.exit.classes {
            if class.code() != 1 {
                line = format!("{}:", class.name());
                break;
            }
        }
        write!(self.to, "{line}")?;
        let words = [
            "passed",
            "failed",
            "known",
            "stale",
            "not-testable",
            "inconclusive",
        ];
        let parts: Vec<String> = words
            .iter()
            .filter(|word| summary.count(word) > 0 || **word == "passed" || **word == "failed")
            .map(|word| format!("{} {word}", summary.count(word)))
            .collect();
        writeln!(
            self.to,
            " {} ({}, {}, {:.2} s)",
            parts.join(", "),
            count(summary.total(), "case"),
            count(summary.causes.len(), "cause"),
            summary.duration.as_secs_f64(),
        )?;
        self.to.flush()
    }
}

impl<W: Write, P: Write> Reporter for Terminal<W, P> {
    fn event(&mut self, event: &Event<'_>) -> io::Result<()> {
        match event {
            Event::Started(started) => {
                self.progress.planned = started.cases;
                header(&mut self.to, started)
            }
            Event::Judged(item, outcome) => self.judged(item.case, outcome),
            Event::Finished(summary) => self.finished(summary),
        }
    }
}

/// The first of these cases, and how many more.
fn named(to: &mut impl Write, cases: &[impl AsRef<str>]) -> io::Result<()> {
    for case in cases.iter().take(NAMED) {
        writeln!(to, "  case       {}", short(case.as_ref()))?;
    }
    if cases.len() > NAMED {
        writeln!(to, "             and {} more", cases.len() - NAMED)?;
    }
    Ok(())
}

/// One line that says how far a run is, for a person who looks at it.
pub(crate) struct Progress<P> {
    to: P,
    on: bool,
    /// The number of cases.
    pub(crate) planned: usize,
    done: usize,
}

impl<P: Write> Progress<P> {
    /// Nothing is done yet. Where nobody looks, nothing is written.
    pub(crate) fn new(to: P, on: bool) -> Progress<P> {
        Progress {
            to,
            on,
            planned: 0,
            done: 0,
        }
    }

    /// One more case is done. After the last one, the line is empty.
    pub(crate) fn step(&mut self) -> io::Result<()> {
        self.done += 1;
        if !self.on {
            return Ok(());
        }
        if self.done == self.planned {
            write!(self.to, "\r\x1b[K")?;
        } else {
            write!(self.to, "\r\x1b[K{}/{}", self.done, self.planned)?;
        }
        self.to.flush()
    }
}

/// Who is tested, and how, in two lines.
pub(crate) fn header(to: &mut impl Write, header: &Header) -> io::Result<()> {
    let account = header.account.as_deref().unwrap_or("not known");
    writeln!(
        to,
        "{} {} on {} ({}), region {}, account {account}, level {}",
        env!("CARGO_PKG_NAME"),
        env!("CARGO_PKG_VERSION"),
        header.target,
        header.endpoint,
        header.region,
        header.level,
    )?;
    let capabilities = if header.capabilities.is_empty() {
        "none beyond the basics".to_owned()
    } else {
        header.capabilities.join(", ")
    };
    writeln!(
        to,
        "{}; capabilities: {capabilities}",
        count(header.cases, "case")
    )
}

pub(super) fn count(number: usize, word: &str) -> String {
    if number == 1 {
        format!("1 {word}")
    } else {
        format!("{number} {word}s")
    }
}

/// As much of a value as fits into a line.
pub(crate) fn short(text: &str) -> String {
    const LONGEST: usize = 160;
    let flat: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    if flat.chars().count() <= LONGEST {
        return flat;
    }
    let head: String = flat.chars().take(LONGEST).collect();
    format!("{head}… ({} characters)", flat.chars().count())
}

fn answer(answer: &crate::observation::Observation) -> String {
    let header = |name: &str| answer.header(name).unwrap_or("none").to_owned();
    format!(
        "{}, content-type {}, x-amzn-errortype {}, body {}",
        answer.status,
        header("content-type"),
        header("x-amzn-errortype"),
        short(&String::from_utf8_lossy(&answer.body)),
    )
}

/// What a clause states, and where that is from.
pub(crate) fn says(to: &mut impl Write, clause: &Clause, suite: &Suite) -> io::Result<()> {
    for statement in &clause.statements {
        let mut from = statement.basis.name().to_owned();
        if let Some(on) = &statement.on {
            from = format!("recorded on {on}");
        }
        if let Some(date) = &statement.date {
            from.push_str(&format!(", {date}{}", age(*date)));
        }
        writeln!(to, "  contract   {} ({from})", statement.says)?;
        for evidence in &statement.evidence {
            let key = evidence.split_whitespace().next().unwrap_or_default();
            let (mut source, mut day) = ("", String::new());
            if let Some(known) = suite.service.evidence.get(key) {
                source = &known.source;
                if let Some(date) = &known.date {
                    day = format!(" ({date}{})", age(*date));
                }
            }
            writeln!(to, "  evidence   {evidence}: {source}{day}")?;
        }
    }
    Ok(())
}

/// How many days ago a day was.
fn age(day: Date) -> String {
    let days = (time::OffsetDateTime::now_utc().date() - day).whole_days();
    format!(", {days} days ago")
}
