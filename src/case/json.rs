//! [`Json`]: a JSON value with placeholders in its texts.

use crate::{
    path::Segment,
    text::{Bindings, Text},
};

/// A JSON value with placeholders in its texts.
#[derive(Clone, Debug, PartialEq)]
pub enum Json {
    /// `null`; TOML has none, so it stands in snapshots only.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// An integer.
    Integer(i64),
    /// A number with a fraction.
    Float(f64),
    /// A text.
    Text(Text),
    /// An array.
    Array(Vec<Json>),
    /// An object, in the order in which it was written.
    Object(Vec<(String, Json)>),
}

impl Json {
    /// Every text in it.
    pub fn texts(&self) -> Vec<&Text> {
        match self {
            Json::Text(text) => vec![text],
            Json::Array(items) => items.iter().flat_map(Json::texts).collect(),
            Json::Object(members) => members
                .iter()
                .flat_map(|(_, value)| value.texts())
                .collect(),
            Json::Null | Json::Bool(_) | Json::Integer(_) | Json::Float(_) => Vec::new(),
        }
    }

    /// The part at a path below it.
    pub fn part(&self, below: &[Segment]) -> Option<&Json> {
        below
            .iter()
            .try_fold(self, |json, segment| match (json, segment) {
                (Json::Object(members), Segment::Key(key)) => members
                    .iter()
                    .find(|(known, _)| known == key)
                    .map(|(_, value)| value),
                (Json::Array(items), Segment::Index(index)) => items.get(*index),
                _ => None,
            })
    }

    /// The same value with every text changed.
    #[must_use]
    pub fn map(&self, change: &dyn Fn(&Text) -> Text) -> Json {
        match self {
            Json::Text(text) => Json::Text(change(text)),
            Json::Array(items) => Json::Array(items.iter().map(|item| item.map(change)).collect()),
            Json::Object(members) => Json::Object(
                members
                    .iter()
                    .map(|(key, value)| (key.clone(), value.map(change)))
                    .collect(),
            ),
            Json::Null | Json::Bool(_) | Json::Integer(_) | Json::Float(_) => self.clone(),
        }
    }

    /// The value as a person is shown it.
    pub fn show(&self, bindings: &Bindings) -> String {
        match self {
            Json::Null => "null".to_owned(),
            Json::Bool(value) => value.to_string(),
            Json::Integer(value) => value.to_string(),
            Json::Float(value) => value.to_string(),
            Json::Text(text) => format!("{:?}", text.show(bindings)),
            Json::Array(items) => {
                let items: Vec<String> = items.iter().map(|item| item.show(bindings)).collect();
                format!("[{}]", items.join(", "))
            }
            Json::Object(members) => {
                let members: Vec<String> = members
                    .iter()
                    .map(|(key, value)| format!("{key:?}: {}", value.show(bindings)))
                    .collect();
                format!("{{{}}}", members.join(", "))
            }
        }
    }
}
