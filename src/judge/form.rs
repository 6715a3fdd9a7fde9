//! What is due of every body of the operation: which members have a value, and of what form the values are.

use std::cmp::Reverse;

use serde_json::Value;

use super::{
    Demand, For, Judge, Unmet,
    found::{Found, find},
};
use crate::{
    case::{Assertion, Expected},
    clause::Clause,
    level::{Basis, Level},
    note::Note,
    observation::Observation,
    path::Path,
    presence::{Column, Mark, Member, Presence},
    redact,
    schema::{Flaw, Schema},
    verdict::{Exchange, Kind, Origin},
};

impl<'a> Judge<'a> {
    /// Which members have a value, by the presence table.
    pub(super) fn presence(&mut self, exchange: &Exchange) {
        let (Some(presence), Ok(body), true) = (
            &self.suite.presence,
            exchange.answer.json(),
            exchange.answer.status < 300,
        ) else {
            return;
        };
        let step = &self.case.steps[exchange.step];
        if step.operation != self.suite.operation {
            return;
        }
        let column = Column::of(body);
        // which members have a value in other states nobody knows; that all of them are written holds in any
        let rows: &[Member] = if Column::is_recorded(body) {
            &presence.members
        } else {
            &[]
        };
        for member in rows {
            let at = Path::key("body").then(&member.name);
            // what a case put there goes before what functions of nobody's making have
            if member.mark(column) == Mark::None && wants_value(&step.assertions, &at) {
                continue;
            }
            let value = body.get(&member.name).filter(|value| !value.is_null());
            self.out
                .decided
                .insert((member.clause.clone(), Level::Observed));
            let unmet = match (member.mark(column), value) {
                (Mark::Value, None) => Unmet {
                    at: at.clone(),
                    kind: Kind::Missing,
                    expected: format!("a value ({})", column.name()),
                    found: "nothing".to_owned(),
                },
                (Mark::None, Some(value)) => Unmet {
                    at: at.clone(),
                    kind: Kind::Unexpected,
                    expected: format!("nothing ({})", column.name()),
                    found: value.to_string(),
                },
                _ => continue,
            };
            let demand = Demand {
                origin: Origin::Presence,
                level: Some(Level::Observed),
                place: &member.place,
            };
            let clause = self.suite.clause(&member.clause);
            self.miss(unmet, clause, demand, exchange.step, For::Case);
        }
        self.written(presence, column, exchange);
    }

    /// Which members stand there even without a value, as `null`.
    fn written(&mut self, presence: &Presence, column: Column, exchange: &Exchange) {
        let Some(written) = &presence.written else {
            return;
        };
        self.out
            .decided
            .insert((written.clause.clone(), Level::Wire));
        // that a value is missing is said already
        let rows = presence
            .members
            .iter()
            .filter(|member| member.mark(column) != Mark::Value)
            .map(|member| Path::key("body").then(&member.name));
        let within = written
            .within
            .iter()
            .filter(|at| has_value(&outer(at), &exchange.answer))
            .cloned();
        for at in rows.chain(within) {
            if !matches!(find(&at, &exchange.answer), Found::Nothing) {
                continue;
            }
            let unmet = Unmet {
                at: at.clone(),
                kind: Kind::Missing,
                expected: "a value or null".to_owned(),
                found: "nothing".to_owned(),
            };
            let demand = Demand {
                origin: Origin::Presence,
                level: Some(Level::Wire),
                place: &written.place,
            };
            let clause = self.suite.clause(&written.clause);
            self.miss(unmet, clause, demand, exchange.step, For::Case);
        }
    }

