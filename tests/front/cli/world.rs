//! What the tests run on: [`Mock`], the binary's own as a process of its own, and [`Cases`], a copy of the case files with
//! a topic that the tests know.

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpStream},
    path::Path,
    process::Child,
};

use serde_json::Value;
use tempfile::TempDir;

use crate::{beside::copy, process};

/// A mock that listens until it is dropped.
pub(crate) struct Mock {
    process: Child,
    pub(crate) address: SocketAddr,
}

impl Mock {
    /// Starts it on a free port.
    pub(crate) fn start(flags: &[&str]) -> Mock {
        Mock::at("0", flags)
    }

    /// Starts it on this port.
    pub(crate) fn start_on(port: &str) -> Mock {
        Mock::at(port, &[])
    }

    fn at(port: &str, flags: &[&str]) -> Mock {
        let mut process = process::start(&[], &[&["mock", "--port", port], flags].concat());
        let mut line = String::new();
        let stdout = process.stdout.take().expect("it is piped");
        BufReader::new(stdout).read_line(&mut line).expect("text");
        let address = line
            .trim_end()
            .strip_prefix("listening on http://")
            .and_then(|address| address.parse().ok());
        let Some(address) = address else {
            // it may have ended already
            let _ = process.kill();
            panic!("the mock said {line:?}");
        };
        Mock { process, address }
    }

    /// Its URL.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Removes a function.
    pub(crate) fn remove(&self, name: &str) {
        let answer = self.asked(&format!("DELETE /2015-03-31/functions/{name}"));
        assert!(answer.starts_with("HTTP/1.1 204 "), "{answer}");
    }

    /// What it answers to a request without a body.
    fn asked(&self, what: &str) -> String {
        let mut stream = TcpStream::connect(self.address).expect("it listens");
        let head = format!("{what} HTTP/1.1\r\nhost: mock\r\nconnection: close\r\n\r\n");
        stream.write_all(head.as_bytes()).expect("it reads");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("it answers");
        answer
    }

    /// The names of the functions that are there.
    pub(crate) fn functions(&self) -> Vec<String> {
        let answer = self.asked("GET /2015-03-31/functions/");
        let (_, body) = answer.split_once("\r\n\r\n").expect("a head");
        let body: Value = serde_json::from_str(body).expect("JSON");
        let functions = body["Functions"].as_array().expect("a list");
        functions
            .iter()
            .map(|function| {
                function["FunctionName"]
                    .as_str()
                    .expect("a name")
                    .to_owned()
            })
            .collect()
    }
}

impl Drop for Mock {
    fn drop(&mut self) {
        // it may have ended already
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The case files and snapshots of this checkout in a folder of their own, with the topic `cli`.
pub(crate) struct Cases(TempDir);

/// A function that a case reads, and a case that no mock without flags can be asked.
const TOPIC: &str = r#"
[[case]]
name    = "read"
summary = "A function that is there is read"
fixture = "cli"
clauses = ["REQ-NAME-BARE"]
request = { FunctionName = "<function>" }
expect  = { status = 200 }

[[case]]
name     = "impossible"
summary  = "This needs somebody who may do nothing"
requires = ["denied-identity"]
clauses  = ["REQ-NAME-BARE"]
request  = { FunctionName = "cli" }
expect   = { status = 404 }
"#;

const FIXTURE: &str = r#"
[cli]
summary = "A function that the tests of the command line make"
[[cli.step]]
as        = "create"
operation = "CreateFunction"
[cli.step.request]
FunctionName = "<function>"
Role         = "<role>"
Runtime      = "python3.12"
Handler      = "index.handler"
Code         = { zip = { "index.py" = "" } }
[[cli.step]]
as   = "settled"
wait = "settled"
[[cli.remove]]
operation = "DeleteFunction"
request   = { FunctionName = "<function>" }
"#;

impl Cases {
    /// Copies them.
    pub(crate) fn new() -> Cases {
        const SUITE: &str = "lambda/get-function-configuration";
        let folder = tempfile::tempdir().expect("a folder");
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        for name in ["cases", "snapshots"] {
            copy(&here.join(name), &folder.path().join(name));
        }
        let fixtures = folder.path().join("cases/lambda/fixtures.toml");
        let text = fs::read_to_string(&fixtures).expect("text");
        fs::write(&fixtures, text + FIXTURE).expect("a file");
        fs::write(folder.path().join(format!("cases/{SUITE}/cli.toml")), TOPIC).expect("a file");
        let snapshots = folder.path().join(format!("snapshots/{SUITE}/cli"));
        fs::create_dir_all(&snapshots).expect("a folder");
        for (name, answer) in [
            ("read", r#"{"status": 200}"#),
            ("impossible", r#"{"status": 404}"#),
        ] {
            fs::write(
                snapshots.join(format!("{name}.snap")),
                format!("---\nsource: a test\n---\n{answer}\n"),
            )
            .expect("a file");
        }
        Cases(folder)
    }

    /// The arguments that run the case `cli/NAME` of them on a target.
    pub(crate) fn arguments(&self, name: &str, target: &str) -> Vec<String> {
        let path = |name: &str| self.0.path().join(name).to_string_lossy().into_owned();
        let filter = format!("*/cli/{name}");
        let words = [
            "run",
            &filter,
            "--endpoint",
            target,
            "--cases",
            &path("cases"),
            "--snapshots",
            &path("snapshots"),
        ];
        words.map(str::to_owned).to_vec()
    }

    /// A path in the folder, for a test to write to.
    pub(crate) fn path(&self, name: &str) -> std::path::PathBuf {
        self.0.path().join(name)
    }
}

/// Words as a process takes them.
pub(crate) fn words(arguments: &[String]) -> Vec<&str> {
    arguments.iter().map(String::as_str).collect()
}
