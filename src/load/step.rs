//! Reads what a case does: the steps that it lists, or the request that is all of it.

use crate::{
    case::{Action, Assertion, Request, Step},
    span::{Diagnostic, Place},
    tree::{Node, Reader},
    word::{Unknown, few},
};

use super::{
    assertions::tables,
    names::Topic,
    operation::fits,
    request::{awaited, members, raw_request},
    room::STEPS,
    value::kebab,
};

/// What a case and a step say in the same way: a request and what is asserted of its answer.
pub(super) struct Asked {
    operation: Option<String>,
    /// Whether a request is written, right or wrong.
    pub(super) sends: bool,
    request: Option<Request>,
    assertions: Vec<Assertion>,
}

impl Asked {
    /// Its keys.
    pub(super) const KEYS: [&str; 7] = [
        "operation",
        "request",
        "raw",
        "expect",
        "observed",
        "wire",
        "inferred",
    ];

    /// The only step of a case; none if its request or its operation could not be read.
    pub(super) fn step(self, place: Place) -> Option<Step> {
        Some(Step {
            name: None,
            operation: self.operation?,
            action: Action::Send(self.request?),
            assertions: self.assertions,
            repeat: 1,
            together: false,
            place,
        })
    }
}

/// Reads a request and what is asserted of its answer.
pub(super) fn exchange(
    reader: &mut Reader<'_>,
    topic: Topic<'_>,
    out: &mut Vec<Diagnostic>,
) -> Asked {
    let names = topic.names;
    let operation = match reader.take("operation") {
        None => topic
            .operation
            .and_then(|name| names.service.operations.get(name)),
        Some(node) => names.operation(node, out),
    };
    let request = reader.take("request");
    let raw = reader.take("raw");
    if let (Some(_), Some(raw)) = (request, raw) {
        out.push(
            Diagnostic::new(raw.place.clone(), "`request` and `raw` stand side by side")
                .help("keep `raw` only for what the operation's members cannot express"),
        );
    }
    let sends = request.is_some() || raw.is_some();
    if let (Some(operation), Some(node)) = (operation, request) {
        fits(operation, node, out);
    }
    let request = match (request, raw) {
        (Some(node), _) => Some(members(node, out).0),
        (None, Some(node)) => raw_request(node, out),
        (None, None) => None,
    };
    Asked {
        operation: operation.map(|operation| operation.name.clone()),
        sends,
        request,
        assertions: tables(reader, out).unwrap_or_default(),
    }
}

/// Reads the steps of a case with this fixture. One that cannot be read is left out.
pub(super) fn steps(
    node: &Node,
    fixture: Option<&str>,
    topic: Topic<'_>,
    out: &mut Vec<Diagnostic>,
) -> Vec<Step> {
    let nodes = node.array("step", out);
    if let Some(next) = nodes.get(STEPS) {
        out.push(too_many(&next.place));
    }
    let steps: Vec<Step> = nodes
        .iter()
        .take(STEPS)
        .filter_map(|node| step(node, fixture, topic, out))
        .collect();
    unique(&steps, out);
    steps
}

/// That a case or a fixture goes on at `place`, where it should have ended.
pub(super) fn too_many(place: &Place) -> Diagnostic {
    Diagnostic::new(place.clone(), format!("more than {STEPS} steps"))
        .help("a step with `repeat` stands for many")
}

fn step(
    node: &Node,
    fixture: Option<&str>,
    topic: Topic<'_>,
    out: &mut Vec<Diagnostic>,
) -> Option<Step> {
    let mut reader = Reader::new(node, "step", out);
    let name = reader
        .need("as", out)
        .and_then(|node| kebab(node, "as", out));
    let taken = reader
        .take("of")
        .and_then(|node| taken(node, fixture, topic, out));
    let waits = reader.take("wait");
    let waits = waits.map(|node| Action::Wait(awaited(node, &mut reader, out)));
    let exchange = exchange(&mut reader, topic, out);
    let repeat = reader
        .take("repeat")
        .and_then(|node| node.integer("repeat", 1..1001, out));
    let together = reader
        .take("together")
        .and_then(|node| node.boolean("together", out));
    let place = reader.place();
    let does = ["of", "wait"].map(|key| reader.has(key));
    reader.finish(out);
    match usize::from(does[0]) + usize::from(does[1]) + usize::from(exchange.sends) {
        0 => out.push(
            Diagnostic::new(place.clone(), "this step sends nothing")
                .help("give it a `request = { … }`, a `[case.step.raw]`, an `of` or a `wait`"),
        ),
        1 => {}
        _ => out.push(
            Diagnostic::new(place.clone(), "this step does two things")
                .help("give it one of `request`, `raw`, `of` and `wait`"),
        ),
    }
    let (operation, action) = match (taken, waits) {
        (Some((operation, action)), _) => (operation, action),
        (None, Some(action)) => (exchange.operation?, action),
        (None, None) => (exchange.operation?, Action::Send(exchange.request?)),
    };
    Some(Step {
        name: Some(name?),
        operation,
        action,
        assertions: exchange.assertions,
        repeat: repeat
            .and_then(|times| usize::try_from(times).ok())
            .unwrap_or(1),
        together: together.unwrap_or(false),
        place,
    })
}

/// The operation of a step of the fixture, and its answer in the place of a request.
fn taken(
    node: &Node,
    fixture: Option<&str>,
    topic: Topic<'_>,
    out: &mut Vec<Diagnostic>,
) -> Option<(String, Action)> {
    let of = node.text("of", out)?;
    let fixture = fixture.and_then(|name| topic.names.fixture(name));
    let steps = || fixture.iter().flat_map(|fixture| &fixture.steps);
    let sent = steps().find_map(|step| {
        let call = step.call().filter(|_| step.name == of)?;
        Some(call.operation.clone())
    });
    let Some(operation) = sent else {
        let unknown = Unknown::new(
            "step",
            of,
            few(out.len(), steps().map(|step| step.name.as_str())),
        )
        .message(format!("the fixture of this case has no request `{of}`"))
        .or("name a step of its fixture, whose answer is to be judged");
        out.push(Diagnostic::unknown(node.place.clone(), unknown));
        return None;
    };
    Some((operation, Action::Of(of.to_owned())))
}

fn unique(steps: &[Step], out: &mut Vec<Diagnostic>) {
    for (at, step) in steps.iter().enumerate() {
        if let Some(name) = &step.name
            && let Some(first) = steps[..at].iter().find(|first| first.is_called(name))
        {
            out.push(
                Diagnostic::new(step.place.clone(), format!("a second step `{name}`"))
                    .also(first.place.clone(), "first here")
                    .help("give it a name of its own"),
            );
        }
    }
}
