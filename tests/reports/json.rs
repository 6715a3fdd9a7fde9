//! The JSON report: what it says agrees with its schema, with itself, with the terminal and with the exit code.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    net::SocketAddr,
    path::Path,
    sync::Arc,
};

use crate::process::{self, Ended};
use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode};
use lambda_conformance::{
    mock::{Mock, MockOptions},
    reference::Settings,
};
use rstest::rstest;
use serde_json::Value;

/// What a target gets wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Deviation {
    Nothing,
    Status,
    Message,
    ContentType,
    RequestId,
    EmptyBody,
    NoJson,
    Throttles,
}

fn deviate(answer: Response<Bytes>, deviation: Deviation) -> Response<Bytes> {
    let (mut head, mut body) = answer.into_parts();
    match deviation {
        Deviation::Nothing => {}
        Deviation::Status => head.status = StatusCode::IM_A_TEAPOT,
        Deviation::Message => {
            body = Bytes::from(String::from_utf8_lossy(&body).replace("ot found", "ot there"))
        }
        Deviation::ContentType => {
            head.headers
                .insert("content-type", HeaderValue::from_static("text/html"));
        }
        Deviation::RequestId => {
            head.headers.remove("x-amzn-requestid");
        }
        Deviation::EmptyBody => body = Bytes::new(),
        Deviation::NoJson => body = Bytes::from_static(b"<html>\x1b[31mno</html>"),
        Deviation::Throttles => {
            head.status = StatusCode::TOO_MANY_REQUESTS;
            let name = HeaderValue::from_static("TooManyRequestsException");
            head.headers.insert("x-amzn-errortype", name);
        }
    }
    Response::from_parts(head, body)
}

/// A run that wrote a report.
struct Run {
    ended: Ended,
    report: Value,
}

impl Run {
    fn new(arguments: &[&str]) -> Run {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("report.json");
        let report = format!("json={}", file.display());
        let ended = process::run(&[&["run", "--report", &report], arguments].concat());
        let text = fs::read_to_string(&file).expect("a report");
        let report =
            serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {ended:?}"));
        Run { ended, report }
    }

    /// On a mock of this process that gets something wrong, but not before the fixtures stand.
    fn on(deviation: Deviation, arguments: &[&str]) -> Run {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .expect("a runtime");
        let _mock: Mock;
        let address: SocketAddr;
        (_mock, address) = runtime.block_on(async {
            let wrong = move |request: &http::Request<Bytes>, answer: Response<Bytes>| {
                let is_case = request.uri().path().ends_with("/configuration")
                    && request.method() == http::Method::GET;
                if is_case {
                    deviate(answer, deviation)
                } else {
                    answer
                }
            };
            let mock = Mock::deviating(
                0,
                MockOptions::settled(Settings::default()),
                Arc::new(wrong),
            )
            .await;
            let mock = mock.expect("a free port");
            let address = mock.address();
            (mock, address)
        });
        Run::new(
            &[
                &["--jobs", "32", "--endpoint", &format!("http://{address}")],
                arguments,
            ]
            .concat(),
        )
    }

    fn list(&self, pointer: &str) -> &[Value] {
        let value = self
            .report
            .pointer(pointer)
            .unwrap_or_else(|| panic!("no {pointer}"));
        value
            .as_array()
            .unwrap_or_else(|| panic!("{pointer} is no list"))
    }

    fn number(&self, pointer: &str) -> usize {
        let value = self
            .report
            .pointer(pointer)
            .and_then(Value::as_u64)
            .unwrap_or_else(|| panic!("no {pointer}"));
        usize::try_from(value).expect("a small number")
    }

    /// Everything that must agree, whatever the run was.
    fn agrees(&self) {
        is_valid(&self.report);
        self.adds_up();
        self.causes_are_the_mismatches();
        self.findings_are_the_causes();
        self.places_exist();
        self.exit_is_that_of_the_process();
        self.terminal_says_the_same();
    }

