//! What an assertion rests on: a clause of its case, whose source is firm enough.

use crate::{
    case::{Assertion, Expected, table},
    clause::Clause,
    level::{Basis, Level},
    span::Diagnostic,
    suite::Suite,
};

/// The clauses of a case, or that of an invariant.
pub(super) struct Own<'a> {
    ids: &'a [String],
    /// None if one of them is none of the suite's: it may be the one that governs.
    clauses: Option<Vec<&'a Clause>>,
}

impl<'a> Own<'a> {
    /// Those of a suite with these ids.
    pub(super) fn of(suite: &'a Suite, ids: &'a [String]) -> Own<'a> {
        let clauses = ids.iter().map(|id| suite.clause(id));
        let clauses: Option<Vec<&Clause>> = clauses.collect();
        Own {
            ids,
            clauses: clauses.filter(|clauses| !clauses.is_empty()),
        }
    }

    /// An assertion is governed by one of them, and rests on a source that is as firm as its table says.
    pub(super) fn governs(&self, assertion: &Assertion, out: &mut Vec<Diagnostic>) {
        if let Expected::Any(groups) = &assertion.expected {
            for assertion in groups.iter().flatten() {
                self.governs(assertion, out);
            }
            return;
        }
        let Some(own) = &self.clauses else { return };
        let at = &assertion.at;
        let reach = own.iter().filter(|clause| clause.reach(at).is_some());
        let clauses: Vec<&&Clause> = reach.collect();
        if clauses.is_empty() {
            out.push(
                Diagnostic::new(assertion.place.clone(), format!("no clause of this case governs `{at}`")).help(format!(
                    "its clauses are `{}`; add the one that asserts this, or add `{at}` to what one of them governs",
                    self.ids.join("`, `")
                )),
            );
            return;
        }
        rests(assertion, &clauses, out);
    }
}

/// An assertion rests on a statement of the clauses that govern it.
fn rests(assertion: &Assertion, clauses: &[&&Clause], out: &mut Vec<Diagnostic>) {
    let at = &assertion.at;
    let firm = |basis: Basis| match assertion.level {
        Some(Level::Documented) => matches!(basis, Basis::Documented | Basis::Model),
        Some(Level::Observed | Level::Wire) => basis != Basis::Inferred,
        None => true,
    };
    let rests = clauses.iter().any(|clause| {
        clause.statements.is_empty()
            || clause
                .statements
                .iter()
                .any(|statement| firm(statement.basis))
    });
    if !rests {
        let ids: Vec<&str> = clauses.iter().map(|clause| clause.id.as_str()).collect();
        let help = match assertion.level {
            Some(Level::Documented) => {
                "neither page nor model says this; move it to `observed` or `inferred`"
            }
            _ => "nobody recorded this; move it to `inferred`",
        };
        out.push(
            Diagnostic::new(
                assertion.place.clone(),
                format!(
                    "`{at}` stands in `{}`, which `{}` cannot bear",
                    table(assertion.level),
                    ids.join("`, `")
                ),
            )
            .help(help),
        );
    }
}
