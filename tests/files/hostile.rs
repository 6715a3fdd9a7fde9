//! What a file may say or be to bring a program down. Each is told with its place, in two seconds of the processor and
//! 150 MB of memory, which the shell sees to where it can.

use std::{fs, path::Path, process::Command};

use rstest::rstest;
use tempfile::TempDir;

use crate::folder::copy;

/// A topic beside those of the base.
const TOPIC: &str = "cases/lambda/get-function-configuration/more.toml";

/// What a process said, and its exit code; none if a limit ended it.
struct Told {
    code: Option<i32>,
    stdout: String,
    stderr: String,
}

fn told(folder: &Path, arguments: &[&str], variables: &[(&str, &str)]) -> Told {
    // 4 s, for the tests are not optimised as the program is; kibibytes
    let limits = if cfg!(target_os = "linux") {
        "ulimit -t 4; ulimit -v 153600; "
    } else {
        ""
    };
    let ended = Command::new("sh")
        .args([
            "-c",
            &format!("{limits}exec \"$0\" \"$@\""),
            env!("CARGO_BIN_EXE_lambda-conformance"),
        ])
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .env("NO_COLOR", "1")
        .envs(variables.iter().copied())
        .output()
        .expect("a shell");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Told {
        code: ended.status.code(),
        stdout: text(&ended.stdout),
        stderr: text(&ended.stderr),
    }
}

/// The base, in a folder of its own.
fn base() -> TempDir {
    let folder = TempDir::new().expect("a folder");
    let base = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/files/base");
    copy(&base, folder.path());
    folder
}

const LIST: &[&str] = &["list", "--cases", "cases", "--snapshots", "snapshots"];

/// That one mistake is told, with its place, and nothing else.
fn check(folder: &Path, arguments: &[&str], message: &str, place: &str) {
    let told = told(folder, arguments, &[]);
    let shown = &told.stderr.chars().take(2000).collect::<String>();
    assert_eq!((told.code, told.stdout.as_str()), (Some(2), ""), "{shown}");
    let lines: Vec<&str> = told.stderr.lines().collect();
    assert!(
        lines[0].starts_with("error: ") && lines[0].contains(message),
        "{shown}"
    );
    assert!(
        lines[1].trim_start().starts_with("--> ") && lines[1].ends_with(place),
        "{shown}"
    );
    let all = told.stderr.matches("error: ").count();
    assert_eq!(all, 2, "{shown}");
    assert!(
        lines
            .last()
            .is_some_and(|last| last.starts_with("error: 1 error in the ")),
        "{shown}"
    );
    assert!(told.stderr.len() < 20_000, "{} bytes", told.stderr.len());
}

/// A case on one line a key, so that a test knows the places.
fn case(request: &str, more: &str) -> String {
    format!(
        "[[case]]\nname = \"more\"\nsummary = \"More\"\nclauses = [\"ERR-404\"]\nrequest = {request}\nexpect = {{ status = 404 }}\n{more}\n"
    )
}

fn named(name: &str) -> String {
    case(&format!("{{ FunctionName = \"{name}\" }}"), "")
}

/// Writes a topic and the snapshot of its case.
fn lay(folder: &Path, topic: impl AsRef<[u8]>) {
    fs::write(folder.join(TOPIC), topic).expect("a file");
    let snapshots = folder.join("snapshots/lambda/get-function-configuration");
    fs::create_dir_all(snapshots.join("more")).expect("a folder");
    fs::copy(
        snapshots.join("names/escaped.snap"),
        snapshots.join("more/more.snap"),
    )
    .expect("a file");
}

fn records(count: usize) -> String {
    let records: Vec<String> = (0..count)
        .map(|number| format!("  {{ id = \"{number}\", text = \"{number}\" }},"))
        .collect();
    format!("[\n{}\n]\n", records.join("\n"))
}

fn deep(open: &str, close: &str) -> String {
    format!("a = {}1{}\n", open.repeat(200_000), close.repeat(200_000))
}

