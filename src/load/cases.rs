//! Reads a topic file: its cases, with their steps and relations.

use std::sync::Arc;

use crate::{
    case::{Action, Assertion, Auth, Case, Fault, Request, Step, TABLES},
    span::{Diagnostic, Source},
    text::suggestion,
};

use super::{
    assertions::assertions,
    contract::{fits, id_place},
    fixtures::{awaited, members},
    names::Names,
    profiles::known_capability,
    relation::relation,
    request::raw_request,
    template,
    tree::{self, Node, Reader, Value},
};

/// What a topic file is read against.
pub(super) struct Context<'a> {
    pub(super) suite: &'a str,
    pub(super) operation: &'a str,
    pub(super) names: Names<'a>,
}

/// The keys of the form `case.request`, `step.request`.
struct Exchange {
    operation: String,
    sends: bool,
    request: Option<Request>,
    assertions: Vec<Assertion>,
}

/// Reads the cases of one topic, templates written out, and whether those are all that the file means to have.
pub(super) fn topic(
    source: &Arc<Source>,
    name: &str,
    context: &Context<'_>,
    out: &mut Vec<Diagnostic>,
) -> (Vec<Case>, bool) {
    let before = out.len();
    let root = tree::parse(source, out);
    let mut whole = out.len() == before;
    let mut file = Reader::new(&root, name, out);
    let fixture = file
        .take("fixture")
        .and_then(|node| context.names.fixture_name(node, out));
    let nodes = file
        .take("case")
        .map_or(&[][..], |node| node.array("case", out));
    let mut cases = Vec::new();
    for node in nodes {
        let read = case(node, name, fixture.as_deref(), context, out);
        whole &= !read.is_empty();
        cases.extend(read);
    }
    if nodes.is_empty() {
        out.push(
            Diagnostic::new(root.place.clone(), format!("`{name}` has no case"))
                .help("write a `[[case]]`, or delete the file"),
        );
    }
    file.finish(out);
    (cases, whole)
}

fn case(
    node: &Node,
    topic: &str,
    shared: Option<&str>,
    context: &Context<'_>,
    out: &mut Vec<Diagnostic>,
) -> Vec<Case> {
    let mut reader = Reader::new(node, "case", out);
    let name = reader
        .need("name", out)
        .and_then(|node| kebab(node, "name", out));
    let summary = reader
        .need_text("summary", out)
        .unwrap_or_default()
        .to_owned();
    let clauses = clause_ids(&mut reader, context, out);
    let issues = reader
        .texts("issues", out)
        .into_iter()
        .filter_map(|(text, node)| issue(text, node, out))
        .collect();
    let fixture = reader
        .take("fixture")
        .map_or(shared.map(str::to_owned), |node| {
            context.names.fixture_name(node, out)
        });
    let private = reader
        .take("private")
        .and_then(|node| node.boolean("private", out))
        .unwrap_or(false);
    let mut requires = Vec::new();
    for (capability, node) in reader.texts("requires", out) {
        known_capability(capability, node, out);
        requires.push(capability.to_owned());
    }
    let fault = reader.take("fault").and_then(|node| {
        word(
            node,
            "fault",
            Fault::ALL.map(|fault| (fault.name(), fault)).as_slice(),
            out,
        )
    });
    let auth = reader
        .take("auth")
        .and_then(|node| {
            word(
                node,
                "auth",
                Auth::ALL.map(|auth| (auth.name(), auth)).as_slice(),
                out,
            )
        })
        .unwrap_or_default();
    implied(fault, auth, &mut requires);
    let steps = match reader.take("step") {
        None => {
            let exchange = exchange(&mut reader, context, out);
            if !exchange.sends {
                out.push(
                    Diagnostic::new(id_place(node), "this case sends nothing")
                        .help("give it a `request = { … }`, a `[case.raw]`, or `[[case.step]]`s"),
                );
            }
            vec![Step {
                name: String::new(),
                operation: exchange.operation,
                action: exchange.request.map_or_else(nothing, Action::Send),
                assertions: exchange.assertions,
                repeat: 1,
                together: false,
                place: id_place(node),
            }]
        }
        Some(steps) => {
            for key in [
                "operation",
                "request",
                "raw",
                "expect",
                "observed",
                "wire",
                "inferred",
            ] {
                if let Some(beside) = reader.take(key) {
                    out.push(
                        Diagnostic::new(
                            beside.place.clone(),
                            format!("`{key}` stands beside `[[case.step]]`"),
                        )
                        .help("move it into a step"),
                    );
                }
            }
            steps
                .array("step", out)
                .iter()
                .filter_map(|node| step(node, fixture.as_deref(), context, out))
                .collect()
        }
    };
    unique_steps(&steps, out);
    called(&steps, fixture.as_deref(), context, &mut requires);
    let relations = match reader.take("relation") {
        None => Vec::new(),
        Some(relations) => relations
            .array("relation", out)
            .iter()
            .filter_map(|node| relation(node, &steps, &clauses, context, out))
            .collect(),
    };
    let matrix = reader.take("matrix");
    let place = id_place(node);
    reader.finish(out);
    let Some(name) = name else { return Vec::new() };
    if !asserting(node) {
        out.push(
            Diagnostic::new(
                place.clone(),
                format!("case `{name}` asserts nothing, so it can never fail"),
            )
            .help("add a table `expect`, `observed`, `wire` or `inferred`"),
        );
    }
    let id = format!("{}/{topic}/{name}", context.suite);
    let case = Case {
        template: id.clone(),
        id,
        summary,
        clauses,
        issues,
        fixture,
        private,
        requires,
        fault,
        auth,
        written: Arc::new(steps.clone()),
        steps,
        relations,
        fields: Arc::default(),
        place,
    };
    match matrix {
        None => {
            template::no_fields(&case, out);
            vec![case]
        }
        Some(matrix) => template::write_out(&case, matrix, context.names, out),
    }
}

