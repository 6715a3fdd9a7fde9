//! Text with placeholders, as case files and snapshots write it.
//!
//! | written | is | where |
//! |---|---|---|
//! | `<account>` | a binding: its value in this run | requests and expectations |
//! | `<fixture.revision>` | a value that a step of the fixture captured | requests and expectations |
//! | `<function:64>` | a binding, padded with `a` to 64 characters | requests and expectations |
//! | `<a*129>` | `a`, 129 times | requests and expectations |
//! | `<row.name>` | a field of a template's record | templates |
//! | `<uuid>`, `<uuid:1>` | a matcher: any text of that kind; the same number, the same text | expectations |
//! | `<rest>` | anything, at the end | expectations |
//! | `<<` | a literal `<` | everywhere |
//!
//! Comparing expands the expectation and never touches the answer. There are no regular expressions.

mod binding;
mod glob;
mod matched;
mod matcher;
mod placeholder;

use std::fmt;

use matched::matches;
use placeholder::{LONGEST, Part, padded, placeholder};

pub use binding::{BINDINGS, Bindings, CAPTURED, Unbound};
pub use glob::glob;
pub use matched::Matched;
pub use matcher::Matcher;
pub use placeholder::TextError;

/// How many parts a text has at most.
const PARTS: usize = 1000;

/// A text with placeholders.
#[derive(Clone, PartialEq, Eq)]
pub struct Text {
    written: String,
    parts: Vec<Part>,
}

impl Text {
    /// Reads a text and its placeholders.
    pub fn parse(written: &str) -> Result<Text, TextError> {
        let mut parts = Vec::new();
        let mut literal = String::new();
        let mut at = 0;
        while let Some(found) = written[at..].find('<') {
            let open = at + found;
            literal.push_str(&written[at..open]);
            if written[open + 1..].starts_with('<') {
                literal.push('<');
                at = open + 2;
                continue;
            }
            let Some(length) = written[open..].find('>') else {
                return Err(TextError {
                    span: open..written.len(),
                    message: "`<` opens a placeholder that nothing closes".to_owned(),
                    help: "close it with `>`, or write `<<` for a literal `<`".to_owned(),
                });
            };
            let close = open + length;
            if !literal.is_empty() {
                parts.push(Part::Literal(std::mem::take(&mut literal)));
            }
            parts.push(placeholder(&written[open + 1..close], open..close + 1)?);
            at = close + 1;
        }
        literal.push_str(&written[at..]);
        if !literal.is_empty() {
            parts.push(Part::Literal(literal));
        }
        if let Some(rest) = parts.iter().position(|part| *part == Part::Rest)
            && rest + 1 < parts.len()
        {
            let start = written.find("<rest>").unwrap_or(0);
            return Err(TextError {
                span: start..start + "<rest>".len(),
                message: "`<rest>` stands before the end".to_owned(),
                help: "it accepts anything to the end of the text, so it can only be last"
                    .to_owned(),
            });
        }
        let text = Text {
            written: written.to_owned(),
            parts,
        };
        match text.limit() {
            Some(error) => Err(error),
            None => Ok(text),
        }
    }

    /// That it is too much, if it is.
    pub(crate) fn limit(&self) -> Option<TextError> {
        let wrong = |message: String, help: &str| TextError {
            span: 0..self.written.len(),
            message,
            help: help.to_owned(),
        };
        if self.parts.len() > PARTS {
            return Some(wrong(
                format!("this text has more than {PARTS} parts"),
                "a placeholder is a part, and so is what stands between two",
            ));
        }
        (self.weight() > LONGEST).then(|| {
            wrong(
                format!("this text is longer than {LONGEST} characters"),
                "repeat and pad less",
            )
        })
    }

    /// About how many bytes it comes to once it is sent.
    pub(crate) fn weight(&self) -> usize {
        let parts = self.parts.iter().map(|part| match part {
            Part::Literal(text) => text.len(),
            Part::Repeated { text, times } => text.len() * times,
            Part::Padded { length, .. } => *length,
            _ => 0,
        });
        parts.sum()
    }

    /// A text without placeholders.
    pub fn literal(text: &str) -> Text {
        Text {
            written: text.replace('<', "<<"),
            parts: if text.is_empty() {
                Vec::new()
            } else {
                vec![Part::Literal(text.to_owned())]
            },
        }
    }

