//! What a target is said to be able to do, and not to be.

use rstest::rstest;

use crate::{process::run, words::Told, world::Mock};

fn told(flags: &[&str], arguments: &[&str]) -> Told {
    let mock = Mock::start(flags);
    Told::of(&mock.url(), arguments)
}

/// The second line of a run.
fn header(told: &Told) -> &str {
    told.ended.stdout.lines().nth(1).unwrap_or_default()
}

const FAULTS: [&str; 3] = [
    "errors/throttled",
    "errors/internal",
    "/name-formats/absent/",
];

#[test]
fn what_is_declared_is_tested() {
    let open = told(&["--faults"], &FAULTS);
    assert_eq!((open.ended.code, open.conclusion()), (0, "conforms"));
    assert!(open.last().contains("not testable"), "{}", open.last());
    assert!(
        header(&open).contains("capabilities: none"),
        "{}",
        header(&open)
    );

    let declared = [&FAULTS[..], &["--capability", "fault-injection"]].concat();
    let tested = told(&["--faults"], &declared);
    assert_eq!((tested.ended.code, tested.conclusion()), (0, "conforms"));
    assert!(!tested.last().contains("not testable"), "{}", tested.last());
    assert!(
        header(&tested).contains("capabilities: fault-injection;"),
        "{}",
        header(&tested)
    );
}

/// Whoever says that it can, is held to it.
#[test]
fn what_is_declared_and_is_not_so_fails() {
    let declared = [&FAULTS[..], &["--capability", "fault-injection"]].concat();
    let held = told(&[], &declared);
    assert_eq!(
        (held.ended.code, held.conclusion()),
        (1, "does not conform")
    );
}

#[rstest]
#[case::not_auth(&["--auth"], &["/auth/", "--no-capability", "auth"], 0, "capabilities: none (not auth as declared, although the run found it)")]
#[case::auth(&[], &["/auth/", "--capability", "auth"], 1, "capabilities: auth (auth as declared, although the run did not find it)")]
#[case::auth_that_is_there(&["--auth"], &["/auth/", "--capability", "auth"], 0, "capabilities: auth;")]
#[case::no_auth(&[], &["/auth/", "--no-capability", "auth"], 0, "capabilities: none;")]
#[case::not_settling(&["--settle", "50ms"], &["/states/", "--no-capability", "settling"], 0, "capabilities: none (not settling as declared, although the run found it)")]
#[case::settling(&[], &["versions/first", "--capability", "settling"], 0, "capabilities: settling (settling as declared, although the run did not find it)")]
// no function was made, so nothing was found out
#[case::open(&[], &["/name-patterns/", "--capability", "settling"], 0, "capabilities: settling;")]
fn what_is_declared_goes_before_what_is_found_and_the_header_says_so(
    #[case] flags: &[&str],
    #[case] arguments: &[&str],
    #[case] code: i32,
    #[case] says: &str,
) {
    let also = [arguments, &["/name-formats/absent/"]].concat();
    let told = told(flags, &also);
    assert!(header(&told).contains(says), "{}", header(&told));
    assert_eq!(told.ended.code, code, "{}", told.ended.stdout);
}

/// What the mock inside can do is no exception.
#[test]
fn the_mock_inside_can_be_held_back() {
    let without = [
        "--no-capability",
        "state-control",
        "--no-capability",
        "denied-identity",
    ];
    let ended = run(&[
        &["run", "--target", "mock", "/auth/", "/errors/"],
        &without[..],
    ]
    .concat());
    assert_eq!(ended.code, 0, "{}{}", ended.stdout, ended.stderr);
    let says = "capabilities: auth, expired-token, fault-injection, second-account";
    assert!(ended.stdout.contains(says), "{}", ended.stdout);
    let missing = "the target does not have `denied-identity`";
    assert!(ended.stdout.contains(missing), "{}", ended.stdout);
}

#[rstest]
#[case(&["--capability", "fault-injecton"], "did you mean `fault-injection`?")]
#[case(&["--no-capability", "setling"], "did you mean `settling`?")]
#[case(&["--capability", "x"], "known: `auth`, `denied-identity`")]
#[case(&["--capability", "auth", "--no-capability", "auth"], "`auth` is declared and declared missing")]
#[case(&["--capability", "second-account"], "`second-account` cannot be declared")]
fn what_cannot_be_declared_is_2(#[case] arguments: &[&str], #[case] says: &str) {
    let url = ["run", "--endpoint", "http://127.0.0.1:9"];
    let ended = run(&[&url[..], arguments].concat());
    assert_eq!((ended.code, ended.stdout.as_str()), (2, ""));
    assert!(ended.stderr.contains(says), "{}", ended.stderr);
}
