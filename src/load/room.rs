//! [`Room`]: how much cases and fixtures may come to, templates and bases written out. A line of a file may stand for a
//! thousand cases, and a case takes much more memory than its line.

use crate::{
    case::{Action, Assertion, Case, Expected, Json, Request, Step},
    fixture::{Fixture, FixtureAction},
    span::{Diagnostic, Place},
    text::Text,
};

/// How many rows a template has at most.
pub(super) const ROWS: usize = 5000;

/// How many steps a case or a fixture has at most.
pub(super) const STEPS: usize = 200;

/// How many clauses a case names at most.
pub(super) const CLAUSES: usize = 100;

/// How many bytes all come to at most, as they are estimated here.
const ALL: usize = 48 << 20;

/// What a case or a step takes besides its texts, roughly.
const EACH: usize = 1024;

/// What is left.
#[derive(Debug)]
pub(super) struct Room {
    bytes: usize,
    /// Whether it was told that there is none.
    told: bool,
}

impl Room {
    /// All of it.
    pub(super) fn new() -> Room {
        Room {
            bytes: ALL,
            told: false,
        }
    }

    /// Whether there is room for a case; if so, it is taken.
    pub(super) fn case(&mut self, case: &Case) -> bool {
        let names = case.clauses.iter().map(String::len).sum::<usize>() + 2 * case.id.len();
        let steps = case.steps.iter().map(step).sum::<usize>();
        let fields = case.fields.iter();
        let fields = fields.map(|(column, field, value)| column.len() + field.len() + text(value));
        self.take(EACH + names + steps + fields.sum::<usize>())
    }

    /// Whether there is room for a fixture; if so, it is taken.
    pub(super) fn fixture(&mut self, fixture: &Fixture) -> bool {
        let steps = fixture.steps.iter().map(|step| match &step.does {
            FixtureAction::Call(call) => EACH + request(&call.request),
            FixtureAction::Wait(_) => EACH,
        });
        let removals = fixture.removals.iter();
        let removals = removals.map(|removal| EACH + request(&removal.request));
        self.take(steps.chain(removals).sum())
    }

    fn take(&mut self, bytes: usize) -> bool {
        let left = self.bytes.checked_sub(bytes);
        self.bytes = left.unwrap_or(0);
        left.is_some()
    }

    /// Says once that there is no room for the case or the fixture at `place`, nor for any after it.
    pub(super) fn lacks(&mut self, place: &Place, out: &mut Vec<Diagnostic>) {
        if !std::mem::replace(&mut self.told, true) {
            out.push(none(place));
        }
    }
}

fn step(step: &Step) -> usize {
    let sent = match &step.action {
        Action::Send(sent) => request(sent),
        other => other.texts().into_iter().map(text).sum(),
    };
    let asserted = step.assertions.iter().map(assertion).sum::<usize>();
    EACH + sent + asserted
}

fn request(request: &Request) -> usize {
    match request {
        Request::Members(members) => members.iter().map(member).sum(),
        Request::Raw(_) => request.texts().into_iter().map(text).sum(),
    }
}

fn assertion(assertion: &Assertion) -> usize {
    let expected = match &assertion.expected {
        Expected::Json(value) => json(value),
        Expected::Any(groups) => groups.iter().flatten().map(self::assertion).sum(),
        other => other.texts().into_iter().map(text).sum(),
    };
    EACH / 4 + EACH / 16 * assertion.at.len() + expected
}

fn member((key, value): &(String, Json)) -> usize {
    key.len() + json(value)
}

fn json(value: &Json) -> usize {
    let within = match value {
        Json::Text(value) => text(value),
        Json::Array(items) => items.iter().map(json).sum(),
        Json::Object(members) => members.iter().map(member).sum(),
        Json::Null | Json::Bool(_) | Json::Integer(_) | Json::Float(_) => 0,
    };
    EACH / 16 + within
}

fn text(text: &Text) -> usize {
    EACH / 16 + text.written().len() + text.weight()
}

fn none(place: &Place) -> Diagnostic {
    Diagnostic::new(
        place.clone(),
        format!(
            "cases and fixtures come to more than {} MiB from here on",
            ALL >> 20
        ),
    )
    .help("write templates of fewer rows, and shorter texts")
}
