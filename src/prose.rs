//! Numbers, lists, places and long texts as every page of this crate shows them. Knows nothing of what they are about.

use crate::{
    sink::{is_unseen, visible},
    span::Place,
};

/// How long a value may be within a line.
const LINE: usize = 160;

/// A number with its noun: `1 case`, `2 cases`, `0 entries`.
pub(crate) fn count(number: usize, noun: &str) -> String {
    match (number, noun.strip_suffix('y')) {
        (1, _) => format!("1 {noun}"),
        (_, Some(stem)) => format!("{number} {stem}ies"),
        (_, None) => format!("{number} {noun}s"),
    }
}

/// As much of a value as fits into a line, with nothing in it that a terminal obeys.
pub(crate) fn short(text: &str) -> String {
    flat(&cut(text, LINE))
}

/// A text in one line, with nothing in it that a terminal obeys: a space for each control.
pub(crate) fn flat(text: &str) -> String {
    // most texts are good as they are
    if !text.contains(|c| is_unseen(c) || c == '#' || c == ':') {
        return text.to_owned();
    }
    visible(&text.replace(char::is_control, " "))
}

/// The first `longest` characters of a text; if that is not all of it, also how many it has.
pub(crate) fn cut(text: &str, longest: usize) -> String {
    let length = text.chars().count();
    if length <= longest {
        return text.to_owned();
    }
    let head: String = text.chars().take(longest).collect();
    format!("{head}… ({})", count(length, "character"))
}

/// The first `most` of these, and how many there are besides.
pub(crate) fn first<T: AsRef<str>>(items: &[T], most: usize) -> Vec<String> {
    let mut shown: Vec<String> = items
        .iter()
        .take(most)
        .map(|item| item.as_ref().to_owned())
        .collect();
    if items.len() > most {
        shown.push(format!("and {} more", items.len() - most));
    }
    shown
}

/// Where something is written: the file and the line.
pub(crate) fn at(place: &Place) -> String {
    format!("{}:{}", place.source.path, place.line())
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(0, "case", "0 cases")]
    #[case(1, "case", "1 case")]
    #[case(2, "case", "2 cases")]
    #[case(1, "entry", "1 entry")]
    #[case(2, "entry", "2 entries")]
    fn a_number_has_its_noun(#[case] number: usize, #[case] noun: &str, #[case] due: &str) {
        assert_eq!(count(number, noun), due);
    }

    #[rstest]
    #[case("four", 4, "four")]
    #[case("fünf!", 4, "fünf… (5 characters)")]
    fn a_long_text_is_cut_and_counted(
        #[case] text: &str,
        #[case] longest: usize,
        #[case] due: &str,
    ) {
        assert_eq!(cut(text, longest), due);
    }

    #[test]
    fn what_a_terminal_obeys_is_left_out() {
        assert_eq!(short("a\u{1b}[31m\nb"), "a [31m b");
    }

    #[test]
    fn what_is_not_named_is_counted() {
        assert_eq!(first(&["a", "b", "c"], 2), ["a", "b", "and 1 more"]);
        assert_eq!(first(&["a", "b"], 2), ["a", "b"]);
    }
}
