//! How a baseline looks: lists with a line for each item, long texts in several lines, what a clause states as a comment.
//! Comments that a person wrote stay with what they stand beside.

use std::fmt::Write as _;

use toml_edit::{Array, RawString, Table, Value};

use crate::sink::is_unseen;

/// No line that is written here is longer, in characters.
const LONGEST: usize = 159;

/// Where a comment or a long text goes on in the next line.
const WRAP: usize = 120;

/// What begins a line of comment that an update writes, and that a person leaves alone.
const MARK: &str = "#:";

/// Puts what a clause states above a table, in place of what an update wrote there before.
pub(super) fn describe(table: &mut Table, says: Option<&str>) {
    let written: Vec<String> = says.map(wrapped).unwrap_or_default();
    let before = text(table.decor().prefix()).to_owned();
    let is_ours = |line: &&str| line.trim_start().starts_with(MARK);
    if before.lines().filter(is_ours).map(str::trim).eq(&written) {
        return;
    }
    let mut prefix: String = before
        .split_inclusive('\n')
        .filter(|line| !is_ours(line))
        .collect();
    for line in written {
        let _ = writeln!(prefix, "{line}");
    }
    table.decor_mut().set_prefix(prefix);
}

/// A sentence as lines of comment.
fn wrapped(says: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in says.split_whitespace() {
        let word: String = word.chars().filter(|c| !c.is_control()).collect();
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= WRAP => {
                line.push(' ');
                line.push_str(&word);
            }
            _ => lines.push(format!("{MARK} {word}")),
        }
    }
    lines
}

/// An item of a list, and the comments that belong to it.
#[derive(Clone)]
pub(super) struct Line {
    pub(super) value: Value,
    /// Comments in lines of their own, above the item.
    above: Vec<String>,
    /// A comment behind the item, in its line.
    beside: Option<String>,
}

impl Line {
    pub(super) fn new(value: Value) -> Line {
        Line {
            value,
            above: Vec::new(),
            beside: None,
        }
    }

    pub(super) fn has_comment(&self) -> bool {
        !self.above.is_empty() || self.beside.is_some()
    }
}

/// A list as lines.
#[derive(Default)]
pub(super) struct Lines {
    pub(super) lines: Vec<Line>,
    /// Comments below the last item.
    below: Vec<String>,
}

impl Lines {
    /// The lines of a list that was read.
    pub(super) fn of(array: &Array) -> Lines {
        let mut lines: Vec<Line> = Vec::new();
        for value in array {
            let mut value = value.clone();
            // what stands before the comma is rare; it goes above
            let (first, mut above) = comments(text(value.decor().prefix()));
            let (behind, more) = comments(text(value.decor().suffix()));
            above.extend(behind.into_iter().chain(more));
            match (first, lines.last_mut()) {
                (Some(comment), Some(line)) => line.beside = Some(comment),
                (Some(comment), None) => above.insert(0, comment),
                (None, _) => {}
            }
            value.decor_mut().clear();
            lines.push(Line {
                value,
                above,
                beside: None,
            });
        }
        let (first, mut below) = comments(text(Some(array.trailing())));
        match (first, lines.last_mut()) {
            (Some(comment), Some(line)) => line.beside = Some(comment),
            (Some(comment), None) => below.insert(0, comment),
            (None, _) => {}
        }
        Lines { lines, below }
    }

    /// The same comments below other lines.
    pub(super) fn with(self, lines: Vec<Line>) -> Lines {
        Lines { lines, ..self }
    }

    /// The list: in one line if it has one item and no comment, else as [`Lines::tall`] has it.
    pub(super) fn list(self, indent: &str, outer: &str) -> Array {
        match self.lines.as_slice() {
            [line] if self.below.is_empty() && !line.has_comment() => {
                [line.value.clone()].into_iter().collect()
            }
            _ => self.tall(indent, outer),
        }
    }

    /// The list, each item in a line that begins with `indent`; `outer` is what its end begins with.
    pub(super) fn tall(self, indent: &str, outer: &str) -> Array {
        let mut array = Array::new();
        let mut beside: Option<String> = None;
        let gap = |above: &[String], beside: Option<String>, end: &str| {
            let mut gap = beside.map_or(String::new(), |comment| format!(" {comment}"));
            for comment in above {
                let _ = write!(gap, "\n{indent}{comment}");
            }
            gap + "\n" + end
        };
        for mut line in self.lines {
            let prefix = gap(&line.above, beside.take(), indent);
            line.value.decor_mut().set_prefix(prefix);
            beside = line.beside;
            array.push_formatted(line.value);
        }
        array.set_trailing(gap(&self.below, beside, outer));
        array.set_trailing_comma(true);
        array
    }
}

/// The comment that goes on in the line before, and those in lines of their own.
fn comments(gap: &str) -> (Option<String>, Vec<String>) {
    let mut lines = gap
        .split('\n')
        .map(|line| Some(line.trim().to_owned()).filter(|line| line.starts_with('#')));
    let first = lines.next().flatten();
    (first, lines.flatten().collect())
}

