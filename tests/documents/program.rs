//! [`Program`]: runs the real binary as a page shows it, in a folder of its own.
//!
//! On the mock it runs as it is. What names an emulator or AWS goes to an address that refuses connections, or to the
//! emulator that is there.

use std::{
    collections::BTreeMap,
    env, fs,
    io::{BufRead, BufReader},
    path::Path,
    process::{Command, Stdio},
    sync::{Mutex, OnceLock},
};

use crate::tree;

/// Nobody listens there.
const REFUSES: &str = "http://127.0.0.1:1";

/// The exit codes that a shown command may have without an output that says otherwise.
const UNREACHABLE: i32 = 3;

/// What a process printed, and how it ended.
#[derive(Clone, Debug)]
pub(crate) struct Ended {
    pub(crate) code: i32,
    pub(crate) text: String,
}

/// Whether a command talks to an emulator or to AWS, and not to the mock inside.
pub(crate) fn is_remote(arguments: &[String]) -> bool {
    let takes = matches!(
        arguments.first().map(String::as_str),
        Some("run" | "coverage")
    );
    let value = |name: &str| {
        arguments
            .iter()
            .position(|word| word == name)
            .and_then(|at| arguments.get(at + 1))
    };
    takes && (value("--endpoint").is_some() || value("--target").is_some_and(|name| name != "mock"))
}

/// The target that a command names.
pub(crate) fn target(arguments: &[String]) -> Option<&str> {
    let at = arguments.iter().position(|word| word == "--target")?;
    arguments.get(at + 1).map(String::as_str)
}

/// Runs a command at `endpoint`, if it is one for an emulator, else on the mock.
pub(crate) fn run(arguments: &[String], folder: &Path, endpoint: Option<&str>) -> Ended {
    let mut arguments = arguments.to_vec();
    if is_remote(&arguments) {
        let endpoint = endpoint.unwrap_or(REFUSES).to_owned();
        match arguments.iter().position(|word| word == "--endpoint") {
            Some(at) => arguments[at + 1] = endpoint,
            None => arguments.extend(["--endpoint".to_owned(), endpoint]),
        }
        baseline(&arguments, folder);
    }
    let output = command(&arguments, folder)
        .output()
        .expect("the binary starts");
    let text = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).expect("UTF-8"));
    Ended {
        code: output.status.code().expect("no signal ended it"),
        text: text.concat(),
    }
}

/// The same without an emulator and without an output to compare: what is wrong with the command. Several pages show
/// the same one, which is run once.
pub(crate) fn check(arguments: &[String], folder: &Path) -> Result<(), String> {
    static DONE: Mutex<BTreeMap<Vec<String>, Result<(), String>>> = Mutex::new(BTreeMap::new());
    let known = DONE
        .lock()
        .expect("nobody panicked")
        .get(arguments)
        .cloned();
    known.unwrap_or_else(|| {
        let found = checked(arguments, folder);
        let mut done = DONE.lock().expect("nobody panicked");
        done.insert(arguments.to_vec(), found.clone());
        found
    })
}

fn checked(arguments: &[String], folder: &Path) -> Result<(), String> {
    if arguments.first().is_some_and(|first| first == "mock") {
        return serve(arguments, folder);
    }
    let mut short = arguments.to_vec();
    let whole = matches!(arguments, [one] if one == "run" || one == "coverage");
    if whole {
        // what all cases come to is shown elsewhere
        short.push("/reads/".to_owned());
    }
    let ended = if arguments.is_empty() {
        bare(folder)
    } else {
        run(&short, folder, None)
    };
    let right = match arguments.first().map(String::as_str) {
        _ if is_remote(arguments) => ended.code == UNREACHABLE,
        // not every clause is decided
        Some("coverage") => matches!(ended.code, 0 | 1),
        _ => ended.code == 0,
    };
    if right {
        Ok(())
    } else {
        Err(format!("it ends with {}:\n{}", ended.code, ended.text))
    }
}

/// The program without arguments, which takes seconds: run once.
pub(crate) fn bare(folder: &Path) -> Ended {
    static RUN: OnceLock<Ended> = OnceLock::new();
    RUN.get_or_init(|| run(&[], folder, None)).clone()
}

/// Serves the mock on a free port, until it says that it listens.
fn serve(arguments: &[String], folder: &Path) -> Result<(), String> {
    let mut arguments = arguments.to_vec();
    if let Some(at) = arguments.iter().position(|word| word == "--port") {
        let port = arguments
            .get(at + 1)
            .filter(|port| port.parse::<u16>().is_ok());
        port.ok_or("`--port` takes a number")?;
        "0".clone_into(&mut arguments[at + 1]);
    }
    let piped = |command: &mut Command| {
        command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
    };
    let mut process = piped(&mut command(&arguments, folder)).expect("the binary starts");
    let mut line = String::new();
    let told = BufReader::new(process.stdout.take().expect("a pipe")).read_line(&mut line);
    process.kill().expect("a process of ours");
    let output = process.wait_with_output().expect("a process of ours");
    told.expect("a text");
    if line.starts_with("listening on http://127.0.0.1:") {
        Ok(())
    } else {
        Err(String::from_utf8_lossy(&output.stderr).into_owned())
    }
}

fn command(arguments: &[String], folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lambda-conformance"));
    command
        .env_clear()
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::null());
    for name in ["PATH", "HOME"] {
        command.envs(env::var_os(name).map(|value| (name, value)));
    }
    command
}

/// The baseline that a reader has by then: moto's.
fn baseline(arguments: &[String], folder: &Path) {
    let Some(at) = arguments.iter().position(|word| word == "--baseline") else {
        return;
    };
    let path = folder.join(&arguments[at + 1]);
    fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    fs::copy(tree::root().join("tests/baselines/moto.toml"), path).expect("a file");
    // a report may go into a folder that is there
    for report in arguments.iter().filter_map(|word| word.split_once('=')) {
        if let Some(parent) = Path::new(report.1).parent() {
            fs::create_dir_all(folder.join(parent)).expect("a folder");
        }
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn check_line(line: &str) -> Result<(), String> {
        let words: Vec<String> = line.split(' ').map(str::to_owned).collect();
        check(&words, tempfile::tempdir().expect("a folder").path())
    }

    #[rstest]
    #[case("list versions")]
    #[case("mock --port 9000 --settle 1s")]
    #[case("run --target moto --baseline x.toml /qualifiers/")]
    #[case("run --target aws --region eu-central-1 --allow-live")]
    fn a_right_command_passes(#[case] line: &str) {
        assert_eq!(check_line(line), Ok(()));
    }

    #[rstest]
    #[case("run --target moto --frobnicate", "unexpected argument '--frobnicate'")]
    #[case("run --endpoint http://127.0.0.1:5000 /qualifier-s/", "qualifier-s")]
    #[case("run --target aws --level strict", "strict")]
    #[case("run --target motto", "motto")]
    #[case("explain X-NONE", "X-NONE")]
    #[case("mock --port 9000 --frobnicate", "unexpected argument '--frobnicate'")]
    #[case("frobnicate", "frobnicate")]
    fn a_wrong_one_is_told(#[case] line: &str, #[case] due: &str) {
        let told = check_line(line).expect_err("it is wrong");
        assert!(told.contains(due), "{told}");
    }
}
