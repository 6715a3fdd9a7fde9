//! The words in which the table names factors, and that the table is well formed.

use std::collections::BTreeSet;

use crate::{
    library::library,
    table::{Kind, rows},
};

/// The factors that take words of a list. `none` of an operation is a request that is none.
const WORDS: &[(&str, &[&str])] = &[
    ("name", &["bare", "partial ARN", "ARN"]),
    (
        "qualifier",
        &["none", "$LATEST", "version", "alias", "other"],
    ),
    ("qualifier in", &["none", "query", "name", "both"]),
    ("region", &["own", "other"]),
    ("account", &["own", "other"]),
    (
        "caller",
        &[
            "signed",
            "unsigned",
            "unknown-key",
            "wrong-secret",
            "skewed",
            "expired-token",
            "denied",
            "other-account",
            "malformed",
        ],
    ),
    ("state", &["Pending", "InProgress", "Active"]),
    ("encoding", &["plain", "escaped"]),
    ("package", &["Zip", "Image"]),
];

/// Whether a value is one that a factor can have: of what is due, a status and perhaps the name of an error.
fn is_due(value: &str) -> bool {
    let (status, error) = value.split_once(' ').unwrap_or((value, "SomeException"));
    status
        .parse()
        .is_ok_and(|status: u16| (100..600).contains(&status))
        && error.ends_with("Exception")
}

/// The operations, fixtures and members that the case files know.
struct Known {
    operations: BTreeSet<String>,
    fixtures: BTreeSet<String>,
    text: String,
}

impl Known {
    fn has(&self, name: &str, value: &str) -> bool {
        match name {
            "operation" => value == "none" || self.operations.contains(value),
            "after" => self.operations.contains(value),
            "fixture" => self.fixtures.contains(value),
            "due" => is_due(value),
            // members are written in the case files and in what the presence table says
            "sets" | "member" => value.split('.').all(|part| self.text.contains(part)),
            name => WORDS
                .iter()
                .any(|(known, values)| *known == name && values.contains(&value)),
        }
    }
}

fn known() -> Known {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("cases/lambda");
    let read = |file: &str| std::fs::read_to_string(folder.join(file)).expect("a file");
    let tables = |text: &str| -> BTreeSet<String> {
        let lines = text.lines().filter(|line| !line.starts_with("[["));
        let headers = lines.filter_map(|line| line.strip_prefix('[')?.strip_suffix(']'));
        headers
            .filter(|header| !header.contains('.'))
            .map(str::to_owned)
            .collect()
    };
    let fixtures = read("fixtures.toml");
    Known {
        operations: tables(&read("operations.toml")),
        fixtures: tables(&fixtures),
        text: [
            fixtures,
            read("get-function-configuration/constraints.toml"),
            read("get-function-configuration/refused-changes.toml"),
        ]
        .concat(),
    }
}

#[test]
fn the_table_is_well_formed() {
    let library = library();
    let clauses: BTreeSet<&str> = library
        .suites
        .iter()
        .flat_map(|suite| suite.clauses().map(|clause| clause.id.as_str()))
        .collect();
    let known = known();
    let rows = rows();
    let mut names = BTreeSet::new();
    for row in &rows {
        assert!(
            names.insert(row.name.clone()),
            "`{}` stands twice",
            row.name
        );
        assert!(
            (1..=3).contains(&row.clauses.len()),
            "{}: {:?}",
            row.name,
            row.clauses
        );
        for clause in &row.clauses {
            assert!(clauses.contains(clause), "{}: no clause {clause}", row.name);
        }
        // what no case asks has no requests that have anything in common
        let is_asked = row.unnoticed.is_none();
        assert!(
            !row.factors.is_empty() || !is_asked,
            "{}: no factors",
            row.name
        );
        for (name, value) in row.factors.iter().copied().flatten() {
            assert!(
                known.has(name, value),
                "{}: no factor `{name}` is `{value}`",
                row.name
            );
        }
    }
    let of = |kind| {
        rows.iter()
            .filter(|row| row.kind == kind && row.unnoticed.is_none())
            .count()
    };
    let (behaviours, answers) = (of(Kind::Behaviour), of(Kind::Answer));
    assert!(
        behaviours >= 60 && answers >= 40,
        "{behaviours} behaviours, {answers} answers"
    );
}

#[test]
fn a_word_that_nobody_knows_is_told() {
    let known = known();
    let right = [
        ("operation", "GetFunctionConfiguration"),
        ("operation", "none"),
        ("after", "UpdateFunctionCode"),
        ("fixture", "published"),
        ("due", "404 ResourceNotFoundException"),
        ("due", "403"),
        ("sets", "VpcConfig"),
        ("member", "EphemeralStorage.Size"),
        ("qualifier in", "both"),
    ];
    for (name, value) in right {
        assert!(known.has(name, value), "{name} {value}");
    }
    let wrong = [
        ("operation", "GetFunctionConfigurations"),
        ("after", "none"),
        ("fixture", "publish"),
        ("due", "not found"),
        ("due", "404 not found"),
        ("sets", "VpcConfiguration"),
        ("qualifier", "both"),
        ("method", "GET"),
    ];
    for (name, value) in wrong {
        assert!(!known.has(name, value), "{name} {value}");
    }
}
