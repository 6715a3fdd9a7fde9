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

    beside(page, suites, saved, finding)?;

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

/// The right answer to the case that shows it, and the one that was found: what differs side by side, then each as a whole.
fn beside(
    page: &mut Page<impl Write>,
    suites: &[Suite],
    saved: &Saved,
    finding: &Value,
) -> io::Result<()> {
    let id = finding["case"].as_str().unwrap_or_default();
    let Some(case) = saved.case(id) else {
        return Ok(());
    };
    page.heading(&format!("the answer to {id}"))?;
    let mut step = finding["step"].as_u64();
    // what is checked on every answer does not stand with the case
    let is_own = |one: &&Value| one["at"] == finding["at"];
    let common = Some(finding).filter(|_| !list(case, "mismatches").any(|one| is_own(&one)));
    let all = common.into_iter().chain(list(case, "mismatches"));
    for mismatch in all.take(NAMED) {
        let of = |key: &str| flat(mismatch[key].as_str().unwrap_or_default());
        writeln!(page.to, "  {}", of("at"))?;
        writeln!(page.to, "    {:<8} {}", "right", of("expected"))?;
        writeln!(page.to, "    {:<8} {}", "found", of("found"))?;
        step = step.or_else(|| mismatch["step"].as_u64());
    }
    let written = suites.iter().find_map(|suite| {
        let mut cases = suite.cases.iter();
        let case = cases.find(|case| case.id == id)?;
        suite.snapshots.get(&case.template)
    });
    if let Some(snapshot) = written {
        page.heading(&format!("right, from {}", snapshot.place.source.path))?;
        for line in snapshot.text.lines() {
            writeln!(page.to, "  {line}")?;
        }
    }
    let answers = || list(case, "answers");
    let shown = answers().find(|answer| answer["step"].as_u64() == step);
    if let Some(answer) = shown.or_else(|| answers().next()) {
        page.heading(&format!("found, in step {}", answer["step"]))?;
        writeln!(page.to, "  status: {}", answer["status"])?;
        for header in list(answer, "headers") {
            let of = |at: usize| flat(header[at].as_str().unwrap_or_default());
            writeln!(page.to, "  {}: {}", of(0), of(1))?;
        }
        let body = answer["body"].as_str().unwrap_or_default();
        let json: Option<Value> = serde_json::from_str(body).ok();
        let lines = json.and_then(|body| serde_json::to_string_pretty(&body).ok());
        for line in lines.as_deref().unwrap_or(body).lines() {
            writeln!(page.to, "  {}", flat(line))?;
        }
        if let Some(whole) = answer["cut_from"].as_u64() {
            writeln!(page.to, "  … cut: the body had {whole} bytes")?;
        }
    }
    Ok(())
}

fn list<'v>(value: &'v Value, key: &str) -> impl Iterator<Item = &'v Value> {
    value[key].as_array().into_iter().flatten()
}

fn word(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
