//! Ctrl-C: the run ends early, with what it has, and what it made is gone.
#![cfg(unix)]

use std::{
    fs,
    process::{Child, Command},
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use serde_json::Value;

use crate::{
    coverage::contract,
    front::{Act, Front},
    iam::Iam,
    process::{end, start},
    role::{ROLE, act},
    world::{Cases, Mock, words},
};

/// What the terminal sends on Ctrl-C. The shell's own `kill`: every system has that one.
fn interrupt(process: &Child) {
    signal(process, "INT");
}

/// Sends a signal by its name.
pub(crate) fn signal(process: &Child, name: &str) {
    let status = Command::new("sh")
        .args(["-c", &format!("kill -{name} {}", process.id())])
        .status()
        .expect("a shell");
    assert!(status.success());
}

fn wait_until(what: &str, is: impl Fn() -> bool) {
    let started = Instant::now();
    while !is() {
        assert!(started.elapsed() < Duration::from_secs(60), "{what}: never");
        thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn while_a_fixture_is_made() {
    // so slow that the run is certain to be waiting for it
    let mock = Mock::start(&["--settle", "40s"]);
    let cases = Cases::new();
    let process = start(&[], &words(&cases.arguments("read", &mock.url())));
    wait_until("a function", || !mock.functions().is_empty());
    interrupt(&process);
    let ended = end(process);
    assert_eq!(ended.code, 130, "{}{}", ended.stdout, ended.stderr);
    assert_eq!(mock.functions(), [""; 0], "{}", ended.stdout);
    // nothing was decided, of a contract that is as large as ever
    let lines: Vec<&str> = ended.stdout.lines().collect();
    let of = format!(
        "contract: 0 of {} clauses met, 0 failed, ",
        contract().len()
    );
    assert!(lines.iter().any(|line| line.starts_with(&of)), "{lines:#?}");
    let last = "interrupted (also nothing-decided): 0 passed, 0 failed, 1 not run (0 cases, ";
    assert!(
        lines.last().is_some_and(|line| line.starts_with(last)),
        "{lines:#?}"
    );
}

#[test]
fn while_a_case_waits_for_its_answer() {
    let mock = Mock::start(&[]);
    let front = Front::start(Some(mock.address), |_, request| {
        if request.starts_with("GET ") && request.contains("-cli/configuration ") {
            Act::Hold
        } else {
            Act::Forward
        }
    });
    let cases = Cases::new();
    let file = cases.path("report.json");
    let report = format!("json={}", file.display());
    let arguments = cases.arguments("read", &front.url());
    let process = start(&[], &[&*words(&arguments), &["--report", &report]].concat());
    front.wait_for_hold();
    assert_eq!(mock.functions().len(), 1);
    interrupt(&process);
    let ended = end(process);
    front.release();
    assert_eq!(ended.code, 130, "{}{}", ended.stdout, ended.stderr);
    assert!(
        ended
            .stdout
            .lines()
            .last()
            .is_some_and(|line| line.starts_with("interrupted (also nothing-decided): ")),
        "{}",
        ended.stdout
    );
    // nothing was decided, of as many clauses as there are
    assert!(!ended.stdout.contains(" 0 clauses"), "{}", ended.stdout);
    assert_eq!(mock.functions(), [""; 0], "{}", ended.stdout);
    let report: Value =
        serde_json::from_str(&fs::read_to_string(file).expect("a report")).expect("JSON");
    assert_eq!(report["exit"]["code"], 130);
    assert_eq!(report["exit"]["classes"][0], "interrupted");
    assert_eq!(report["left"], Value::Array(Vec::new()));
}

/// Whoever presses it twice wants out, and is told what stays.
#[test]
fn twice() {
    let mock = Mock::start(&[]);
    let front = Front::start(Some(mock.address), |_, request| {
        let read = request.starts_with("GET ") && request.contains("-cli/configuration ");
        if read || request.starts_with("DELETE ") {
            Act::Hold
        } else {
            Act::Forward
        }
    });
    let cases = Cases::new();
    let arguments = cases.arguments("read", &front.url());
    let process = start(&[], &[&*words(&arguments), &["--run-id", "twice"]].concat());
    front.wait_for_hold();
    interrupt(&process);
    wait_until("a removal", || {
        front
            .received()
            .iter()
            .any(|request| request.starts_with("DELETE "))
    });
    interrupt(&process);
    let ended = end(process);
    assert_eq!(ended.code, 130, "{}{}", ended.stdout, ended.stderr);
    assert!(
        ended.stdout.contains("  lambda-conformance-twice-cli ("),
        "{}",
        ended.stdout
    );
    assert_eq!(mock.functions(), ["lambda-conformance-twice-cli"]);
    front.release();
}

#[test]
fn with_a_role() {
    let mock = Mock::start(&[]);
    let iam = Arc::new(Iam::with(&[]));
    let front = {
        let iam = Arc::clone(&iam);
        Front::start(Some(mock.address), move |_, request| {
            if request.starts_with("GET ") && request.contains("-published/configuration ") {
                Act::Hold
            } else {
                act(&iam, request)
            }
        })
    };
    let url = front.url();
    let process = start(
        &[],
        &["run", "--endpoint", &url, "--run-id", "r", "/reads/"],
    );
    front.wait_for_hold();
    assert_eq!(iam.roles(), [ROLE]);
    interrupt(&process);
    let ended = end(process);
    front.release();
    assert_eq!(ended.code, 130, "{}{}", ended.stdout, ended.stderr);
    assert_eq!(iam.roles(), [""; 0]);
    assert_eq!(mock.functions(), [""; 0]);
}

/// While nobody knows yet whether it is there.
#[test]
fn while_a_role_is_made() {
    let mock = Mock::start(&[]);
    let iam = Arc::new(Iam::with(&[]));
    let front = {
        let iam = Arc::clone(&iam);
        Front::start(Some(mock.address), move |_, request| {
            let act = act(&iam, request);
            if request.contains("Action=CreateRole") {
                return Act::Hold;
            }
            act
        })
    };
    let url = front.url();
    let process = start(
        &[],
        &["run", "--endpoint", &url, "--run-id", "r", "/reads/"],
    );
    wait_until("a role", || !iam.roles().is_empty());
    front.wait_for_hold();
    interrupt(&process);
    let ended = end(process);
    front.release();
    assert_eq!(ended.code, 130, "{}{}", ended.stdout, ended.stderr);
    assert_eq!(
        iam.of_roles(),
        ["CreateRole", "DeleteRole"].map(|action| format!("{action} {ROLE}"))
    );
    assert_eq!(iam.roles(), [""; 0]);
}

#[test]
fn before_the_first_answer() {
    let front = Front::start(None, |_, _| Act::Hold);
    let process = start(&[], &["run", "--endpoint", &front.url()]);
    front.wait_for_hold();
    interrupt(&process);
    assert_eq!(end(process).code, 130);
}

#[test]
fn a_mock() {
    let mut process = start(&[], &["mock"]);
    let mut stdout = process.stdout.take().expect("it is piped");
    let mut first = [0; 10];
    std::io::Read::read_exact(&mut stdout, &mut first).expect("a line");
    assert_eq!(&first, b"listening ");
    interrupt(&process);
    let ended = end(process);
    assert_eq!((ended.code, ended.stderr.as_str()), (130, ""));
}
