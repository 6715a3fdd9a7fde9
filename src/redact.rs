//! From an answer to its canonical form, and from there to the text of a snapshot.
//!
//! The canonical form is what a snapshot is compared with. Collapsing puts placeholders in place of what a run made up;
//! it is for writing only: a comparison expands the expectation and never touches the answer.

use serde_json::{Map, Value, json};

use crate::{
    case::Case,
    observation::Observation,
    path::Path,
    text::{Bindings, Matched, Matcher, Text},
};

/// The canonical form of an answer: `{status, body}` of a success, `{status, error, message, type}` of an error with the
/// sentences of a validation error sorted as `violations`, `{status, text}` of what is not JSON. Nulls are dropped.
pub(crate) fn canonical(answer: &Observation) -> Value {
    let mut canonical = Map::new();
    canonical.insert("status".to_owned(), json!(answer.status));
    let Ok(body) = answer.json() else {
        if !answer.body.is_empty() {
            let text = String::from_utf8_lossy(&answer.body).into_owned();
            canonical.insert("text".to_owned(), json!(text));
        }
        return Value::Object(canonical);
    };
    if answer.status < 300 {
        canonical.insert("body".to_owned(), without_nulls(body));
        return Value::Object(canonical);
    }
    if let Some(error) = answer.error() {
        canonical.insert("error".to_owned(), json!(error));
    }
    if let Some((_, mut violations)) = answer.violations() {
        violations.sort();
        canonical.insert("violations".to_owned(), json!(violations));
    } else if let Some((_, message)) = answer.message() {
        canonical.insert("message".to_owned(), json!(message));
    }
    if let Some(kind) = body.get("Type").filter(|kind| !kind.is_null()) {
        canonical.insert("type".to_owned(), kind.clone());
    }
    Value::Object(canonical)
}

/// The value without members that are `null`, at every depth but inside arrays; keys sorted.
pub(crate) fn without_nulls(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            let mut kept: Vec<(&String, &Value)> = members
                .iter()
                .filter(|(_, value)| !value.is_null())
                .collect();
            kept.sort_by_key(|(key, _)| *key);
            Value::Object(
                kept.into_iter()
                    .map(|(key, value)| (key.clone(), without_nulls(value)))
                    .collect(),
            )
        }
        Value::Array(items) => Value::Array(
            items
                .iter()
                .map(|item| {
                    if item.is_null() {
                        Value::Null
                    } else {
                        without_nulls(item)
                    }
                })
                .collect(),
        ),
        other => other.clone(),
    }
}

/// What stands for the values of a run when a snapshot is written.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Placeholders<'a> {
    /// The values of the run.
    pub bindings: &'a Bindings,
    /// The case; its template's record names values too.
    pub case: &'a Case,
    /// The texts that are asserted, by path. Where one holds, it is written as it stands.
    pub texts: &'a [(Path, Text)],
}

/// The canonical form with the values of a run replaced by their placeholders, as indented text.
pub(crate) fn collapse(canonical: &Value, known: &Placeholders<'_>) -> String {
    let mut values: Vec<(String, String)> = known
        .case
        .fields
        .iter()
        .filter_map(|(column, field, text)| {
            Some((
                text.expand(known.bindings).ok()?,
                format!("<{column}.{field}>"),
            ))
        })
        .chain(
            known
                .bindings
                .iter()
                .map(|(name, value)| (value.to_owned(), format!("<{name}>"))),
        )
        .filter(|(value, _)| !value.is_empty())
        .collect();
    // the longest first: a name that holds an account id is replaced as a whole
    values.sort_by(|a, b| b.0.len().cmp(&a.0.len()).then_with(|| b.1.cmp(&a.1)));
    let collapsed = walk(canonical, &Path::default(), known, &values);
    serde_json::to_string_pretty(&collapsed).expect("invariant: a JSON value can be written")
}

fn walk(value: &Value, at: &Path, known: &Placeholders<'_>, values: &[(String, String)]) -> Value {
    match value {
        Value::String(text) => {
            let asserted = known.texts.iter().find(|(path, asserted)| {
                let filled = asserted.fill(|column, field| known.case.field(column, field));
                at.is_within(path) && filled.matches(text, known.bindings, &mut Matched::default())
            });
            match asserted {
                Some((_, asserted)) => Value::String(asserted.written().to_owned()),
                None => Value::String(collapse_text(text, values)),
            }
        }
        Value::Array(items) => Value::Array(
            items
                .iter()
                .enumerate()
                .map(|(index, item)| walk(item, &at.at(index), known, values))
                .collect(),
        ),
        Value::Object(members) => Value::Object(
            members
                .iter()
                .map(|(key, value)| (key.clone(), walk(value, &at.then(key), known, values)))
                .collect(),
        ),
        other => other.clone(),
    }
}

/// What AWS quotes after it is the text of a pattern, which changes from year to year (X-PATTERN-DRIFT).
const PATTERN: &str = "regular expression pattern: ";

