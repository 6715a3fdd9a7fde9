//! The reports of the binary: they say what the JSON report of the same run says, and go where they are told to.

use std::{collections::BTreeMap, fs, path::Path, sync::Arc};

use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode};
use lambda_conformance::{
    mock::{Mock, MockOptions},
    reference::Settings,
};
use roxmltree::{Document, Node};
use rstest::rstest;
use serde_json::Value;

use crate::{
    annotations::command,
    junit::offences,
    process::{Ended, run, run_with},
};

/// What is done to the answers of a target.
type Change = fn(&mut Response<Bytes>);

/// All reports of one run.
struct Reports {
    ended: Ended,
    json: Value,
    junit: String,
    markdown: String,
    summary: String,
}

/// Runs the binary on a mock of this process whose answers are changed, but not before the fixtures stand.
fn reports(change: Change, arguments: &[&str]) -> Reports {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .expect("a runtime");
    let wrong = move |request: &http::Request<Bytes>, mut answer: Response<Bytes>| {
        if request.uri().path().ends_with("/configuration") && request.method() == "GET" {
            change(&mut answer);
        }
        answer
    };
    let mock = runtime
        .block_on(Mock::deviating(
            0,
            MockOptions::settled(Settings::default()),
            Arc::new(wrong),
        ))
        .expect("a free port");
    let url = format!("http://{}", mock.address());
    let folder = tempfile::tempdir().expect("a folder");
    let file = |name: &str| folder.path().join(name).display().to_string();
    let summary = file("summary.md");
    fs::write(&summary, "# what stood there\n").expect("a file");
    let json = format!("json={}", file("r.json"));
    let junit = format!("junit={}", file("r.xml"));
    let markdown = format!("markdown={}", file("r.md"));
    let reports = [
        "--report", &json, "--report", &junit, "--report", &markdown, "--report", "github",
    ];
    let ended = run_with(
        &[("GITHUB_STEP_SUMMARY", &summary)],
        &[
            &["run", "--jobs", "32", "--endpoint", &url],
            &reports[..],
            arguments,
        ]
        .concat(),
    );
    let read = |name: &str| {
        fs::read_to_string(folder.path().join(name))
            .unwrap_or_else(|error| panic!("{name}: {error}: {ended:?}"))
    };
    let (json, junit) = (read("r.json"), read("r.xml"));
    let (markdown, summary) = (read("r.md"), read("summary.md"));
    Reports {
        ended,
        json: serde_json::from_str(&json).expect("JSON"),
        junit,
        markdown,
        summary,
    }
}

fn throttle(answer: &mut Response<Bytes>) {
    *answer.status_mut() = StatusCode::TOO_MANY_REQUESTS;
    let name = HeaderValue::from_static("TooManyRequestsException");
    answer.headers_mut().insert("x-amzn-errortype", name);
}

fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value[key]
        .as_str()
        .unwrap_or_else(|| panic!("no {key} in {value}"))
}

