//! [`read`]: a body as JSON, or [`JsonFault`], why it is none. Sees what serde_json's own reader passes over: a member that an object has twice.

use std::{cell::Cell, cell::RefCell, fmt};

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

/// More values than any answer of this API has: a page of fifty functions has some thousands.
const VALUES: usize = 50_000;

/// Why a body is not JSON.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JsonFault {
    /// There is no body.
    #[error("the body is empty")]
    Empty,
    /// It begins with a byte-order mark.
    #[error("the body begins with a byte-order mark, which JSON must not have")]
    Mark,
    /// It is compressed.
    #[error("the body is compressed (`{coding}`), which no request asked for")]
    Encoded {
        /// How.
        coding: String,
    },
    /// An object has a member twice, so that its value is anybody's guess.
    #[error("the body has an object with the member `{member}` twice")]
    Twice {
        /// The member.
        member: String,
    },
    /// It does not parse.
    #[error("the body is no JSON: {message}")]
    Unreadable {
        /// What the parser says, with line and column.
        message: String,
    },
}

/// Reads all of a body.
pub(super) fn read(body: &[u8]) -> Result<Value, JsonFault> {
    const MARK: &[u8] = b"\xef\xbb\xbf";
    const GZIP: &[u8] = b"\x1f\x8b";
    if body.is_empty() {
        return Err(JsonFault::Empty);
    }
    if body.starts_with(MARK) {
        return Err(JsonFault::Mark);
    }
    if body.starts_with(GZIP) {
        return Err(JsonFault::Encoded {
            coding: "gzip".to_owned(),
        });
    }
    let reader = Reader::default();
    let mut from = serde_json::Deserializer::from_slice(body);
    let read = (&reader).deserialize(&mut from);
    let read = read.and_then(|value| from.end().map(|()| value));
    read.map_err(|error| match reader.twice.take() {
        Some(member) => JsonFault::Twice { member },
        None => JsonFault::Unreadable {
            message: error.to_string(),
        },
    })
}

/// How many values there are in one; counted until there are more than enough.
pub(super) fn values(value: &Value, enough: usize) -> usize {
    let mut count = 1;
    let mut add = |value| {
        if count <= enough {
            count += values(value, enough - count);
        }
    };
    match value {
        Value::Array(items) => items.iter().for_each(&mut add),
        Value::Object(members) => members.values().for_each(&mut add),
        _ => {}
    }
    count
}

/// What is known of a body while it is read.
#[derive(Default)]
struct Reader {
    values: Cell<usize>,
    /// The member that an object has twice.
    twice: RefCell<Option<String>>,
}

impl<'de> DeserializeSeed<'de> for &Reader {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Value, D::Error> {
        let values = self.values.get() + 1;
        self.values.set(values);
        if values > VALUES {
            return Err(D::Error::custom(format!("more than {VALUES} values")));
        }
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for &Reader {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, is: bool) -> Result<Value, E> {
        Ok(Value::Bool(is))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Value, E> {
        Ok(number.into())
    }

    fn visit_u64<E>(self, number: u64) -> Result<Value, E> {
        Ok(number.into())
    }

    fn visit_f64<E>(self, number: f64) -> Result<Value, E> {
        Ok(number.into())
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(text.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut all = Vec::new();
        while let Some(item) = items.next_element_seed(self)? {
            all.push(item);
        }
        Ok(Value::Array(all))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut all = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            if all.contains_key(&name) {
                let error = A::Error::custom("a member twice");
                *self.twice.borrow_mut() = Some(name);
                return Err(error);
            }
            let value = members.next_value_seed(self)?;
            all.insert(name, value);
        }
        Ok(Value::Object(all))
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("null")]
    #[case(" true ")]
    #[case("-12")]
    #[case("18446744073709551615")]
    #[case("1.5e3")]
    #[case("\"\\u00e4\\n\"")]
    #[case("[1, [], {}, [\"a\"]]")]
    #[case("{\"a\": {\"a\": 1, \"b\": null}, \"b\": [{\"a\": 1}, {\"a\": 2}]}")]
    fn what_serde_json_reads_is_read_alike(#[case] body: &str) {
        let due: Value = serde_json::from_str(body).expect("JSON");
        assert_eq!(read(body.as_bytes()), Ok(due));
    }

    #[rstest]
    #[case(b"", "the body is empty")]
    #[case(
        b"\xef\xbb\xbf{}",
        "the body begins with a byte-order mark, which JSON must not have"
    )]
    #[case(
        b"\x1f\x8b\x08\0",
        "the body is compressed (`gzip`), which no request asked for"
    )]
    #[case(
        b"{\"a\":1,\"a\":1}",
        "the body has an object with the member `a` twice"
    )]
    #[case(
        b"[{\"b\":{\"c\":1,\"\\u0063\":2}}]",
        "the body has an object with the member `c` twice"
    )]
    #[case(
        b"{\"a\":1,",
        "the body is no JSON: EOF while parsing a value at line 1 column 7"
    )]
    #[case(
        b"{} {}",
        "the body is no JSON: trailing characters at line 1 column 4"
    )]
    #[case(
        b"\"\xff\"",
        "the body is no JSON: invalid unicode code point at line 1 column 2"
    )]
    #[case(
        b"1e999",
        "the body is no JSON: number out of range at line 1 column 5"
    )]
    fn what_is_wrong_is_told(#[case] body: &[u8], #[case] due: &str) {
        let fault = read(body).expect_err("no JSON");
        assert_eq!(fault.to_string(), due);
    }

    #[test]
    fn values_are_counted_until_there_are_enough() {
        let value = serde_json::json!({ "a": [1, 2, { "b": null }], "c": 3 });
        assert_eq!(values(&value, 100), 7);
        assert!((3..7).contains(&values(&value, 2)));
    }

    #[test]
    fn neither_depth_nor_number_of_values_is_endless() {
        let deep = read(&vec![b'['; 200_000]).expect_err("too deep");
        assert!(deep.to_string().contains("recursion limit"), "{deep}");
        let many = |values: usize| read(format!("[{}1]", "1,".repeat(values)).as_bytes());
        assert!(many(VALUES - 2).is_ok());
        let fault = many(VALUES - 1).expect_err("too many");
        assert!(
            fault.to_string().contains("more than 50000 values"),
            "{fault}"
        );
    }
}
