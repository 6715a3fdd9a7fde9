//! What is printed, and what is refused before anything is sent.

use std::{fs, io::Read};

use rstest::rstest;
use serde_json::Value;
use tempfile::TempDir;

use crate::{
    front::Front,
    process::{end, run, run_with, start},
    world::Cases,
};

#[test]
fn without_a_command_the_suite_runs_on_the_built_in_mock_and_passes() {
    // whatever stands in the environment: nobody listens there
    let ended = run_with(&[("AWS_ENDPOINT_URL", "http://127.0.0.1:9")], &[]);
    assert_eq!(
        (ended.code, ended.stderr.as_str()),
        (0, ""),
        "{}",
        ended.stdout
    );
    assert!(
        ended.stdout.starts_with("lambda-conformance "),
        "{}",
        ended.stdout
    );
    assert!(
        ended.stdout.contains(" on mock (http://127.0.0.1:"),
        "{}",
        ended.stdout
    );
    let last = ended.stdout.lines().last().expect("a line");
    assert!(
        last.starts_with("conforms: ") && last.contains(" 0 failed"),
        "{last}"
    );
}

#[test]
fn the_version_is_that_of_the_package() {
    let ended = run(&["--version"]);
    let version = concat!("lambda-conformance ", env!("CARGO_PKG_VERSION"), "\n");
    assert_eq!(
        (ended.code, ended.stdout.as_str(), ended.stderr.as_str()),
        (0, version, "")
    );
}

#[test]
fn the_help_goes_to_stdout_and_names_every_command_and_exit_code() {
    let ended = run(&["--help"]);
    assert_eq!((ended.code, ended.stderr.as_str()), (0, ""));
    for word in [
        "run",
        "coverage",
        "explain",
        "list",
        "mock",
        "0 ",
        "1 ",
        "2 ",
        "3 ",
        "4 ",
        "6 ",
        "130 ",
        "AWS_ENDPOINT_URL_LAMBDA",
        "NO_COLOR",
    ] {
        let is_there = ended
            .stdout
            .lines()
            .any(|line| line.trim_start().starts_with(word));
        assert!(is_there, "no line starts with `{word}`:\n{}", ended.stdout);
    }
}

/// Every command that the help lists can be called, and every option takes what its help says.
#[test]
fn the_help_lists_only_what_works() {
    let help = run(&["--help"]).stdout;
    let commands: Vec<&str> = help
        .lines()
        .skip_while(|line| *line != "Commands:")
        .skip(1)
        .take_while(|line| !line.is_empty())
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    assert!(
        commands.contains(&"run") && commands.len() >= 4,
        "{commands:?}"
    );
    for command in commands.iter().filter(|command| **command != "help") {
        let ended = run(&[command, "--help"]);
        assert_eq!((ended.code, ended.stderr.as_str()), (0, ""), "{command}");
        for option in ended.stdout.lines().filter_map(|line| {
            line.trim_start()
                .strip_prefix("--")?
                .split_whitespace()
                .next()
        }) {
            // an option that exists is not unknown, whatever else is wrong with the line
            let ended = run(&[command, &format!("--{option}"), "--no-such-option"]);
            assert_eq!(ended.code, 2, "{command} --{option}");
            assert!(
                !ended
                    .stderr
                    .contains(&format!("argument '--{option}' found")),
                "{}",
                ended.stderr
            );
        }
    }
    for planned in ["explain", "coverage", "compare", "prove", "fuzz", "sweep"] {
        let listed = commands.contains(&planned);
        assert_eq!(listed, run(&[planned, "--help"]).code == 0, "{planned}");
    }
}