/// What stands in for a request that is not there or cannot be read, which is said elsewhere.
fn nothing() -> Action {
    Action::Of(String::new())
}

/// Whether a case or one of its steps has a table of assertions or a relation, right or wrong.
fn asserting(node: &Node) -> bool {
    match &node.value {
        Value::Table(entries) => entries.iter().any(|entry| match entry.key.as_str() {
            "relation" => true,
            "step" => asserting(&entry.node),
            key => TABLES.iter().any(|(table, _)| *table == key),
        }),
        Value::Array(items) => items.iter().any(asserting),
        _ => false,
    }
}

/// What the operations that a case and its fixture call ask of the target.
fn called(
    steps: &[Step],
    fixture: Option<&str>,
    context: &Context<'_>,
    requires: &mut Vec<String>,
) {
    let arranged = fixture
        .and_then(|name| context.names.fixture(name))
        .map_or(&[][..], |fixture| &fixture.steps);
    let names = arranged.iter().map(|step| &step.operation);
    for name in names.chain(steps.iter().map(|step| &step.operation)) {
        if let Some(operation) = context.names.service.operations.get(name)
            && let Some(capability) = &operation.requires
        {
            need(requires, capability);
        }
    }
}

fn need(requires: &mut Vec<String>, capability: &str) {
    if !requires.iter().any(|known| known == capability) {
        requires.push(capability.to_owned());
    }
}

/// What a fault or a way to sign asks of the target.
fn implied(fault: Option<Fault>, auth: Auth, requires: &mut Vec<String>) {
    let mut need = |capability: &str| need(requires, capability);
    if fault.is_some() {
        need("fault-injection");
    }
    match auth {
        Auth::Signed => {}
        Auth::Denied => need("denied-identity"),
        Auth::OtherAccount => need("second-account"),
        Auth::ExpiredToken => need("expired-token"),
        _ => need("auth"),
    }
}

fn clause_ids(
    reader: &mut Reader<'_>,
    context: &Context<'_>,
    out: &mut Vec<Diagnostic>,
) -> Vec<String> {
    let Some(node) = reader.take("clauses") else {
        return Vec::new();
    };
    node.array("clauses", out)
        .iter()
        .filter_map(|item| context.names.clause(item, out))
        .collect()
}

/// An issue or a pull request on GitHub, as `owner/repository#number`.
fn issue(text: &str, node: &Node, out: &mut Vec<Diagnostic>) -> Option<String> {
    let word = |word: &str| {
        !word.is_empty()
            && word
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b))
    };
    let good = text.split_once('#').is_some_and(|(repository, number)| {
        number.parse::<u32>().is_ok_and(|number| number > 0)
            && repository
                .split_once('/')
                .is_some_and(|(owner, name)| word(owner) && word(name))
    });
    if !good {
        out.push(
            Diagnostic::new(node.place.clone(), format!("`{text}` names no issue"))
                .help("write it like `getmoto/moto#2733`: owner, repository, number"),
        );
        return None;
    }
    Some(text.to_owned())
}

/// A name that can stand in an id: words of lower-case letters and digits, joined by `-`. One that cannot is returned as
/// well: said once, it is not missed again.
pub(super) fn kebab(node: &Node, what: &str, out: &mut Vec<Diagnostic>) -> Option<String> {
    let name = node.text(what, out)?;
    let good = !name.is_empty()
        && name.split('-').all(|word| {
            !word.is_empty()
                && word
                    .bytes()
                    .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
        });
    if !good {
        out.push(
            Diagnostic::new(
                node.place.clone(),
                format!("`{name}` cannot stand in the id of a case"),
            )
            .help("write lower-case words joined by `-`"),
        );
    }
    Some(name.to_owned())
}

