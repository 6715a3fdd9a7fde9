//! What a run says of itself: the same in all reports, true, and without holes.

use std::fs;

use rstest::rstest;
use serde_json::Value;

use crate::{
    front::{Act, Front},
    process::{Ended, run},
    world::Mock,
};

/// A run with all of its reports.
pub(crate) struct Told {
    pub(crate) ended: Ended,
    pub(crate) json: Value,
    pub(crate) junit: String,
    pub(crate) markdown: String,
}

impl Told {
    /// Runs it.
    pub(crate) fn of(url: &str, more: &[&str]) -> Told {
        let folder = tempfile::tempdir().expect("a folder");
        let path = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
        let orders = ["json", "junit", "markdown"].map(|name| format!("{name}={}", path(name)));
        let mut arguments = vec!["run", "--endpoint", url];
        for order in &orders {
            arguments.extend(["--report", order]);
        }
        let ended = run(&[&arguments[..], more].concat());
        let read = |name: &str| fs::read_to_string(path(name)).expect("a report");
        Told {
            json: serde_json::from_str(&read("json")).expect("JSON"),
            junit: read("junit"),
            markdown: read("markdown"),
            ended,
        }
    }

    pub(crate) fn last(&self) -> &str {
        self.ended.stdout.lines().last().unwrap_or_default()
    }

    /// What it came to, which all reports say in the same words.
    pub(crate) fn conclusion(&self) -> &str {
        let (said, _) = self.last().split_once(": ").expect("what it came to");
        let heading = format!("## lambda-conformance: {said}\n");
        assert!(self.markdown.starts_with(&heading), "{}", self.markdown);
        assert_eq!(self.json["exit"]["conclusion"], said);
        let property = format!("<property name=\"conclusion\" value=\"{said}\"/>");
        assert!(self.junit.contains(&property), "{said}: {}", self.junit);
        assert_eq!(self.json["exit"]["code"], self.ended.code);
        said
    }
}

/// Before a mock, answers every request that `refuses` with this.
pub(crate) fn refusing(
    mock: &Mock,
    status: u16,
    body: &str,
    refuses: impl Fn(&str) -> bool + Send + Sync + 'static,
) -> Front {
    let body = body.to_owned();
    Front::start(Some(mock.address), move |_, request| {
        if refuses(request) {
            Act::Answer(status, body.clone())
        } else {
            Act::Forward
        }
    })
}

/// Whether it creates an alias.
pub(crate) fn aliases(request: &str) -> bool {
    let head = request.lines().next().unwrap_or_default();
    head.starts_with("POST ") && head.contains("/aliases ")
}

fn creates(request: &str) -> bool {
    request.starts_with("POST /2015-03-31/functions ")
        || request.starts_with("POST /2015-03-31/functions/ ")
}

const NO: &str = r#"{"__type":"InvalidParameterValueException","message":"no aliases here"}"#;

/// What passes does so beside cases that the target refused to set up.
#[test]
fn a_set_up_that_is_refused_is_7_in_every_report() {
    let mock = Mock::start(&[]);
    let front = refusing(&mock, 400, NO, aliases);
    let filters = ["/name-formats/absent/", "/aliases/"];
    let told = Told::of(&front.url(), &filters);
    assert_eq!(told.ended.code, 7, "{}", told.ended.stdout);
    assert_eq!(told.conclusion(), "not-testable");
    let classes = &told.json["exit"]["classes"];
    assert_eq!(*classes, serde_json::json!(["not-testable"]));
    let number = told.json["summary"]["not_testable"].as_u64();
    let number = number.expect("a number");
    assert!(number > 5, "{}", told.ended.stdout);
    // as many as the target refused, and none of them is green
    let errors = told.junit.matches("<error type=\"not-testable\"").count();
    let errors = errors.max(told.junit.matches("type=\"not-testable\"").count());
    assert_eq!(errors as u64, number, "{}", told.junit);
    assert!(!told.junit.contains("<skipped"), "{}", told.junit);
    assert!(
        told.markdown
            .contains(&format!("### Set-up refused: {number} cases")),
        "{}",
        told.markdown
    );
    // without the fault; a mock that has not counted these versions yet
    let mock = Mock::start(&[]);
    let told = Told::of(&mock.url(), &filters);
    assert_eq!(
        (told.ended.code, told.conclusion()),
        (0, "conforms"),
        "{}",
        told.ended.stdout
    );
}

/// What nobody declares and what the probe does not find fails nothing.
#[test]
fn a_capability_that_is_missing_is_0() {
    let mock = Mock::start(&[]);
    let told = Told::of(
        &mock.url(),
        &["/errors/", "/auth/", "/states/", "/name-formats/absent/"],
    );
    assert_eq!(told.ended.code, 0, "{}", told.ended.stdout);
    assert_eq!(told.conclusion(), "conforms");
    assert!(
        told.json["summary"]["not_testable"].as_u64() > Some(5),
        "{}",
        told.last()
    );
    assert!(!told.junit.contains("<error"), "{}", told.junit);
}

