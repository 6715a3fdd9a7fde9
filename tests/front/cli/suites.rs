//! Suites beside today's change nothing of it: verdicts, findings, baselines and ids are those that it has alone.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
    sync::Arc,
};

use bytes::Bytes;
use http::{Request, Response};
use lambda_conformance::{
    load::{self, Files, Library},
    mock::{Mock, MockOptions},
    suite::Suite,
};
use serde_json::Value;
use tempfile::TempDir;

use crate::{
    beside::{self, SUITES},
    process::{self, Ended},
};

const TODAY: &str = "lambda/get-function-configuration";

/// The files with the suites beside today's.
struct Laid(TempDir);

impl Laid {
    fn new() -> Laid {
        let folder = tempfile::tempdir().expect("a folder");
        beside::lay(folder.path());
        Laid(folder)
    }

    fn path(&self, name: &str) -> String {
        self.0.path().join(name).to_string_lossy().into_owned()
    }

    /// Runs a command with these files.
    fn run(&self, arguments: &[&str]) -> Ended {
        let (cases, snapshots) = (self.path("cases"), self.path("snapshots"));
        let files = ["--cases", &cases, "--snapshots", &snapshots];
        process::run(&[arguments, &files].concat())
    }

    fn library(&self) -> Library {
        let folder = self.0.path();
        let files = Files::open(Some(&folder.join("cases")), Some(&folder.join("snapshots")));
        load::load(&files.expect("readable files")).expect("no errors")
    }
}

/// Wrong for every operation: the text of each 404, and the content type of each answer. Wrong for today's alone: the
/// memory of each function. Wrong for one of the others: the number of $LATEST in lists.
fn wrong(request: &Request<Bytes>, answer: Response<Bytes>) -> Response<Bytes> {
    let (mut head, body) = answer.into_parts();
    let mut text = String::from_utf8_lossy(&body).into_owned();
    if request.method() == "GET" && request.uri().path().ends_with("/configuration") {
        text = text.replace("\"MemorySize\":128", "\"MemorySize\":129");
    }
    if request.uri().path().ends_with("/versions") {
        text = text.replace("\"Version\":\"$LATEST\"", "\"Version\":\"0\"");
    }
    if head.status == 404 {
        text = text.replace("Function not found", "Nothing found");
        text = text.replace("Cannot find alias", "No such alias");
    }
    let json = "text/json".parse().expect("a header value");
    head.headers.insert("content-type", json);
    head.headers.remove("content-length");
    Response::from_parts(head, text.into())
}

/// The items of an array of a report.
fn items<'r>(report: &'r Value, key: &str) -> &'r [Value] {
    report[key].as_array().expect("an array")
}

fn text<'r>(value: &'r Value, key: &str) -> &'r str {
    value[key].as_str().expect("a text")
}

/// Clause, path and kind of a mismatch or a cause.
fn key(value: &Value) -> [&str; 3] {
    ["clause", "at", "kind"].map(|key| text(value, key))
}

/// The cases of one suite in a report: verdict and mismatches by id.
fn cases<'r>(report: &'r Value, suite: &str) -> BTreeMap<&'r str, (&'r str, Vec<[&'r str; 3]>)> {
    items(report, "cases")
        .iter()
        .filter(|case| is_of(text(case, "id"), suite))
        .map(|case| {
            let mismatches = items(case, "mismatches").iter().map(key).collect();
            (text(case, "id"), (text(case, "verdict"), mismatches))
        })
        .collect()
}

fn is_of(id: &str, suite: &str) -> bool {
    id.strip_prefix(suite)
        .is_some_and(|rest| rest.starts_with('/'))
}

