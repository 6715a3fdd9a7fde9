//! Which mismatches of a case follow from others: row by row, on a case that writes, and reads twice.

use lambda_conformance::{
    baseline::{Baseline, Orphans},
    case::{Case, Relating},
    judge::consequences,
    level::{Basis, Level},
    path::Path,
    span::Source,
    suite::Suite,
    text::Bindings,
    verdict::{Assessment, Kind, Listed, Mismatch, Origin, SetUpStep, Verdict},
};
use rstest::rstest;

use crate::world::library;

/// The steps: one that writes, and two that read.
const STEPS: [&str; 3] = [
    "UpdateFunctionConfiguration",
    "GetFunctionConfiguration",
    "GetFunctionConfiguration",
];

fn case(suite: &Suite) -> Case {
    let mut cases = suite.cases.iter();
    let known = cases.find(|case| case.steps.len() >= STEPS.len());
    let mut case = known.expect("a case of three steps").clone();
    case.steps.truncate(STEPS.len());
    for (step, (operation, name)) in case
        .steps
        .iter_mut()
        .zip(STEPS.into_iter().zip(["a", "b", "c"]))
    {
        step.operation = operation.to_owned();
        step.name = Some(name.to_owned());
    }
    case
}

/// A mismatch as a row has it: step, part and kind, then what was due and what came, and `~b` for a relation with step `b`, `fixture` for
/// set-up, `table` for the presence table.
fn mismatch(suite: &Suite, case: &Case, row: &str) -> Mismatch {
    let mut words = row.split(' ');
    let mut word = || words.next();
    let step = word().and_then(|step| step.parse().ok()).expect("a step");
    let at: Path = word().and_then(|at| at.parse().ok()).expect("a path");
    let kind: Kind = word().and_then(|kind| kind.parse().ok()).expect("a kind");
    let (mut origin, mut place) = (Origin::Case, case.place.clone());
    let mut values = Vec::new();
    for word in words {
        match word.split_at(1) {
            ("~", step) => {
                origin = Origin::Relation {
                    relating: Relating::Equal,
                    step: step.to_owned(),
                    at: at.clone(),
                };
            }
            _ if word == "fixture" => {
                origin = Origin::SetUp(SetUpStep {
                    fixture: Some("plain".to_owned()),
                    step: "create".to_owned(),
                    operation: "CreateFunction".to_owned(),
                    place: place.clone(),
                });
            }
            _ if word == "table" => {
                let table = suite.presence.as_ref().expect("a table");
                let mut members = table.members.iter();
                let named = |name: &str| at == Path::key("body").then(name);
                let member = members.find(|member| named(&member.name));
                place = member.expect("a member").place.clone();
                origin = Origin::Presence;
            }
            _ => values.push(word.to_owned()),
        }
    }
    let mut values = values.into_iter();
    Mismatch {
        at,
        kind,
        origin,
        expected: values.next().unwrap_or_default(),
        found: values.next().unwrap_or_default(),
        clause: "ERR-404".to_owned(),
        basis: Basis::Documented,
        level: Level::Documented,
        step,
        place,
        listed: Default::default(),
        follows: None,
    }
}

#[rstest]
// of one answer: status, body, error, the rest; headers stand apart
#[case(&["1 status changed 200 404", "1 body.Timeout missing"], &["", "1 status"])]
#[case(&["1 body.Timeout missing", "1 status changed 200 404"], &["1 status", ""])]
#[case(&["1 status changed 200 404", "1 error changed"], &["", "1 status"])]
#[case(&["1 status changed 200 404", "1 headers.content-type changed"], &["", ""])]
#[case(&["1 status changed 200 404", "1 headers.x-amzn-errortype missing"], &["", "1 status"])]
#[case(&["1 body unreadable", "1 body.Timeout missing"], &["", "1 body"])]
#[case(&["1 body unreadable", "1 headers.x-amzn-errortype missing"], &["", ""])]
#[case(&["1 error changed", "1 message changed"], &["", "1 error"])]
#[case(&["1 error changed", "1 headers.x-amzn-errortype changed"], &["", "1 error"])]
#[case(&["1 error missing", "1 headers.x-amzn-errortype missing"], &["1 headers.x-amzn-errortype", ""])]
#[case(&["1 connection missing", "1 body.Timeout missing"], &["", "1 connection"])]
// of one member
#[case(&["1 body.Environment missing", "1 body.Environment.Variables missing"], &["", "1 body.Environment"])]
#[case(&["1 body.Environment missing", "1 body.Timeout missing"], &["", ""])]
#[case(&["1 body.Timeout changed", "1 body.Timeout changed"], &["", "1 body.Timeout"])]
#[case(&["1 body.Timeout changed", "1 body.Timeout missing"], &["", ""])]
#[case(&["1 body.Timeout missing", "1 body.timeout added"], &["", "1 body.Timeout"])]
#[case(&["1 body.Timeout missing", "1 body.Duration added"], &["", ""])]
// of two answers
#[case(&["1 status changed 200 404", "2 body.Timeout changed ~b"], &["", "1 status"])]
#[case(&["1 body unreadable", "2 body.Timeout changed ~b"], &["", "1 body"])]
#[case(&["1 body.Timeout changed", "2 body.Timeout changed ~b"], &["", ""])]
#[case(&["1 headers.content-type changed", "2 body.Timeout changed ~b"], &["", ""])]
#[case(&["1 status changed 200 404", "2 body.Timeout changed"], &["", ""])]
// after what was not done
#[case(&["0 status changed 200 500", "1 body.Timeout changed", "2 status changed 200 404"], &["", "0 status", "0 status"])]
#[case(&["0 status changed 400 200", "1 body.Timeout changed"], &["", "0 status"])]
#[case(&["0 status changed 201 200", "1 body.Timeout changed"], &["", ""])]
#[case(&["0 body unreadable", "1 body.Timeout changed", "1 body unreadable"], &["", "0 body", ""])]
#[case(&["0 headers.content-type changed", "1 body.Timeout changed"], &["", ""])]
#[case(&["3 status changed 201 500 fixture", "1 body.Timeout changed"], &["", "3 status"])]
#[case(&["3 body.Timeout missing fixture", "1 body.Timeout changed"], &["", ""])]
// the presence table, where the column is chosen by a member that is wrong
#[case(&["1 body.State changed", "1 body.StateReason unexpected table"], &["", "1 body.State"])]
#[case(&["1 body.State changed", "2 body.StateReason unexpected table"], &["", "1 body.State"])]
#[case(&["1 body.State changed", "1 body.RevisionId missing table"], &["", ""])]
#[case(&["1 body.Timeout changed", "1 body.StateReason unexpected table"], &["", ""])]
fn what_follows_from_what(#[case] rows: &[&str], #[case] due: &[&str]) {
    let library = library();
    let suite = library
        .suite("lambda/get-function-configuration")
        .expect("a suite");
    let case = case(suite);
    let rows = rows.iter().map(|row| mismatch(suite, &case, row));
    let (mismatches, common): (Vec<_>, Vec<_>) =
        rows.partition(|one| !matches!(one.origin, Origin::SetUp(_)));
    let mut said = Assessment {
        mismatches,
        common,
        ..Assessment::unjudged(Verdict::Failed)
    };
    consequences(suite, &case, &mut said);
    let told = |one: &Mismatch| {
        let follows = one.follows.as_ref();
        follows.map_or_else(String::new, |from| format!("{} {}", from.step, from.at))
    };
    // set-up stands first in a row
    let found: Vec<String> = said
        .common
        .iter()
        .chain(&said.mismatches)
        .map(told)
        .collect();
    assert_eq!(found, due);
}

