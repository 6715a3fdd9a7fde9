//! The messages of diagnostics as the code has them, so that one which no test shows is found.

/// The literals that stand second in `Diagnostic::new(place, …)` and alone in `.message(…)` of an unknown word, plain or in
/// a `format!`; and of `Unknown::new("kind", …)` what it makes of its kind.
pub(crate) fn messages(code: &str) -> Vec<String> {
    let placed = code.split("Diagnostic::new(").skip(1).filter_map(|call| {
        let mut depth = 0;
        let comma = call.find(|c| {
            depth += i32::from(c == '(') - i32::from(c == ')');
            depth < 0 || (depth == 0 && c == ',')
        })?;
        literal(call[comma..].strip_prefix(',')?)
    });
    let said = code.split(".message(").skip(1).filter_map(literal);
    let unknown = code.split("Unknown::new(").skip(1).filter_map(|call| {
        // one that says something else has it in `.message(…)`
        let own = call
            .split(';')
            .next()
            .is_some_and(|call| call.contains(".message("));
        let kind = literal(call).filter(|_| !own)?;
        Some(format!("unknown {kind} `{{}}`"))
    });
    placed.chain(said).chain(unknown).collect()
}

/// The literal that an argument begins with.
fn literal(argument: &str) -> Option<String> {
    let argument = argument.trim_start();
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
