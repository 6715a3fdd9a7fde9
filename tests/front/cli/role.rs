//! The execution role on a target that asks for one: made once, after CreateFunction was refused for it, and gone at the end.

use std::sync::Arc;

use rstest::rstest;
use serde_json::Value;

use crate::{
    front::{Act, Front},
    iam::{self, Iam},
    process::{Ended, run},
    world::Mock,
};

/// What the header says.
const SAYS: &str = "makes a role if CreateFunction asks for one";

/// The role of a run whose id is `r`.
pub(crate) const ROLE: &str = "lambda-conformance-r-role";

/// Fixtures that cases share, and some that are made for a case alone.
const FILTERS: [&str; 3] = ["/members/", "/reads", "/states/"];

/// What is done with a request before a target that asks for a role.
pub(crate) fn act(iam: &Iam, request: &str) -> Act {
    let (head, body) = request.split_once("\r\n\r\n").expect("a head");
    let mut words = head.split(' ');
    let (method, path) = (
        words.next().expect("a method"),
        words.next().expect("a path"),
    );
    match iam.answer(method, path, body) {
        Some((status, body)) => Act::Answer(status, body),
        None => Act::Forward,
    }
}

/// One that answers this to CreateRole.
fn creating(status: u16, body: &str) -> Iam {
    Iam {
        creation: Some((status, body.to_owned())),
        ..Iam::with(&[])
    }
}

fn before(mock: &Mock, iam: &Arc<Iam>) -> Front {
    let iam = Arc::clone(iam);
    Front::start(Some(mock.address), move |_, request| act(&iam, request))
}

/// A run with the id `r`.
fn run_on(front: &Front, more: &[&str]) -> Ended {
    let url = front.url();
    run(&[&["run", "--endpoint", &url, "--run-id", "r"], more].concat())
}

/// The last line without what differs from run to run.
fn comes_to(ended: &Ended) -> &str {
    let last = ended.stdout.lines().last().unwrap_or_default();
    last.split(" s)")
        .next()
        .expect("a part")
        .rsplit_once(',')
        .expect("a time")
        .0
}

#[test]
fn it_is_made_once_and_removed() {
    let mock = Mock::start(&[]);
    let iam = Arc::new(Iam::with(&[]));
    let front = before(&mock, &iam);
    let jobs = [&FILTERS[..], &["--jobs", "16"]].concat();
    let ended = run_on(&front, &jobs);
    assert_eq!(ended.code, 0, "{}{}", ended.stdout, ended.stderr);
    // as on a target that does not look
    let other = Mock::start(&[]);
    let honest = run(&[&["run", "--endpoint", &other.url()], &jobs[..]].concat());
    assert_eq!(comes_to(&ended), comes_to(&honest));
    assert!(
        ended
            .stdout
            .lines()
            .nth(1)
            .is_some_and(|line| line.ends_with(SAYS)),
        "{}",
        ended.stdout
    );

    let calls = iam.calls();
    assert_eq!(
        iam.of_roles(),
        [format!("CreateRole {ROLE}"), format!("DeleteRole {ROLE}")]
    );
    assert_eq!(calls[0], "CreateFunction", "nobody had asked for a role");
    let of = |what: &str| calls.iter().filter(|call| *call == what).count();
    // who was on its way already is refused, and nobody is twice
    assert!((1..=16).contains(&of("CreateFunction")), "{calls:?}");
    assert!(of("accepted") > of("CreateFunction"), "{calls:?}");
    assert_eq!(iam.roles(), [""; 0]);
    assert_eq!(mock.functions(), [""; 0]);
    let received = front.received();
    let last = |start: &str| {
        received
            .iter()
            .rposition(|request| request.starts_with(start))
    };
    assert_eq!(
        last("POST / "),
        Some(received.len() - 1),
        "the role goes after its functions"
    );
}

