//! A crate outside this tree tests its own stub: ten lines of its own, under `cargo test` and under nextest.
//!
//! The crate is made in a folder of its own and built without a network, with the versions of our lock file. The stub is that
//! of `examples/wiremock_stub`.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    process::Output,
    sync::OnceLock,
};

use crate::beside::{self, SUITES};

const SUITE: &str = "lambda/get-function-configuration";

/// The crate, made once.
fn outside() -> &'static Path {
    static MADE: OnceLock<PathBuf> = OnceLock::new();
    MADE.get_or_init(|| made("outside", Path::new(env!("CARGO_MANIFEST_DIR"))))
}

/// Makes the crate with this name, on the checkout at `ours`.
fn made(name: &str, ours: &Path) -> PathBuf {
    let root = target().join("tmp").join(name);
    let manifest = include_str!("outside/manifest.toml")
        .replace("\"../lambda-conformance\"", &format!("{ours:?}"))
        .replace("name = \"outside\"", &format!("name = {name:?}"));
    let stub = include_str!("../../../examples/wiremock_stub/stub.rs");
    let lock = fs::read_to_string(ours.join("Cargo.lock")).expect("a lock file");
    for (path, text) in [
        ("Cargo.toml", manifest.as_str()),
        ("Cargo.lock", &lock),
        ("src/lib.rs", ""),
        ("tests/lambda.rs", include_str!("outside/lambda.rs")),
        ("tests/stub/mod.rs", stub),
    ] {
        beside::write(&root.join(path), text);
    }
    root
}

/// Where this test was built: the crate is built there too, because most of what it needs is there already.
fn target() -> &'static Path {
    let temporary = Path::new(env!("CARGO_TARGET_TMPDIR"));
    temporary.parent().expect("the folder of all that is built")
}

fn cargo(arguments: &[&str]) -> Output {
    cargo_in(outside(), arguments)
}

fn cargo_in(root: &Path, arguments: &[&str]) -> Output {
    crate::cargo::cargo()
        .args(arguments)
        .current_dir(root)
        .env("CARGO_TARGET_DIR", target())
        .env("CARGO_NET_OFFLINE", "true")
        .output()
        .expect("cargo runs")
}

fn text(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

/// What each trial came to, by its id without the suite.
fn trials(output: &Output) -> BTreeMap<String, String> {
    let told = text(output);
    let trials: BTreeMap<String, String> = told
        .lines()
        .filter_map(|line| line.strip_prefix("test ")?.split_once(" ... "))
        .map(|(name, verdict)| (short(name), verdict.to_owned()))
        .collect();
    assert!(!trials.is_empty(), "{told}");
    trials
}

fn short(name: &str) -> String {
    let name = name.trim();
    let rest = name.strip_prefix(SUITE);
    rest.map_or(name, |rest| rest.trim_start_matches('/'))
        .to_owned()
}

const NONE: &str = "ignored (no answer was of the kind that this checks)";
const FAULT: &str = "ignored (capability: the target does not have `fault-injection`)";

/// What comes of each trial.
const EXPECTED: &[(&str, &str)] = &[
    ("errors/throttled", FAULT),
    ("errors/internal", FAULT),
    ("name-formats/absent/plain+bare", "ok"),
    ("name-formats/absent/plain+full-arn", "FAILED"),
    ("always/X-HDR-OTHER", "ok"),
    ("always/X-HDR-REQUESTID", "ok"),
    ("always/RSP-CONTENT-TYPE", NONE),
    ("always/RSP-JSON", "ok"),
    ("always/X-HDR-ERRORTYPE", "ok"),
    ("always/ERR-404", "ok"),
    ("always/ERR-400", NONE),
    ("always/X-VALIDATION", NONE),
    ("always", "ok"),
];

/// The expected trials whose id this chooses.
fn expected(chosen: impl Fn(&str) -> bool) -> BTreeMap<String, String> {
    EXPECTED
        .iter()
        .filter(|(id, _)| chosen(id))
        .map(|(id, verdict)| ((*id).to_owned(), (*verdict).to_owned()))
        .collect()
}

/// The trials that libtest's own options choose.
fn run(options: &[&str]) -> Output {
    cargo(&[&["test", "--test", "lambda", "--"], options].concat())
}

#[test]
fn trials_pass_fail_and_are_ignored_with_reasons() {
    let output = cargo(&["test"]);
    assert_eq!(trials(&output), expected(|_| true));
    assert_eq!(output.status.code(), Some(101));
    let told = text(&output);
    for part in [
        "error: ERR-404: ",
        "cases/lambda/get-function-configuration/name-formats.toml:",
        "  contract   ",
        "  evidence   ",
        "  replay     curl ",
        "test result: FAILED. 7 passed; 1 failed; 5 ignored; 0 measured; 0 filtered out",
    ] {
        assert!(told.contains(part), "no `{part}` in:\n{told}");
    }
}

#[test]
fn trials_are_chosen_as_with_any_test() {
    for threads in ["1", "4"] {
        let output = run(&["plain", "--test-threads", threads]);
        assert_eq!(trials(&output), expected(|id| id.contains("plain")));
    }
    let output = run(&["absent/", "--skip", "full-arn", "--skip", "latest"]);
    let chosen =
        |id: &str| id.contains("absent/") && !id.contains("full-arn") && !id.contains("latest");
    assert_eq!(trials(&output), expected(chosen));

    let one = "name-formats/absent/plain+bare";
    let output = run(&["--exact", &format!("{SUITE}/{one}")]);
    assert_eq!(trials(&output), expected(|id| id == one));
    assert_eq!(output.status.code(), Some(0));
    assert!(
        text(&output).contains("12 filtered out"),
        "{}",
        text(&output)
    );
    // that is no whole id
    let output = run(&["--exact", one]);
    assert!(
        text(&output).contains("running 0 tests"),
        "{}",
        text(&output)
    );
}

#[test]
fn trials_are_listed() {
    let output = run(&["--list", "--format", "terse"]);
    let told = text(&output);
    let listed: BTreeSet<String> = told
        .lines()
        .filter_map(|line| line.strip_suffix(": test"))
        .map(short)
        .collect();
    assert_eq!(listed, expected(|_| true).into_keys().collect());
    assert_eq!(output.status.code(), Some(0));
}

/// One process for each trial. What is ignored under `cargo test` fails, because nextest would count it as passed.
#[test]
fn under_nextest_nothing_is_passed_that_was_not_tried() {
    let installed = cargo(&["nextest", "--version"]);
    assert!(
        installed.status.success(),
        "this test needs cargo-nextest: `cargo install --locked cargo-nextest`\n{}",
        text(&installed)
    );
    let output = cargo(&["nextest", "run", "--no-fail-fast", "--status-level", "all"]);
    let told = text(&output);
    let mut trials = BTreeMap::new();
    for line in told.lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        if let [verdict @ ("PASS" | "FAIL"), .., "outside::lambda", name] = words[..] {
            let verdict = if verdict == "PASS" { "ok" } else { "FAILED" };
            trials.insert(short(name), verdict.to_owned());
        }
    }
    let expected: BTreeMap<String, String> = expected(|id| !id.starts_with("always/"))
        .into_iter()
        .map(|(id, verdict)| {
            let tried = verdict == "ok";
            (id, if tried { "ok" } else { "FAILED" }.to_owned())
        })
        .collect();
    assert_eq!(trials, expected, "{told}");
    assert_eq!(output.status.code(), Some(100), "{told}");
    let reason =
        "the target does not have `fault-injection`; nextest would count it as passed, so it fails";
    assert!(told.contains(reason), "{told}");
}

