//! An answer against its case: pure, and always all mismatches, never only the first.
//!
//! Judges at every level at once; a run keeps what counts at its own. So a stricter level can only ever see more.

mod check;
mod found;
mod written;

use std::collections::BTreeSet;

use serde_json::Value;

use crate::{
    case::{Case, Demand, Relating, Relation, Table, Want, When},
    clause::Clause,
    level::{Basis, Level},
    observation::Observation,
    path::Path,
    presence::{Column, Mark},
    redact,
    schema::Schema,
    snapshot::Snapshot,
    suite::Suite,
    text::{Bindings, Holes},
    verdict::{Exchange, Kind, Mismatch},
};

use found::{Found, find};
pub use written::{canonical, written};

/// What judging a case comes to, at all levels.
#[derive(Debug, Default)]
pub struct Judgement {
    /// Mismatches of the case's own clauses.
    pub own: Vec<Mismatch>,
    /// Mismatches of other clauses.
    pub common: Vec<Mismatch>,
    /// What is worth knowing and fails nothing.
    pub notes: Vec<String>,
    /// The clauses of which something was decided, and the level from which that counts.
    pub decided: BTreeSet<(String, Level)>,
}

/// Judges the answers to a case.
pub fn judge(suite: &Suite, case: &Case, bindings: &Bindings, exchanges: &[Exchange]) -> Judgement {
    let mut judge = Judge {
        suite,
        case,
        bindings,
        holes: Holes::default(),
        out: Judgement::default(),
    };
    for exchange in exchanges {
        judge.answer(exchange);
    }
    for relation in &case.relations {
        judge.relation(relation, exchanges);
    }
    judge.snapshot(exchanges);
    judge.out
}

/// A demand that was not met, before it is known for whom it counts.
struct Unmet {
    at: Path,
    kind: Kind,
    expected: String,
    found: String,
}

/// Who made a demand.
#[derive(Clone, Copy, PartialEq, Eq)]
enum For {
    /// The case, its snapshot, its relations, or the form of the body.
    Case,
    /// `always.toml`.
    All,
}

struct Judge<'a> {
    suite: &'a Suite,
    case: &'a Case,
    bindings: &'a Bindings,
    holes: Holes,
    out: Judgement,
}

