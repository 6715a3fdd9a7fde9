//! `explain`: all that is known of a clause or a case, and not a byte sent.

use std::{io, net::TcpListener};

use rstest::rstest;

use crate::{
    coverage::contract,
    front::{Act, Front},
    process::{Ended, run},
    world::Mock,
};

const SUITE: &str = "lambda/get-function-configuration";

fn ids() -> Vec<String> {
    let listed = run(&["list"]);
    let ids = listed.stdout.lines().filter(|line| line.starts_with(SUITE));
    ids.map(str::to_owned).collect()
}

fn explained(ids: &[String], more: &[&str]) -> Ended {
    let ids = ids.iter().map(String::as_str);
    run(&["explain"]
        .into_iter()
        .chain(ids)
        .chain(more.iter().copied())
        .collect::<Vec<_>>())
}

/// What is told of each of these ids: from its title to the next one.
fn parts<'o>(ended: &'o Ended, kind: &str, ids: &[String]) -> Vec<&'o str> {
    let mut rest = ended.stdout.as_str();
    let mut parts = Vec::new();
    for (at, id) in ids.iter().enumerate() {
        let title = format!("{kind} {id}\n");
        assert!(rest.starts_with(&title), "no part for {id}: {rest:.200}");
        let end = ids.get(at + 1).map_or(rest.len(), |next| {
            let next = format!("\n{kind} {next}\n");
            rest.find(&next).expect("the next one") + 1
        });
        parts.push(&rest[..end]);
        rest = &rest[end..];
    }
    parts
}

fn has_line(part: &str, start: &str) -> bool {
    part.lines().any(|line| line.starts_with(start))
}

/// A role is made on this machine only, and only where a function is made.
#[rstest]
#[case("settings/", "http://127.0.0.1:5000", true)]
#[case("reads-between/function", "http://127.0.0.1:5000", true)]
#[case("name-formats/absent", "http://127.0.0.1:5000", false)]
#[case("settings/", "http://moto.example:5000", false)]
#[case("settings/", "https://lambda.us-east-1.amazonaws.com", false)]
fn a_case_says_if_it_may_make_a_role(#[case] part: &str, #[case] url: &str, #[case] says: bool) {
    let ids = ids();
    let id = ids.iter().find(|id| id.contains(part)).expect("a case");
    let ended = run(&["explain", id, "--endpoint", url]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    let line = "  role       the run makes a role if CreateFunction asks for one";
    let told = ended.stdout.lines().any(|one| one == line);
    assert_eq!(told, says, "{}", ended.stdout);
}

#[test]
fn every_case_can_be_explained_and_nothing_is_sent() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("an address");
    let ids = ids();
    assert!(ids.len() > 400, "{} cases", ids.len());
    let ended = explained(&ids, &["--endpoint", &format!("http://{address}")]);
    assert_eq!((ended.code, ended.stderr.as_str()), (0, ""));
    for (id, part) in ids.iter().zip(parts(&ended, "case", &ids)) {
        for start in [
            "  summary  ",
            "  written    cases/lambda/",
            "  fixture  ",
            "snapshot ",
        ] {
            assert!(has_line(part, start), "{id} has no `{start}`:\n{part}");
        }
        // every case asserts something, and says where
        let assertions = ["  expect ", "  observed ", "  wire ", "  inferred "];
        let assertion = part.lines().find(|line| {
            assertions.iter().any(|table| line.starts_with(table)) && line.contains(".toml:")
        });
        assert!(assertion.is_some(), "{id} asserts nothing:\n{part}");
        assert!(has_line(part, "  contract   "), "{id}:\n{part}");
        assert!(
            has_line(part, "  sends      ") || part.contains("takes the answer that step "),
            "{id} has no request:\n{part}"
        );
        for line in part.lines().filter(|line| line.starts_with("  curl ")) {
            assert!(line.contains(&format!("http://{address}/")), "{line}");
        }
        assert!(!part.contains("not sent"), "{id}:\n{part}");
    }
    // whoever had connected would wait in the queue of the listener
    listener.set_nonblocking(true).expect("a socket");
    let nobody = listener.accept().expect_err("somebody connected");
    assert_eq!(nobody.kind(), io::ErrorKind::WouldBlock);
}

