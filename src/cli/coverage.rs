//! `coverage`: runs the cases on a target, and reports for each clause of the contract whether it is met.

use std::{
    collections::BTreeMap,
    io::{self, Write},
};

use clap::Args;

use super::{
    failure::Failure,
    options::{Colour, TargetOptions, obeys},
    page::{Ink, Page, seen},
    reports::{Reporters, screen},
    session::Launch,
    start::library,
};
use crate::{
    case,
    coverage::{self, Covered, Status},
    level::Level,
    plan,
    prose::{count, first, short},
    report::{
        self, Event, Reporter, Summary,
        terminal::{Head, Progress},
        wording,
    },
    sink::Screen,
};

/// The end of its help.
pub(super) const HELP: &str = "\
A clause is
  met           a case decided an assertion that it governs, and all such assertions are met
  failed        at least one assertion that it governs is not met
  not decided   no assertion that it governs was decided
  not testable  no case can test it; the contract says why

Assertions are counted as written, by the level from which they count; `note` counts those that are inferred and only make
notes. A clause that only a schema of the body checks has none. With a filter, only clauses of the chosen cases are shown.

Exit codes are those of `run`, at the level of this command, and 1 as well where a clause is not decided.";

#[derive(Debug, Args)]
pub(super) struct CoverageOptions {
    /// How strictly to judge: documented, observed or wire; some clauses are only decided at wire
    #[arg(long, default_value_t = Level::Wire)]
    level: Level,
    /// Also list the parts of snapshots and answers that no clause governs; they cannot fail a case
    #[arg(long)]
    ungoverned: bool,
    /// Print only the clauses that failed or were not decided, and the last line
    #[arg(long, short, conflicts_with = "ungoverned")]
    quiet: bool,
    #[arg(long, value_name = "FORMAT[=FILE]", help = report::help())]
    report: Vec<report::Order>,
    #[command(flatten)]
    session: TargetOptions,
}

/// How many cases are named before the rest is counted.
const NAMED: usize = 5;

pub(super) fn coverage(options: &CoverageOptions, colour: Colour) -> Result<u8, Failure> {
    let library = library(&options.session.files)?;
    let items = plan::choose(
        &library.suites,
        &options.session.filters,
        options.session.partition,
    )?;
    let (to, colour) = screen(&options.report, colour);
    let page = Page {
        colour,
        to: Screen::new(to, colour),
    };
    let clauses = Clauses {
        page,
        progress: Progress::new(io::stderr(), obeys(&io::stderr()) && !options.quiet),
        ungoverned: options.ungoverned,
        quiet: options.quiet,
        head: Head::default(),
    };
    let mut reporters = Reporters::open(clauses, &options.report)?;
    let session = Launch {
        options: &options.session,
        level: options.level,
        library: &library,
        items,
        baseline: None,
        update: None,
        prove: false,
        bare: false,
        thorough: true,
        fail_fast: false,
    };
    Ok(session.run(&mut reporters)?.code())
}

/// Writes a line for each clause when the run is over.
struct Clauses<W, P> {
    page: Page<W>,
    progress: Progress<P>,
    /// Whether to list the parts that no clause governs.
    ungoverned: bool,
    /// Whether to write only of clauses that failed or were not decided.
    quiet: bool,
    head: Head,
}

impl<W: Write, P: Write> Reporter for Clauses<W, P> {
    fn event(&mut self, event: &Event<'_>) -> io::Result<()> {
        match event {
            Event::Waiting { waited, limit } => self.progress.waiting(*waited, *limit),
            Event::Started(header) => {
                self.progress.clear()?;
                self.progress.planned = header.cases;
                seen(self.head(|head, to| head.started(to, header)))
            }
            Event::SetUp { made, of } => self.progress.set_up(*made, *of),
            Event::Arranged(header) => {
                self.progress.clear()?;
                seen(self.head(|head, to| head.arranged(to, header)))
            }
            Event::Judged(..) => self.progress.step(),
            Event::Finished(summary) => seen(self.finished(summary)),
        }
    }
}

impl<W: Write, P: Write> Clauses<W, P> {
    /// Writes a line of the head, at once: what comes next may take long.
    fn head(&mut self, line: impl FnOnce(&mut Head, &mut W) -> io::Result<()>) -> io::Result<()> {
        if self.quiet {
            return Ok(());
        }
        line(&mut self.head, &mut self.page.to)?;
        self.page.to.flush()
    }

    fn finished(&mut self, summary: &Summary<'_>) -> io::Result<()> {
        let due: Vec<&Covered<'_>> = summary.coverage.due().collect();
        let width = due.iter().map(|covered| covered.clause.id.len()).max();
        let width = width.unwrap_or_default().max("clause".len());
        if self.quiet {
            let open = due
                .iter()
                .filter(|covered| matches!(covered.status(), Status::Failed | Status::NotDecided));
            for covered in open {
                self.line(covered, width)?;
            }
            return self.last_lines(summary, &due);
        }
        self.page.heading(&format!(
            "{:width$}  {:12}  documented  observed  wire  note  cases  failed",
            "clause", "status"
        ))?;
        let mut areas: Vec<&str> = Vec::new();
        for covered in &due {
            let area = area(covered);
            if !areas.contains(&area) {
                areas.push(area);
            }
        }
        for name in areas {
            let of_area: Vec<&Covered<'_>> = due
                .iter()
                .filter(|covered| area(covered) == name)
                .copied()
                .collect();
            self.page
                .heading(&format!("{name}: {}", numbers(&of_area, false)))?;
            for covered in of_area {
                self.line(covered, width)?;
            }
        }
        if self.ungoverned {
            self.parts(summary)?;
        }
        self.last_lines(summary, &due)
    }

