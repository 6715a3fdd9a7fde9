//! Bodies made from facts: values as they were recorded, and an example where only a form is on record.

use http::{HeaderMap, HeaderName, HeaderValue};
use lambda_conformance::{
    observation::Observation,
    path::{self, Segment},
};
use serde_json::{Map, Value, json};

use super::answers::{Answer, Configuration};

/// What a case sends and what the run has for the parts of ARNs, which stand where a recording has other names.
#[derive(Clone, Debug)]
pub(super) struct Names {
    /// FunctionName as it is sent.
    pub(super) name: String,
    /// The name alone.
    pub(super) function: String,
    /// The qualifier, from the query or from the name.
    pub(super) qualifier: String,
}

pub(super) const ACCOUNT: &str = "111122223333";
pub(super) const REGION: &str = "eu-west-3";
pub(super) const OTHER_REGION: &str = "us-west-2";
pub(super) const PARTITION: &str = "aws";
pub(super) const FUNCTION: &str = "lambda-conformance-r1-recorded";

const HEX: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

impl Default for Names {
    fn default() -> Names {
        Names {
            name: FUNCTION.to_owned(),
            function: FUNCTION.to_owned(),
            qualifier: "live".to_owned(),
        }
    }
}

impl Names {
    /// What stands for a placeholder that means the same in every answer.
    fn bound(&self, word: &str) -> Option<&str> {
        Some(match word {
            "partition" => PARTITION,
            "region" => REGION,
            "other-region" => OTHER_REGION,
            "account" => ACCOUNT,
            "name" => &self.name,
            "function" => &self.function,
            "qualifier" | "alias" => &self.qualifier,
            _ => return None,
        })
    }

    /// A text with examples for its placeholders.
    pub(super) fn fill(&self, written: &str) -> String {
        let mut out = String::new();
        let mut rest = written;
        while let Some((before, after)) = rest.split_once('<') {
            let (word, after) = after.split_once('>').unwrap_or((after, ""));
            out.push_str(before);
            match self.bound(word) {
                Some(value) => out.push_str(value),
                None => out.push_str(&example(word)),
            }
            rest = after;
        }
        out + rest
    }
}

/// An example of a form.
fn example(word: &str) -> String {
    let (kind, length) = word.split_once(':').unwrap_or((word, ""));
    let length: usize = length.parse().unwrap_or(1);
    match kind {
        "uuid" => "5a1b9e5e-3c7f-4f0e-9f6d-0d9b8a7c6e5f".to_owned(),
        "sha256-hex" | "sha256" | "masked" => HEX.to_owned(),
        "sha256-base64" => "8jUtQ7m/8Xv5c4JIVfJTwQW3Rl4Spz/6PeAgmnY5fWw=".to_owned(),
        "timestamp" => "2025-11-25T02:26:54.123+0000".to_owned(),
        "timestamp.000" => "2025-11-25T02:26:54.000+0000".to_owned(),
        "date" => "Tue, 25 Nov 2025 02:26:54 GMT".to_owned(),
        "vpc" => "vpc-0123456789abcdef0".to_owned(),
        "subnet" => "subnet-0123456789abcdef0".to_owned(),
        "security-group" => "sg-0123456789abcdef0".to_owned(),
        "text" | "handler" | "group" => "x".repeat(length),
        name if name.bytes().all(|byte| byte.is_ascii_digit()) => format!("K{name}"),
        name => name.to_owned(),
    }
}

/// Whether a fact is only a form, so that another value of that form would be the same fact.
pub(super) fn is_form(fact: &Value) -> bool {
    match fact {
        Value::String(text) => text.split('<').skip(1).any(|after| {
            let word = after.split('>').next().unwrap_or_default();
            Names::default().bound(word).is_none()
        }),
        Value::Array(items) => items.iter().any(is_form),
        Value::Object(members) => {
            members.keys().any(|key| key.starts_with('<')) || members.values().any(is_form)
        }
        _ => false,
    }
}

/// Whether the source hides a value, so that not even its form is told.
pub(super) fn is_masked(fact: &Value) -> bool {
    match fact {
        Value::String(text) => text.contains("<masked>"),
        Value::Array(items) => items.iter().any(is_masked),
        Value::Object(members) => members.values().any(is_masked),
        _ => false,
    }
}

