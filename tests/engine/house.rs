//! The order of the modules, and who alone may know what. rustc forbids neither circles nor guests.

use std::{collections::BTreeMap, fs, path::Path};

/// Every module of the crate, each importing only what stands before it.
const ORDER: &[&str] = &[
    "word",
    "sink",
    "span",
    "file",
    "prose",
    "date",
    "replace",
    "level",
    "capability",
    "path",
    "hash",
    "clock",
    "pace",
    "jobs",
    "text",
    "tree",
    "operation",
    "clause",
    "case",
    "presence",
    "zip",
    "fixture",
    "secret",
    "target",
    "note",
    "observation",
    "mutant",
    "verdict",
    "reference",
    "wire",
    "redact",
    "schema",
    "snapshot",
    "form",
    "suite",
    "sign",
    "judge",
    "baseline",
    "plan",
    "factor",
    "coverage",
    "finding",
    "report",
    "load",
    "credentials",
    "resolve",
    "client",
    "connection",
    "arrange",
    "session",
    "interrupt",
    "mock",
    "run",
    "harness",
    "cli",
];

/// A word that may stand only in these files or folders.
const OWNERS: &[(&str, &[&str])] = &[
    ("reqwest", &["client.rs", "client/"]),
    ("aws_sigv4", &["sign.rs", "sign/"]),
    ("aws_credential_types", &["sign.rs", "sign/"]),
    ("jsonschema::", &["schema.rs"]),
    ("annotate_snippets", &["span.rs"]),
    ("toml::", &["tree.rs"]),
    ("toml_parser", &["tree.rs"]),
    ("toml_edit", &["baseline/"]),
    ("clap::", &["cli.rs", "cli/"]),
    // the client asks hyper's error whether a connection was closed, because reqwest does not tell
    ("hyper::", &["mock/server.rs", "client.rs", "client/"]),
    ("hyper_util", &["mock/server.rs"]),
    ("wiremock::", &["mock/wiremock.rs"]),
    ("rustls", &["client/tls.rs"]),
    ("libtest_mimic", &["harness.rs", "harness/"]),
    ("insta::", &[]),
    (
        "std::fs",
        &[
            "file.rs",
            "load/files.rs",
            "replace.rs",
            "report/file.rs",
            "baseline.rs",
        ],
    ),
    ("fs::File", &["file.rs", "replace.rs", "report/file.rs"]),
    ("quick_junit", &["report/junit.rs", "report/junit/"]),
    ("stdout()", &["cli.rs", "cli/", "harness.rs", "harness/"]),
    ("stderr()", &["cli.rs", "cli/", "harness.rs", "harness/"]),
    ("println!", &[]),
    (
        "async fn",
        &[
            "clock.rs",
            "jobs.rs",
            "client.rs",
            "client/",
            "connection.rs",
            "connection/",
            "session.rs",
            "interrupt.rs",
            "arrange.rs",
            "arrange/",
            "mock/",
            "run.rs",
            "run/",
            "harness.rs",
            "harness/",
            "cli.rs",
            "cli/",
        ],
    ),
];

/// The files below `src` by path, without comments and without what only tests have.
pub(super) fn sources() -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    walk(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("src"),
        "",
        &mut files,
    );
    // a file that only tests have
    let mut tests = Vec::new();
    for (file, code) in &files {
        let folder = file.trim_end_matches(".rs");
        let declared = code.split(TESTS).skip(1);
        let children = declared.filter_map(|rest| rest.split_once(';'));
        tests.extend(children.map(|(child, _)| format!("{folder}/{child}.rs")));
    }
    files.retain(|file, _| !tests.contains(file));
    files
}

/// What stands before a module that only tests have.
const TESTS: &str = "#[cfg(test)]\nmod ";