#[test]
fn a_list_has_two_lines_for_each_case_and_their_number_at_its_end() {
    let ended = run(&["list"]);
    assert_eq!((ended.code, ended.stderr.as_str()), (0, ""));
    let lines: Vec<&str> = ended.stdout.lines().collect();
    let (last, cases) = lines.split_last().expect("lines");
    let (cases, rest) = cases.as_chunks::<2>();
    assert!(
        rest.is_empty() && cases.len() > 100,
        "{} cases",
        cases.len()
    );
    assert_eq!(*last, format!("{} cases", cases.len()));
    for [id, says] in cases {
        assert!(id.starts_with("lambda/"), "{id}");
        assert!(says.starts_with("    ") && says.ends_with(']'), "{says}");
    }
    let some = run(&["list", "name-formats", "*/qualifiers/*"]);
    assert_eq!(some.code, 0);
    let ids: Vec<&str> = some
        .stdout
        .lines()
        .filter(|line| line.starts_with("lambda/"))
        .collect();
    let due: Vec<&str> = cases
        .iter()
        .map(|[id, _]| *id)
        .filter(|id| id.contains("name-formats") || id.contains("/qualifiers/"))
        .collect();
    assert_eq!(ids, due);

    let json = run(&["list", "--json", "name-formats", "*/qualifiers/*"]);
    assert_eq!((json.code, json.stderr.as_str()), (0, ""));
    let json: Vec<Value> = serde_json::from_str(&json.stdout).expect("JSON");
    let ids: Vec<&str> = json
        .iter()
        .map(|case| case["id"].as_str().expect("a text"))
        .collect();
    assert_eq!(ids, due);
    for case in &json {
        let file = case["file"].as_str().expect("a text");
        assert!(
            file.ends_with(".toml") && case["line"].as_u64() > Some(0),
            "{case}"
        );
        assert!(
            !case["clauses"].as_array().expect("a list").is_empty(),
            "{case}"
        );
    }
}

/// The id of a clause chooses the cases that name it, and in what letter case a filter is written does not count.
#[rstest]
#[case("X-REGION", "x-region")]
#[case("/aliases/", "/ALIASES/")]
#[case("*/qualifiers/*", "*/Qualifiers/*")]
#[case(
    "X-ERR-CASING",
    "lambda/get-function-configuration/always/x-err-casing"
)]
fn a_filter_may_be_written_in_any_letter_case(#[case] filter: &str, #[case] other: &str) {
    let listed = |filter: &str| {
        let ended = run(&["list", "--json", filter]);
        assert_eq!((ended.code, ended.stderr.as_str()), (0, ""), "{filter}");
        let cases: Vec<Value> = serde_json::from_str(&ended.stdout).expect("JSON");
        cases
    };
    let cases = listed(filter);
    assert_eq!(cases, listed(other));
    let all = listed("*").len();
    assert!(
        !cases.is_empty() && cases.len() < all,
        "{filter} chooses {} of {all}",
        cases.len()
    );
    for case in &cases {
        let clauses = case["clauses"].as_array().expect("a list");
        let names = clauses.iter().any(|clause| clause == filter);
        assert_eq!(names, filter == "X-REGION", "{case}");
    }
}