    fn adds_up(&self) {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        let mut ids = BTreeSet::new();
        for case in self.list("/cases") {
            *counts.entry(text(case, "verdict")).or_default() += 1;
            assert!(
                ids.insert(text(case, "id")),
                "{} stands there twice",
                text(case, "id")
            );
        }
        assert_eq!(self.number("/summary/total"), self.list("/cases").len());
        for (key, verdict) in [
            ("passed", "passed"),
            ("failed", "failed"),
            ("known", "known"),
            ("stale", "stale"),
            ("not_testable", "not-testable"),
            ("inconclusive", "inconclusive"),
        ] {
            let counted = counts.get(verdict).copied().unwrap_or(0);
            assert_eq!(self.number(&format!("/summary/{key}")), counted, "{key}");
        }
        assert_eq!(self.number("/summary/causes"), self.list("/causes").len());
        let mut clauses = 0;
        for (key, status) in [
            ("met", "met"),
            ("failed", "failed"),
            ("not_decided", "not-decided"),
            ("not_testable", "not-testable"),
        ] {
            let contract = self.list("/coverage/contract").iter();
            let counted = contract.filter(|clause| text(clause, "status") == status);
            let counted = counted.count();
            assert_eq!(self.number(&format!("/coverage/{key}")), counted, "{key}");
            clauses += counted;
        }
        assert_eq!(self.number("/coverage/clauses"), clauses);
        // a clause that a case shows not to be met is not counted as met
        for clause in self.list("/coverage/contract") {
            let not_met = clause["failed"].as_u64() > Some(0);
            assert_eq!(text(clause, "status") == "failed", not_met, "{clause}");
        }
    }

    /// A case that stands for an assertion on every answer has the mismatch once; its notes say which cases showed it.
    fn causes_are_the_mismatches(&self) {
        let mut shown: BTreeMap<[&str; 3], BTreeSet<&str>> = BTreeMap::new();
        for case in self.list("/cases") {
            let common = text(case, "id").contains("/always/");
            for mismatch in case["mismatches"].as_array().expect("a list") {
                let key = ["clause", "at", "kind"].map(|name| text(mismatch, name));
                let cases = shown.entry(key).or_default();
                if !common {
                    cases.insert(text(case, "id"));
                }
            }
        }
        let mut seen: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for case in self
            .list("/cases")
            .iter()
            .filter(|case| text(case, "id").contains("/always/"))
        {
            let clause = case["clauses"][0].as_str().expect("a clause");
            seen.entry(clause)
                .or_default()
                .extend(texts(&case["notes"]));
        }
        let mut named = BTreeSet::new();
        for cause in self.list("/causes") {
            let key = ["clause", "at", "kind"].map(|name| text(cause, name));
            assert!(named.insert(key), "{key:?} is there twice");
            let own = shown
                .get(&key)
                .unwrap_or_else(|| panic!("no case shows {key:?}"));
            let cases: BTreeSet<&str> = texts(&cause["cases"]).into_iter().collect();
            assert!(own.is_subset(&cases), "{key:?}");
            let elsewhere: Vec<&&str> = cases.difference(own).collect();
            let told = seen.get(key[0]);
            assert!(
                elsewhere
                    .iter()
                    .all(|id| told.is_some_and(|seen| seen.contains(**id))),
                "{key:?}: {elsewhere:?}"
            );
        }
        assert_eq!(
            named,
            shown.into_keys().collect(),
            "every mismatch has its cause"
        );
    }

