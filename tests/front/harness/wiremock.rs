//! The reference on a `wiremock::MockServer`: as strict a run as on the mock, and single wrong answers put before it.

use std::{fs, process::ExitCode};

use lambda_conformance::{
    harness::Harness,
    level::Level,
    mock::{self, MockOptions},
    reference::Settings,
    target::Target,
};
use wiremock::{Mock, MockServer, ResponseTemplate, matchers};

async fn front() -> (Target, MockServer) {
    let server = MockServer::start().await;
    let target = mock::wiremock::mount(&server, MockOptions::embedded(Settings::default())).await;
    (target, server)
}

/// Wrong about one thing: the qualifier `$LATEST` in the query.
async fn spoilt() -> (Target, MockServer) {
    let server = MockServer::start().await;
    Mock::given(matchers::method("GET"))
        .and(matchers::query_param("Qualifier", "$LATEST"))
        .respond_with(ResponseTemplate::new(418))
        .mount(&server)
        .await;
    let target = mock::wiremock::mount(&server, MockOptions::embedded(Settings::default())).await;
    (target, server)
}

/// The trials that did not pass.
fn failed(harness: Harness) -> (Vec<String>, ExitCode) {
    let directory = tempfile::tempdir().expect("a directory");
    let log = directory.path().join("log");
    let code = harness.run_with(&["harness", "--logfile", log.to_str().expect("a path")]);
    let told = fs::read_to_string(&log).expect("a log");
    let failed = told
        .lines()
        .filter_map(|line| line.strip_prefix("test ")?.split_once(" ... "))
        .filter(|(_, verdict)| *verdict != "ok")
        .map(|(name, _)| name.trim().to_owned())
        .collect();
    (failed, code)
}

#[test]
#[ignore = "runs everything"]
fn the_front_meets_every_demand_at_the_strictest_level() {
    let (failed, code) = failed(Harness::starting(front).level(Level::Wire).complete());
    assert_eq!(failed, Vec::<String>::new());
    assert_eq!(code, ExitCode::SUCCESS);
}

#[test]
fn what_is_mounted_before_goes_first() {
    let (failed, code) = failed(Harness::starting(spoilt).filter("qualifiers/"));
    assert_eq!(code, ExitCode::from(101));
    let own: Vec<&String> = failed
        .iter()
        .filter(|id| !id.contains("/always/"))
        .collect();
    assert!(own.len() > 3, "{failed:?}");
    assert!(own.iter().all(|id| id.contains("latest")), "{failed:?}");
}
