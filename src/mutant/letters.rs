//! Texts with one letter changed.

/// The text with its last letter or digit replaced by the next one of its kind, so that it keeps its form.
pub(super) fn altered(text: &str) -> Option<String> {
    // the zone of a timestamp is part of its form, and its milliseconds are not
    let end = match text.len() {
        28 if text.ends_with("+0000") => text.len() - 5,
        _ => text.len(),
    };
    let at = text
        .get(..end)?
        .rfind(|letter: char| letter.is_ascii_alphanumeric())?;
    let next = match text.as_bytes()[at] {
        b'9' => '0',
        b'f' => 'e',
        b'F' => 'E',
        b'z' => 'y',
        b'Z' => 'Y',
        letter => char::from(letter + 1),
    };
    Some(format!("{}{next}{}", &text[..at], &text[at + 1..]))
}

/// The name with its first letter in the other case.
pub(super) fn recased(name: &str) -> Option<String> {
    let at = name.find(|letter: char| letter.is_ascii_alphabetic())?;
    let letter = char::from(name.as_bytes()[at]);
    let other = if letter.is_ascii_uppercase() {
        letter.to_ascii_lowercase()
    } else {
        letter.to_ascii_uppercase()
    };
    Some(format!("{}{other}{}", &name[..at], &name[at + 1..]))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("Active", "Activf")]
    #[case("2025-04-09T10:11:27.009+0000", "2025-04-09T10:11:27.000+0000")]
    #[case("0a1b2c3f", "0a1b2c3e")]
    #[case("eotP9hGg=", "eotP9hGh=")]
    #[case("Zzz", "Zzy")]
    #[case("é1!", "é2!")]
    fn an_altered_text_keeps_its_form(#[case] text: &str, #[case] expected: &str) {
        assert_eq!(altered(text).as_deref(), Some(expected));
    }
}
