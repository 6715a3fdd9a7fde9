//! Reads a topic file: its cases, templates written out.

use std::sync::Arc;

use crate::{
    capability::Capability,
    case::{Auth, Case, Fault, Step, TABLES},
    span::{Diagnostic, Source},
    tree::{self, Node, Reader, Value},
};

use super::{
    names::{Names, Topic},
    relation::relation,
    room::Room,
    step::{Asked, exchange, steps},
    template,
    value::{id_place, kebab},
};

/// Reads the cases of one topic, and whether those are all that the file means to have.
pub(super) fn cases(
    source: &Arc<Source>,
    topic: Topic<'_>,
    room: &mut Room,
    out: &mut Vec<Diagnostic>,
) -> (Vec<Case>, bool) {
    let before = out.len();
    let root = tree::parse(source, out);
    let mut whole = out.len() == before;
    let mut file = Reader::new(&root, topic.name, out);
    let fixture = file
        .take("fixture")
        .and_then(|node| topic.names.fixture_name(node, out));
    let nodes = file
        .take("case")
        .map_or(&[][..], |node| node.array("case", out));
    let mut cases = Vec::new();
    for node in nodes {
        let read = case(node, fixture.as_deref(), topic, room, out);
        whole &= !read.is_empty();
        cases.extend(read);
    }
    if nodes.is_empty() {
        out.push(
            Diagnostic::new(root.place.clone(), format!("`{}` has no case", topic.name))
                .help("write a `[[case]]`, or delete the file"),
        );
    }
    file.finish(out);
    (cases, whole)
}

/// Reads one case; a template gives a case for each record. `shared` is the fixture of the file.
fn case(
    node: &Node,
    shared: Option<&str>,
    topic: Topic<'_>,
    room: &mut Room,
    out: &mut Vec<Diagnostic>,
) -> Vec<Case> {
    let names = topic.names;
    let mut reader = Reader::new(node, "case", out);
    let name = reader
        .need("name", out)
        .and_then(|node| kebab(node, "name", out));
    let summary = reader
        .need_text("summary", out)
        .unwrap_or_default()
        .to_owned();
    let clauses = names.clauses(reader.take("clauses"), out);
    let issues = reader
        .texts("issues", out)
        .into_iter()
        .filter_map(|(text, node)| issue(text, node, out))
        .collect();
    let fixture = reader
        .take("fixture")
        .map_or(shared.map(str::to_owned), |node| {
            names.fixture_name(node, out)
        });
    let private = reader
        .take("private")
        .and_then(|node| node.boolean("private", out))
        .unwrap_or(false);
    let mut requires = reader.words("requires", out);
    let fault = reader
        .take("fault")
        .and_then(|node| node.word("fault", out));
    let auth = reader
        .take("auth")
        .and_then(|node| node.word("auth", out))
        .unwrap_or_default();
    implied(fault, auth, &mut requires);
    let steps = case_steps(&mut reader, node, fixture.as_deref(), topic, out);
    called(&steps, fixture.as_deref(), names, &mut requires);
    let relations = reader.take("relation").map_or(Vec::new(), |relations| {
        let known = step_names(node);
        let nodes = relations.array("relation", out).iter();
        nodes
            .filter_map(|node| relation(node, &known, &clauses, names, out))
            .collect()
    });
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
    let id = format!("{}/{}/{name}", topic.suite, topic.name);
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
            if !room.case(&case) {
                room.lacks(&case.place, out);
                return Vec::new();
            }
            vec![case]
        }
        Some(matrix) => template::write_out(&case, matrix, names, room, out),
    }
}

/// The steps of a case: those that it lists, or the one that it is itself.
fn case_steps(
    reader: &mut Reader<'_>,
    node: &Node,
    fixture: Option<&str>,
    topic: Topic<'_>,
    out: &mut Vec<Diagnostic>,
) -> Vec<Step> {
    if let Some(listed) = reader.take("step") {
        for key in Asked::KEYS {
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
        return steps(listed, fixture, topic, out);
    }
    let exchange = exchange(reader, topic, out);
    if !exchange.sends {
        out.push(
            Diagnostic::new(id_place(node), "this case sends nothing")
                .help("give it a `request = { … }`, a `[case.raw]`, or `[[case.step]]`s"),
        );
    }
    Vec::from_iter(exchange.step(id_place(node)))
}

/// The names of the steps as they are written, those included that cannot be read otherwise.
fn step_names(case: &Node) -> Vec<&str> {
    let steps = case.get("step").map_or(&[][..], Node::items);
    steps
        .iter()
        .filter_map(|step| match &step.get("as")?.value {
            Value::Text(name) => Some(name.as_str()),
            _ => None,
        })
        .collect()
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
fn called(steps: &[Step], fixture: Option<&str>, names: Names<'_>, requires: &mut Vec<Capability>) {
    let arranged = fixture
        .and_then(|name| names.fixture(name))
        .map_or(&[][..], |fixture| &fixture.steps);
    let calls = arranged
        .iter()
        .filter_map(|step| Some(&step.call()?.operation));
    for name in calls.chain(steps.iter().map(|step| &step.operation)) {
        if let Some(operation) = names.service.operations.get(name)
            && let Some(capability) = &operation.requires
        {
            need(requires, *capability);
        }
    }
}

fn need(requires: &mut Vec<Capability>, capability: Capability) {
    if !requires.contains(&capability) {
        requires.push(capability);
    }
}

/// What a fault or a way to sign asks of the target.
fn implied(fault: Option<Fault>, auth: Auth, requires: &mut Vec<Capability>) {
    let mut need = |capability: Capability| need(requires, capability);
    if fault.is_some() {
        need(Capability::FaultInjection);
    }
    match auth {
        Auth::Signed => {}
        Auth::Denied => need(Capability::DeniedIdentity),
        Auth::OtherAccount => need(Capability::SecondAccount),
        Auth::ExpiredToken => need(Capability::ExpiredToken),
        _ => need(Capability::Auth),
    }
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