    /// The text as it was written.
    pub fn written(&self) -> &str {
        &self.written
    }

    /// Whether it holds a `<kind>` or `<rest>`, which only expectations may.
    pub fn has_matchers(&self) -> bool {
        self.parts
            .iter()
            .any(|part| matches!(part, Part::Matcher { .. } | Part::Rest))
    }

    /// The bindings it names.
    pub fn bindings(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().filter_map(|part| match part {
            Part::Binding(binding) | Part::Padded { binding, .. } => Some(binding.as_str()),
            _ => None,
        })
    }

    /// The binding that is all of this text, if it is nothing else.
    pub fn only_binding(&self) -> Option<&str> {
        match self.parts.as_slice() {
            [Part::Binding(name)] => Some(name),
            _ => None,
        }
    }

    /// The fields of template records it names, as column and field.
    pub fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
        self.parts.iter().filter_map(|part| match part {
            Part::Field { column, field } => Some((column.as_str(), field.as_str())),
            _ => None,
        })
    }

    /// Puts the texts of a template's record in place of `<column.field>`; an unknown field stays.
    #[must_use]
    pub fn fill<'a>(&self, value: impl Fn(&str, &str) -> Option<&'a Text>) -> Text {
        let mut parts: Vec<Part> = Vec::new();
        let mut written = String::new();
        let mut rest = self.written.as_str();
        for part in &self.parts {
            if let Part::Field { column, field } = part
                && let Some(text) = value(column, field)
            {
                parts.extend(text.parts.iter().cloned());
                let placeholder = format!("<{column}.{field}>");
                if let Some((before, after)) = rest.split_once(&placeholder) {
                    written.push_str(before);
                    written.push_str(&text.written);
                    rest = after;
                }
            } else {
                parts.push(part.clone());
            }
        }
        written.push_str(rest);
        Text { written, parts }
    }

    /// The text to send: every placeholder replaced.
    pub fn expand(&self, bindings: &Bindings) -> Result<String, Unbound> {
        let mut out = String::new();
        for part in &self.parts {
            match part {
                Part::Literal(text) => out.push_str(text),
                Part::Repeated { text, times } => out.push_str(&text.repeat(*times)),
                Part::Binding(name) => out.push_str(bound(bindings, name)?),
                Part::Padded { binding, length } => {
                    out.push_str(&padded(bound(bindings, binding)?, *length));
                }
                Part::Matcher { kind, .. } => return Err(Unbound(kind.name().to_owned())),
                Part::Rest => return Err(Unbound("rest".to_owned())),
                Part::Field { column, field } => return Err(Unbound(format!("{column}.{field}"))),
            }
        }
        Ok(out)
    }

    /// The text as a person is shown it: what is bound replaced, matched as written.
    pub fn show(&self, bindings: &Bindings) -> String {
        let mut out = String::new();
        for part in &self.parts {
            match part {
                Part::Literal(text) => out.push_str(text),
                Part::Repeated { text, times } => out.push_str(&text.repeat(*times)),
                Part::Binding(name) => match bindings.get(name) {
                    Some(value) => out.push_str(value),
                    None => out.push_str(&format!("<{name}>")),
                },
                Part::Padded { binding, length } => match bindings.get(binding) {
                    Some(value) => out.push_str(&padded(value, *length)),
                    None => out.push_str(&format!("<{binding}:{length}>")),
                },
                Part::Matcher { kind, number: None } => out.push_str(&format!("<{}>", kind.name())),
                Part::Matcher {
                    kind,
                    number: Some(number),
                } => out.push_str(&format!("<{}:{number}>", kind.name())),
                Part::Rest => out.push_str("<rest>"),
                Part::Field { column, field } => out.push_str(&format!("<{column}.{field}>")),
            }
        }
        out
    }

    /// Whether `answer` is this text. Numbered matched are remembered in `matched` if it is.
    pub fn matches(&self, answer: &str, bindings: &Bindings, matched: &mut Matched) -> bool {
        let mut tried = matched.clone();
        let holds = matches(&self.parts, answer, bindings, &mut tried);
        if holds {
            *matched = tried;
        }
        holds
    }
}

