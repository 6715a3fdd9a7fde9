//! What no single line can be blamed for: what must hold between cases, clauses, snapshots and the wire.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    case::{Case, Demand, Request, Table},
    judge,
    level::Basis,
    span::{Diagnostic, Place},
    suite::Suite,
    text::{BINDINGS, Bindings, suggestion},
    wire::{self, WireError},
};

use super::{cases, files::Files};

/// Checks one suite; `paired` asks that every case has its snapshot.
pub(super) fn suite(suite: &Suite, paired: bool, out: &mut Vec<Diagnostic>) {
    duplicates(suite, out);
    for case in &suite.cases {
        case_alone(suite, case, out);
        cases::captures(case, case.fixture.as_ref().and_then(|name| suite.fixtures.get(name)), out);
    }
    same_bytes(suite, out);
    untested(suite, out);
    for always in &suite.always {
        for demand in &always.demands {
            governed(suite, std::slice::from_ref(&always.clause), demand, out);
        }
    }
    if paired {
        let mut told = BTreeSet::new();
        for case in &suite.cases {
            if !suite.snapshots.contains_key(&case.template) && told.insert(&case.template) {
                out.push(
                    Diagnostic::new(case.place.clone(), format!("no snapshot of `{}`", case.template)).help(format!(
                        "`cargo test` writes snapshots/{}.snap.new; look at it and accept it with `cargo insta review`",
                        case.template
                    )),
                );
            }
        }
    }
}

/// Files that belong to nothing.
pub(super) fn orphans(files: &Files, suites: &[Suite], paired: bool, out: &mut Vec<Diagnostic>) {
    for (file, is_case) in files.all() {
        if is_case {
            continue;
        }
        let id = file.path.strip_suffix(".snap");
        let wanted = id.is_some_and(|id| {
            suites.iter().any(|suite| suite.cases.iter().any(|case| case.template == id))
        });
        if paired && !wanted {
            out.push(
                Diagnostic::new(Place::top(&file.source), "no case has this snapshot")
                    .help("delete the file, or give the case back its name"),
            );
        }
    }
}

fn duplicates(suite: &Suite, out: &mut Vec<Diagnostic>) {
    let mut first: BTreeMap<&str, &Case> = BTreeMap::new();
    for case in &suite.cases {
        match first.get(case.id.as_str()) {
            Some(known) if known.template == case.template && known.place != case.place && known.id != known.template => {
                // two records with one id: said where the column is read
            }
            Some(known) => out.push(
                Diagnostic::new(case.place.clone(), format!("a second case `{}`", case.id))
                    .also(known.place.clone(), "first here"),
            ),
            None => {
                first.insert(&case.id, case);
            }
        }
    }
}

fn case_alone(suite: &Suite, case: &Case, out: &mut Vec<Diagnostic>) {
    if case.private && case.fixture.is_none() {
        out.push(
            Diagnostic::new(case.place.clone(), format!("case `{}` has no fixture that could be private", case.id))
                .help("name a `fixture`, or delete `private`"),
        );
    }
    if case.clauses.is_empty() {
        out.push(
            Diagnostic::new(case.place.clone(), format!("case `{}` tests no clause", case.id))
                .help("name the clauses it tests: `clauses = [\"…\"]`"),
        );
    }
    for step in &case.steps {
        let Some(operation) = suite.operations.get(&step.operation) else {
            let known = suite.operations.keys().map(String::as_str);
            out.push(
                Diagnostic::new(step.place.clone(), format!("unknown operation `{}`", step.operation)).help(
                    suggestion(&step.operation, known).unwrap_or_else(|| "operations.toml lists them".to_owned()),
                ),
            );
            continue;
        };
        if let Some(request) = step.action.request()
            && !matches!(operation.method, http::Method::GET | http::Method::HEAD)
            && matches!(request, Request::Members(_))
            && !case.private
        {
            out.push(
                Diagnostic::new(step.place.clone(), format!("`{}` would change what other cases read", operation.name))
                    .help("add `private = true` to the case, so that it has a fixture of its own"),
            );
        }
        if let Some(Request::Members(members)) = step.action.request() {
            for (name, _) in members {
                if !operation.members().any(|known| known == name) {
                    let known: Vec<&str> = operation.members().collect();
                    out.push(
                        Diagnostic::new(
                            step.place.clone(),
                            format!("`{}` has no member `{name}`", operation.name),
                        )
                        .help(
                            suggestion(name, known.iter().copied())
                                .unwrap_or_else(|| format!("its members: `{}`", known.join("`, `"))),
                        ),
                    );
                }
            }
            for label in operation.labels() {
                if !members.iter().any(|(name, _)| name == label) {
                    out.push(
                        Diagnostic::new(step.place.clone(), format!("the request has no `{label}`"))
                            .help("it stands in the path, so it cannot be left out; use `[case.raw]` to send such a path"),
                    );
                }
            }
        }
        for demand in &step.demands {
            governed(suite, &case.clauses, demand, out);
        }
    }
}

