//! Text that is shown and never read as Markdown or HTML.

use std::fmt::Write as _;

use crate::prose::cut;

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

/// As much of a text as fits into a cell, with nothing in it that Markdown or HTML reads.
///
/// Everything that could is written by its number: within a table not even a backslash before `|` is read everywhere.
pub(super) fn words(text: &str) -> String {
    const LONGEST: usize = 120;
    let mut out = String::new();
    for c in cut(text, LONGEST).chars() {
        if c.is_control() {
            for c in c.escape_default() {
                plain(&mut out, c);
            }
        } else {
            plain(&mut out, c);
        }
    }
    out
}

fn plain(out: &mut String, c: char) {
    if c.is_ascii_punctuation() && !"-.,/()=;'?%\"".contains(c) {
        let _ = write!(out, "&#{};", u32::from(c));
    } else {
        out.push(c);
    }
}