#[rstest]
#[case::pad(
    named("<a*18446744073709551615>"),
    "is longer than 1048576 characters",
    ":5:29"
)]
#[case::pad_beyond(
    named("<a*99999999999999999999>"),
    "is longer than 1048576 characters",
    ":5:29"
)]
#[case::pad_of_the_memory(named("<a*99999999>"), "is longer than 1048576 characters", ":5:29")]
#[case::pad_by_one(named("<a*1048577>"), "is longer than 1048576 characters", ":5:29")]
#[case::pads(
    named("<a*524288><a*524289>"),
    "this text is longer than 1048576 characters",
    ":5:29"
)]
#[case::padded(
    named("<function:4294967295>"),
    "is longer than 1048576 characters",
    ":5:29"
)]
#[case::parts(named(&"<account>".repeat(100_000)), "more than 1000 parts", ":5:29")]
#[case::keys("a.".repeat(200_000) + "a = 1\n", "nested more than 32 deep", ":1:66")]
#[case::head(format!("[{}a]\n", "a.".repeat(200_000)), "nested more than 32 deep", ":1:65")]
#[case::arrays(deep("[", "]"), "nested more than 32 deep", ":1:37")]
#[case::tables(deep("{a=", "}"), "nested more than 32 deep", ":1:101")]
#[case::values((0..150_001).map(|_| "a=1\n").collect::<String>(), "more than 150000 keys", ":150001:2")]
#[case::empty_tables("[[a]]\n".repeat(30_000), "more than 50000 tables", ":25001:1")]
#[case::rows(
    case("{ FunctionName = \"<a.text><b.text><c.text>\" }", &format!("[case.matrix]\na = {0}b = {0}c = {0}", records(100))),
    "this matrix makes 1000000 rows",
    ":7:1"
)]
#[case::texts(case("{ FunctionName = \"x\" }", "").replace("404 }", &format!("404, body = {{ a = [{}] }} }}", "\"<a*1000000>\", ".repeat(60))), "come to more than 48 MiB", ":2:8")]
#[case::long(named("x") + &"#\n".repeat(600_000), "is longer than 1048576 bytes", "more.toml:1:1")]
#[case::wait("[[case]]\nname = \"more\"\nsummary = \"More\"\nclauses = [\"ERR-404\"]\n[[case.step]]\nas = \"a\"\nwait = \"9223372036854775807ms\"\n[[case.step]]\nas = \"b\"\nrequest = { FunctionName = \"x\" }\nexpect = { status = 404 }\n".to_owned(), "cannot wait for `9223372036854775807ms`", ":7:8")]
fn what_is_too_much_is_told_with_the_limit(
    #[case] topic: String,
    #[case] message: &str,
    #[case] place: &str,
) {
    let folder = base();
    lay(folder.path(), topic);
    check(folder.path(), LIST, message, place);
}

#[rstest]
#[case::topic(TOPIC, "0xff is not UTF-8", "more.toml:9:3")]
#[case::snapshot(
    "snapshots/lambda/get-function-configuration/more/more.snap",
    "0xff is not UTF-8",
    "more.snap:10:3"
)]
fn a_byte_that_is_no_text_has_a_line(
    #[case] file: &str,
    #[case] message: &str,
    #[case] place: &str,
) {
    let folder = base();
    lay(folder.path(), case("{ FunctionName = \"x\" }", ""));
    let path = folder.path().join(file);
    let mut bytes = fs::read(&path).expect("a file");
    bytes.extend(if file == TOPIC {
        &b"\n# \xff\n"[..]
    } else {
        b"  \xff\n"
    });
    fs::write(&path, bytes).expect("a file");
    let told = told(folder.path(), LIST, &[]);
    assert_eq!(told.code, Some(2), "{}", told.stderr);
    assert!(
        told.stderr.contains(message) && told.stderr.contains(place),
        "{}",
        told.stderr
    );
}

#[cfg(unix)]
#[rstest]
#[case::pipe("mkfifo TOPIC", "is not a regular file", "more.toml:1:1")]
#[case::zeros("ln -s /dev/zero TOPIC", "is not a regular file", "more.toml:1:1")]
#[case::directory("mkdir TOPIC", "is not a regular file", "more.toml:1:1")]
#[case::loop_of_links("ln -s more.toml TOPIC", "cannot be read: ", "more.toml:1:1")]
#[case::link_to_nothing("ln -s nowhere TOPIC", "cannot be read: ", "more.toml:1:1")]
#[case::link_to_itself(
    "ln -s . cases/loop",
    "leads to a directory that is read already",
    "cases/loop:1:1"
)]
#[case::deep(
    "mkdir -p cases/a/a/a/a/a/a/a/a/a/a",
    "lies more than 8 directories deep",
    "cases/a/a/a/a/a/a/a/a/a:1:1"
)]
#[case::long(
    "head -c 60000000 /dev/zero > TOPIC",
    "is longer than 1048576 bytes",
    "more.toml:1:1"
)]
fn only_regular_files_are_read(#[case] script: &str, #[case] message: &str, #[case] place: &str) {
    let folder = base();
    let script = script.replace("TOPIC", TOPIC);
    let laid = Command::new("sh")
        .args(["-c", &script])
        .current_dir(folder.path())
        .status();
    assert!(laid.expect("a shell").success());
    check(folder.path(), LIST, message, place);
}

