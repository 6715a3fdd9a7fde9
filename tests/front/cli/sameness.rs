//! What must not matter: how many cases run at the same time, and how they are parted.

use std::{collections::BTreeSet, fs};

use rstest::rstest;
use serde_json::Value;

use crate::{front::Front, process::run, world::Mock};

/// The JSON report of a run with these arguments, and its exit code.
fn report(arguments: &[&str]) -> (i32, Value) {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("report.json");
    let report = format!("json={}", file.display());
    let ended = run(&[&["run", "--report", &report], arguments].concat());
    let text = fs::read_to_string(&file).expect("a report");
    (
        ended.code,
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {}", ended.stderr)),
    )
}

/// The ids of the cases that were run, without those that are common to all.
fn ids(report: &Value) -> Vec<&str> {
    let cases = report["cases"].as_array().expect("cases");
    cases
        .iter()
        .map(|case| case["id"].as_str().expect("an id"))
        .filter(|id| !id.contains("/always/"))
        .collect()
}

#[test]
fn the_parts_of_a_partition_make_the_whole() {
    let topics = ["lengths", "encoding"];
    let listed = run(&[&["list"], &topics[..]].concat()).stdout;
    let whole: BTreeSet<&str> = listed
        .lines()
        .filter(|line| line.starts_with("lambda/"))
        .collect();
    let mut seen = BTreeSet::new();
    for part in ["hash:1/3", "hash:2/3", "hash:3/3"] {
        let (code, report) =
            report(&[&["--jobs", "64", "--partition", part], &topics[..]].concat());
        assert_eq!(code, 0, "{part}");
        let ids = ids(&report);
        assert!(
            ids.len() > whole.len() / 6,
            "{part} has {} of {}",
            ids.len(),
            whole.len()
        );
        for id in ids {
            assert!(seen.insert(id.to_owned()), "{id} is in two parts");
        }
    }
    assert_eq!(
        seen.iter().map(String::as_str).collect::<BTreeSet<_>>(),
        whole
    );
}

#[test]
fn a_part_of_a_filter_is_a_part_of_its_cases() {
    let (_, part) = report(&["/qualifiers/", "--partition", "hash:1/2"]);
    let (_, rest) = report(&["/qualifiers/", "--partition", "hash:2/2"]);
    let (_, whole) = report(&["/qualifiers/"]);
    assert_eq!(ids(&part).len() + ids(&rest).len(), ids(&whole).len());
    assert!(ids(&whole).iter().all(|id| id.contains("/qualifiers/")));
}

/// Takes out of a report what no two runs have in common: times, ports.
fn settle(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.remove("duration_ms");
            members.remove("waiting");
            members.values_mut().for_each(settle);
        }
        Value::Array(items) => items.iter_mut().for_each(settle),
        Value::String(text) => {
            if let Some((before, after)) = text.split_once("//127.0.0.1:") {
                *text = format!(
                    "{before}//127.0.0.1{}",
                    after.trim_start_matches(|c: char| c.is_ascii_digit())
                );
            }
        }
        _ => {}
    }
}

/// Topics with fixtures of their own, with shared ones, and with none.
const TOPICS: [&str; 4] = [
    "/life-cycle/",
    "/reads/version",
    "/name-formats/absent/",
    "/auth/",
];

#[rstest]
#[case::conforming(None)]
#[case::failing(Some(r#"{"message":"no"}"#))]
fn the_number_of_jobs_changes_nothing_in_the_report(#[case] answer: Option<&'static str>) {
    let front = answer.map(|answer| Front::answering(404, answer));
    let url = front.as_ref().map(Front::url);
    let mut reports = ["1", "16"].map(|jobs| {
        let mut arguments = vec!["--jobs", jobs, "--run-id", "same"];
        arguments.extend(TOPICS);
        arguments.extend(url.iter().flat_map(|url| ["--endpoint", url.as_str()]));
        report(&arguments)
    });
    for (_, report) in &mut reports {
        settle(report);
    }
    let [(one, first), (sixteen, second)] = &reports;
    assert_eq!(one, sixteen);
    assert_eq!(*one, i32::from(answer.is_some()));
    let cases = |report: &Value| report["cases"].as_array().expect("cases").clone();
    for (first, second) in cases(first).iter().zip(&cases(second)) {
        assert_eq!(first, second);
    }
    assert_eq!(first, second);
}

/// Python's own servers are like that. A connection that lies idle beside it would hold up everything.
#[test]
fn a_server_with_one_thread_is_judged_over_one_connection() {
    let mock = Mock::start(&[]);
    let front = Front::with_one_thread(mock.address);
    let url = front.url();
    // less than a kept connection may lie idle: whoever waits for that gets no answer
    let line = [
        "--jobs",
        "1",
        "--timeout",
        "1s",
        "--endpoint",
        &url,
        "/versions/",
        "/reads/",
    ];
    let (code, report) = report(&line);
    assert_eq!(code, 0, "{}", report["causes"]);
    assert_eq!(report["summary"]["inconclusive"], 0);
    assert!(
        report["summary"]["passed"].as_u64() > Some(20),
        "{}",
        report["summary"]
    );
    assert_eq!(mock.functions(), [""; 0]);
}
