//! A hostile network: whatever a target does instead of answering, nothing passes for it, nothing hangs, nothing grows, and what
//! stays on the target is named.

mod changed;
mod faults;
mod gone;
mod tls;

use std::{
    fs,
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use serde_json::Value;

use crate::{
    front::{Act, Front},
    matrix::Share,
    memory::peak,
    process::{Ended, end, start},
    world::Mock,
};
use faults::{ANSWERS, BODIES, Fault, HEADS};

/// No run of a few cases with a time-out of a second takes longer. A function that was made and is not found is waited for 5 s,
/// and so is one that cannot be removed; the rest is for a busy machine.
const PATIENCE: Duration = Duration::from_secs(40);

/// To which requests a target does it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// The reads of the cases.
    Reads,
    /// The creations of functions.
    SetUp,
    /// The removals.
    CleanUp,
    /// All from the middle of the run on.
    Rest,
}

const PLACES: [Place; 4] = [Place::Reads, Place::SetUp, Place::CleanUp, Place::Rest];

impl Place {
    fn has(self, number: usize, request: &str) -> bool {
        match self {
            Place::Reads => {
                request.starts_with("GET ")
                    && request.contains("/configuration")
                    && !request.contains("-absent/")
            }
            Place::SetUp => request.starts_with("POST /2015-03-31/functions "),
            Place::CleanUp => request.starts_with("DELETE "),
            // the look takes four, and then functions are made
            Place::Rest => number >= 5,
        }
    }
}

/// What came of a run.
struct Came {
    ended: Ended,
    took: Duration,
    /// In kilobytes.
    memory: u64,
    report: Value,
}

/// Runs a few cases with a fixture on a target with this fault in this place.
fn came(mock: &Mock, fault: &'static Fault, place: Place) -> Came {
    let front = Front::start(Some(mock.address), move |number, request| {
        if place.has(number, request) {
            Act::Do(fault.does)
        } else {
            Act::Forward
        }
    });
    came_on(&front, &["get-function-configuration/reads/version"])
}

/// Runs cases on a target that is given a second for each answer.
fn came_on(front: &Front, filters: &[&str]) -> Came {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("report.json");
    let report = format!("json={}", file.display());
    let url = front.url();
    let options = ["--timeout", "1s", "--endpoint", &url, "--report", &report];
    let started = Instant::now();
    let process = start(&[], &[&["run"], filters, &options].concat());
    let id = process.id().to_string();
    let (ended, memory) = thread::scope(|scope| {
        let ending = scope.spawn(|| end(process));
        let mut memory = 0;
        while !ending.is_finished() {
            memory = memory.max(peak(&id));
            thread::sleep(Duration::from_millis(2));
        }
        (ending.join().expect("it ends"), memory)
    });
    let text = fs::read_to_string(&file).unwrap_or_default();
    Came {
        ended,
        took: started.elapsed(),
        memory,
        report: serde_json::from_str(&text).unwrap_or_default(),
    }
}

/// What is wrong with what came of it.
fn flaws(came: &Came, fault: &Fault, place: Place, mock: &Mock) -> Vec<String> {
    let mut flaws = Vec::new();
    let Came {
        ended,
        took,
        memory,
        report,
    } = came;
    let mut hold = |holds: bool, flaw: &str| {
        if !holds {
            flaws.push(flaw.to_owned());
        }
    };
    // a refusal is one, whatever else it is, and of a lie about a removal nobody can know
    let codes: &[i32] = match place {
        Place::CleanUp if fault.lies => &[0, 3, 6],
        Place::CleanUp => &[3, 6],
        Place::SetUp | Place::Rest if fault.lies => &[1, 4, 7],
        _ => &[1, 3],
    };
    hold(codes.contains(&ended.code), "exit code");
    hold(!ended.stderr.contains("panicked"), "a panic");
    hold(*took < PATIENCE, "time");
    hold(*memory < 150 << 10, "memory");
    let cases = report["cases"].as_array().cloned().unwrap_or_default();
    let passed = |case: &&Value| {
        let id = case["id"].as_str().unwrap_or_default();
        case["verdict"] == "passed" && !id.contains("/always/")
    };
    let passed = cases.iter().filter(passed).count();
    hold((passed > 0) == (place == Place::CleanUp), "what passed");
    if place == Place::Reads {
        hold(ended.stdout.contains(fault.told), "what is told");
    }
    for name in mock.functions() {
        let is_named = ended.stdout.contains(&format!("  {name} ("));
        hold(is_named || fault.lies, "what is left is not named");
        mock.remove(&name);
    }
    flaws
}

/// Each fault in each place, several at once. A table of all, and what is wrong with which.
fn table(entries: &[(&'static Fault, Place)]) -> (Vec<String>, Vec<String>) {
    const AT_ONCE: usize = 6;
    let next = AtomicUsize::new(0);
    let (rows, wrong) = (Mutex::new(Vec::new()), Mutex::new(Vec::new()));
    let some = || {
        let mock = Mock::start(&[]);
        while let Some((fault, place)) = entries.get(next.fetch_add(1, Ordering::SeqCst)) {
            let came = came(&mock, fault, *place);
            let row = row(fault, *place, &came);
            let flaws = flaws(&came, fault, *place, &mock);
            if !flaws.is_empty() {
                let told = format!(
                    "{flaws:?}: {row}\n{}{}",
                    came.ended.stdout, came.ended.stderr
                );
                wrong.lock().expect("no panic").push(told);
            }
            rows.lock().expect("no panic").push(row);
        }
    };
    thread::scope(|scope| {
        for _ in 0..AT_ONCE.min(entries.len()) {
            scope.spawn(some);
        }
    });
    let mut rows = rows.into_inner().expect("no panic");
    rows.sort();
    (rows, wrong.into_inner().expect("no panic"))
}

fn row(fault: &Fault, place: Place, came: &Came) -> String {
    let last = came.ended.stdout.lines().last().unwrap_or_default();
    format!(
        "{place:?} | {} | {} | {:.1} s | {} MB | {last}",
        fault.name,
        came.ended.code,
        came.took.as_secs_f64(),
        came.memory >> 10,
    )
}

fn all() -> impl Iterator<Item = &'static Fault> {
    HEADS.iter().chain(BODIES).chain(ANSWERS)
}

#[test]
fn nothing_passes_or_hangs_for_some_faults() {
    let entries = [
        ("garbage", Place::Reads),
        ("an unknown transfer encoding", Place::Reads),
        ("a member twice", Place::SetUp),
        ("is silent", Place::Rest),
        ("resets at once", Place::CleanUp),
        ("headers without end", Place::SetUp),
    ];
    let entries = entries.map(|(name, place)| {
        let fault = all().find(|fault| fault.name == name);
        (fault.expect("a fault"), place)
    });
    let (_, wrong) = table(&entries);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
#[ignore = "some hundred runs, many of which wait for an answer"]
fn nothing_passes_or_hangs_or_grows_whatever_the_network_does() {
    let share = Share::of_environment();
    let entries: Vec<_> = all()
        .flat_map(|fault| PLACES.map(|place| (fault, place)))
        .filter(|(fault, place)| share.has(&format!("{} {place:?}", fault.name)))
        .collect();
    let (rows, wrong) = table(&entries);
    println!("{share}:\n{}", rows.join("\n"));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
