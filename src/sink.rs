//! Texts as terminals, logs, XML, Markdown, JSON and TOML can hold them. Whatever a target or a file says is text: nothing in
//! it is obeyed, hides what stands beside it, or is so long that nobody reads on.
//!
//! What a sink must not get is decided here, and only how it is written instead is up to the sink.

use std::{
    collections::BTreeSet,
    fmt::Write as _,
    io::{self, Write},
};

/// How long a line of a terminal may be, in bytes. The requests that test how long a name may be are shorter.
const LINE: usize = 32 * 1024;

/// What a CI server obeys wherever it stands in a line, in small letters, and which of its characters is written otherwise.
const COMMANDS: [(&str, usize); 6] = [
    ("##[", 1),
    ("##vso[", 1),
    ("##teamcity[", 1),
    ("section_start:", 13),
    ("section_end:", 11),
    ("travis_fold:", 11),
];

/// What a CI server obeys at the start of a line, also behind spaces.
const AT_START: &str = "::";

/// Whether nobody sees a character, or it changes how others are seen: controls, what turns the direction of text, what
/// parts lines for some, what has no width, and what is no character.
pub(crate) fn is_unseen(letter: char) -> bool {
    let number = u32::from(letter);
    letter.is_control()
        || matches!(
            letter,
            '\u{ad}'
                | '\u{34f}'
                | '\u{61c}'
                | '\u{180e}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{feff}'
                | '\u{fff9}'..='\u{fffb}'
                | '\u{fdd0}'..='\u{fdef}'
                | '\u{e0000}'..='\u{e0fff}'
        )
        || number & 0xfffe == 0xfffe
}

/// A text in one line, of which all is seen and nothing obeyed: what is not seen is written as `\n` or `\u{1b}`.
pub(crate) fn visible(text: &str) -> String {
    let harmful = commands(text);
    let mut out = String::with_capacity(text.len());
    for (at, letter) in text.char_indices() {
        if harmful.contains(&at) {
            out.extend(letter.escape_unicode());
        } else if is_unseen(letter) {
            out.extend(letter.escape_default());
        } else {
            out.push(letter);
        }
    }
    out
}

/// The same in several lines.
pub(crate) fn visible_lines(text: &str) -> String {
    let lines: Vec<String> = text
        .split('\n')
        .map(|line| started(visible(line)))
        .collect();
    lines.join("\n")
}

/// JSON, of whose texts all is seen; it says the same.
pub(crate) fn json(document: &str) -> String {
    let harmful = commands(document);
    let mut out = String::with_capacity(document.len());
    for (at, letter) in document.char_indices() {
        if letter != '\n' && is_unseen(letter) || harmful.contains(&at) {
            let mut units = [0; 2];
            for unit in letter.encode_utf16(&mut units) {
                let _ = write!(out, "\\u{unit:04x}");
            }
        } else {
            out.push(letter);
        }
    }
    out
}

/// As much of what somebody else said as is kept of it, so that a run takes no more memory than its cases are many.
pub(crate) fn bounded(text: String) -> String {
    const LONGEST: usize = 10_000;
    if text.len() <= LONGEST {
        return text;
    }
    let all = text.chars().count();
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}… ({all} characters)", &text[..end]),
        None => text,
    }
}

/// A line that begins with nothing that is obeyed.
fn started(line: String) -> String {
    let rest = line.trim_start();
    if !rest.starts_with(AT_START) {
        return line;
    }
    let spaces = &line[..line.len() - rest.len()];
    format!("{spaces}\\u{{3a}}{}", &rest[1..])
}

/// Where the characters stand that make a command of what is around them.
fn commands(text: &str) -> BTreeSet<usize> {
    let mut found = BTreeSet::new();
    // rare, and a text may be long
    if !text.contains(['#', ':']) {
        return found;
    }
    let small = text.to_ascii_lowercase();
    for (command, at) in COMMANDS {
        found.extend(small.match_indices(command).map(|(start, _)| start + at));
    }
    found
}

/// A terminal or a log: each line goes out whole, in a length that a person reads, with nothing in it that is obeyed but our
/// own colours.
pub(crate) struct Screen<W> {
    to: W,
    colour: bool,
    line: Vec<u8>,
    left_out: usize,
}

impl<W: Write> Screen<W> {
    /// What is written goes to `to`; with `colour`, sequences that only choose colours stay.
    pub(crate) fn new(to: W, colour: bool) -> Screen<W> {
        Screen {
            to,
            colour,
            line: Vec::new(),
            left_out: 0,
        }
    }

    fn add(&mut self, bytes: &[u8]) {
        let room = LINE.saturating_sub(self.line.len()).min(bytes.len());
        self.line.extend_from_slice(&bytes[..room]);
        self.left_out += bytes.len() - room;
    }

