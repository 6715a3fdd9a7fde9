//! [`Skeleton`]: what two values of the same part have in common, and from there to the shape that holds for both.

use std::{collections::BTreeSet, sync::LazyLock};

use regex::Regex;

use super::shape::{form, is_letter};

/// What stands for a value of the run, what looks like an id, and any other letter.
static TOKEN: LazyLock<Regex> = LazyLock::new(|| expression(r"<[^<>]*>|[A-Za-z0-9+/=_-]+|(?s:.)"));
static WORD: LazyLock<Regex> = LazyLock::new(|| expression(r"[A-Za-z0-9]+|(?s:.)"));

fn expression(text: &str) -> Regex {
    Regex::new(text).expect("invariant: an expression of this file")
}

/// The parts of two values: nothing where they differ.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Skeleton(Vec<Option<String>>);

/// What stands where two values differ, from both, in order.
pub(super) type Samples = Vec<BTreeSet<String>>;

/// A part of two values.
enum Piece<'t> {
    Same(&'t str),
    Apart(&'t str, &'t str),
}

impl Skeleton {
    /// What two values have in common, and what they do not.
    pub(super) fn of(one: &str, other: &str) -> (Skeleton, Samples) {
        let (mut parts, mut samples): (Vec<Option<String>>, Samples) = (Vec::new(), Vec::new());
        for piece in pieces(one, other) {
            match (piece, parts.last_mut()) {
                (Piece::Same(text), Some(Some(last))) => last.push_str(text),
                (Piece::Same(text), _) => parts.push(Some(text.to_owned())),
                (Piece::Apart(one, other), _) => {
                    parts.push(None);
                    samples.push([one, other].map(str::to_owned).into());
                }
            }
        }
        (Skeleton(parts), samples)
    }

    /// How much of both is the same, in bytes.
    pub(super) fn common(&self) -> usize {
        self.0.iter().flatten().map(String::len).sum()
    }

    /// The value to pin: the common parts, and the form of what was found between them.
    pub(super) fn shape(&self, samples: &Samples) -> String {
        let mut forms = samples.iter().map(form);
        let parts = self.0.iter().map(|part| match part {
            Some(text) => text.clone(),
            None => forms.next().unwrap_or_default(),
        });
        parts.collect()
    }
}

/// The parts of two texts: token by token where they are built alike, else what stands between their common ends.
fn pieces<'t>(one: &'t str, other: &'t str) -> Vec<Piece<'t>> {
    let (left, right) = (split(&TOKEN, one), split(&TOKEN, other));
    let is_id = |token: &str| token.starts_with(is_letter);
    let alike = |(left, right): (&&str, &&str)| left == right || is_id(left) && is_id(right);
    if left.len() == right.len() && left.iter().zip(&right).all(alike) {
        let pairs = left.into_iter().zip(right);
        return pairs.flat_map(|(left, right)| words(left, right)).collect();
    }
    let pairs = left.iter().zip(&right);
    let start = pairs.take_while(|(left, right)| left == right).count();
    let pairs = left[start..].iter().rev().zip(right[start..].iter().rev());
    let end = pairs.take_while(|(left, right)| left == right).count();
    let length = |tokens: &[&str]| tokens.iter().map(|token| token.len()).sum::<usize>();
    let from = length(&left[..start]);
    let (until, till) = (
        length(&left[..left.len() - end]),
        length(&right[..right.len() - end]),
    );
    let apart = Piece::Apart(&one[from..until], &other[from..till]);
    let around = [Piece::Same(&one[..from]), apart, Piece::Same(&one[until..])];
    let is_there = |piece: &Piece<'_>| !matches!(piece, Piece::Same(""));
    around.into_iter().filter(is_there).collect()
}

/// The parts of two ids. Of one of which no word stays, nothing is left but its form.
fn words<'t>(one: &'t str, other: &'t str) -> Vec<Piece<'t>> {
    if one == other {
        return vec![Piece::Same(one)];
    }
    let (left, right) = (split(&WORD, one), split(&WORD, other));
    let is_word = |text: &str| text.starts_with(|c: char| c.is_ascii_alphanumeric());
    let pairs = || left.iter().copied().zip(right.iter().copied());
    let alike = |(left, right): (&str, &str)| left == right || is_word(left) && is_word(right);
    let stays = |(left, right): (&'t str, &'t str)| left == right && is_word(left);
    if left.len() != right.len() || !pairs().all(alike) || !pairs().any(stays) {
        return vec![Piece::Apart(one, other)];
    }
    let piece = |(left, right): (&'t str, &'t str)| {
        if left == right {
            Piece::Same(left)
        } else {
            Piece::Apart(left, right)
        }
    };
    pairs().map(piece).collect()
}

fn split<'t>(tokens: &Regex, text: &'t str) -> Vec<&'t str> {
    tokens.find_iter(text).map(|token| token.as_str()).collect()
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::{super::shape::fits, *};

    #[rstest]
    #[case("\"id 17\"", "\"id 9\"", "\"id <number>\"")]
    #[case("3.5", "-4", "<number>")]
    #[case("\"3\"", "4", "<any>")]
    #[case("\"req-000123\"", "\"req-000124\"", "\"req-<number>\"")]
    #[case("image-8ee02d1a", "image-07f3c9bb", "image-<8 hex digits>")]
    #[case("8ee02d1aQ", "07f3c9bbx", "<9 letters and digits>")]
    #[case("brave_turing", "calm_ada", "<letters and digits>")]
    #[case("\"a/b+c=\"", "\"xyz12=\"", "\"<6 letters and digits>\"")]
    #[case("[1,2]", "[3,4]", "[<number>,<number>]")]
    #[case("[1,2]", "[3]", "[<any>]")]
    #[case("[1,2]", "[1,2,3]", "[1,2<any>]")]
    #[case("a<function>:1", "a<function>:2", "a<function>:<number>")]
    #[case("a <uuid> b", "a <run> b", "a <any> b")]
    #[case("took 12.5 ms", "took 7 ms", "took <number> ms")]
    #[case("", "x", "<any>")]
    #[case("éa", "éb", "é<1 letters and digits>")]
    fn what_differs_is_held_by_its_form(#[case] one: &str, #[case] other: &str, #[case] due: &str) {
        let (skeleton, samples) = Skeleton::of(one, other);
        let shape = skeleton.shape(&samples);
        assert_eq!(shape, due);
        assert!(fits(&shape, one) && fits(&shape, other));
    }
}
