//! A finding of a saved report: what is wrong, where, and what to answer instead.

use std::io::{self, Write};

use serde_json::Value;

use super::clause::stated;
use crate::{
    cli::page::{Ink, Page},
    prose::{first, flat},
    report::Saved,
    suite::Suite,
};

/// How many cases and causes are named.
const NAMED: usize = 16;

pub(super) fn finding(
    page: &mut Page<impl Write>,
    suites: &[Suite],
    saved: &Saved,
    finding: &Value,
) -> io::Result<()> {
    let text = |key: &str| flat(finding[key].as_str().unwrap_or_default());
    let number = |key: &str| finding[key].as_u64().unwrap_or_default();
    let title = page.ink(Ink::Heading, &format!("finding {}", text("id")));
    writeln!(page.to, "{title}")?;
    writeln!(page.to, "  {}", text("sentence"))?;

    page.heading("where")?;
    for factor in list(finding, "factors") {
        let of = |key: &str| flat(factor[key].as_str().unwrap_or_default());
        writeln!(page.to, "  {:<16} {}", of("name"), of("value"))?;
    }
    let (failing, passing) = (number("failing"), number("passing"));
    let of = failing + passing;
    writeln!(
        page.to,
        "  {:<16} {failing} of {of} such requests",
        "fails in"
    )?;
    let (elsewhere, others) = (number("elsewhere"), number("others"));
    if others > 0 {
        writeln!(
            page.to,
            "  {:<16} {elsewhere} of {others} other requests",
            "and in"
        )?;
    }
    if number("known") > 0 {
        writeln!(
            page.to,
            "  {:<16} {} more, listed in the baseline",
            "known",
            number("known")
        )?;
    }

    page.heading("what to answer")?;
    writeln!(page.to, "  {:<10} {}", "part", text("at"))?;
    writeln!(page.to, "  {:<10} {}", "found", text("found"))?;
    writeln!(page.to, "  {:<10} {}", "expected", text("expected"))?;
    if !text("request").is_empty() {
        writeln!(page.to, "  {:<10} {}", "request", text("request"))?;
    }

    let clause = text("clause");
    let mut suites = suites.iter();
    let known = suites.find_map(|suite| Some((suite, suite.clause(&clause)?)));
    if let Some((suite, clause)) = known {
        page.heading(&format!("clause {}", clause.id))?;
        stated(page, suite, clause)?;
    }
    let others: Vec<String> = list(finding, "clauses").map(word).skip(1).collect();
    if !others.is_empty() {
        writeln!(page.to, "  {:<10} {}", "also hit", others.join(", "))?;
    }

    page.heading("differences")?;
    let causes: Vec<String> = list(finding, "causes")
        .map(|cause| {
            let of = |key: &str| cause[key].as_str().unwrap_or_default();
            format!("{} {} [{}]", of("kind"), of("at"), of("clause"))
        })
        .collect();
    for cause in first(&causes, NAMED) {
        writeln!(page.to, "  {}", flat(&cause))?;
    }
    page.heading("cases")?;
    let cases: Vec<String> = list(finding, "cases").map(word).collect();
    for id in first(&cases, NAMED) {
        let verdict = saved.case(&id).and_then(|case| case["verdict"].as_str());
        writeln!(
            page.to,
            "  {:<8} {}",
            verdict.unwrap_or_default(),
            flat(&id)
        )?;
    }
    Ok(())
}

fn list<'v>(value: &'v Value, key: &str) -> impl Iterator<Item = &'v Value> {
    value[key].as_array().into_iter().flatten()
}

fn word(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