/// Nobody is asked for what nobody needs.
#[test]
fn a_target_that_does_not_look_gets_no_request_for_it() {
    let mock = Mock::start(&[]);
    let front = Front::start(Some(mock.address), |_, _| Act::Forward);
    let ended = run_on(&front, &FILTERS);
    assert!(ended.stdout.contains(SAYS), "{}", ended.stdout);
    let received = front.received();
    let iam: Vec<&String> = received
        .iter()
        .filter(|request| request.starts_with("POST / "))
        .collect();
    assert!(iam.is_empty() && received.len() > 20, "{iam:?}");
}

/// A case may make functions of its own, under a fixture that makes none.
#[test]
fn a_case_that_makes_a_function_asks_too() {
    let mock = Mock::start(&[]);
    let iam = Arc::new(Iam::with(&[]));
    let front = before(&mock, &iam);
    let ended = run_on(&front, &["reads-between/function", "--verbose"]);
    assert_eq!(ended.code, 0, "{}{}", ended.stdout, ended.stderr);
    assert_eq!(
        iam.calls()[..3],
        ["CreateFunction", &format!("CreateRole {ROLE}"), "accepted"]
    );
    assert_eq!(iam.roles(), [""; 0]);
}

#[test]
fn each_part_of_a_run_has_its_own() {
    let mock = Mock::start(&[]);
    let iam = Arc::new(Iam::with(&[]));
    let front = before(&mock, &iam);
    let ended = run_on(
        &front,
        &[&FILTERS[..], &["--partition", "hash:2/3"]].concat(),
    );
    assert_eq!(ended.code, 0, "{}{}", ended.stdout, ended.stderr);
    assert_eq!(
        iam.of_roles(),
        ["CreateRole", "DeleteRole"].map(|action| format!("{action} {ROLE}-2-of-3"))
    );
}

#[test]
fn it_is_kept_with_the_functions() {
    let mock = Mock::start(&[]);
    let iam = Arc::new(Iam::with(&[]));
    let front = before(&mock, &iam);
    let ended = run_on(&front, &["/members/", "--keep"]);
    assert!(
        ended
            .stderr
            .lines()
            .any(|line| line == format!("kept: role {ROLE}")),
        "{}",
        ended.stderr
    );
    assert_eq!(iam.of_roles(), [format!("CreateRole {ROLE}")]);
    assert_eq!(iam.roles(), [ROLE]);
}

/// It is somebody else's: used, and left.
#[test]
fn one_that_was_there_stays() {
    let mock = Mock::start(&[]);
    let iam = Arc::new(Iam::with(&[ROLE]));
    // its ARN is not told, so it is the one that follows from its name
    let front = {
        let iam = Arc::clone(&iam);
        Front::start(Some(mock.address), move |_, request| {
            let follows = format!("\"arn:aws:iam::123456789012:role/{ROLE}\"");
            act(
                &iam,
                &request.replace(&follows, &format!("\"{}\"", Iam::arn(ROLE))),
            )
        })
    };
    let ended = run_on(&front, &["/members/"]);
    assert_eq!(ended.code, 0, "{}{}", ended.stdout, ended.stderr);
    assert_eq!(iam.of_roles(), [format!("CreateRole {ROLE}")]);
    assert_eq!(iam.roles(), [ROLE]);
}

#[test]
fn one_that_cannot_be_removed_is_named() {
    let mock = Mock::start(&[]);
    let iam = Arc::new(Iam {
        deletion: Some((403, "not you".to_owned())),
        ..Iam::with(&[])
    });
    let front = before(&mock, &iam);
    let ended = run_on(&front, &["/members/"]);
    assert_eq!(ended.code, 6, "{}{}", ended.stdout, ended.stderr);
    let left = format!("  role {ROLE} (DeleteRole: 403 not you)");
    assert!(
        ended.stdout.lines().any(|line| line == left),
        "{}",
        ended.stdout
    );
    assert_eq!(mock.functions(), [""; 0]);
}

