//! The block of a clause that is not met: what differs and where that is asserted, what the clause states, which cases
//! show it, and how to send the request again.

use std::io::{self, Write};

use crate::{
    observation::Observation,
    prose::{at, count, first, short},
    report::{
        summary::{Judged, Summary},
        wording,
    },
    span::Diagnostic,
    suite::Suite,
    verdict::{Cause, Listed},
};

/// How many cases are named before the rest is counted.
const NAMED: usize = 8;

/// One block for each clause that is not met.
pub fn blocks(summary: &Summary<'_>, to: &mut impl Write, colour: bool) -> io::Result<()> {
    for id in summary.failed_clauses() {
        let of_clause = |cause: &&Cause| cause.first.clause == id;
        let causes: Vec<&Cause> = summary.causes.iter().filter(of_clause).collect();
        if let Some((first, suite)) = causes.first().zip(summary.suite_of(id)) {
            let shown = first.cases.first().and_then(|case| summary.case(case));
            let block = Block {
                id,
                suite,
                causes: &causes,
                shown,
            };
            block.write(to, colour)?;
        }
    }
    Ok(())
}

/// The first of these cases, and how many more.
pub(super) fn cases(to: &mut impl Write, cases: &[impl AsRef<str>]) -> io::Result<()> {
    for (number, line) in first(cases, NAMED).iter().enumerate() {
        let label = if number < NAMED { "case" } else { "" };
        writeln!(to, "  {label:<10} {}", short(line))?;
    }
    Ok(())
}

/// Everything that is known of one clause that is not met.
struct Block<'b> {
    id: &'b str,
    suite: &'b Suite,
    causes: &'b [&'b Cause],
    /// The case that the block shows: the first one of the first cause.
    shown: Option<&'b Judged<'b>>,
}

impl Block<'_> {
    fn write(&self, to: &mut impl Write, colour: bool) -> io::Result<()> {
        let mut diagnostic = Diagnostic {
            message: self.title(),
            labels: Vec::new(),
            help: None,
        };
        for Cause { first, cases } in self.causes {
            if cases.first().map(String::as_str) == self.shown.map(Judged::id) {
                let label = format!(
                    "{}: found {}",
                    short(&first.at.to_string()),
                    short(&first.found)
                );
                diagnostic.labels.push((first.place.clone(), label));
            }
        }
        writeln!(to, "\n{}", diagnostic.render(colour))?;
        for cause in self.causes {
            difference(cause, to)?;
        }
        if let Some(clause) = self.suite.clause(self.id) {
            for line in wording::stated(clause, self.suite) {
                writeln!(to, "{line}")?;
            }
        }
        let mut ids: Vec<&str> = Vec::new();
        for case in self.causes.iter().flat_map(|cause| &cause.cases) {
            if !ids.contains(&case.as_str()) {
                ids.push(case);
            }
        }
        cases(to, &ids)?;
        self.shown.map_or(Ok(()), |judged| replay(judged, to))
    }

    /// What the clause states first; which of its cases comes first says nothing of the others.
    fn title(&self) -> String {
        let id = self.id;
        let clause = self.suite.clause(id);
        match clause.and_then(|clause| clause.statements.first()) {
            Some(statement) => format!("{id}: {}", statement.says),
            None => id.to_owned(),
        }
    }
}

fn difference(cause: &Cause, to: &mut impl Write) -> io::Result<()> {
    let first = &cause.first;
    writeln!(
        to,
        "  {:<10} {} expected {}, found {} [{}, {}]",
        first.kind.name(),
        short(&first.at.to_string()),
        short(&first.expected),
        short(&first.found),
        wording::source(first),
        count(cause.cases.len(), "case"),
    )?;
    match &first.listed {
        Listed::Expired { entry, on } => writeln!(to, "  expired    {} on {on}", at(entry)),
        Listed::Otherwise { entry, pinned } => {
            writeln!(to, "  pinned     {} lists {}", at(entry), short(pinned))
        }
        Listed::No | Listed::Known { .. } => Ok(()),
    }
}

/// What the target answered to the case, and the request as a line for a shell.
fn replay(judged: &Judged<'_>, to: &mut impl Write) -> io::Result<()> {
    for issue in &judged.item.case.issues {
        writeln!(to, "  issue      {issue}")?;
    }
    let step = judged.first_mismatch().map(|mismatch| mismatch.step);
    let mut exchanges = judged.outcome.exchanges.iter();
    let exchange = exchanges.find(|exchange| Some(exchange.step) == step);
    if let Some(exchange) = exchange {
        writeln!(to, "  answer     {}", answer(&exchange.answer))?;
    }
    if !judged.outcome.replay.is_empty() {
        writeln!(to, "  replay     {}", judged.outcome.replay)?;
    }
    Ok(())
}

fn answer(answer: &Observation) -> String {
    let or_none = |text: &str| match text.trim() {
        "" => "none".to_owned(),
        _ => short(text),
    };
    let header = |name: &str| or_none(answer.header(name).unwrap_or_default());
    format!(
        "{}, content-type {}, x-amzn-errortype {}, body {}",
        answer.status,
        header("content-type"),
        header("x-amzn-errortype"),
        or_none(&String::from_utf8_lossy(&answer.body)),
    )
}
