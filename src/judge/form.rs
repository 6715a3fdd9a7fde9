//! Of what form the values of a body are, by the schema.

use serde_json::Value;

use super::{
    found::has_value,
    gathered::{Demand, Gathered, Subject},
};
use crate::{
    clause::Clause,
    level::{Basis, Level},
    note::Note,
    observation::Observation,
    path::Path,
    redact,
    schema::Schema,
    snapshot::Difference,
    suite::Suite,
    verdict::{Exchange, Kind, Origin},
};

/// Holds the body of an error, or of a success of the suite's own operation, against the schema.
pub(super) fn by_schema(
    subject: Subject<'_>,
    (number, exchange): (usize, &Exchange),
    out: &mut Gathered,
) {
    let Subject { suite, case, .. } = subject;
    let (Some(schema), Ok(body)) = (&suite.schema, exchange.answer.json()) else {
        return;
    };
    let is_error = exchange.answer.status >= 300;
    if !is_error && case.steps[exchange.step].operation != suite.operation {
        return;
    }
    let body = redact::without_nulls(body);
    if !is_error {
        for clause in suite.clauses().filter(|one| !one.form.is_empty()) {
            if holds(schema, clause, &exchange.answer) {
                out.decide(&clause.id, Level::Documented);
            }
        }
        out.notes.extend(unlisted(suite, schema, &body));
    }
    for flaw in schema.flaws(&body, is_error) {
        let by = Demand {
            origin: Origin::Schema {
                keyword: flaw.keyword,
            },
            level: Some(if is_error {
                Level::Observed
            } else {
                Level::Documented
            }),
            clause: None,
            choice: false,
            step: exchange.step,
            answer: number,
            pair: None,
            place: case.place.clone(),
        };
        let difference = Difference {
            at: flaw.at,
            kind: Kind::Changed,
            expected: flaw.expected,
            found: flaw.found,
        };
        out.miss(&by, [difference]);
    }
}

/// What today's service model does not know, and members that are later than the page of 2024, each with what the contract
/// says of it: the model is where AWS announces it, a recording where it never did.
fn unlisted(suite: &Suite, schema: &Schema, body: &Value) -> Vec<Note> {
    let says = |id: &str| {
        let clause = suite.clause(id)?;
        let from = |basis| clause.statements.iter().find(|says| says.basis == basis);
        let says = from(Basis::Model).or_else(|| from(Basis::Observed))?;
        Some((clause.id.clone(), says.says.clone()))
    };
    let unlisted = schema.news(body).into_iter();
    let unlisted = unlisted.map(|(flaw, clause)| Note::Unlisted {
        at: flaw.at,
        expected: flaw.expected,
        found: flaw.found,
        clause: clause.and_then(says),
    });
    let later = suite.presence.iter().flat_map(|table| &table.later);
    let later = later.filter(|row| body.get(&row.name).is_some());
    let later = later.map(|row| Note::Later {
        at: Path::key("body").then(&row.name),
        since: row.since,
        clause: says(&row.clause),
    });
    unlisted.chain(later).collect()
}

/// Whether the schema holds an answer to a clause: at a path that it governs there is a value, and a keyword that it rests on.
fn holds(schema: &Schema, clause: &Clause, answer: &Observation) -> bool {
    clause.governs.iter().any(|at| {
        let said = schema.of(at);
        let said = |keyword: &String| said.is_some_and(|said| said.get(keyword).is_some());
        clause.form.iter().any(said) && has_value(at, answer)
    })
}
