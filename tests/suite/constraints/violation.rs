//! What breaks a constraint of the model: two values for each, made from the constraint.

use std::fmt;

use regex::Regex;
use serde_json::{Map, Value, json};

/// What the model asks of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Type,
    Enum,
    Range,
    Length,
    Pattern,
    Count,
    Required,
}

impl Kind {
    pub(super) const ALL: [Kind; 7] = [
        Kind::Type,
        Kind::Enum,
        Kind::Range,
        Kind::Length,
        Kind::Pattern,
        Kind::Count,
        Kind::Required,
    ];
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = format!("{self:?}").to_lowercase();
        f.write_str(&name)
    }
}

/// A constraint, and what breaks it.
#[derive(Clone, Debug)]
pub(super) struct Violation {
    pub(super) kind: Kind,
    /// The members that lead to it; `member` is an element of a list, `key` and `value` those of a map.
    pub(super) path: Vec<String>,
    /// Values that break it; none is a member that is left out.
    pub(super) values: [Option<Value>; 2],
}

/// A text that fits, of each shape that has a pattern.
pub(super) const FITTING: &[(&str, &str)] = &[
    (
        "CapacityProviderArn",
        "arn:aws:lambda:us-east-1:123456789012:capacity-provider:own",
    ),
    (
        "CodeSigningConfigArn",
        "arn:aws:lambda:us-east-1:123456789012:code-signing-config:csc-0123456789abcdefg",
    ),
    ("EnvironmentVariableName", "STAGE"),
    (
        "FileSystemArn",
        "arn:aws:elasticfilesystem:us-east-1:123456789012:access-point/fsap-0123456789abcdef0",
    ),
    (
        "FunctionRuntimeArn",
        "arn:aws:lambda:us-east-1:123456789012:runtime/own/version/1",
    ),
    ("Handler", "index.handler"),
    ("KMSKeyArn", "arn:aws:kms:us-east-1:123456789012:key/1"),
    (
        "LayerVersionArn",
        "arn:aws:lambda:us-east-1:123456789012:layer:own:1",
    ),
    ("LocalMountPath", "/mnt/own"),
    ("LogGroup", "/own/group"),
    ("ResourceArn", "arn:aws:sqs:us-east-1:123456789012:own"),
    ("RoleArn", "arn:aws:iam::123456789012:role/own"),
    ("S3Bucket", "own-bucket"),
    ("SecurityGroupId", "sg-0123456789abcdef0"),
    ("SubnetId", "subnet-0123456789abcdef0"),
    ("TagKey", "team"),
    ("TagValue", "own"),
];

/// Whether a text matches a pattern of the model as a whole.
pub(super) fn matches(pattern: &str, text: &str) -> bool {
    // `regex` has no look-behind: the one that there is forbids a dot at the end
    let (plain, no_dot) = match pattern.strip_suffix(r"(?<!\.)") {
        Some(plain) => (plain, true),
        None => (pattern, false),
    };
    let plain = plain.replace(r"\d", "[0-9]");
    let whole = Regex::new(&format!("^(?:{plain})$")).expect("a pattern");
    whole.is_match(text) && !(no_dot && text.ends_with('.'))
}

fn text<'m>(shape: &'m Value, key: &str) -> &'m str {
    shape[key].as_str().unwrap_or_default()
}

fn members(shape: &Value) -> &Map<String, Value> {
    shape["members"].as_object().expect("members")
}

fn is_required(shape: &Value, member: &str) -> bool {
    let required = shape["required"].as_array().expect("what is required");
    required.iter().any(|name| name == member)
}

fn fitting(shape: &Value) -> &'static str {
    let name = text(shape, "name");
    FITTING
        .iter()
        .find(|(known, _)| *known == name)
        .map_or("own", |(_, text)| text)
}

/// A value that fits.
fn example(shape: &Value) -> Value {
    match text(shape, "type") {
        "string" => match shape["enum"].as_array() {
            Some(words) => words[0].clone(),
            None => json!(fitting(shape)),
        },
        "integer" | "double" => shape.get("min").cloned().unwrap_or_else(|| json!(1)),
        "boolean" => json!(true),
        "list" => json!([example(&shape["element"])]),
        "map" => json!({ fitting(&shape["key"]): example(&shape["value"]) }),
        "structure" => siblings(shape, "").into(),
        other => unreachable!("an example of a {other}"),
    }
}

/// The members that a structure must have, but for one.
fn siblings(shape: &Value, but: &str) -> Map<String, Value> {
    members(shape)
        .iter()
        .filter(|(name, _)| *name != but && is_required(shape, name))
        .map(|(name, member)| (name.clone(), example(member)))
        .collect()
}

/// All that breaks a constraint of a shape or of what is in it.
pub(super) fn violations(shape: &Value) -> Vec<Violation> {
    let mut found = own(shape);
    let mut within = |step: &str, of: Vec<Violation>, wrap: &dyn Fn(Option<Value>) -> Value| {
        found.extend(of.into_iter().map(|mut one| {
            one.path.insert(0, step.to_owned());
            one.values = one.values.map(|value| Some(wrap(value)));
            one
        }));
    };
    match text(shape, "type") {
        "structure" => {
            for (name, member) in members(shape) {
                let wrap = |value: Option<Value>| {
                    let mut whole = siblings(shape, name);
                    whole.extend(value.map(|value| (name.clone(), value)));
                    whole.into()
                };
                within(name, of_member(shape, name, member), &wrap);
            }
        }
        "list" => within("member", violations(&shape["element"]), &|value| {
            json!([value])
        }),
        "map" => {
            let keys = own(&shape["key"]).into_iter();
            let keys = keys.filter(|one| one.kind != Kind::Type).collect();
            let example = example(&shape["value"]);
            within("key", keys, &|key| {
                let key = key.and_then(|key| key.as_str().map(str::to_owned));
                json!({ key.expect("a key is a text"): example })
            });
            let key = fitting(&shape["key"]);
            within(
                "value",
                violations(&shape["value"]),
                &|value| json!({ key: value }),
            );
        }
        _ => {}
    }
    found
}

