//! `coverage`: every clause of the contract, once, and what the cases decided of it.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
};

use lambda_conformance::{
    case, coverage,
    load::{self, Files},
};
use rstest::rstest;
use serde_json::Value;

use crate::{
    front::Front,
    process::{Ended, end, run, start},
    world::{Cases, Mock, words},
};

/// The suite that is looked at.
const SUITE: &str = "lambda/get-function-configuration";

/// The ids of the contract, in its order: the clauses of the suite, then those of its service.
pub(crate) fn contract() -> Vec<String> {
    let mut ids = Vec::new();
    for directory in ["lambda/get-function-configuration", "lambda"] {
        let path = format!("cases/{directory}/clauses.toml");
        let text =
            fs::read_to_string(format!("{}/{path}", env!("CARGO_MANIFEST_DIR"))).expect("text");
        ids.extend(text.lines().filter_map(|line| {
            let value = line.strip_prefix("id")?.trim_start().strip_prefix('=')?;
            Some(value.trim().trim_matches('"').to_owned())
        }));
    }
    ids
}

/// The status of each clause of the table, and the lines below it.
fn table(ended: &Ended) -> BTreeMap<String, (String, Vec<String>)> {
    let mut rows: BTreeMap<String, (String, Vec<String>)> = BTreeMap::new();
    let mut last = String::new();
    for line in ended.stdout.lines() {
        if let Some(below) = line.strip_prefix("    ") {
            let (_, lines) = rows.get_mut(&last).expect("a row before it");
            lines.push(below.to_owned());
        }
        let Some((id, rest)) = line.split_once("  ") else {
            continue;
        };
        let status = ["met", "failed", "not decided", "not testable"]
            .into_iter()
            .find(|status| rest.trim_start().starts_with(status));
        if let Some(status) = status {
            last = id.trim_end().to_owned();
            let before = rows.insert(last.clone(), (status.to_owned(), Vec::new()));
            assert_eq!(before, None, "{id} stands there twice");
        }
    }
    rows
}

fn last(ended: &Ended) -> &str {
    ended.stdout.lines().last().unwrap_or_default()
}

fn number(status: &str, rows: &BTreeMap<String, (String, Vec<String>)>) -> usize {
    rows.values().filter(|(known, _)| known == status).count()
}

#[test]
fn on_the_mock_every_clause_is_met_or_says_why_not() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("report.json");
    let ended = run(&["coverage", "--report", &format!("json={}", file.display())]);
    assert_eq!(
        (ended.code, ended.stderr.as_str()),
        (0, ""),
        "{}",
        ended.stdout
    );
    let rows = table(&ended);
    let mut due = contract();
    due.sort_unstable();
    assert_eq!(rows.keys().cloned().collect::<Vec<_>>(), due);
    let (met, not_testable) = (number("met", &rows), number("not testable", &rows));
    let says = format!(
        "conforms: {met} met, 0 failed, 0 not decided, {not_testable} not testable ({} clauses, ",
        due.len()
    );
    assert!(last(&ended).starts_with(&says), "{}", last(&ended));
    assert!(met > 100, "{}", last(&ended));
    for (id, (status, lines)) in &rows {
        // why, in a sentence of the contract
        let sentences = usize::from(status == "not testable");
        assert_eq!(lines.len(), sentences, "{id}: {lines:?}");
    }
    let report: Value =
        serde_json::from_str(&fs::read_to_string(file).expect("a report")).expect("JSON");
    let told: BTreeMap<&str, String> = report["coverage"]["contract"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|one| {
            let text = |key: &str| one[key].as_str().expect("a text");
            (text("clause"), text("status").replace('-', " "))
        })
        .collect();
    let shown = rows
        .iter()
        .map(|(id, (status, _))| (id.as_str(), status.clone()));
    assert_eq!(told, shown.collect());
}

