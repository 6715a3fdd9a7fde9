//! [`matches`]: whether an answer is a text with matchers, and [`Matched`], what they stood for.

use std::collections::BTreeMap;

use super::{
    binding::Bindings,
    matcher::Matcher,
    placeholder::{Part, padded},
};

/// The texts that numbered matched stood for so far.
#[derive(Clone, Debug, Default)]
pub struct Matched(BTreeMap<(Matcher, u32), String>);

/// Whether an answer is these parts, one after the other.
pub(super) fn matches(
    parts: &[Part],
    answer: &str,
    bindings: &Bindings,
    matched: &mut Matched,
) -> bool {
    let Some((first, later)) = parts.split_first() else {
        return answer.is_empty();
    };
    let value = match first {
        Part::Rest => return true,
        Part::Literal(text) => text.clone(),
        Part::Repeated { text, times } => text.repeat(*times),
        Part::Binding(name) => match bindings.get(name) {
            Some(value) => value.to_owned(),
            None => return false,
        },
        Part::Padded { binding, length } => match bindings.get(binding) {
            Some(value) => padded(value, *length),
            None => return false,
        },
        Part::Field { .. } => return false,
        Part::Matcher { kind, number } => {
            return matcher(*kind, *number, later, answer, bindings, matched);
        }
    };
    answer
        .strip_prefix(value.as_str())
        .is_some_and(|rest| matches(later, rest, bindings, matched))
}

/// Tries every end of the matcher, the longest first.
fn matcher(
    kind: Matcher,
    number: Option<u32>,
    later: &[Part],
    answer: &str,
    bindings: &Bindings,
    matched: &mut Matched,
) -> bool {
    let ends = answer
        .char_indices()
        .map(|(at, _)| at)
        .chain([answer.len()]);
    for end in ends.collect::<Vec<_>>().into_iter().rev() {
        let (text, rest) = answer.split_at(end);
        if !kind.accepts(text) {
            continue;
        }
        let mut tried = matched.clone();
        if let Some(number) = number {
            let known = tried
                .0
                .entry((kind, number))
                .or_insert_with(|| text.to_owned());
            if known != text {
                continue;
            }
        }
        if matches(later, rest, bindings, &mut tried) {
            *matched = tried;
            return true;
        }
    }
    false
}
