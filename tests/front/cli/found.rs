//! A finding, from the run to `explain --from`: what was answered, what is right, and what users will notice.

use std::fs;

use serde_json::Value;

use crate::{
    front::{Act, Front},
    process::run,
    world::Mock,
};

/// How long the body of each refusal is: more than a report shows.
const LONG: usize = 20_000;
const FILTER: &str = "name-formats/absent";

/// A target whose refusals have no name in a header, and another text.
fn nameless(mock: &Mock) -> Front {
    let body = format!(r#"{{"Type":"User","Message":"{}"}}"#, "no ".repeat(LONG));
    let answer = format!(
        "HTTP/1.1 404 Not Found\r\ncontent-type: application/json\r\nx-seen: yes\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    );
    Front::start(Some(mock.address), move |_, request| {
        let line = request.lines().next().unwrap_or_default();
        if line.contains("/configuration") {
            Act::Raw(answer.clone().into_bytes())
        } else {
            Act::Forward
        }
    })
}

#[test]
fn a_finding_is_explained_from_a_saved_report() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("report.json");
    let path = file.to_string_lossy();
    let mock = Mock::start(&[]);
    let front = nameless(&mock);
    let order = format!("json={path}");
    let ended = run(&[
        "run",
        FILTER,
        "--endpoint",
        &front.url(),
        "--report",
        &order,
    ]);
    assert_eq!(ended.code, 1, "{}", ended.stderr);
    let report: Value =
        serde_json::from_str(&fs::read_to_string(&file).expect("a report")).expect("JSON");
    // who uses it will notice
    let noticed = "what users of this target will notice:\n  SDKs raise an error of another class, or one without a class (X-HDR-ERRORTYPE, as in getmoto/moto#2733)\n";
    assert!(ended.stdout.contains(noticed), "{}", ended.stdout);
    assert_eq!(report["noticed"][0]["issues"][0], "getmoto/moto#2733");
    assert_eq!(report["noticed"][0]["clauses"][0], "X-HDR-ERRORTYPE");
    // and nothing that only follows from another text
    assert_eq!(report["noticed"].as_array().map(Vec::len), Some(1));

    let findings = report["findings"].as_array().expect("a list");
    let is_named = |one: &&Value| one["clause"] == "X-HDR-ERRORTYPE";
    let finding = findings.iter().find(is_named).expect("a finding");
    let id = finding["id"].as_str().expect("a text");
    // what was asked is gone, and nothing is sent
    let before = front.received().len();
    let told = run(&["explain", id, "--from", &path]);
    assert_eq!((told.code, told.stderr.as_str()), (0, ""));
    assert_eq!(front.received().len(), before);
    for line in [
        &format!("finding {id}"),
        &format!(
            "the answer to {}",
            finding["case"].as_str().expect("a text")
        ),
        "  headers.x-amzn-errortype",
        "right, from snapshots/lambda/get-function-configuration/name-formats/absent.snap",
        "found, in step 1",
        "  status: 404",
        "  x-seen: yes",
        "  breaks     SDKs raise an error of another class, or one without a class (as in getmoto/moto#2733)",
    ] {
        let has = told.stdout.lines().any(|one| one.trim_end() == line);
        assert!(has, "no `{line}` in\n{:.3000}", told.stdout);
    }
    assert!(
        told.stdout.contains("  … cut: the body had "),
        "{}",
        told.stdout
    );
}

#[test]
fn answers_stand_in_the_report_where_they_are_asked_for() {
    let folder = tempfile::tempdir().expect("a folder");
    let written = |url: &str, name: &str, more: &str| -> Vec<Value> {
        let file = folder.path().join(name);
        let order = format!("json={}{more}", file.to_string_lossy());
        run(&["run", FILTER, "--endpoint", url, "--report", &order]);
        let text = fs::read_to_string(&file).expect("a report");
        let report: Value = serde_json::from_str(&text).expect("JSON");
        let cases = report["cases"].as_array().expect("a list").clone();
        cases
            .into_iter()
            .filter(|case| case["id"].as_str().is_some_and(|id| id.contains(FILTER)))
            .collect()
    };
    let mock = Mock::start(&[]);
    let url = mock.url();
    for case in written(&url, "passed", "") {
        assert_eq!(
            (case["verdict"].as_str(), &case["answers"]),
            (Some("passed"), &Value::Null),
            "{case}"
        );
    }
    for case in written(&url, "all", ",answers=all") {
        let answer = &case["answers"][0];
        assert_eq!(
            (&answer["status"], &answer["cut_from"]),
            (&Value::from(404), &Value::Null),
            "{case}"
        );
        assert!(
            answer["body"]
                .as_str()
                .is_some_and(|body| body.contains("Function not found")),
            "{case}"
        );
    }
    let front = nameless(&mock);
    let failed = written(&front.url(), "failed", "").into_iter();
    let failed: Vec<Value> = failed.filter(|case| case["verdict"] == "failed").collect();
    assert!(!failed.is_empty());
    for case in failed {
        let answer = &case["answers"][0];
        assert_eq!(
            answer["body"].as_str().map(str::len),
            Some(16 * 1024),
            "{case:.300}"
        );
        assert_eq!(
            answer["cut_from"],
            3 * LONG + r#"{"Type":"User","Message":""}"#.len()
        );
        let headers = answer["headers"].as_array().expect("a list");
        assert!(
            headers.contains(&serde_json::json!(["x-seen", "yes"])),
            "{headers:?}"
        );
    }
}

#[test]
fn a_report_that_is_not_there_says_what_writes_one() {
    let told = run(&["explain", "b6476a64", "--from", "nowhere.json"]);
    assert_eq!((told.code, told.stdout.as_str()), (2, ""));
    let due = "; `run --report json=nowhere.json` writes one\n";
    assert!(
        told.stderr
            .starts_with("error: cannot read the report `nowhere.json`: ")
            && told.stderr.ends_with(due),
        "{}",
        told.stderr
    );
}

#[test]
fn however_many_cases_run_at_once_the_findings_are_the_same() {
    let folder = tempfile::tempdir().expect("a folder");
    let mock = Mock::start(&[]);
    let front = nameless(&mock);
    let found = |jobs: &str| -> Value {
        let file = folder.path().join(jobs);
        let order = format!("json={}", file.to_string_lossy());
        let url = front.url();
        run(&[
            "run",
            FILTER,
            "--endpoint",
            &url,
            "--run-id",
            "same",
            "--jobs",
            jobs,
            "--report",
            &order,
        ]);
        let text = fs::read_to_string(&file).expect("a report");
        let report: Value = serde_json::from_str(&text).expect("JSON");
        let mut findings = report["findings"].clone();
        for finding in findings.as_array_mut().expect("a list") {
            // signed at another time
            finding["request"].take();
        }
        findings
    };
    let one = found("1");
    assert!(!one.as_array().expect("a list").is_empty());
    assert_eq!(one, found("64"));
}