/// What is wrong with the line, what is printed of it, and what to do.
#[rstest]
#[case(&["run", "no-such-case"], "`no-such-case`", "lambda-conformance list")]
#[case(&["list", "qualifers"], "`qualifers`", "did you mean `qualifiers`?")]
#[case(&["run", "name-formats/absnt"], "`name-formats/absnt`", "did you mean `name-formats/absent`?")]
#[case(&["run", "qualifiers/*conflict"], "`qualifiers/*conflict`", "write `*qualifiers/*conflict*`")]
#[case(&["run", "x-regoin"], "`x-regoin`", "did you mean `X-REGION`?")]
#[case(&["list", "RSP-ENV-CLOUDTRAIL"], "no case tests the clause `RSP-ENV-CLOUDTRAIL`: It is about another", "explain RSP-ENV-CLOUDTRAIL")]
#[case(&["explain", "x-regoin"], "`x-regoin`", "did you mean `X-REGION`?")]
#[case(&["run", "--target", "mock", "--endpoint", "http://127.0.0.1:9"], "`mock`", "`--endpoint http://127.0.0.1:9` without `--target`")]
#[case(&["coverage", "no-such-case"], "`no-such-case`", "lambda-conformance list")]
#[case(&["coverage", "--level", "strict"], "`strict`", "`documented`, `observed`, `wire`")]
#[case(&["explain"], "<ID>", "--help")]
#[case(&["list", "no-such-case"], "`no-such-case`", "lambda-conformance list")]
#[case(&["run", "--endpoint", "127.0.0.1:5000"], "`127.0.0.1:5000`", "write `http://127.0.0.1:5000`")]
#[case(&["run", "--endpoint", "ftp://127.0.0.1"], "`ftp://127.0.0.1`", "neither `http` nor `https`")]
#[case(&["run", "--endpoint", "http://user:word@127.0.0.1"], "a user", "AWS_ACCESS_KEY_ID")]
#[case(&["run", "--endpoint", "http://127.0.0.1:0"], "the port is no number", "1 to 65535")]
#[case(&["run", "--target", "localstak"], "`localstak`", "did you mean `localstack`?")]
#[case(&["run", "--target", "no-such-target"], "`no-such-target`", "--endpoint")]
#[case(&["run", "--level", "strict"], "`strict`", "`documented`, `observed`, `wire`")]
#[case(&["run", "--partition", "1/4"], "`1/4`", "`hash:1/4`")]
#[case(&["run", "--partition", "hash:5/4"], "`hash:5/4`", "`hash:1/4`")]
#[case(&["run", "--jobs", "0"], "'0'", "1..=256")]
#[case(&["run", "--timeout", "3"], "'3'", "`30s`")]
#[case(&["run", "--wait", "3"], "'3'", "`30s`")]
#[case(&["run", "--wait", "0s"], "'0s'", "no answer comes in no time")]
#[case(&["run", "--quiet", "--verbose"], "'--quiet'", "'--verbose'")]
#[case(&["run", "--fail-fast", "--baseline", "x", "--update-baseline"], "'--fail-fast'", "'--update-baseline'")]
#[case(&["coverage", "--quiet", "--ungoverned"], "'--quiet'", "'--ungoverned'")]
#[case(&["run", "--run-id", "My_Run"], "'My_Run'", "lower-case")]
#[case(&["run", "--report", "pdf=x"], "'pdf=x'", "`json=FILE[,answers=all]`, `junit=FILE`, `markdown=FILE`, `github`")]
#[case(&["run", "--report", "junit"], "'junit'", "`junit=FILE`")]
#[case(&["run", "--report", "markdown="], "'markdown='", "`markdown=FILE`")]
#[case(&["run", "--report", "github=x"], "'github=x'", "`github`")]
#[case(&["run", "--report", "json=Cargo.toml/x"], "`Cargo.toml/x`", "cannot write")]
#[case(&["run", "--cases", "/no/such/folder"], "`/no/such/folder`", "--cases")]
#[case(&["run", "--colour"], "'--colour'", "'--color'")]
#[case(&["lst"], "'lst'", "'list'")]
#[case(&["qualifiers"], "'qualifiers'", "`lambda-conformance run qualifiers`")]
#[case(&["mock", "--account", "12"], "'12'", "12 digits")]
fn a_mistake_is_named_with_the_next_step_and_is_exit_code_2(
    #[case] arguments: &[&str],
    #[case] what: &str,
    #[case] hint: &str,
) {
    let ended = run(arguments);
    assert_eq!(
        (ended.code, ended.stdout.as_str()),
        (2, ""),
        "{}",
        ended.stderr
    );
    assert!(ended.stderr.starts_with("error: "), "{}", ended.stderr);
    assert!(
        ended.stderr.contains(what) && ended.stderr.contains(hint),
        "{}",
        ended.stderr
    );
}

