//! What goes over the wire: nothing that cannot be sent, and nothing that another case sends too.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use crate::{
    case::{Case, Request},
    load::request,
    span::Diagnostic,
    suite::Suite,
    text::{BINDINGS, Bindings},
    wire::{self, WireError},
};

/// Bindings that are good enough to see what goes over the wire.
fn sample() -> Bindings {
    let mut bindings = Bindings::default();
    for (name, _) in BINDINGS {
        bindings.set(name, format!("sample-{name}"));
    }
    bindings
}

/// Two cases that send the same bytes to the same world would be one case told twice.
pub(super) fn same_bytes(suite: &Suite, out: &mut Vec<Diagnostic>) {
    let bindings = sample();
    // by their hash: the bytes of all cases together may be many
    let mut seen: BTreeMap<Vec<u8>, &Case> = BTreeMap::new();
    for case in &suite.cases {
        for (at, step) in case.steps.iter().enumerate() {
            let Some(operation) = suite.service.operations.get(&step.operation) else {
                continue;
            };
            let Some(request) = step.action.request() else {
                continue;
            };
            let raw = |request: &Request| matches!(request, Request::Raw(_));
            let written = case.written.get(at);
            let written = written.and_then(|step| step.action.request());
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
            let hash = Sha256::digest(bytes).to_vec();
            if let Some(first) = seen.get(&hash) {
                out.push(
                    Diagnostic::new(
                        case.place.clone(),
                        format!("`{}` sends what another case sends", case.id),
                    )
                    .also(first.place.clone(), format!("`{}`", first.id))
                    .help("merge the two: one request is judged for all its clauses at once"),
                );
            } else {
                seen.insert(hash, case);
            }
        }
    }
}
