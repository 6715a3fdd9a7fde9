//! [`values`]: the values of a function's variables in a body, and where they stand.
//!
//! Reads what a target says, so it takes what is no JSON as far as it goes, and any depth.

use std::ops::Range;

/// What the reader is within.
enum Open {
    Object { key: Option<String> },
    Array,
}

/// One value.
pub(super) struct Value {
    /// Where it stands, without its quotes.
    pub(super) at: Range<usize>,
    /// What it is.
    pub(super) text: String,
    /// Whether it stands between quotes; else it is a number or a word.
    pub(super) quoted: bool,
}

/// The values below `Environment.Variables`, wherever that stands.
pub(super) fn values(body: &[u8]) -> Vec<Value> {
    const NAME: &[u8] = b"variables";
    let mut found = Vec::new();
    if !body
        .windows(NAME.len())
        .any(|part| part.eq_ignore_ascii_case(NAME))
    {
        return found;
    }
    let mut open: Vec<Open> = Vec::new();
    // how many of those that are open begin within the variables
    let mut within: Option<usize> = None;
    let mut at = 0;
    while let Some(byte) = body.get(at) {
        match byte {
            b'{' | b'[' => {
                if within.is_none() && are_variables(&open) {
                    within = Some(open.len());
                }
                open.push(match byte {
                    b'{' => Open::Object { key: None },
                    _ => Open::Array,
                });
                at += 1;
            }
            b'}' | b']' => {
                open.pop();
                within = within.filter(|depth| open.len() > *depth);
                at += 1;
            }
            b',' => {
                if let Some(Open::Object { key }) = open.last_mut() {
                    *key = None;
                }
                at += 1;
            }
            b' ' | b'\t' | b'\r' | b'\n' | b':' => at += 1,
            b'"' => {
                let end = end_of_text(body, at + 1);
                let text = text(&body[at + 1..end]);
                let is_value = within.is_some() || are_variables(&open);
                match open.last_mut() {
                    Some(Open::Object { key: key @ None }) => *key = Some(text),
                    _ if is_value => found.push(Value {
                        at: at + 1..end,
                        text,
                        quoted: true,
                    }),
                    _ => {}
                }
                at = (end + 1).min(body.len());
            }
            _ => {
                let rest = &body[at..];
                let ends = |byte: &u8| b",:{}[]\" \t\r\n".contains(byte);
                let end = at + rest.iter().position(ends).unwrap_or(rest.len());
                if within.is_some() {
                    found.push(Value {
                        at: at..end,
                        text: String::from_utf8_lossy(&body[at..end]).into_owned(),
                        quoted: false,
                    });
                }
                at = end;
            }
        }
    }
    found
}

/// Whether what opens now is the value of `Variables` in an `Environment`.
fn are_variables(open: &[Open]) -> bool {
    let mut names = open.iter().rev();
    let mut is = |name: &str| {
        let key = match names.next() {
            Some(Open::Object { key }) => key.as_deref(),
            _ => None,
        };
        key.is_some_and(|key| key.eq_ignore_ascii_case(name))
    };
    is("Variables") && is("Environment")
}

/// Where the quote stands that ends a text, or the end.
fn end_of_text(body: &[u8], start: usize) -> usize {
    let mut at = start;
    while let Some(byte) = body.get(at) {
        match byte {
            b'"' => return at,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    body.len()
}

/// What a text between quotes says.
fn text(written: &[u8]) -> String {
    let quoted = [b"\"", written, b"\""].concat();
    serde_json::from_slice(&quoted)
        .unwrap_or_else(|_| String::from_utf8_lossy(written).into_owned())
}
