//! What an assertion rests on: a clause of its case, whose source is firm enough.

use crate::{
    case::{Assertion, Expected, table},
    level::{Basis, Level},
    span::Diagnostic,
    suite::Suite,
};

/// An assertion is governed by a clause of its case, and rests on a source that is as firm as its table says.
pub(super) fn governed(
    suite: &Suite,
    own: &[String],
    assertion: &Assertion,
    out: &mut Vec<Diagnostic>,
) {
    if let Expected::Any(groups) = &assertion.expected {
        for assertion in groups.iter().flatten() {
            governed(suite, own, assertion, out);
        }
        return;
    }
    // a clause that there is not may be the one that governs this
    if own.is_empty() || own.iter().any(|id| suite.clause(id).is_none()) {
        return;
    }
    let at = &assertion.at;
    let clauses: Vec<_> = own
        .iter()
        .filter_map(|id| suite.clause(id))
        .filter(|clause| clause.reach(at).is_some())
        .collect();
    if clauses.is_empty() {
        out.push(
            Diagnostic::new(assertion.place.clone(), format!("no clause of this case governs `{at}`")).help(format!(
                "its clauses are `{}`; add the one that asserts this, or add `{at}` to what one of them governs",
                own.join("`, `")
            )),
        );
        return;
    }
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