/// The causes of a report with the cases of one suite that show them.
fn causes<'r>(report: &'r Value, suite: &str) -> BTreeMap<[&'r str; 3], BTreeSet<&'r str>> {
    let mut causes: BTreeMap<[&str; 3], BTreeSet<&str>> = BTreeMap::new();
    for cause in items(report, "causes") {
        let ids = items(cause, "cases").iter();
        let ids = ids.map(|id| id.as_str().expect("an id"));
        let own: Vec<&str> = ids.filter(|id| is_of(id, suite)).collect();
        if !own.is_empty() {
            causes.entry(key(cause)).or_default().extend(own);
        }
    }
    causes
}

fn report(path: &Path) -> Value {
    let text = fs::read_to_string(path).expect("a report");
    let report: Value = serde_json::from_str(&text).expect("JSON");
    let schema = include_str!("../../../src/report/report.schema.json");
    let schema: Value = serde_json::from_str(schema).expect("JSON");
    let validator = jsonschema::draft202012::new(&schema).expect("a schema");
    let errors = validator.iter_errors(&report);
    let errors: Vec<String> = errors.map(|error| error.to_string()).collect();
    assert_eq!(errors, [""; 0]);
    report
}

/// Today's suite alone with a baseline that it writes, then all suites with that baseline, on a target that gets things
/// wrong.
async fn reports(files: &Arc<Laid>) -> (Value, Value) {
    let mock = Mock::deviating(0, MockOptions::default(), Arc::new(wrong))
        .await
        .expect("a free port");
    let url = format!("http://{}", mock.address());
    let files = Arc::clone(files);
    let runs = tokio::task::spawn_blocking(move || {
        let [baseline, alone, all] =
            ["baseline.toml", "alone.json", "all.json"].map(|name| files.path(name));
        let run = [
            "run",
            "--endpoint",
            &url,
            "--jobs",
            "16",
            "--baseline",
            &baseline,
        ];
        let told = format!("json={alone}");
        let first = [&run[..], &["--update-baseline", "--report", &told]].concat();
        let first = process::run(&first);
        assert_eq!(first.code, 0, "{}", first.stderr);
        let told = format!("json={all}");
        let second = files.run(&[&run[..], &["--report", &told]].concat());
        assert_eq!(second.code, 1, "{}", second.stderr);
        (report(alone.as_ref()), report(all.as_ref()))
    });
    let reports = runs.await.expect("both ran");
    drop(mock);
    reports
}

#[tokio::test]
#[ignore = "runs everything four times"]
async fn verdicts_findings_and_a_baseline_stay_as_they_are_alone() {
    let files = Arc::new(Laid::new());
    let (alone, all) = reports(&files).await;

    // the same cases, the same mismatches; what failed alone is known now
    let before = cases(&alone, TODAY);
    let due: BTreeMap<_, _> = before
        .iter()
        .map(|(id, (verdict, mismatches))| {
            let verdict = if *verdict == "failed" {
                "known"
            } else {
                *verdict
            };
            (*id, (verdict, mismatches.clone()))
        })
        .collect();
    assert_eq!(before.len(), items(&alone, "cases").len());
    let verdicts = |wanted: &str| due.values().filter(|(word, _)| *word == wanted).count();
    assert!(verdicts("known") > 100 && verdicts("passed") > 100);
    assert_eq!(cases(&all, TODAY), due);
    assert_eq!(causes(&all, TODAY), causes(&alone, TODAY));

    // nothing of the suites beside it is known, and their findings are their own
    for suite in SUITES {
        let found = cases(&all, suite);
        let of_its_own = found.keys().filter(|id| !id.contains("/always"));
        assert_eq!(of_its_own.count(), 10, "{suite}");
        let failed = found
            .iter()
            .filter(|(id, (verdict, _))| *verdict == "failed" && !id.contains("/always"))
            .map(|(id, _)| *id);
        let failed: BTreeSet<&str> = failed.collect();
        let told: BTreeSet<&str> = causes(&all, suite).into_values().flatten().collect();
        assert!(!failed.is_empty() && failed.is_subset(&told), "{suite}");
        let common = format!("{suite}/always/RSP-CONTENT-TYPE");
        assert_eq!(found[common.as_str()].0, "failed");
    }
    for cause in items(&all, "causes") {
        let known = cause["known"].as_bool().expect("with a baseline");
        for id in items(cause, "cases") {
            let id = id.as_str().expect("an id");
            assert_eq!(known, is_of(id, TODAY), "{id}: {cause}");
        }
    }
    assert_eq!(items(&all["baseline"], "stale"), [Value::Null; 0]);

    // each mismatch counts for a clause of its own suite
    let library = files.library();
    let ids: Vec<&str> = library.suites.iter().map(|suite| &*suite.id).collect();
    assert_eq!(ids, [SUITES[0], TODAY, SUITES[1]]);
    for suite in &library.suites {
        for (id, (_, mismatches)) in cases(&all, &suite.id) {
            for [clause, ..] in mismatches {
                assert!(suite.clause(clause).is_some(), "{id}: {clause}");
            }
        }
    }

    // a clause of today's suite alone is decided as before, and each clause is counted once
    let contract = |report: &Value| -> BTreeMap<String, Value> {
        let clauses = items(&report["coverage"], "contract");
        let named = clauses
            .iter()
            .map(|one| (text(one, "clause").to_owned(), one.clone()));
        let named: BTreeMap<String, Value> = named.collect();
        assert_eq!(named.len(), clauses.len(), "a clause is counted twice");
        named
    };
    let (before, after) = (contract(&alone), contract(&all));
    let today = library.suite(TODAY).expect("a suite");
    for clause in &today.clauses {
        // how often it was decided depends on which suite's case asked first for a fixture: its set-up is judged once
        for key in ["status", "failed", "reason"] {
            let id = &clause.id;
            assert_eq!(before[id][key], after[id][key], "{id}: {key}");
        }
    }
    let own = |suite: &Suite| suite.clauses.len();
    let beside: usize = library.suites.iter().map(own).sum::<usize>() - own(today);
    assert_eq!(after.len(), before.len() + beside);
}

#[test]
fn every_word_is_explained_as_before_or_is_ambiguous() {
    let files = Laid::new();
    for (word, first) in [
        ("ERR-404", "ERR-404"),
        ("GA-ABSENT", "GA-ABSENT"),
        ("LV-PAGE", "LV-PAGE"),
        ("reads/weighted", "lambda/get-alias/reads/weighted"),
        (
            "name-formats/absent/plain+bare",
            "lambda/get-function-configuration/name-formats/absent/plain+bare",
        ),
    ] {
        let told = files.run(&["explain", word]);
        assert_eq!(told.code, 0, "{word}: {}", told.stderr);
        let line = told.stdout.lines().next().unwrap_or_default();
        assert!(line.contains(first), "{word}: {line}");
    }
    let told = files.run(&["explain", "errors/throttled"]);
    assert_eq!(told.code, 2, "{}", told.stdout);
    for suite in [SUITES[0], TODAY, SUITES[1]] {
        let id = format!("{suite}/errors/throttled\n");
        assert!(told.stderr.contains(&id), "{}", told.stderr);
    }
}
