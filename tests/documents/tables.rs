//! Tables that list what the program has: features, exit codes, capabilities, targets, options, modules, placeholders.

use std::{collections::BTreeSet, fs};

use lambda_conformance::target::CAPABILITIES;

use crate::{
    cargo, names,
    page::{self, Page},
    tree,
    workspace::Workspace,
};

/// The options that a table of `run` does not list.
const NOT_OF_RUN: &[&str] = &["--help"];

fn page(path: &str) -> Page {
    let found = page::pages().into_iter().find(|page| page.path == path);
    found.unwrap_or_else(|| panic!("no page {path}"))
}

/// The code in the first column of a table.
fn firsts(page: &Page, anchor: &str, head: &str) -> BTreeSet<String> {
    page.table(anchor, head).firsts().cloned().collect()
}

fn set<'a>(names: impl IntoIterator<Item = &'a str>) -> BTreeSet<String> {
    names.into_iter().map(str::to_owned).collect()
}

#[test]
fn the_readme_is_short() {
    let lines = page("README.md").text.lines().count();
    assert!(
        lines <= 200,
        "README.md has {lines} lines, which is more than 200"
    );
}

/// What `version = ` has to be in a baseline, as the first line of moto's says.
fn baseline_version() -> String {
    let text = fs::read_to_string(tree::root().join("tests/baselines/moto.toml")).expect("a text");
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix("version = "));
    line.expect("a version").to_owned()
}

#[test]
fn the_changelog_has_the_versions_of_the_formats() {
    let changelog = page("CHANGELOG.md");
    let rows = &changelog.table("changelog", "format").rows;
    let version = |name: &str| {
        let row = rows.iter().find(|row| row[0].text == name);
        row.unwrap_or_else(|| panic!("no format `{name}`"))[1]
            .text
            .clone()
    };
    let schema =
        fs::read_to_string(tree::root().join("src/report/report.schema.json")).expect("a text");
    assert!(
        schema.contains(&format!("\"{}\"", version("JSON report"))),
        "{}",
        version("JSON report")
    );
    assert_eq!(version("baseline"), baseline_version());
}

#[test]
fn the_documentation_of_the_crate_begins_with_the_test_that_is_shown() {
    let root = fs::read_to_string(tree::root().join("src/lib.rs")).expect("a text");
    let comments: Vec<&str> = root
        .lines()
        .map_while(|line| line.strip_prefix("//!"))
        .map(|line| line.trim_start_matches(' '))
        .collect();
    let example = comments
        .iter()
        .skip_while(|line| !line.starts_with("```"))
        .skip(1)
        .take_while(|line| !line.starts_with("```"));
    // the lines that rustdoc hides stand for `mod stub;`
    let squeezed = |line: &str| line.trim().to_owned();
    let shown: Vec<String> = example
        .filter(|line| !line.starts_with("# "))
        .map(|line| squeezed(line))
        .collect();
    let test = include_str!("../front/harness/outside/lambda.rs")
        .lines()
        .skip_while(|line| !line.starts_with("use "));
    assert_eq!(shown, test.map(squeezed).collect::<Vec<_>>());
    let features = comments
        .iter()
        .filter_map(|line| line.strip_prefix("| `")?.split('`').next());
    assert_eq!(set(features), declared_features(), "src/lib.rs, Features");
}

/// The features of the manifest.
fn declared_features() -> BTreeSet<String> {
    let mut features: BTreeSet<String> = Workspace::open().features.iter().cloned().collect();
    features.remove("default");
    features
}

/// How many crates are built for a feature, this one included.
fn crates(feature: &str) -> usize {
    let output = cargo::cargo()
        .args([
            "tree",
            "--offline",
            "--locked",
            "--no-default-features",
            "--features",
            feature,
        ])
        .args([
            "--edges",
            "normal,build",
            "--target",
            "x86_64-unknown-linux-gnu",
            "--prefix",
            "none",
            "--format",
            "{p}",
        ])
        .current_dir(tree::root())
        .output()
        .expect("cargo runs");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    let crates = text
        .lines()
        .map(|line| line.split(" (").next().expect("a first part"));
    crates.collect::<BTreeSet<_>>().len()
}

#[test]
fn the_features_of_the_readme_are_those_of_the_manifest() {
    let readme = page("README.md");
    let mut flaws = Vec::new();
    for row in readme.table("features", "features").rows.iter().skip(1) {
        let feature = row[0].code.first().map_or("", String::as_str);
        let real = crates(feature).to_string();
        if row[1].text != real {
            flaws.push(format!(
                "`{feature}` builds {real} crates, and not {}",
                row[1].text
            ));
        }
    }
    assert_eq!(firsts(&readme, "features", "features"), declared_features());
    assert!(
        flaws.is_empty(),
        "README.md, Features: change by hand\n{}",
        flaws.join("\n")
    );
}

