//! A run that would say the same of every case ends with its first look: what answers is no Lambda, or the credentials are
//! wrong. `--force` runs it anyway.

use rstest::rstest;

use crate::{
    front::{Act, Front},
    process::{Ended, run, run_with},
    world::Mock,
};

/// A refusal of the credentials, as AWS words it.
fn refusal(error: &str, message: &str) -> String {
    format!("{{\"__type\":\"{error}\",\"message\":\"{message}\"}}")
}

fn on(front: &Front, more: &[&str]) -> Ended {
    run(&[&["run", "/name-formats/", "--endpoint", &front.url()], more].concat())
}

#[rstest]
#[case::page(404, "<!DOCTYPE HTML><p>File not found</p>")]
#[case::list(200, "[]")]
#[case::nothing(404, "")]
#[case::refused(405, "Method Not Allowed")]
fn what_is_no_lambda_is_3_after_two_reads(#[case] status: u16, #[case] body: &'static str) {
    let front = Front::answering(status, body);
    let ended = on(&front, &[]);
    assert_eq!(
        (ended.code, ended.stdout.as_str()),
        (3, ""),
        "{}",
        ended.stderr
    );
    let told = format!("error: `{}` does not look like Lambda: ", front.url());
    assert!(ended.stderr.starts_with(&told), "{}", ended.stderr);
    assert_eq!(ended.stderr.lines().count(), 1, "{}", ended.stderr);
    assert!(ended.stderr.contains(body), "{}", ended.stderr);
    let received = front.received();
    assert_eq!(received.len(), 2, "{received:#?}");
    assert!(
        received.iter().all(|request| request.starts_with("GET ")),
        "{received:#?}"
    );

    let forced = on(&front, &["--force"]);
    assert_eq!(forced.code, 1, "{}", forced.stdout);
}

/// One answer in two may be what a proxy says while the target starts.
#[test]
fn one_answer_that_could_be_lambdas_is_enough() {
    let mock = Mock::start(&[]);
    let front = Front::start(Some(mock.address), |number, _| match number {
        0 => Act::Answer(502, "<html>".to_owned()),
        _ => Act::Forward,
    });
    let ended = on(&front, &[]);
    assert_eq!(ended.code, 0, "{}{}", ended.stdout, ended.stderr);
}

#[rstest]
#[case::unknown(
    "UnrecognizedClientException",
    "does not know the access key `test`",
    "`AWS_ACCESS_KEY_ID`"
)]
#[case::secret(
    "InvalidSignatureException",
    "access key `test`",
    "`AWS_SECRET_ACCESS_KEY`"
)]
#[case::expired("ExpiredTokenException", "has expired", "log in again")]
#[case::clock("RequestExpired", "clock", "set the clock")]
fn wrong_credentials_are_2_after_one_read(
    #[case] error: &str,
    #[case] which: &str,
    #[case] remedy: &str,
) {
    let body = refusal(error, "Words of the target.");
    let front = Front::start(None, move |_, _| Act::Answer(403, body.clone()));
    let ended = on(&front, &[]);
    assert_eq!(
        (ended.code, ended.stdout.as_str()),
        (2, ""),
        "{}",
        ended.stderr
    );
    for part in [which, remedy, "Words of the target.", "`--force`"] {
        assert!(ended.stderr.contains(part), "{part}: {}", ended.stderr);
    }
    assert_eq!(front.received().len(), 1);
    assert_eq!(on(&front, &["--force"]).code, 1);
}

/// On a target that verifies signatures for real.
#[rstest]
#[case::secret("test", "not-the-secret", "`AWS_SECRET_ACCESS_KEY`")]
#[case::key("AKIDNOBODYHASIT00000", "test", "`AKIDNOBODYHASIT00000`")]
fn wrong_keys_on_a_target_that_verifies(
    #[case] key: &str,
    #[case] secret: &str,
    #[case] told: &str,
) {
    let mock = Mock::start(&["--auth"]);
    let ended = run_with(
        &[
            ("AWS_ACCESS_KEY_ID", key),
            ("AWS_SECRET_ACCESS_KEY", secret),
        ],
        &["run", "/name-formats/", "--endpoint", &mock.url()],
    );
    assert_eq!(
        (ended.code, ended.stdout.as_str()),
        (2, ""),
        "{}",
        ended.stderr
    );
    assert!(ended.stderr.contains(told), "{}", ended.stderr);
    assert!(!ended.stderr.contains("not-the-secret"), "{}", ended.stderr);
}
