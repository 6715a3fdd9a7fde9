//! What a baseline does to a run: real processes of the binary on a mock whose answers this test gets wrong.

mod mistakes;

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use lambda_conformance::{
    mock::{Mock, MockOptions},
    reference::Settings,
};
use serde_json::Value;
use tempfile::TempDir;

/// What the mock gets wrong at the moment.
#[derive(Debug, Default)]
struct Wrong {
    /// The message of an unknown function.
    message: AtomicBool,
    /// The same message, in another way.
    other_message: AtomicBool,
    /// The status of a qualifier that is in conflict.
    conflict: AtomicBool,
    /// The header with the id of the request, of a form of its own, new each time.
    id: AtomicBool,
    /// The form of LastModified.
    time: AtomicBool,
    /// CreateAlias.
    alias: AtomicBool,
    /// The status of every success of a read.
    status: AtomicBool,
}

impl Wrong {
    fn answer(&self, request: &Request<Bytes>, answer: Response<Bytes>) -> Response<Bytes> {
        let is = |flag: &AtomicBool| flag.load(Ordering::SeqCst);
        let (mut head, mut body) = answer.into_parts();
        let text = String::from_utf8_lossy(&body).into_owned();
        if is(&self.alias)
            && request.method() == "POST"
            && request.uri().path().ends_with("aliases")
        {
            head.status = StatusCode::NOT_IMPLEMENTED;
        }
        if is(&self.status)
            && request.uri().path().ends_with("/configuration")
            && request.method() == "GET"
            && head.status == StatusCode::OK
        {
            head.status = StatusCode::ACCEPTED;
        }
        if text.contains("Function not found") {
            if is(&self.message) {
                body = text
                    .replace("Function not found", "No such function")
                    .into();
            } else if is(&self.other_message) {
                body = text.replace("Function not found", "Nothing found").into();
            }
        }
        if is(&self.conflict) && text.contains("derived qualifier") {
            head.status = StatusCode::CONFLICT;
        }
        if is(&self.id) {
            let id: String = (0..32).map(|_| fastrand::alphanumeric()).collect();
            let id = format!("{id}0a").parse().expect("a header value");
            head.headers.insert("x-amzn-requestid", id);
        }
        if is(&self.time)
            && let Ok(Value::Object(mut members)) = serde_json::from_str(&text)
            && let Some(Value::String(time)) = members.get("LastModified").cloned()
        {
            let time = time.replace("+0000", "Z");
            members.insert("LastModified".to_owned(), time.into());
            body = Value::Object(members).to_string().into();
        }
        head.headers.remove("content-length");
        Response::from_parts(head, body)
    }
}

/// A mock, what it gets wrong, and a folder for the baseline.
struct World {
    mock: Mock,
    wrong: Arc<Wrong>,
    folder: TempDir,
}

/// How a run ended.
struct Ended {
    code: i32,
    text: String,
    report: Value,
}

impl Ended {
    fn classes(&self) -> Vec<&str> {
        let classes = self.report["exit"]["classes"].as_array().expect("classes");
        classes.iter().filter_map(Value::as_str).collect()
    }

    fn verdict(&self, case: &str) -> &str {
        let cases = self.report["cases"].as_array().expect("cases");
        let case = cases
            .iter()
            .find(|known| known["id"].as_str().is_some_and(|id| id.contains(case)));
        case.expect("a case")["verdict"]
            .as_str()
            .expect("a verdict")
    }
}

impl World {
    async fn new() -> World {
        let wrong = Arc::new(Wrong::default());
        let deviation = Arc::clone(&wrong);
        let mock = Mock::deviating(
            0,
            MockOptions::settled(Settings::default()),
            Arc::new(move |request: &Request<Bytes>, answer| deviation.answer(request, answer)),
        )
        .await
        .expect("a free port");
        World {
            mock,
            wrong,
            folder: TempDir::new().expect("a folder"),
        }
    }

    fn gets(&self, flag: impl Fn(&Wrong) -> &AtomicBool, wrong: bool) {
        flag(&self.wrong).store(wrong, Ordering::SeqCst);
    }

    fn baseline(&self) -> PathBuf {
        self.folder.path().join("baseline.toml")
    }