/// What only the bytes show is asserted at `wire`, which is why it is the default.
#[test]
fn at_a_looser_level_what_is_not_asserted_is_not_decided_and_that_is_1() {
    let ended = run(&["coverage", "--level", "documented", "/members/"]);
    assert_eq!(ended.code, 1, "{}", ended.stdout);
    let rows = table(&ended);
    let (status, lines) = &rows["X-NULL"];
    assert_eq!(status, "not decided");
    assert!(
        lines
            .iter()
            .any(|line| line.contains("asserted at this level")),
        "{lines:?}"
    );
    let named = ended
        .stdout
        .lines()
        .find_map(|line| line.strip_prefix("not decided: "))
        .expect("their names");
    let mut named: Vec<&str> = named.split(", ").collect();
    named.sort_unstable();
    let due: Vec<&str> = rows
        .iter()
        .filter(|(_, (status, _))| status == "not decided")
        .map(|(id, _)| id.as_str())
        .collect();
    assert_eq!(named, due);
    assert!(
        last(&ended).contains(&format!(", {} not decided, ", due.len())),
        "{}",
        last(&ended)
    );
}

/// An assertion of a template is written once and made by each of its records.
#[test]
fn demands_are_counted_as_they_are_written() {
    let files = Files::open(None, None).expect("the files in the binary");
    let library = load::load(&files).expect("no mistakes");
    let suite = library.suite(SUITE).expect("the suite is there");
    let (mut made, mut written) = (0, 0);
    for clause in suite.clauses() {
        let governed = coverage::governed(suite, clause);
        let places: BTreeSet<String> = governed
            .iter()
            .map(|one| format!("{} {}", case::table(one.level), one.place))
            .collect();
        let numbers = coverage::written(&governed);
        assert_eq!(
            numbers.values().sum::<usize>(),
            places.len(),
            "{}",
            clause.id
        );
        made += governed.len();
        written += places.len();
        // what a run can decide is what the cases, always.toml and presence.toml assert
        let firm = governed.iter().any(|one| one.level.is_some());
        assert!(
            !(firm && clause.untested.is_some()),
            "{} says that nothing tests it",
            clause.id
        );
    }
    assert!(
        2 * made > 3 * written && written > 500,
        "{made} made, {written} written"
    );
}

/// The arguments that have the cases of `cases` run on a mock of their own.
fn arguments(cases: &Cases, filter: &str, target: &str, more: &[&str]) -> Vec<String> {
    let mut arguments = cases.arguments(filter, target);
    arguments[0] = "coverage".to_owned();
    arguments.extend(more.iter().map(|word| (*word).to_owned()));
    arguments
}

#[test]
fn a_clause_that_no_case_could_reach_is_named_with_what_stood_in_the_way() {
    let mock = Mock::start(&[]);
    let cases = Cases::new();
    let suite = "cases/lambda/get-function-configuration";
    let clauses = cases.path(&format!("{suite}/clauses.toml"));
    let text = fs::read_to_string(&clauses).expect("text");
    let clause = "\n[[clause]]\nid = \"T-NEVER\"\ngoverns = [\"status\"]\nbasis = \"documented\"\nsays = \"Never.\"\n";
    fs::write(&clauses, text + clause).expect("a file");
    let topic = cases.path(&format!("{suite}/cli.toml"));
    let text = fs::read_to_string(&topic).expect("text");
    let (read, impossible) = text.split_once("impossible").expect("two cases");
    let impossible = impossible.replace("REQ-NAME-BARE", "T-NEVER");
    fs::write(&topic, format!("{read}impossible{impossible}")).expect("a file");

    let ended = run(&words(&arguments(&cases, "*", &mock.url(), &[])));
    assert_eq!(ended.code, 1, "{}{}", ended.stdout, ended.stderr);
    let rows = table(&ended);
    let due = (
        "not decided".to_owned(),
        vec![
            "1 case: not-testable, capability: the target does not have `denied-identity`"
                .to_owned(),
        ],
    );
    assert_eq!(rows["T-NEVER"], due);
    let row = ended
        .stdout
        .lines()
        .find(|line| line.starts_with("T-NEVER "));
    let columns: Vec<&str> = row.expect("a row").split_whitespace().collect();
    // one assertion of the page, no case that decided it, none that failed it
    let due = ["not", "decided", "1", "-", "-", "-", "-", "-"];
    assert_eq!(columns[1..], due);
    assert_eq!(rows["REQ-NAME-BARE"].0, "met");
    // with a filter, what the chosen cases do not speak of is not told
    assert!(!rows.contains_key("X-QUAL-CONFLICT"), "{}", ended.stdout);
    assert!(
        ended
            .stdout
            .lines()
            .any(|line| line == "not decided: T-NEVER"),
        "{}",
        ended.stdout
    );
    let of = format!("({} of {} clauses, ", rows.len(), contract().len() + 1);
    assert!(last(&ended).contains(&of), "{}", last(&ended));
    assert!(
        last(&ended).starts_with("not-decided: "),
        "{}",
        last(&ended)
    );
    assert_eq!(mock.functions(), [""; 0]);
}