    /// The form of the body, by the schema.
    pub(super) fn form(&mut self, exchange: &Exchange) {
        let (Some(schema), Ok(body)) = (&self.suite.schema, exchange.answer.json()) else {
            return;
        };
        let is_error = exchange.answer.status >= 300;
        if !is_error && self.case.steps[exchange.step].operation != self.suite.operation {
            return;
        }
        if !is_error {
            for clause in self.suite.clauses().filter(|one| !one.form.is_empty()) {
                let decided = (clause.id.clone(), Level::Documented);
                if !self.out.decided.contains(&decided) && holds(schema, clause, &exchange.answer) {
                    self.out.decided.insert(decided);
                }
            }
        }
        let level = if is_error {
            Level::Observed
        } else {
            Level::Documented
        };
        let body = redact::without_nulls(body);
        if !is_error {
            self.news(schema, &body);
        }
        for flaw in schema.flaws(&body, is_error) {
            let clause = self.blamed(&flaw);
            let demand = Demand {
                origin: Origin::Schema {
                    keyword: flaw.keyword.clone(),
                },
                level: Some(level),
                place: &self.case.place,
            };
            let unmet = Unmet {
                expected: flaw.expected,
                at: flaw.at,
                kind: Kind::Changed,
                found: flaw.found,
            };
            self.miss(unmet, clause, demand, exchange.step, For::Case);
        }
    }

    /// What today's service model does not know, and members that are later than the page of 2024: noted, with what the
    /// contract says of it, and no failure.
    fn news(&mut self, schema: &Schema, body: &Value) {
        for (flaw, clause) in schema.news(body) {
            self.note(Note::Unlisted {
                at: flaw.at,
                expected: flaw.expected,
                found: flaw.found,
                clause: clause.and_then(|id| self.says(id)),
            });
        }
        for row in self.suite.presence.iter().flat_map(|table| &table.later) {
            if body.get(&row.name).is_some() {
                self.note(Note::Later {
                    at: Path::key("body").then(&row.name),
                    since: row.since,
                    clause: self.says(&row.clause),
                });
            }
        }
    }

    /// What the contract says of what is new: the model is where AWS announces it, a recording where it never did.
    fn says(&self, id: &str) -> Option<(String, String)> {
        let clause = self.suite.clause(id)?;
        let from = |basis| clause.statements.iter().find(|says| says.basis == basis);
        let says = from(Basis::Model).or_else(|| from(Basis::Observed))?;
        Some((clause.id.clone(), says.says.clone()))
    }

    /// The clause that a flaw counts for: the one that rests on this keyword, of the case before others; else the one that
    /// governs the part as for any other difference. So one fault is one cause, whatever case it shows in.
    fn blamed(&self, flaw: &Flaw) -> Option<&'a Clause> {
        let (suite, case) = (self.suite, self.case);
        let mut resting: Vec<&Clause> = suite
            .clauses()
            .filter(|clause| clause.form.contains(&flaw.keyword))
            .filter(|clause| clause.reach(&flaw.at).is_some())
            .collect();
        resting.sort_by_key(|clause| {
            let own = case.clauses.contains(&clause.id);
            (Reverse(clause.reach(&flaw.at)), !own)
        });
        let first = resting.first().copied();
        first.or_else(|| suite.governing(&case.clauses, &flaw.at))
    }
}

/// Whether the schema holds an answer to a clause: at a path that it governs there is a value, and a keyword that it rests on.
fn holds(schema: &Schema, clause: &Clause, answer: &Observation) -> bool {
    !clause.form.is_empty()
        && clause.governs.iter().any(|at| {
            let said = schema.of(at);
            let said = |keyword: &String| said.is_some_and(|said| said.get(keyword).is_some());
            clause.form.iter().any(said) && has_value(at, answer)
        })
}

fn has_value(at: &Path, answer: &Observation) -> bool {
    match find(at, answer) {
        Found::Text(_) => true,
        Found::Json(value) => *value != Value::Null,
        Found::Status(_) | Found::Nothing | Found::Unreadable(_) => false,
    }
}

/// What a part stands in.
fn outer(at: &Path) -> Path {
    let mut outer = at.clone();
    outer.0.pop();
    outer
}

/// Whether a value is asserted at `at`, not only thought to be there.
fn wants_value(assertions: &[Assertion], at: &Path) -> bool {
    assertions.iter().any(|assertion| {
        assertion.at == *at
            && assertion.level.is_some()
            && matches!(assertion.expected, Expected::Text(_) | Expected::Json(_))
    })
}