#[rstest]
#[case::nothing(|_: &mut Response<Bytes>| (), 0)]
#[case::status(|answer: &mut Response<Bytes>| *answer.status_mut() = StatusCode::IM_A_TEAPOT, 1)]
#[case::body(|answer: &mut Response<Bytes>| *answer.body_mut() = Bytes::from_static(b"<a>|`\x1b[31m]]>\x00\r\n::error::no"), 1)]
#[case::throttled(throttle, 3)]
fn all_reports_of_a_run_say_the_same(#[case] change: Change, #[case] code: i32) {
    // a throttle is no answer, but where a case has its own fault or credentials
    let topics: &[&str] = match code {
        // it is given up after three time-outs
        3 => &["/name-formats/", "--timeout", "500ms"],
        _ => &["/reads/", "/name-formats/", "/auth/"],
    };
    let reports = reports(change, topics);
    assert_eq!(
        (reports.ended.code, reports.ended.stderr.as_str()),
        (code, ""),
        "{}",
        reports.ended.stdout
    );
    junit_has_each_case(&reports);
    let findings = reports.json["findings"].as_array().expect("a list");
    // the page
    let words = match code {
        0 => "conforms",
        1 => "does not conform",
        _ => "unreachable",
    };
    assert!(
        reports
            .markdown
            .starts_with(&format!("## lambda-conformance: {words}\n")),
        "{}",
        reports.markdown
    );
    let last = format!("{words}: ");
    let terminal = reports.ended.stdout.lines();
    assert_eq!(terminal.filter(|line| line.starts_with(&last)).count(), 1);
    assert_eq!(reports.json["exit"]["conclusion"], words);
    let summary = &reports.json["summary"];
    let counts = [
        "total",
        "passed",
        "failed",
        "known",
        "stale",
        "not_testable",
        "inconclusive",
    ];
    let row: Vec<String> = counts.iter().map(|key| summary[*key].to_string()).collect();
    assert!(
        reports
            .markdown
            .contains(&format!("\n| {} |\n", row.join(" | "))),
        "{row:?}"
    );
    assert_eq!(
        reports.markdown.contains("### Findings: "),
        !findings.is_empty()
    );
    assert_eq!(
        reports.summary,
        format!("# what stood there\n{}", reports.markdown)
    );
    contract_is_the_same(&reports);
    // the annotations, which come when the terminal has said all
    let lines: Vec<&str> = reports.ended.stdout.lines().collect();
    let first = lines
        .iter()
        .position(|line| line.starts_with("::"))
        .unwrap_or(lines.len());
    assert!(
        lines[first - 1].contains(" passed, "),
        "{}",
        lines[first - 1]
    );
    let commands: Vec<_> = lines[first..]
        .iter()
        .map(|line| command(line).unwrap_or_else(|| panic!("{line} is no command")))
        .collect();
    assert_eq!(commands.is_empty(), code == 0);
    assert!(commands.len() <= 10, "{commands:?}");
    let shown = commands
        .iter()
        .filter(|command| command.properties.contains_key("file"));
    let mut seen = 0;
    for command in shown {
        seen += 1;
        let (file, line) = (&command.properties["file"], &command.properties["line"]);
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
        let lines = fs::read_to_string(source)
            .expect("a file of ours")
            .lines()
            .count();
        assert!(
            (1..=lines).contains(&line.parse().expect("a line")),
            "{command:?}"
        );
        let title =
            |finding: &Value| format!("{} {}", text(finding, "clause"), text(finding, "id"));
        let finding = findings
            .iter()
            .find(|finding| title(finding) == command.properties["title"]);
        assert!(finding.is_some(), "{command:?}");
    }
    assert!(seen >= findings.len().min(8), "{commands:?}");
}

fn junit_has_each_case(reports: &Reports) {
    assert_eq!(offences(&reports.junit), [""; 0]);
    let document = Document::parse(&reports.junit).expect("XML");
    let mut cases: BTreeMap<String, Node> = BTreeMap::new();
    for case in document
        .descendants()
        .filter(|node| node.has_tag_name("testcase"))
    {
        let class = case
            .attribute("classname")
            .expect("a class")
            .replace('.', "/");
        let name = case.attribute("name").expect("a name");
        let twice = cases.insert(format!("{class}/{name}"), case);
        assert!(twice.is_none(), "{class}/{name} is there twice");
    }
    // what the run as a whole came to stands apart
    cases.retain(|id, _| !id.starts_with("lambda-conformance/"));
    let due = reports.json["cases"].as_array().expect("a list");
    assert_eq!(cases.len(), due.len());
    for case in due {
        let found = &cases[text(case, "id")];
        let child = |name: &str| found.children().find(|node| node.has_tag_name(name));
        let status = ["failure", "error", "skipped"]
            .into_iter()
            .find(|name| child(name).is_some());
        let verdict = match text(case, "verdict") {
            "passed" => None,
            "failed" => Some("failure"),
            "not-testable" => Some("skipped"),
            "inconclusive" => Some("error"),
            other => panic!("{other}"),
        };
        assert_eq!(status, verdict, "{case}");
        let about = child("system-out")
            .and_then(|node| node.text())
            .expect("a text");
        for clause in case["clauses"].as_array().expect("a list") {
            assert!(about.contains(clause.as_str().expect("a text")), "{about}");
        }
        let Some(told) = status
            .and_then(child)
            .map(|node| node.text().expect("a text"))
        else {
            continue;
        };
        for mismatch in case["mismatches"].as_array().expect("a list") {
            let place = format!("{}:{}", text(mismatch, "file"), mismatch["line"]);
            let first = format!(
                "{}: {} {} [basis {}, level {}]",
                text(mismatch, "clause"),
                text(mismatch, "kind"),
                text(mismatch, "at"),
                text(mismatch, "basis"),
                text(mismatch, "level")
            );
            for part in [&first, &place] {
                assert!(told.contains(part.as_str()), "no {part} in {told}");
            }
            let expected = text(mismatch, "expected");
            assert!(
                told.contains(expected) || expected.contains('\n'),
                "no {expected} in {told}"
            );
        }
        let own = case["mismatches"] != serde_json::json!([]);
        if let Some(replay) = case["replay"].as_str().filter(|_| own) {
            assert!(told.contains(&format!("\nreplay {replay}\n")), "{told}");
        }
    }
}

