//! How a run ends: the exit code says of which kind the end is, and what the run made is gone.

use std::{
    fs,
    io::{BufRead, BufReader},
};

use rstest::rstest;
use serde_json::Value;

use crate::{
    front::{Act, Front},
    process::{end, run, start},
    world::{Cases, Mock, words},
};

fn last(text: &str) -> &str {
    text.lines().last().unwrap_or_default()
}

#[test]
fn what_conforms_is_0_and_leaves_nothing() {
    let mock = Mock::start(&["--settle", "400ms"]);
    let cases = Cases::new();
    let ended = run(&words(&cases.arguments("read", &mock.url())));
    assert_eq!(ended.code, 0, "{}{}", ended.stdout, ended.stderr);
    assert!(
        last(&ended.stdout).starts_with("conforms: "),
        "{}",
        ended.stdout
    );
    assert!(
        ended.stdout.contains("capabilities: settling"),
        "{}",
        ended.stdout
    );
    assert_eq!(mock.functions(), [""; 0]);
}

/// Nothing that is only there while a function settles is asserted of a target that is done at once.
#[test]
#[ignore = "runs everything at the finest level"]
fn a_target_that_settles_at_once_conforms() {
    let mock = Mock::start(&[]);
    let ended = run(&[
        "run",
        "--level",
        "wire",
        "--jobs",
        "32",
        "--endpoint",
        &mock.url(),
    ]);
    assert_eq!(ended.code, 0, "{}{}", ended.stdout, ended.stderr);
    let untested = "the target does not have `settling`";
    assert!(ended.stdout.contains(untested), "{}", ended.stdout);
    assert_eq!(mock.functions(), [""; 0]);
}

#[test]
fn what_differs_is_1() {
    let front = Front::answering(418, "{}");
    let ended = run(&["run", "name-formats", "--endpoint", &front.url()]);
    assert_eq!(
        (ended.code, ended.stderr.as_str()),
        (1, ""),
        "{}",
        ended.stdout
    );
    assert!(
        last(&ended.stdout).starts_with("does not conform (also not-testable): "),
        "{}",
        ended.stdout
    );
    assert!(
        ended.stdout.contains("found 418") && ended.stdout.contains("request    curl "),
        "{}",
        ended.stdout
    );
}

#[test]
fn nobody_listening_is_3() {
    let free = std::net::TcpListener::bind("127.0.0.1:0")
        .expect("a free port")
        .local_addr()
        .expect("an address");
    let ended = run(&["run", "--endpoint", &format!("http://{free}")]);
    assert_eq!(
        (ended.code, ended.stdout.as_str()),
        (3, ""),
        "{}",
        ended.stderr
    );
    assert!(
        ended
            .stderr
            .starts_with("error: could not connect to `http://127.0.0.1:"),
        "{}",
        ended.stderr
    );
    assert!(ended.stderr.contains("`--endpoint`"), "{}", ended.stderr);
}

#[test]
fn nobody_answering_is_3() {
    let front = Front::start(None, |_, _| Act::Hold);
    let ended = run(&["run", "--timeout", "200ms", "--endpoint", &front.url()]);
    assert_eq!(
        (ended.code, ended.stdout.as_str()),
        (3, ""),
        "{}",
        ended.stderr
    );
}

#[rstest]
fn a_target_that_vanishes_is_3(#[values("1", "8")] jobs: &str) {
    let mock = Mock::start(&[]);
    let front = Front::start(Some(mock.address), |number, _| {
        if number < 40 {
            Act::Forward
        } else {
            Act::Vanish
        }
    });
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("report.json");
    let report = format!("json={}", file.display());
    // without fixtures, so that the middle is in the cases
    let ended = run(&[
        "run",
        "/name-patterns/",
        "--jobs",
        jobs,
        "--report",
        &report,
        "--endpoint",
        &front.url(),
    ]);
    assert_eq!(ended.code, 3, "{}{}", ended.stdout, ended.stderr);
    assert!(
        last(&ended.stdout).starts_with("unreachable: "),
        "{}",
        ended.stdout
    );
    let report: Value =
        serde_json::from_str(&fs::read_to_string(file).expect("a report")).expect("JSON");
    assert_eq!(report["exit"]["code"], 3);
    assert_eq!(report["exit"]["classes"][0], "unreachable");
    let summary = &report["summary"];
    assert!(
        summary["passed"].as_u64() > Some(20) && summary["inconclusive"].as_u64() > Some(0),
        "{summary}"
    );
}

