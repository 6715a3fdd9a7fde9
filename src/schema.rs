//! [`Schema`]: the form of the bodies of an operation, as a JSON Schema.
//!
//! The only module that knows `jsonschema`. Patterns are compiled on first use: a run that never meets a body pays nothing.

use std::sync::OnceLock;

use jsonschema::{
    PatternOptions, Validator,
    error::{TypeKind, ValidationErrorKind as ErrorKind},
};
use serde_json::{Value, json};

use crate::path::{Path, Segment};

/// The keywords that say something of one value, and that a clause may therefore rest on.
pub const KEYWORDS: [&str; 8] = [
    "maxItems",
    "maxLength",
    "maximum",
    "minItems",
    "minLength",
    "minimum",
    "pattern",
    "type",
];

/// How many patterns a schema has at most.
const PATTERNS: usize = 200;

/// How many bytes a compiled pattern takes at most.
const PATTERN: usize = 1 << 18;

/// The schema of an operation's success body (`#/$defs/success`) and error body (`#/$defs/error`).
///
/// What the second part of the success body's form, `#/$defs/known`, does not know is new and no flaw.
#[derive(Debug)]
pub struct Schema {
    document: Value,
    success: OnceLock<Validator>,
    error: OnceLock<Validator>,
    known: OnceLock<Validator>,
}

/// A part of a body that does not have the form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flaw {
    /// The part, below `body`.
    pub at: Path,
    /// The keyword of the schema that says so.
    pub keyword: String,
    /// What the schema asserts of the part.
    pub expected: String,
    /// What is there, or what of it the schema does not allow.
    pub found: String,
}

impl Schema {
    /// Takes a document with `$defs.success` and `$defs.error`; the text says what is wrong with it.
    pub fn new(document: Value) -> Result<Schema, String> {
        let schema = Schema {
            document,
            success: OnceLock::new(),
            error: OnceLock::new(),
            known: OnceLock::new(),
        };
        for part in ["success", "error"] {
            if schema.document.pointer(&format!("/$defs/{part}")).is_none() {
                return Err(format!("`$defs.{part}` is missing"));
            }
        }
        let patterns = patterns(&schema.document);
        if patterns > PATTERNS {
            return Err(format!("{patterns} patterns are more than {PATTERNS}"));
        }
        Ok(schema)
    }

    /// Compiles all parts, which otherwise happens on first use; the text says what is wrong.
    pub fn compile(&self) -> Result<(), String> {
        let known = self.knows().then_some("known");
        for part in ["success", "error"].into_iter().chain(known) {
            build(&self.part(part)).map_err(|error| format!("`$defs.{part}`: {error}"))?;
        }
        Ok(())
    }

    /// What of a body lacks the form. `null` counts as nothing there, as everywhere below the level `wire`.
    pub fn flaws(&self, body: &Value, is_error: bool) -> Vec<Flaw> {
        let (cell, part) = if is_error {
            (&self.error, "error")
        } else {
            (&self.success, "success")
        };
        let validator = cell.get_or_init(|| {
            build(&self.part(part))
                .expect("invariant: the schema is compiled by a test and by the load")
        });
        validator.iter_errors(body).map(flaw).collect()
    }

    /// What of a success body today's service model does not know, each with the clause that the schema names beside the
    /// list. Nothing where the schema has no `$defs.known`.
    pub fn news(&self, body: &Value) -> Vec<(Flaw, Option<&str>)> {
        if !self.knows() {
            return Vec::new();
        }
        let validator = self.known.get_or_init(|| {
            build(&self.part("known"))
                .expect("invariant: the schema is compiled by a test and by the load")
        });
        let told = |error: jsonschema::ValidationError<'_>| {
            let list = error.schema_path().as_str().rsplit_once('/');
            let clause = list.and_then(|(list, _)| {
                let list = self.document.pointer(list)?;
                list.get("clause")?.as_str()
            });
            (flaw(error), clause)
        };
        validator.iter_errors(body).map(told).collect()
    }

    fn knows(&self) -> bool {
        self.document.pointer("/$defs/known").is_some()
    }

    /// What the schema says of the part of a success at `at`: nothing if it does not know it.
    pub fn of(&self, at: &Path) -> Option<&Value> {
        at.0.iter()
            .skip(1)
            .try_fold(
                &self.document["$defs"]["success"],
                |schema, segment| match segment {
                    Segment::Key(key) => schema["properties"]
                        .get(key)
                        .or_else(|| schema.get("additionalProperties")),
                    Segment::Index(_) => schema.get("items"),
                },
            )
    }

    fn part(&self, part: &str) -> Value {
        json!({ "$ref": format!("#/$defs/{part}"), "$defs": self.document["$defs"] })
    }
}

