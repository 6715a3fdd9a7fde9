//! The messages of diagnostics as the code has them, so that one which no test shows is found.

/// The literals that stand second in `Diagnostic::new(place, …)`, plain or in a `format!`.
pub(crate) fn messages(code: &str) -> Vec<String> {
    code.split("Diagnostic::new(")
        .skip(1)
        .filter_map(|call| {
            let mut depth = 0;
            let comma = call.find(|c| {
                depth += i32::from(c == '(') - i32::from(c == ')');
                depth < 0 || (depth == 0 && c == ',')
            })?;
            let argument = call[comma..].strip_prefix(',')?.trim_start();
            let literal = argument
                .strip_prefix("format!(")
                .unwrap_or(argument)
                .trim_start()
                .strip_prefix('"')?;
            let end = literal
                .match_indices('"')
                .find(|(at, _)| !literal[..*at].ends_with('\\'))?
                .0;
            Some(literal[..end].replace("\\\"", "\""))
        })
        .collect()
}

/// Whether `shown` is `message` with something in the place of every `{…}`.
pub(crate) fn is_of(message: &str, shown: &str) -> bool {
    let mut pieces = message
        .split('{')
        .map(|piece| piece.split_once('}').map_or(piece, |(_, rest)| rest));
    let Some(mut rest) = shown.strip_prefix(pieces.next().unwrap_or_default()) else {
        return false;
    };
    let mut last = "";
    for piece in pieces {
        let Some(at) = rest.find(piece) else {
            return false;
        };
        rest = &rest[at + piece.len()..];
        last = piece;
    }
    rest.is_empty() || last.is_empty()
}