/// A baseline that lists these parts of a case, each with the value `nothing`.
fn baseline(suite: &Suite, case: &Case, parts: &[&str]) -> Baseline {
    let entries = parts.iter().map(|part| {
        let id = &case.id;
        format!(
            "[[known]]\nclause = \"ERR-404\"\nat = \"{part}\"\nkind = \"missing\"\nreason = \"\"\nsince = \"2026-11-28\"\n\
             found = [{{ value = \"nothing\", cases = [\"{id}\"] }}]\n"
        )
    });
    let text = format!("version = 1\n{}", entries.collect::<String>());
    let source = Source::new("baseline.toml", text);
    let today = time::macros::date!(2026 - 11 - 28);
    Baseline::parse(&source, std::slice::from_ref(suite), today, Orphans::Refuse)
        .unwrap_or_else(|wrong| panic!("{}", wrong[0].render(false)))
}

/// What a baseline that lists some parts says of those that are shown, and what of it is stale.
#[rstest]
#[case(&["body.Environment", "body.Environment.Variables"], &["body.Environment", "body.Environment.Variables"], "known", &[])]
#[case(&["body.Environment"], &["body.Environment", "body.Environment.Variables"], "known", &[])]
#[case(&["body.Environment.Variables"], &["body.Environment", "body.Environment.Variables"], "failed", &[])]
#[case(&[], &["body.Environment", "body.Environment.Variables"], "failed", &[])]
// what may have been its consequence may be gone while it stands
#[case(&["status", "body.Timeout"], &["status"], "known", &[])]
#[case(&["status", "headers.content-type"], &["status"], "stale", &["ERR-404 headers.content-type missing"])]
#[case(&["body", "message"], &["body"], "known", &[])]
#[case(&["error", "message"], &["error"], "known", &[])]
#[case(&["body.Timeout", "body.Handler"], &["body.Timeout"], "stale", &["ERR-404 body.Handler missing"])]
#[case(&["status", "body.Timeout"], &[], "stale", &["ERR-404 status missing", "ERR-404 body.Timeout missing"])]
fn a_consequence_is_known_while_its_cause_is(
    #[case] listed: &[&str],
    #[case] shown: &[&str],
    #[case] due: &str,
    #[case] stale: &[&str],
) {
    let library = library();
    let suite = library
        .suite("lambda/get-function-configuration")
        .expect("a suite");
    // one that names the clause
    let names = |case: &&Case| case.clauses.iter().any(|clause| clause == "ERR-404");
    let case = suite.cases.iter().find(names).expect("a case").clone();
    let mismatches = shown.iter().map(|at| Mismatch {
        found: "nothing".to_owned(),
        ..mismatch(suite, &case, &format!("0 {at} missing 200"))
    });
    let verdict = if shown.is_empty() {
        Verdict::Passed
    } else {
        Verdict::Failed
    };
    let mut said = Assessment {
        mismatches: mismatches.collect(),
        ..Assessment::unjudged(verdict)
    };
    consequences(suite, &case, &mut said);
    let said = baseline(suite, &case, listed).review(&case, said, &Bindings::default());
    assert_eq!(said.verdict.name(), due, "{said:?}");
    let gone: Vec<&str> = said.gone.iter().map(|gone| gone.what.as_str()).collect();
    assert_eq!(gone, stale);
    if due == "known" {
        let known = |one: &Mismatch| matches!(one.listed, Listed::Known { .. });
        assert!(said.mismatches.iter().all(known), "{said:?}");
    }
}
