//! Text that XML can hold and a person can read.

use crate::{prose::cut, sink::is_unseen};

/// As much of a value as a person reads, in the lines below its name.
pub(super) fn value(value: &str) -> String {
    const LONGEST: usize = 4000;
    cut(value, LONGEST).replace('\n', "\n           ")
}

/// A text that XML can hold: what it cannot is written out, as is what a terminal would obey.
pub(super) fn text(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if is_unseen(c) && c != '\n' {
            out.extend(c.escape_default());
        } else {
            out.push(c);
        }
    }
    out
}

/// As much of a text as an attribute can hold: one line.
pub(super) fn line(line: &str) -> String {
    const LONGEST: usize = 400;
    cut(&text(line).replace('\n', " "), LONGEST)
}