#[test]
fn nothing_decided_is_4() {
    let mock = Mock::start(&[]);
    let cases = Cases::new();
    let ended = run(&words(&arguments(&cases, "impossible", &mock.url(), &[])));
    assert_eq!(ended.code, 4, "{}{}", ended.stdout, ended.stderr);
    assert_eq!(table(&ended)["REQ-NAME-BARE"].0, "not decided");
}

#[test]
fn a_clause_that_is_not_met_is_failed_with_the_first_difference() {
    let front = Front::answering(418, "{}");
    let ended = run(&["coverage", "/qualifiers/equal/", "--endpoint", &front.url()]);
    assert_eq!(ended.code, 1, "{}{}", ended.stdout, ended.stderr);
    let (status, lines) = &table(&ended)["X-QUAL-CONFLICT"];
    assert_eq!(status, "failed");
    let says = "status expected 404, found 418 [";
    assert!(
        lines.iter().any(|line| line.starts_with(says)
            && line
                .ends_with(" in lambda/get-function-configuration/qualifiers/equal/version+bare")),
        "{lines:?}"
    );
    let named = ended
        .stdout
        .lines()
        .find_map(|line| line.strip_prefix("failed: "))
        .expect("their names");
    assert!(
        named.split(", ").any(|id| id == "X-QUAL-CONFLICT"),
        "{named}"
    );
}

/// A part of a snapshot that no clause governs fails nobody, so somebody has to be able to find it.
#[rstest]
fn what_no_clause_governs_is_listed_if_asked_for(#[values(true, false)] asked: bool) {
    let mock = Mock::start(&[]);
    let cases = Cases::new();
    let snapshot = cases.path("snapshots/lambda/get-function-configuration/cli/read.snap");
    let text = fs::read_to_string(&snapshot).expect("text");
    let odd = r#"{"status": 200, "odd": {"part": 1}}"#;
    fs::write(&snapshot, text.replace(r#"{"status": 200}"#, odd)).expect("a file");
    let more: &[&str] = if asked { &["--ungoverned"] } else { &[] };
    let ended = run(&words(&arguments(&cases, "read", &mock.url(), more)));
    assert_eq!(ended.code, 0, "{}{}", ended.stdout, ended.stderr);
    let part = "odd.part  (1 case)\n    lambda/get-function-configuration/cli/read\n";
    assert_eq!(
        ended
            .stdout
            .contains(&format!("governed by no clause: 1 part\n{part}")),
        asked,
        "{}",
        ended.stdout
    );
}

#[test]
fn a_reader_that_has_gone_has_seen_enough() {
    let mut process = start(&[], &["coverage", "/qualifiers/equal/"]);
    drop(process.stdout.take());
    let ended = end(process);
    assert_eq!((ended.code, ended.stderr.as_str()), (0, ""));
}