impl Judge<'_> {
    fn answer(&mut self, exchange: &Exchange) {
        let step = &self.case.steps[exchange.step];
        let answer = &exchange.answer;
        for note in &answer.notes {
            self.note(note.clone());
        }
        for demand in &step.demands {
            // of another answer altogether, the members are not the point
            let told =
                |known: &Mismatch| known.step == exchange.step && known.at.root() == "status";
            if demand.at.root() == "body" && self.out.own.iter().any(told) {
                continue;
            }
            let unmet = self.check(demand, answer);
            for clause in self
                .case
                .clauses
                .iter()
                .filter_map(|id| self.suite.clause(id))
            {
                if let Some(level) = demand.table.level()
                    && paths(demand).iter().any(|at| clause.reach(at).is_some())
                {
                    self.out.decided.insert((clause.id.clone(), level));
                }
            }
            for unmet in unmet {
                // that a body cannot be read fails the case once, not once for each of its members
                if unmet.kind == Kind::Unreadable
                    && self.out.own.iter().any(|known| known.step == exchange.step)
                {
                    continue;
                }
                let clause = self.suite.governing(&self.case.clauses, &unmet.at);
                self.miss(unmet, clause, demand, exchange.step, For::Case);
            }
        }
        let json_due = !step.demands.iter().any(|demand| demand.at.root() == "text");
        for always in &self.suite.always {
            if !applies(&always.when, answer, json_due) {
                continue;
            }
            let clause = self.suite.clause(&always.clause);
            for demand in &always.demands {
                if let Some(level) = demand.table.level() {
                    self.out.decided.insert((always.clause.clone(), level));
                }
                for unmet in self.check(demand, answer) {
                    // that a body cannot be read is said once, not for each of its members
                    if unmet.kind == Kind::Unreadable && demand.want != Want::Readable {
                        continue;
                    }
                    self.miss(unmet, clause, demand, exchange.step, For::All);
                }
            }
        }
        if json_due {
            self.form(exchange);
            self.presence(exchange);
        }
    }

    /// Which members have a value, by the presence table.
    fn presence(&mut self, exchange: &Exchange) {
        let step = &self.case.steps[exchange.step];
        let (Some(presence), Ok(body), true) = (
            &self.suite.presence,
            exchange.answer.json(),
            exchange.answer.status < 300,
        ) else {
            return;
        };
        if step.operation != self.suite.operation || !Column::is_recorded(body) {
            return;
        }
        let column = Column::of(body);
        for member in &presence.members {
            let at = Path::key("body").then(&member.name);
            // what a case put there goes before what functions of nobody's making have
            if member.mark(column) == Mark::None && wants_value(&step.demands, &at) {
                continue;
            }
            let value = body.get(&member.name).filter(|value| !value.is_null());
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
                _ => {
                    self.out
                        .decided
                        .insert((member.clause.clone(), Level::Observed));
                    continue;
                }
            };
            self.out
                .decided
                .insert((member.clause.clone(), Level::Observed));
            let demand = Demand {
                at,
                want: Want::Readable,
                table: Table::Observed,
                place: member.place.clone(),
            };
            self.miss(
                unmet,
                self.suite.clause(&member.clause),
                &demand,
                exchange.step,
                For::Case,
            );
        }
    }

    /// The form of the body, by the schema.
    fn form(&mut self, exchange: &Exchange) {
        let (Some(schema), Ok(body)) = (&self.suite.schema, exchange.answer.json()) else {
            return;
        };
        let is_error = exchange.answer.status >= 300;
        if !is_error && self.case.steps[exchange.step].operation != self.suite.operation {
            return;
        }
        let body = redact::without_nulls(body);
        if !is_error {
            self.news(schema, &body);
        }
        for flaw in schema.flaws(&body, is_error) {
            let demand = Demand {
                at: flaw.at.clone(),
                want: Want::Readable,
                table: if is_error {
                    Table::Observed
                } else {
                    Table::Expect
                },
                place: self.case.place.clone(),
            };
            let clause = self.suite.governing(&self.case.clauses, &flaw.at);
            let unmet = Unmet {
                at: flaw.at,
                kind: Kind::Changed,
                expected: flaw.expected,
                found: flaw.found,
            };
            self.miss(unmet, clause, &demand, exchange.step, For::Case);
        }
    }

    /// What the edition of this run does not know: noted, with what the contract says of it, and no failure.
    fn news(&mut self, schema: &Schema, body: &Value) {
        for (flaw, clause) in schema.news(body) {
            // the model is where AWS announces what is new, a recording where it never did
            let says = clause
                .and_then(|id| self.suite.clause(id))
                .and_then(|clause| {
                    let from = |basis| clause.statements.iter().find(|says| says.basis == basis);
                    let says = from(Basis::Model).or_else(|| from(Basis::Observed))?;
                    Some(format!("; {}: {}", clause.id, says.says))
                });
            self.note(format!(
                "unknown to {}: `{}`: {}{}",
                schema.edition(),
                flaw.at,
                flaw.expected
                    .replacen("it is", &format!("{} is", flaw.found), 1),
                says.unwrap_or_default()
            ));
        }
    }

    /// Files an unmet demand: as a note, with the case, or with what all cases have in common.
    ///
    /// What is demanded of every answer is counted once and not with the case: the case's verdict is about what it is for.
    fn miss(
        &mut self,
        unmet: Unmet,
        clause: Option<&Clause>,
        demand: &Demand,
        step: usize,
        whose: For,
    ) {
        let (Some(level), Some(clause)) = (demand.table.level(), clause) else {
            let table = demand.table.name();
            self.note(format!(
                "{table}: `{}` was thought to be {}, found {}",
                unmet.at, unmet.expected, unmet.found
            ));
            return;
        };
        let basis = clause
            .statement(demand.table != Table::Expect)
            .map_or(Basis::Observed, |statement| statement.basis);
        let mismatch = Mismatch {
            at: unmet.at,
            kind: unmet.kind,
            expected: unmet.expected,
            found: unmet.found,
            clause: clause.id.clone(),
            basis,
            level,
            step,
            place: demand.place.clone(),
        };
        let list = if whose == For::Case && self.case.clauses.contains(&mismatch.clause) {
            &mut self.out.own
        } else {
            &mut self.out.common
        };
        let same = |known: &Mismatch| known.at == mismatch.at && known.clause == mismatch.clause;
        match list.iter_mut().find(|known| same(known)) {
            None => list.push(mismatch),
            // the loosest level from which it counts is the one that holds
            Some(known) if mismatch.level < known.level => *known = mismatch,
            Some(_) => {}
        }
    }

    fn note(&mut self, note: String) {
        if !self.out.notes.contains(&note) {
            self.out.notes.push(note);
        }
    }

    fn relation(&mut self, relation: &Relation, exchanges: &[Exchange]) {
        let side = |(step, at): &(String, Path)| -> Vec<Option<Value>> {
            exchanges
                .iter()
                .filter(|exchange| self.case.steps[exchange.step].name == *step)
                .map(|exchange| match find(at, &exchange.answer) {
                    Found::Json(value) => Some(redact::without_nulls(value)),
                    Found::Text(text) => Some(Value::String(text.into_owned())),
                    Found::Status(status) => Some(Value::from(status)),
                    Found::Nothing | Found::Unreadable(_) => None,
                })
                .collect()
        };
        let (left, right) = (side(&relation.sides[0]), side(&relation.sides[1]));
        if let Some(level) = relation.table.level() {
            self.out.decided.insert((relation.clause.clone(), level));
        }
        for left in &left {
            for right in &right {
                let holds = match (relation.relating, left, right) {
                    (_, None, _) | (_, _, None) => false,
                    (Relating::Equal, Some(left), Some(right)) => left == right,
                    (Relating::Differ, Some(left), Some(right)) => left != right,
                    (Relating::Subset, Some(left), Some(right)) => is_subset(left, right),
                };
                if holds {
                    continue;
                }
                let show = |value: &Option<Value>| {
                    value
                        .as_ref()
                        .map_or("nothing".to_owned(), Value::to_string)
                };
                let (step, at) = &relation.sides[1];
                let unmet = Unmet {
                    at: at.clone(),
                    kind: if right.is_none() {
                        Kind::Missing
                    } else {
                        Kind::Changed
                    },
                    expected: format!(
                        "{} to `{}.{}`: {}",
                        relation.relating.name(),
                        relation.sides[0].0,
                        relation.sides[0].1,
                        show(left)
                    ),
                    found: show(right),
                };
                let demand = Demand {
                    at: at.clone(),
                    want: Want::Readable,
                    table: relation.table,
                    place: relation.place.clone(),
                };
                let index = self
                    .case
                    .steps
                    .iter()
                    .position(|known| known.name == *step)
                    .unwrap_or(0);
                self.miss(
                    unmet,
                    self.suite.clause(&relation.clause),
                    &demand,
                    index,
                    For::Case,
                );
                return;
            }
        }
    }

    /// The reviewed answer, where the case's own demands have not spoken already.
    fn snapshot(&mut self, exchanges: &[Exchange]) {
        let Some(snapshot) = self.suite.snapshots.get(&self.case.template) else {
            return;
        };
        let snapshot: Snapshot = snapshot.fill(|column, field| self.case.field(column, field));
        let answer = canonical(self.suite, self.case, exchanges);
        for difference in snapshot.differences(&answer, self.bindings) {
            let (step, at) = self.step_of(difference.at);
            if difference.kind == Kind::Added {
                // what a snapshot of an error leaves out was left open on purpose
                if at.root() != "body" {
                    continue;
                }
                self.note(format!(
                    "`{at}` is {}, of which nothing is said",
                    difference.found
                ));
                continue;
            }
            if self.is_open(step, &at) || self.is_told(step, &at) {
                continue;
            }
            let demand = Demand {
                at: at.clone(),
                want: Want::Readable,
                table: Table::Observed,
                place: snapshot.place.clone(),
            };
            // what the suite demands of every answer is counted there
            let at_demanded = at.root() == "body"
                || self.case.steps[step]
                    .demands
                    .iter()
                    .any(|demand| at.is_within(&demand.at));
            let Some(clause) = self.suite.governing(&self.case.clauses, &at) else {
                self.note(format!(
                    "`{at}` is {} where the snapshot has {}; no clause governs it",
                    difference.found, difference.expected
                ));
                continue;
            };
            let unmet = Unmet {
                at,
                kind: difference.kind,
                expected: difference.expected,
                found: difference.found,
            };
            let whose = if at_demanded { For::Case } else { For::All };
            self.miss(unmet, Some(clause), &demand, step, whose);
        }
    }

    /// Whether a case leaves a part of its answer open: the snapshot holds what our own mock says there, which binds nobody.
    fn is_open(&self, step: usize, at: &Path) -> bool {
        let open: Vec<&Path> = self.case.steps[step]
            .demands
            .iter()
            .filter(|demand| demand.table == Table::Inferred || matches!(demand.want, Want::Any(_)))
            .flat_map(paths)
            .collect();
        let one_text = ["message", "violations"];
        open.iter().any(|path| {
            path.root() == "status"
                || at.is_within(path)
                || one_text.contains(&path.root()) && one_text.contains(&at.root())
        })
    }

    /// Whether a mismatch says already that this part differs, or that another answer came altogether.
    fn is_told(&self, step: usize, at: &Path) -> bool {
        self.out.own.iter().chain(&self.out.common).any(|known| {
            known.step == step
                && (at.is_within(&known.at)
                    || known.at.is_within(at)
                    || known.at.root() == "status")
        })
    }

    /// Takes the step's name off a path of a case that has several.
    fn step_of(&self, at: Path) -> (usize, Path) {
        let steps = &self.case.steps;
        if let [only] = steps.as_slice()
            && only.name.is_empty()
        {
            return (0, at);
        }
        let index = steps
            .iter()
            .position(|step| step.name == at.root())
            .unwrap_or(0);
        (index, Path(at.0.into_iter().skip(1).collect()))
    }
}

