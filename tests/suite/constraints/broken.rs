//! Which kinds of constraints a value breaks: apart from how values that break one are made.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::violation::{Kind, matches};

/// The kinds of constraints of a shape that a value breaks, in what is in it as well.
pub(super) fn broken(shape: &Value, value: &Value) -> BTreeSet<Kind> {
    let kind = shape["type"].as_str().expect("a type");
    let bound = |key| shape[key].as_f64();
    let is_outside = |size: f64| {
        bound("min").is_some_and(|min| size < min) || bound("max").is_some_and(|max| size > max)
    };
    let count = |size: usize| f64::from(u32::try_from(size).expect("a size"));
    let one = |kind: Kind, is_broken: bool| is_broken.then_some(kind);
    match (kind, value) {
        ("string", Value::String(text)) => {
            let words = shape["enum"].as_array();
            let pattern = shape["pattern"].as_str();
            let found = [
                one(Kind::Enum, words.is_some_and(|all| !all.contains(value))),
                one(Kind::Length, is_outside(count(text.chars().count()))),
                one(
                    Kind::Pattern,
                    pattern.is_some_and(|one| !matches(one, text)),
                ),
            ];
            found.into_iter().flatten().collect()
        }
        ("blob", Value::String(_)) | ("boolean", Value::Bool(_)) => BTreeSet::new(),
        ("integer" | "double", Value::Number(number)) => {
            let number = number.as_f64().expect("a number");
            one(Kind::Range, is_outside(number)).into_iter().collect()
        }
        ("list", Value::Array(items)) => {
            let of = items
                .iter()
                .flat_map(|item| broken(&shape["element"], item));
            of.chain(one(Kind::Count, is_outside(count(items.len()))))
                .collect()
        }
        ("map", Value::Object(pairs)) => {
            let keys = pairs
                .keys()
                .flat_map(|key| broken(&shape["key"], &Value::from(key.as_str())));
            let values = pairs
                .values()
                .flat_map(|value| broken(&shape["value"], value));
            keys.chain(values).collect()
        }
        ("structure", Value::Object(given)) => structure(shape, given),
        _ => BTreeSet::from([Kind::Type]),
    }
}

fn structure(shape: &Value, given: &Map<String, Value>) -> BTreeSet<Kind> {
    let required = shape["required"].as_array().expect("what is required");
    let is_there = |name: &str| given.get(name).is_some_and(|value| !value.is_null());
    let missing = required
        .iter()
        .any(|name| !is_there(name.as_str().expect("a name")));
    let members = shape["members"].as_object().expect("members");
    let of = members
        .iter()
        .filter(|(name, _)| is_there(name))
        .flat_map(|(name, member)| broken(member, &given[name]));
    of.chain(missing.then_some(Kind::Required)).collect()
}