#[test]
fn the_exit_codes_are_those_of_the_program() {
    let help = names::help(None);
    let codes = help
        .split("Exit codes:")
        .nth(1)
        .and_then(|rest| rest.split("\n\n").next())
        .expect("exit codes");
    let told: BTreeSet<String> = codes
        .lines()
        .filter_map(|line| line.split_whitespace().next())
        .map(str::to_owned)
        .collect();
    let readme = page("README.md");
    let rows = &readme.table("exit-codes", "code").rows;
    let shown: BTreeSet<String> = rows.iter().skip(1).map(|row| row[0].text.clone()).collect();
    assert_eq!(shown, told);
    assert!(shown.contains("5"));
}

#[test]
fn the_capabilities_are_those_of_the_program() {
    let shown = firsts(&page("docs/targets.md"), "capabilities", "capability");
    assert_eq!(shown, set(CAPABILITIES.iter().map(|(name, _)| *name)));
}

#[test]
fn the_targets_are_those_of_the_case_files() {
    let library = names::library();
    let mut real = set(library.profiles.iter().map(|profile| profile.name.as_str()));
    real.insert("mock".to_owned());
    assert_eq!(firsts(&page("docs/targets.md"), "choose-one", "name"), real);
    let readme = page("README.md").text;
    for name in real {
        assert!(
            readme.contains(&format!("`{name}`")),
            "README.md does not name the target `{name}`"
        );
    }
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

#[test]
fn the_modules_stand_in_their_order() {
    let house = fs::read_to_string(tree::root().join("tests/engine/house.rs")).expect("a text");
    let order = house
        .split("const ORDER: &[&str] = &[")
        .nth(1)
        .and_then(|rest| rest.split("];").next());
    let order: Vec<&str> = order
        .expect("an order")
        .split('"')
        .skip(1)
        .step_by(2)
        .collect();
    let page = page("docs/architecture.md");
    let shown: Vec<&str> = page
        .table("the-order-of-the-modules", "module")
        .firsts()
        .map(String::as_str)
        .collect();
    assert_eq!(
        shown, order,
        "docs/architecture.md does not list the modules in the order of tests/engine/house.rs"
    );
}

#[test]
fn the_placeholders_are_those_of_the_loader() {
    let page = page("docs/writing-cases.md");
    let names = firsts(&page, "placeholders", "written");
    for name in &names {
        let text = name.replace("NAME", "name").replace("COLUMN", "column");
        let read = lambda_conformance::text::Text::parse(&text);
        assert!(read.is_ok(), "`{name}` is no placeholder: {read:?}");
    }
    for matcher in lambda_conformance::text::Matcher::ALL {
        assert!(
            names.contains(&format!("<{matcher}>")),
            "docs/writing-cases.md does not list `<{matcher}>`"
        );
    }
}

#[test]
fn the_keys_of_the_json_report_are_those_of_its_schema() {
    let schema =
        fs::read_to_string(tree::root().join("src/report/report.schema.json")).expect("a text");
    let schema: serde_json::Value = serde_json::from_str(&schema).expect("JSON");
    let needed = schema["required"].as_array().expect("keys").iter();
    let real = set(needed.map(|key| key.as_str().expect("a text")));
    assert_eq!(firsts(&page("docs/reports.md"), "json", "key"), real);
}

#[test]
fn the_calls_of_the_harness_exist() {
    let page = page("docs/in-cargo-test.md");
    let source = fs::read_to_string(tree::root().join("src/harness.rs")).expect("a text");
    let functions = source
        .lines()
        .filter_map(|line| line.trim().strip_prefix("pub fn "));
    let names = functions.filter_map(|rest| rest.split(['(', '<']).next());
    let mut real = set(names);
    // for programs with a command line of their own
    real.retain(|name| name != "run_with" && name != "run");
    let [first, second] = [("choose-the-target", "call"), ("options", "call")]
        .map(|(anchor, head)| firsts(&page, anchor, head));
    let calls = first.iter().chain(&second);
    let shown = calls.map(|call| {
        call.trim_start_matches("Harness::")
            .trim_start_matches('.')
            .split('(')
            .next()
            .expect("a name")
    });
    assert_eq!(set(shown), real);
}