#[test]
fn of_many_errors_in_files_the_first_are_shown_and_the_rest_is_counted() {
    let folder = TempDir::new().expect("a folder");
    let suite = folder.path().join("lambda/get-function");
    fs::create_dir_all(&suite).expect("a folder");
    let wrong: String = (0..50)
        .map(|number| format!("key-{number} = 1\n"))
        .collect();
    fs::write(suite.join("clauses.toml"), wrong).expect("a file");
    let ended = run(&["list", "--cases", &folder.path().to_string_lossy()]);
    assert_eq!(ended.code, 2);
    let lines: Vec<&str> = ended.stderr.lines().collect();
    let errors = lines.iter().filter(|line| line.starts_with("error: "));
    assert_eq!(errors.count(), 20 + 1, "{}", ended.stderr);
    let number = |line: &str| -> usize {
        let mut words = line.split(|c: char| !c.is_ascii_digit());
        let digits = words.find(|word| !word.is_empty()).expect("a number");
        digits.parse().expect("a number")
    };
    let more = lines
        .iter()
        .find(|line| line.contains(" more errors not shown"));
    let last = lines.last().expect("a line");
    assert_eq!(number(more.expect("the rest")) + 20, number(last), "{last}");
}

#[test]
fn a_port_that_is_taken_is_exit_code_2() {
    let front = Front::answering(200, "{}");
    let url = front.url();
    let port = url.rsplit(':').next().expect("a port");
    let ended = run(&["mock", "--port", port]);
    assert_eq!(ended.code, 2);
    assert!(
        ended.stderr.contains(port) && ended.stderr.contains("or 0 for a free one"),
        "{}",
        ended.stderr
    );
}

#[test]
fn mistakes_in_case_files_are_shown_with_their_place_and_nothing_is_sent() {
    let front = Front::answering(404, "{}");
    let cases = Cases::new();
    let topic = cases.path("cases/lambda/get-function-configuration/cli.toml");
    let text = fs::read_to_string(&topic).expect("text");
    fs::write(
        &topic,
        text.replace("status = 200", "statsu = 200")
            .replace("REQ-NAME-BARE", "REQ-NAME-BEAR"),
    )
    .expect("a file");
    let arguments = cases.arguments("read", &front.url());
    let ended = run(&crate::world::words(&arguments));
    assert_eq!(
        (ended.code, ended.stdout.as_str()),
        (2, ""),
        "{}",
        ended.stderr
    );
    for text in [
        "`statsu`",
        "did you mean `status`?",
        "`REQ-NAME-BEAR`",
        "cli.toml:8:",
        "^^^^^^",
    ] {
        assert!(
            ended.stderr.contains(text),
            "no {text} in\n{}",
            ended.stderr
        );
    }
    assert!(
        ended
            .stderr
            .lines()
            .last()
            .expect("a line")
            .ends_with("errors in the case files"),
        "{}",
        ended.stderr
    );
    assert_eq!(front.received().len(), 0);
    let coloured = run(&[&["--color", "always"], &*crate::world::words(&arguments)].concat());
    assert!(coloured.stderr.contains("\x1b["), "{}", coloured.stderr);
}

#[rstest]
#[case(&[], &[], false)]
#[case(&[("TERM", "xterm-256color"), ("CLICOLOR_FORCE", "1")], &[], false)]
#[case(&[], &["--color", "never"], false)]
#[case(&[], &["--color", "always"], true)]
#[case(&[("NO_COLOR", "1")], &["--color", "always"], true)]
#[case(&[("NO_COLOR", "1")], &["--color", "auto"], false)]
fn a_pipe_gets_no_escapes_unless_asked_for(
    #[case] variables: &[(&str, &str)],
    #[case] flags: &[&str],
    #[case] coloured: bool,
) {
    // something to colour: a target that fails
    let front = Front::answering(418, "{}");
    let url = front.url();
    let arguments = [&["run", "name-formats", "--endpoint", &url], flags].concat();
    let ended = run_with(variables, &arguments);
    assert_eq!(ended.code, 1, "{}", ended.stderr);
    assert_eq!(ended.stdout.contains('\x1b'), coloured, "{}", ended.stdout);
    assert!(!ended.stderr.contains('\x1b'), "{}", ended.stderr);
}

#[test]
fn a_list_whose_reader_has_gone_ends_quietly() {
    let mut process = start(&[], &["list"]);
    let mut stdout = process.stdout.take().expect("it is piped");
    stdout.read_exact(&mut [0; 8]).expect("a first line");
    drop(stdout);
    let ended = end(process);
    assert_eq!((ended.code, ended.stderr.as_str()), (0, ""));
}
