//! [`factors`]: all that tells a request from others; [`answered`], what its answer shows.

use std::collections::BTreeSet;

use super::{Factor, asked};
use crate::{
    case::{Auth, Case, Expected, Json, Request, Step},
    observation::Observation,
    path::{self, Path},
    plan::Item,
    suite::Suite,
    text::Bindings,
    verdict::SetUpStep,
};

/// For whom a request is sent.
#[derive(Clone, Copy, Debug)]
pub enum Asker<'o> {
    /// A step of the case, by its index.
    Step(usize),
    /// A step that sets the case up.
    SetUp(&'o SetUpStep),
}

impl<'o> Asker<'o> {
    /// The operation that is called.
    pub fn operation<'i: 'o>(&self, item: Item<'i>) -> &'o str {
        match self {
            Asker::Step(step) => &item.case.steps[*step].operation,
            Asker::SetUp(at) => &at.operation,
        }
    }
}

/// What tells a request of a case from others, each once, in order.
pub fn factors(
    item: Item<'_>,
    by: &Asker<'_>,
    request: Option<&http::Request<bytes::Bytes>>,
    bindings: &Bindings,
) -> Vec<Factor> {
    let Item { suite, case } = item;
    let mut all = BTreeSet::new();
    let operation = by.operation(item);
    all.insert(Factor::new(
        "operation",
        operation,
        format!("of {operation}"),
    ));
    let step = match by {
        Asker::Step(step) => Some(&case.steps[*step]),
        Asker::SetUp(_) => None,
    };
    if let Some(due) = step.and_then(demanded) {
        let says = format!("where {due} is due");
        all.insert(Factor::new("due", due, says));
    }
    if step.is_some() && case.auth != Auth::Signed {
        let caller = case.auth.name();
        all.insert(Factor::new(
            "caller",
            caller,
            format!("from a caller that is {caller}"),
        ));
    }
    if let Some(fixture) = &case.fixture {
        all.insert(Factor::new(
            "fixture",
            fixture,
            format!("for the fixture `{fixture}`"),
        ));
    }
    if let Some(request) = request {
        asked::asked(suite, (operation, step), request, bindings, &mut all);
    }
    before(suite, case, by, &mut all);
    all.into_iter().collect()
}

/// What an answer shows: whether it is a success, and what it says of the thing that was asked about.
pub fn answered(item: Item<'_>, answer: &Observation, all: &mut Vec<Factor>) {
    let mut add = |name: &str, value: &str, says: &str| {
        all.push(Factor {
            shown: true,
            ..Factor::new(name, value, says)
        });
    };
    if answer.is_error() {
        add("answer", "refusal", "that are refused");
        return;
    }
    add("answer", "success", "that are not refused");
    let Ok(body) = answer.json() else {
        return;
    };
    for shown in &item.suite.service.shown {
        let is_there = |at: &Path| {
            let part = at.0.get(1..).and_then(|below| path::find(body, below));
            part.and_then(serde_json::Value::as_str) == Some(shown.text.as_str())
        };
        if shown.at.iter().any(is_there) {
            add(&shown.factor, &shown.text, &shown.says);
        }
    }
}

/// Status and error that are due, where the case names them.
pub fn demanded(step: &Step) -> Option<String> {
    let at = |root: &str| {
        let mut firm = step.assertions.iter().filter(|one| one.level.is_some());
        firm.find(|one| one.at.root() == root)
            .map(|one| &one.expected)
    };
    let status = match at("status") {
        Some(Expected::Status(status)) => status.to_string(),
        Some(Expected::Refused) => "a refusal".to_owned(),
        _ => return None,
    };
    match at("error") {
        Some(Expected::Text(name)) => Some(format!("{status} {}", name.written())),
        _ => Some(status),
    }
}

/// What was done before: whether there is a function, which of its members were set, and what changed it.
fn before(suite: &Suite, case: &Case, by: &Asker<'_>, all: &mut BTreeSet<Factor>) {
    let fixture = case
        .fixture
        .as_ref()
        .and_then(|name| suite.service.fixtures.get(name));
    let made = fixture.iter().flat_map(|fixture| &fixture.steps);
    let made = made
        .take_while(|step| !matches!(by, Asker::SetUp(at) if at.step == step.name))
        .filter_map(|step| step.call())
        .map(|call| (&call.operation, &call.request));
    let done = match by {
        Asker::Step(step) => case.steps[..*step].iter(),
        Asker::SetUp(_) => [].iter(),
    };
    let done = done.filter_map(|step| Some((&step.operation, step.action.request()?)));
    let mut changes: Vec<&String> = Vec::new();
    for (operation, request) in made.chain(done) {
        let known = &suite.service.operations[operation];
        if known.method == http::Method::GET {
            continue;
        }
        changes.push(operation);
        for (member, value) in members(request) {
            if !known.body.contains(member) {
                continue;
            }
            if suite.service.is_usual(operation, member) {
                all.insert(Factor::new("function", "there", "for functions that exist"));
                continue;
            }
            all.insert(Factor::new(
                "sets",
                member,
                format!("for functions whose `{member}` was set"),
            ));
            if let ("PackageType", Json::Text(kind)) = (member.as_str(), value) {
                let kind = kind.written();
                all.insert(Factor::new(
                    "package",
                    kind,
                    format!("for functions of package type {kind}"),
                ));
            }
        }
    }
    // the first one makes what others change
    let later = changes.iter().skip(1).chain(changes.last());
    for operation in later {
        all.insert(Factor::new(
            "after",
            operation.as_str(),
            format!("after {operation}"),
        ));
    }
}

fn members(request: &Request) -> &[(String, Json)] {
    match request {
        Request::Members(members) => members,
        Request::Raw(_) => &[],
    }
}