/// A clause that is not met is counted as failed, and by nobody as met.
fn contract_is_the_same(reports: &Reports) {
    let coverage = &reports.json["coverage"];
    let number = |key: &str| coverage[key].as_u64().expect("a number");
    let says = format!(
        "{} of {} clauses met, {} failed, {} not decided, {} not testable",
        number("met"),
        number("clauses"),
        number("failed"),
        number("not_decided"),
        number("not_testable"),
    );
    let line = format!("contract: {says}");
    let shown = reports.ended.stdout.lines().any(|shown| shown == line);
    assert!(shown, "{line}: {}", reports.ended.stdout);
    let sentence = format!(" Contract: {says}. ");
    assert!(reports.markdown.contains(&sentence), "{}", reports.markdown);
    for key in ["met", "failed", "not_decided", "not_testable"] {
        let property = format!(
            "name=\"clauses-{}\" value=\"{}\"",
            key.replace('_', "-"),
            number(key)
        );
        assert!(reports.junit.contains(&property), "{property}");
    }
    let differs = reports.json["summary"]["failed"].as_u64() > Some(0);
    assert_eq!(number("failed") > 0, differs, "{says}");
}

#[test]
fn without_github_there_is_no_summary_and_nothing_goes_wrong() {
    let ended = run(&[
        "run",
        "*/name-formats/absent/plain+bare",
        "--report",
        "github",
    ]);
    assert_eq!(
        (ended.code, ended.stderr.as_str()),
        (0, ""),
        "{}",
        ended.stdout
    );
    assert!(
        !ended.stdout.lines().any(|line| line.starts_with("::")),
        "{}",
        ended.stdout
    );
}

/// One file holds one report, by whatever way it is named.
#[test]
fn two_reports_to_one_place_are_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("report");
    fs::write(&file, "old").expect("a file");
    let direct = file.display().to_string();
    let around = folder.path().join(".").join("report").display().to_string();
    let variables = [("GITHUB_STEP_SUMMARY", direct.as_str())];
    let json = format!("json={direct}");
    for second in [
        format!("junit={direct}"),
        format!("markdown={around}"),
        "github".to_owned(),
    ] {
        let ended = run_with(&variables, &["run", "--report", &json, "--report", &second]);
        assert_eq!((ended.code, ended.stdout.as_str()), (2, ""), "{second}");
        assert!(
            ended.stderr.starts_with("error: two reports go to `"),
            "{}",
            ended.stderr
        );
        assert_eq!(fs::read_to_string(&file).expect("a file"), "old");
    }
    let ended = run(&["run", "--report", "github", "--report", "github"]);
    assert_eq!(
        (ended.code, ended.stdout.as_str()),
        (2, ""),
        "{}",
        ended.stderr
    );
}

/// What cannot begin leaves an old report as it is, and makes no empty one.
#[rstest]
fn a_run_that_cannot_begin_writes_no_report(#[values("json", "junit", "markdown")] format: &str) {
    let folder = tempfile::tempdir().expect("a folder");
    let free = std::net::TcpListener::bind("127.0.0.1:0")
        .and_then(|it| it.local_addr())
        .expect("a free port");
    let file = folder.path().join("report");
    let report = format!("{format}={}", file.display());
    let arguments = [
        "run",
        "--report",
        &report,
        "--endpoint",
        &format!("http://{free}"),
    ];
    assert_eq!(run(&arguments).code, 3);
    assert!(!file.exists());
    fs::write(&file, "old").expect("a file");
    assert_eq!(run(&arguments).code, 3);
    assert_eq!(fs::read_to_string(&file).expect("a file"), "old");
}

/// A report is the whole file, also where a longer one stood.
#[rstest]
fn a_new_report_takes_the_place_of_an_old_one(#[values("json", "junit", "markdown")] format: &str) {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("report");
    fs::write(&file, "old ".repeat(1_000_000)).expect("a file");
    let report = format!("{format}={}", file.display());
    assert_eq!(
        run(&[
            "run",
            "*/name-formats/absent/plain+bare",
            "--report",
            &report
        ])
        .code,
        0
    );
    let new = fs::read_to_string(&file).expect("a file");
    assert!(
        !new.contains("old old") && new.len() > 500,
        "{} bytes",
        new.len()
    );
}

/// A pipe has no length that could be cut.
#[cfg(unix)]
#[test]
fn a_report_may_go_to_a_pipe() {
    let ended = run(&[
        "run",
        "*/name-formats/absent/plain+bare",
        "--report",
        "junit=/dev/stdout",
    ]);
    assert_eq!(
        (ended.code, ended.stderr.as_str()),
        (0, ""),
        "{}",
        ended.stdout
    );
    assert!(ended.stdout.contains("<testsuites "), "{}", ended.stdout);
}
