//! What a run made is gone after it, however it ended, or it is printed by name.
//!
//! Real processes: the mock as a server of its own, the binary as a client, functions counted through ListFunctions.

use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Output, Stdio},
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use crate::world;
use bytes::Bytes;
use http::{Request, Response, StatusCode};
use lambda_conformance::{
    client::{Client, ClientOptions},
    level::Level,
    mock::{self, Deviation, Mock},
    plan::Item,
    suite::Service,
    target::{Credentials, Target},
    verdict::Verdict,
};

/// The suite that is looked at.
const SUITE: &str = "lambda/get-function-configuration";

/// The cases that are run: reads of fixtures that are shared, and cases that have a fixture of their own.
const FILTERS: [&str; 3] = ["members", "reads", "states"];

fn binary(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lambda-conformance"));
    command
        .args(arguments)
        .env_clear()
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

fn run_on(endpoint: &str) -> Command {
    let mut command = binary(&["run", "--endpoint", endpoint]);
    command.args(FILTERS);
    command
}

fn text(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

/// The names of the functions on a target.
async fn functions(endpoint: &str) -> Vec<String> {
    let target = Target::new(
        "t",
        endpoint.parse().expect("a URL"),
        "us-east-1",
        Credentials::new("test", "test"),
    );
    let client = Client::new(&target, ClientOptions::default()).expect("a client");
    let request = Request::get("/2015-03-31/functions")
        .body(Bytes::new())
        .expect("a request");
    let answer = client.send(request, true).await.expect("an answer");
    let body = answer.json().expect("JSON");
    let list = body["Functions"].as_array().expect("a list");
    list.iter()
        .map(|function| {
            function["FunctionName"]
                .as_str()
                .expect("a name")
                .to_owned()
        })
        .collect()
}

/// A mock in a process of its own.
struct Server {
    process: Child,
    endpoint: String,
}

impl Server {
    /// A mock on which functions take some time to settle, so that a run is still at it when it is cut off.
    fn slow() -> Server {
        Server::start("280ms")
    }

    fn start(settle: &str) -> Server {
        let mut process = binary(&["mock", "--settle", settle])
            .spawn()
            .expect("the binary starts");
        let mut line = String::new();
        let out = process.stdout.take().expect("its output");
        BufReader::new(out)
            .read_line(&mut line)
            .expect("its first line");
        let endpoint = line
            .trim()
            .strip_prefix("listening on ")
            .expect("its address")
            .to_owned();
        Server { process, endpoint }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // it may be gone already, which is what one of the tests is about
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Waits until a run has made some functions.
async fn until_made(endpoint: &str) {
    let started = Instant::now();
    while functions(endpoint).await.len() < 3 {
        assert!(
            started.elapsed() < Duration::from_secs(30),
            "the run makes no functions"
        );
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn after_a_run_that_passes() {
    let server = Server::start("0s");
    let output = run_on(&server.endpoint).output().expect("the binary runs");
    assert!(text(&output).contains("conforms:"), "{}", text(&output));
    assert_eq!(functions(&server.endpoint).await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_run_that_fails() {
    let wrong: Arc<Deviation> =
        Arc::new(|request: &Request<Bytes>, mut answer: Response<Bytes>| {
            if request.uri().path().ends_with("/configuration") && request.method() == "GET" {
                *answer.status_mut() = StatusCode::IM_A_TEAPOT;
            }
            answer
        });
    let mock = Mock::deviating(0, mock::MockOptions::default(), wrong)
        .await
        .expect("a free port");
    let endpoint = format!("http://{}", mock.address());
    let mut command = run_on(&endpoint);
    let output = tokio::task::spawn_blocking(move || command.output())
        .await
        .expect("a thread")
        .expect("the binary runs");
    assert_eq!(output.status.code(), Some(1), "{}", text(&output));
    assert_eq!(functions(&endpoint).await, Vec::<String>::new());
}

#[tokio::test]
async fn after_a_panic_in_a_case() {
    let mut library = world::library::read();
    let (mock, world) =
        world::deviating(&library, Level::Observed, Arc::new(|_, answer| answer)).await;
    let made = world.clearing().made().len();
    assert!(made > 3, "only {made} fixtures were made");
    let mut suites = library.suites.iter_mut();
    let suite = suites
        .find(|suite| suite.id == SUITE)
        .expect("the suite is there");
    // without its operation, a case cannot be sent: the code takes that for impossible and panics
    let mut without = Service::clone(&suite.service);
    without.operations.clear();
    suite.service = Arc::new(without);
    let case = &suite.cases[0];
    let outcome = world.judge(Item { suite, case }).await;
    let Verdict::Inconclusive { reason, .. } = &outcome.verdict else {
        panic!("{:?}", outcome.verdict);
    };
    assert!(reason.contains("panicked"), "{reason}");
    assert_eq!(world.close().await, Vec::<String>::new());
    drop(mock);
}

#[tokio::test]
async fn after_ctrl_c_in_the_middle() {
    let server = Server::slow();
    let client = run_on(&server.endpoint).spawn().expect("the binary starts");
    until_made(&server.endpoint).await;
    let signal = Command::new("kill")
        .args(["-INT", &client.id().to_string()])
        .status()
        .expect("kill runs");
    assert!(signal.success());
    let output = client.wait_with_output().expect("the run ends");
    assert_eq!(output.status.code(), Some(130), "{}", text(&output));
    assert_eq!(functions(&server.endpoint).await, Vec::<String>::new());
}

#[tokio::test]
async fn after_the_target_was_killed() {
    let mut server = Server::slow();
    let client = run_on(&server.endpoint).spawn().expect("the binary starts");
    until_made(&server.endpoint).await;
    let made = functions(&server.endpoint).await;
    server.process.kill().expect("the mock is killed");
    let waiting = thread::spawn(move || client.wait_with_output().expect("the run ends"));
    let output = waiting.join().expect("a thread");
    let shown = text(&output);
    assert_eq!(output.status.code(), Some(3), "{shown}");
    for name in made {
        assert!(
            shown.contains(&name),
            "`{name}` is left and not printed:\n{shown}"
        );
    }
}

#[tokio::test]
async fn a_mock_without_a_run_has_no_function() {
    let mock = Mock::start(0, mock::MockOptions::default())
        .await
        .expect("a free port");
    assert_eq!(
        functions(&format!("http://{}", mock.address())).await,
        Vec::<String>::new()
    );
}
