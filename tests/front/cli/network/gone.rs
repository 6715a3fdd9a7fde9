//! Targets that freeze, die, or die and come back in the middle of a run: it ends soon, and says what it did not reach.

use std::{
    sync::{
        OnceLock,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use super::{Came, Place, came_on};
use crate::{
    front::{Act, Front},
    world::Mock,
};

/// Longer than a few time-outs of a second, and far shorter than one for each case.
const SOON: Duration = Duration::from_secs(25);

fn last(came: &Came) -> &str {
    came.ended.stdout.lines().last().unwrap_or_default()
}

/// All of what may be left is named, and the run ended soon because nobody answered.
fn holds(came: &Came, mock: &Mock) {
    let stdout = &came.ended.stdout;
    assert_eq!(came.ended.code, 3, "{stdout}{}", came.ended.stderr);
    assert!(last(came).starts_with("unreachable"), "{}", last(came));
    assert!(came.took < SOON, "{:?}: {stdout}", came.took);
    for name in mock.functions() {
        assert!(stdout.contains(&format!("  {name} (")), "{name}: {stdout}");
    }
}

/// Runs all cases on a target that does something else from one request on.
fn all(mock: &Mock, from: usize, then: fn() -> Act) -> Came {
    let front = Front::start(Some(mock.address), move |number, _| match number {
        number if number < from => Act::Forward,
        _ => then(),
    });
    came_on(&front, &[])
}

/// In the look, in set-up, and in the cases.
#[test]
#[ignore = "whole runs until the target is gone"]
fn a_target_that_freezes_or_dies_ends_the_run() {
    for from in [20, 60, 400, 1000] {
        for then in [|| Act::Hold, || Act::Vanish] {
            let mock = Mock::start(&[]);
            let came = all(&mock, from, then);
            holds(&came, &mock);
            let stdout = &came.ended.stdout;
            assert!(
                stdout.contains("\nthe target stopped answering: "),
                "{stdout}"
            );
            assert!(last(&came).contains(" not run ("), "{}", last(&came));
        }
    }
}

/// The same for a few cases: the first of them is not answered, nor anything after it.
#[test]
fn a_target_that_freezes_ends_a_run_of_a_topic() {
    let mock = Mock::start(&[]);
    let frozen = AtomicBool::new(false);
    let front = Front::start(Some(mock.address), move |_, request| {
        let is_first = Place::Reads.has(0, request);
        if frozen.fetch_or(is_first, Ordering::SeqCst) || is_first {
            Act::Hold
        } else {
            Act::Forward
        }
    });
    let came = came_on(&front, &["get-function-configuration/reads/"]);
    holds(&came, &mock);
    assert!(!mock.functions().is_empty(), "nothing was made");
}

/// A target that is back before the run is over answers again, and keeps nothing.
#[test]
#[ignore = "a run that waits for answers"]
fn a_target_that_comes_back_is_cleared() {
    const DOWN: Duration = Duration::from_millis(700);
    let mock = Mock::start(&[]);
    let since = OnceLock::new();
    let front = Front::start(Some(mock.address), move |number, _| {
        let is_down = number > 200 && since.get_or_init(Instant::now).elapsed() < DOWN;
        if is_down {
            Act::Raw(Vec::new())
        } else {
            Act::Forward
        }
    });
    let came = came_on(&front, &[]);
    let stdout = &came.ended.stdout;
    assert_eq!(came.ended.code, 3, "{stdout}");
    assert!(came.took < SOON, "{:?}", came.took);
    assert_eq!(mock.functions(), [""; 0], "{stdout}");
}