/// The facts without those that the source hides.
pub(super) fn unmasked(given: &Configuration) -> Configuration {
    fn keep(fact: &Value) -> Option<Value> {
        match fact {
            Value::String(text) if text.contains("<masked>") => None,
            Value::Array(items) => Some(items.iter().filter_map(keep).collect()),
            Value::Object(members) => {
                let kept = members
                    .iter()
                    .filter_map(|(key, value)| Some((key.clone(), keep(value)?)));
                Some(Value::Object(kept.collect()))
            }
            other => Some(other.clone()),
        }
    }
    Configuration {
        facts: keep(&given.facts).unwrap_or_default(),
        ..given.clone()
    }
}

/// The configuration as a body.
pub(super) fn configuration(given: &Configuration, names: &Names) -> Value {
    let mut body = filled(&given.facts, names, "");
    let text =
        |body: &Value, member: &str| body.get(member).and_then(Value::as_str).map(str::to_owned);
    if let (Some(number), Some(_)) = (given.revision, text(&body, "RevisionId")) {
        body["RevisionId"] = json!(format!("00000000-0000-4000-8000-{number:012}"));
    }
    if let (Some(number), Some(known)) = (given.code, text(&body, "CodeSha256")) {
        let digits = format!("{number:04}");
        let is_hex = known.len() == 64;
        let kept = known.len() - digits.len() - usize::from(!is_hex);
        body["CodeSha256"] = json!(format!(
            "{}{digits}{}",
            &known[..kept],
            if is_hex { "" } else { "=" }
        ));
    }
    if let (Some(number), Some(known)) = (given.modified, text(&body, "LastModified")) {
        body["LastModified"] = json!(format!("{}{number:02}{}", &known[..17], &known[19..]));
    }
    body
}

fn filled(fact: &Value, names: &Names, member: &str) -> Value {
    match fact {
        Value::String(text) => match text.as_str() {
            "<integer>" | "<unknown:integer>" => json!(142),
            "<unknown:number>" => json!(1.5),
            "<unknown:boolean>" => json!(true),
            "<unknown:array>" => json!([]),
            "<unknown:object>" => json!({}),
            "<masked>" if member == "CodeSize" => json!(142),
            "<masked>" if member == "CodeSha256" => json!(example("sha256-base64")),
            "<masked>" if member == "LastModified" => json!(example("timestamp")),
            "<masked>" if member == "RevisionId" => json!(example("uuid")),
            text => json!(names.fill(text)),
        },
        Value::Array(items) => items
            .iter()
            .map(|item| filled(item, names, member))
            .collect(),
        Value::Object(members) => {
            let filled =
                |(key, value): (&String, &Value)| (names.fill(key), filled(value, names, key));
            Value::Object(members.iter().map(filled).collect())
        }
        other => other.clone(),
    }
}

/// The body with `null` for what has no value: an SDK shows both alike.
pub(super) fn with_nulls<'n>(body: &Value, paths: impl Iterator<Item = &'n [Segment]>) -> Value {
    let mut body = body.clone();
    for steps in paths {
        let Some((Segment::Key(last), outer)) = steps.split_last() else {
            continue;
        };
        if let Some(Value::Object(members)) = path::find_mut(&mut body, outer) {
            members.entry(last).or_insert(Value::Null);
        }
    }
    body
}

/// The body of an error.
pub(super) fn failure(answer: &Answer, names: &Names) -> Value {
    let Some(failure) = &answer.failure else {
        return Value::Null;
    };
    let mut body = Map::new();
    if let Some(message) = &failure.message {
        let member = failure.member.as_deref().unwrap_or("message");
        body.insert(member.to_owned(), json!(names.fill(message)));
    }
    if let Some(kind) = failure.kind.as_deref().filter(|kind| *kind != "none") {
        body.insert("Type".to_owned(), json!(kind));
    }
    Value::Object(body)
}

/// The answer with this body; `status` is for one whose status the source does not have.
pub(super) fn observation(answer: &Answer, status: u16, body: &Value) -> Observation {
    let mut headers = HeaderMap::new();
    let mut set = |name: &str, value: &str| {
        let name: HeaderName = name.parse().expect("a name");
        headers.insert(name, HeaderValue::from_str(value).expect("a header"));
    };
    match &answer.headers {
        Some(fields) => {
            for (name, value) in fields {
                set(name, &Names::default().fill(value));
            }
        }
        None => set("content-type", "application/json"),
    }
    // that is where an SDK has the name from
    if let (Some(failure), None) = (&answer.failure, &answer.headers) {
        set("x-amzn-errortype", &failure.name);
    }
    Observation::of_json(answer.status.unwrap_or(status), headers, body.clone())
}