    fn line(&mut self, covered: &Covered<'_>, width: usize) -> io::Result<()> {
        let governed = coverage::governed(covered.suite, covered.clause);
        let written = coverage::written(&governed);
        let [expect, observed, wire, inferred] =
            case::TABLES.map(|(_, level)| number(written.get(&level).copied().unwrap_or_default()));
        let status = covered.status();
        let ink = match status {
            Status::Met => Ink::Good,
            Status::Failed => Ink::Bad,
            Status::NotDecided | Status::NotTestable => Ink::Open,
        };
        let word = self.page.ink(ink, &format!("{:12}", word(status)));
        writeln!(
            self.page.to,
            "{:width$}  {word}  {:>10}  {:>8}  {:>4}  {:>4}  {:>5}  {:>6}",
            covered.clause.id,
            expect,
            observed,
            wire,
            inferred,
            number(covered.decided.len()),
            number(covered.failed.len()),
        )?;
        if let Some((case, mismatch)) = covered.failed.first() {
            writeln!(
                self.page.to,
                "    {} expected {}, found {} [{}] in {case}",
                mismatch.at,
                short(&mismatch.expected),
                short(&mismatch.found),
                mismatch.basis,
            )?;
        }
        match status {
            Status::Met | Status::Failed => Ok(()),
            Status::NotTestable => {
                let why = covered.clause.untested.as_deref().unwrap_or_default();
                writeln!(self.page.to, "    {why}")
            }
            Status::NotDecided if covered.named.is_empty() && covered.planned => {
                writeln!(
                    self.page.to,
                    "    the run ended before the cases that name it"
                )
            }
            Status::NotDecided if covered.named.is_empty() => {
                writeln!(self.page.to, "    no case of this run names it")
            }
            Status::NotDecided => covered.obstacles.iter().try_for_each(|(why, cases)| {
                writeln!(self.page.to, "    {}: {why}", count(*cases, "case"))
            }),
        }
    }

    /// The parts that no clause governs, with the cases that have them.
    fn parts(&mut self, summary: &Summary<'_>) -> io::Result<()> {
        let mut parts: BTreeMap<String, Vec<&str>> = BTreeMap::new();
        for judged in &summary.cases {
            for at in coverage::ungoverned(judged.item, &judged.outcome) {
                parts.entry(at.to_string()).or_default().push(judged.id());
            }
        }
        let number = count(parts.len(), "part");
        self.page
            .heading(&format!("governed by no clause: {number}"))?;
        for (at, cases) in &parts {
            writeln!(self.page.to, "{at}  ({})", count(cases.len(), "case"))?;
            for line in first(cases, NAMED) {
                writeln!(self.page.to, "    {line}")?;
            }
        }
        Ok(())
    }

    fn last_lines(&mut self, summary: &Summary<'_>, due: &[&Covered<'_>]) -> io::Result<()> {
        if !self.quiet {
            writeln!(self.page.to)?;
        }
        for left in &summary.left {
            writeln!(self.page.to, "left on the target: {left}")?;
        }
        let listed = [Status::Failed, Status::NotDecided];
        for status in listed.into_iter().filter(|_| !self.quiet) {
            let ids: Vec<&str> = due
                .iter()
                .filter(|covered| covered.status() == status)
                .map(|covered| covered.clause.id.as_str())
                .collect();
            if !ids.is_empty() {
                writeln!(self.page.to, "{}: {}", word(status), ids.join(", "))?;
            }
        }
        let all = summary.coverage.clauses.len();
        let of = if due.len() == all {
            String::new()
        } else {
            format!("{} of ", due.len())
        };
        let (clauses, cases) = (count(all, "clause"), count(summary.cases.len(), "case"));
        let of = format!("{of}{clauses}, {cases}");
        let line = wording::last_line(summary, &numbers(due, true), &of);
        writeln!(self.page.to, "{line}")?;
        self.page.to.flush()
    }
}

/// The area of the contract, which is the first word of a clause's id.
fn area<'s>(covered: &Covered<'s>) -> &'s str {
    covered.clause.id.split('-').next().unwrap_or_default()
}

fn word(status: Status) -> String {
    status.name().replace('-', " ")
}

/// How many clauses have each status; those that none has are left out, unless all are wanted.
fn numbers(clauses: &[&Covered<'_>], all: bool) -> String {
    let numbers = Status::ALL.into_iter().map(|status| {
        let of = clauses.iter().filter(|covered| covered.status() == status);
        (of.count(), word(status))
    });
    let parts: Vec<String> = numbers
        .filter(|(number, _)| all || *number > 0)
        .map(|(number, word)| format!("{number} {word}"))
        .collect();
    parts.join(", ")
}

/// A number in a column; nothing is easier to overlook than 0.
fn number(number: usize) -> String {
    if number == 0 {
        "-".to_owned()
    } else {
        number.to_string()
    }
}
