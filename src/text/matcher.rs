//! [`Matcher`]: what a matcher accepts, with a grammar for each.

use crate::word::words;

/// What a matcher accepts. Every kind has a grammar, so that what is hidden is still checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Matcher {
    /// A UUID, 36 characters.
    Uuid,
    /// The value of `x-amzn-requestid`: a UUID.
    RequestId,
    /// `YYYY-MM-DDThh:mm:ss.SSS+0000`.
    Timestamp,
    /// A date and time as ISO 8601 has it, any offset.
    Iso8601,
    /// A SHA-256 in base64, 44 characters.
    Sha256Base64,
    /// A SHA-256 in hexadecimal, 64 characters.
    Sha256Hex,
    /// The text of a regular expression, as AWS quotes it; it may be anything but empty.
    Pattern,
    /// The name of an error: letters and digits only.
    Name,
    /// Digits only.
    Number,
    /// Any text but the empty one.
    Text,
}

words!("matcher", pub Matcher {
    Uuid => "uuid",
    RequestId => "request-id",
    Timestamp => "timestamp",
    Iso8601 => "iso-8601",
    Sha256Base64 => "sha256-base64",
    Sha256Hex => "sha256-hex",
    Pattern => "pattern",
    Name => "name",
    Number => "number",
    Text => "text",
});

impl Matcher {
    /// Whether it accepts any text but the empty one.
    pub(super) fn takes_anything(self) -> bool {
        matches!(self, Matcher::Pattern | Matcher::Text)
    }

    /// How many bytes it accepts at most, if there is a limit.
    pub(super) fn longest(self) -> usize {
        match self {
            Matcher::Uuid | Matcher::RequestId => 36,
            Matcher::Timestamp => 28,
            Matcher::Sha256Base64 => 44,
            Matcher::Sha256Hex => 64,
            Matcher::Iso8601
            | Matcher::Pattern
            | Matcher::Name
            | Matcher::Number
            | Matcher::Text => usize::MAX,
        }
    }

    /// Whether `text` is of this kind.
    pub fn accepts(self, text: &str) -> bool {
        match self {
            Matcher::Uuid | Matcher::RequestId => {
                shaped(text, "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx")
            }
            Matcher::Timestamp => {
                shaped(text, "0000-00-00T00:00:00.000+0000") && text.ends_with("+0000")
            }
            Matcher::Iso8601 => is_iso8601(text),
            Matcher::Sha256Base64 => {
                text.len() == 44
                    && text.ends_with('=')
                    && text[..43]
                        .bytes()
                        .all(|b| b.is_ascii_alphanumeric() || b == b'+' || b == b'/')
            }
            Matcher::Sha256Hex => text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit()),
            Matcher::Name => !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric()),
            Matcher::Number => !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()),
            Matcher::Pattern | Matcher::Text => !text.is_empty(),
        }
    }
}

/// Whether `text` has the form of `model`: `x` a hexadecimal digit, `0` a decimal one, the rest itself.
fn shaped(text: &str, model: &str) -> bool {
    text.len() == model.len()
        && text
            .bytes()
            .zip(model.bytes())
            .all(|(byte, form)| match form {
                b'x' => byte.is_ascii_hexdigit(),
                b'0' => byte.is_ascii_digit(),
                literal => byte == literal,
            })
}

fn is_iso8601(text: &str) -> bool {
    let (Some(head), Some(tail)) = (text.get(..19), text.get(19..)) else {
        return false;
    };
    let zone = tail.strip_prefix('.').map_or(tail, |fraction| {
        fraction.trim_start_matches(|c: char| c.is_ascii_digit())
    });
    shaped(head, "0000-00-00T00:00:00")
        && (zone == "Z"
            || zone
                .strip_prefix(['+', '-'])
                .is_some_and(|offset| shaped(offset, "00:00") || shaped(offset, "0000")))
}
