//! Files with a few bytes or tokens wrong, thousands of them: each is answered soon, in little memory and without a panic,
//! each mistake has its place, and what has none runs on the mock.

use std::{
    fs,
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
    sync::mpsc,
    thread,
    time::Duration,
};

use lambda_conformance::{
    baseline::{Baseline, BaselineError, Orphans},
    load::{self, Files, Library},
    mock::{Mock, MockOptions},
    plan,
    reference::Settings,
    session::{Session, SessionOptions},
    span::{self, Diagnostic},
};
use tempfile::TempDir;
use time::macros::date;

use crate::{
    edit::{Dice, edited},
    folder::copy,
    matrix::Share,
    memory::peak,
    pieces::PIECES,
};

/// How many mutations there are.
const ALL: usize = 20_000;

/// How much of the processor one may take to be answered, in milliseconds; these tests are not optimised.
const TIME: u64 = 2000;

/// How much memory the process may take at any time, in kilobytes.
const MEMORY: u64 = 150 << 10;

/// Who is not done after this long hangs.
const PATIENCE: Duration = Duration::from_secs(120);

/// What came of mutations.
#[derive(Debug, Default)]
struct Found {
    tried: usize,
    /// Those that were refused, and how many mistakes they were told.
    refused: usize,
    mistakes: usize,
    /// Those that ran.
    ran: usize,
    /// The most time and memory, and of which mutation.
    slowest: (u64, String),
    largest: (u64, String),
    wrong: Vec<String>,
}

/// The base, with one file changed at a time.
struct Bench {
    folder: TempDir,
    /// What may be changed, with the text before.
    files: Vec<(PathBuf, String)>,
    runtime: tokio::runtime::Runtime,
}

impl Bench {
    fn new() -> Bench {
        let folder = TempDir::new().expect("a folder");
        copy(
            &Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/files/base"),
            folder.path(),
        );
        let mut files = Vec::new();
        walk(folder.path(), &mut files);
        files.sort();
        assert!(files.len() > 15, "{files:?}");
        let runtime = tokio::runtime::Builder::new_current_thread();
        let runtime = { runtime }.enable_all().build().expect("a runtime");
        Bench {
            folder,
            files,
            runtime,
        }
    }

    /// Makes one mutation and looks what comes of it.
    fn round(&self, number: usize, found: &mut Found) {
        let mut dice = Dice::new(number as u64);
        let (path, text) = &self.files[dice.below(self.files.len())];
        let name = path
            .strip_prefix(self.folder.path())
            .expect("is below")
            .display();
        let name = format!("mutation {number}, {name}");
        fs::write(path, edited(text, PIECES, &mut dice)).expect("a file");
        found.tried += 1;
        forget_peak();
        let before = processor();
        let answered = catch_unwind(AssertUnwindSafe(|| self.answer(&name)));
        let time = processor().saturating_sub(before) / 1_000_000;
        let memory = peak("self");
        fs::write(path, text).expect("a file");
        match answered {
            Err(_) => found.wrong.push(format!("{name}: it panicked")),
            Ok(Err(told)) => {
                found.refused += 1;
                found.mistakes += told.len();
                found
                    .wrong
                    .extend(flaws(&told).map(|flaw| format!("{name}: {flaw}")));
            }
            Ok(Ok(())) => found.ran += 1,
        }
        if time > found.slowest.0 {
            found.slowest = (time, name.clone());
        }
        if memory > found.largest.0 {
            found.largest = (memory, name);
        }
    }

    /// Loads what is there and runs it. The mistakes, if there are any.
    fn answer(&self, name: &str) -> Result<(), Vec<Diagnostic>> {
        let folder = self.folder.path();
        let files = Files::open(Some(&folder.join("cases")), Some(&folder.join("snapshots")));
        let library = load::load(&files.expect("the folders are there"))?;
        let baseline = Baseline::open(
            &folder.join("baseline.toml"),
            &library.suites,
            date!(2026 - 11 - 28),
            Orphans::Refuse,
        );
        let baseline = baseline.map_err(|error| match error {
            BaselineError::Wrong(told) => told,
            other => panic!("{name}: {other}"),
        })?;
        self.runtime.block_on(run(&library, baseline));
        Ok(())
    }
}

