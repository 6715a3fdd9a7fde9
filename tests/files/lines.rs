//! A checkout on Windows may end its lines with CR and LF, and editors there put a mark before the text. Neither changes
//! what a file says.

use std::{fs, path::Path};

use lambda_conformance::{
    baseline::{Baseline, Orphans},
    load::{self, Files, Library},
    snapshot::Snapshot,
    span::Source,
};
use tempfile::TempDir;
use time::macros::date;

use crate::{cargo::cargo, folder::copy};

const HERE: &str = env!("CARGO_MANIFEST_DIR");

/// Ends the lines of every text below a folder as Windows does.
fn convert(folder: &Path, mark: &str) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            convert(&path, mark);
        } else if let Ok(text) = fs::read_to_string(&path) {
            fs::write(&path, format!("{mark}{}", text.replace('\n', "\r\n"))).expect("a file");
        }
    }
}

fn loaded(folder: &Path) -> Library {
    let files = Files::open(Some(&folder.join("cases")), Some(&folder.join("snapshots")));
    load::load(&files.expect("folders")).expect("no mistakes")
}

/// Everything that a library says, but for where it was written.
fn said(library: &Library) -> String {
    let suites = library.suites.iter();
    let cases = suites.clone().flat_map(|suite| &suite.cases);
    let cases = cases.map(|case| format!("{} {:?} {:?}", case.id, case.summary, case.steps));
    let snapshots = suites.flat_map(|suite| suite.snapshots.values());
    let snapshots = snapshots.map(|snapshot| format!("{:?} {}", snapshot.answer, snapshot.text));
    cases.chain(snapshots).collect::<Vec<_>>().join("\n")
}

#[test]
fn cases_and_snapshots_say_the_same_on_windows() {
    let unix = loaded(Path::new(HERE));
    for mark in ["", "\u{feff}"] {
        let folder = TempDir::new().expect("a folder");
        for name in ["cases", "snapshots"] {
            copy(&Path::new(HERE).join(name), &folder.path().join(name));
        }
        convert(folder.path(), mark);
        let text = fs::read(folder.path().join("cases/targets.toml")).expect("a file");
        assert!(
            text.windows(2).any(|pair| pair == b"\r\n"),
            "nothing is converted"
        );
        let here = format!("{}/", folder.path().display());
        let windows = said(&loaded(folder.path())).replace(&here, "");
        let unix = said(&unix).replace(&format!("{HERE}/"), "");
        assert!(windows == unix, "they differ with {mark:?}");
    }
}

#[test]
fn a_snapshot_and_a_baseline_say_the_same_on_windows() {
    let unix = "---\nsource: x\n---\n{\n  \"status\": 200\n}\n";
    let read = |text: &str| Snapshot::parse(&Source::new("a.snap", text)).expect("a snapshot");
    assert_eq!(read(&unix.replace('\n', "\r\n")).text, read(unix).text);

    let text = fs::read_to_string(Path::new(HERE).join("tests/baselines/moto.toml")).expect("text");
    let library = load::load(&Files::open(None, None).expect("embedded")).expect("no mistakes");
    let read = |text: &str| {
        let source = Source::new("moto.toml", text);
        let today = date!(2026 - 11 - 28);
        let baseline = Baseline::parse(&source, &library.suites, today, Orphans::Drop);
        baseline.expect("a baseline").reasons()
    };
    assert!(read(&text).0 > 50);
    assert_eq!(read(&text.replace('\n', "\r\n")), read(&text));
}

/// As after `git clone -c core.autocrlf=true` of a repository without `.gitattributes`: the program is built from such
/// files, and has them in it.
#[test]
#[ignore = "builds the program"]
fn a_checkout_with_the_line_ends_of_windows_builds_and_runs() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("windows");
    let _ = fs::remove_dir_all(&folder);
    for name in ["cases", "snapshots", "src"] {
        copy(&Path::new(HERE).join(name), &folder.join(name));
    }
    for name in ["Cargo.toml", "Cargo.lock", "build.rs", "README.md"] {
        fs::copy(Path::new(HERE).join(name), folder.join(name)).expect("a file");
    }
    // the tests and the examples are not there
    let manifest = folder.join("Cargo.toml");
    let text = fs::read_to_string(&manifest).expect("text");
    let parts: Vec<&str> = text.split("\n[[test]]").collect();
    fs::write(&manifest, parts[0]).expect("a file");
    convert(&folder, "");
    let ended = cargo()
        .args(["run", "--offline", "--quiet"])
        .current_dir(&folder)
        .env(
            "CARGO_TARGET_DIR",
            Path::new(env!("CARGO_TARGET_TMPDIR")).join("windows-target"),
        )
        .output()
        .expect("cargo starts");
    let told = String::from_utf8_lossy(&ended.stdout);
    let last = told.lines().last().unwrap_or_default();
    assert!(
        ended.status.success() && last.starts_with("conforms: ") && last.contains(" 0 failed"),
        "{last}\n{}",
        String::from_utf8_lossy(&ended.stderr)
    );
}
