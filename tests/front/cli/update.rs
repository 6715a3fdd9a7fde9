//! `--update-baseline`: a file is replaced whole or not at all, nothing is written of a run with a case that got no answer,
//! and the reports of a run that wrote the file are not red.

use std::{
    fs,
    path::PathBuf,
    process::{Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
};

use bytes::Bytes;
use http::{Method, Request, Response, StatusCode};
use lambda_conformance::{
    mock::{Mock, MockOptions},
    reference::Settings,
};
use serde_json::Value;
use tempfile::TempDir;

use crate::process::{Ended, command, end};

const FILTERS: [&str; 3] = [
    "members/plain",
    "/name-formats/absent-q",
    "/qualifiers/conflict/",
];
const UPDATE: &[&str] = &["--update-baseline"];

/// What a server does at the moment.
#[derive(Debug, Default)]
struct Doing {
    /// Its text of an unknown function is another one, with a number that no other answer has.
    numbers: AtomicBool,
    /// It throttles the reads of a qualified name with another qualifier.
    throttles_some: AtomicBool,
    /// It throttles all reads.
    throttles: AtomicBool,
    number: AtomicU32,
}

struct World {
    mock: Mock,
    doing: Arc<Doing>,
    folder: TempDir,
}

impl World {
    async fn new() -> World {
        let doing = Arc::new(Doing {
            numbers: true.into(),
            ..Doing::default()
        });
        let shared = Arc::clone(&doing);
        let answer = move |request: &Request<Bytes>, answer| answer_of(&shared, request, answer);
        let options = MockOptions {
            // a proxy is asked for another authority than it has
            auth: false,
            ..MockOptions::settled(Settings::default())
        };
        let mock = Mock::deviating(0, options, Arc::new(answer)).await;
        World {
            mock: mock.expect("a free port"),
            doing,
            folder: TempDir::new().expect("a folder"),
        }
    }

    fn baseline(&self) -> PathBuf {
        self.folder.path().join("baseline.toml")
    }

    fn text(&self) -> Option<String> {
        fs::read_to_string(self.baseline()).ok()
    }

    /// Runs the binary; `shell` is what a shell does before.
    async fn run(&self, shell: &str, variables: &[(&str, &str)], more: &[&str]) -> Ended {
        let endpoint = match variables {
            [] => format!("http://{}", self.mock.address()),
            _ => "http://lambda.test".to_owned(),
        };
        let baseline = self.baseline().display().to_string();
        let mut arguments = vec!["run", "--endpoint", &endpoint, "--baseline", &baseline];
        arguments.extend(FILTERS.iter().chain(more));
        let mut process = command(variables, &arguments);
        if !shell.is_empty() {
            let line = format!("{shell}; exec \"$0\" \"$@\"");
            let mut wrapped = Command::new("sh");
            wrapped.args(["-c", &line]).arg(process.get_program());
            wrapped.args(process.get_args()).env_clear();
            let set = |(name, value): (_, Option<_>)| value.map(|value| (name, value));
            wrapped.envs(process.get_envs().filter_map(set));
            wrapped.stdin(Stdio::null());
            wrapped.stdout(Stdio::piped()).stderr(Stdio::piped());
            process = wrapped;
        }
        let ended = tokio::task::spawn_blocking(move || end(process.spawn().expect("it starts")));
        ended.await.expect("no panic")
    }

    async fn update(&self) -> Ended {
        self.run("", &[], UPDATE).await
    }

    /// What else than the baseline is in its folder.
    fn beside(&self) -> Vec<String> {
        let entries = fs::read_dir(self.folder.path()).expect("a folder");
        let names = entries.map(|entry| entry.expect("an entry").file_name());
        let names = names.map(|name| name.to_string_lossy().into_owned());
        names.filter(|name| name != "baseline.toml").collect()
    }
}

fn answer_of(doing: &Doing, request: &Request<Bytes>, answer: Response<Bytes>) -> Response<Bytes> {
    let is = |flag: &AtomicBool| flag.load(Ordering::SeqCst);
    let target = request.uri().to_string();
    if request.method() != Method::GET || !target.contains("/configuration") {
        return answer;
    }
    let (mut head, mut body) = answer.into_parts();
    let some = is(&doing.throttles_some) && target.contains("%3A") && target.contains("?Qualifier");
    if is(&doing.throttles) || some {
        head.status = StatusCode::TOO_MANY_REQUESTS;
        return Response::from_parts(head, Bytes::new());
    }
    let text = String::from_utf8_lossy(&body).into_owned();
    if is(&doing.numbers) {
        let number = doing.number.fetch_add(7, Ordering::SeqCst);
        body = text
            .replace("Function not found", &format!("No function ({number})"))
            .into();
    }
    Response::from_parts(head, body)
}

fn both(ended: &Ended) -> String {
    format!("{}{}", ended.stdout, ended.stderr)
}

/// A write beyond so many blocks fails, as on a disk that is full.
#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_disk_that_is_full_leaves_the_old_file_and_nothing_beside_it() {
    let world = World::new().await;
    assert_eq!(world.update().await.code, 0);
    let written = world.text().expect("a baseline");
    let old = written.replace("No function", "Nothing");
    fs::write(world.baseline(), &old).expect("it can be written");
    for blocks in [0, 1] {
        let full = format!("trap '' XFSZ; ulimit -f {blocks}");
        let ended = world.run(&full, &[], UPDATE).await;
        assert_eq!(ended.code, 2, "{}", both(&ended));
        assert!(
            ended.stderr.contains("error: cannot write the baseline"),
            "{}",
            both(&ended)
        );
        assert_eq!(world.text().as_ref(), Some(&old));
        assert_eq!(world.beside(), [""; 0]);
    }
    assert_eq!(world.update().await.code, 0);
    assert_eq!(world.text(), Some(written));
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_disk_that_is_full_leaves_the_old_report() {
    let world = World::new().await;
    let report = world.folder.path().join("report.json");
    fs::write(&report, "what was there").expect("it can be written");
    let order = format!("json={}", report.display());
    let full = "trap '' XFSZ; ulimit -f 1";
    let more = ["--update-baseline", "--report", &order];
    let ended = world.run(full, &[], &more[1..]).await;
    assert_eq!(ended.code, 2, "{}", both(&ended));
    assert_eq!(fs::read_to_string(&report).expect("text"), "what was there");
    let ended = world.run("", &[], &more).await;
    assert_eq!(ended.code, 0, "{}", both(&ended));
    let text = fs::read_to_string(&report).expect("text");
    assert!(serde_json::from_str::<Value>(&text).is_ok(), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_with_a_case_without_an_answer_updates_nothing() {
    let world = World::new().await;
    let set = |flag: &AtomicBool, on| flag.store(on, Ordering::SeqCst);
    set(&world.doing.throttles_some, true);
    // a target that throttles for ever is given up after three time-outs
    let hasty = [UPDATE, &["--timeout", "500ms"]].concat();
    let none = world.run("", &[], &hasty).await;
    assert_eq!((none.code, world.text()), (3, None), "{}", both(&none));
    set(&world.doing.throttles_some, false);
    assert_eq!(world.update().await.code, 0);
    let written = world.text();
    set(&world.doing.numbers, false);
    for all in [false, true] {
        set(&world.doing.throttles_some, !all);
        set(&world.doing.throttles, all);
        let ended = world.run("", &[], &hasty).await;
        let told = both(&ended);
        assert_eq!(ended.code, 3, "{told}");
        assert!(told.contains("not written, because "), "{told}");
        assert!(
            told.contains("got no answer, such as lambda/get-function-configuration/"),
            "{told}"
        );
        assert!(told.contains("throttled"), "{told}");
        assert_eq!(world.text(), written);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_reports_of_a_run_that_wrote_the_file_are_not_red() {
    let world = World::new().await;
    let file = |name: &str| world.folder.path().join(name).display().to_string();
    let reports = ["json", "junit", "markdown"];
    let orders: Vec<String> = reports
        .iter()
        .map(|name| format!("{name}={}", file(name)))
        .collect();
    let mut more = vec!["--update-baseline", "--verbose", "--report", "github"];
    for order in &orders {
        more.extend(["--report", order]);
    }
    let ended = world.run("", &[], &more).await;
    assert_eq!(ended.code, 0, "{}", both(&ended));
    let read = |name: &str| fs::read_to_string(file(name)).expect("a report");
    let told = &ended.stdout;
    assert!(told.contains("; proved by a second run of "), "{told}");
    assert!(told.contains("\nbaseline written: "), "{told}");
    assert!(told.contains("\n       known  lambda/"), "{told}");
    for red in ["\nerror", "::error", "::warning", "\n      failed  "] {
        assert!(!told.contains(red), "{red} in {told}");
    }
    let json: Value = serde_json::from_str(&read("json")).expect("JSON");
    assert_eq!(json["exit"]["code"], 0);
    let causes = json["causes"].as_array().expect("causes");
    assert!(!causes.is_empty() && causes.iter().all(|cause| cause["known"] == true));
    let junit = read("junit");
    assert!(junit.contains("type=\"known\""), "{junit}");
    for red in ["<failure", "<error"] {
        assert!(!junit.contains(red), "{red} in {junit}");
    }
    let page = read("markdown");
    assert!(page.contains("<summary>Known: "), "{page}");
    assert!(!page.contains("### Differences"), "{page}");
}

/// What is not this machine is asked twice only by those who want it. A proxy stands for it, so that nothing leaves this one.
#[tokio::test(flavor = "multi_thread")]
async fn elsewhere_a_baseline_is_proved_if_that_is_wanted() {
    let world = World::new().await;
    let proxy = format!("http://{}", world.mock.address());
    let variables = [("http_proxy", proxy.as_str())];
    let once = world.run("", &variables, UPDATE).await;
    assert_eq!(once.code, 0, "{}", both(&once));
    assert!(!once.stdout.contains("second run"), "{}", once.stdout);
    let again = world.run("", &variables, &[]).await;
    assert_eq!(again.code, 1, "numbers differ: {}", both(&again));
    let prove = ["--update-baseline", "--prove-baseline"];
    let proved = world.run("", &variables, &prove).await;
    assert_eq!(proved.code, 0, "{}", both(&proved));
    assert!(proved.stdout.contains("second run"), "{}", proved.stdout);
    let held = world.run("", &variables, &[]).await;
    assert_eq!(held.code, 0, "{}", both(&held));
    let alone = world.run("", &variables, &["--prove-baseline"]).await;
    assert_eq!(alone.code, 2, "{}", both(&alone));
    assert!(alone.stderr.contains("--update-baseline"));
}
