//! [`glob`]: a pattern in which one word stands for any text.

/// Whether `pattern` is `text`, where `any` in the pattern stands for any text, the empty one too.
pub fn glob(pattern: &str, any: &str, text: &str) -> bool {
    let mut pieces = pattern.split(any);
    let Some(mut rest) = text.strip_prefix(pieces.next().unwrap_or_default()) else {
        return false;
    };
    let pieces: Vec<&str> = pieces.collect();
    let Some((last, middle)) = pieces.split_last() else {
        return rest.is_empty();
    };
    for piece in middle {
        match rest.find(piece) {
            Some(at) => rest = &rest[at + piece.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}
