//! The table of keys of a baseline, compared with what its reader takes.

use std::{fs, path::Path};

use lambda_conformance::baseline::{Baseline, BaselineError, Orphans};
use time::macros::date;

use crate::{
    keys::{Keys, NONE, differ, keys},
    page,
};

/// The keys of the tables of a baseline.
fn baseline_keys(text: &str) -> Keys {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("baseline.toml");
    fs::write(&path, text).expect("a file");
    match opened(&path) {
        Err(BaselineError::Wrong(diagnostics)) => keys(&diagnostics),
        other => panic!("nobody misses `{NONE}`: {other:?}"),
    }
}

fn opened(path: &Path) -> Result<Baseline, BaselineError> {
    Baseline::open(path, &[], date!(2026 - 12 - 01), Orphans::Refuse)
}

#[test]
fn the_table_of_a_baseline_says_what_its_reader_takes() {
    let pages = page::pages();
    let page = pages
        .iter()
        .find(|page| page.path == "docs/baseline-and-ci.md")
        .expect("a page");
    let mut shown: Vec<(String, Keys)> = Vec::new();
    for row in page.table("the-file", "table").rows.iter().skip(1) {
        if !row[0].text.is_empty() {
            shown.push((row[0].text.clone(), Keys::default()));
        }
        let (_, keys) = shown.last_mut().expect("a table");
        keys.known.extend(row[1].code.iter().cloned());
        if row[2].text.contains("needed") {
            keys.needed.extend(row[1].code.iter().cloned());
        }
    }
    let real = [
        ("the file", "zzzz = 1"),
        ("[[known]]", "version = 1\nknown = [{\nzzzz = 1 }]"),
        (
            "found",
            "version = 1\nknown = [{\nfound = [{\nzzzz = 1 }] }]",
        ),
        (
            "[[not-testable]]",
            "version = 1\nnot-testable = [{\nzzzz = 1 }]",
        ),
    ];
    assert_eq!(
        shown
            .iter()
            .map(|(name, _)| name.as_str())
            .collect::<Vec<_>>(),
        real.map(|(name, _)| name)
    );
    let mut flaws = Vec::new();
    for ((name, shown), (_, text)) in shown.iter().zip(real) {
        differ(
            &format!("{}: {name}", page.path),
            shown,
            &baseline_keys(text),
            &mut flaws,
        );
    }
    assert!(flaws.is_empty(), "{}", flaws.join("\n"));
}
