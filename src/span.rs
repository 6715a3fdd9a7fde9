//! Where something was written: a file, the bytes of it, and how a person is shown both.
//!
//! Knows nothing of what the text means. [`Diagnostic`] is the one way in which this crate points at a file.

use std::{borrow::Cow, fmt, ops::Range, sync::Arc};

use annotate_snippets::{AnnotationKind, Group, Level as Severity, Origin, Renderer, Snippet};

use crate::{sink::visible, word::Unknown};

/// The byte order mark that some editors put before a text.
const MARK: char = '\u{feff}';

/// How many diagnostics are shown before the rest is counted.
const SHOWN: usize = 20;

/// How many characters a message has at most: a file may hold a word of a megabyte.
const LONGEST: usize = 1000;

/// How many bytes a line has that is shown. To lay out a line of a megabyte takes seconds.
const WIDEST: usize = 20_000;

/// One file as it was read: the path that is shown and the text.
#[derive(Debug, PartialEq, Eq)]
pub struct Source {
    /// The path as shown to a person, with `/` between its parts.
    pub path: String,
    /// The whole text.
    pub text: String,
}

impl Source {
    /// Wraps a text that was read from `path`. Lines end as on Unix, whatever a checkout on Windows made of them, and no
    /// byte order mark begins the first.
    pub fn new(path: impl Into<String>, text: impl Into<String>) -> Arc<Source> {
        let mut text: String = text.into();
        if text.starts_with(MARK) {
            text.drain(..MARK.len_utf8());
        }
        if text.contains("\r\n") {
            text = text.replace("\r\n", "\n");
        }
        Arc::new(Source {
            path: path.into(),
            text,
        })
    }
}

/// A stretch of a [`Source`].
#[derive(Clone, PartialEq, Eq)]
pub struct Place {
    /// The file.
    pub source: Arc<Source>,
    /// Byte offsets into its text.
    pub span: Range<usize>,
}

impl Place {
    /// The bytes `span` of `source`.
    pub fn new(source: &Arc<Source>, span: Range<usize>) -> Place {
        Place {
            source: Arc::clone(source),
            span,
        }
    }

    /// The whole file, for what has no better place.
    pub fn top(source: &Arc<Source>) -> Place {
        Place::new(source, 0..0)
    }

    /// The letter at a line and a column in bytes, both counted from 1 in the text that begins at `start`.
    pub fn at(source: &Arc<Source>, start: usize, line: usize, column: usize) -> Place {
        let text = &source.text[start..];
        let before: usize = text
            .split_inclusive('\n')
            .take(line.saturating_sub(1))
            .map(str::len)
            .sum();
        let mut at = (before + column.saturating_sub(1)).min(text.len());
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        let end = text[at..]
            .chars()
            .next()
            .map_or(at, |letter| at + letter.len_utf8());
        Place::new(source, start + at..start + end)
    }

    /// The line, counted from 1.
    pub fn line(&self) -> usize {
        self.before().matches('\n').count() + 1
    }

    /// The column in characters, counted from 1.
    pub fn column(&self) -> usize {
        let before = self.before();
        let start = before.rfind('\n').map_or(0, |at| at + 1);
        before[start..].chars().count() + 1
    }

    /// The length of its first line in bytes.
    fn width(&self) -> usize {
        let before = self.before();
        let start = before.rfind('\n').map_or(0, |at| at + 1);
        let rest = &self.source.text[before.len()..];
        before.len() - start + rest.find('\n').unwrap_or(rest.len())
    }

    fn before(&self) -> &str {
        &self.source.text[..self.span.start.min(self.source.text.len())]
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.source.path, self.line(), self.column())
    }
}

impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Something wrong with a file: what, where, and the next step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// What is wrong: a lower-case fragment with the value in backticks.
    pub message: String,
    /// Where; the first place is the main one.
    pub labels: Vec<(Place, String)>,
    /// The next step, if there is one.
    pub help: Option<String>,
}

