//! The suite on the built-in mock: one trial for each case, snapshots reviewed with `cargo insta review`.
//!
//! The mock must meet every demand at the strictest level, and nothing may be left untried.

mod world;

use std::sync::{Arc, Mutex, PoisonError};

use lambda_conformance::{
    judge,
    level::Level,
    load::Library,
    run,
    span::Diagnostic,
    verdict::{Outcome, Verdict},
};
use libtest_mimic::{Arguments, Failed, Trial};

fn main() {
    let arguments = Arguments::from_args();
    let library = Arc::new(world::library());
    let runtime = Arc::new(
        tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .expect("a runtime"),
    );
    let (_mock, world) = runtime.block_on(world::deviating(
        &library,
        Level::Wire,
        Arc::new(|_, answer| answer),
    ));
    let world = Arc::new(world);
    let mut trials = Vec::new();
    for (at, suite) in library.suites.iter().enumerate() {
        for (number, case) in suite.cases.iter().enumerate() {
            let (library, world, runtime) = (
                Arc::clone(&library),
                Arc::clone(&world),
                Arc::clone(&runtime),
            );
            trials.push(Trial::test(case.id.clone(), move || {
                let suite = &library.suites[at];
                let outcome = runtime.block_on(run::one(suite, &suite.cases[number], &world));
                judged(&library, at, number, &outcome)
            }));
        }
    }
    libtest_mimic::run(&arguments, trials).exit();
}

fn judged(library: &Library, at: usize, number: usize, outcome: &Outcome) -> Result<(), Failed> {
    let suite = &library.suites[at];
    let case = &suite.cases[number];
    if outcome.verdict != Verdict::Passed || !outcome.common.is_empty() {
        let mut shown = format!("{}: {:?}\n", outcome.verdict, outcome.verdict.reason());
        for mismatch in outcome.mismatches.iter().chain(&outcome.common) {
            let message = format!(
                "{}: `{}` expected {}, found {}",
                mismatch.clause, mismatch.at, mismatch.expected, mismatch.found
            );
            shown.push_str(&Diagnostic::new(mismatch.place.clone(), message).render(false));
            shown.push('\n');
        }
        if suite.snapshots.contains_key(&case.template) {
            return Err(shown.into());
        }
    }
    let text = judge::written(suite, case, &outcome.bindings, &outcome.exchanges);
    match suite.snapshots.get(&case.template) {
        Some(snapshot) if snapshot.text == text => Ok(()),
        // another record of the template than the one that was written
        Some(_)
            if case.id != case.template
                && outcome
                    .notes
                    .iter()
                    .all(|note| !note.contains("nothing is said")) =>
        {
            Ok(())
        }
        _ => review(&case.template, &case.summary, &case.clauses, &text),
    }
}

/// Hands the answer to insta, which writes it for review and fails the trial.
fn review(template: &str, summary: &str, clauses: &[String], text: &str) -> Result<(), Failed> {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let _guard = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    let (directory, name) = template.rsplit_once('/').expect("an id has a topic");
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(format!(
        "{}/snapshots/{directory}",
        env!("CARGO_MANIFEST_DIR")
    ));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.set_description(format!("{summary} [{}]", clauses.join(", ")));
    settings.bind(|| insta::assert_snapshot!(name, text));
    Ok(())
}
