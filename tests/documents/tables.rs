//! Tables that list what the program has: capabilities, targets, words, modules, placeholders, calls.

use std::{collections::BTreeSet, fs};

use lambda_conformance::{
    capability::Capability,
    level::{Basis, Level},
};

use crate::{
    names,
    page::{self, Page},
    tree,
};

pub(crate) fn page(path: &str) -> Page {
    let found = page::pages().into_iter().find(|page| page.path == path);
    found.unwrap_or_else(|| panic!("no page {path}"))
}

/// The code in the first column of a table.
pub(crate) fn firsts(page: &Page, anchor: &str, head: &str) -> BTreeSet<String> {
    page.table(anchor, head).firsts().cloned().collect()
}

pub(crate) fn set<'a>(names: impl IntoIterator<Item = &'a str>) -> BTreeSet<String> {
    names.into_iter().map(str::to_owned).collect()
}

#[test]
fn the_capabilities_are_those_of_the_program() {
    let shown = firsts(&page("docs/targets.md"), "capabilities", "capability");
    assert_eq!(shown, set(Capability::ALL.map(Capability::name)));
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
fn the_bases_levels_and_formats_are_those_of_the_program() {
    let evidence = page("docs/evidence.md");
    assert_eq!(
        firsts(&evidence, "basis", "basis"),
        set(Basis::ALL.map(Basis::name))
    );
    assert_eq!(
        firsts(&evidence, "levels", "level"),
        set(Level::ALL.map(Level::name))
    );
    let help = names::help(Some("run"));
    let formats = help
        .split("Also write a report: ")
        .nth(1)
        .and_then(|rest| rest.split(';').next())
        .expect("formats");
    let real = formats
        .split("), ")
        .filter_map(|format| format.split(" (").next());
    assert_eq!(
        firsts(&page("docs/reports.md"), "reports", "--report"),
        set(real)
    );
}

#[test]
fn the_verdicts_and_kinds_are_those_of_the_json_report() {
    let schema =
        fs::read_to_string(tree::root().join("src/report/report.schema.json")).expect("a text");
    let schema: serde_json::Value = serde_json::from_str(&schema).expect("JSON");
    let glossary = page("docs/glossary.md");
    let rows = &glossary.table("glossary", "word").rows;
    let words = |word: &str| {
        let row = rows.iter().find(|row| row[0].text == word);
        let cell = &row.unwrap_or_else(|| panic!("the glossary has no `{word}`"))[1];
        cell.code.iter().cloned().collect::<BTreeSet<_>>()
    };
    for (word, place) in [
        ("verdict", "/$defs/case/properties/verdict/enum"),
        ("kind", "/$defs/kind/enum"),
    ] {
        let allowed = schema
            .pointer(place)
            .and_then(serde_json::Value::as_array)
            .expect("words");
        let allowed = allowed.iter().filter_map(serde_json::Value::as_str);
        // what nothing speaks of is a note and never a finding
        let real = set(allowed.filter(|name| *name != "added"));
        assert_eq!(words(word), real, "docs/glossary.md, {word}");
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