/// Whether a value is demanded at `at`, not only thought to be there.
fn wants_value(demands: &[Demand], at: &Path) -> bool {
    demands.iter().any(|demand| {
        demand.at == *at
            && demand.table != Table::Inferred
            && matches!(demand.want, Want::Text(_) | Want::Json(_))
    })
}

/// The paths that a demand speaks about.
pub fn paths(demand: &Demand) -> Vec<&Path> {
    match &demand.want {
        Want::Any(groups) => groups.iter().flatten().flat_map(paths).collect(),
        _ => vec![&demand.at],
    }
}

fn applies(when: &When, answer: &Observation, json_due: bool) -> bool {
    match when {
        When::Answer => true,
        // a 204 has no body by HTTP, and so none in JSON
        When::Success => answer.status < 300 && answer.status != 204,
        When::Error => answer.status >= 300 && json_due,
        When::Named(names) => {
            answer.status >= 300
                && json_due
                && answer.error().is_some_and(|error| names.contains(&error))
        }
    }
}

fn is_subset(part: &Value, whole: &Value) -> bool {
    match (part, whole) {
        (Value::Object(part), Value::Object(whole)) => part
            .iter()
            .all(|(key, value)| whole.get(key).is_some_and(|other| is_subset(value, other))),
        _ => part == whole,
    }
}