fn bound<'a>(bindings: &'a Bindings, name: &str) -> Result<&'a str, Unbound> {
    bindings.get(name).ok_or_else(|| Unbound(name.to_owned()))
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.written)
    }
}

#[cfg(test)]
mod tests {
    use std::ops::Range;

    use rstest::rstest;

    use super::*;

    fn run() -> Bindings {
        let mut bindings = Bindings::default();
        bindings.set("account", "123456789012");
        bindings.set("function", "my-function");
        bindings
    }

    #[rstest]
    #[case("plain", "plain")]
    #[case("<account>:function:<function>", "123456789012:function:my-function")]
    #[case("<function:14>", "my-functionaaa")]
    #[case("<a*5>!", "aaaaa!")]
    #[case("a<<b>c", "a<b>c")]
    #[case("", "")]
    fn requests_expand(#[case] written: &str, #[case] sent: &str) {
        let text = Text::parse(written).expect("is well formed");
        assert_eq!(text.expand(&run()).as_deref(), Ok(sent));
        assert!(text.matches(sent, &run(), &mut Matched::default()));
    }

    #[rstest]
    #[case("<uuid>", "0a1b2c3d-0000-4000-8000-0123456789ab", true)]
    #[case("<uuid>", "0a1b2c3d-0000-4000-8000-0123456789a", false)]
    #[case("<uuid>", "0a1b2c3d-0000-4000-8000-0123456789zz", false)]
    #[case("<timestamp>", "2025-04-09T10:11:27.000+0000", true)]
    #[case("<timestamp>", "2025-04-09T10:11:27.000+00:00", false)]
    #[case("<timestamp>", "2025-04-09T10:11:27Z", false)]
    #[case("<timestamp>", "2025-04-09T10:11:27.000+0100", false)]
    #[case("<iso-8601>", "2025-04-09T10:11:27Z", true)]
    #[case("<iso-8601>", "2025-04-09T10:11:27.123+01:00", true)]
    #[case("<iso-8601>", "2025-04-09 10:11:27", false)]
    #[case(
        "<sha256-base64>",
        "8jUtQ7m/8Xv5c4JIVfJTwQW3Rl4Spz/6PeAgmnY5fWw=",
        true
    )]
    #[case(
        "<sha256-base64>",
        "8jUtQ7m/8Xv5c4JIVfJTwQW3Rl4Spz/6PeAgmnY5fWw",
        false
    )]
    #[case(
        "regular expression pattern: <pattern>",
        "regular expression pattern: a; b",
        true
    )]
    #[case(
        "regular expression pattern: <pattern>",
        "regular expression pattern: ",
        false
    )]
    #[case("Function not found: <rest>", "Function not found: ", true)]
    #[case("Function not found: <rest>", "Not found", false)]
    #[case(
        "<uuid:1>/<uuid:1>",
        "0a1b2c3d-0000-4000-8000-0123456789ab/0a1b2c3d-0000-4000-8000-0123456789ab",
        true
    )]
    #[case(
        "<uuid:1>/<uuid:1>",
        "0a1b2c3d-0000-4000-8000-0123456789ab/1a1b2c3d-0000-4000-8000-0123456789ab",
        false
    )]
    #[case(
        "<uuid:1>/<uuid:2>",
        "0a1b2c3d-0000-4000-8000-0123456789ab/1a1b2c3d-0000-4000-8000-0123456789ab",
        true
    )]
    #[case("<name>", "ServiceException", true)]
    #[case("<name>", "ServiceException:http://x", false)]
    #[case("<text>!<text>", "a!", false)]
    #[case("<text>!<text>", "a!b!c", true)]
    fn expectations_match(#[case] written: &str, #[case] answer: &str, #[case] holds: bool) {
        let text = Text::parse(written).expect("is well formed");
        assert_eq!(text.matches(answer, &run(), &mut Matched::default()), holds);
    }

    /// All ends of all matchers would be more than there is time for.
    #[rstest]
    #[case("<text>".repeat(40) + "!", false)]
    #[case("<text>a<text>b<pattern>a<text>c<text>!".to_owned(), false)]
    #[case("<text:1><text:2><text>!".to_owned(), false)]
    #[case("<text>".repeat(40) + "b", true)]
    fn many_matchers_on_a_long_answer_are_soon_done(#[case] written: String, #[case] holds: bool) {
        let text = Text::parse(&written).expect("is well formed");
        let length = if written.contains(":1") { 300 } else { 5000 };
        let answer = "a".repeat(length) + if holds { "b" } else { "" };
        assert_eq!(
            text.matches(&answer, &run(), &mut Matched::default()),
            holds
        );
    }

    /// What is remembered changes no answer: every short text and answer, and one that tries all there is.
    #[test]
    fn what_is_remembered_changes_nothing() {
        fn tried(parts: &[&str], answer: &str, bound: &mut Vec<(String, String)>) -> bool {
            let Some((first, later)) = parts.split_first() else {
                return answer.is_empty();
            };
            if !first.starts_with('<') {
                let rest = answer.strip_prefix(first);
                return rest.is_some_and(|rest| tried(later, rest, bound));
            }
            (1..=answer.len()).rev().any(|end| {
                let before = bound.clone();
                if first.contains(':') {
                    let name = (*first).to_owned();
                    match before.iter().find(|(known, _)| *known == name) {
                        Some((_, text)) if text != &answer[..end] => return false,
                        Some(_) => {}
                        None => bound.push((name, answer[..end].to_owned())),
                    }
                }
                let holds = tried(later, &answer[end..], bound);
                *bound = before;
                holds
            })
        }
        let pieces = ["a", "b", "<text>", "<text:1>", "<pattern>"];
        let mut compared = [0, 0];
        for number in 0..5_usize.pow(5) {
            let parts: Vec<&str> = (0..5)
                .map(|at| pieces[number / 5_usize.pow(at) % 5])
                .collect();
            let text = Text::parse(&parts.concat()).expect("is well formed");
            for answer in ["aaaaa", "ababab", "abba", "bbabba", "a", "babaabab"] {
                let due = tried(&parts, answer, &mut Vec::new());
                let found = text.matches(answer, &run(), &mut Matched::default());
                assert_eq!(found, due, "{parts:?} {answer}");
                compared[usize::from(due)] += 1;
            }
        }
        assert!(compared.iter().all(|count| *count > 500), "{compared:?}");
    }

    #[test]
    fn a_failed_match_forgets_what_its_holes_held() {
        let mut matched = Matched::default();
        let first = Text::parse("<text:1>x").expect("is well formed");
        assert!(!first.matches("ay", &run(), &mut matched));
        assert!(first.matches("bx", &run(), &mut matched));
        assert!(!first.matches("cx", &run(), &mut matched));
    }

    #[rstest]
    #[case("<acount>", 0..8, "unknown placeholder `<acount>`", "did you mean `account`?")]
    #[case("ab<", 2..3, "opens a placeholder", "`<<`")]
    #[case("a<a*x>", 1..6, "does not say how often", "<a*129>")]
    #[case("<uuid:x>", 0..8, "`x` is not a number", "<uuid:1>")]
    #[case("<rest>a", 0..6, "stands before the end", "last")]
    fn mistakes_are_placed(
        #[case] written: &str,
        #[case] span: Range<usize>,
        #[case] message: &str,
        #[case] help: &str,
    ) {
        let error = Text::parse(written).expect_err("is wrong");
        assert_eq!(error.span, span);
        assert!(error.message.contains(message), "{}", error.message);
        assert!(error.help.contains(help), "{}", error.help);
    }

    #[test]
    fn fields_are_filled_with_texts_that_have_placeholders_themselves() {
        let value = Text::parse("<function>!").expect("is well formed");
        let text = Text::parse("Value '<row.name>' at").expect("is well formed");
        let filled =
            text.fill(|column, field| (column == "row" && field == "name").then_some(&value));
        assert_eq!(
            filled.expand(&run()).as_deref(),
            Ok("Value 'my-function!' at")
        );
        assert_eq!(filled.written(), "Value '<function>!' at");
    }

    #[test]
    fn an_unbound_name_is_named() {
        let text = Text::parse("<role>").expect("is well formed");
        assert_eq!(text.expand(&run()), Err(Unbound("role".to_owned())));
    }

    #[test]
    fn bindings_and_kinds_have_no_name_in_common() {
        for kind in Matcher::ALL {
            assert!(BINDINGS.iter().all(|(name, _)| *name != kind.name()));
        }
    }
}