impl Diagnostic {
    /// A diagnostic at one place.
    pub fn new(place: Place, message: impl Into<String>) -> Diagnostic {
        Diagnostic {
            message: cut(message.into()),
            labels: vec![(place, String::new())],
            help: None,
        }
    }

    /// A word at a place that stands for nothing.
    pub fn unknown(place: Place, unknown: Unknown) -> Diagnostic {
        Diagnostic::new(place, unknown.message).help(unknown.help)
    }

    /// Says what to do next.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Diagnostic {
        self.help = Some(cut(help.into()));
        self
    }

    /// Writes a word under the main place.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Diagnostic {
        if let Some(first) = self.labels.first_mut() {
            first.1 = cut(label.into());
        }
        self
    }

    /// Points at a second place.
    #[must_use]
    pub fn also(mut self, place: Place, label: impl Into<String>) -> Diagnostic {
        self.labels.push((place, cut(label.into())));
        self
    }

    /// The text for a terminal: message, file with line and column, the line with a caret, the next step.
    pub fn render(&self, colour: bool) -> String {
        let message = visible(&self.message);
        let mut group = Group::with_title(Severity::ERROR.primary_title(message));
        let mut sources: Vec<&Arc<Source>> = Vec::new();
        for (place, _) in &self.labels {
            if !sources
                .iter()
                .any(|known| Arc::ptr_eq(known, &place.source))
            {
                sources.push(&place.source);
            }
        }
        for source in sources {
            let spans = self
                .labels
                .iter()
                .filter(|(place, _)| Arc::ptr_eq(&place.source, source));
            let (lines, first) = lines(source, spans.map(|(place, _)| &place.span));
            let mut places = self.labels.iter().map(|(place, _)| place);
            let place = places.find(|place| Arc::ptr_eq(&place.source, source));
            if let Some(place) = place.filter(|place| place.width() > WIDEST) {
                let origin = Origin::path(visible(&source.path));
                let origin = origin.line(place.line()).char_column(place.column());
                group = group.element(origin);
                continue;
            }
            let mut snippet = Snippet::source(placed(&source.text[lines.clone()]))
                .line_start(first)
                .path(visible(&source.path))
                .fold(true);
            for (at, (place, label)) in self.labels.iter().enumerate() {
                if Arc::ptr_eq(&place.source, source) {
                    let kind = if at == 0 {
                        AnnotationKind::Primary
                    } else {
                        AnnotationKind::Context
                    };
                    let end = place.span.end.clamp(lines.start, lines.end) - lines.start;
                    let start = (place.span.start.max(lines.start) - lines.start).min(end);
                    snippet = snippet.annotation(kind.span(start..end).label(visible(label)));
                }
            }
            group = group.element(snippet);
        }
        if let Some(help) = &self.help {
            group = group.element(Severity::HELP.message(visible(help)));
        }
        let renderer = if colour {
            Renderer::styled()
        } else {
            Renderer::plain()
        };
        renderer.render(&[group])
    }
}

/// What is shown of many diagnostics: the first ones, and how many there are besides.
pub fn shown(diagnostics: &[Diagnostic], colour: bool) -> String {
    let mut shown = String::new();
    for diagnostic in diagnostics.iter().take(SHOWN) {
        shown.push_str(&diagnostic.render(colour));
        shown.push_str("\n\n");
    }
    match diagnostics.len().saturating_sub(SHOWN) {
        0 => {}
        1 => shown.push_str("1 more error not shown; mend these first\n\n"),
        more => shown.push_str(&format!(
            "{more} more errors not shown; mend these first\n\n"
        )),
    }
    shown
}

/// A text with nothing in it that a terminal obeys, of as many bytes, so that places in it stay where they are.
fn placed(text: &str) -> Cow<'_, str> {
    let obeyed = |letter: char| {
        let hides = matches!(letter, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        hides || letter.is_control() && !matches!(letter, '\n' | '\t')
    };
    if !text.contains(obeyed) {
        return Cow::Borrowed(text);
    }
    let letters = text.chars().map(|letter| match letter.len_utf8() {
        _ if !obeyed(letter) => letter,
        1 => '?',
        2 => '¿',
        _ => char::REPLACEMENT_CHARACTER,
    });
    Cow::Owned(letters.collect())
}

