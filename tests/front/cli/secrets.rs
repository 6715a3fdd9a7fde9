//! Secrets are used and never shown, whatever a target answers.

use std::fs;

use rstest::rstest;

use crate::{
    front::{Act, Front},
    process::{Ended, run_with},
    world::Mock,
};

const KEY: &str = "AKIDCANARYCANARY0000";
const SECRET: &str = "secret-canary-1f2e3d4c";
const TOKEN: &str = "token-canary-5a6b7c8d";

/// What a target does.
#[derive(Clone, Copy, Debug)]
enum Target {
    /// It answers as it should.
    Honest,
    /// It gets everything wrong.
    Wrong,
    /// It refuses every signature, and says what was signed, as AWS does.
    Echo,
    /// It is gone after some answers.
    Vanishing,
    /// Nobody listens.
    Nobody,
}

fn front(target: Target, mock: &Mock) -> Front {
    Front::start(Some(mock.address), move |number, request| match target {
        Target::Honest | Target::Nobody => Act::Forward,
        Target::Wrong => Act::Answer(418, r#"{"message":"no"}"#.to_owned()),
        Target::Echo => {
            let said = serde_json::json!({ "message": format!("The Canonical String should have been '{request}'") });
            Act::Answer(403, said.to_string())
        }
        Target::Vanishing if number < 20 => Act::Forward,
        Target::Vanishing => Act::Vanish,
    })
}

#[rstest]
fn no_secret_is_printed_or_reported(
    #[values(
        Target::Honest,
        Target::Wrong,
        Target::Echo,
        Target::Vanishing,
        Target::Nobody
    )]
    target: Target,
    #[values("--verbose", "--color=always")] flag: &str,
) {
    let mock = Mock::start(&[]);
    let front = front(target, &mock);
    let folder = tempfile::tempdir().expect("a folder");
    let file = |name: &str| folder.path().join(name).display().to_string();
    let reports = [
        format!("json={}", file("report.json")),
        format!("junit={}", file("report.xml")),
        format!("markdown={}", file("report.md")),
        "github".to_owned(),
    ];
    let summary = file("summary.md");
    let url = if let Target::Nobody = target {
        "http://127.0.0.1:9".to_owned()
    } else {
        front.url()
    };
    let variables = [
        ("AWS_ACCESS_KEY_ID", KEY),
        ("AWS_SECRET_ACCESS_KEY", SECRET),
        ("AWS_SESSION_TOKEN", TOKEN),
        ("GITHUB_STEP_SUMMARY", summary.as_str()),
    ];
    // with fixtures and without, and with what is not told of a target
    let mut arguments = vec![
        "run",
        "/reads/version",
        "/name-formats/absent",
        "/auth/",
        flag,
        "--endpoint",
        &url,
    ];
    for report in &reports {
        arguments.extend(["--report", report]);
    }
    let Ended { stdout, stderr, .. } = run_with(&variables, &arguments);
    let read = |name: &str| fs::read_to_string(file(name)).unwrap_or_default();
    let files = ["report.json", "report.xml", "report.md", "summary.md"].map(read);
    // a run that could not begin wrote none of them
    let begun = !matches!(target, Target::Nobody);
    let [json, xml, page, step] = &files;
    assert!(
        [json, xml, page, step]
            .iter()
            .all(|text| text.is_empty() != begun),
        "{stderr}"
    );
    for (place, text) in [
        ("stdout", &stdout),
        ("stderr", &stderr),
        ("the JSON report", json),
        ("the JUnit report", xml),
        ("the Markdown report", page),
        ("the step summary", step),
    ] {
        for secret in [SECRET, TOKEN] {
            let shown = text.lines().find(|line| line.contains(secret));
            assert_eq!(shown, None, "{place} shows a secret");
        }
    }
    let received = front.received();
    if let Target::Nobody = target {
        assert_eq!(received.len(), 0);
        return;
    }
    // the credentials were used: this machine is trusted with the token, and nobody with the secret
    assert!(
        received[0].contains(KEY) && received[0].contains(TOKEN),
        "{}",
        received[0]
    );
    assert!(received.iter().all(|request| !request.contains(SECRET)));
    // the line to paste names the variables
    if let Target::Wrong = target {
        for text in [&stdout, json, xml, page] {
            assert!(
                text.contains("$AWS_SECRET_ACCESS_KEY") && text.contains("$AWS_SESSION_TOKEN"),
                "{text}"
            );
        }
        assert!(stdout.contains("\n::error file=cases/"), "{stdout}");
    }
}

/// A host that is neither this machine nor AWS, reached through a proxy on this machine: nothing is looked up.
#[rstest]
#[case(&[], false)]
#[case(&["--send-session-token"], true)]
fn a_session_token_goes_elsewhere_only_when_asked_to(#[case] flags: &[&str], #[case] sent: bool) {
    let proxy = Front::answering(404, "{}");
    let url = proxy.url();
    let variables = [
        ("AWS_ACCESS_KEY_ID", KEY),
        ("AWS_SECRET_ACCESS_KEY", SECRET),
        ("AWS_SESSION_TOKEN", TOKEN),
        ("HTTP_PROXY", url.as_str()),
    ];
    let arguments = [
        &[
            "run",
            "name-formats",
            "--endpoint",
            "http://emulator.example:4566",
        ],
        flags,
    ]
    .concat();
    let ended = run_with(&variables, &arguments);
    let received = proxy.received();
    assert!(!received.is_empty(), "{}", ended.stderr);
    assert!(
        received.iter().any(|request| request.contains(KEY)),
        "{}",
        received[0]
    );
    assert_eq!(
        received.iter().any(|request| request.contains(TOKEN)),
        sent,
        "{}",
        received[0]
    );
    assert!(
        !ended.stdout.contains(TOKEN) && !ended.stderr.contains(TOKEN),
        "{}{}",
        ended.stdout,
        ended.stderr
    );
    assert_eq!(
        ended.stderr.contains("`--send-session-token`"),
        !sent,
        "{}",
        ended.stderr
    );
}

/// Half of a pair is not used, and what is used instead is said.
#[test]
fn half_of_a_pair_is_said() {
    let mock = Mock::start(&["--auth"]);
    let ended = run_with(
        &[("AWS_SECRET_ACCESS_KEY", SECRET)],
        &[
            "run",
            "*/name-formats/absent/plain+bare",
            "--endpoint",
            &mock.url(),
        ],
    );
    assert_eq!(ended.code, 0, "{}{}", ended.stdout, ended.stderr);
    assert!(
        ended
            .stderr
            .starts_with("note: `AWS_SECRET_ACCESS_KEY` is set"),
        "{}",
        ended.stderr
    );
    assert!(!ended.stderr.contains(SECRET), "{}", ended.stderr);
}
