//! The annotations, read as GitHub's runner reads workflow commands.

use std::collections::BTreeMap;

use lambda_conformance::verdict::{Listed, Verdict};

use crate::made::{
    BASELINE, NASTY, Run, case, failed, gone, known, mismatch, of_each_class, outcome,
};

/// A workflow command.
#[derive(Debug)]
pub(crate) struct Command {
    pub(crate) name: String,
    pub(crate) properties: BTreeMap<String, String>,
    pub(crate) message: String,
}

/// Reads a line as the runner does: `::name key=value,key=value::message`, with what is escaped put back.
pub(crate) fn command(line: &str) -> Option<Command> {
    let (head, message) = line.strip_prefix("::")?.split_once("::")?;
    let (name, properties) = head.split_once(' ').unwrap_or((head, ""));
    let back = |text: &str| {
        text.replace("%0D", "\r")
            .replace("%0A", "\n")
            .replace("%25", "%")
    };
    let properties = properties
        .split(',')
        .map(|property| {
            let (key, value) = property
                .split_once('=')
                .unwrap_or_else(|| panic!("{property} in {line}"));
            let value = value.replace("%3A", ":").replace("%2C", ",");
            (key.to_owned(), back(&value))
        })
        .collect();
    Some(Command {
        name: name.to_owned(),
        properties,
        message: back(message),
    })
}

fn commands(run: &Run) -> Vec<Command> {
    let out = run.written("github");
    assert!(out.is_empty() || out.ends_with('\n'), "{out:?}");
    out.lines()
        .map(|line| command(line).unwrap_or_else(|| panic!("{line:?} is no command")))
        .collect()
}

fn of<'c>(commands: &'c [Command], kind: &str) -> Vec<&'c Command> {
    commands
        .iter()
        .filter(|command| command.name == kind)
        .collect()
}

#[test]
fn every_finding_stands_at_its_line_and_what_a_target_sends_ends_no_command() {
    let commands = commands(&Run::of_everything());
    let errors = of(&commands, "error");
    let at = |clause: &str, file: &str, line: usize| {
        errors.iter().find(|error| {
            error
                .properties
                .get("title")
                .is_some_and(|title| title.starts_with(clause))
                && error.properties.get("file").is_some_and(|it| it == file)
                && error
                    .properties
                    .get("line")
                    .is_some_and(|it| *it == line.to_string())
        })
    };
    let place = &case(1).place;
    let error = at(&case(1).clauses[0], &place.source.path, place.line()).expect("at the case");
    assert!(
        error.message.contains("expected \"expected\", found "),
        "{error:?}"
    );
    assert!(error.message.contains(&case(1).id), "{error:?}");
    assert!(error.message.contains("::error::x%0A,y @you"), "{error:?}");
    // where a baseline speaks of it, there is something to change there
    at("overtaken", BASELINE, 5).expect("at the entry that is over");
    at("overtaken", BASELINE, 6).expect("at the entry that pins another value");
    let titles: Vec<&str> = errors
        .iter()
        .map(|error| error.properties["title"].as_str())
        .collect();
    assert_eq!(titles[..2], ["unreachable", "not-testable"]);
    assert_eq!(
        errors[1].message,
        "the target refused to set up 1 case\n1 case: CreateFunction was refused: 400 NoWings"
    );
    let warnings = of(&commands, "warning");
    assert_eq!(warnings.len(), 1);
    assert_eq!(warnings[0].properties["file"], BASELINE);
    assert_eq!(warnings[0].properties["line"], "3");
    assert!(
        warnings[0].message.contains(&case(5).id),
        "{:?}",
        warnings[0]
    );
    let notices = of(&commands, "notice");
    assert_eq!(notices.len(), 1);
    assert_eq!(notices[0].properties["title"], "2 causes known");
    for command in &commands {
        assert!(["error", "warning", "notice"].contains(&command.name.as_str()));
        for key in command.properties.keys() {
            assert!(
                ["file", "line", "title"].contains(&key.as_str()),
                "{command:?}"
            );
        }
    }
}

/// A line of the log is one command or none, whatever a target sends.
#[test]
fn a_command_is_one_line() {
    for found in [
        NASTY,
        "\n::error::no",
        "\r::set-env name=A::b",
        "\u{85}\u{2028}::x::",
    ] {
        let run = Run::of(vec![failed(vec![mismatch(
            case(0),
            "status",
            found,
            Listed::No,
        )])]);
        let out = run.written("github");
        assert_eq!(out.matches('\n').count(), 1, "{out:?}");
        assert!(
            out.starts_with("::error file=") && !out.contains('\r'),
            "{out:?}"
        );
    }
}

/// GitHub shows ten of each kind: the first, and how many there are besides.
#[test]
fn of_many_the_first_are_shown_and_the_rest_is_counted() {
    let many = |listed: &dyn Fn() -> Listed| {
        (0..30)
            .map(|number| {
                let mut outcome = failed(vec![mismatch(case(number), "status", "2", listed())]);
                outcome.mismatches[0].clause = format!("C-{number}");
                outcome
                    .mismatches
                    .push(mismatch(case(number), "heavy", "3", listed()));
                outcome.mismatches[1].clause = "HEAVY".to_owned();
                outcome
            })
            .collect()
    };
    let mut run = Run::of(many(&|| Listed::No));
    run.findings = 31;
    let commands_of_many = commands(&run);
    let errors = of(&commands_of_many, "error");
    assert_eq!(errors.len(), 10);
    assert!(
        errors[0].message.ends_with("\nand 13 more"),
        "{:?}",
        errors[0]
    );
    assert_eq!(errors[9].properties["title"], "22 more");
    let stale = (0..12)
        .map(|number| {
            let mut outcome = outcome(Verdict::Stale {
                reason: String::new(),
            });
            outcome.gone.push(gone(&format!("C-{number}")));
            outcome
        })
        .collect();
    let commands_of_stale = commands(&Run::of(stale));
    let warnings = of(&commands_of_stale, "warning");
    assert_eq!(
        (warnings.len(), warnings[9].properties["title"].as_str()),
        (10, "3 more")
    );
    let known = commands(&Run::of(many(&known)));
    assert!(of(&known, "error").is_empty());
    assert_eq!(of(&known, "notice").len(), 1);
}

#[test]
fn what_ends_a_run_is_an_error_or_a_warning_and_what_conforms_says_nothing() {
    for (class, run) in of_each_class() {
        let commands = commands(&run);
        assert_eq!(
            commands.is_empty(),
            class.is_none(),
            "{class:?}: {commands:?}"
        );
        assert!(
            commands.iter().all(|command| command.name != "notice"),
            "{commands:?}"
        );
    }
}

/// A case of several steps may show one cause more than once.
#[test]
fn a_cause_names_each_of_its_cases_once() {
    let twice = |number: usize| {
        let one = mismatch(case(number), "status", "2", Listed::No);
        let mut outcome = failed(vec![one.clone(), one]);
        for mismatch in &mut outcome.mismatches {
            mismatch.clause = "SAME".to_owned();
        }
        outcome.gone = vec![gone("GONE"), gone("GONE")];
        outcome
    };
    let run = Run::of(vec![twice(0), twice(1)]);
    let due = [case(0).id.clone(), case(1).id.clone()];
    run.read(|summary| {
        assert_eq!(summary.causes[0].cases, due);
        assert_eq!(summary.stale[0].cases, due);
    });
}