fn walk(directory: &Path, below: &str, files: &mut BTreeMap<String, String>) {
    for entry in fs::read_dir(directory).expect("a directory") {
        let path = entry.expect("an entry").path();
        let name = path
            .file_name()
            .expect("a name")
            .to_string_lossy()
            .into_owned();
        if path.is_dir() {
            walk(&path, &format!("{below}{name}/"), files);
        } else {
            let text = fs::read_to_string(&path).expect("a text");
            // unit tests stand at the end
            let (code, _) = text.split_once("\nmod tests {").unwrap_or((&text, ""));
            let code: Vec<&str> = code
                .lines()
                .filter(|line| !line.trim_start().starts_with("//"))
                .collect();
            files.insert(format!("{below}{name}"), code.join("\n"));
        }
    }
}

/// The module at the top that a file belongs to.
fn module(file: &str) -> &str {
    file.split('/')
        .next()
        .expect("a first part")
        .trim_end_matches(".rs")
}

/// The modules at the top that a file imports from the crate.
fn imports(code: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + "crate::".len()..];
        if let Some(list) = rest.strip_prefix('{') {
            let mut depth = 0;
            let mut name = String::new();
            let mut fresh = true;
            for letter in list.chars() {
                match letter {
                    '{' => depth += 1,
                    '}' if depth == 0 => break,
                    '}' => depth -= 1,
                    ',' if depth == 0 => fresh = true,
                    letter
                        if depth == 0 && fresh && (letter.is_alphanumeric() || letter == '_') =>
                    {
                        name.push(letter)
                    }
                    letter if letter.is_whitespace() => {}
                    _ => fresh = false,
                }
                if !fresh || letter == ',' {
                    found.extend((!name.is_empty()).then(|| std::mem::take(&mut name)));
                }
            }
            found.extend((!name.is_empty()).then_some(name));
        } else {
            found.push(
                rest.chars()
                    .take_while(|c| c.is_alphanumeric() || *c == '_')
                    .collect(),
            );
        }
    }
    found
}

#[test]
fn the_list_is_the_list_of_the_crate() {
    let crate_root = &sources()["lib.rs"];
    let mut declared: Vec<&str> = crate_root
        .lines()
        .filter_map(|line| {
            line.trim_start_matches("pub ")
                .strip_prefix("mod ")?
                .strip_suffix(';')
        })
        .collect();
    let mut listed = ORDER.to_vec();
    declared.sort_unstable();
    listed.sort_unstable();
    assert_eq!(
        declared, listed,
        "a new module needs its place in the order of this test"
    );
}

#[test]
fn every_module_imports_only_what_stands_before_it() {
    let place = |name: &str| ORDER.iter().position(|known| *known == name);
    let mut seen = 0;
    for (file, code) in sources() {
        if file == "lib.rs" || file == "main.rs" {
            continue;
        }
        let own = module(&file);
        let at = place(own)
            .unwrap_or_else(|| panic!("`{own}` ({file}) is not in the order; give it a place"));
        for import in imports(&code) {
            let Some(other) = place(&import) else {
                continue;
            };
            seen += 1;
            assert!(
                other <= at,
                "{file} imports `{import}`, which stands after `{own}`"
            );
        }
    }
    assert!(
        seen > 100,
        "only {seen} imports were found: this test does not see them"
    );
}

#[test]
fn what_has_one_owner_has_no_other() {
    for (word, owners) in OWNERS {
        for (file, code) in sources() {
            let owned = owners
                .iter()
                .any(|owner| file == *owner || owner.ends_with('/') && file.starts_with(owner));
            let at = code.find(word);
            let whole = at.is_some_and(|at| {
                !code[at + word.len()..].starts_with(|c: char| c.is_alphabetic())
            });
            assert!(
                owned || !whole,
                "{file} knows `{word}`, which belongs to {owners:?}"
            );
        }
    }
}

#[test]
fn imports_are_seen_in_lists_too() {
    assert_eq!(
        imports("use crate::{\n    a::B,\n    c::{D, e},\n    f,\n};\ncrate::g::h()"),
        ["a", "c", "f", "g"]
    );
}

#[test]
fn the_order_bites() {
    let at = |name: &str| {
        ORDER
            .iter()
            .position(|known| *known == name)
            .expect("is listed")
    };
    assert!(at("judge") < at("run") && at("reference") < at("mock") && at("word") == 0);
}
