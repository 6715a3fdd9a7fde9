//! Which members of a body have a value, and which are written out without one, by the presence table.

use super::{
    found::{Found, find, has_value},
    gathered::{Demand, Gathered, Subject},
};
use crate::{
    case::{Assertion, Expected},
    level::Level,
    path::Path,
    presence::{Column, Mark, Presence, Shown},
    snapshot::Difference,
    span::Place,
    verdict::{Exchange, Kind, Origin},
};

/// Holds a success of the suite's own operation against the table.
pub(super) fn by_table(
    subject: Subject<'_>,
    (number, exchange): (usize, &Exchange),
    out: &mut Gathered,
) {
    let step = &subject.case.steps[exchange.step];
    let (Some(table), Ok(body), true) = (
        &subject.suite.presence,
        exchange.answer.json(),
        exchange.answer.status < 300 && step.operation == subject.suite.operation,
    ) else {
        return;
    };
    let demand = |level: Level, clause: &str, place: &Place| Demand {
        origin: Origin::Presence,
        level: Some(level),
        clause: Some(clause.to_owned()),
        choice: false,
        step: exchange.step,
        answer: number,
        pair: None,
        place: place.clone(),
    };
    let shown = Shown::of(body);
    // which members have a value in other states nobody knows; that all of them are written holds in any
    let rows = if Column::is_recorded(body) {
        table.members.as_slice()
    } else {
        &[]
    };
    for member in rows {
        let at = Path::key("body").then(&member.name);
        // what a case put there goes before what functions of nobody's making have
        if member.mark(shown) == Mark::None && asserts_value(&step.assertions, &at) {
            continue;
        }
        out.decide(&member.clause, Level::Observed);
        let value = body.get(&member.name).filter(|value| !value.is_null());
        let (kind, expected, found) = match (member.mark(shown), value) {
            (Mark::Value, None) => (Kind::Missing, "a value", "nothing".to_owned()),
            (Mark::None, Some(value)) => (Kind::Unexpected, "nothing", value.to_string()),
            _ => continue,
        };
        let difference = Difference {
            at,
            kind,
            expected: format!("{expected} (`{shown}` in presence.toml)"),
            found,
        };
        out.miss(
            &demand(Level::Observed, &member.clause, &member.place),
            [difference],
        );
    }
    if let Some(written) = &table.written {
        out.decide(&written.clause, Level::Wire);
        let unwritten = unwritten(table, shown, exchange);
        out.miss(
            &demand(Level::Wire, &written.clause, &written.place),
            unwritten,
        );
    }
}

/// The members that stand on the wire even without a value, as `null`, and do not stand in this answer.
fn unwritten(
    table: &Presence,
    shown: Shown,
    exchange: &Exchange,
) -> impl Iterator<Item = Difference> {
    // that a value is missing is said already
    let rows = table
        .members
        .iter()
        .filter(move |member| member.mark(shown) != Mark::Value)
        .map(|member| Path::key("body").then(&member.name));
    let within = table.written.iter().flat_map(|written| &written.within);
    let within = within
        .filter(|at| has_value(&at.outer(), &exchange.answer))
        .cloned();
    rows.chain(within)
        .filter(|at| matches!(find(at, &exchange.answer), Found::Nothing))
        .map(|at| Difference {
            at,
            kind: Kind::Missing,
            expected: "a value or null".to_owned(),
            found: "nothing".to_owned(),
        })
}

/// Whether a value is asserted at `at`, and not only inferred to be there.
fn asserts_value(assertions: &[Assertion], at: &Path) -> bool {
    assertions.iter().any(|assertion| {
        assertion.at == *at
            && assertion.level.is_some()
            && matches!(assertion.expected, Expected::Text(_) | Expected::Json(_))
    })
}