#[cfg(unix)]
#[rstest]
#[case::pipe("mkfifo baseline", "is not a regular file")]
#[case::zeros("ln -s /dev/zero baseline", "is not a regular file")]
#[case::directory("mkdir baseline", "is not a regular file")]
#[case::long(
    "head -c 60000000 /dev/zero > baseline",
    "is longer than 4194304 bytes"
)]
#[case::bytes("printf 'version = 1\\n# \\377\\n' > baseline", "0xff is not UTF-8")]
#[case::deep(
    "{ echo version = 1; printf 'a.%.0s' $(seq 200000); echo a = 1; } > baseline",
    "nested more than 32 deep"
)]
fn a_baseline_is_a_regular_file_of_text(#[case] script: &str, #[case] message: &str) {
    let folder = base();
    let laid = Command::new("sh")
        .args(["-c", script])
        .current_dir(folder.path())
        .status();
    assert!(laid.expect("a shell").success());
    let place = if message.contains("UTF-8") {
        "baseline:2:3"
    } else if message.contains("deep") {
        "baseline:2:66"
    } else {
        "baseline:1:1"
    };
    let arguments = [
        "run",
        "--cases",
        "cases",
        "--snapshots",
        "snapshots",
        "--baseline",
        "baseline",
    ];
    check(folder.path(), &arguments, message, place);
}

/// On the suites of this program, whose ids are many.
#[rstest]
#[case::names(|number| format!("  \"lambda/get-function-configuration/nowhere/case-{number}\",\n"), "[[known]]\nclause = \"ERR-404\"\nat = \"status\"\nkind = \"changed\"\nfound = [{ value = \"1\", cases = [\n", "] }]\n", "unknown case `lambda/get-function-configuration/nowhere/case-0`")]
#[case::entries(|number| format!("[[known]]\nclause = \"NO-{number}\"\nat = \"status\"\nkind = \"changed\"\nfound = [{{ value = \"1\", cases = [\"*/names/*\"] }}]\n"), "", "", "unknown clause `NO-0`")]
fn five_thousand_wrong_lines_are_counted(
    #[case] line: fn(usize) -> String,
    #[case] head: &str,
    #[case] tail: &str,
    #[case] first: &str,
) {
    let folder = TempDir::new().expect("a folder");
    let lines: String = (0..5000).map(line).collect();
    fs::write(
        folder.path().join("baseline.toml"),
        format!("version = 1\n{head}{lines}{tail}"),
    )
    .expect("a file");
    let told = told(folder.path(), &["run", "--baseline", "baseline.toml"], &[]);
    assert_eq!(told.code, Some(2), "{}", told.stderr);
    assert!(
        told.stderr.starts_with(&format!("error: {first}\n")),
        "{}",
        told.stderr
    );
    let shown = told.stderr.matches("\n --> baseline.toml:").count()
        + told.stderr.matches("\n  --> baseline.toml:").count()
        + told.stderr.matches("\n   --> baseline.toml:").count();
    assert_eq!(shown, 20, "{}", told.stderr);
    let rest = told
        .stderr
        .lines()
        .rev()
        .find(|line| line.contains("not shown"));
    let total = told.stderr.lines().last().expect("a line");
    let total: usize = total
        .split(' ')
        .nth(1)
        .and_then(|count| count.parse().ok())
        .expect("a count");
    assert!(total >= 5000, "{total}");
    assert_eq!(
        rest,
        Some(format!("{} more errors not shown; mend these first", total - 20).as_str())
    );
}

#[rstest]
#[case::cases(&["list", "--cases", "empty"], "no suite in these case files")]
#[case::snapshots(&["list", "--snapshots", "empty"], "no snapshot of any of these cases")]
fn an_empty_directory_is_one_mistake(#[case] arguments: &[&str], #[case] message: &str) {
    let folder = TempDir::new().expect("a folder");
    fs::create_dir(folder.path().join("empty")).expect("a folder");
    check(folder.path(), arguments, message, ":1:1");
}

#[rstest]
#[case(&["run", "--timeout", "0s"], &[], "no answer comes in no time")]
#[case(&["run", "--timeout", "0ms"], &[], "no answer comes in no time")]
#[case(&["run", "--region", ""], &[], "`` is no region")]
#[case(&["run", "--region", "foo bar"], &[], "`foo bar` is no region")]
#[case(&["coverage", "--region", "foo bar"], &[], "`foo bar` is no region")]
#[case(&["explain", "ERR-404", "--region", "foo bar"], &[], "`foo bar` is no region")]
#[case(&["mock", "--region", "foo bar"], &[], "`foo bar` is no region")]
#[case(&["run"], &[("AWS_REGION", "foo bar")], "`foo bar` is no region")]
#[case(&["run", "--endpoint", "https://lambda.cn-north-1.amazonaws.com"], &[], "`amazonaws.com.cn`")]
#[case(&["run"], &[("AWS_ENDPOINT_URL_LAMBDA", "https://lambda.us-iso-east-1.amazonaws.com")], "`c2s.ic.gov`")]
fn an_option_that_makes_no_sense_is_refused(
    #[case] arguments: &[&str],
    #[case] variables: &[(&str, &str)],
    #[case] message: &str,
) {
    let folder = TempDir::new().expect("a folder");
    let told = told(folder.path(), arguments, variables);
    assert_eq!(
        (told.code, told.stdout.as_str()),
        (Some(2), ""),
        "{}",
        told.stderr
    );
    assert!(told.stderr.contains(message), "{}", told.stderr);
}
