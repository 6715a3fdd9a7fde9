//! Broken case files: one directory for each kind of mistake, with the diagnostics that a person gets to read.
//!
//! `tests/engine/broken/KIND/{cases,snapshots}` would load but for one mistake; `diagnostics.snap` beside them is reviewed with
//! `cargo insta review`.

use std::{
    collections::BTreeSet,
    fs,
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
};

use crate::diagnostics;
use lambda_conformance::{
    load::{self, Files},
    span::Diagnostic,
};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/engine/broken");

/// The directories, by name.
fn kinds() -> Vec<PathBuf> {
    let mut kinds: Vec<PathBuf> = fs::read_dir(ROOT)
        .expect("tests/engine/broken can be read")
        .map(|entry| entry.expect("tests/engine/broken can be read").path())
        .filter(|path| path.is_dir())
        .collect();
    kinds.sort();
    kinds
}

fn found(kind: &Path) -> Vec<Diagnostic> {
    let (cases, snapshots) = (kind.join("cases"), kind.join("snapshots"));
    let files = Files::open(Some(&cases), Some(&snapshots)).expect("the directory can be read");
    load::load(&files).err().unwrap_or_default()
}

/// All diagnostics as a terminal shows them, with paths below the directory of the kind.
fn shown(kind: &Path) -> String {
    let shown: Vec<String> = found(kind)
        .iter()
        .map(|diagnostic| diagnostic.render(false))
        .collect();
    let here = format!("{}/", kind.to_string_lossy().replace('\\', "/"));
    shown.join("\n\n").replace(&here, "")
}

fn named(kind: &str) -> Vec<Diagnostic> {
    found(&Path::new(ROOT).join(kind))
}

#[test]
fn every_kind_shows_what_was_reviewed() {
    let kinds = kinds();
    assert!(
        kinds.len() >= 14,
        "only {} kinds of broken case files",
        kinds.len()
    );
    let failed: Vec<&PathBuf> = kinds
        .iter()
        .filter(|kind| {
            let reviewed = || {
                let shown = shown(kind);
                assert!(!shown.is_empty(), "{} is not broken", kind.display());
                let mut settings = insta::Settings::clone_current();
                settings.set_snapshot_path(kind);
                settings.set_prepend_module_to_snapshot(false);
                settings.set_omit_expression(true);
                settings.bind(|| insta::assert_snapshot!("diagnostics", shown));
            };
            catch_unwind(AssertUnwindSafe(reviewed)).is_err()
        })
        .collect();
    assert!(
        failed.is_empty(),
        "differ from what was reviewed: {failed:#?}"
    );
}

#[test]
fn every_diagnostic_names_a_line_and_what_to_do() {
    for kind in kinds() {
        for diagnostic in found(&kind) {
            let shown = diagnostic.render(false);
            assert!(
                shown.contains("--> "),
                "{}: no place in\n{shown}",
                kind.display()
            );
            // the parser's own words say what it expected
            if diagnostic.message.starts_with("not TOML") {
                continue;
            }
            let labelled = diagnostic.labels.iter().any(|(_, label)| !label.is_empty());
            assert!(
                diagnostic.help.is_some() || labelled || diagnostic.message.contains("; "),
                "{}: no next step in\n{shown}",
                kind.display()
            );
        }
    }
}

#[test]
fn a_file_with_five_errors_shows_five() {
    let found = named("five-errors");
    assert_eq!(found.len(), 5, "{found:#?}");
    let files: BTreeSet<&str> = found
        .iter()
        .flat_map(|found| &found.labels)
        .map(|(place, _)| place.source.path.as_str())
        .collect();
    assert_eq!(files.len(), 1, "{files:?}");
}

#[test]
fn a_syntax_error_hides_nothing_of_another_file() {
    let found = named("syntax-and-more");
    let of = |file: &str| {
        found
            .iter()
            .filter(|found| found.labels[0].0.source.path.ends_with(file))
            .count()
    };
    assert_eq!(
        (of("names.toml"), of("qualifiers.toml"), found.len()),
        (1, 1, 2),
        "{found:#?}"
    );
}

/// The texts that `src/load` can write are found in its code, so that a new one without a directory does not go unseen.
#[test]
fn every_message_of_the_loader_is_shown_by_some_kind() {
    let all: Vec<String> = kinds()
        .iter()
        .flat_map(|kind| found(kind))
        .map(|diagnostic| diagnostic.message)
        .collect();
    let code = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = vec![code.join("load.rs"), code.join("tree.rs")];
    let mut folders = vec![code.join("load")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("is there") {
            let path = entry.expect("is there").path();
            let list = if path.is_dir() {
                &mut folders
            } else {
                &mut files
            };
            list.push(path);
        }
    }
    let mut written = BTreeSet::new();
    for file in &files {
        written.extend(diagnostics::messages(
            &fs::read_to_string(file).expect("is text"),
        ));
    }
    assert!(written.len() > 40, "the search is at fault: {written:#?}");
    let unseen: Vec<&String> = written
        .iter()
        .filter(|message| !all.iter().any(|shown| diagnostics::is_of(message, shown)))
        .collect();
    assert!(
        unseen.is_empty(),
        "no directory of tests/broken shows {unseen:#?}"
    );
}
