//! What a person sees of a run while it goes on, how little they may ask for, and when it begins and ends.

use std::{
    fs,
    io::{BufRead, BufReader},
    net::TcpListener,
};

use rstest::rstest;
use tempfile::TempDir;

use crate::{
    front::{Act, Front},
    process::{Ended, end, run, start},
    world::Mock,
};

/// Reads without a function: nothing has to be made for them.
const ABSENT: &str = "/name-formats/absent/";

/// A mock behind a front that answers every read of a configuration with a status of its own.
fn spoilt(mock: &Mock) -> Front {
    Front::start(Some(mock.address), |_, request| {
        let line = request.lines().next().unwrap_or_default();
        let reads = line.starts_with("GET ") && line.contains("/configuration");
        match reads && !line.contains("-absent") {
            true => Act::Answer(418, "{}".to_owned()),
            false => Act::Forward,
        }
    })
}

fn last(ended: &Ended) -> &str {
    ended.stdout.lines().last().unwrap_or_default()
}

#[rstest]
#[case(&["run", "--quiet", ABSENT])]
#[case(&["run", "-q", ABSENT, "--target", "mock"])]
#[case(&["coverage", "--quiet", ABSENT])]
fn a_quiet_run_in_which_all_is_well_prints_its_last_line(#[case] arguments: &[&str]) {
    let ended = run(arguments);
    assert_eq!(
        (ended.code, ended.stderr.as_str()),
        (0, ""),
        "{}",
        ended.stdout
    );
    let lines: Vec<&str> = ended.stdout.lines().collect();
    assert!(
        matches!(lines.as_slice(), [last] if last.starts_with("conforms: ")),
        "{lines:?}"
    );
}

