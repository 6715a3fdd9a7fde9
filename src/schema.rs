//! [`Schema`]: the form of the bodies of an operation, as a JSON Schema.
//!
//! The only module that knows `jsonschema`. Patterns are compiled on first use: a run that never meets a body pays nothing.

use std::sync::OnceLock;

use jsonschema::Validator;
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

/// The schema of an operation's success body (`#/$defs/success`) and error body (`#/$defs/error`).
#[derive(Debug)]
pub struct Schema {
    document: Value,
    success: OnceLock<Validator>,
    error: OnceLock<Validator>,
}

/// A part of a body that does not have the form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flaw {
    /// The part, below `body`.
    pub at: Path,
    /// The keyword of the schema that says so.
    pub keyword: String,
    /// What the form is.
    pub expected: String,
    /// What is there.
    pub found: String,
}

impl Schema {
    /// Takes a document with `$defs.success` and `$defs.error`; the text says what is wrong with it.
    pub fn new(document: Value) -> Result<Schema, String> {
        let schema = Schema {
            document,
            success: OnceLock::new(),
            error: OnceLock::new(),
        };
        for part in ["success", "error"] {
            if schema.document.pointer(&format!("/$defs/{part}")).is_none() {
                return Err(format!("`$defs.{part}` is missing"));
            }
        }
        Ok(schema)
    }

    /// Compiles both parts, which otherwise happens on first use; the text says what is wrong.
    pub fn compile(&self) -> Result<(), String> {
        for part in ["success", "error"] {
            jsonschema::draft202012::options()
                .build(&self.part(part))
                .map_err(|error| format!("`$defs.{part}`: {error}"))?;
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
            jsonschema::draft202012::options()
                .build(&self.part(part))
                .expect("invariant: the schema is compiled by a test and by the load")
        });
        validator
            .iter_errors(body)
            .map(|error| Flaw {
                at: pointer(error.instance_path().as_str()),
                keyword: error.kind().keyword().to_owned(),
                expected: error.masked_with("it").to_string(),
                found: error.instance().to_string(),
            })
            .collect()
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
