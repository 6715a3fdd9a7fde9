//! What is known of a clause.

use std::io::{self, Write};

use crate::{
    case::{self, Case},
    clause::Clause,
    cli::page::{Ink, Page},
    coverage,
    level::Level,
    prose::at,
    report::wording,
    suite::Suite,
};

pub(super) fn clause(
    page: &mut Page<impl Write>,
    suite: &Suite,
    clause: &Clause,
) -> io::Result<()> {
    let title = page.ink(Ink::Heading, &format!("clause {}", clause.id));
    writeln!(page.to, "{title}")?;
    writeln!(page.to, "  written    {}", at(&clause.place))?;
    let governs: Vec<String> = clause.governs.iter().map(ToString::to_string).collect();
    writeln!(page.to, "  governs    {}", governs.join(", "))?;
    stated(page, suite, clause)?;
    if let Some(why) = &clause.untested {
        writeln!(page.to, "  untested   {why}")?;
    }

    let governed = coverage::governed(suite, clause);
    let written = coverage::written(&governed);
    page.heading("assertions that it governs, as written")?;
    if written.is_empty() {
        writeln!(page.to, "  none")?;
    }
    for (table, level) in case::TABLES {
        let Some(number) = written.get(&level) else {
            continue;
        };
        let counts = match level {
            Some(level) => format!("counts from level {level}"),
            None => "only makes a note".to_owned(),
        };
        writeln!(page.to, "  {:10} {number:>4}  {counts}", table)?;
    }
    let mut common: Vec<(Option<Level>, String)> = governed
        .iter()
        .filter(|one| one.case.is_none())
        .map(|one| (one.level, at(one.place)))
        .collect();
    common.dedup();
    for (level, place) in common {
        writeln!(
            page.to,
            "  on every answer, {}  {place}",
            case::table(level)
        )?;
    }

    page.heading("cases that name it")?;
    let mut templates: Vec<(&str, Vec<&Case>)> = Vec::new();
    for case in suite
        .cases
        .iter()
        .filter(|case| case.clauses.contains(&clause.id))
    {
        match templates.last_mut() {
            Some((template, cases)) if *template == case.template => cases.push(case),
            _ => templates.push((&case.template, vec![case])),
        }
    }
    if templates.is_empty() {
        writeln!(page.to, "  none")?;
    }
    for (template, cases) in &templates {
        writeln!(page.to, "  {}", place(suite, template, cases))?;
    }
    Ok(())
}

/// What it states, and what that rests on.
pub(super) fn stated(
    page: &mut Page<impl Write>,
    suite: &Suite,
    clause: &Clause,
) -> io::Result<()> {
    for line in wording::stated(clause, suite) {
        writeln!(page.to, "{line}")?;
    }
    for one in &clause.breaks {
        let mut known = suite.service.breaks.iter();
        let says = known.find(|known| known.key == one.key);
        let says = says.map_or("", |known| &known.says);
        writeln!(page.to, "  breaks     {says} (as in {})", one.issue)?;
    }
    Ok(())
}

/// Where a case is written, with the number of the records of its template that are meant.
fn place(suite: &Suite, template: &str, cases: &[&Case]) -> String {
    let Some(first) = cases.first() else {
        return String::new();
    };
    let all = suite.cases.iter().filter(|case| case.template == template);
    let records = match (cases.len(), all.count()) {
        (1, 1) => String::new(),
        (some, all) if some == all => format!(" ({all} records)"),
        (some, all) => format!(" ({some} of {all} records)"),
    };
    format!("{template}{records}  {}", at(&first.place))
}