/// Whatever IAM answers, the cases are not testable for one reason: what CreateFunction said, and what IAM did.
#[rstest]
#[case(501, "{}", "IAM refused CreateRole: 501 {}", false)]
#[case(404, "no such page", "IAM refused CreateRole: 404 no such page", false)]
#[case(
    403,
    "<Code>AccessDenied</Code>",
    "IAM refused CreateRole: 403 <Code>AccessDenied</Code>",
    false
)]
#[case(
    200,
    "",
    "IAM answered CreateRole without the ARN of a role: 200 without a body",
    true
)]
#[case(
    200,
    "{\"Role\": []}",
    "IAM answered CreateRole without the ARN of a role: 200 {\"Role\": []}",
    true
)]
#[case(
    200,
    "<Arn>arn:aws:iam::1:user/u</Arn>",
    "IAM answered CreateRole without the ARN of a role: 200 <Arn>arn:aws:iam::1:user/u</Arn>",
    true
)]
fn without_iam_there_is_one_reason(
    #[case] status: u16,
    #[case] body: &str,
    #[case] says: &str,
    #[case] may_be_there: bool,
) {
    let mock = Mock::start(&[]);
    let iam = Arc::new(creating(status, body));
    let front = before(&mock, &iam);
    let ended = run_on(
        &front,
        &[&FILTERS[..], &["reads-between/function"]].concat(),
    );
    one_reason(&ended, says);
    let mut due = vec![format!("CreateRole {ROLE}")];
    due.extend(may_be_there.then(|| format!("DeleteRole {ROLE}")));
    assert_eq!(iam.of_roles(), due);
    assert!(!iam.calls().contains(&"accepted".to_owned()));
}

fn one_reason(ended: &Ended, says: &str) {
    let reasons: Vec<&str> = ended
        .stdout
        .lines()
        .filter(|line| line.contains("cannot be assumed"))
        .collect();
    assert_eq!(reasons.len(), 1, "{}", ended.stdout);
    let (cases, reason) = reasons[0].split_once(": ").expect("a reason");
    let refusal: Value = serde_json::from_str(iam::REFUSAL).expect("JSON");
    let due = format!(
        "CreateFunction was refused: 400 InvalidParameterValueException: {}; {says}",
        refusal["message"].as_str().expect("a message")
    );
    assert_eq!(reason.trim_end(), due.trim_end());
    let number = cases
        .trim_start_matches("not testable, ")
        .trim_end_matches(" cases");
    assert!(
        number.parse::<u32>().is_ok_and(|number| number > 50),
        "{cases}"
    );
    assert_ne!(ended.code, 6, "{}", ended.stdout);
}

#[test]
fn a_role_that_does_not_help_is_told() {
    let mock = Mock::start(&[]);
    let iam = Arc::new(creating(200, "<Arn>arn:aws:iam::1:role/other</Arn>"));
    let front = before(&mock, &iam);
    let ended = run_on(&front, &["/members/"]);
    one_reason_again(&ended);
    assert_eq!(
        iam.of_roles(),
        ["CreateRole", "DeleteRole"].map(|action| format!("{action} {ROLE}"))
    );
}

fn one_reason_again(ended: &Ended) {
    let says =
        "it was sent again under the role `arn:aws:iam::1:role/other`, which the run had made";
    let reasons: Vec<&str> = ended
        .stdout
        .lines()
        .filter(|line| line.contains("cannot be assumed"))
        .collect();
    assert!(
        reasons.len() == 1 && reasons[0].ends_with(says),
        "{}",
        ended.stdout
    );
}

/// `--create-role` makes the one that every run has, before it is asked for, and leaves it.
#[test]
fn the_one_that_is_made_first_stays() {
    let mock = Mock::start(&[]);
    let iam = Arc::new(Iam::with(&[]));
    let front = before(&mock, &iam);
    let ended = run_on(&front, &["/members/", "--create-role"]);
    assert_eq!(ended.code, 0, "{}{}", ended.stdout, ended.stderr);
    assert!(!ended.stdout.contains(SAYS), "{}", ended.stdout);
    assert_eq!(
        iam.calls()[..2],
        ["CreateRole lambda-conformance", "accepted"]
    );
    assert_eq!(iam.roles(), ["lambda-conformance"]);
}