/// A demand is governed by a clause of its case, and rests on a source that is as firm as its table says.
fn governed(suite: &Suite, own: &[String], demand: &Demand, out: &mut Vec<Diagnostic>) {
    for at in judge::paths(demand) {
        let clauses: Vec<_> = own
            .iter()
            .filter_map(|id| suite.clause(id))
            .filter(|clause| clause.reach(at).is_some())
            .collect();
        if own.is_empty() {
            continue;
        }
        if clauses.is_empty() {
            out.push(
                Diagnostic::new(demand.place.clone(), format!("no clause of this case governs `{at}`")).help(format!(
                    "its clauses are `{}`; add the one that demands this, or add `{at}` to what one of them governs",
                    own.join("`, `")
                )),
            );
            continue;
        }
        let firm = |basis: Basis| match demand.table {
            Table::Expect => matches!(basis, Basis::Documented | Basis::Model),
            Table::Observed | Table::Wire => basis != Basis::Inferred,
            Table::Inferred => true,
        };
        let rests = clauses
            .iter()
            .any(|clause| clause.statements.iter().any(|statement| firm(statement.basis)));
        if !rests {
            let ids: Vec<&str> = clauses.iter().map(|clause| clause.id.as_str()).collect();
            let help = match demand.table {
                Table::Expect => "neither page nor model says this; move it to `observed` or `inferred`",
                _ => "nobody recorded this; move it to `inferred`",
            };
            out.push(
                Diagnostic::new(
                    demand.place.clone(),
                    format!("`{at}` stands in `{}`, which `{}` cannot bear", demand.table.name(), ids.join("`, `")),
                )
                .help(help),
            );
        }
    }
}

/// Bindings that are good enough to see what goes over the wire.
fn sample() -> Bindings {
    let mut bindings = Bindings::default();
    for (name, _) in BINDINGS {
        bindings.set(name, format!("sample-{name}"));
    }
    bindings
}

/// Two cases that send the same bytes to the same world would be one case told twice.
fn same_bytes(suite: &Suite, out: &mut Vec<Diagnostic>) {
    let bindings = sample();
    let mut seen: Vec<(String, &Case)> = Vec::new();
    for case in &suite.cases {
        for step in &case.steps {
            let Some(operation) = suite.operations.get(&step.operation) else {
                continue;
            };
            let Some(request) = step.action.request() else {
                continue;
            };
            let request = match wire::request(operation, request, &bindings) {
                Ok(request) => request,
                // these are said where the request is read, unless a record of a template brings them in
                Err(WireError::Unbound(_) | WireError::NoMember { .. } | WireError::NoLabel { .. }) => continue,
                Err(WireError::Rewritten(_)) if case.fields.is_empty() => continue,
                Err(error) => {
                    out.push(Diagnostic::new(case.place.clone(), error.to_string()));
                    continue;
                }
            };
            if case.steps.len() > 1 || case.private {
                continue;
            }
            let bytes = format!(
                "{:?} {:?} {:?} {:?} {:?} {:?} {:?}",
                case.fixture,
                case.fault,
                case.auth,
                request.method(),
                request.uri(),
                request.headers(),
                request.body()
            );
            if let Some((_, first)) = seen.iter().find(|(known, _)| *known == bytes) {
                out.push(
                    Diagnostic::new(case.place.clone(), format!("`{}` sends what another case sends", case.id))
                        .also(first.place.clone(), format!("`{}`", first.id))
                        .help("merge the two: one request is judged for all its clauses at once"),
                );
            } else {
                seen.push((bytes, case));
            }
        }
    }
}

fn untested(suite: &Suite, out: &mut Vec<Diagnostic>) {
    for clause in &suite.clauses {
        let tested = suite.cases.iter().any(|case| case.clauses.contains(&clause.id))
            || suite.always.iter().any(|always| always.clause == clause.id);
        match (&clause.untested, tested) {
            (None, false) => out.push(
                Diagnostic::new(clause.place.clone(), format!("no case tests `{}`", clause.id))
                    .help("name it in a case, or say why none can: `untested = \"…\"`"),
            ),
            (Some(_), true) => out.push(
                Diagnostic::new(clause.place.clone(), format!("`{}` is tested and says that it is not", clause.id))
                    .help("delete `untested`"),
            ),
            _ => {}
        }
        if clause.statements.is_empty() {
            out.push(
                Diagnostic::new(clause.place.clone(), format!("`{}` states nothing", clause.id))
                    .help("add `basis` and `says`"),
            );
        }
    }
}