/// Compiles one part. A pattern that would take more memory than these is none: a few letters of it may ask for gigabytes.
fn build(part: &Value) -> Result<Validator, jsonschema::ValidationError<'static>> {
    let patterns = PatternOptions::fancy_regex().size_limit(PATTERN);
    jsonschema::draft202012::options()
        .with_pattern_options(patterns)
        .build(part)
}

/// How many patterns are in a part of a document.
fn patterns(value: &Value) -> usize {
    match value {
        Value::Object(members) => members
            .iter()
            .map(|(key, value)| usize::from(key.starts_with("pattern")) + patterns(value))
            .sum(),
        Value::Array(items) => items.iter().map(patterns).sum(),
        _ => 0,
    }
}

fn flaw(error: jsonschema::ValidationError<'_>) -> Flaw {
    let found = match error.kind() {
        ErrorKind::AdditionalProperties { unexpected } => members(unexpected),
        _ => error.instance().to_string(),
    };
    Flaw {
        at: pointer(error.instance_path().as_str()),
        keyword: error.kind().keyword().to_owned(),
        expected: expected(error.kind()),
        found,
    }
}

/// What a keyword asserts, as shown to a person.
fn expected(kind: &ErrorKind) -> String {
    match kind {
        ErrorKind::Type {
            kind: TypeKind::Single(kind),
        } => format!("of type \"{kind}\""),
        ErrorKind::Pattern { pattern } => format!("a match of \"{pattern}\""),
        ErrorKind::Enum { options } => format!("one of {options}"),
        ErrorKind::MaxLength { limit } => format!("at most {limit} characters"),
        ErrorKind::MinLength { limit } => format!("at least {limit} characters"),
        ErrorKind::MaxItems { limit } => format!("at most {limit} elements"),
        ErrorKind::MinItems { limit } => format!("at least {limit} elements"),
        ErrorKind::Maximum { limit } => format!("at most {limit}"),
        ErrorKind::Minimum { limit } => format!("at least {limit}"),
        ErrorKind::Required { property } => format!("a member {property}"),
        ErrorKind::AdditionalProperties { .. } => "only the members that are listed".to_owned(),
        other => format!("valid by the keyword `{}`", other.keyword()),
    }
}

fn members(names: &[String]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    let word = if names.len() == 1 {
        "member"
    } else {
        "members"
    };
    format!("{word} {}", quoted.join(", "))
}

fn pointer(pointer: &str) -> Path {
    let mut path = Path::key("body");
    for step in pointer.split('/').skip(1) {
        path.0.push(match step.parse() {
            Ok(index) => Segment::Index(index),
            Err(_) => Segment::Key(step.replace("~1", "/").replace("~0", "~")),
        });
    }
    path
}
#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_unknown_has_its_clause() {
        let schema = Schema::new(json!({ "$defs": {
            "success": {}, "error": {},
            "known": {
                "clause": "MEMBERS",
                "properties": { "State": { "clause": "WORDS", "enum": ["On"] }, "Size": { "clause": "RANGE", "maximum": 10 }, "New": true },
                "additionalProperties": false,
            },
        } }))
        .expect("a schema");
        schema.compile().expect("all parts compile");
        let body = json!({ "State": "Off", "Size": 11, "New": 1, "Newer": 2 });
        let mut news: Vec<(String, Option<&str>)> = schema
            .news(&body)
            .into_iter()
            .map(|(flaw, clause)| (flaw.at.to_string(), clause))
            .collect();
        news.sort();
        let of = |at: &str, clause: &'static str| (at.to_owned(), Some(clause));
        assert_eq!(
            news,
            [
                of("body", "MEMBERS"),
                of("body.Size", "RANGE"),
                of("body.State", "WORDS"),
            ]
        );
        assert_eq!(
            schema.news(&json!({ "State": "On", "Size": 10, "New": 1 })),
            []
        );
        let schema = Schema::new(json!({ "$defs": { "success": {}, "error": {} } }));
        assert_eq!(schema.expect("a schema").news(&body), []);
    }
}
