//! Text that is shown and never read as Markdown or HTML.

use std::fmt::Write as _;

use crate::{prose::cut, sink::visible};

/// Text for a shell, word for word.
pub(super) fn fenced(out: &mut String, text: &str) {
    let longest = text
        .split(|c| c != '`')
        .map(str::len)
        .max()
        .unwrap_or_default();
    let fence = "`".repeat(longest.max(2) + 1);
    let _ = write!(out, "{fence}sh\n{text}\n{fence}\n");
}

/// A value, of which GitHub makes no mention of a person either.
pub(super) fn code(text: &str) -> String {
    format!("<code>{}</code>", words(text))
}

/// Parts what would be an address: some look for one in what they have read.
const APART: &str = "<!---->";

/// What is wrong, whole: it may hold values, of which GitHub makes no reference either.
pub(super) fn sentence(text: &str) -> String {
    const LONGEST: usize = 600;
    format!("<code>{}</code>", escaped(&cut(text, LONGEST)))
}

/// As much of a text as fits into a cell, with nothing in it that Markdown or HTML reads.
///
/// Everything that could is written by its number: within a table not even a backslash before `|` is read everywhere.
pub(super) fn words(text: &str) -> String {
    const LONGEST: usize = 120;
    escaped(&cut(text, LONGEST))
}

fn escaped(text: &str) -> String {
    let text = visible(text);
    let mut out = String::new();
    for (at, c) in text.char_indices() {
        let rest = &text[at + c.len_utf8()..];
        let is_link = match c {
            '@' => true,
            ':' => rest.starts_with("//"),
            '.' => text[..at].to_ascii_lowercase().ends_with("www"),
            _ => false,
        };
        if is_link && c == '.' {
            out.push_str(APART);
        }
        if is_link || c.is_ascii_punctuation() && !"-.,/()=;'?%\"".contains(c) {
            let _ = write!(out, "&#{};", u32::from(c));
        } else {
            out.push(c);
        }
        if is_link && c != '.' {
            out.push_str(APART);
        }
    }
    out
}
