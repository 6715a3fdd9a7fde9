//! Signals at any moment: what a run made is gone, or all that may be left is named.
#![cfg(unix)]

use std::{
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicUsize, Ordering},
    thread,
    time::{Duration, Instant},
};

use rstest::rstest;

use crate::{
    front::{Act, Front},
    interrupted::signal,
    matrix::Share,
    process::{Ended, end, start},
    world::Mock,
};

/// Cases that share fixtures, one of which makes twenty functions, and cases that have one of their own.
const CASES: [&str; 5] = [
    "run",
    "get-function-configuration/members",
    "/concurrency/",
    "/reads/",
    "/states/",
];

fn run_on(front: &Front) -> Child {
    start(&[], &[&CASES[..], &["--endpoint", &front.url()]].concat())
}

/// Waits until so many requests have come, or the run is over.
fn wait_for(front: &Front, number: usize, process: &mut Child) {
    while front.received().len() < number && process.try_wait().expect("a process").is_none() {
        thread::sleep(Duration::from_millis(1));
    }
}

/// Each function that is there is named as left.
fn names_all(ended: &Ended, mock: &Mock) {
    for name in mock.functions() {
        let is_named = ended.stdout.contains(&format!("  {name} ("));
        assert!(
            is_named,
            "{name} is not named: {}{}",
            ended.stdout, ended.stderr
        );
    }
}

/// What a person or a system does to end a run.
#[derive(Clone, Copy, Debug)]
struct End {
    name: &'static str,
    /// The signals, and how long after the one before each comes.
    signals: &'static [(&'static str, u64)],
}

const ENDS: [End; 4] = [
    End {
        name: "TERM",
        signals: &[("TERM", 0)],
    },
    End {
        name: "HUP",
        signals: &[("HUP", 0)],
    },
    End {
        name: "INT twice",
        signals: &[("INT", 0), ("INT", 15)],
    },
    End {
        name: "INT three times",
        signals: &[("INT", 0), ("INT", 5), ("INT", 5)],
    },
];

/// Ends a run once so many requests have come.
fn ended_after(number: usize, how: End, front: &Front) -> Ended {
    let mut process = run_on(front);
    wait_for(front, number, &mut process);
    for (name, after) in how.signals {
        thread::sleep(Duration::from_millis(*after));
        if process.try_wait().expect("a process").is_none() {
            signal(&process, name);
        }
    }
    end(process)
}

#[rstest]
#[case::in_set_up(ENDS[0], 12)]
#[case::in_the_cases(ENDS[1], 60)]
#[case::twice(ENDS[2], 40)]
fn a_signal_leaves_nothing_untold(#[case] how: End, #[case] number: usize) {
    let mock = Mock::start(&[]);
    let front = Front::start(Some(mock.address), |_, _| Act::Forward);
    let ended = ended_after(number, how, &front);
    assert_eq!(ended.code, 130, "{}{}", ended.stdout, ended.stderr);
    names_all(&ended, &mock);
    if how.signals.len() == 1 {
        assert_eq!(mock.functions(), [""; 0], "{}", ended.stdout);
    }
}

#[test]
#[ignore = "twenty moments for each kind of signal"]
fn a_signal_at_any_moment_leaves_nothing_untold() {
    const MOMENTS: u64 = 20;
    let share = Share::of_environment();
    let mock = Mock::start(&[]);
    let whole = Front::start(Some(mock.address), |_, _| Act::Forward);
    assert_eq!(end(run_on(&whole)).code, 0);
    let requests = whole.received().len() as u64;
    for how in ENDS {
        let (mut left, mut interrupted) = (0, 0);
        for moment in (0..MOMENTS).filter(|moment| share.has(&format!("{} {moment}", how.name))) {
            // spread by the golden ratio, from the first request on
            let number = 1 + moment * 618_034 % 1_000_003 * (requests - 1) / 1_000_003;
            let front = Front::start(Some(mock.address), |_, _| Act::Forward);
            let ended = ended_after(usize::try_from(number).expect("few"), how, &front);
            assert!(!ended.stderr.contains("panicked"), "{}", ended.stderr);
            names_all(&ended, &mock);
            let there = mock.functions();
            assert!(how.signals.len() > 1 || there.is_empty(), "{there:?}");
            left += there.len();
            interrupted += usize::from(ended.code == 130);
            there.iter().for_each(|name| mock.remove(name));
        }
        println!(
            "{}: {interrupted} runs ended early, {left} functions left and named",
            how.name
        );
        assert!(interrupted > 0 || !share.is_whole());
    }
}

/// Nobody waits for what does not answer.
#[rstest]
#[case::ctrl_c("INT")]
#[case::term("TERM")]
fn a_signal_on_a_frozen_target_names_all(#[case] name: &str) {
    let mock = Mock::start(&[]);
    let seen = AtomicUsize::new(0);
    let front = Front::start(Some(mock.address), move |_, _| {
        if seen.fetch_add(1, Ordering::SeqCst) < 40 {
            Act::Forward
        } else {
            Act::Hold
        }
    });
    let process = run_on(&front);
    front.wait_for_hold();
    let started = Instant::now();
    signal(&process, name);
    let ended = end(process);
    assert_eq!(ended.code, 130, "{}{}", ended.stdout, ended.stderr);
    // the time-out is 30 s
    assert!(
        started.elapsed() < Duration::from_secs(25),
        "{:?}",
        started.elapsed()
    );
    assert!(!mock.functions().is_empty(), "nothing was made");
    names_all(&ended, &mock);
}

/// Whoever starts a run with `nohup` wants it to go on.
#[cfg(target_os = "linux")]
#[test]
fn a_hang_up_that_is_ignored_ends_nothing() {
    let mock = Mock::start(&[]);
    let front = Front::start(Some(mock.address), |_, _| Act::Hold);
    let line = format!(
        "trap '' HUP; exec '{}' run '*/name-formats/absent/plain+bare' --endpoint {}",
        env!("CARGO_BIN_EXE_lambda-conformance"),
        front.url()
    );
    let process = Command::new("sh")
        .args(["-c", &line])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("a shell");
    front.wait_for_hold();
    signal(&process, "HUP");
    front.release();
    let ended = end(process);
    assert_eq!(ended.code, 0, "{}{}", ended.stdout, ended.stderr);
}

/// A run that cannot open another connection.
#[test]
fn too_few_file_descriptors_leave_nothing_untold() {
    let mock = Mock::start(&[]);
    let line = format!(
        "ulimit -n 24; exec '{}' run get-function-configuration --endpoint {}",
        env!("CARGO_BIN_EXE_lambda-conformance"),
        mock.url()
    );
    let output = Command::new("sh")
        .args(["-c", &line])
        .output()
        .expect("a shell");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let ended = Ended {
        code: output.status.code().expect("no signal"),
        stdout: text(&output.stdout),
        stderr: text(&output.stderr),
    };
    assert!(
        [1, 2, 3, 6].contains(&ended.code),
        "{}{}",
        ended.stdout,
        ended.stderr
    );
    let told = format!("{}{}", ended.stdout, ended.stderr);
    assert!(told.contains("Too many open files"), "{told}");
    names_all(&ended, &mock);
}