/// All that breaks a constraint of a member, that it must be there among them.
pub(super) fn of_member(shape: &Value, name: &str, member: &Value) -> Vec<Violation> {
    let mut found = violations(member);
    if is_required(shape, name) {
        found.push(Violation {
            kind: Kind::Required,
            path: Vec::new(),
            values: [None, Some(Value::Null)],
        });
    }
    found
}

/// What breaks a constraint of the shape itself.
fn own(shape: &Value) -> Vec<Violation> {
    let one = |kind, values: [Value; 2]| Violation {
        kind,
        path: Vec::new(),
        values: values.map(Some),
    };
    let mut found = vec![one(Kind::Type, other_types(text(shape, "type")))];
    if let Some(words) = shape["enum"].as_array() {
        found.push(one(Kind::Enum, other_words(words)));
    }
    let bound = |key| shape.get(key).and_then(Value::as_i64);
    let (min, max) = (bound("min"), bound("max"));
    let outside = |value: &dyn Fn(i64) -> Value| {
        let max = max?;
        // a text or a list cannot be shorter than nothing
        let least = min.filter(|min| *min > 0).map(|min| min - 1);
        let farther = least.unwrap_or(2 * max);
        Some([value(max + 1), value(farther)])
    };
    match text(shape, "type") {
        "integer" | "double" => {
            found.extend(outside(&|number| json!(number)).map(|values| one(Kind::Range, values)));
        }
        "list" => {
            let element = example(&shape["element"]);
            let long = |count: i64| repeated(&element, count);
            found.extend(outside(&long).map(|values| one(Kind::Count, values)));
        }
        "string" => {
            let long = |length: i64| json!(of_length(fitting(shape), length));
            found.extend(outside(&long).map(|values| one(Kind::Length, values)));
            if shape.get("pattern").is_some() && fitting(shape) != "own" {
                found.push(one(Kind::Pattern, unmatching(shape)));
            }
        }
        _ => {}
    }
    found
}

/// Values that no reader takes for this type, however it converts numbers, texts and lists of one.
fn other_types(due: &str) -> [Value; 2] {
    match due {
        "string" | "blob" => [json!({ "of": "another type" }), json!([["own"]])],
        "integer" | "double" => [json!("many"), json!({ "of": 1 })],
        "boolean" => [json!("perhaps"), json!({ "of": true })],
        "list" => [json!("own"), json!({ "of": "another type" })],
        _ => [json!("own"), json!([["own"]])],
    }
}

/// A word of the enum in another letter case, and one that nobody knows.
fn other_words(words: &[Value]) -> [Value; 2] {
    let word = words[0].as_str().expect("a word");
    let upper = word.to_uppercase();
    let other = if upper == word {
        word.to_lowercase()
    } else {
        upper
    };
    assert!(!words.contains(&json!(other)), "{other} is a word");
    [json!(other), json!("invalidOption")]
}

/// The text cut to the length, or with its last letter again and again.
fn of_length(text: &str, length: i64) -> String {
    let length = usize::try_from(length).expect("a length");
    match length.checked_sub(text.len()) {
        None => text[..length].to_owned(),
        Some(0) => text.to_owned(),
        Some(more) => format!("{text}<{}*{more}>", &text[text.len() - 1..]),
    }
}

/// A list of one element again and again.
fn repeated(element: &Value, count: i64) -> Value {
    const FEW: i64 = 20;
    if count <= FEW {
        return (0..count).map(|_| element.clone()).collect();
    }
    // as a text that the case file writes shorter; see `written`
    json!({ AGAIN: element, "times": count })
}

/// Stands for a list that is too long to be written out.
const AGAIN: &str = "again";

/// A value as a case file has it in a text.
pub(super) fn written(value: &Value) -> String {
    match value {
        Value::Object(members) if members.contains_key(AGAIN) => {
            let more = members["times"].as_i64().unwrap_or_default() - 1;
            let element = members[AGAIN].to_string();
            format!("[<{element},*{more}>{element}]")
        }
        Value::Object(members) => {
            let members = members
                .iter()
                .map(|(name, value)| format!("{}:{}", json!(name), written(value)));
            format!("{{{}}}", members.collect::<Vec<_>>().join(","))
        }
        Value::Array(items) => {
            let items = items.iter().map(written);
            format!("[{}]", items.collect::<Vec<_>>().join(","))
        }
        value => value.to_string(),
    }
}

/// A text that fits but for one character more, and one that does not begin to fit.
fn unmatching(shape: &Value) -> [Value; 2] {
    let (pattern, fitting) = (text(shape, "pattern"), fitting(shape));
    for stranger in ['!', ' '] {
        let least = shape["min"].as_u64().unwrap_or(1).max(1);
        let strange: String = (0..least).map(|_| stranger).collect();
        let near = (1..fitting.len())
            .map(|at| format!("{}{stranger}{}", &fitting[..at], &fitting[at..]))
            .rfind(|text| !matches(pattern, text));
        if let Some(near) = near.filter(|_| !matches(pattern, &strange)) {
            return [json!(near), json!(strange)];
        }
    }
    unreachable!("{pattern} takes everything")
}