    fn end(&mut self) -> io::Result<()> {
        let text = String::from_utf8_lossy(&self.line);
        // of a character that was cut nothing is left but this
        let text = match self.left_out {
            0 => text.as_ref(),
            _ => text.trim_end_matches(char::REPLACEMENT_CHARACTER),
        };
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, colour, after)) = split_at_colour(rest).filter(|_| self.colour) {
            out.push_str(&visible(before));
            out.push_str(colour);
            rest = after;
        }
        out.push_str(&visible(rest));
        let mut out = started(out);
        if self.left_out > 0 {
            let _ = write!(out, "… ({} more bytes)", self.left_out);
        }
        self.line.clear();
        self.left_out = 0;
        self.to.write_all(out.as_bytes())
    }
}

impl<W: Write> Write for Screen<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            match piece.strip_suffix(b"\n") {
                Some(rest) => {
                    self.add(rest);
                    self.end()?;
                    self.to.write_all(b"\n")?;
                }
                None => self.add(piece),
            }
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.end()?;
        self.to.flush()
    }
}

/// What stands before the first sequence that chooses a colour, the sequence, and what stands behind it.
fn split_at_colour(text: &str) -> Option<(&str, &str, &str)> {
    for (start, _) in text.match_indices("\x1b[") {
        let digits = &text[start + 2..];
        let length = digits
            .bytes()
            .take_while(|byte| byte.is_ascii_digit() || *byte == b';')
            .count();
        if digits[length..].starts_with('m') {
            let end = start + 2 + length + 1;
            return Some((&text[..start], &text[start..end], &text[end..]));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("plain — ünïcode 🦀", "plain — ünïcode 🦀")]
    #[case("a\u{1b}[31mb", "a\\u{1b}[31mb")]
    #[case(
        "\u{0}\u{7}\u{8}\r\n\t\u{7f}\u{9b}",
        "\\u{0}\\u{7}\\u{8}\\r\\n\\t\\u{7f}\\u{9b}"
    )]
    #[case(
        "\u{202e}x\u{2066}\u{2028}\u{2029}",
        "\\u{202e}x\\u{2066}\\u{2028}\\u{2029}"
    )]
    #[case("\u{feff}\u{fffe}\u{1fffe}", "\\u{feff}\\u{fffe}\\u{1fffe}")]
    #[case("##[command]x", "#\\u{23}[command]x")]
    #[case("###[error]", "##\\u{23}[error]")]
    #[case(
        "a ##VSO[task] ##teamcity[x] ## [",
        "a #\\u{23}VSO[task] #\\u{23}teamcity[x] ## ["
    )]
    #[case("section_start:1:a", "section_start\\u{3a}1:a")]
    fn what_is_not_seen_is_written_out(#[case] text: &str, #[case] due: &str) {
        assert_eq!(visible(text), due);
    }

    #[test]
    fn a_line_does_not_begin_with_a_command() {
        assert_eq!(
            visible_lines("::error::x\n  ::stop-commands::y\na::b"),
            "\\u{3a}:error::x\n  \\u{3a}:stop-commands::y\na::b"
        );
    }

    #[test]
    fn json_says_the_same() {
        let said =
            serde_json::json!({ "a": "\u{7f}\u{202e}\u{e0041}\u{1b} ##[error] \"x\"", "b": "é" });
        let text = serde_json::to_string_pretty(&said).expect("JSON");
        let out = json(&text);
        assert!(!out.chars().any(|c| c != '\n' && is_unseen(c)), "{out}");
        assert!(!out.contains("##["), "{out}");
        assert_eq!(
            serde_json::from_str::<serde_json::Value>(&out).expect("JSON"),
            said
        );
    }

    fn screen(colour: bool, pieces: &[&str]) -> String {
        let mut out = Vec::new();
        let mut screen = Screen::new(&mut out, colour);
        for piece in pieces {
            screen.write_all(piece.as_bytes()).expect("written");
        }
        screen.flush().expect("written");
        String::from_utf8(out).expect("UTF-8")
    }

    #[test]
    fn a_screen_obeys_nothing_whatever_the_pieces() {
        assert_eq!(
            screen(false, &["a #", "#[x]\n", " :", ":b\u{1b}", "[0m\n"]),
            "a #\\u{23}[x]\n \\u{3a}:b\\u{1b}[0m\n"
        );
        assert_eq!(
            screen(
                true,
                &["\u{1b}[1", ";31mred\u{1b}[0m \u{1b}[2J\u{1b}]0;t\u{7}\n"]
            ),
            "\u{1b}[1;31mred\u{1b}[0m \\u{1b}[2J\\u{1b}]0;t\\u{7}\n"
        );
    }

    #[test]
    fn a_long_line_is_cut_and_counted() {
        let line = screen(false, &[&"é".repeat(LINE), "\nshort\n"]);
        assert!(
            line.ends_with("é… (32768 more bytes)\nshort\n"),
            "{}",
            &line[line.len() - 60..]
        );
        let odd = screen(false, &["x", &"é".repeat(LINE), "\n"]);
        assert!(odd.contains("é… ("), "{}", &odd[odd.len() - 60..]);
    }

    #[test]
    fn what_is_kept_of_a_text_is_bounded() {
        assert_eq!(bounded("short".to_owned()), "short");
        let long = bounded("é".repeat(1_000_000));
        assert_eq!(
            long.chars().count(),
            10_000 + "… (1000000 characters)".chars().count()
        );
    }
}
