//! Cases that cannot be tested: what a target lacks or refuses, and what somebody says of it.

use std::{process::ExitCode, sync::Arc};

use lambda_conformance::{
    capability::Capability,
    harness::Harness,
    mock::{Deviation, Mock, MockOptions},
};

use crate::engines::{options, tried};

/// A mock that refuses to create functions.
async fn without_functions() -> (String, Mock) {
    let deviation: Arc<Deviation> = Arc::new(|request, mut answer| {
        if request.method() == http::Method::POST && request.uri().path().ends_with("/functions") {
            *answer.status_mut() = http::StatusCode::NOT_IMPLEMENTED;
        }
        answer
    });
    let mock = Mock::deviating(0, MockOptions::default(), deviation)
        .await
        .expect("a free port");
    (format!("http://{}", mock.address()), mock)
}

/// Nothing was tested then, and nothing is green.
#[test]
fn a_filter_of_which_nothing_can_be_set_up_fails() {
    let filtered = || Harness::starting(without_functions).filter("/aliases/");
    let (trials, code) = tried(filtered(), &[]);
    assert!(trials.len() > 10, "{trials:#?}");
    assert!(
        trials.values().all(|trial| trial.starts_with("ignored (")),
        "{trials:#?}"
    );
    assert_eq!(code, ExitCode::from(101));
    let one = "lambda/get-function-configuration/aliases/as-its-version";
    let (trials, code) = tried(filtered(), &["--exact", one]);
    assert_eq!((trials.len(), code), (1, ExitCode::from(101)));
    // beside others that can be tested they are ignored
    let (trials, code) = tried(filtered().filter("/name-formats/absent/"), &[]);
    assert!(trials.values().any(|trial| trial == "ok"), "{trials:#?}");
    assert_eq!(code, ExitCode::SUCCESS);
}

#[test]
fn what_is_declared_is_tested_and_what_is_declared_missing_is_not() {
    let id = "lambda/get-function-configuration/errors/throttled";
    let plain = || async {
        let mock = Mock::start(0, MockOptions::default())
            .await
            .expect("a free port");
        (format!("http://{}", mock.address()), mock)
    };
    let can = Harness::starting(plain).capability(Capability::FaultInjection);
    let (held, code) = tried(can, &["--exact", id]);
    assert_eq!((held[id].as_str(), code), ("FAILED", ExitCode::from(101)));
    // the target says that it can
    let able = || async {
        let mock = Mock::start(0, options()).await.expect("a free port");
        (mock.target(), mock)
    };
    let (tested, _) = tried(Harness::starting(able), &["--exact", id]);
    assert_eq!(tested[id], "ok");
    let cannot = Harness::starting(able).without(Capability::FaultInjection);
    let (ignored, code) = tried(cannot, &["--exact", id]);
    let reason = "ignored (capability: the target does not have `fault-injection`)";
    assert_eq!((ignored[id].as_str(), code), (reason, ExitCode::SUCCESS));
}
