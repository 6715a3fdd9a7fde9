//! The members of the answer bite: whichever is wrong, in whatever way, some case fails and names a clause that governs it.
//!
//! Generated from `presence.toml` and the schema. The answers are those of the mock to every case; they are made wrong and
//! judged again.

use std::collections::{BTreeMap, BTreeSet};

use crate::answered::{Answered, answered};
use crate::world;
use lambda_conformance::{
    case::Relating,
    level::Level,
    mutant::{self, Mutation},
    observation::Observation,
    path::{Path, Segment},
    presence::{Column, Mark, Presence, Shown},
    suite::Suite,
    verdict::{Mismatch, Origin},
};
use serde_json::{Value, json};

/// The suite that is looked at.
const SUITE: &str = "lambda/get-function-configuration";

/// The members that no case reads with a value, below `body`, and why. What is in one of them is not listed again, and one
/// that is read has no place here.
const UNREAD: &[(&str, &str)] = &[(
    "FileSystemConfigs[0].S3FilesConfig",
    "is not of the page, the service model has added it",
)];

fn suite_and_presence<'l>(answered: &[Answered<'l>]) -> (&'l Suite, &'l Presence) {
    let suite = answered[0].suite;
    let presence = suite
        .presence
        .as_ref()
        .expect("the suite has a presence table");
    assert_eq!(presence.members.len(), 36, "the page has 36 members");
    (suite, presence)
}

/// Every member that the page has, and what is in it; the first element stands for a list.
fn members(suite: &Suite, presence: &Presence) -> Vec<Path> {
    fn below(at: Path, schema: &Value, out: &mut Vec<Path>) {
        for (name, schema) in schema["properties"].as_object().into_iter().flatten() {
            below(at.then(name), schema, out);
        }
        if let Some(items) = schema.get("items") {
            below(at.at(0), items, out);
        }
        out.push(at);
    }
    let schema = suite.schema.as_ref().expect("the suite has a schema");
    let mut out = Vec::new();
    for row in &presence.members {
        let at = Path::key("body").then(&row.name);
        let of = schema.of(&at);
        below(
            at.clone(),
            of.unwrap_or_else(|| panic!("no schema of {at}")),
            &mut out,
        );
    }
    out
}

/// What a success has at a path.
fn value<'a>(answer: &'a Observation, at: &Path) -> Option<&'a Value> {
    let body = answer.json().ok().filter(|_| answer.status == 200)?;
    let value = at.0[1..]
        .iter()
        .try_fold(body, |value, segment| match segment {
            Segment::Key(key) => value.get(key),
            Segment::Index(index) => value.get(index),
        });
    value.filter(|value| !value.is_null())
}

/// Whether a mismatch names a clause about a member: the one of its row, or one that governs it, what it is in, or what in it
/// differs, or one that compares all of what it is in with another answer.
fn names(suite: &Suite, presence: &Presence, mismatch: &Mismatch, at: &Path) -> bool {
    let row = presence
        .members
        .iter()
        .find(|row| at.is_within(&Path::key("body").then(&row.name)));
    let clause = suite.clause(&mismatch.clause).expect("a clause");
    row.is_some_and(|row| row.clause == clause.id)
        || clause.reach(at).is_some()
        || at.is_within(&mismatch.at)
        || mismatch.at.is_within(at) && (clause.reach(&mismatch.at).is_some() || compares(mismatch))
}

/// Whether a mismatch is between two answers that must be the same.
fn compares(mismatch: &Mismatch) -> bool {
    let equal = Relating::Equal;
    matches!(&mismatch.origin, Origin::Relation { relating, .. } if *relating == equal)
}

/// Whether an answer to a step is noticed at a level, by a clause about the member that is wrong in it.
fn noticed(
    one: &Answered<'_>,
    presence: &Presence,
    step: usize,
    (answer, at): (&Observation, &Path),
    level: Level,
) -> bool {
    one.judged(step, answer)
        .iter()
        .any(|mismatch| mismatch.level <= level && names(one.suite, presence, mismatch, at))
}

