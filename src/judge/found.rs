//! [`Found`]: what an answer has at a path.

use std::borrow::Cow;

use serde_json::Value;

use crate::{
    observation::Observation,
    path::{self, Path, Segment},
    verdict::Kind,
};

/// What is there at a path, or how it is not.
pub(super) enum Found<'a> {
    Text(Cow<'a, str>),
    Status(u16),
    Json(&'a Value),
    Nothing,
    Unreadable(String),
}

impl Found<'_> {
    pub(super) fn show(&self) -> String {
        match self {
            Found::Text(text) => format!("{text:?}"),
            Found::Status(status) => status.to_string(),
            Found::Json(value) => value.to_string(),
            Found::Nothing => "nothing".to_owned(),
            Found::Unreadable(why) => why.clone(),
        }
    }

    /// `null` counts as nothing, except where the exact form on the wire is asserted.
    pub(super) fn is_nothing(&self) -> bool {
        matches!(self, Found::Nothing | Found::Json(Value::Null))
    }

    pub(super) fn kind(&self) -> Kind {
        match self {
            Found::Unreadable(_) => Kind::Unreadable,
            found if found.is_nothing() => Kind::Missing,
            _ => Kind::Changed,
        }
    }
}

/// What is there.
pub(super) fn find<'a>(at: &Path, answer: &'a Observation) -> Found<'a> {
    match at.root() {
        "status" => Found::Status(answer.status),
        "error" => answer
            .error()
            .map_or(Found::Nothing, |error| Found::Text(error.into())),
        "message" => answer
            .message()
            .map_or(Found::Nothing, |(_, message)| Found::Text(message.into())),
        "type" => member(answer, &[Segment::Key("Type".to_owned())]),
        "headers" => {
            let Some(Segment::Key(name)) = at.0.get(1) else {
                return Found::Nothing;
            };
            match answer.headers.get(name) {
                None => Found::Nothing,
                Some(value) => value.to_str().map_or_else(
                    |_| Found::Unreadable("bytes that are no text".to_owned()),
                    |text| Found::Text(text.into()),
                ),
            }
        }
        "text" => match std::str::from_utf8(&answer.body) {
            Ok("") => Found::Nothing,
            Ok(text) => Found::Text(text.into()),
            Err(_) => Found::Unreadable("bytes that are no text".to_owned()),
        },
        _ => member(answer, &at.0[1..]),
    }
}

/// Whether an answer has a value at a path, `null` not counted.
pub(super) fn has_value(at: &Path, answer: &Observation) -> bool {
    match find(at, answer) {
        Found::Text(_) => true,
        Found::Json(value) => *value != Value::Null,
        Found::Status(_) | Found::Nothing | Found::Unreadable(_) => false,
    }
}

fn member<'a>(answer: &'a Observation, steps: &[Segment]) -> Found<'a> {
    let body = match answer.json() {
        Ok(body) => body,
        Err(fault) => return Found::Unreadable(fault.to_string()),
    };
    match path::find(body, steps) {
        None => Found::Nothing,
        Some(Value::String(text)) => Found::Text(text.into()),
        Some(other) => Found::Json(other),
    }
}
