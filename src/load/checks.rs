//! What no single line can be blamed for: what must hold between cases, clauses, snapshots and the wire.

use std::{
    collections::{BTreeMap, BTreeSet},
    slice,
};

use crate::{
    case::{Assertion, Case, Expected, Invariant, Request, When, table},
    clause::Clause,
    fixture::Fixture,
    level::{Basis, Level},
    span::{Diagnostic, Place},
    suite::{Service, Suite},
    text::{BINDINGS, Bindings, Text},
    wire::{self, WireError},
    word::Unknown,
};

use super::{files::Files, fixtures::unknown_captures, request};

/// The files that the suites of a service share.
const SHARED: [&str; 5] = [
    "always.toml",
    "clauses.toml",
    "evidence.toml",
    "fixtures.toml",
    "operations.toml",
];

/// Checks what a service's suites share, which any of them may use.
pub(super) fn service(
    service: &Service,
    suites: &[Suite],
    unsure: &[String],
    out: &mut Vec<Diagnostic>,
) {
    never(&service.invariants, suites, out);
    let whole = unsure.is_empty() && !suites.is_empty();
    if whole {
        untested(&service.clauses, suites, out);
    }
}

/// Checks one suite. `unsure` are the topics of which not every case could be read.
pub(super) fn suite(suite: &Suite, unsure: &[String], out: &mut Vec<Diagnostic>) {
    duplicates(suite, out);
    for case in &suite.cases {
        case_alone(suite, case, out);
        captures(
            case,
            case.fixture
                .as_ref()
                .and_then(|name| suite.service.fixtures.get(name)),
            out,
        );
    }
    same_bytes(suite, out);
    never(&suite.invariants, slice::from_ref(suite), out);
    let below = format!("{}/", suite.id);
    if !unsure.iter().any(|topic| topic.starts_with(&below)) {
        untested(&suite.clauses, slice::from_ref(suite), out);
    }
    for always in suite.invariants() {
        for assertion in &always.assertions {
            governed(suite, slice::from_ref(&always.clause), assertion, out);
        }
    }
}

/// Every case has its snapshot and every snapshot its case, but for the topics of which not every case could be read.
pub(super) fn pairs(files: &Files, suites: &[Suite], unsure: &[String], out: &mut Vec<Diagnostic>) {
    let ids: BTreeSet<&str> = files
        .below_snapshots()
        .filter_map(|file| file.path.strip_suffix(".snap"))
        .collect();
    for suite in suites {
        let mut told = BTreeSet::new();
        for case in &suite.cases {
            if !ids.contains(case.template.as_str()) && told.insert(&case.template) {
                out.push(
                    Diagnostic::new(case.place.clone(), format!("no snapshot of `{}`", case.template)).help(format!(
                        "`cargo test --test conformance` writes snapshots/{}.snap.new; look at it and accept it with `cargo insta review`",
                        case.template
                    )),
                );
            }
        }
    }
    for file in files.below_snapshots() {
        let id = file.path.strip_suffix(".snap");
        let wanted = id.is_some_and(|id| {
            unsure.iter().any(|topic| id.starts_with(topic))
                || suites
                    .iter()
                    .any(|suite| suite.cases.iter().any(|case| case.template == id))
        });
        if !wanted {
            out.push(
                Diagnostic::new(Place::top(&file.source), "no case has this snapshot")
                    .help("delete the file, or give the case back its name"),
            );
        }
    }
}

/// A case file that no suite reads would be one whose cases never run.
pub(super) fn unread(files: &Files, out: &mut Vec<Diagnostic>) {
    for file in files
        .below_cases()
        .filter(|file| file.path.ends_with(".toml"))
    {
        let (directory, name) = file.path.rsplit_once('/').unwrap_or(("", &file.path));
        let read = match directory {
            "" => name == "targets.toml",
            service if !service.contains('/') => SHARED.contains(&name),
            directory => {
                directory.matches('/').count() == 1
                    && files.case(&format!("{directory}/clauses.toml")).is_some()
            }
        };
        if !read {
            out.push(
                Diagnostic::new(Place::top(&file.source), "nothing reads this file")
                    .help("cases stand in `SERVICE/OPERATION/TOPIC.toml`, beside the `clauses.toml` of their operation"),
            );
        }
    }
}

/// An assertion on errors of a name that no case asserts would never be tried.
fn never(invariants: &[Invariant], suites: &[Suite], out: &mut Vec<Diagnostic>) {
    let texts: Vec<&Text> = suites
        .iter()
        .flat_map(|suite| &suite.cases)
        .flat_map(|case| &case.steps)
        .flat_map(|step| &step.assertions)
        .flat_map(errors)
        .collect();
    for always in invariants {
        let When::Named(names) = &always.when else {
            continue;
        };
        for name in names {
            if !texts.iter().any(|text| text.written() == name) {
                let unknown = Unknown::new("error", name, texts.iter().map(|text| text.written()))
                    .message(format!(
                        "no case asserts the error `{name}`, so this never applies"
                    ))
                    .or("take the name out of `when`, or add a case that asserts it");
                out.push(Diagnostic::unknown(always.place.clone(), unknown));
            }
        }
    }
}