#[tokio::test]
async fn every_member_bites_in_every_way() {
    let (_, answered) = answered().await;
    let (suite, presence) = suite_and_presence(answered);
    let (mut unnoticed, mut unread) = (Vec::new(), BTreeSet::new());
    let mut tried = 0;
    for at in members(suite, presence) {
        // every way to be wrong, and whether anybody noticed
        let mut ways: BTreeMap<Mutation, bool> = BTreeMap::new();
        for one in answered {
            for (step, answer) in one.own() {
                if value(answer, &at).is_none() {
                    continue;
                }
                for mutant in mutant::of_part(answer, &at, &BTreeMap::new()) {
                    let way = ways.entry(mutant.mutation).or_default();
                    *way = *way
                        || noticed(one, presence, step, (&mutant.answer, &at), Level::Observed);
                }
            }
            if !ways.is_empty() && ways.values().all(|noticed| *noticed) {
                break;
            }
        }
        if ways.is_empty() {
            unread.insert(at);
            continue;
        }
        let due = [
            Mutation::Dropped,
            Mutation::Retyped,
            Mutation::Renamed,
            Mutation::Recased,
        ];
        let is_member = matches!(at.0.last(), Some(Segment::Key(_)));
        for way in due.into_iter().take(if is_member { 4 } else { 2 }) {
            assert!(ways.contains_key(&way), "{at} was never {way}");
        }
        tried += ways.len();
        let missed = ways.into_iter().filter(|(_, noticed)| !noticed);
        unnoticed.extend(missed.map(|(way, _)| format!("{at} {way}")));
    }
    assert!(
        unnoticed.is_empty(),
        "{} of {tried} went unnoticed:\n{}",
        unnoticed.len(),
        unnoticed.join("\n")
    );
    assert!(tried > 300, "only {tried} were tried");
    let inner: Vec<Path> = unread
        .iter()
        .filter(|at| {
            unread
                .iter()
                .any(|outer| outer != *at && at.is_within(outer))
        })
        .cloned()
        .collect();
    unread.retain(|at| !inner.contains(at));
    let unread: BTreeSet<String> = unread.iter().map(Path::to_string).collect();
    let listed: BTreeSet<String> = UNREAD.iter().map(|(at, _)| format!("body.{at}")).collect();
    assert_eq!(
        unread, listed,
        "left: what no case reads; right: what is listed as such"
    );
}

/// The state that an answer shows, reads through an alias told apart from those of a version.
fn shown(body: &Value) -> Shown {
    let mut shown = Shown::of(body);
    let arn = body["FunctionArn"].as_str().unwrap_or_default();
    let qualifier = arn.split(':').nth(7).unwrap_or_default();
    let alias = !qualifier.is_empty()
        && qualifier.bytes().any(|b| !b.is_ascii_digit())
        && qualifier != "$LATEST";
    if shown.column == Column::Version && alias {
        shown.column = Column::Alias;
    }
    shown
}

/// The same answer with another value of a member, or with none: `null`.
fn with(answer: &Observation, name: &str, value: Value) -> Observation {
    let mut body = answer.json().expect("a success is JSON").clone();
    body[name] = value;
    Observation::new(answer.status, answer.headers.clone(), body.to_string())
}

#[tokio::test]
async fn every_cell_of_the_presence_table_bites() {
    let (_, answered) = answered().await;
    let (_, presence) = suite_and_presence(answered);
    let own = || {
        let own = answered
            .iter()
            .flat_map(|one| one.own().into_iter().map(move |own| (one, own)));
        own.filter(|(_, (_, answer))| answer.status == 200)
    };
    let elsewhere = mutant::values(own().map(|(_, (_, answer))| answer));

    let mut unnoticed = Vec::new();
    let mut tried = 0;
    let columns = Column::ALL
        .into_iter()
        .filter(|column| *column != Column::List);
    let states = columns.flat_map(|column| [false, true].map(|image| Shown { column, image }));
    for state in states {
        let reads: Vec<_> = own()
            .filter(|(_, (_, answer))| answer.json().is_ok_and(|body| shown(body) == state))
            .collect();
        assert!(
            !reads.is_empty(),
            "no case reads a function in the state `{state}`"
        );
        for row in &presence.members {
            let at = Path::key("body").then(&row.name);
            let mut invert = |how: &str, value: Value| {
                tried += 1;
                let noticed = reads.iter().any(|(one, (step, answer))| {
                    let wrong = with(answer, &row.name, value.clone());
                    noticed(one, presence, *step, (&wrong, &at), Level::Observed)
                });
                if !noticed {
                    unnoticed.push(format!("{} {how} in the state `{state}`", row.name));
                }
            };
            match row.mark(state) {
                Mark::Value => invert("dropped", Value::Null),
                // what another answer has there; nobody has the members of the edge and of signing
                Mark::None => {
                    let value = elsewhere.get(&at).cloned();
                    invert("given", value.unwrap_or_else(|| json!("other")));
                }
                // a state in which it is always set cannot show that it is given where it was not
                Mark::Set => {
                    let unset = reads
                        .iter()
                        .any(|(_, (_, answer))| value(answer, &at).is_none());
                    if let (true, Some(value)) = (unset, elsewhere.get(&at)) {
                        invert("given", value.clone());
                    }
                }
            }
        }
    }
    assert!(
        unnoticed.is_empty(),
        "{} of {tried} went unnoticed:\n{}",
        unnoticed.len(),
        unnoticed.join("\n")
    );
    assert!(tried > 200, "only {tried} cells were inverted");
}