    fn text(&self) -> String {
        fs::read_to_string(self.baseline()).expect("a baseline")
    }

    /// Runs the cases about conflicts and unknown functions, with the baseline.
    async fn run(&self, more: &[&str]) -> Ended {
        self.run_on(
            &[
                "/qualifiers/conflict/",
                "/name-formats/absent/",
                "members/plain",
            ],
            more,
        )
        .await
    }

    async fn run_on(&self, filters: &[&str], more: &[&str]) -> Ended {
        let report = self.folder.path().join("report.json");
        let mut command = Command::new(env!("CARGO_BIN_EXE_lambda-conformance"));
        command
            .env_clear()
            .args([
                "run",
                "--endpoint",
                &format!("http://{}", self.mock.address()),
            ])
            .arg("--baseline")
            .arg(self.baseline())
            .arg("--report")
            .arg(format!("json={}", report.display()))
            .args(filters)
            .args(more)
            .stdin(Stdio::null());
        let ended = tokio::task::spawn_blocking(move || command.output())
            .await
            .expect("no panic")
            .expect("the binary runs");
        let text = String::from_utf8_lossy(&ended.stdout).into_owned()
            + &String::from_utf8_lossy(&ended.stderr);
        let written = fs::read(&report).unwrap_or_default();
        Ended {
            code: ended.status.code().expect("no signal"),
            report: serde_json::from_slice(&written).unwrap_or_else(|_| panic!("{text}")),
            text,
        }
    }
}

const UPDATE: &[&str] = &["--update-baseline"];
const CONFLICT: &str = "qualifiers/conflict";

