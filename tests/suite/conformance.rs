//! The suite under `cargo test`, a trial for each case: on the mock, or on what `CONFORMANCE_ENDPOINT` names.
//!
//! The mock must meet every assertion at the strictest level, nothing may be left untried, and its answers are reviewed with
//! `cargo insta review`. With an endpoint nothing is reviewed, so that no snapshot can be written from it.
//!
//! | variable | is, in the binary |
//! |---|---|
//! | `CONFORMANCE_ENDPOINT` | `--endpoint` |
//! | `CONFORMANCE_TARGET` | `--target`; only beside an endpoint |
//! | `CONFORMANCE_LEVEL` | `--level` |
//! | `CONFORMANCE_BASELINE` | `--baseline` |

use std::{
    env,
    panic::{self, AssertUnwindSafe},
    process::ExitCode,
    sync::{Mutex, PoisonError},
};

use lambda_conformance::{
    case::Case,
    harness::Harness,
    judge,
    level::Level,
    load::{self, Files, Library},
    mock::{Mock, MockOptions},
    note::Note,
    reference::Settings,
    snapshot::Snapshot,
    suite::Suite,
    target::Target,
    verdict::{Kind, Outcome},
};

fn main() -> ExitCode {
    let variable = |name: &str| env::var(name).ok().filter(|value| !value.is_empty());
    let Some(endpoint) = variable("CONFORMANCE_ENDPOINT") else {
        return Harness::starting(mock)
            .library(library())
            .level(Level::Wire)
            .complete()
            .also(reviewed)
            .run();
    };
    let mut harness = Harness::at(endpoint).library(library());
    if let Some(name) = variable("CONFORMANCE_TARGET") {
        harness = harness.profile(name);
    }
    if let Some(level) = variable("CONFORMANCE_LEVEL") {
        harness = harness.level(level.parse().expect("CONFORMANCE_LEVEL is a level"));
    }
    if let Some(path) = variable("CONFORMANCE_BASELINE") {
        harness = harness.baseline(path);
    }
    harness.run()
}

/// The case files of this checkout, whether or not every case has its snapshot.
fn library() -> Library {
    let files = Files::open(None, None).expect("the files that are embedded");
    load::load_for_review(&files).unwrap_or_else(|diagnostics| {
        let shown: Vec<String> = diagnostics.iter().map(|one| one.render(false)).collect();
        panic!("{}", shown.join("\n\n"))
    })
}

async fn mock() -> (Target, Mock) {
    let options = MockOptions::embedded(Settings::default());
    let mock = Mock::start(0, options).await.expect("a free port");
    (mock.target(), mock)
}

/// Compares what the mock answered with the snapshot, and hands it to insta if it differs.
fn reviewed(suite: &Suite, case: &Case, outcome: &Outcome) -> Result<(), String> {
    let text = judge::written(suite, case, &outcome.bindings, &outcome.exchanges);
    // the first record of a template writes its snapshot; the others must fit it
    let first = suite
        .cases
        .iter()
        .find(|known| known.template == case.template);
    let is_first = first.is_some_and(|first| first.id == case.id);
    let is_another = |snapshot: &Snapshot| {
        let filled = snapshot.fill(|column, field| case.field(column, field));
        let answer = judge::canonical(suite, case, &outcome.exchanges);
        let differences = filled.differences(&answer, &outcome.bindings);
        !is_first
            && differences.iter().all(|one| one.kind == Kind::Added)
            && outcome
                .notes
                .iter()
                .all(|note| !matches!(note, Note::Unmentioned { .. }))
    };
    match suite.snapshots.get(&case.template) {
        Some(snapshot) if snapshot.text == text || is_another(snapshot) => Ok(()),
        Some(_) => review(case, &text)
            .map_err(|()| "the answer differs from its snapshot; `cargo insta review` shows how"),
        None if !is_first => Err("its template has no snapshot; the first record writes it"),
        None => review(case, &text).map_err(
            |()| "it has no snapshot yet; `cargo insta review` shows the one that was written",
        ),
    }
    .map_err(str::to_owned)
}

/// Hands the answer to insta, which writes it for review and panics.
fn review(case: &Case, text: &str) -> Result<(), ()> {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let _guard = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    let (directory, name) = case.template.rsplit_once('/').expect("an id has a topic");
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(format!(
        "{}/snapshots/{directory}",
        env!("CARGO_MANIFEST_DIR")
    ));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.set_description(format!("{} [{}]", case.summary, case.clauses.join(", ")));
    panic::catch_unwind(AssertUnwindSafe(|| {
        settings.bind(|| insta::assert_snapshot!(name, text))
    }))
    .map_err(drop)
}
