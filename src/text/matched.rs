//! [`matches`]: whether an answer is a text with matchers, and [`Matched`], what they stood for.

use std::{collections::BTreeMap, iter};

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
    let mut trial = Trial {
        parts,
        bindings,
        failed: vec![0; parts.len()],
    };
    trial.matches(0, answer, matched)
}

/// A comparison that goes on. What came to nothing once is not tried again: a few matchers on a long answer would
/// otherwise take hours.
struct Trial<'t> {
    parts: &'t [Part],
    bindings: &'t Bindings,
    /// For each part from which on no number of an earlier part comes again: the length of the longest rest of the answer
    /// of which it is known that neither it nor any shorter one is this part and the later ones.
    failed: Vec<usize>,
}

impl Trial<'_> {
    /// Whether an answer is the parts from `at` on.
    fn matches(&mut self, at: usize, answer: &str, matched: &mut Matched) -> bool {
        let Some(first) = self.parts.get(at) else {
            return answer.is_empty();
        };
        let value = match first {
            Part::Rest => return true,
            Part::Literal(text) => text.clone(),
            Part::Repeated { text, times } => text.repeat(*times),
            Part::Binding(name) => match self.bindings.get(name) {
                Some(value) => value.to_owned(),
                None => return false,
            },
            Part::Padded { binding, length } => match self.bindings.get(binding) {
                Some(value) => padded(value, *length),
                None => return false,
            },
            Part::Field { .. } => return false,
            Part::Matcher { kind, number } => {
                return self.matcher(at, (*kind, *number), answer, matched);
            }
        };
        answer
            .strip_prefix(value.as_str())
            .is_some_and(|rest| self.matches(at + 1, rest, matched))
    }

    /// Tries every end of the matcher, the longest first.
    fn matcher(
        &mut self,
        at: usize,
        (kind, number): (Matcher, Option<u32>),
        answer: &str,
        matched: &mut Matched,
    ) -> bool {
        // of a kind that takes anything, what failed after one beginning fails after any later one
        let remembers = number.is_none() && kind.takes_anything() && !self.comes_again(at);
        let known = if remembers { self.failed[at] } else { 0 };
        let Some(reach) = answer.len().checked_sub(known) else {
            return false;
        };
        let ends = answer[..reach].char_indices().map(|(end, _)| end).rev();
        for end in iter::once(reach).chain(ends) {
            let (text, rest) = answer.split_at(end);
            if text.len() > kind.longest() {
                continue;
            }
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
            if self.matches(at + 1, rest, &mut tried) {
                *matched = tried;
                return true;
            }
        }
        if remembers {
            self.failed[at] = known.max(answer.len());
        }
        false
    }

    /// Whether a number of an earlier part comes again from `at` on.
    fn comes_again(&self, at: usize) -> bool {
        let numbered = |part: &Part| match part {
            Part::Matcher {
                kind,
                number: Some(number),
            } => Some((*kind, *number)),
            _ => None,
        };
        let (before, after) = self.parts.split_at(at);
        let before: Vec<_> = before.iter().filter_map(numbered).collect();
        !before.is_empty()
            && after
                .iter()
                .filter_map(numbered)
                .any(|number| before.contains(&number))
    }
}
