//! Baselines with a mistake each: what a person gets to read, reviewed with `cargo insta review`.

use std::{collections::BTreeSet, fs, path::Path};

use lambda_conformance::{
    baseline::{Baseline, Orphans},
    load::{self, Files},
    span::{Diagnostic, Source},
};
use time::macros::date;

use crate::diagnostics;

const ROOT: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/tests/front/cli/baseline/wrong"
);

/// The diagnostics of each file, by its name.
fn wrong(orphans: Orphans) -> Vec<(String, Vec<Diagnostic>)> {
    let library = load::load(&Files::open(None, None).expect("embedded files")).expect("a library");
    let mut files: Vec<_> = fs::read_dir(ROOT)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|end| end == "toml"))
        .collect();
    files.sort();
    let read = |path: &Path| {
        let name = path
            .file_stem()
            .expect("a name")
            .to_string_lossy()
            .into_owned();
        let text = fs::read_to_string(path).expect("text");
        let source = Source::new(format!("{name}.toml"), text);
        let read = Baseline::parse(&source, &library.suites, date!(2026 - 11 - 22), orphans);
        (name, read.err().unwrap_or_default())
    };
    files.iter().map(|path| read(path)).collect()
}

#[test]
fn every_mistake_shows_what_was_reviewed() {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(ROOT);
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    let wrong = wrong(Orphans::Refuse);
    assert!(wrong.len() >= 12, "only {} files", wrong.len());
    for (name, diagnostics) in wrong {
        assert!(!diagnostics.is_empty(), "{name} has no mistake");
        let shown: Vec<String> = diagnostics.iter().map(|one| one.render(false)).collect();
        for (diagnostic, shown) in diagnostics.iter().zip(&shown) {
            assert!(shown.contains("--> "), "no place in\n{shown}");
            let labelled = diagnostic.labels.iter().any(|(_, label)| !label.is_empty());
            let syntax = diagnostic.message.starts_with("not TOML");
            assert!(
                diagnostic.help.is_some() || labelled || syntax,
                "no next step in\n{shown}"
            );
        }
        settings.bind(|| insta::assert_snapshot!(name, shown.join("\n\n")));
    }
}

#[test]
fn every_message_is_shown_by_some_file() {
    let shown: Vec<String> = wrong(Orphans::Refuse)
        .into_iter()
        .flat_map(|(_, diagnostics)| diagnostics)
        .map(|diagnostic| diagnostic.message)
        .collect();
    let code = concat!(env!("CARGO_MANIFEST_DIR"), "/src/baseline/read.rs");
    let written: BTreeSet<String> = diagnostics::messages(&fs::read_to_string(code).expect("text"))
        .into_iter()
        .collect();
    assert!(written.len() > 7, "the search is at fault: {written:#?}");
    let unseen: Vec<&String> = written
        .iter()
        .filter(|message| !shown.iter().any(|shown| diagnostics::is_of(message, shown)))
        .collect();
    assert!(unseen.is_empty(), "no file shows {unseen:#?}");
}

#[test]
fn what_the_suites_have_no_longer_is_dropped_by_an_update() {
    for (name, diagnostics) in wrong(Orphans::Drop) {
        let unknown = ["unknown-case", "unknown-clause", "unknown-topic"].contains(&name.as_str());
        assert_eq!(diagnostics.is_empty(), unknown, "{name}: {diagnostics:#?}");
    }
}
