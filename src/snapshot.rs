//! [`Snapshot`]: the reviewed answer to a case, as a `.snap` file in insta's format holds it.
//!
//! Knows the file and its comparison with an answer; the module `redact` makes the text that is written.

use std::sync::Arc;

use serde_json::Value;

use crate::{
    case::Json,
    path::Path,
    span::{Diagnostic, Place, Source},
    text::{Bindings, Matched, Text, TextError},
    verdict::Kind,
};

/// A reviewed answer.
#[derive(Debug)]
pub struct Snapshot {
    /// The canonical answer, with placeholders.
    pub answer: Json,
    /// The text below the metadata, as it stands in the file.
    pub text: String,
    /// The file.
    pub place: Place,
}

/// How an answer differs from a snapshot at one path.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// The part of the answer.
    pub at: Path,
    /// How it differs.
    pub kind: Kind,
    /// What the snapshot holds, as shown to a person.
    pub expected: String,
    /// What the answer holds.
    pub found: String,
}

impl Snapshot {
    /// Reads a file: metadata between two lines `---`, then the canonical answer.
    pub fn parse(source: &Arc<Source>) -> Result<Snapshot, Diagnostic> {
        let text = source.text.as_str();
        let body = text
            .strip_prefix("---\n")
            .and_then(|rest| rest.split_once("\n---\n"))
            .map(|(_, body)| body)
            .ok_or_else(|| {
                Diagnostic::new(
                    Place::top(source),
                    "not a snapshot: no metadata between two lines `---`",
                )
                .help("let `cargo test` write it and accept it with `cargo insta review`")
            })?;
        let start = text.len() - body.len();
        let value: Value = serde_json::from_str(body).map_err(|error| {
            // the place says which line; the text would count from the metadata
            let message = error.to_string();
            let message = message.split(" at line ").next().unwrap_or_default();
            Diagnostic::new(Place::at(source, start, error.line(), error.column()), format!("the answer in this snapshot is not JSON: {message}"))
                .help("delete the file, let `cargo test` write it and accept it with `cargo insta review`")
        })?;
        let answer = read(&value).map_err(|(written, error)| {
            let at = body.find(&written).map_or(0, |at| at + error.span.start);
            let end = if at == 0 { 1 } else { at + error.span.len() };
            Diagnostic::new(Place::new(source, start + at..start + end), error.message)
                .help(error.help)
        })?;
        Ok(Snapshot {
            answer,
            text: body.trim_end().to_owned(),
            place: Place::new(source, start..start + 1),
        })
    }

    /// Where `answer` differs: what is missing, changed, or there in addition.
    pub fn differences(&self, answer: &Value, bindings: &Bindings) -> Vec<Difference> {
        let mut differences = Vec::new();
        compare(
            &self.answer,
            answer,
            &Path::default(),
            bindings,
            &mut Matched::default(),
            &mut differences,
        );
        differences
    }

    /// The same snapshot for one record of a template.
    #[must_use]
    pub fn fill<'a>(&self, value: impl Fn(&str, &str) -> Option<&'a Text>) -> Snapshot {
        Snapshot {
            answer: self.answer.map(&|text| text.fill(&value)),
            text: self.text.clone(),
            place: self.place.clone(),
        }
    }
}

/// The answer with its placeholders, or the text that has none that can be read.
fn read(value: &Value) -> Result<Json, (String, TextError)> {
    Ok(match value {
        Value::Null => Json::Null,
        Value::Bool(value) => Json::Bool(*value),
        Value::Number(number) => match number.as_i64() {
            Some(integer) => Json::Integer(integer),
            None => Json::Float(number.as_f64().unwrap_or(f64::NAN)),
        },
        Value::String(text) => {
            Json::Text(Text::parse(text).map_err(|error| (text.clone(), error))?)
        }
        Value::Array(items) => Json::Array(items.iter().map(read).collect::<Result<_, _>>()?),
        Value::Object(members) => Json::Object(
            members
                .iter()
                .map(|(key, value)| Ok((key.clone(), read(value)?)))
                .collect::<Result<_, (String, TextError)>>()?,
        ),
    })
}

/// Whether a value that was expected as `wanted` is what was found, at this depth and below.
pub(crate) fn compare(
    wanted: &Json,
    found: &Value,
    at: &Path,
    bindings: &Bindings,
    matched: &mut Matched,
    out: &mut Vec<Difference>,
) {
    let holds = match (wanted, found) {
        (Json::Object(members), Value::Object(object)) => {
            for (key, value) in members {
                let at = at.then(key);
                match object.get(key) {
                    None => out.push(Difference {
                        at,
                        kind: Kind::Missing,
                        expected: value.show(bindings),
                        found: "nothing".to_owned(),
                    }),
                    Some(found) => compare(value, found, &at, bindings, matched, out),
                }
            }
            for (key, value) in object {
                if !members.iter().any(|(known, _)| known == key) {
                    out.push(Difference {
                        at: at.then(key),
                        kind: Kind::Added,
                        expected: "nothing".to_owned(),
                        found: value.to_string(),
                    });
                }
            }
            return;
        }
        (Json::Array(items), Value::Array(values)) if items.len() == values.len() => {
            for (index, (item, value)) in items.iter().zip(values).enumerate() {
                compare(item, value, &at.at(index), bindings, matched, out);
            }
            return;
        }
        (Json::Null, Value::Null) => true,
        (Json::Bool(wanted), Value::Bool(found)) => wanted == found,
        // integers are written without a fraction, so 142.0 is not 142
        (Json::Integer(wanted), Value::Number(found)) => found.as_i64() == Some(*wanted),
        (Json::Float(wanted), Value::Number(found)) => found.as_f64() == Some(*wanted),
        (Json::Text(wanted), Value::String(found)) => wanted.matches(found, bindings, matched),
        _ => false,
    };
    if !holds {
        out.push(Difference {
            at: at.clone(),
            kind: Kind::Changed,
            expected: wanted.show(bindings),
            found: found.to_string(),
        });
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn snapshot(body: &str) -> Snapshot {
        Snapshot::parse(&Source::new(
            "a.snap",
            format!("---\nsource: x\n---\n{body}\n"),
        ))
        .expect("a snapshot")
    }

    #[test]
    fn missing_changed_and_added_are_told_apart_by_path() {
        let snapshot = snapshot(r#"{"a": 1, "b": {"c": "<uuid>", "d": [1, 2]}, "e": {}}"#);
        let answer = json!({"a": "1", "b": {"d": [1, 3], "f": true}, "e": {}});
        let shown: Vec<String> = snapshot
            .differences(&answer, &Bindings::default())
            .into_iter()
            .map(|d| format!("{} {:?} {} {}", d.at, d.kind, d.expected, d.found))
            .collect();
        assert_eq!(
            shown,
            [
                "a Changed 1 \"1\"",
                "b.c Missing \"<uuid>\" nothing",
                "b.d[1] Changed 2 3",
                "b.f Added nothing true",
            ]
        );
    }

    #[test]
    fn an_integer_is_not_a_number_with_a_fraction() {
        let snapshot = snapshot(r#"{"a": 142}"#);
        assert!(
            snapshot
                .differences(&json!({"a": 142}), &Bindings::default())
                .is_empty()
        );
        assert_eq!(
            snapshot
                .differences(&json!({"a": 142.0}), &Bindings::default())
                .len(),
            1
        );
    }

    #[test]
    fn a_file_without_metadata_is_no_snapshot() {
        let error = Snapshot::parse(&Source::new("a.snap", "{}")).expect_err("no metadata");
        assert!(error.message.contains("no metadata"));
    }
}
