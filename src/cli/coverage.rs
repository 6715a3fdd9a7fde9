//! `coverage`: the cases on a target, and of each clause whether they decided it.

use std::{
    collections::BTreeMap,
    io::{self, BufWriter, IsTerminal, Write},
};

use clap::Args;

use super::{
    Failure, count, library,
    options::{Colour, Report, TargetOptions},
    page::{Ink, Page, seen},
    reports,
    session::Launch,
};
use crate::{
    case,
    coverage::{self, Covered, Status},
    level::Level,
    plan,
    report::{
        Event, Reporter, Summary,
        terminal::{self, Progress},
    },
};

/// The end of its help.
pub(super) const HELP: &str = "\
A clause is
  verified      a case decided an assertion that it governs, and all such assertions are met
  failed        decided, and not met in at least one case; `run` counts it as verified too
  not testable  no case can test it; the contract says why
  unverified    nothing that it governs was decided

Assertions are counted as written, by the level from which they count; `note` is what is inferred and fails nothing. A clause
that is held by the form of a body alone has none. With a filter, only clauses that the chosen cases speak of are told.

Exit codes are those of `run`, at the level of this command, and 1 as well where a clause is unverified.";

#[derive(Debug, Args)]
pub(super) struct CoverageOptions {
    /// How strictly to judge: documented, observed or wire; some clauses are only decided at wire
    #[arg(long, default_value_t = Level::Wire)]
    level: Level,
    /// Also list the parts of snapshots and answers that no clause governs, which can fail nobody
    #[arg(long)]
    ungoverned: bool,
    /// Also report to json=FILE, junit=FILE, markdown=FILE, or github for annotations and a step summary; may be repeated
    #[arg(long, value_name = "FORMAT=FILE")]
    report: Vec<Report>,
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
    let stdout = io::stdout();
    let page = Page {
        colour: colour.on(&stdout),
        to: BufWriter::new(stdout),
    };
    let mut reporters: Vec<Box<dyn Reporter>> = vec![Box::new(Clauses {
        page,
        progress: Progress::new(io::stderr(), io::stderr().is_terminal()),
        ungoverned: options.ungoverned.then(BTreeMap::new),
    })];
    reporters.extend(reports::open(&options.report)?);
    let session = Launch {
        options: &options.session,
        level: options.level,
        library: &library,
        items,
        baseline: None,
        update: None,
        bare: false,
        thorough: true,
    };
    Ok(session.run(&mut reporters)?.code())
}

/// Writes a line for each clause when the run is over.
struct Clauses<W, P> {
    page: Page<W>,
    progress: Progress<P>,
    /// The parts that no clause governs with the cases that have them, if they are asked for.
    ungoverned: Option<BTreeMap<String, Vec<String>>>,
}

impl<W: Write, P: Write> Reporter for Clauses<W, P> {
    fn event(&mut self, event: &Event<'_>) -> io::Result<()> {
        match event {
            Event::Started(header) => {
                self.progress.planned = header.cases;
                Ok(())
            }
            Event::Judged(item, outcome) => {
                if let Some(known) = &mut self.ungoverned {
                    for at in coverage::ungoverned(*item, outcome) {
                        let cases = known.entry(at.to_string()).or_default();
                        cases.push(item.case.id.clone());
                    }
                }
                self.progress.step()
            }
            Event::Finished(summary) => seen(self.finished(summary)),
        }
    }
}

impl<W: Write, P: Write> Clauses<W, P> {
    fn finished(&mut self, summary: &Summary<'_>) -> io::Result<()> {
        terminal::header(&mut self.page.to, summary.header)?;
        let due: Vec<&Covered<'_>> = summary.coverage.due().collect();
        let width = due.iter().map(|covered| covered.clause.id.len()).max();
        let width = width.unwrap_or_default().max("clause".len());
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
                .heading(&format!("{name}: {}", numbers(&of_area)))?;
            for covered in of_area {
                self.line(covered, width)?;
            }
        }
        if let Some(ungoverned) = self.ungoverned.take() {
            self.parts(&ungoverned)?;
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
            Status::Verified => Ink::Good,
            Status::Failed => Ink::Bad,
            Status::NotTestable | Status::Unverified => Ink::Open,
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
                terminal::short(&mismatch.expected),
                terminal::short(&mismatch.found),
                mismatch.basis,
            )?;
        }
        match status {
            Status::Verified | Status::Failed => Ok(()),
            Status::NotTestable => {
                let why = covered.clause.untested.as_deref().unwrap_or_default();
                writeln!(self.page.to, "    {why}")
            }
            Status::Unverified if covered.named.is_empty() => {
                writeln!(self.page.to, "    no case of this run names it")
            }
            Status::Unverified => covered.obstacles.iter().try_for_each(|(why, cases)| {
                writeln!(self.page.to, "    {}: {why}", count(*cases, "case"))
            }),
        }
    }

    fn parts(&mut self, ungoverned: &BTreeMap<String, Vec<String>>) -> io::Result<()> {
        self.page.heading(&format!(
            "governed by no clause: {}",
            count(ungoverned.len(), "part")
        ))?;
        for (at, cases) in ungoverned {
            writeln!(self.page.to, "{at}  ({})", count(cases.len(), "case"))?;
            for case in cases.iter().take(NAMED) {
                writeln!(self.page.to, "    {case}")?;
            }
            if cases.len() > NAMED {
                writeln!(self.page.to, "    and {} more", cases.len() - NAMED)?;
            }
        }
        Ok(())
    }

    fn last_lines(&mut self, summary: &Summary<'_>, due: &[&Covered<'_>]) -> io::Result<()> {
        writeln!(self.page.to)?;
        for left in &summary.left {
            writeln!(self.page.to, "left on the target: {left}")?;
        }
        for status in [Status::Failed, Status::Unverified] {
            let ids: Vec<&str> = due
                .iter()
                .filter(|covered| covered.status() == status)
                .map(|covered| covered.clause.id.as_str())
                .collect();
            if !ids.is_empty() {
                writeln!(self.page.to, "{}: {}", word(status), ids.join(", "))?;
            }
        }
        for class in &summary.exit.classes {
            if class.code() != 1 {
                writeln!(self.page.to, "{}", class.name())?;
            }
        }
        let all = summary.coverage.clauses.len();
        let of = if due.len() == all {
            String::new()
        } else {
            format!("{} of ", due.len())
        };
        writeln!(
            self.page.to,
            "{of}{}: {} ({}, {:.2} s)",
            count(all, "clause"),
            numbers(due),
            count(summary.header.cases, "case"),
            summary.duration.as_secs_f64(),
        )?;
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

/// How many clauses have each status. What failed is left out where nothing did.
fn numbers(clauses: &[&Covered<'_>]) -> String {
    let statuses = [
        Status::Verified,
        Status::Failed,
        Status::NotTestable,
        Status::Unverified,
    ];
    let parts: Vec<String> = statuses
        .into_iter()
        .map(|status| {
            let of = clauses.iter().filter(|covered| covered.status() == status);
            (status, of.count())
        })
        .filter(|(status, number)| *number > 0 || *status != Status::Failed)
        .map(|(status, number)| format!("{number} {}", word(status)))
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