#[test]
fn every_clause_can_be_explained() {
    let ids = contract();
    let ended = explained(&ids, &[]);
    assert_eq!((ended.code, ended.stderr.as_str()), (0, ""));
    for (id, part) in ids.iter().zip(parts(&ended, "clause", &ids)) {
        for start in ["  governs    ", "  contract   "] {
            assert!(has_line(part, start), "{id} has no `{start}`:\n{part}");
        }
        // in the contract of the operation, or in that of the service
        let written =
            |folder: &str| has_line(part, &format!("  written    {folder}/clauses.toml:"));
        assert!(
            written("cases/lambda/get-function-configuration") || written("cases/lambda"),
            "{id} is written nowhere:\n{part}"
        );
        // it is tested somewhere, or says why not
        let tested = part.lines().any(|line| {
            line.starts_with(&format!("  {SUITE}/")) || line.starts_with("  on every answer, ")
        });
        assert!(
            tested != has_line(part, "  untested   "),
            "{id} is neither tested nor untested, or both:\n{part}"
        );
    }
}

/// What is shown is what a run sends: the target and the bytes of the path are those of the request that came in.
#[test]
fn the_requests_are_those_of_a_run() {
    let filter = "/qualifiers/";
    let mock = Mock::start(&[]);
    let front = Front::start(Some(mock.address), |_, _| Act::Forward);
    let ended = run(&[
        "run",
        filter,
        "--run-id",
        "example",
        "--endpoint",
        &front.url(),
    ]);
    assert_eq!(ended.code, 0, "{}", ended.stdout);
    let received: Vec<String> = front
        .received()
        .iter()
        .filter_map(|request| {
            Some(
                request
                    .lines()
                    .next()?
                    .strip_suffix(" HTTP/1.1")?
                    .to_owned(),
            )
        })
        .collect();
    let ids: Vec<String> = ids().into_iter().filter(|id| id.contains(filter)).collect();
    let explained = explained(&ids, &[]);
    let shown: Vec<&str> = explained
        .stdout
        .lines()
        .filter_map(|line| line.strip_prefix("  sends      "))
        .collect();
    assert!(shown.len() >= ids.len(), "{} of {}", shown.len(), ids.len());
    for line in shown {
        assert!(received.iter().any(|known| known == line), "{line}");
    }
}

#[test]
fn a_clause_has_its_statements_its_evidence_with_its_age_and_its_cases() {
    let ended = run(&["explain", "X-QUAL-CONFLICT"]);
    assert_eq!((ended.code, ended.stderr.as_str()), (0, ""));
    let line = |start: &str| {
        let mut lines = ended.stdout.lines();
        lines
            .find(|line| line.starts_with(start))
            .unwrap_or_else(|| panic!("no `{start}` in\n{}", ended.stdout))
    };
    let contract = line("  contract   ");
    assert!(
        contract.contains("(recorded on GetFunctionConfiguration, 2025-11-25, ")
            && contract.ends_with(" days ago)"),
        "{contract}"
    );
    assert!(line("  evidence   LS-API ").contains(": localstack/localstack, commit "));
    assert_eq!(line("  governs    "), "  governs    status, error, message");
    let case = line(&format!("  {SUITE}/qualifiers/conflict ("));
    assert!(
        case.contains(" records)  cases/lambda/get-function-configuration/qualifiers.toml:"),
        "{case}"
    );
    // page and AWS, where the two say different things
    let both = run(&["explain", "RSP-SHAPE-FS"]).stdout;
    assert!(
        both.contains(" (documented)\n") && both.contains(" (recorded on GetFunction)\n"),
        "{both}"
    );
    let why = run(&["explain", "X-XACCOUNT-NOBODY", "RSP-ENV-CLOUDTRAIL"]);
    assert_eq!((why.code, why.stdout.as_str()), (2, ""));
    let why = run(&["explain", "RSP-ENV-CLOUDTRAIL"]).stdout;
    assert!(why.contains("\n  untested   It is about "), "{why}");
}

