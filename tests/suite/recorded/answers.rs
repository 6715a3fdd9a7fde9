//! [`Answer`]: one answer of AWS as facts, read from `answers/*.toml` and `configurations.toml`. `make.py` says what the
//! fields are.

use std::{collections::BTreeMap, fs, path::Path};

use lambda_conformance::date::Month;
use serde_json::Value;

/// One answer.
#[derive(Clone, Debug)]
pub(super) struct Answer {
    /// A key of `evidence.toml`, the test of the source, and its name there.
    pub(super) source: String,
    /// What was called.
    pub(super) operation: String,
    /// The month of the recording, or the earliest that it can be of.
    pub(super) month: Option<Month>,
    /// The members of the request, where they are known.
    pub(super) sent: Option<Vec<String>>,
    /// The status, where the source has it.
    pub(super) status: Option<u16>,
    /// What is told of an error.
    pub(super) failure: Option<Failure>,
    /// What is told of the header fields, where the source has them.
    pub(super) headers: Option<BTreeMap<String, String>>,
    /// The configurations in the answer.
    pub(super) configurations: Vec<Configuration>,
    /// Whether these are elements of a list.
    pub(super) is_list: bool,
    /// What stands beside the configuration.
    pub(super) beside: Vec<String>,
}

/// What is told of an error.
#[derive(Clone, Debug)]
pub(super) struct Failure {
    pub(super) name: String,
    pub(super) message: Option<String>,
    /// The member in which the message stands.
    pub(super) member: Option<String>,
    /// `Type`, which is `none` where the body has none.
    pub(super) kind: Option<String>,
}

/// The facts of one configuration.
#[derive(Clone, Debug)]
pub(super) struct Configuration {
    /// Each member's value or form.
    pub(super) facts: Value,
    /// Numbers that are equal where RevisionId, CodeSha256 and LastModified were, within a test of the source.
    pub(super) revision: Option<u64>,
    pub(super) code: Option<u64>,
    pub(super) modified: Option<u64>,
}

/// A TOML file of this folder as JSON.
pub(super) fn read(name: &str) -> Value {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/suite/recorded");
    let text =
        fs::read_to_string(folder.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
    let table: toml::Table =
        toml::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
    serde_json::to_value(table).expect("TOML without dates and odd numbers is JSON")
}

/// Texts of a list.
pub(super) fn texts(value: &Value) -> Vec<String> {
    let list = value.as_array().into_iter().flatten();
    list.filter_map(Value::as_str).map(str::to_owned).collect()
}

fn text(row: &Value, field: &str) -> Option<String> {
    row.get(field).and_then(Value::as_str).map(str::to_owned)
}

/// Every answer, by operation.
pub(super) fn answers() -> Vec<Answer> {
    let configurations = read("configurations.toml");
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/suite/recorded/answers");
    let mut names: Vec<String> = fs::read_dir(folder)
        .expect("a folder of answers")
        .map(|entry| {
            entry
                .expect("an entry")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    names.sort();
    let mut answers = Vec::new();
    for name in names {
        let operation = name.trim_end_matches(".toml");
        let rows = read(&format!("answers/{name}"));
        for row in rows["answers"].as_array().expect("rows") {
            answers.push(answer(operation, row, &configurations));
        }
    }
    answers
}

fn answer(operation: &str, row: &Value, configurations: &Value) -> Answer {
    let number = |field: &str| row.get(field).and_then(Value::as_u64);
    let facts = |number: u64| {
        let facts = configurations.get(number.to_string());
        facts
            .cloned()
            .unwrap_or_else(|| panic!("no configuration {number}"))
    };
    let listed = row.get("configurations").and_then(Value::as_array);
    let elements = listed.into_iter().flatten().map(|number| Configuration {
        facts: facts(number.as_u64().expect("a number")),
        revision: None,
        code: None,
        modified: None,
    });
    let single = number("configuration").map(|at| Configuration {
        facts: facts(at),
        revision: number("revision"),
        code: number("code"),
        modified: number("modified"),
    });
    let date = text(row, "date").or_else(|| text(row, "after"));
    let headers = row.get("headers").and_then(Value::as_object).map(|fields| {
        let field = |(name, value): (&String, &Value)| {
            (name.clone(), value.as_str().unwrap_or_default().to_owned())
        };
        fields.iter().map(field).collect()
    });
    Answer {
        source: text(row, "source").expect("a source"),
        operation: operation.to_owned(),
        month: date.map(|date| date[..7].parse().expect("a month")),
        sent: row.get("sent").map(texts),
        status: number("status").map(|status| u16::try_from(status).expect("a status")),
        failure: text(row, "error").map(|name| Failure {
            name,
            message: text(row, "message"),
            member: text(row, "member"),
            kind: text(row, "type"),
        }),
        headers,
        configurations: elements.chain(single).collect(),
        is_list: listed.is_some(),
        beside: row.get("beside").map(texts).unwrap_or_default(),
    }
}
