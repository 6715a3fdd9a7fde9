//! [`Request`]: what is sent.

use super::Json;
use crate::text::Text;

/// What is sent.
#[derive(Clone, Debug, PartialEq)]
pub enum Request {
    /// Members of the operation's input; the operation says where each goes.
    Members(Vec<(String, Json)>),
    /// A request that no input can express.
    Raw(Raw),
}

/// A request by its parts, sent as written.
#[derive(Clone, Debug, PartialEq)]
pub struct Raw {
    /// The method.
    pub method: http::Method,
    /// The path, already encoded.
    pub path: Text,
    /// The query without `?`, already encoded.
    pub query: Option<Text>,
    /// Header fields by lower-case name.
    pub headers: Vec<(String, Text)>,
    /// The body.
    pub body: Option<Text>,
}

impl Request {
    /// What it has for a member of the input.
    pub fn member(&self, name: &str) -> Option<&Json> {
        let Request::Members(members) = self else {
            return None;
        };
        let mut members = members.iter();
        members.find_map(|(known, value)| (known == name).then_some(value))
    }

    /// Every text in it.
    pub fn texts(&self) -> Vec<&Text> {
        match self {
            Request::Members(members) => members
                .iter()
                .flat_map(|(_, value)| value.texts())
                .collect(),
            Request::Raw(raw) => std::iter::once(&raw.path)
                .chain(&raw.query)
                .chain(raw.headers.iter().map(|(_, value)| value))
                .chain(&raw.body)
                .collect(),
        }
    }

    /// The same request with every text changed.
    #[must_use]
    pub fn map(&self, change: &dyn Fn(&Text) -> Text) -> Request {
        match self {
            Request::Members(members) => Request::Members(
                members
                    .iter()
                    .map(|(name, value)| (name.clone(), value.map(change)))
                    .collect(),
            ),
            Request::Raw(raw) => Request::Raw(Raw {
                method: raw.method.clone(),
                path: change(&raw.path),
                query: raw.query.as_ref().map(change),
                headers: raw
                    .headers
                    .iter()
                    .map(|(name, value)| (name.clone(), change(value)))
                    .collect(),
                body: raw.body.as_ref().map(change),
            }),
        }
    }
}