pub(super) fn word<T: Copy>(
    node: &Node,
    what: &str,
    known: &[(&str, T)],
    out: &mut Vec<Diagnostic>,
) -> Option<T> {
    let text = node.text(what, out)?;
    if let Some((_, value)) = known.iter().find(|(name, _)| *name == text) {
        return Some(*value);
    }
    let names: Vec<&str> = known.iter().map(|(name, _)| *name).collect();
    out.push(
        Diagnostic::new(node.place.clone(), format!("unknown {what} `{text}`")).help(
            suggestion(text, names.iter().copied())
                .unwrap_or_else(|| format!("known: `{}`", names.join("`, `"))),
        ),
    );
    None
}

fn exchange(reader: &mut Reader<'_>, context: &Context<'_>, out: &mut Vec<Diagnostic>) -> Exchange {
    let named = reader.take("operation");
    let operation = match named {
        None => context.names.service.operations.get(context.operation),
        Some(node) => context.names.operation(node, out),
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
    let mut found = Vec::new();
    for (table, level) in TABLES {
        if let Some(node) = reader.take(table) {
            found.extend(assertions(node, level, out));
        }
    }
    Exchange {
        operation: operation
            .map(|operation| operation.name.clone())
            .unwrap_or_default(),
        sends,
        request,
        assertions: found,
    }
}

fn step(
    node: &Node,
    fixture: Option<&str>,
    context: &Context<'_>,
    out: &mut Vec<Diagnostic>,
) -> Option<Step> {
    let mut reader = Reader::new(node, "step", out);
    let name = reader
        .need("as", out)
        .and_then(|node| kebab(node, "as", out));
    let fixture = fixture.and_then(|name| context.names.fixture(name));
    let mut operation = None;
    let mut action = None;
    if let Some(node) = reader.take("of")
        && let Some(of) = node.text("of", out)
    {
        let steps = || fixture.iter().flat_map(|fixture| &fixture.steps);
        match steps().find(|step| step.name == of && step.action.request().is_some()) {
            Some(step) => operation = Some(step.operation.clone()),
            None => out.push(
                Diagnostic::new(
                    node.place.clone(),
                    format!("the fixture of this case has no request `{of}`"),
                )
                .help(
                    suggestion(of, steps().map(|step| step.name.as_str())).unwrap_or_else(|| {
                        "name a step of its fixture, whose answer is to be judged".to_owned()
                    }),
                ),
            ),
        }
        action = Some(Action::Of(of.to_owned()));
    }
    if let Some(node) = reader.take("wait") {
        action = Some(Action::Wait(awaited(node, &mut reader, out)));
    }
    let exchange = exchange(&mut reader, context, out);
    let repeat = reader
        .take("repeat")
        .and_then(|node| node.integer("repeat", 1..1001, out));
    let together = reader
        .take("together")
        .and_then(|node| node.boolean("together", out));
    let place = reader.place();
    reader.finish(out);
    let action = match (action, exchange.request) {
        (Some(action), None) => Some(action),
        (None, Some(request)) => Some(Action::Send(request)),
        (Some(_), Some(_)) => {
            out.push(
                Diagnostic::new(place.clone(), "this step does two things")
                    .help("give it one of `request`, `raw`, `of` and `wait`"),
            );
            Some(nothing())
        }
        (None, None) => {
            if !exchange.sends {
                out.push(
                    Diagnostic::new(place.clone(), "this step sends nothing").help(
                        "give it a `request = { … }`, a `[case.step.raw]`, an `of` or a `wait`",
                    ),
                );
            }
            Some(nothing())
        }
    };
    Some(Step {
        name: name?,
        operation: operation.unwrap_or(exchange.operation),
        action: action?,
        assertions: exchange.assertions,
        repeat: repeat
            .and_then(|times| usize::try_from(times).ok())
            .unwrap_or(1),
        together: together.unwrap_or(false),
        place,
    })
}

fn unique_steps(steps: &[Step], out: &mut Vec<Diagnostic>) {
    for (at, step) in steps.iter().enumerate() {
        if let Some(first) = steps[..at].iter().find(|first| first.name == step.name) {
            out.push(
                Diagnostic::new(step.place.clone(), format!("a second step `{}`", step.name))
                    .also(first.place.clone(), "first here")
                    .help("give it a name of its own"),
            );
        }
    }
}
