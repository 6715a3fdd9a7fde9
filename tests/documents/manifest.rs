//! What README, the changelog and the crate's own page say of the crate: features, formats, the first example.

use std::{collections::BTreeSet, fs};

use crate::{
    cargo,
    tables::{firsts, page, set},
    tree,
    workspace::Workspace,
};

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
