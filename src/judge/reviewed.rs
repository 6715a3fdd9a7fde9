//! The answers to a case against its snapshot, the reviewed answer.

use super::{
    gathered::{Demand, Gathered, Subject},
    written::canonical,
};
use crate::{
    case::Case,
    level::Level,
    note::Note,
    path::{Path, Segment},
    snapshot::Difference,
    suite::Suite,
    verdict::{Exchange, Kind, Origin},
};

/// Holds the first answer to each step against the snapshot.
pub(super) fn by_snapshot(subject: Subject<'_>, exchanges: &[Exchange], out: &mut Gathered) {
    let Subject {
        suite,
        case,
        bindings,
    } = subject;
    let Some(snapshot) = suite.snapshots.get(&case.template) else {
        return;
    };
    let snapshot = snapshot.fill(|column, field| case.field(column, field));
    let answer = canonical(suite, case, exchanges);
    for difference in snapshot.differences(&answer, bindings) {
        let (step, at) = step_of(case, difference.at);
        // a case that ended before this step says nothing of it
        let Some(answer) = exchanges.iter().position(|exchange| exchange.step == step) else {
            continue;
        };
        let mut kind = difference.kind;
        if kind == Kind::Added {
            // what a snapshot of an error leaves out was left open on purpose
            if at.root() != "body" {
                continue;
            }
            // a member that the page knows was left out because it had no value, and nobody knows the others
            if !is_known(suite, &at) {
                let found = difference.found;
                out.notes.push(Note::Unmentioned { at, found });
                continue;
            }
            kind = Kind::Unexpected;
        }
        let by = Demand {
            origin: Origin::Snapshot,
            level: Some(Level::Observed),
            clause: None,
            choice: false,
            step,
            answer,
            pair: None,
            place: snapshot.place.clone(),
        };
        let difference = Difference {
            at,
            kind,
            ..difference
        };
        out.miss(&by, [difference]);
    }
}

/// Whether the page knows a part of a body: it is in a member that has a row in the presence table, and in the schema.
fn is_known(suite: &Suite, at: &Path) -> bool {
    let member = at.0.get(1);
    let rows = suite.presence.iter().flat_map(|table| &table.members);
    let mut rows = rows.map(|row| Segment::Key(row.name.clone()));
    let schema = suite.schema.as_ref();
    rows.any(|row| Some(&row) == member) && schema.is_some_and(|schema| schema.of(at).is_some())
}

/// Takes the step's name off a path of a case that has several.
fn step_of(case: &Case, at: Path) -> (usize, Path) {
    if !case.has_named_steps() {
        return (0, at);
    }
    let mut steps = case.steps.iter();
    let index = steps.position(|step| step.is_called(at.root()));
    let below = at.0.into_iter().skip(1).collect();
    (index.unwrap_or_default(), Path(below))
}