/// The names of errors that an assertion asks for.
fn errors(assertion: &Assertion) -> Vec<&Text> {
    match &assertion.expected {
        Expected::Text(text) if assertion.at.root() == "error" => vec![text],
        Expected::Any(groups) => groups.iter().flatten().flat_map(errors).collect(),
        _ => Vec::new(),
    }
}

fn duplicates(suite: &Suite, out: &mut Vec<Diagnostic>) {
    let mut first: BTreeMap<&str, &Case> = BTreeMap::new();
    for case in &suite.cases {
        match first.get(case.id.as_str()) {
            Some(known)
                if known.template == case.template
                    && known.place != case.place
                    && known.id != known.template =>
            {
                // two records with one id: said where the column is read
            }
            Some(known) => out.push(
                Diagnostic::new(case.place.clone(), format!("a second case `{}`", case.id))
                    .also(known.place.clone(), "first here")
                    .help("give it a name of its own"),
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
            Diagnostic::new(
                case.place.clone(),
                format!("case `{}` has no fixture that could be private", case.id),
            )
            .help("name a `fixture`, or delete `private`"),
        );
    }
    if case.clauses.is_empty() {
        out.push(
            Diagnostic::new(
                case.place.clone(),
                format!("case `{}` tests no clause", case.id),
            )
            .help("name the clauses it tests: `clauses = [\"…\"]`"),
        );
    }
    for step in &case.steps {
        if let Some(request) = step.action.request()
            && let Some(operation) = suite.service.operations.get(&step.operation)
            && !matches!(operation.method, http::Method::GET | http::Method::HEAD)
            && matches!(request, Request::Members(_))
            && !case.private
        {
            out.push(
                Diagnostic::new(
                    step.place.clone(),
                    format!("`{}` would change what other cases read", operation.name),
                )
                .help("add `private = true` to the case, so that it has a fixture of its own"),
            );
        }
        for assertion in &step.assertions {
            governed(suite, &case.clauses, assertion, out);
        }
    }
}

/// An assertion is governed by a clause of its case, and rests on a source that is as firm as its table says.
fn governed(suite: &Suite, own: &[String], assertion: &Assertion, out: &mut Vec<Diagnostic>) {
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
            let Some(operation) = suite.service.operations.get(&step.operation) else {
                continue;
            };
            let Some(request) = step.action.request() else {
                continue;
            };
            let raw = |request: &Request| matches!(request, Request::Raw(_));
            let written = case
                .written
                .iter()
                .find(|known| known.name == step.name)
                .and_then(|step| step.action.request());
            let filled = written.is_some_and(|request| {
                request
                    .texts()
                    .iter()
                    .any(|text| text.fields().next().is_some())
            });
            if filled && request.texts().iter().any(|text| text.has_matchers()) {
                out.push(request::matched(&case.place));
                continue;
            }
            let request = match wire::request(operation, request, &bindings) {
                Ok(request) => request,
                // these are said where the request is read, unless a record of a template brings them in
                Err(
                    WireError::Unbound(_)
                    | WireError::NoMember(_)
                    | WireError::NoLabel { .. }
                    | WireError::NotScalar { .. },
                ) => {
                    continue;
                }
                Err(WireError::Rewritten(_)) if raw(request) && !filled => continue,
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
                    Diagnostic::new(
                        case.place.clone(),
                        format!("`{}` sends what another case sends", case.id),
                    )
                    .also(first.place.clone(), format!("`{}`", first.id))
                    .help("merge the two: one request is judged for all its clauses at once"),
                );
            } else {
                seen.push((bytes, case));
            }
        }
    }
}

/// Every clause is tested by some suite, or says why not.
fn untested(clauses: &[Clause], suites: &[Suite], out: &mut Vec<Diagnostic>) {
    let mut tested: BTreeSet<&String> = BTreeSet::new();
    for suite in suites {
        tested.extend(suite.cases.iter().flat_map(|case| &case.clauses));
        tested.extend(suite.invariants().map(|always| &always.clause));
    }
    for clause in clauses {
        match (&clause.untested, tested.contains(&clause.id)) {
            (None, false) => out.push(
                Diagnostic::new(
                    clause.place.clone(),
                    format!("no case tests `{}`", clause.id),
                )
                .help("name it in a case, or say why none can: `untested = \"…\"`"),
            ),
            (Some(_), true) => out.push(
                Diagnostic::new(
                    clause.place.clone(),
                    format!("`{}` is tested and says that it is not", clause.id),
                )
                .help("delete `untested`"),
            ),
            _ => {}
        }
    }
}

/// Says which `<fixture.name>` of a case its fixture does not capture.
fn captures(case: &Case, fixture: Option<&Fixture>, out: &mut Vec<Diagnostic>) {
    let captured: Vec<&str> = fixture
        .iter()
        .flat_map(|fixture| fixture.captured())
        .collect();
    for step in &case.steps {
        let asserted = step
            .assertions
            .iter()
            .flat_map(|assertion| assertion.expected.texts());
        for text in step.action.texts().into_iter().chain(asserted) {
            unknown_captures(text, &captured, &step.place, out);
        }
    }
}