/// A part that only one id has, `*`, a record of a template, the case that stands for an assertion on every answer.
#[rstest]
#[case("QUAL-CONFLICT", "clause X-QUAL-CONFLICT")]
#[case(
    "qualifiers/equal/version+bare",
    "case lambda/get-function-configuration/qualifiers/equal/version+bare"
)]
#[case(
    "*/equal/version+partial-arn",
    "case lambda/get-function-configuration/qualifiers/equal/version+partial-arn"
)]
#[case(
    "lambda/get-function-configuration/always/X-HDR-OTHER",
    "clause X-HDR-OTHER"
)]
#[case("x-qual-conflict", "clause X-QUAL-CONFLICT")]
fn a_part_of_an_id_is_enough(#[case] word: &str, #[case] title: &str) {
    let ended = run(&["explain", word]);
    assert_eq!((ended.code, ended.stderr.as_str()), (0, ""), "{word}");
    assert_eq!(ended.stdout.lines().next(), Some(title));
}

#[rstest]
#[case("X-QUAL-CONFLCT", "did you mean `X-QUAL-CONFLICT`?")]
#[case("x-qual-conflct", "did you mean `X-QUAL-CONFLICT`?")]
#[case("qualifiers/equl", "did you mean `qualifiers/equal`?")]
#[case("qualifers", "did you mean `qualifiers`?")]
#[case("nothing-of-the-kind", "`lambda-conformance list`")]
fn an_unknown_id_is_2_with_the_one_that_was_meant(#[case] word: &str, #[case] hint: &str) {
    let ended = run(&["explain", word]);
    assert_eq!((ended.code, ended.stdout.as_str()), (2, ""));
    let start = format!("error: nothing has the id `{word}`; ");
    assert!(
        ended.stderr.starts_with(&start) && ended.stderr.contains(hint),
        "{}",
        ended.stderr
    );
}

#[test]
fn a_part_of_several_ids_is_2_and_names_them() {
    let ended = run(&["explain", "qualifiers/equal"]);
    assert_eq!((ended.code, ended.stdout.as_str()), (2, ""));
    let mut lines = ended.stderr.lines();
    let first = lines.next().unwrap_or_default();
    let candidates: Vec<&str> = lines.map(str::trim_start).collect();
    let start = format!("error: {} ids hold `qualifiers/equal`; ", candidates.len());
    assert!(first.starts_with(&start), "{}", ended.stderr);
    assert!(candidates.len() > 1, "{}", ended.stderr);
    let ids = ids();
    for id in candidates {
        assert!(ids.iter().any(|known| known == id), "{id}");
    }
    // what is too much for a screen is counted
    let many = run(&["explain", "get-function-configuration"]).stderr;
    let last = many.lines().last().unwrap_or_default();
    assert!(
        last.starts_with("  and ") && last.contains(" more; "),
        "{many}"
    );
    assert_eq!(many.lines().count(), 22);
}

/// Of a target only the URL and the region are known before it is asked.
#[test]
fn a_target_puts_its_url_and_its_region_into_the_requests() {
    let id = "name-formats/absent/plain+full-arn";
    let ended = run(&["explain", id, "--target", "aws", "--region", "eu-west-1"]);
    assert_eq!((ended.code, ended.stderr.as_str()), (0, ""));
    assert!(
        ended
            .stdout
            .contains("https://lambda.eu-west-1.amazonaws.com/2015-03-31/functions/arn%3Aaws%3Alambda%3Aeu-west-1%3A123456789012%3Afunction%3A"),
        "{}",
        ended.stdout
    );
    let ended = run(&["explain", id, "--target", "localstak"]);
    assert!(
        ended.code == 2 && ended.stderr.contains("did you mean `localstack`?"),
        "{}",
        ended.stderr
    );
}

/// A colour says nothing that the words do not.
#[test]
fn colours_are_only_colours() {
    let plain = run(&["explain", "X-NULL", "qualifiers/equal/version+bare"]).stdout;
    let arguments = [
        "explain",
        "X-NULL",
        "qualifiers/equal/version+bare",
        "--color",
        "always",
    ];
    let coloured = run(&arguments).stdout;
    assert!(!plain.contains('\x1b') && coloured.contains('\x1b'));
    let stripped = coloured.replace("\x1b[1m", "").replace("\x1b[0m", "");
    assert_eq!(stripped, plain);
}
