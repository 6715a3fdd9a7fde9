//! Reads `fixtures.toml`: fixtures, each with the steps of its bases before its own.

use std::{collections::BTreeMap, sync::Arc};

use crate::{
    case::Request,
    fixture::{Call, Fixture, FixtureAction, FixtureStep, Removal},
    operation::Operation,
    path::Path,
    span::{Diagnostic, Place, Source},
    text::{CAPTURED, Text},
    tree::{self, Node, Reader},
    word::{Unknown, few},
    zip::Zip,
};

use super::{
    names::Names,
    operation::fits,
    request::{awaited, members},
    room::{Room, STEPS},
    step::too_many,
    value::kebab,
};

/// A fixture as it is written, before its base is put before it.
struct Written {
    summary: String,
    base: Option<(String, Place)>,
    steps: Vec<FixtureStep>,
    removals: Vec<Removal>,
    /// Whether steps and removals are written, right or wrong, or it is said that there are no steps.
    has: [bool; 2],
    place: Place,
}

/// How many bases a fixture has at most, one upon the other.
const BASES: usize = 100;

/// The room that a name leaves for the run and the number of a copy: AWS takes 64 characters.
const LONGEST: usize = 22;

/// Reads the fixtures of a service.
pub(super) fn fixtures(
    source: &Arc<Source>,
    names: Names<'_>,
    room: &mut Room,
    out: &mut Vec<Diagnostic>,
) -> BTreeMap<String, Fixture> {
    let root = tree::parse(source, out);
    let mut written: BTreeMap<String, Written> = BTreeMap::new();
    for entry in root.table("fixtures", out) {
        let mut reader = Reader::new(&entry.node, &entry.key, out);
        let summary = reader
            .need_text("summary", out)
            .unwrap_or_default()
            .to_owned();
        let base = reader
            .take("base")
            .and_then(|node| Some((node.text("base", out)?.to_owned(), node.place.clone())));
        let step_node = reader.take("step");
        let written_steps = step_node.map_or(&[][..], |node| node.array("step", out));
        let steps = written_steps
            .iter()
            .filter_map(|node| step(node, names, out))
            .collect();
        let written_removals = reader
            .take("remove")
            .map_or(&[][..], |node| node.array("remove", out));
        let removals = written_removals
            .iter()
            .filter_map(|node| removal(node, names, out))
            .collect();
        let has = [step_node.is_some(), !written_removals.is_empty()];
        reader.finish(out);
        if entry.key.len() > LONGEST || entry.key == "none" {
            out.push(
                Diagnostic::new(entry.place.clone(), format!("`{}` cannot be the name of a fixture", entry.key))
                    .help(format!("it stands in the names of functions, so it has {LONGEST} characters at most; `none` means no fixture")),
            );
        }
        written.insert(
            entry.key.clone(),
            Written {
                summary,
                base,
                steps,
                removals,
                has,
                place: entry.place.clone(),
            },
        );
    }
    let mut fixtures = BTreeMap::new();
    for (name, own) in &written {
        let fixture = chain(name, own, &written, out);
        if !room.fixture(&fixture) {
            room.lacks(&own.place, out);
            break;
        }
        fixtures.insert(name.clone(), fixture);
    }
    fixtures
}

/// Puts the steps of the base before a fixture's own.
fn chain(
    name: &str,
    own: &Written,
    all: &BTreeMap<String, Written>,
    out: &mut Vec<Diagnostic>,
) -> Fixture {
    let mut links = vec![own];
    let mut steps = own.steps.len();
    while let Some((base, place)) = links.last().and_then(|link| link.base.as_ref()) {
        let Some(next) = all.get(base) else {
            let known = few(out.len(), all.keys().map(String::as_str));
            let unknown =
                Unknown::new("fixture", base, known).or("fixtures.toml lists the fixtures");
            out.push(Diagnostic::unknown(place.clone(), unknown));
            break;
        };
        if links.len() > all.len() {
            out.push(
                Diagnostic::new(
                    place.clone(),
                    format!("fixture `{name}` is based on itself"),
                )
                .help("name another fixture, or delete `base`"),
            );
            links.truncate(1);
            break;
        }
        steps += next.steps.len();
        if steps > STEPS || links.len() > BASES {
            out.push(too_many(place));
            links.truncate(1);
            break;
        }
        links.push(next);
    }
    if own.steps.len() > STEPS {
        out.push(too_many(&own.place));
        links.clear();
    }
    let fixture = Fixture {
        name: name.to_owned(),
        summary: own.summary.clone(),
        steps: links
            .iter()
            .rev()
            .flat_map(|link| link.steps.iter().cloned())
            .collect(),
        removals: links
            .iter()
            .flat_map(|link| link.removals.iter().cloned())
            .collect(),
        place: own.place.clone(),
    };
    let has = [0, 1].map(|what| links.iter().any(|link| link.has[what]));
    check(&fixture, has, out);
    fixture
}

