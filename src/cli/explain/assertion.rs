//! What is asserted of an answer: by the case, between its answers, and of every answer.

use std::io::{self, Write};

use crate::{
    case::{self, Assertion, Case, Expected},
    cli::page::Page,
    level::Level,
    prose::at,
    suite::Suite,
    text::Bindings,
};

/// One assertion: how firm, where it is from, what, for which clause, where it is written.
pub(super) fn assertion(
    page: &mut Page<impl Write>,
    suite: &Suite,
    case: &Case,
    assertion: &Assertion,
    bindings: &Bindings,
) -> io::Result<()> {
    let at_clause = assertion
        .paths()
        .first()
        .and_then(|path| suite.governing(&case.clauses, path));
    let observed = assertion.level != Some(Level::Documented);
    let basis = match assertion.level {
        None => "a note".to_owned(),
        Some(_) => at_clause
            .and_then(|clause| clause.statement(observed))
            .map_or(String::new(), |statement| statement.basis.to_string()),
    };
    let clause = at_clause.map_or("no clause", |clause| &clause.id);
    writeln!(
        page.to,
        "  {:10} {} [{basis}, {clause}]  {}",
        case::table(assertion.level),
        wanted(assertion, bindings),
        at(&assertion.place),
    )
}

/// An assertion as a person is shown it.
fn wanted(assertion: &Assertion, bindings: &Bindings) -> String {
    let path = &assertion.at;
    match &assertion.expected {
        Expected::Status(status) => format!("{path} {status}"),
        Expected::Text(text) => format!("{path} {:?}", text.show(bindings)),
        Expected::Json(json) => format!("{path} {}", json.show(bindings)),
        Expected::Absent => format!("{path} absent"),
        Expected::Null => format!("{path} null, written out"),
        Expected::Readable => format!("{path} that can be read as JSON"),
        Expected::Violations(texts) => {
            let texts: Vec<String> = texts
                .iter()
                .map(|text| format!("{:?}", text.show(bindings)))
                .collect();
            format!("{path} exactly {}", texts.join(" and "))
        }
        Expected::MessageMember(member) => format!("{path}, the text stands in {member:?}"),
        Expected::Any(groups) => {
            let groups: Vec<String> = groups
                .iter()
                .map(|group| {
                    let one: Vec<String> = group
                        .iter()
                        .map(|assertion| wanted(assertion, bindings))
                        .collect();
                    format!("({})", one.join(", "))
                })
                .collect();
            format!("any of {}", groups.join(" or "))
        }
    }
}

pub(super) fn relations(page: &mut Page<impl Write>, case: &Case) -> io::Result<()> {
    if case.relations.is_empty() {
        return Ok(());
    }
    page.heading("relations between answers")?;
    for relation in &case.relations {
        let [(left, from), (right, to)] = &relation.sides;
        writeln!(
            page.to,
            "  {:10} {left}.{from} and {right}.{to}: {} [{}]  {}",
            case::table(relation.level),
            relation.relating.name(),
            relation.clause,
            at(&relation.place),
        )?;
    }
    Ok(())
}

/// What is asserted of every answer, beside the assertions of the case.
pub(super) fn common(page: &mut Page<impl Write>, suite: &Suite) -> io::Result<()> {
    page.heading("assertions on every answer")?;
    let mut clauses: Vec<&str> = Vec::new();
    for always in suite.invariants() {
        if !clauses.contains(&always.clause.as_str()) {
            clauses.push(&always.clause);
        }
    }
    writeln!(page.to, "  invariants {}", clauses.join(", "))?;
    if suite.schema.is_some() {
        writeln!(
            page.to,
            "  schema     response.schema.json, if the body is JSON"
        )?;
    }
    if suite.presence.is_some() {
        writeln!(
            page.to,
            "  members    presence.toml, if {} succeeds",
            suite.operation
        )?;
    }
    Ok(())
}