#[test]
fn nothing_decided_is_4() {
    let mock = Mock::start(&[]);
    let cases = Cases::new();
    let ended = run(&words(&cases.arguments("impossible", &mock.url())));
    assert_eq!(ended.code, 4, "{}{}", ended.stdout, ended.stderr);
    assert!(
        last(&ended.stdout).starts_with("nothing-decided: "),
        "{}",
        ended.stdout
    );
    assert!(
        ended
            .stdout
            .contains("the target does not have `denied-identity`"),
        "{}",
        ended.stdout
    );
}

#[test]
fn what_cannot_be_removed_is_6_and_named() {
    let mock = Mock::start(&[]);
    let front = Front::start(Some(mock.address), |_, request| {
        if request.starts_with("DELETE ") {
            Act::Answer(403, r#"{"Message":"not you"}"#.to_owned())
        } else {
            Act::Forward
        }
    });
    let cases = Cases::new();
    let arguments = cases.arguments("read", &front.url());
    let ended = run(&[&*words(&arguments), &["--run-id", "kept"]].concat());
    assert_eq!(ended.code, 6, "{}{}", ended.stdout, ended.stderr);
    assert!(
        last(&ended.stdout).starts_with("clean-up-incomplete: 1 passed, 0 failed")
            || last(&ended.stdout).starts_with("clean-up-incomplete: "),
        "{}",
        ended.stdout
    );
    let left = "  lambda-conformance-kept-cli (DeleteFunction: 403";
    assert!(
        ended.stdout.lines().any(|line| line.starts_with(left)),
        "{}",
        ended.stdout
    );
    assert_eq!(mock.functions(), ["lambda-conformance-kept-cli"]);
}

/// A failure of the target is no reason to leave something there.
#[test]
fn what_was_made_is_removed_after_a_failure_too() {
    let mock = Mock::start(&[]);
    let front = Front::start(Some(mock.address), |_, request| {
        if request.starts_with("GET ") && request.contains("-cli/configuration ") {
            Act::Answer(500, "{}".to_owned())
        } else {
            Act::Forward
        }
    });
    let cases = Cases::new();
    let ended = run(&words(&cases.arguments("read", &front.url())));
    assert_eq!(ended.code, 1, "{}{}", ended.stdout, ended.stderr);
    assert!(
        front
            .received()
            .iter()
            .any(|request| request.starts_with("POST ")),
        "nothing was made"
    );
    assert_eq!(mock.functions(), [""; 0]);
}

/// A step that is refused is the reason why a case is not tried, and is told with the target's answer.
#[test]
fn a_fixture_that_is_refused_leaves_its_cases_untried() {
    let mock = Mock::start(&[]);
    let front = Front::start(Some(mock.address), |_, request| {
        if request.starts_with("POST ") {
            Act::Answer(
                400,
                r#"{"__type":"NoSuchRole","message":"there is no such role"}"#.to_owned(),
            )
        } else {
            Act::Forward
        }
    });
    let cases = Cases::new();
    let ended = run(&words(&cases.arguments("read", &front.url())));
    assert_eq!(ended.code, 4, "{}{}", ended.stdout, ended.stderr);
    let said = last(&ended.stdout);
    assert!(
        said.starts_with("nothing-decided (also not-testable): "),
        "{said}"
    );
    assert!(
        ended
            .stdout
            .contains("CreateFunction was refused: 400 NoSuchRole"),
        "{}",
        ended.stdout
    );
}

#[test]
fn a_reader_that_has_gone_ends_a_run_and_what_it_made_is_removed() {
    let mock = Mock::start(&["--settle", "100ms"]);
    let cases = Cases::new();
    let arguments = cases.arguments("read", &mock.url());
    // so much is printed for each case that no buffer takes it all
    let arguments = [&*words(&arguments), &["/qualifiers/", "--verbose"]].concat();
    let mut process = start(&[], &arguments);
    drop(process.stdout.take());
    let ended = end(process);
    assert_eq!(ended.code, 2, "what nobody read is no success");
    assert_eq!(ended.stderr, "");
    assert_eq!(mock.functions(), [""; 0]);
}

/// `run --report json=FILE | head`: the file is for somebody else.
#[test]
fn a_reader_that_has_gone_takes_no_report_along() {
    let mock = Mock::start(&[]);
    let folder = tempfile::tempdir().expect("a folder");
    // its folders are made
    let file = folder.path().join("new/folder/report.json");
    let report = format!("json={}", file.display());
    let mut process = start(
        &[],
        &[
            "run",
            "/reads/",
            "--verbose",
            "--endpoint",
            &mock.url(),
            "--report",
            &report,
        ],
    );
    drop(process.stdout.take());
    let ended = end(process);
    assert_eq!((ended.code, ended.stderr.as_str()), (2, ""));
    let report: Value =
        serde_json::from_str(&fs::read_to_string(file).expect("a report")).expect("JSON");
    assert_eq!(report["exit"]["code"], 0);
    assert!(
        report["summary"]["passed"].as_u64() > Some(30),
        "{}",
        report["summary"]
    );
    assert_eq!(mock.functions(), [""; 0]);
}

/// Whom nobody told on standard output is told on standard error.
#[test]
fn a_reader_that_has_gone_hides_nothing_that_is_left() {
    let mock = Mock::start(&["--settle", "100ms"]);
    let front = Front::start(Some(mock.address), |_, request| {
        if request.starts_with("DELETE ") {
            Act::Answer(403, "{}".to_owned())
        } else {
            Act::Forward
        }
    });
    let url = front.url();
    let mut process = start(&[], &["run", "/reads/", "--verbose", "--endpoint", &url]);
    // it goes after the first line, before which nothing is made
    let mut first = String::new();
    let stdout = process.stdout.take().expect("it is piped");
    let read = BufReader::new(stdout).read_line(&mut first);
    assert!(read.is_ok() && first.starts_with("lambda-conformance "));
    let ended = end(process);
    assert_eq!(ended.code, 2);
    assert!(
        ended.stderr.contains("left on the target:\n"),
        "{}",
        ended.stderr
    );
    let there = mock.functions();
    assert!(!there.is_empty(), "nothing was made");
    for name in there {
        assert!(
            ended.stderr.contains(&format!("  {name} (")),
            "{name}: {}",
            ended.stderr
        );
    }
}

#[rstest]
#[case::run(&["run"])]
#[case::coverage(&["coverage"])]
fn a_report_may_go_to_standard_output(#[case] command: &[&str]) {
    let one = "*/name-formats/absent/plain+bare";
    let ended = run(&[command, &[one, "--target", "mock", "--report", "json=-"]].concat());
    let report: Value = serde_json::from_str(&ended.stdout).expect("JSON and nothing else");
    assert_eq!(report["tool"]["name"], "lambda-conformance", "{report}");
    // the report for people is there too
    assert!(ended.stderr.contains("level "), "{}", ended.stderr);
    assert!(!fs::exists("-").expect("a folder"));
    let two = ["--report", "json=-", "--report", "markdown=-"];
    let ended = run(&[command, &[one, "--target", "mock"], &two].concat());
    assert_eq!((ended.code, ended.stdout.as_str()), (2, ""));
    assert!(ended.stderr.contains("standard output"), "{}", ended.stderr);
}
