//! Parts of one run at work at once, and runs that have one id.

use crate::{
    front::{Act, Front},
    process::{Ended, end, run, start},
    world::Mock,
};

const FILTERS: [&str; 3] = ["/aliases/", "/versions/", "/members/"];

/// The arguments of a run whose id is `r`.
fn arguments<'a>(url: &'a str, part: &'a str) -> Vec<&'a str> {
    let mut arguments = vec!["run", "--endpoint", url, "--run-id", "r"];
    if !part.is_empty() {
        arguments.extend(["--partition", part]);
    }
    [&arguments[..], &FILTERS].concat()
}

/// A front that holds the read of a case, when the fixtures of the run stand.
fn holding(mock: &Mock) -> Front {
    Front::start(Some(mock.address), |_, request| {
        let head = request.lines().next().unwrap_or_default();
        if head.starts_with("GET ") && head.contains("/configuration") && !head.contains("-absent")
        {
            Act::Hold
        } else {
            Act::Forward
        }
    })
}

#[test]
fn two_parts_at_once_conform() {
    let mock = Mock::start(&[]);
    let url = mock.url();
    let parts = ["hash:1/2", "hash:2/2"].map(|part| start(&[], &arguments(&url, part)));
    let ended: Vec<Ended> = parts.into_iter().map(end).collect();
    for ended in &ended {
        assert_eq!(ended.code, 0, "{}{}", ended.stdout, ended.stderr);
    }
    assert_eq!(mock.functions(), [""; 0]);
}

/// What each makes has the part in its name, so that none removes what is another's.
#[test]
fn names_carry_the_part() {
    let mock = Mock::start(&[]);
    let front = holding(&mock);
    let url = front.url();
    let held = start(&[], &arguments(&url, "hash:1/2"));
    front.wait_for_hold();
    let made = mock.functions();
    assert!(!made.is_empty());
    for name in &made {
        assert!(name.starts_with("lambda-conformance-r-1-of-2-"), "{name}");
    }
    let url = mock.url();
    let other = run(&arguments(&url, "hash:2/2"));
    assert_eq!(other.code, 0, "{}{}", other.stdout, other.stderr);
    assert_eq!(mock.functions(), made, "those of the other part stay");
    front.release();
    let ended = end(held);
    assert_eq!(ended.code, 0, "{}{}", ended.stdout, ended.stderr);
    assert_eq!(mock.functions(), [""; 0]);
}

fn same_twice(part: &str, says: &str) {
    let mock = Mock::start(&[]);
    let front = holding(&mock);
    let url = front.url();
    let first = start(&[], &arguments(&url, part));
    front.wait_for_hold();
    let made = mock.functions();
    let url = mock.url();
    let second = run(&arguments(&url, part));
    // the head, and nothing of a run
    let lines: Vec<&str> = second.stdout.lines().collect();
    assert_eq!((second.code, lines.len()), (2, 1), "{}", second.stderr);
    assert!(lines[0].starts_with("lambda-conformance "), "{lines:?}");
    assert!(
        second
            .stderr
            .starts_with(&format!("error: {says} is already running")),
        "{}",
        second.stderr
    );
    assert!(
        second.stderr.contains("CreateFunction"),
        "{}",
        second.stderr
    );
    assert_eq!(mock.functions(), made, "what is there is not its own");
    front.release();
    let first = end(first);
    assert_eq!(first.code, 0, "{}{}", first.stdout, first.stderr);
    assert_eq!(mock.functions(), [""; 0]);
}

#[test]
fn the_same_part_twice_at_once_is_refused() {
    same_twice("hash:1/2", "run `r`, part 1 of 2,");
}

#[test]
fn the_same_run_twice_at_once_is_refused() {
    same_twice("", "run `r`");
}

/// Started at the same moment, one of them goes on.
#[test]
fn of_two_that_start_together_one_conforms() {
    let mock = Mock::start(&["--settle", "20ms"]);
    let url = mock.url();
    let both = [(), ()].map(|()| start(&[], &arguments(&url, "hash:1/2")));
    let mut codes: Vec<i32> = both.into_iter().map(|one| end(one).code).collect();
    codes.sort_unstable();
    assert_eq!(codes, [0, 2]);
    assert_eq!(mock.functions(), [""; 0]);
}

/// What was killed left functions that no case shares: each case that needs one says so, once for all of them, and none fails.
#[test]
fn what_a_killed_run_left_of_single_cases_is_told_once() {
    let mock = Mock::start(&[]);
    let url = mock.url();
    let run = |more: &[&str]| {
        let filters = ["/conditions/", "reads-between/function", "/validation/"];
        let arguments = ["run", "--endpoint", &url, "--run-id", "r"];
        run(&[&arguments[..], more, &filters].concat())
    };
    let kept = run(&["--keep"]);
    assert_eq!(kept.code, 0, "{}{}", kept.stdout, kept.stderr);
    let there = mock.functions();
    let again = run(&[]);
    assert_eq!(again.code, 3, "{}{}", again.stdout, again.stderr);
    let told = again.stdout.matches("\nno answer, ").count();
    assert_eq!(told, 1, "{}", again.stdout);
    let says = " cases: CreateFunction found its name taken, which has the id of this run (`r`): remove what an earlier run";
    assert!(again.stdout.contains(says), "{}", again.stdout);
    assert!(!again.stdout.contains("refused"), "{}", again.stdout);
    assert!(again.stdout.contains(" 0 failed, "), "{}", again.stdout);
    assert_eq!(mock.functions(), there, "they are not its own");
}

/// A run that was killed, or that was to keep what it made: its functions are there when the next one has its id.
#[test]
fn what_an_earlier_run_left_is_not_taken_for_refused() {
    let mock = Mock::start(&[]);
    let url = mock.url();
    let kept = run(&[&arguments(&url, "")[..], &["--keep"]].concat());
    assert_eq!(kept.code, 0, "{}{}", kept.stdout, kept.stderr);
    let there = mock.functions();
    let again = run(&arguments(&url, ""));
    assert_eq!(again.code, 2, "{}{}", again.stdout, again.stderr);
    let says = "or left functions there";
    assert!(again.stderr.contains(says), "{}", again.stderr);
    assert!(
        there.iter().any(|name| again.stderr.contains(name)),
        "{}",
        again.stderr
    );
    assert_eq!(mock.functions(), there, "they are not its own");
}