/// What the ids of networks begin with.
const NETWORK: &str = "vpc-";

fn collapse_text(text: &str, known: &[(String, String)]) -> String {
    // the digest of a zip is none of them: cases upload zips whose digests are known
    for kind in [Matcher::Uuid, Matcher::Timestamp, Matcher::Sha256Hex] {
        if kind.accepts(text) {
            return format!("<{}>", kind.name());
        }
    }
    // the network of a subnet, which each target knows for itself
    if let Some(id) = text.strip_prefix(NETWORK)
        && !id.is_empty()
        && id.bytes().all(|byte| byte.is_ascii_hexdigit())
    {
        return format!("{NETWORK}<{}>", Matcher::Text.name());
    }
    // the id of a runtime version, which each target makes for itself
    if let Some((head, id)) = text.rsplit_once(':')
        && Matcher::Sha256Hex.accepts(id)
    {
        return format!(
            "{}:<{}>",
            collapse_text(head, known),
            Matcher::Sha256Hex.name()
        );
    }
    let (head, tail) = match text.split_once(PATTERN) {
        Some((head, _)) => (format!("{head}{PATTERN}"), "<pattern>"),
        None => (text.to_owned(), ""),
    };
    let mut pieces = vec![(head, false)];
    for (value, placeholder) in known {
        pieces = pieces
            .into_iter()
            .flat_map(|(piece, done)| {
                if done {
                    vec![(piece, true)]
                } else {
                    replace(&piece, value, placeholder)
                }
            })
            .collect();
    }
    let mut out: String = pieces
        .into_iter()
        .map(|(piece, done)| {
            if done {
                piece
            } else {
                piece.replace('<', "<<")
            }
        })
        .collect();
    out.push_str(tail);
    out
}

/// Cuts `piece` at every `value` that stands by itself, not inside a longer word.
fn replace(piece: &str, value: &str, placeholder: &str) -> Vec<(String, bool)> {
    let word = |c: char| c.is_ascii_alphanumeric();
    let mut out = Vec::new();
    let mut start = 0;
    for (at, _) in piece.match_indices(value) {
        let before = piece[..at].chars().next_back();
        let after = piece[at + value.len()..].chars().next();
        let inside = before.is_some_and(|c| word(c) && value.starts_with(word))
            || after.is_some_and(|c| word(c) && value.ends_with(word));
        // `aws` is a partition only in an ARN; it also stands in names, such as that of a log group
        let no_arn = placeholder == "<partition>" && !piece[..at].ends_with("arn:");
        if at < start || inside || no_arn {
            continue;
        }
        out.push((piece[start..at].to_owned(), false));
        out.push((placeholder.to_owned(), true));
        start = at + value.len();
    }
    out.push((piece[start..].to_owned(), false));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values() -> Vec<(String, String)> {
        [
            ("lambda-conformance-1-absent", "<function>"),
            ("123456789012", "<account>"),
            ("us-east-1", "<region>"),
            ("aws", "<partition>"),
            ("1", "<row.q>"),
        ]
        .map(|(value, name)| (value.to_owned(), name.to_owned()))
        .to_vec()
    }

    #[test]
    fn nulls_go_at_every_depth_but_not_from_arrays() {
        let value = json!({"b": null, "a": {"c": null, "d": [null, {"e": null}]}});
        assert_eq!(without_nulls(&value), json!({"a": {"d": [null, {}]}}));
    }

    #[test]
    fn values_become_placeholders_as_whole_words_and_a_literal_bracket_is_doubled() {
        let text = "not found: arn:aws:lambda:us-east-1:123456789012:function:lambda-conformance-1-absent:1 <x> a1";
        assert_eq!(
            collapse_text(text, &values()),
            "not found: arn:<partition>:lambda:<region>:<account>:function:<function>:<row.q> <<x> a1"
        );
    }

    #[test]
    fn a_partition_is_one_only_in_an_arn() {
        assert_eq!(collapse_text("/aws/lambda/x", &values()), "/aws/lambda/x");
        let id = "0123456789abcdef".repeat(4);
        let arn = format!("arn:aws:lambda:us-east-1::runtime:{id}");
        assert_eq!(
            collapse_text(&arn, &values()),
            "arn:<partition>:lambda:<region>::runtime:<sha256-hex>"
        );
    }

    #[test]
    fn volatile_values_become_holes_and_a_quoted_pattern_one_too() {
        for (text, matcher) in [
            ("0a1b2c3d-0000-4000-8000-0123456789ab", "<uuid>"),
            ("2025-04-09T10:11:27.000+0000", "<timestamp>"),
            ("vpc-0123456789abcdef0", "vpc-<text>"),
            ("vpc-", "vpc-"),
            (
                "Member must satisfy regular expression pattern: (a|b)",
                "Member must satisfy regular expression pattern: <pattern>",
            ),
        ] {
            assert_eq!(collapse_text(text, &values()), matcher);
        }
    }
}