    /// Whatever differs is part of a finding, but for what follows from something else.
    fn findings_are_the_causes(&self) {
        assert_eq!(
            self.number("/summary/findings"),
            self.list("/findings").len()
        );
        let key = |value: &Value| ["clause", "at", "kind"].map(|name| text(value, name).to_owned());
        let mut found: BTreeSet<[String; 3]> = BTreeSet::new();
        let mut ids = BTreeSet::new();
        for finding in self.list("/findings") {
            assert!(ids.insert(text(finding, "id")), "{finding}");
            assert_eq!(finding["clauses"][0], finding["clause"]);
            assert!(finding["failing"].as_u64() > Some(0), "{finding}");
            let cases = finding["cases"].as_array().expect("a list");
            assert!(cases.contains(&finding["case"]), "{finding}");
            found.extend(
                finding["causes"]
                    .as_array()
                    .expect("a list")
                    .iter()
                    .map(key),
            );
        }
        let primary: BTreeSet<[String; 3]> = self
            .list("/cases")
            .iter()
            .flat_map(|case| case["mismatches"].as_array().expect("a list"))
            .filter(|mismatch| mismatch["consequence_of"].is_null())
            .map(key)
            .collect();
        let causes: BTreeSet<[String; 3]> = self.list("/causes").iter().map(key).collect();
        assert!(found.is_subset(&causes));
        assert!(
            primary.is_subset(&found),
            "{:?}",
            primary.difference(&found)
        );
    }

    fn places_exist(&self) {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut files: BTreeMap<&str, usize> = BTreeMap::new();
        for mismatch in self
            .list("/cases")
            .iter()
            .flat_map(|case| case["mismatches"].as_array().expect("a list"))
        {
            let file = text(mismatch, "file");
            let lines = *files.entry(file).or_insert_with(|| {
                fs::read_to_string(here.join(file))
                    .unwrap_or_else(|error| panic!("{file}: {error}"))
                    .lines()
                    .count()
            });
            let line = mismatch["line"]
                .as_u64()
                .and_then(|line| usize::try_from(line).ok())
                .expect("a number");
            assert!((1..=lines).contains(&line), "{file}:{line}");
        }
    }

    fn exit_is_that_of_the_process(&self) {
        const CODES: [(&str, i32); 6] = [
            ("interrupted", 130),
            ("unreachable", 3),
            ("mismatch", 1),
            ("nothing-decided", 4),
            ("not-testable", 7),
            ("clean-up-incomplete", 6),
        ];
        assert_eq!(self.ended.stderr, "");
        assert_eq!(self.report["exit"]["code"], self.ended.code);
        let classes = texts(&self.report["exit"]["classes"]);
        let decides = classes.first().map_or(0, |first| {
            CODES
                .iter()
                .find(|(name, _)| name == first)
                .unwrap_or_else(|| panic!("`{first}` is no class"))
                .1
        });
        assert_eq!(decides, self.ended.code, "{classes:?}");
        assert_eq!(
            classes.contains(&"mismatch"),
            self.number("/summary/causes") > 0
        );
        assert_eq!(
            classes.contains(&"unreachable"),
            self.number("/summary/inconclusive") > 0
        );
        assert_eq!(
            classes.contains(&"nothing-decided"),
            self.number("/coverage/met") + self.number("/coverage/failed") == 0
        );
        assert_eq!(
            classes.contains(&"clean-up-incomplete"),
            !self.list("/left").is_empty()
        );
    }

    fn terminal_says_the_same(&self) {
        let last = self.ended.stdout.lines().last().expect("a line");
        for key in ["passed", "failed"] {
            let due = format!(" {} {key}", self.number(&format!("/summary/{key}")));
            assert!(last.contains(&due), "{last}");
        }
        assert!(
            last.contains(&format!("{} finding", self.number("/summary/findings"))),
            "{last}"
        );
        assert_eq!(
            last.starts_with("conforms: "),
            self.ended.code == 0,
            "{last}"
        );
        for finding in self.list("/findings") {
            let title = format!("{}  {}", text(finding, "id"), text(finding, "sentence"));
            assert!(
                self.ended
                    .stdout
                    .lines()
                    .any(|line| line.starts_with(&title)),
                "no block for {title}"
            );
        }
        // what a target sends is shown and never obeyed
        assert!(!self.ended.stdout.contains('\x1b'), "{}", self.ended.stdout);
    }
}

fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value[key]
        .as_str()
        .unwrap_or_else(|| panic!("no text `{key}` in {value}"))
}

fn texts(value: &Value) -> Vec<&str> {
    value
        .as_array()
        .expect("a list")
        .iter()
        .map(|item| item.as_str().expect("a text"))
        .collect()
}

fn schema() -> Value {
    serde_json::from_str(include_str!("../../src/report/report.schema.json")).expect("JSON")
}

fn errors(report: &Value) -> Vec<String> {
    let validator = jsonschema::draft202012::new(&schema()).expect("a schema");
    validator
        .iter_errors(report)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect()
}

fn is_valid(report: &Value) {
    assert_eq!(errors(report), [""; 0]);
}

/// Topics with fixtures of their own, with shared ones, and with none.
const TOPICS: [&str; 6] = [
    "/life-cycle/",
    "/reads/",
    "/name-formats/",
    "/qualifiers/",
    "/validation/",
    "/auth/",
];

#[rstest]
#[case::all(&[])]
#[case::documented(&["--level", "documented", "--jobs", "32", "/name-formats/", "/versions/", "/errors/"])]
#[case::wire(&["--level", "wire", "--jobs", "32", "/name-formats/", "/versions/", "/errors/"])]
#[case::some(&["/name-formats/", "--partition", "hash:1/2"])]
fn the_embedded_mock_conforms(#[case] arguments: &[&str]) {
    let run = Run::new(arguments);
    run.agrees();
    assert_eq!(run.ended.code, 0, "{}", run.ended.stdout);
    assert_eq!(run.report["target"]["name"], "mock");
    assert_eq!(run.report["left"], Value::Array(Vec::new()));
}

#[rstest]
fn a_target_that_deviates_is_told_so_everywhere(
    #[values(
        Deviation::Nothing,
        Deviation::Status,
        Deviation::Message,
        Deviation::ContentType,
        Deviation::RequestId,
        Deviation::EmptyBody,
        Deviation::NoJson
    )]
    deviation: Deviation,
    #[values("documented", "wire")] level: &str,
) {
    let run = Run::on(deviation, &[&TOPICS[..], &["--level", level]].concat());
    run.agrees();
    assert_eq!(text(&run.report, "level"), level);
    assert_eq!(text(&run.report["target"], "name"), "endpoint");
    // what the page does not say, a run by the page alone does not ask
    let is_recorded_only = matches!(
        deviation,
        Deviation::Message | Deviation::ContentType | Deviation::RequestId
    );
    let passes = deviation == Deviation::Nothing || is_recorded_only && level == "documented";
    if !passes {
        assert_eq!(run.ended.code, 1, "{}", run.ended.stdout);
    } else if deviation == Deviation::Nothing {
        assert_eq!(run.ended.code, 0, "{}", run.ended.stdout);
    }
    // nothing of a stricter level counts
    let levels = ["documented", "observed", "wire"];
    let at = |name: &str| {
        levels
            .iter()
            .position(|known| *known == name)
            .expect("a level")
    };
    for mismatch in run
        .list("/cases")
        .iter()
        .flat_map(|case| case["mismatches"].as_array().expect("a list"))
    {
        assert!(at(text(mismatch, "level")) <= at(level), "{mismatch}");
    }
}

#[test]
fn a_stricter_level_finds_what_a_looser_one_finds() {
    let causes = ["documented", "observed", "wire"].map(|level| {
        let run = Run::on(
            Deviation::Status,
            &[&TOPICS[..], &["--level", level]].concat(),
        );
        let keys =
            |cause: &Value| ["clause", "at", "kind"].map(|name| text(cause, name).to_owned());
        run.list("/causes")
            .iter()
            .map(keys)
            .collect::<BTreeSet<_>>()
    });
    assert!(!causes[0].is_empty());
    assert!(causes[0].is_subset(&causes[1]) && causes[1].is_subset(&causes[2]));
}