/// A baseline that lists them takes them out of the code; one that does not, does not.
#[test]
fn a_refusal_that_a_baseline_lists_is_0_and_no_conformance() {
    let mock = Mock::start(&[]);
    let front = refusing(&mock, 400, NO, aliases);
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("baseline.toml");
    let file = file.to_str().expect("text");
    let filters = ["/name-formats/absent/", "/aliases/", "--baseline", file];
    fs::write(file, "version = 1\n").expect("a file");
    let unlisted = Told::of(&front.url(), &filters);
    assert_eq!(unlisted.ended.code, 7, "{}", unlisted.ended.stdout);
    assert_eq!(unlisted.conclusion(), "not-testable");
    let says = format!("\n  not listed in {file}:\n  case       lambda/");
    assert!(
        unlisted.ended.stdout.contains(&says),
        "{}",
        unlisted.ended.stdout
    );

    let update = [&filters[..], &["--update-baseline"]].concat();
    assert_eq!(Told::of(&front.url(), &update).ended.code, 0);
    let listed = Told::of(&front.url(), &filters);
    assert_eq!(listed.ended.code, 0, "{}", listed.ended.stdout);
    assert_eq!(listed.conclusion(), "matches the baseline");
    assert!(!listed.junit.contains("<error"), "{}", listed.junit);
}