/// As much of a message as a person reads.
fn cut(mut text: String) -> String {
    if let Some((end, _)) = text.char_indices().nth(LONGEST) {
        text.truncate(end);
        text.shrink_to_fit();
        text.push('…');
    }
    text
}

/// The whole lines that hold these spans, and the number of the first.
fn lines<'s>(
    source: &Source,
    spans: impl Iterator<Item = &'s Range<usize>>,
) -> (Range<usize>, usize) {
    let text = source.text.as_str();
    let (mut start, mut end) = (text.len(), 0);
    for span in spans {
        start = start.min(span.start);
        end = end.max(span.end);
    }
    let start = text[..start].rfind('\n').map_or(0, |at| at + 1);
    let end = end.clamp(start, text.len());
    let end = text[end..].find('\n').map_or(text.len(), |at| end + at + 1);
    (start..end, text[..start].matches('\n').count() + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_and_column_count_from_one_and_in_characters() {
        let source = Source::new("a.toml", "x = 1\né = \"ü!\"\n");
        let at = source.text.find('!').expect("is there");
        let place = Place::new(&source, at..at + 1);
        assert_eq!((place.line(), place.column()), (2, 7));
        assert_eq!(place.to_string(), "a.toml:2:7");
    }

    #[test]
    fn nothing_that_a_terminal_obeys_is_shown() {
        let hostile = "\u{1b}[31m\u{7f}\u{85}\u{202e}\u{2066}\u{2028}\r x";
        let source = Source::new(hostile, format!("a = 1 # {hostile}\nb"));
        let end = source.text.find('\n').expect("is there");
        let shown = Diagnostic::new(Place::new(&source, end - 1..end), hostile)
            .label(hostile)
            .help(hostile)
            .render(false);
        let plain =
            |c: char| c == '\n' || !c.is_control() && !('\u{2028}'..'\u{206a}').contains(&c);
        assert!(shown.chars().all(plain), "{shown:?}");
        assert!(shown.contains(":1:21\n"), "{shown}");
    }

    #[test]
    fn lines_end_as_on_unix_and_no_mark_begins_them() {
        let source = Source::new("a.toml", "\u{feff}a = 1\r\nb = 2\r\n");
        assert_eq!(source.text, "a = 1\nb = 2\n");
        assert_eq!(Source::new("a.toml", "a\rb").text, "a\rb");
    }

    #[test]
    fn of_many_the_first_are_shown_and_the_rest_is_counted() {
        let source = Source::new("a.toml", "x\n");
        let all = vec![Diagnostic::new(Place::top(&source), "y".repeat(5000)); 22];
        let text = shown(&all, false);
        assert_eq!(text.matches("--> ").count(), 20);
        assert!(
            text.ends_with("\n\n2 more errors not shown; mend these first\n\n"),
            "{text}"
        );
        assert!(text.len() < 30_000, "{}", text.len());
        assert!(!shown(&all[..20], false).contains("not shown"));
    }

    #[test]
    fn of_a_line_of_a_megabyte_the_place_is_shown() {
        let source = Source::new("a.toml", format!("x\n{}y\n", "é".repeat(500_000)));
        let at = source.text.find('y').expect("is there");
        let shown = Diagnostic::new(Place::new(&source, at..at + 1), "here").render(false);
        assert_eq!(shown, "error: here\n--> a.toml:2:500001");
    }

    #[test]
    fn a_diagnostic_shows_message_place_caret_and_next_step() {
        let source = Source::new("a.toml", "status = \"400\"\n");
        let shown = Diagnostic::new(Place::new(&source, 9..14), "`status` takes a number")
            .label("a string")
            .help("write `status = 400`")
            .render(false);
        assert_eq!(
            shown,
            "error: `status` takes a number\n --> a.toml:1:10\n  |\n1 | status = \"400\"\n  |          ^^^^^ a string\n  |\n  = help: write `status = 400`"
        );
    }
}