#[tokio::test]
async fn null_and_absent_are_told_apart_at_wire_and_only_there() {
    let (_, answered) = answered().await;
    let (_, presence) = suite_and_presence(answered);
    let written = presence
        .written
        .as_ref()
        .expect("the table says what is written");
    /// In so many answers is each part changed.
    const OFTEN: usize = 5;
    let (mut tried, mut wrong) = (BTreeMap::<String, usize>::new(), Vec::new());
    let mut done = BTreeSet::new();
    let mut seen = BTreeSet::new();
    for one in answered {
        // the records of a template differ in what is asked, not in how it is written
        if !seen.insert(&one.case.template) {
            continue;
        }
        for (step, answer) in one.own() {
            if answer.status != 200 {
                continue;
            }
            let rows = presence.members.iter();
            let rows = rows.map(|row| Path::key("body").then(&row.name));
            let due = rows.chain(written.within.iter().cloned());
            let due: Vec<Path> = due.filter(|at| !done.contains(at)).collect();
            let mutants = due
                .iter()
                .flat_map(|at| mutant::of_part(answer, at, &BTreeMap::new()));
            for mutant in mutants.filter(|mutant| mutant.mutation == Mutation::Unwritten) {
                let found = one.judged(step, &mutant.answer);
                let right = found
                    .iter()
                    .any(|mismatch| mismatch.clause == written.clause && mismatch.at == mutant.at)
                    && found.iter().all(|mismatch| mismatch.level == Level::Wire);
                if !right {
                    wrong.push(format!("{}: {mutant}: {found:?}", one.case.id));
                }
                let times = tried.entry(mutant.to_string()).or_default();
                *times += 1;
                if *times == OFTEN {
                    done.insert(mutant.at);
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(tried.len(), 22, "{tried:?}");
}

#[test]
fn every_form_is_held_by_the_schema() {
    let library = world::library();
    let suite = library.suite(SUITE).expect("the suite is there");
    let schema = suite.schema.as_ref().expect("the suite has a schema");
    let mut clauses = 0;
    for clause in suite.clauses().filter(|clause| !clause.form.is_empty()) {
        clauses += 1;
        for at in &clause.governs {
            let said = schema
                .of(at)
                .unwrap_or_else(|| panic!("the schema does not know {at} ({})", clause.id));
            let held = clause
                .form
                .iter()
                .any(|keyword| said.get(keyword).is_some());
            assert!(
                held,
                "{}: at {at} the schema says none of {:?}",
                clause.id, clause.form
            );
        }
    }
    assert!(clauses > 50, "only {clauses} clauses rest on the schema");
}

/// A map is no object to which a service may add: every variable is the user's.
#[tokio::test]
async fn a_variable_that_nobody_set_is_noticed() {
    let (_, answered) = answered().await;
    let (_, presence) = suite_and_presence(answered);
    let at: Path = "body.Environment.Variables".parse().expect("a path");
    let mut tried = 0;
    for one in answered {
        for (step, answer) in one.own() {
            let Some(Value::Object(variables)) = value(answer, &at) else {
                continue;
            };
            // what an emptied map is read as nobody has recorded, nor some answers altogether
            let assertions = &one.case.steps[step].assertions;
            if assertions.iter().any(|assertion| {
                assertion.level.is_none()
                    && assertion.paths().into_iter().any(|part| {
                        part.root() == "status"
                            || (part.is_within(&at) || at.is_within(part)) && variables.is_empty()
                    })
            }) {
                continue;
            }
            let mut variables = variables.clone();
            variables.insert("NOBODY_SET_IT".to_owned(), json!("1"));
            let wrong = with(answer, "Environment", json!({ "Variables": variables }));
            tried += 1;
            assert!(
                noticed(one, presence, step, (&wrong, &at), Level::Observed),
                "{}",
                one.case.id
            );
        }
    }
    assert!(tried > 20, "only {tried} environments");
}
