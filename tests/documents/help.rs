//! What the pages say of options, variables and exit codes, compared with the help of the program.

use std::collections::BTreeSet;

use crate::{
    names,
    tables::{firsts, page, set},
};

/// The options that a table of `run` does not list.
const NOT_OF_RUN: &[&str] = &["--help"];

#[test]
fn the_exit_codes_are_those_of_the_program() {
    let help = names::help(None);
    let codes = help
        .split("Exit codes; ")
        .nth(1)
        .and_then(|rest| rest.split("\n\n").next())
        .expect("exit codes");
    // a line of a code is not indented further
    let lines = codes.lines().filter(|line| !line.starts_with("   "));
    let told: Vec<&str> = lines
        .skip(1)
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    let readme = page("README.md");
    let rows = &readme.table("exit-codes", "code").rows;
    let shown: Vec<&str> = rows
        .iter()
        .skip(1)
        .map(|row| row[0].text.as_str())
        .collect();
    assert_eq!(shown, told, "the same codes in the same order");
    assert!(shown.contains(&"5"));
}

#[test]
fn the_options_of_run_are_those_of_its_help() {
    let page = page("docs/targets.md");
    let cells = firsts(&page, "options-of-run", "option");
    let words = cells
        .iter()
        .filter_map(|cell| cell.split([' ', '=']).next());
    let shown = set(words.filter(|word| word.starts_with("--")));
    let mut real = names::options(Some("run"));
    real.retain(|option| !NOT_OF_RUN.contains(&option.as_str()));
    assert_eq!(shown, real);
}

#[test]
fn the_options_of_other_commands_are_those_that_are_told() {
    let told = page("docs/targets.md").text;
    let told = told
        .split("\n`coverage` takes the same, apart from ")
        .nth(1)
        .expect("a paragraph");
    let told = told.split("\n\n").next().expect("a paragraph");
    let (apart, rest) = told
        .split_once(", and has one more: ")
        .expect("what it has not, and what it has");
    let (more, rest) = rest.split_once("`list ").expect("what `list` has");
    let (list, mock) = rest.split_once("`mock` takes").expect("what `mock` has");
    let named = |text: &str| -> BTreeSet<String> {
        let words = text.split(|c: char| !(c.is_ascii_lowercase() || c == '-'));
        set(words.filter(|word| word.starts_with("--")))
    };
    let mut shared: BTreeSet<String> = names::options(Some("run"));
    shared.retain(|option| !named(apart).contains(option));
    shared.extend(named(more));
    assert_eq!(names::options(Some("coverage")), shared);
    let everywhere = ["--color", "--help"];
    let own = |command: &str, others: &[&str]| {
        let mut options = names::options(Some(command));
        options.retain(|option| {
            !everywhere.contains(&option.as_str()) && !others.contains(&option.as_str())
        });
        options
    };
    assert_eq!(own("list", &["--cases", "--snapshots"]), named(list));
    assert_eq!(own("mock", &[]), named(mock));
}

#[test]
fn the_variables_are_those_of_the_help() {
    let help = names::help(None);
    let told = help.split("Environment:").nth(1).expect("an environment");
    let words = told.split([' ', ',', '\n', '/']);
    let real = words.filter(|word| {
        word.contains('_') && word.chars().all(|c| c.is_ascii_uppercase() || c == '_')
    });
    let shown = firsts(&page("docs/targets.md"), "environment", "variable");
    for variable in real {
        assert!(
            shown.contains(variable),
            "docs/targets.md does not list `{variable}`"
        );
    }
}