fn text(raw: Option<&RawString>) -> &str {
    raw.and_then(RawString::as_str).unwrap_or_default()
}

/// Whether every line of a text is short enough.
pub(super) fn is_narrow(text: &str) -> bool {
    text.lines().all(|line| line.chars().count() <= LONGEST)
}

/// A text in one line, of which all is seen.
pub(super) fn short(value: &str) -> Value {
    if !value.contains(|letter| is_unseen(letter) && letter != '\n') {
        return Value::from(value);
    }
    let written: String = value.chars().map(quoted).collect();
    format!("\"{written}\"")
        .parse()
        .unwrap_or_else(|_| Value::from(value))
}

/// A text in several lines, which TOML reads as one.
pub(super) fn long(value: &str) -> Value {
    let letters: Vec<String> = value.chars().map(quoted).collect();
    let mut written = "\"\"\"\\\n".to_owned();
    let mut rest = letters.as_slice();
    while !rest.is_empty() {
        let mut width = 0;
        let fitting = rest.iter().take_while(|letter| {
            width += letter.len();
            width <= WRAP
        });
        let mut end = fitting.count();
        if end < rest.len() {
            // behind a space, if there is one
            let space = rest[..end].iter().rposition(|letter| letter == " ");
            end = space.map_or(end, |at| at + 1);
        }
        let mut line = rest[..end].concat();
        if line.starts_with(' ') {
            // not to be taken for the indent
            line.replace_range(..1, "\\u0020");
        }
        written.push_str("    ");
        written.push_str(&line);
        rest = &rest[end..];
        written.push_str(if rest.is_empty() { "" } else { "\\\n" });
    }
    written.push_str("\"\"\"");
    let read: Option<Value> = written.parse().ok();
    // if it does not come back as it was, a long line is the smaller evil
    read.filter(|read| read.as_str() == Some(value))
        .unwrap_or_else(|| Value::from(value))
}

/// A letter as it stands in a text of several lines.
fn quoted(letter: char) -> String {
    match letter {
        '"' => "\\\"".to_owned(),
        '\\' => "\\\\".to_owned(),
        letter if is_unseen(letter) => format!("\\U{:08X}", u32::from(letter)),
        letter => letter.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::letters(&"a".repeat(1000))]
    #[case::words(&"word ".repeat(100))]
    #[case::spaces(&" ".repeat(400))]
    #[case::quotes(&"\"\"\"\\ '''\n\t".repeat(50))]
    #[case::far(&"é𝟏\u{7f}\u{0}".repeat(60))]
    fn a_long_text_comes_back_as_it_was(#[case] text: &str) {
        let written = long(text);
        assert_eq!(written.as_str(), Some(text));
        assert!(written.to_string().lines().count() > 2, "{written}");
        assert!(is_narrow(&written.to_string()), "{written}");
        let document: toml_edit::DocumentMut = format!("a ={written}\n").parse().expect("TOML");
        assert_eq!(document["a"].as_str(), Some(text));
    }

    #[test]
    fn a_comment_stays_with_its_item() {
        let document: toml_edit::DocumentMut =
            "a = [ # head\n  # above\n  1, # one\n\n  2,\n  3, # three\n  # below\n]\n"
                .parse()
                .expect("TOML");
        let lines = Lines::of(document["a"].as_array().expect("a list"));
        let mut kept = lines.lines.clone();
        kept.remove(1);
        kept.insert(1, Line::new(Value::from(9)));
        let array = lines.with(kept).tall("  ", "");
        assert_eq!(
            array.to_string().trim(),
            "[\n  # head\n  # above\n  1, # one\n  9,\n  3, # three\n  # below\n]"
        );
    }

    #[test]
    fn what_a_clause_states_is_written_once_and_anew_and_other_comments_stay() {
        let mut document: toml_edit::DocumentMut = "# ours\n#: old\n# too\n[[a]]\nb = 1\n"
            .parse()
            .expect("TOML");
        let table = |document: &mut toml_edit::DocumentMut, says| {
            let tables = document["a"].as_array_of_tables_mut().expect("tables");
            describe(tables.get_mut(0).expect("a table"), says);
        };
        table(&mut document, Some("old"));
        assert!(document.to_string().starts_with("# ours\n#: old\n# too\n"));
        table(&mut document, Some("new\nwords"));
        let due = "# ours\n# too\n#: new words\n[[a]]\nb = 1\n";
        assert_eq!(document.to_string(), due);
        table(&mut document, Some("new\nwords"));
        assert_eq!(document.to_string(), due);
        table(&mut document, None);
        assert_eq!(document.to_string(), "# ours\n# too\n[[a]]\nb = 1\n");
        let lines = wrapped(&"word ".repeat(60));
        assert_eq!(lines.len(), 3);
        assert!(lines.iter().all(|line| line.len() <= WRAP));
    }
}
