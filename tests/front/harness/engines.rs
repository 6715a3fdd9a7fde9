//! Two engines, one judge: the stream of the binary and the trials of `cargo test` come to the same verdicts, case by case,
//! on a mock that deviates in several ways.
//!
//! Not for nextest, under which the trials are others: `.config/nextest.toml` leaves these tests out.

use std::{
    collections::BTreeMap,
    fs,
    process::ExitCode,
    sync::{Arc, Mutex},
    time::Duration,
};

use crate::world;
use bytes::Bytes;
use http::{HeaderValue, Request, Response, header::CONTENT_TYPE};
use lambda_conformance::{
    harness::Harness,
    level::Level,
    mock::{Deviation, Mock, MockOptions},
    plan,
    reference::Settings,
    report::{Header, Tally},
    target::Target,
};

/// Wrong for every answer, for one status, for one member, and for one route: no answer at all is left out, because a
/// process that ends is not a difference.
fn deviation() -> Arc<Deviation> {
    Arc::new(|request: &Request<Bytes>, mut answer: Response<Bytes>| {
        if !request.uri().path().ends_with("/configuration") {
            return answer;
        }
        if answer.status() == 200 {
            let body = String::from_utf8_lossy(answer.body()).replace("\"Active\"", "\"Ready\"");
            *answer.body_mut() = Bytes::from(body);
            let wrong = HeaderValue::from_static("application/xml");
            answer.headers_mut().insert(CONTENT_TYPE, wrong);
        }
        if request
            .uri()
            .query()
            .is_some_and(|query| query.contains("Qualifier=1"))
        {
            *answer.status_mut() = http::StatusCode::IM_A_TEAPOT;
        }
        answer
    })
}

pub(crate) fn options() -> MockOptions {
    MockOptions::embedded(Settings::default())
}

async fn mock() -> (Target, Mock) {
    let mock = Mock::deviating(0, options(), deviation())
        .await
        .expect("a free port");
    (mock.target(), mock)
}

/// The verdicts of the binary's engine, those of what the cases have in common included.
fn streamed() -> BTreeMap<String, String> {
    let library = world::library();
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let (_mock, world) = world::deviating(library, Level::Observed, deviation()).await;
        let items = plan::choose(&library.suites, &[], None).expect("all cases");
        let target = &world.connection.target;
        let header = Header::new(target, None, Level::Observed, items.len());
        let mut tally = Tally::new(&header);
        let mut verdicts = BTreeMap::new();
        world
            .run(&items, |item, outcome| {
                tally.add(item, outcome);
                verdicts.insert(item.case.id.clone(), outcome.verdict.name().to_owned());
                true
            })
            .await;
        for common in tally.finish(Duration::ZERO).common {
            let verdict = common.verdict().name().to_owned();
            verdicts.insert(common.id, verdict);
        }
        verdicts
    })
}

/// What the trials print, by name.
pub(crate) fn tried(harness: Harness, arguments: &[&str]) -> (BTreeMap<String, String>, ExitCode) {
    let directory = tempfile::tempdir().expect("a directory");
    let log = directory.path().join("log");
    let mut line = vec!["harness", "--logfile", log.to_str().expect("a path")];
    line.extend(arguments);
    let code = harness.run_with(&line);
    let told = fs::read_to_string(&log).expect("a log");
    let verdicts = told
        .lines()
        .filter_map(|line| line.strip_prefix("test ")?.split_once(" ... "))
        .map(|(name, verdict)| (name.trim().to_owned(), verdict.to_owned()))
        .collect();
    (verdicts, code)
}

fn word(trial: &str) -> &str {
    match trial {
        "ok" => "passed",
        "FAILED" => "failed",
        other => other,
    }
}

#[test]
#[ignore = "runs everything twice"]
fn both_come_to_the_same_verdicts() {
    let streamed = streamed();
    let (tried, code) = tried(Harness::starting(mock), &[]);
    assert_eq!(code, ExitCode::from(101));
    let failed: Vec<&String> = streamed
        .iter()
        .filter(|(_, verdict)| *verdict == "failed")
        .map(|(id, _)| id)
        .collect();
    let (common, own): (Vec<&String>, Vec<&String>) =
        failed.iter().partition(|id| id.contains("/always/"));
    assert!(own.len() > 20 && common.len() > 1, "{own:?} {common:?}");
    for (id, verdict) in &streamed {
        let trial = tried.get(id).unwrap_or_else(|| panic!("no trial `{id}`"));
        assert_eq!(word(trial), verdict, "{id}");
    }
    // what the binary has no common case for, all answers met, or none was of
    let undecided = "ignored (no answer was of the kind that this checks)";
    for (id, trial) in &tried {
        let known = streamed.contains_key(id);
        assert!(
            known || trial == "ok" || trial == undecided,
            "{id}: {trial}"
        );
    }
}

#[test]
fn one_trial_alone_comes_to_the_same_verdict() {
    let suite = "lambda/get-function-configuration";
    for (id, expected) in [
        (format!("{suite}/always/RSP-CONTENT-TYPE"), "FAILED"),
        // every clause has a trial in a whole run
        (format!("{suite}/always"), "ok"),
    ] {
        let (tried, _) = tried(Harness::starting(mock), &["--exact", &id]);
        assert_eq!(tried.len(), 1, "{tried:?}");
        assert_eq!(tried[&id], expected, "{id}");
    }
}