/// What cargo needs of this checkout, in a folder of its own, with the suites beside today's.
fn checkout_with_suites_beside() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let root = target().join("tmp/beside-checkout");
    beside::lay(&root);
    beside::copy(&here.join("src"), &root.join("src"));
    for name in ["Cargo.lock", "README.md", "build.rs"] {
        let text = fs::read_to_string(here.join(name)).expect("text");
        beside::write(&root.join(name), &text);
    }
    // without our tests, whose files are not there
    let manifest = fs::read_to_string(here.join("Cargo.toml")).expect("text");
    let (manifest, _) = manifest.split_once("\n[[test]]").expect("there are tests");
    beside::write(&root.join("Cargo.toml"), manifest);
    root
}

/// The suites beside it have cases that the filters choose, but the harness names its operation.
#[test]
#[ignore = "builds the crate again, with other case files"]
fn suites_beside_it_bring_no_trials() {
    let root = made("outside-beside", &checkout_with_suites_beside());
    let output = cargo_in(&root, &["test", "--test", "lambda"]);
    assert_eq!(trials(&output), expected(|_| true), "{}", text(&output));

    let named = include_str!("outside/lambda.rs");
    let unnamed = named.replace("        .operation(\"GetFunctionConfiguration\")\n", "");
    assert_ne!(named, unnamed);
    beside::write(&root.join("tests/all.rs"), &unnamed);
    let manifest = fs::read_to_string(root.join("Cargo.toml")).expect("text");
    let with_all = manifest.replace(
        "[profile.dev]",
        "[[test]]\nname = \"all\"\nharness = false\n\n[profile.dev]",
    );
    beside::write(&root.join("Cargo.toml"), &with_all);
    let output = cargo_in(&root, &["test", "--test", "all", "--", "--list"]);
    let told = text(&output);
    for suite in SUITES {
        for case in [
            "errors/throttled",
            "name-formats/absent/plain-bare",
            "always",
        ] {
            let line = format!("{suite}/{case}: test\n");
            assert!(told.contains(&line), "no `{line}` in:\n{told}");
        }
    }
    let listed = told.matches(": test\n").count();
    assert!(listed > expected(|_| true).len(), "{told}");
}
