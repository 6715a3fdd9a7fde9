//! [`run`]: the binary as a process that inherits nothing but `PATH` and `HOME`, and [`Ended`], what came of it.

use std::{
    env,
    io::Read,
    process::{Child, Command, Stdio},
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

/// Longer than any run here takes. Who is still there then hangs.
const PATIENCE: Duration = Duration::from_secs(120);

/// What a process printed, and how it ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// The binary with these arguments and variables, not yet started.
pub(crate) fn command(variables: &[(&str, &str)], arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lambda-conformance"));
    command
        .env_clear()
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    for name in ["PATH", "HOME"] {
        command.envs(env::var_os(name).map(|value| (name, value)));
    }
    command.envs(variables.iter().copied());
    command
}

/// Starts it.
pub(crate) fn start(variables: &[(&str, &str)], arguments: &[&str]) -> Child {
    command(variables, arguments)
        .spawn()
        .expect("the binary starts")
}

/// Runs it to its end with these variables.
pub(crate) fn run_with(variables: &[(&str, &str)], arguments: &[&str]) -> Ended {
    end(start(variables, arguments))
}

/// Runs it to its end.
pub(crate) fn run(arguments: &[&str]) -> Ended {
    run_with(&[], arguments)
}

/// Waits until a process has ended and takes what it printed. A stream that somebody took is taken for empty.
pub(crate) fn end(mut process: Child) -> Ended {
    let stdout = process.stdout.take().map(reader);
    let stderr = process.stderr.take().map(reader);
    let started = Instant::now();
    let status = loop {
        if let Some(status) = process.try_wait().expect("a process") {
            break status;
        }
        if started.elapsed() > PATIENCE {
            process.kill().expect("a process of ours");
            panic!("it did not end within {PATIENCE:?}");
        }
        thread::sleep(Duration::from_millis(5));
    };
    let text = |reader: Option<JoinHandle<String>>| {
        reader.map_or(String::new(), |reader| reader.join().expect("text"))
    };
    Ended {
        code: status.code().expect("no signal ended it"),
        stdout: text(stdout),
        stderr: text(stderr),
    }
}

fn reader(mut stream: impl Read + Send + 'static) -> JoinHandle<String> {
    thread::spawn(move || {
        let mut text = String::new();
        stream.read_to_string(&mut text).expect("UTF-8");
        text
    })
}