/// Runs all cases on the mock.
async fn run(library: &Library, baseline: Baseline) {
    let mock = Mock::start(0, MockOptions::embedded(Settings::default()))
        .await
        .expect("a port");
    let options = SessionOptions {
        baseline: Some(baseline),
        ..SessionOptions::default()
    };
    // what is wrong with a target is no matter here
    let Ok(mut session) = Session::open(mock.target(), library, options).await else {
        return;
    };
    let items = plan::choose(&library.suites, &[], None).unwrap_or_default();
    if session.arrange(&items).await.is_ok() {
        session.run(&items, |_, _| true).await;
    }
    session.close().await;
}

/// What is wrong with how mistakes are told.
fn flaws(told: &[Diagnostic]) -> impl Iterator<Item = String> {
    let mut flaws = Vec::new();
    for diagnostic in told {
        let (place, _) = &diagnostic.labels[0];
        let at = place.to_string();
        if place.source.path.is_empty() || place.span.start > place.source.text.len() {
            flaws.push(format!("no place: {}", diagnostic.message));
        }
        if diagnostic.message.is_empty() {
            flaws.push(format!("no words at {at}"));
        }
    }
    let shown = span::shown(told, false);
    if !shown.contains("--> ") {
        flaws.push(format!("no place in {shown}"));
    }
    if let Some(letter) = shown.chars().find(|c| c.is_control() && *c != '\n') {
        flaws.push(format!("{letter:?} in {shown}"));
    }
    if shown.len() > 200_000 {
        flaws.push(format!("{} bytes are shown", shown.len()));
    }
    flaws.into_iter()
}

fn walk(folder: &Path, files: &mut Vec<(PathBuf, String)>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            walk(&path, files);
        } else {
            let text = fs::read_to_string(&path).expect("text");
            files.push((path, text));
        }
    }
}

/// The nanoseconds that this thread had of the processor, where the system tells.
fn processor() -> u64 {
    let told = fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let first = told.split(' ').next();
    first.and_then(|first| first.parse().ok()).unwrap_or(0)
}

fn forget_peak() {
    // not everywhere is there such a file
    let _ = fs::write("/proc/self/clear_refs", "5");
}

/// Tries the mutations that a share has. One that hangs is named.
fn all(share: Share) -> Found {
    let (to, from) = mpsc::channel();
    thread::spawn(move || {
        let bench = Bench::new();
        let mut found = Found::default();
        for number in (0..ALL).filter(|number| share.has(&number.to_string())) {
            let _ = to.send(Err(number));
            bench.round(number, &mut found);
        }
        let _ = to.send(Ok(found));
    });
    let mut last = None;
    loop {
        match from.recv_timeout(PATIENCE) {
            Ok(Ok(found)) => return found,
            Ok(Err(number)) => last = Some(number),
            Err(error) => panic!("mutation {last:?}: {error}"),
        }
    }
}

#[expect(clippy::print_stdout, reason = "a table for whoever runs it")]
fn hold(share: Share, least: usize) -> Found {
    let found = all(share);
    println!("{share}: {found:#?}");
    assert!(found.tried >= least, "only {} mutations", found.tried);
    assert!(
        found.refused > found.tried / 3 && found.ran > found.tried / 50,
        "they do not bite"
    );
    assert!(found.wrong.is_empty(), "{:#?}", found.wrong);
    assert!(
        found.slowest.0 <= TIME,
        "{} ms: {}",
        found.slowest.0,
        found.slowest.1
    );
    found
}

#[test]
fn some_mutations_are_answered() {
    hold(Share::one_in(50), 300);
}

/// The tests beside it take memory of the same process: that of this one alone is `cargo test --test files -- --ignored
/// every_mutation`.
#[test]
#[ignore = "20,000 mutations take minutes"]
fn every_mutation_is_answered() {
    let share = Share::of_environment();
    let (memory, of) = hold(share, if share.is_whole() { ALL } else { 0 }).largest;
    assert!(memory <= MEMORY, "{memory} kB: {of}");
}
