//! The trials of the crate outside, one after the other, as its `cargo test` prints them: in a process of their own, which is this test binary.

use std::{
    env, io,
    process::{self, Command},
};

use lambda_conformance::harness::Harness;

#[path = "../../examples/wiremock_stub/stub.rs"]
mod stub;

/// All of the test that the page shows.
const SHOWN: &str = include_str!("../front/harness/outside/lambda.rs");

/// Set in the process that runs the trials.
const INNER: &str = "DOCUMENTS_TRIALS";

/// What `cargo test --test lambda` prints on stdout, from the first empty line on.
pub(crate) fn run() -> String {
    let mut command = Command::new(env::current_exe().expect("this binary"));
    command.env_clear().env(INNER, "1");
    command.args([
        "--exact",
        "trials::the_trials_of_the_stub_are_printed",
        "--nocapture",
    ]);
    for name in ["PATH", "HOME"] {
        command.envs(env::var_os(name).map(|value| (name, value)));
    }
    let output = command.output().expect("this binary starts");
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    let inner = text.rfind("\nrunning ").expect("trials are run");
    text[inner..].to_owned()
}

#[test]
fn the_trials_of_the_stub_are_printed() {
    if env::var_os(INNER).is_none() {
        let told = run();
        assert!(told.starts_with("\nrunning 13 tests\n"), "{told}");
        assert!(told.contains("test result: FAILED. "), "{told}");
        return;
    }
    let call = |line: &'static str| {
        line.trim()
            .strip_prefix('.')?
            .strip_suffix("\")")?
            .split_once("(\"")
    };
    let mut harness = Harness::starting(stub::start);
    let mut calls = 0;
    for (name, text) in SHOWN.lines().filter_map(call) {
        harness = match name {
            "filter" => harness.filter(text),
            "operation" => harness.operation(text),
            other => panic!("no test knows `.{other}`"),
        };
        calls += 1;
    }
    assert!(calls > 0, "the test that is shown chooses nothing");
    let code = harness.run_with(&["lambda", "--test-threads", "1"]);
    io::Write::flush(&mut io::stdout()).expect("stdout");
    process::exit(i32::from(code != process::ExitCode::SUCCESS));
}