#[tokio::test(flavor = "multi_thread")]
async fn what_is_known_fails_nothing_and_every_change_is_seen() {
    let world = World::new().await;
    world.gets(|wrong| &wrong.message, true);
    let first = world.run(UPDATE).await;
    assert_eq!(first.code, 0, "{}", first.text);
    assert!(
        first.text.contains("\nbaseline written: "),
        "{}",
        first.text
    );
    let written = world.text();
    assert!(
        written.contains("No such function: arn:aws:lambda:us-east-1:"),
        "{written}"
    );
    assert!(
        !written.contains("lambda-conformance-0"),
        "a name of this run: {written}"
    );

    let known = world.run(&[]).await;
    assert_eq!((known.code, known.classes()), (0, vec![]), "{}", known.text);
    assert!(
        known.report["summary"]["known"].as_u64() > Some(0),
        "{}",
        known.text
    );
    assert!(
        known.text.contains("\nknown: ") && known.text.contains("\nmatches the baseline: "),
        "{}",
        known.text
    );
    assert!(!known.text.contains("No such function"), "{}", known.text);

    world.gets(|wrong| &wrong.conflict, true);
    let new = world.run(&[]).await;
    assert_eq!(
        (new.code, new.classes()),
        (1, vec!["mismatch"]),
        "{}",
        new.text
    );
    assert!(new.text.contains("X-QUAL-CONFLICT"), "{}", new.text);
    assert!(!new.text.contains("No such function"), "{}", new.text);

    world.gets(|wrong| &wrong.message, false);
    let both = world.run(&[]).await;
    assert_eq!(
        both.classes(),
        ["mismatch", "baseline-stale"],
        "{}",
        both.text
    );
    assert_eq!(both.code, 1);

    world.gets(|wrong| &wrong.conflict, false);
    let mended = world.run(&[]).await;
    assert_eq!(
        (mended.code, mended.classes()),
        (5, vec!["baseline-stale"]),
        "{}",
        mended.text
    );
    let line = written
        .lines()
        .position(|line| line == "[[known]]")
        .expect("an entry")
        + 1;
    let shown = format!("baseline.toml:{line} ");
    assert!(mended.text.contains(&shown), "{shown} in {}", mended.text);
    assert!(
        mended.report["summary"]["stale"].as_u64() > Some(0),
        "{}",
        mended.text
    );

    // what the run did not reach is not decided
    let elsewhere = world.run_on(&["members/plain"], &[]).await;
    assert_eq!(elsewhere.code, 0, "{}", elsewhere.text);

    world.gets(|wrong| &wrong.other_message, true);
    let changed = world.run(&[]).await;
    assert_eq!(
        (changed.code, changed.classes()),
        (1, vec!["mismatch"]),
        "{}",
        changed.text
    );
    assert!(changed.text.contains("\novertaken: "), "{}", changed.text);
    assert!(changed.text.contains(" lists \""), "{}", changed.text);
    assert_eq!(world.text(), written, "nobody asked to write");

    let emptied = world.run(UPDATE).await;
    assert_eq!(emptied.code, 0, "{}", emptied.text);
    world.gets(|wrong| &wrong.other_message, false);
    assert_eq!(world.run(UPDATE).await.code, 0);
    assert!(
        !world.text().contains("[["),
        "nothing is wrong any more: {}",
        world.text()
    );
    assert_eq!(world.run(&[]).await.code, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_changes_from_run_to_run_never_makes_a_baseline_stale() {
    let world = World::new().await;
    world.gets(|wrong| &wrong.id, true);
    world.gets(|wrong| &wrong.time, true);
    world.gets(|wrong| &wrong.message, true);
    assert_eq!(world.run(UPDATE).await.code, 0);
    let written = world.text();
    assert!(written.contains("<34 letters and digits>"), "{written}");
    assert!(written.contains("<0000-00-00T00:00:00.0>Z"), "{written}");
    for _ in 0..2 {
        let again = world.run(&[]).await;
        assert_eq!(again.code, 0, "{}", again.text);
    }
    // the shape is still checked
    world.gets(|wrong| &wrong.id, false);
    assert_eq!(world.run(&[]).await.code, 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_update_keeps_what_people_wrote_and_a_second_one_changes_nothing() {
    let world = World::new().await;
    world.gets(|wrong| &wrong.message, true);
    world.gets(|wrong| &wrong.time, true);
    assert_eq!(world.run(UPDATE).await.code, 0);
    let written = world.text();
    let listed = written
        .lines()
        .find(|line| line.starts_with("  \"lambda/") && line.ends_with("\","))
        .expect("a case in a line of its own");
    let told = written
        .replacen(listed, &format!("  # the first one\n{listed} # of many"), 1)
        .replacen("reason = \"\"", "reason = \"we say it so\"\nissue = \"https://example.org/1\"\nexpires = \"2199-12-31\" # far off", 1)
        .replacen("[[known]]", "# looked at twice\n[[known]]", 1)
        .replace("2026-", "2020-");
    assert_ne!(told, written);
    fs::write(world.baseline(), &told).expect("it can be written");
    let second = world.run(UPDATE).await;
    assert_eq!(second.code, 0, "{}", second.text);
    assert_eq!(world.text(), told, "a second update changes nothing");

    // another cause comes and one goes: the rest stays as it was, in order
    world.gets(|wrong| &wrong.conflict, true);
    world.gets(|wrong| &wrong.time, false);
    assert_eq!(world.run(UPDATE).await.code, 0);
    let third = world.text();
    for kept in [
        "# looked at twice\n[[known]]",
        "  # the first one\n  \"lambda/",
        ", # of many\n",
        "reason = \"we say it so\"",
        "https://example.org/1",
        "# far off",
    ] {
        assert!(third.contains(kept), "`{kept}` in {third}");
    }
    assert!(
        third.contains("X-QUAL-CONFLICT") && !third.contains("RSP-LM-"),
        "{third}"
    );
    let clauses: Vec<&str> = third
        .lines()
        .filter(|line| line.starts_with("clause"))
        .collect();
    let mut sorted = clauses.clone();
    sorted.sort_unstable();
    assert_eq!(clauses, sorted);

    // a run of other cases leaves these alone
    assert_eq!(world.run_on(&["members/plain"], UPDATE).await.code, 0);
    assert_eq!(world.text(), third);
    let stricter = world.run(&["--level", "documented"]).await;
    assert_eq!(
        stricter.code, 0,
        "of a looser level nothing is stale: {}",
        stricter.text
    );
}

/// What each clause states stands above its entry, and names with `*` stand for many cases.
#[tokio::test(flavor = "multi_thread")]
async fn a_person_can_review_what_is_written() {
    let world = World::new().await;
    world.gets(|wrong| &wrong.message, true);
    world.gets(|wrong| &wrong.time, true);
    let filters = &["name-formats/absent", "members/", "lengths/"];
    assert_eq!(world.run_on(filters, UPDATE).await.code, 0);
    let written = world.text();
    let lines: Vec<&str> = written.lines().collect();
    let entries = lines.iter().filter(|line| **line == "[[known]]").count();
    assert!(entries > 1, "{written}");
    for (at, line) in lines.iter().enumerate() {
        assert!(line.chars().count() < 160, "{line}");
        if *line == "[[known]]" {
            assert!(lines[at - 1].starts_with("#: "), "{}", lines[at - 1]);
        }
    }
    assert!(
        written.contains("cases = [\"lambda/get-function-configuration/members/*\"] }]\n"),
        "{written}"
    );

    // a clause that says something else now
    let other = written.replacen("#: ", "#: Once it was: ", 1);
    fs::write(world.baseline(), other).expect("it can be written");
    assert_eq!(world.run_on(filters, UPDATE).await.code, 0);
    assert_eq!(world.text(), written);
}

/// Lists without `*`, and no comments, as they were written before.
#[tokio::test(flavor = "multi_thread")]
async fn a_baseline_as_it_was_written_before_still_holds() {
    let world = World::new().await;
    world.gets(|wrong| &wrong.message, true);
    world.gets(|wrong| &wrong.time, true);
    let filters = &["name-formats/absent", "members/"];
    let first = world.run_on(filters, UPDATE).await;
    assert_eq!(first.code, 0, "{}", first.text);
    let written = world.text();
    let causes = first.report["causes"].as_array().expect("causes").iter();
    let cases = causes.flat_map(|cause| cause["cases"].as_array().expect("cases"));
    let cases: BTreeSet<&str> = cases.filter_map(Value::as_str).collect();
    let mut before = written.clone();
    let mut shortened = 0;
    for name in written
        .split('"')
        .filter(|part| part.starts_with("lambda/"))
    {
        if let Some(start) = name.strip_suffix('*') {
            let inside = cases.iter().filter(|case| case.starts_with(start));
            let inside: Vec<String> = inside.map(|case| format!("\n    \"{case}\"")).collect();
            assert!(inside.len() > 1, "{name}");
            before = before.replace(&format!("\"{name}\""), &inside.join(","));
            shortened += 1;
        }
    }
    assert!(shortened > 1, "{written}");
    let before: String = before
        .split_inclusive('\n')
        .filter(|line| !line.starts_with("#:"))
        .collect();
    fs::write(world.baseline(), &before).expect("it can be written");
    let known = world.run_on(filters, &[]).await;
    assert_eq!((known.code, known.classes()), (0, vec![]), "{}", known.text);
    let numbers = [&first, &known].map(|ended| &ended.report["summary"]["causes"]);
    assert_eq!(numbers[0], numbers[1]);
    // an update writes it as it is written today
    let again = world.run_on(filters, UPDATE).await;
    let says = "(0 new, 0 changed, 0 removed)";
    assert!(again.text.contains(says), "{}", again.text);
    assert_eq!(world.text(), written);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_day_that_is_over_and_a_run_that_may_go_without() {
    let world = World::new().await;
    world.gets(|wrong| &wrong.message, true);
    assert_eq!(world.run(UPDATE).await.code, 0);
    let written = world.text();
    let over = written.replace(
        "reason = \"\"",
        "reason = \"soon\"\nexpires = \"2024-02-29\"",
    );
    fs::write(world.baseline(), &over).expect("it can be written");
    let expired = world.run(&[]).await;
    assert_eq!(
        (expired.code, expired.classes()),
        (5, vec!["baseline-expired"]),
        "{}",
        expired.text
    );
    assert!(expired.text.contains(" on 2024-02-29"), "{}", expired.text);
    assert!(
        expired.report["summary"]["failed"].as_u64() > Some(0),
        "{}",
        expired.text
    );

    world.gets(|wrong| &wrong.message, false);
    let sometimes = written.replace("{ value =", "{ sometimes = true, value =");
    fs::write(world.baseline(), &sometimes).expect("it can be written");
    assert_eq!(world.run(&[]).await.code, 0);
    let loose = sometimes.replace("No such function", "<any>");
    fs::write(world.baseline(), loose).expect("it can be written");
    world.gets(|wrong| &wrong.other_message, true);
    let any = world.run(&[]).await;
    assert_eq!(any.code, 0, "{}", any.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_set_up_turns_no_red_into_green() {
    let world = World::new().await;
    let filters = &["aliases", "qualifiers"];
    world.gets(|wrong| &wrong.conflict, true);
    assert_eq!(world.run_on(filters, UPDATE).await.code, 0);
    let written = world.text();
    assert_eq!(world.run_on(filters, &[]).await.code, 0);

    world.gets(|wrong| &wrong.alias, true);
    let broken = world.run_on(filters, &[]).await;
    assert_eq!(
        (broken.code, broken.classes()),
        (7, vec!["not-testable"]),
        "{}",
        broken.text
    );
    assert!(
        broken.text.contains("\n  not listed in "),
        "{}",
        broken.text
    );
    assert!(
        broken.text.contains("501"),
        "the target's own answer: {}",
        broken.text
    );
    assert!(
        broken.report["baseline"]["stale"]
            .as_array()
            .is_some_and(Vec::is_empty),
        "{}",
        broken.text
    );

    // all four at once
    world.gets(|wrong| &wrong.conflict, false);
    world.gets(|wrong| &wrong.message, true);
    let all = world.run_on(filters, &[]).await;
    assert_eq!(
        (all.code, all.classes()),
        (1, vec!["mismatch", "not-testable", "baseline-stale"]),
        "{}",
        all.text
    );

    // noted, and mended
    world.gets(|wrong| &wrong.message, false);
    world.gets(|wrong| &wrong.conflict, true);
    assert_eq!(world.run_on(filters, UPDATE).await.code, 0);
    assert!(
        world.text().contains("[[not-testable]]"),
        "{}",
        world.text()
    );
    assert_eq!(world.run_on(filters, &[]).await.code, 0);
    world.gets(|wrong| &wrong.alias, false);
    let mended = world.run_on(filters, &[]).await;
    assert_eq!(
        mended.classes(),
        ["mismatch", "baseline-stale"],
        "what was known of these cases went with them: {}",
        mended.text
    );
    assert_eq!(world.run_on(filters, UPDATE).await.code, 0);
    assert_eq!(world.text(), written);
    assert_eq!(mended.verdict(CONFLICT), "failed");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_is_wrong_altogether_says_nothing_of_what_is_mended() {
    let world = World::new().await;
    world.gets(|wrong| &wrong.time, true);
    let filters = &["members/plain"];
    assert_eq!(world.run_on(filters, UPDATE).await.code, 0);
    world.gets(|wrong| &wrong.time, false);
    world.gets(|wrong| &wrong.status, true);
    let other = world.run_on(filters, &[]).await;
    assert_eq!(other.classes(), ["mismatch"], "{}", other.text);
    world.gets(|wrong| &wrong.status, false);
    world.gets(|wrong| &wrong.id, true);
    let elsewhere = world.run_on(filters, &[]).await;
    let classes = ["mismatch", "baseline-stale"];
    assert_eq!(elsewhere.classes(), classes, "{}", elsewhere.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_baseline_that_is_not_there_or_not_to_be_written() {
    let world = World::new().await;
    let run = |arguments: &[&str]| {
        let ended = Command::new(env!("CARGO_BIN_EXE_lambda-conformance"))
            .env_clear()
            .arg("run")
            .args(arguments)
            .output()
            .expect("the binary runs");
        let text = String::from_utf8_lossy(&ended.stderr).into_owned();
        (ended.status.code(), text)
    };
    let path = world.baseline();
    let path = path.to_str().expect("text");
    let (code, text) = run(&["--baseline", path]);
    assert_eq!(code, Some(2));
    assert!(
        text.contains("cannot read the baseline") && text.contains("--update-baseline"),
        "{text}"
    );
    let (code, text) = run(&["--update-baseline"]);
    assert_eq!(code, Some(2));
    assert!(text.contains("--baseline <FILE>"), "{text}");
    let nowhere = Path::new(path).join("below/a/file.toml");
    let (code, text) = run(&[
        "--baseline",
        nowhere.to_str().expect("text"),
        "--update-baseline",
        "members/plain",
    ]);
    assert_eq!(code, Some(2));
    assert!(text.contains("cannot write the baseline"), "{text}");
}
