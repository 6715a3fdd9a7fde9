//! A [`Part`] of a text: literal, or a placeholder, and how one is read.

use std::{num::IntErrorKind, ops::Range};

use super::{
    binding::{BINDINGS, CAPTURED},
    matcher::Matcher,
};
use crate::word::Unknown;

/// One piece of a [`Text`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Literal(String),
    Repeated { text: String, times: usize },
    Binding(String),
    Padded { binding: String, length: usize },
    Matcher { kind: Matcher, number: Option<u32> },
    Rest,
    Field { column: String, field: String },
}

/// What is wrong with a placeholder, and where in the text it stands.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct TextError {
    /// Byte offsets into the text.
    pub span: Range<usize>,
    /// What is wrong.
    pub message: String,
    /// The next step.
    pub help: String,
}

/// How many bytes a text comes to at most, with its repeated parts written out.
pub(super) const LONGEST: usize = 1 << 20;

/// The value, padded with `a` to a length.
pub(super) fn padded(value: &str, length: usize) -> String {
    let lacking = length.saturating_sub(value.chars().count());
    format!("{value}{}", "a".repeat(lacking))
}

fn too_long(inner: &str, span: Range<usize>) -> TextError {
    TextError {
        span,
        message: format!("`<{inner}>` is longer than {LONGEST} characters"),
        help: format!("a text has {LONGEST} characters at most"),
    }
}

/// Reads what stands between `<` and `>`.
pub(super) fn placeholder(inner: &str, span: Range<usize>) -> Result<Part, TextError> {
    if inner == "rest" {
        return Ok(Part::Rest);
    }
    let wrong = |message: String, help: String| TextError {
        span: span.clone(),
        message,
        help,
    };
    if let Some((text, count)) = inner.rsplit_once('*') {
        let times = match count.parse::<usize>() {
            Ok(times) => times,
            Err(error) if *error.kind() == IntErrorKind::PosOverflow => usize::MAX,
            Err(_) => {
                return Err(wrong(
                    format!("`<{inner}>` does not say how often"),
                    "write it like `<a*129>`".to_owned(),
                ));
            }
        };
        if text.len().saturating_mul(times) > LONGEST {
            return Err(too_long(inner, span));
        }
        return Ok(Part::Repeated {
            text: text.to_owned(),
            times,
        });
    }
    let (name, number) = match inner.split_once(':') {
        None => (inner, None),
        Some((name, digits)) => {
            let number: u32 = digits.parse().map_err(|_| {
                wrong(
                    format!("`{digits}` is not a number"),
                    "write it like `<uuid:1>` or `<function:64>`".to_owned(),
                )
            })?;
            (name, Some(number))
        }
    };
    if let Some(kind) = Matcher::ALL.into_iter().find(|kind| kind.name() == name) {
        return Ok(Part::Matcher { kind, number });
    }
    if BINDINGS.iter().any(|(known, _)| *known == name) {
        return Ok(match number {
            None => Part::Binding(name.to_owned()),
            Some(length) if length as usize > LONGEST => return Err(too_long(inner, span)),
            Some(length) => Part::Padded {
                binding: name.to_owned(),
                length: length as usize,
            },
        });
    }
    if let Some((column, field)) = name.split_once('.') {
        if column == CAPTURED && number.is_none() {
            return Ok(Part::Binding(format!("{CAPTURED}.{field}")));
        }
        return Ok(Part::Field {
            column: column.to_owned(),
            field: field.to_owned(),
        });
    }
    let known = BINDINGS
        .iter()
        .map(|(name, _)| *name)
        .chain(Matcher::ALL.map(Matcher::name))
        .chain(["rest"]);
    let unknown = Unknown::new("placeholder", name, known)
        .message(format!("unknown placeholder `<{inner}>`"))
        .or("known are the bindings, the matchers and `<rest>`; write `<<` for a literal `<`");
    Err(wrong(unknown.message, unknown.help))
}