/// Where two apply, the code is that of the one that begins the last line, and the other stands behind it.
#[test]
fn of_two_reasons_the_one_that_decides_comes_first() {
    let mock = Mock::start(&[]);
    let front = Front::start(Some(mock.address), |_, request| {
        if request.starts_with("DELETE ") {
            Act::Answer(403, r#"{"Message":"not you"}"#.to_owned())
        } else if request.starts_with("GET ") && request.contains("-absent") {
            Act::Answer(418, "{}".to_owned())
        } else {
            Act::Forward
        }
    });
    let told = Told::of(&front.url(), &["/name-formats/absent/", "versions/first"]);
    assert_eq!(told.ended.code, 1, "{}", told.ended.stdout);
    assert_eq!(
        told.conclusion(),
        "does not conform (also clean-up-incomplete)"
    );
    let mock = Mock::start(&[]);
    let front = refusing(&mock, 418, "{}", |request| request.starts_with("DELETE "));
    let told = Told::of(&front.url(), &["aliases/as-its-version"]);
    assert_eq!(
        (told.ended.code, told.conclusion()),
        (6, "clean-up-incomplete")
    );
}

/// Refusals of one kind are told once, whatever the functions are called.
#[test]
fn refusals_are_told_once_for_each_answer() {
    let mock = Mock::start(&[]);
    let front = Front::start(Some(mock.address), |_, request| {
        let (head, body) = request.split_once("\r\n\r\n").unwrap_or_default();
        let name = body.split("\"FunctionName\":\"").nth(1);
        let name = name.and_then(|rest| rest.split('"').next());
        match name.filter(|_| creates(head)) {
            Some(name) => {
                let says = format!("no room for {name}");
                let body = serde_json::json!({ "__type": "CodeStorageExceeded", "message": says });
                Act::Answer(400, body.to_string())
            }
            None if aliases(head) => Act::Answer(400, NO.to_owned()),
            None => Act::Forward,
        }
    });
    let filters = [
        "/name-formats/absent/",
        "/aliases/",
        "/versions/first",
        "/members/",
    ];
    let told = Told::of(&front.url(), &filters);
    assert_eq!(told.ended.code, 7, "{}", told.ended.stdout);
    let refusals = told.json["refusals"].as_array().expect("a list");
    assert_eq!(refusals.len(), 1, "{refusals:?}");
    assert_eq!(refusals[0]["operation"], "CreateFunction");
    let answer = "400 CodeStorageExceeded: no room for <function>";
    assert_eq!(refusals[0]["answer"], answer);
    let cases = refusals[0]["cases"].as_array().expect("a list").len();
    assert!(cases > 20, "{cases}");
    let line = format!("not testable, {cases} cases: CreateFunction was refused: {answer}");
    let lines = told.ended.stdout.lines();
    let found: Vec<&str> = lines.filter(|line| line.contains("no room")).collect();
    assert_eq!(found, [line]);
    assert_eq!(told.markdown.matches("no room").count(), 1);
}

/// Two answers are two lines, what most cases need first.
#[test]
fn each_answer_has_its_line() {
    let mock = Mock::start(&[]);
    let front = Front::start(Some(mock.address), |_, request| {
        let head = request.lines().next().unwrap_or_default();
        if aliases(request) {
            Act::Answer(400, NO.to_owned())
        } else if head.starts_with("POST ") && head.contains("/layers/") {
            Act::Answer(501, String::new())
        } else {
            Act::Forward
        }
    });
    let filters = [
        "/name-formats/absent/",
        "/aliases/",
        "layers-as-get-function",
    ];
    let told = Told::of(&front.url(), &filters);
    let lines = told.ended.stdout.lines();
    let found: Vec<&str> = lines.filter(|line| line.contains("was refused")).collect();
    assert_eq!(found.len(), 2, "{}", told.ended.stdout);
    let says = "CreateAlias was refused: 400 InvalidParameterValueException: no aliases here";
    assert!(found[0].ends_with(says), "{found:?}");
    let says = "PublishLayerVersion was refused: 501 without a body";
    assert!(found[1].ends_with(says), "{found:?}");
}

/// A run that waits says for how long, and for how long a run may.
#[test]
fn a_wait_is_told_with_its_budget() {
    let mock = Mock::start(&["--settle", "300ms"]);
    let told = Told::of(&mock.url(), &["versions/first"]);
    assert_eq!(told.ended.code, 0, "{}", told.ended.stdout);
    let lines = told.ended.stdout.lines();
    let found: Vec<&str> = lines.filter(|line| line.starts_with("waited ")).collect();
    assert_eq!(found.len(), 1, "{}", told.ended.stdout);
    let says = " s for functions to settle, 0.0 s of it in vain, of 60 s that a run waits in vain";
    assert!(found[0].ends_with(says), "{found:?}");
    assert!(told.json["waiting"]["seconds"].as_f64() > Some(0.2));
    let quick = Mock::start(&[]);
    let quick = Told::of(&quick.url(), &["versions/first"]);
    assert!(!quick.ended.stdout.contains("waited "), "{}", quick.last());
}

/// Only what may be there is left: not what was refused, and not what was never sent.
#[rstest]
#[case::refused(400, 7, 0)]
#[case::no_such_operation(501, 7, 0)]
#[case::nobody_knows(500, 0, 1)]
fn what_is_left_is_what_may_be_there(#[case] status: u16, #[case] code: i32, #[case] least: usize) {
    let mock = Mock::start(&[]);
    let front = Front::start(Some(mock.address), move |_, request| {
        if creates(request) {
            Act::Answer(status, "{}".to_owned())
        } else if request.starts_with("DELETE ") {
            Act::Answer(403, r#"{"Message":"not you"}"#.to_owned())
        } else {
            Act::Forward
        }
    });
    let told = Told::of(&front.url(), &["/name-formats/absent/", "/aliases/"]);
    let left = told.json["left"].as_array().expect("a list");
    assert!(
        left.len() >= least && (least > 0 || left.is_empty()),
        "{left:?}"
    );
    assert_eq!(
        told.ended.stdout.contains("left on the target"),
        least > 0,
        "{}",
        told.ended.stdout
    );
    if code > 0 {
        assert_eq!(told.ended.code, code, "{}", told.ended.stdout);
    }
    assert_ne!(told.ended.code, 0, "{}", told.ended.stdout);
}

/// Whatever pieces of an answer are missing, its text has no holes.
#[rstest]
#[case(404, "", "404 without a body")]
#[case(404, " \n", "404")]
#[case(404, "{}", "404 {}")]
#[case(400, r#"{"message":""}"#, r#"400 {"message":""}"#)]
#[case(
    400,
    r#"{"__type":"","message":null}"#,
    r#"400 {"__type":"","message":null}"#
)]
#[case(400, r#"{"message":"never"}"#, "400 never")]
#[case(400, r#"{"__type":"X","message":"never"}"#, "400 X: never")]
#[case(400, r#"{"__type":"X"}"#, r#"400 X {"__type":"X"}"#)]
#[case(
    400,
    "no role",
    "400 no role; IAM refused CreateRole: 404 without a body"
)]
fn an_answer_without_some_of_its_pieces_leaves_no_hole(
    #[case] status: u16,
    #[case] body: &'static str,
    #[case] due: &str,
) {
    let mock = Mock::start(&[]);
    let front = Front::start(Some(mock.address), move |_, request| {
        if request.contains("Action=CreateRole") {
            Act::Answer(404, String::new())
        } else if creates(request) {
            Act::Answer(status, body.to_owned())
        } else {
            Act::Forward
        }
    });
    let told = Told::of(&front.url(), &["/name-formats/absent/", "versions/first"]);
    let stdout = &told.ended.stdout;
    let says = format!("CreateFunction was refused: {due}");
    let line = stdout.lines().find(|line| line.contains("was refused"));
    let line = line.unwrap_or_else(|| panic!("no refusal in {stdout}"));
    assert!(line.ends_with(&says), "{line}");
    for line in stdout.lines() {
        assert_eq!(line, line.trim_end(), "{stdout}");
        assert!(!line.contains(" ;") && !line.contains("; ;"), "{line}");
    }
}
