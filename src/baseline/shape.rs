//! Values that are held by their shape: a text with holes, each of which says what may stand there.
//!
//! | hole | stands for |
//! |---|---|
//! | `<number>` | a number, as JSON writes it |
//! | `<64 hex digits>` | so many hexadecimal digits |
//! | `<34 letters and digits>` | so many letters, digits and the signs of base64 |
//! | `<letters and digits>` | any number of them |
//! | `<any>` | any text, the empty one too |

use std::{collections::BTreeSet, sync::LazyLock};

use regex::Regex;

static HOLE: LazyLock<Regex> = LazyLock::new(|| {
    let hole =
        r"<(?:(any)|(number)|([0-9]{1,6}) (hex digits)|(?:([0-9]{1,6}) )?letters and digits)>";
    Regex::new(hole).expect("invariant: an expression of this file")
});
static NUMBER: LazyLock<Regex> = LazyLock::new(|| {
    let number = r"^-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?$";
    Regex::new(number).expect("invariant: an expression of this file")
});

/// Fewer hexadecimal digits may be a word or a number.
#[cfg(feature = "baseline")]
const HEX: usize = 8;

/// A part of a pinned value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part<'p> {
    Literal(&'p str),
    Any,
    Number,
    Hex(usize),
    Letters(Option<usize>),
}

/// Whether a text is what a pinned value says of it.
pub(super) fn fits(pinned: &str, text: &str) -> bool {
    let parts = parts(pinned);
    let mut pieces: Vec<&[Part<'_>]> = parts.split(|part| *part == Part::Any).collect();
    let Some(last) = pieces.pop() else {
        return text.is_empty();
    };
    let mut start = 0;
    for (number, piece) in pieces.into_iter().enumerate() {
        let starts = if number == 0 {
            0..1
        } else {
            start..text.len() + 1
        };
        let mut starts = starts.filter(|at| text.is_char_boundary(*at));
        match starts.find_map(|at| ends(piece, text, at).first().copied()) {
            Some(end) => start = end,
            None => return false,
        }
    }
    let starts = if parts.contains(&Part::Any) {
        start..text.len() + 1
    } else {
        0..1
    };
    let mut starts = starts.filter(|at| text.is_char_boundary(*at));
    starts.any(|at| ends(last, text, at).contains(&text.len()))
}

fn parts(pinned: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut start = 0;
    for found in HOLE.captures_iter(pinned) {
        let Some(whole) = found.get(0) else { continue };
        if start < whole.start() {
            parts.push(Part::Literal(&pinned[start..whole.start()]));
        }
        let length = |group| found.get(group).and_then(|it| it.as_str().parse().ok());
        parts.push(match () {
            () if found.get(1).is_some() => Part::Any,
            () if found.get(2).is_some() => Part::Number,
            () if found.get(4).is_some() => Part::Hex(length(3).unwrap_or_default()),
            () => Part::Letters(length(5)),
        });
        start = whole.end();
    }
    if start < pinned.len() {
        parts.push(Part::Literal(&pinned[start..]));
    }
    parts
}

/// Where these parts, none of which is `<any>`, may end that begin at `start`.
fn ends(parts: &[Part<'_>], text: &str, start: usize) -> BTreeSet<usize> {
    let mut ends = BTreeSet::from([start]);
    for part in parts {
        let next = ends.iter().flat_map(|at| {
            let taken = part.takes(&text[*at..]);
            taken.into_iter().map(move |length| at + length)
        });
        ends = next.collect();
    }
    ends
}

impl Part<'_> {
    /// How many bytes at the beginning of a text may be of it.
    fn takes(self, text: &str) -> Vec<usize> {
        let run = |is_of: fn(char) -> bool| text.find(|c| !is_of(c)).unwrap_or(text.len());
        match self {
            Part::Literal(literal) if text.starts_with(literal) => vec![literal.len()],
            Part::Literal(_) | Part::Any => Vec::new(),
            Part::Number => {
                let longest = run(|c| c.is_ascii_digit() || "+-.eE".contains(c));
                let is_number = |length: &usize| NUMBER.is_match(&text[..*length]);
                (1..=longest).filter(is_number).collect()
            }
            Part::Hex(length) if run(|c| c.is_ascii_hexdigit()) >= length => vec![length],
            Part::Letters(Some(length)) if run(is_letter) >= length => vec![length],
            Part::Letters(None) => (1..=run(is_letter)).collect(),
            Part::Hex(_) | Part::Letters(_) => Vec::new(),
        }
    }
}

/// The hole for texts of which each is of it.
#[cfg(feature = "baseline")]
pub(super) fn form(samples: &BTreeSet<String>) -> String {
    let all = |is_so: &dyn Fn(&str) -> bool| samples.iter().all(|sample| is_so(sample));
    let lengths: BTreeSet<usize> = samples.iter().map(String::len).collect();
    let length = lengths.first().copied().filter(|_| lengths.len() == 1);
    let is_letters = |text: &str| !text.is_empty() && text.chars().all(is_letter);
    let is_hex = |text: &str| text.bytes().all(|b| b.is_ascii_hexdigit());
    match length {
        _ if all(&|text| NUMBER.is_match(text)) => "<number>".to_owned(),
        Some(length @ HEX..) if all(&is_hex) => format!("<{length} hex digits>"),
        Some(length) if all(&is_letters) => format!("<{length} letters and digits>"),
        None if all(&is_letters) => "<letters and digits>".to_owned(),
        _ => "<any>".to_owned(),
    }
}

/// A letter, a digit, or what else stands in ids, paths and base64.
pub(super) fn is_letter(c: char) -> bool {
    c.is_ascii_alphanumeric() || "+/=_-".contains(c)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("", "", true)]
    #[case("200", "200", true)]
    #[case("200", "2001", false)]
    #[case("<any>", "", true)]
    #[case("\"a<any>b<any>\"", "\"a1b2b3\"", true)]
    #[case("\"<any>\"", "\"", false)]
    #[case("a<any>a", "a", false)]
    #[case("é<any>é", "éèé", true)]
    #[case("id <number>!", "id -12.5e3!", true)]
    #[case("id <number>!", "id 12a!", false)]
    #[case("<number>.<number>", "1.2.3", true)]
    #[case("<4 hex digits>", "0aF9", true)]
    #[case("<4 hex digits>", "0aF91", false)]
    #[case("<4 hex digits>", "0ag9", false)]
    #[case("x<5 letters and digits>", "xa/b+=", true)]
    #[case("x<5 letters and digits>", "xa.b+=", false)]
    #[case("<letters and digits>-7", "a-b-7", true)]
    #[case("<letters and digits>-7", "-7", false)]
    #[case("<number> of <any>, <letters and digits>", "7 of 9, x of y, z", true)]
    #[case("a<function>", "a<function>", true)]
    fn a_pinned_value_says_what_may_come(
        #[case] pinned: &str,
        #[case] text: &str,
        #[case] due: bool,
    ) {
        assert_eq!(fits(pinned, text), due);
    }
}