#[test]
fn a_quiet_run_prints_what_is_wrong() {
    let front = Front::answering(418, "{}");
    let url = front.url();
    let whole = run(&["run", ABSENT, "--endpoint", &url]);
    let quiet = run(&["run", ABSENT, "--endpoint", &url, "--quiet"]);
    assert_eq!((whole.code, quiet.code), (1, 1));
    for spared in ["capabilities: ", "contract: ", "to accept these findings"] {
        let is_there = |ended: &Ended| ended.stdout.lines().any(|line| line.contains(spared));
        assert!(is_there(&whole) && !is_there(&quiet), "{spared}");
    }
    let findings = |ended: &Ended| {
        let lines = ended.stdout.lines();
        let clauses = lines.filter(|line| line.starts_with("  clause "));
        clauses.map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(findings(&quiet), findings(&whole));
    assert!(!findings(&quiet).is_empty());
    assert!(
        last(&quiet).starts_with("does not conform: "),
        "{}",
        last(&quiet)
    );
    let coverage = run(&["coverage", ABSENT, "--endpoint", &url, "--quiet"]);
    let met = coverage
        .stdout
        .lines()
        .filter(|line| line.contains("  met  "));
    assert_eq!((coverage.code, met.count()), (1, 0), "{}", coverage.stdout);
    let failed = coverage
        .stdout
        .lines()
        .filter(|line| line.contains("  failed  "));
    assert!(failed.count() > 0, "{}", coverage.stdout);
}

#[test]
fn a_run_that_fails_fast_ends_with_the_first_case_that_no_baseline_lists() {
    let mock = Mock::start(&[]);
    let front = spoilt(&mock);
    let url = front.url();
    let folder = TempDir::new().expect("a folder");
    let baseline = folder.path().join("baseline.toml");
    let baseline = baseline.to_str().expect("UTF-8");
    let of = ["run", "members/", ABSENT, "--endpoint", &url];
    let with = |more: &[&str]| run(&[&of[..], more].concat());
    let whole = with(&[]);
    assert_eq!(whole.code, 1, "{}", whole.stderr);
    assert!(!last(&whole).contains("not run"), "{}", last(&whole));

    let fast = with(&["--fail-fast"]);
    assert_eq!((fast.code, fast.stderr.as_str()), (1, ""));
    let line = last(&fast);
    assert!(line.starts_with("does not conform: "), "{line}");
    assert!(line.contains(" not run ("), "{line}");
    assert_eq!(mock.functions(), Vec::<String>::new());

    // what a baseline lists ends nothing
    assert_eq!(with(&["--baseline", baseline, "--update-baseline"]).code, 0);
    let known = with(&["--baseline", baseline, "--fail-fast"]);
    assert_eq!(known.code, 0, "{}", known.stdout);
    assert!(!last(&known).contains("not run"), "{}", last(&known));
    let text = fs::read_to_string(baseline).expect("a file");
    let lines = text.lines().filter(|line| line.starts_with("[[known]]"));
    assert!(lines.count() > 0, "{text}");
}

#[test]
fn the_head_is_there_before_anything_is_made() {
    let mock = Mock::start(&[]);
    let front = Front::start(Some(mock.address), |_, request| {
        match request.starts_with("POST ") && !request.starts_with("POST / ") {
            true => Act::Hold,
            false => Act::Forward,
        }
    });
    let mut process = start(&[], &["run", "members/plain", "--endpoint", &front.url()]);
    front.wait_for_hold();
    let mut stdout = BufReader::new(process.stdout.take().expect("it is piped"));
    let mut line = String::new();
    stdout.read_line(&mut line).expect("text");
    assert!(
        line.starts_with("lambda-conformance ") && line.contains(", account 123456789012, level "),
        "{line}"
    );
    front.release();
    line.clear();
    stdout.read_line(&mut line).expect("text");
    assert!(line.contains("; capabilities: "), "{line}");
    // the rest would fill the pipe
    let rest: Vec<String> = stdout.lines().map_while(Result::ok).collect();
    assert!(
        rest.last()
            .is_some_and(|last| last.starts_with("conforms: ")),
        "{rest:?}"
    );
    let ended = end(process);
    // no progress where nobody looks
    assert_eq!((ended.code, ended.stderr.as_str()), (0, ""));
}

#[test]
fn a_run_waits_for_a_target_that_listens_later() {
    let early = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = early.local_addr().expect("an address");
    let (url, port) = (format!("http://{address}"), address.port().to_string());
    let process = start(&[], &["run", ABSENT, "--endpoint", &url, "--wait", "60s"]);
    // the first try finds somebody who hangs up, the next ones nobody
    drop(early.accept().expect("a connection"));
    drop(early);
    let _mock = Mock::start_on(&port);
    let ended = end(process);
    assert_eq!(
        (ended.code, ended.stderr.as_str()),
        (0, ""),
        "{}",
        ended.stdout
    );
    assert!(last(&ended).starts_with("conforms: "), "{}", last(&ended));
}

#[test]
fn what_a_gateway_says_of_a_server_that_starts_is_no_answer() {
    let mock = Mock::start(&[]);
    let front = Front::start(Some(mock.address), |number, _| match number {
        0 => Act::Answer(503, "starting".to_owned()),
        1 => Act::Answer(502, "starting".to_owned()),
        _ => Act::Forward,
    });
    let url = front.url();
    let ended = run(&["run", ABSENT, "--endpoint", &url, "--wait", "60s"]);
    assert_eq!(
        (ended.code, ended.stderr.as_str()),
        (0, ""),
        "{}",
        ended.stdout
    );
}

#[rstest]
#[case(None, "could not connect to")]
#[case(Some(503), "503")]
fn a_target_that_does_not_come_is_exit_code_3(#[case] status: Option<u16>, #[case] last: &str) {
    let nobody = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let url = match status {
        Some(status) => Front::answering(status, "starting").url(),
        None => format!("http://{}", nobody.local_addr().expect("an address")),
    };
    drop(nobody);
    let ended = run(&["run", ABSENT, "--endpoint", &url, "--wait", "300ms"]);
    assert_eq!(
        (ended.code, ended.stdout.as_str()),
        (3, ""),
        "{}",
        ended.stderr
    );
    assert!(
        ended.stderr.starts_with("error: waited 0."),
        "{}",
        ended.stderr
    );
    for part in [&*format!("`{url}`"), last, "`--endpoint`"] {
        assert!(ended.stderr.contains(part), "no {part}: {}", ended.stderr);
    }
}
