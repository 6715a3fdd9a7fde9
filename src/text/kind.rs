//! [`Kind`]: what a hole accepts, with a grammar for each.

/// What a hole accepts. Every kind has a grammar, so that what is hidden is still checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
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
    /// Any text but the empty one.
    Text,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Kind; 9] = [
        Kind::Uuid,
        Kind::RequestId,
        Kind::Timestamp,
        Kind::Iso8601,
        Kind::Sha256Base64,
        Kind::Sha256Hex,
        Kind::Pattern,
        Kind::Name,
        Kind::Text,
    ];

    /// The word in `<…>`.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Uuid => "uuid",
            Kind::RequestId => "request-id",
            Kind::Timestamp => "timestamp",
            Kind::Iso8601 => "iso-8601",
            Kind::Sha256Base64 => "sha256-base64",
            Kind::Sha256Hex => "sha256-hex",
            Kind::Pattern => "pattern",
            Kind::Name => "name",
            Kind::Text => "text",
        }
    }

    /// Whether `text` is of this kind.
    pub fn accepts(self, text: &str) -> bool {
        match self {
            Kind::Uuid | Kind::RequestId => shaped(text, "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx"),
            Kind::Timestamp => {
                shaped(text, "0000-00-00T00:00:00.000+0000") && text.ends_with("+0000")
            }
            Kind::Iso8601 => is_iso8601(text),
            Kind::Sha256Base64 => {
                text.len() == 44
                    && text.ends_with('=')
                    && text[..43]
                        .bytes()
                        .all(|b| b.is_ascii_alphanumeric() || b == b'+' || b == b'/')
            }
            Kind::Sha256Hex => text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit()),
            Kind::Name => !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric()),
            Kind::Pattern | Kind::Text => !text.is_empty(),
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
