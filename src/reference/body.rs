//! Reading the JSON body of a request, member by member.
//!
//! Knows JSON types and no member. Null is the same as absent.

use serde_json::{Map, Value};

use super::call::Call;
use super::error::Refusal;

impl Call<'_> {
    /// The body, which is an object. An empty body is an empty object (inferred).
    pub(super) fn json(&self) -> Result<Map<String, Value>, Refusal> {
        if self.body.is_empty() {
            return Ok(Map::new());
        }
        match serde_json::from_slice(self.body) {
            Ok(Value::Object(members)) => Ok(members),
            Ok(_) => Err(Refusal::unreadable("an object is due")),
            Err(error) => Err(Refusal::unreadable(&error.to_string())),
        }
    }
}

/// The members of an object.
#[derive(Debug, Clone, Copy)]
pub(super) struct Members<'a>(pub(super) &'a Map<String, Value>);

impl<'a> Members<'a> {
    /// The value of a member that is there and not null.
    pub(super) fn value(self, name: &str) -> Option<&'a Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    fn typed<T>(
        self,
        name: &str,
        due: &str,
        read: impl FnOnce(&'a Value) -> Option<T>,
    ) -> Result<Option<T>, Refusal> {
        self.value(name)
            .map(|value| read(value).ok_or_else(|| Refusal::ill_typed(name, due)))
            .transpose()
    }

    pub(super) fn text(self, name: &str) -> Result<Option<&'a str>, Refusal> {
        self.typed(name, "a string", Value::as_str)
    }

    pub(super) fn integer(self, name: &str) -> Result<Option<i64>, Refusal> {
        self.typed(name, "an integer", Value::as_i64)
    }

    pub(super) fn flag(self, name: &str) -> Result<bool, Refusal> {
        Ok(self
            .typed(name, "a boolean", Value::as_bool)?
            .unwrap_or(false))
    }

    pub(super) fn object(self, name: &str) -> Result<Option<Members<'a>>, Refusal> {
        self.typed(name, "an object", |value| value.as_object().map(Members))
    }

    pub(super) fn texts(self, name: &str) -> Result<Option<Vec<&'a str>>, Refusal> {
        self.typed(name, "a list of strings", |value| {
            value.as_array()?.iter().map(Value::as_str).collect()
        })
    }

    /// A map from strings to strings.
    pub(super) fn text_map(self, name: &str) -> Result<Option<&'a Map<String, Value>>, Refusal> {
        self.typed(name, "a map of strings", |value| {
            value
                .as_object()
                .filter(|members| members.values().all(Value::is_string))
        })
    }
}
