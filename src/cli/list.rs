//! `list`: the cases, for a person or for a program.

use std::io::{self, BufWriter, Write};

use serde_json::{Value, json};

use super::{failure::Failure, options::ListOptions, page::seen, start::library};
use crate::{
    case::Case,
    plan,
    prose::count,
    sink::{self, Screen},
};

pub(super) fn list(options: &ListOptions) -> Result<u8, Failure> {
    let library = library(&options.files)?;
    let items = plan::choose(&library.suites, &options.filters, None)?;
    let mut to = BufWriter::new(io::stdout().lock());
    let mut write = || {
        if options.json {
            let cases: Vec<Value> = items.iter().map(|item| listed(item.case)).collect();
            let text = serde_json::to_string_pretty(&cases)?;
            writeln!(to, "{}", sink::json(&text))?;
            return to.flush();
        }
        let mut to = Screen::new(&mut to, false);
        for item in &items {
            writeln!(
                to,
                "{}\n    {} [{}]",
                item.case.id,
                item.case.summary,
                item.case.clauses.join(", ")
            )?;
        }
        writeln!(to, "{}", count(items.len(), "case"))?;
        to.flush()
    };
    seen(write()).map(|()| 0).map_err(Failure::Output)
}

/// A case as a program is told of it.
fn listed(case: &Case) -> Value {
    let requires: Vec<&str> = case.requires.iter().map(|one| one.name()).collect();
    json!({
        "id": case.id,
        "template": case.template,
        "summary": case.summary,
        "clauses": case.clauses,
        "fixture": case.fixture,
        "requires": requires,
        "file": case.place.source.path,
        "line": case.place.line(),
    })
}