#[test]
fn a_target_that_throttles_is_unreachable_and_fails_nothing() {
    let run = Run::on(
        Deviation::Throttles,
        // it is given up after three of them
        &["/name-formats/", "--timeout", "500ms"],
    );
    run.agrees();
    assert_eq!(run.ended.code, 3, "{}", run.ended.stdout);
    assert!(
        run.number("/summary/inconclusive") > 10,
        "{}",
        run.report["summary"]
    );
    // what set-up was answered is judged, and is right
    assert_eq!(run.number("/summary/failed"), 0);
    assert_eq!(texts(&run.report["exit"]["classes"]), ["unreachable"]);
}

/// A schema that takes everything would hold nothing.
#[test]
fn the_schema_bites() {
    let good = Run::on(Deviation::Status, &["/name-formats/"]).report;
    is_valid(&good);
    let object = good.as_object().expect("an object");
    for key in object.keys() {
        let mut bad = good.clone();
        bad.as_object_mut().expect("an object").remove(key);
        assert_eq!(errors(&bad).len(), 1, "a report without `{key}`");
    }
    for (pointer, value) in [
        ("/format", Value::from("lambda-conformance/1")),
        ("/level", Value::from("strict")),
        ("/exit/code", Value::from(8)),
        ("/summary/total", Value::from(-1)),
        ("/summary/passed", Value::from("12")),
        ("/target/account", Value::from("12")),
        ("/causes/0/kind", Value::from("different")),
        ("/causes/0/cases", Value::from(Vec::<Value>::new())),
        ("/cases/0/id", Value::from("case")),
        ("/cases/0/verdict", Value::from("ok")),
        ("/cases/0/verdict", Value::from("passed")),
        ("/cases/0/mismatches", Value::from(Vec::<Value>::new())),
        ("/cases/0/mismatches/0/basis", Value::from("guessed")),
        ("/cases/0/mismatches/0/line", Value::from(0)),
        ("/coverage/not_decided", Value::from(Vec::<Value>::new())),
        ("/coverage/contract/0/status", Value::from("verified")),
    ] {
        let mut bad = good.clone();
        *bad.pointer_mut(pointer)
            .unwrap_or_else(|| panic!("no {pointer}")) = value;
        assert_ne!(errors(&bad), [""; 0], "{pointer}");
    }
}

/// Readers are told to ignore what they do not know.
#[test]
fn keys_may_be_added() {
    let mut report = Run::new(&["/name-formats/"]).report;
    report["later"] = Value::from("a key");
    report["cases"][0]["later"] = Value::from("a key");
    is_valid(&report);
}

/// What is written is stated: every key of a real report stands in the schema.
#[test]
fn no_key_is_left_unstated() {
    fn unstated(value: &Value, schema: &Value, root: &Value, at: &str, out: &mut BTreeSet<String>) {
        let schema = match schema["$ref"].as_str() {
            Some(reference) => root
                .pointer(reference.trim_start_matches('#'))
                .expect("a definition"),
            None => schema,
        };
        match value {
            Value::Object(members) => {
                for (key, value) in members {
                    match schema["properties"].get(key) {
                        Some(schema) => unstated(value, schema, root, &format!("{at}/{key}"), out),
                        None => drop(out.insert(format!("{at}/{key}"))),
                    }
                }
            }
            Value::Array(items) => items
                .iter()
                .for_each(|item| unstated(item, &schema["items"], root, at, out)),
            _ => {}
        }
    }
    let schema = schema();
    let mut out = BTreeSet::new();
    for run in [Run::new(&TOPICS), Run::on(Deviation::NoJson, &TOPICS)] {
        unstated(&run.report, &schema, &schema, "", &mut out);
    }
    assert_eq!(out, BTreeSet::new());
}