#[test]
fn trials_make_only_the_fixtures_that_they_need_and_remove_them() {
    let seen: Arc<Mutex<Vec<String>>> = Arc::default();
    let told = Arc::clone(&seen);
    let start = move || async move {
        let deviation: Arc<Deviation> = Arc::new(move |request, answer| {
            let line = format!("{} {}", request.method(), request.uri().path());
            told.lock().expect("no panic").push(line);
            answer
        });
        let mock = Mock::deviating(0, options(), deviation)
            .await
            .expect("a free port");
        (mock.target(), mock)
    };
    let id = "lambda/get-function-configuration/versions/first";
    let (tried, code) = tried(Harness::starting(start), &["--exact", id]);
    assert_eq!((tried[id].as_str(), code), ("ok", ExitCode::SUCCESS));
    let seen = seen.lock().expect("no panic");
    let count = |method: &str, end: &str| {
        seen.iter()
            .filter(|line| line.starts_with(method) && line.ends_with(end))
            .count()
    };
    assert_eq!(count("POST", "/2015-03-31/functions"), 1, "{seen:?}");
    assert!(count("DELETE ", "") >= 1, "{seen:?}");
}

#[test]
fn listing_starts_nothing() {
    async fn never() -> (String, ()) {
        panic!("the target was started")
    }
    let (_, code) = tried(Harness::starting(never), &["--list"]);
    assert_eq!(code, ExitCode::SUCCESS);
}

#[test]
fn an_operation_without_a_suite_has_no_trials() {
    let here = Harness::starting(mock).operation("GetFunctionConfiguration");
    let id = "lambda/get-function-configuration/errors/throttled";
    let (of_today, _) = tried(here, &["--exact", id]);
    assert!(of_today.contains_key(id), "{of_today:?}");
    let harness = Harness::starting(mock).operation("GetFunctionConfig");
    assert_eq!(harness.run_with(&["trials"]), ExitCode::from(101));
}

#[test]
fn what_cannot_be_tested_is_ignored_with_the_reason_or_fails_a_complete_target() {
    let id = "lambda/get-function-configuration/errors/throttled";
    let plain = || async {
        let mock = Mock::start(0, MockOptions::default())
            .await
            .expect("a free port");
        (format!("http://{}", mock.address()), mock)
    };
    let (ignored, code) = tried(Harness::starting(plain), &["--exact", id]);
    assert_eq!(
        (ignored[id].as_str(), code),
        (
            "ignored (capability: the target does not have `fault-injection`)",
            ExitCode::SUCCESS
        )
    );
    let (failed, code) = tried(Harness::starting(plain).complete(), &["--exact", id]);
    assert_eq!((failed[id].as_str(), code), ("FAILED", ExitCode::from(101)));
}

#[test]
fn a_target_that_is_not_there_fails_every_trial() {
    let (tried, code) = tried(Harness::at("http://127.0.0.1:9").filter("errors"), &[]);
    assert_eq!(code, ExitCode::from(101));
    assert!(
        tried.len() > 5 && tried.values().all(|trial| trial == "FAILED"),
        "{tried:?}"
    );
}

#[test]
fn live_aws_is_not_called() {
    let harness = Harness::at("https://lambda.us-east-1.amazonaws.com").filter("errors/throttled");
    let (tried, code) = tried(harness, &[]);
    assert_eq!(code, ExitCode::from(101));
    assert!(tried.values().all(|trial| trial == "FAILED"), "{tried:?}");
}

/// What a filter leaves out is not what a target cannot be tested for.
#[test]
fn a_complete_target_passes_the_cases_of_a_filter() {
    async fn honest() -> (Target, Mock) {
        let mock = Mock::start(0, options()).await.expect("a free port");
        (mock.target(), mock)
    }
    let harness = Harness::starting(honest)
        .filter("/name-formats/absent/")
        .complete();
    let (trials, code) = tried(harness, &[]);
    let failed: Vec<&String> = trials
        .iter()
        .filter(|(_, verdict)| *verdict == "FAILED")
        .map(|(trial, _)| trial)
        .collect();
    assert_eq!(failed, Vec::<&String>::new());
    assert_eq!(code, ExitCode::SUCCESS);
    let passed = trials.values().filter(|verdict| *verdict == "ok").count();
    assert!(passed > 2, "{trials:#?}");
    let left_out = trials
        .values()
        .filter(|verdict| verdict.starts_with("ignored (the filters "))
        .count();
    assert!(left_out > 0, "{trials:#?}");
}

/// Each trial says so, and none that it was not the first to find out.
#[test]
fn a_start_that_panics_fails_every_trial() {
    async fn broken() -> (String, ()) {
        panic!("there is no docker here")
    }
    let harness = Harness::starting(broken).filter("/name-formats/absent/");
    let (trials, code) = tried(harness, &["--test-threads", "1"]);
    assert!(trials.len() > 2, "{trials:#?}");
    assert!(
        trials.values().all(|verdict| verdict == "FAILED"),
        "{trials:#?}"
    );
    assert_eq!(code, ExitCode::from(101));
}