fn check(fixture: &Fixture, [has_steps, has_removals]: [bool; 2], out: &mut Vec<Diagnostic>) {
    for (at, step) in fixture.steps.iter().enumerate() {
        if let Some(first) = fixture.steps[..at]
            .iter()
            .find(|first| first.name == step.name)
        {
            out.push(
                Diagnostic::new(
                    step.place.clone(),
                    format!(
                        "a second step `{}` in fixture `{}`",
                        step.name, fixture.name
                    ),
                )
                .also(first.place.clone(), "first here")
                .help("give it a name of its own"),
            );
        }
        let captured: Vec<&str> = fixture.steps[..at]
            .iter()
            .flat_map(|step| step.capture().iter().map(|(name, _)| name.as_str()))
            .collect();
        for text in step.texts() {
            unknown_captures(text, &captured, &step.place, out);
        }
    }
    if !has_steps {
        out.push(
            Diagnostic::new(
                fixture.place.clone(),
                format!("fixture `{}` has no step", fixture.name),
            )
            .help(format!(
                "add a `[[{}.step]]` that makes a function, or a `base`, or say `step = []`",
                fixture.name
            )),
        );
    }
    if !has_removals {
        out.push(
            Diagnostic::new(
                fixture.place.clone(),
                format!("fixture `{}` is never taken away", fixture.name),
            )
            .help(format!(
                "add a `[[{}.remove]]` with the operation that deletes what it makes",
                fixture.name
            )),
        );
    }
}

/// Says which `<fixture.name>` nobody captures.
pub(super) fn unknown_captures(
    text: &Text,
    captured: &[&str],
    place: &Place,
    out: &mut Vec<Diagnostic>,
) {
    for binding in text.bindings() {
        let Some(name) = binding
            .strip_prefix(CAPTURED)
            .and_then(|rest| rest.strip_prefix('.'))
        else {
            continue;
        };
        if !captured.contains(&name) {
            let known = few(out.len(), captured.iter().copied());
            let unknown = Unknown::new("capture", name, known)
                .message(format!("nothing captures `<{binding}>`"))
                .or("an earlier step of the fixture captures it: `capture = { name = \"body.Member\" }`");
            out.push(Diagnostic::unknown(place.clone(), unknown));
        }
    }
}

fn step(node: &Node, names: Names<'_>, out: &mut Vec<Diagnostic>) -> Option<FixtureStep> {
    let mut reader = Reader::new(node, "step", out);
    let name = reader
        .need("as", out)
        .and_then(|node| kebab(node, "as", out));
    let place = reader.place();
    if let Some(wait) = reader.take("wait") {
        let awaited = awaited(wait, &mut reader, out);
        reader.finish(out);
        return Some(FixtureStep {
            name: name?,
            does: FixtureAction::Wait(awaited),
            place,
        });
    }
    let operation = reader
        .need("operation", out)
        .and_then(|node| names.operation(node, out));
    let request = reader
        .need("request", out)
        .map(|node| fitting(operation, node, out));
    let mut capture = Vec::new();
    if let Some(node) = reader.take("capture") {
        for entry in node.table("capture", out) {
            match entry.node.text(&entry.key, out).map(str::parse::<Path>) {
                Some(Ok(path)) => capture.push((entry.key.clone(), path)),
                Some(Err(message)) => out.push(Diagnostic::new(entry.node.place.clone(), message)),
                None => {}
            }
        }
    }
    reader.finish(out);
    let (request, zip) = request?;
    Some(FixtureStep {
        name: name?,
        does: FixtureAction::Call(Call {
            operation: operation?.name.clone(),
            request,
            capture,
            zip,
        }),
        place,
    })
}

fn removal(node: &Node, names: Names<'_>, out: &mut Vec<Diagnostic>) -> Option<Removal> {
    let mut reader = Reader::new(node, "remove", out);
    let operation = reader
        .need("operation", out)
        .and_then(|node| names.operation(node, out));
    let request = reader
        .need("request", out)
        .map(|node| fitting(operation, node, out));
    reader.finish(out);
    Some(Removal {
        operation: operation?.name.clone(),
        request: request?.0,
    })
}

/// Members of a request to an operation, which has to have them.
fn fitting(
    operation: Option<&Operation>,
    node: &Node,
    out: &mut Vec<Diagnostic>,
) -> (Request, Option<Zip>) {
    if let Some(operation) = operation {
        fits(operation, node, out);
    }
    members(node, out)
}
