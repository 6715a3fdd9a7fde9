//! [`Shape`]: what the model lets stand in a request, and the walk that finds what does not fit it.
//!
//! Knows no member of any operation; those are listed by `input`.

use std::ops::RangeInclusive;
use std::sync::LazyLock;

use serde_json::{Map, Value};

use super::constraint::{Pattern, Violations};
use super::error::Refusal;

/// What a value may be.
#[derive(Debug)]
pub(super) enum Shape {
    /// Any string, or base64.
    Any,
    /// A string of this length.
    Length(RangeInclusive<usize>),
    /// A string of this length that matches as a whole.
    Matching(RangeInclusive<usize>, &'static LazyLock<Pattern>),
    /// One of these words.
    Word(&'static [&'static str]),
    /// An integer.
    Whole(RangeInclusive<i64>),
    /// A number.
    Number(RangeInclusive<f64>),
    Flag,
    List(&'static List),
    Map(&'static Pairs),
    Structure(&'static [Member]),
}

/// A list: how many elements, and what each may be.
#[derive(Debug)]
pub(super) struct List {
    pub(super) length: RangeInclusive<usize>,
    pub(super) of: Shape,
    /// Whether a refusal says that no element may be null; it is in the recorded ones of layers and architectures and not
    /// in those of a VpcConfig.
    pub(super) says_null: bool,
}

/// A map: what each key and each value may be.
#[derive(Debug)]
pub(super) struct Pairs {
    pub(super) key: Shape,
    pub(super) value: Shape,
    /// Whether a refusal keeps the map to itself, as it does where the model calls it sensitive (inferred).
    pub(super) sensitive: bool,
}

/// A member of a structure.
#[derive(Debug)]
pub(super) enum Member {
    /// One that may be left out.
    May(&'static str, Shape),
    /// One that must be there.
    Must(&'static str, Shape),
}

/// Finds what in `given` does not fit the members of an operation; what has another JSON type is refused at once.
pub(super) fn check(
    input: &[&'static [Member]],
    given: &Map<String, Value>,
    violations: &mut Violations,
) -> Result<(), Refusal> {
    input
        .iter()
        .try_for_each(|shape| members(shape, given, "", violations))
}

fn members(
    shape: &'static [Member],
    given: &Map<String, Value>,
    within: &str,
    violations: &mut Violations,
) -> Result<(), Refusal> {
    for member in shape {
        let (Member::May(name, shape) | Member::Must(name, shape)) = member;
        let at = format!("{within}{}", lower(name));
        match given.get(*name).filter(|value| !value.is_null()) {
            Some(value) => one(shape, value, &at, violations)?,
            None if matches!(member, Member::Must(..)) => violations.missing(&at),
            None => {}
        }
    }
    Ok(())
}

/// A refusal writes members with their first letter in lower case.
fn lower(name: &str) -> String {
    let mut letters = name.chars();
    letters
        .next()
        .map(|first| first.to_lowercase().chain(letters).collect())
        .unwrap_or_default()
}

fn one(
    shape: &'static Shape,
    value: &Value,
    at: &str,
    violations: &mut Violations,
) -> Result<(), Refusal> {
    let due = |what: &str| Refusal::ill_typed(at, what);
    match shape {
        Shape::Any | Shape::Length(_) | Shape::Matching(..) | Shape::Word(_) => {
            let text = value.as_str().ok_or_else(|| due("a string"))?;
            match shape {
                Shape::Length(length) => violations.length(at, text, length.clone()),
                Shape::Matching(length, pattern) => {
                    violations.pattern(at, text, pattern);
                    violations.length(at, text, length.clone());
                }
                Shape::Word(words) => violations.one_of(at, text, words),
                _ => {}
            }
        }
        Shape::Whole(range) => {
            let whole = value.as_i64().ok_or_else(|| due("an integer"))?;
            violations.range(at, whole, range.clone());
        }
        Shape::Number(range) => {
            let number = value.as_f64().ok_or_else(|| due("a number"))?;
            violations.range(at, number, range.clone());
        }
        Shape::Flag => {
            value.as_bool().ok_or_else(|| due("a boolean"))?;
        }
        Shape::List(List {
            length,
            of,
            says_null,
        }) => {
            let elements = value.as_array().ok_or_else(|| due("a list"))?;
            violations.count(at, elements, length.clone());
            list(of, *says_null, elements, at, violations)?;
        }
        Shape::Map(pairs) => {
            let given = value.as_object().ok_or_else(|| due("a map"))?;
            map(pairs, given, at, violations)?;
        }
        Shape::Structure(shape) => {
            let given = value.as_object().ok_or_else(|| due("an object"))?;
            members(shape, given, &format!("{at}."), violations)?;
        }
    }
    Ok(())
}

/// Of a list of structures each is looked at by itself; a list of anything else is refused as a whole.
fn list(
    of: &'static Shape,
    says_null: bool,
    elements: &[Value],
    at: &str,
    violations: &mut Violations,
) -> Result<(), Refusal> {
    if let Shape::Structure(_) = of {
        for (index, element) in elements.iter().enumerate() {
            one(
                of,
                element,
                &format!("{at}.{}.member", index + 1),
                violations,
            )?;
        }
        return Ok(());
    }
    let mut fits = true;
    for element in elements {
        fits &= holds(of, element, at)?;
    }
    if !fits {
        violations.elements(at, elements, &sentences(of, says_null));
    }
    Ok(())
}

fn map(
    pairs: &'static Pairs,
    given: &Map<String, Value>,
    at: &str,
    violations: &mut Violations,
) -> Result<(), Refusal> {
    let shown = (!pairs.sensitive).then_some(given);
    let mut values_fit = true;
    for value in given.values() {
        values_fit &= holds(&pairs.value, value, at)?;
    }
    let mut keys_fit = true;
    for key in given.keys() {
        keys_fit &= holds(&pairs.key, &Value::from(key.as_str()), at)?;
    }
    if !keys_fit {
        violations.pairs(at, shown, "Map keys", &sentences(&pairs.key, false));
    }
    if !values_fit {
        violations.pairs(at, shown, "Map value", &sentences(&pairs.value, false));
    }
    Ok(())
}

/// Whether a value fits by itself.
fn holds(shape: &'static Shape, value: &Value, at: &str) -> Result<bool, Refusal> {
    let mut alone = Violations::default();
    one(shape, value, at, &mut alone)?;
    Ok(alone.is_empty())
}

/// All that is asked of an element, in the order of the recorded refusals, whether it is met or not.
fn sentences(shape: &Shape, says_null: bool) -> Vec<String> {
    let length = |length: &RangeInclusive<usize>| {
        vec![
            format!(
                "Member must have length less than or equal to {}",
                length.end()
            ),
            format!(
                "Member must have length greater than or equal to {}",
                length.start()
            ),
        ]
    };
    let mut sentences = match shape {
        Shape::Length(range) => length(range),
        Shape::Matching(range, pattern) => {
            let mut sentences = if *range == WHATEVER {
                Vec::new()
            } else {
                length(range)
            };
            sentences.push(pattern.sentence());
            sentences
        }
        Shape::Word(words) => vec![format!(
            "Member must satisfy enum value set: [{}]",
            words.join(", ")
        )],
        _ => Vec::new(),
    };
    if says_null {
        sentences.push("Member must not be null".to_owned());
    }
    sentences
}

/// The length of what the model gives none.
pub(super) const WHATEVER: RangeInclusive<usize> = 0..=usize::MAX;
