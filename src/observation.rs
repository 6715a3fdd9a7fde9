//! [`Observation`]: what came back, and [`NoAnswer`]: why nothing did.
//!
//! Reads an answer the way an SDK of the restJson1 protocol does. Has no opinion on what should have come.

use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};

use bytes::Bytes;
use http::HeaderMap;
use serde_json::Value;

use crate::{
    note::Note,
    prose::{cut, flat},
};

mod headers;
mod json;
mod no_answer;

pub(crate) use headers::joined;
pub use json::JsonFault;
pub use no_answer::NoAnswer;

/// The header that names an error.
const ERROR_TYPE: &str = "x-amzn-errortype";

/// One answer of a target.
#[derive(Clone, Debug)]
pub struct Observation {
    /// The status code.
    pub status: u16,
    /// The header fields.
    pub headers: HeaderMap,
    /// The body as it came.
    pub body: Bytes,
    /// How many bytes the body had as it came, where only its beginning is kept.
    pub cut: Option<usize>,
    /// What was out of the ordinary on the way.
    pub notes: Vec<Note>,
    /// The throttle that came first, if the request was sent again.
    pub throttle: Option<Box<Observation>>,
    /// How long it took from the request to the last byte.
    pub took: Duration,
    /// Clones share it.
    json: OnceLock<Result<Arc<Value>, JsonFault>>,
}

impl Observation {
    /// An answer without notes.
    pub fn new(status: u16, headers: HeaderMap, body: impl Into<Bytes>) -> Observation {
        Observation {
            status,
            headers,
            body: body.into(),
            cut: None,
            notes: Vec::new(),
            throttle: None,
            took: Duration::ZERO,
            json: OnceLock::new(),
        }
    }

    /// An answer without notes whose body is this JSON.
    pub fn of_json(status: u16, headers: HeaderMap, body: Value) -> Observation {
        let mut answer = Observation::new(status, headers, body.to_string());
        answer.json = OnceLock::from(Ok(Arc::new(body)));
        answer
    }

    /// Drops of a large body what no report shows. What was judged is not needed any more, and a run keeps every answer.
    pub(crate) fn abridge(&mut self) {
        const LARGE: usize = 32 * 1024;
        const KEPT: usize = 16 * 1024;
        // a value takes more memory than its text
        const VALUES: usize = 1000;
        const FEW: usize = 1024;
        let values = self.json().map_or(0, |body| json::values(body, VALUES));
        if self.body.len() > LARGE || values > VALUES {
            let kept = if values > VALUES { FEW } else { KEPT };
            self.cut = Some(self.body.len());
            // a copy, because a slice would keep the whole
            self.body = Bytes::copy_from_slice(&self.body[..kept.min(self.body.len())]);
            self.json = OnceLock::new();
        }
    }

    /// The answer to a request that was throttled so many times before.
    pub(crate) fn after_throttles(mut self, times: u32, first: Option<Observation>) -> Observation {
        if let Some(first) = first {
            self.notes.push(Note::Throttled { times });
            self.throttle = Some(Box::new(first));
        }
        self
    }

    /// Whether it is an error to an SDK: any status but 2xx.
    pub fn is_error(&self) -> bool {
        !(200..300).contains(&self.status)
    }

    /// The body as JSON; parsed at the first call.
    pub fn json(&self) -> Result<&Value, JsonFault> {
        self.json
            .get_or_init(|| match self.header("content-encoding") {
                Some(coding) if coding != "identity" && !self.body.is_empty() => {
                    Err(JsonFault::Encoded {
                        coding: coding.to_owned(),
                    })
                }
                _ => json::read(&self.body).map(Arc::new),
            })
            .as_ref()
            .map(Arc::as_ref)
            .map_err(JsonFault::clone)
    }

    /// The value of a header, if it is there once or more and its first value is text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The error-type header as it came.
    pub fn error_header_raw(&self) -> Option<&str> {
        self.header(ERROR_TYPE)
    }

    /// Which error it is: the header, then `__type`, then `code`, each without namespace and decoration; nothing for
    /// an answer that is no error.
    ///
    /// Source: the restJson1 specification's rules for operation errors; older Lambda answers decorate the header
    /// (X-HDR-ERRORTYPE).
    pub fn error(&self) -> Option<String> {
        if !self.is_error() {
            return None;
        }
        self.error_header_raw()
            .and_then(bare_error)
            .or_else(|| bare_error(self.member("__type")?))
            .or_else(|| bare_error(self.member("code")?))
            .map(str::to_owned)
    }

    /// The error text, and the member in which it stands: `message` or `Message`.
    pub fn message(&self) -> Option<(&'static str, &str)> {
        ["message", "Message"]
            .into_iter()
            .find_map(|name| Some((name, self.member(name)?)))
    }

    /// The `Type` member: whose fault it is, `User` or `Service`.
    pub fn error_type(&self) -> Option<&str> {
        self.member("Type")
    }

    /// The count that a validation error announces, and its sentences; nothing for other texts.
    pub fn violations(&self) -> Option<(usize, Vec<String>)> {
        violations(self.message()?.1)
    }

    /// Status, error and message in one line, or the body where it has no message; cut where it becomes too long to read.
    /// What is not there leaves no hole.
    pub fn in_one_line(&self) -> String {
        const LONGEST: usize = 200;
        let line = |text: &str| {
            let text = flat(text);
            let words: Vec<&str> = text.split_whitespace().collect();
            cut(&words.join(" "), LONGEST)
        };
        let some = |text: String| Some(text).filter(|text| !text.is_empty());
        let mut told = self.status.to_string();
        let error = self.error().and_then(|error| some(line(&error)));
        if let Some(error) = &error {
            told.push_str(&format!(" {error}"));
        }
        let message = self.message().and_then(|(_, message)| some(line(message)));
        if let Some(message) = message {
            let colon = if error.is_some() { ":" } else { "" };
            return format!("{told}{colon} {message}");
        }
        let body = match self.body.is_empty() {
            true => "without a body".to_owned(),
            false => line(&String::from_utf8_lossy(&self.body)),
        };
        format!("{told} {body}").trim_end().to_owned()
    }

    /// A member of the body's top object, if it is text.
    fn member(&self, name: &str) -> Option<&str> {
        self.json().ok()?.get(name)?.as_str()
    }
}

/// The name in `namespace#Name:http://…`: up to the first colon, then after the last `#`.
fn bare_error(written: &str) -> Option<&str> {
    let before_colon = written
        .split_once(':')
        .map_or(written, |(before, _)| before);
    let name = before_colon
        .rsplit_once('#')
        .map_or(before_colon, |(_, after)| after)
        .trim();
    (!name.is_empty()).then_some(name)
}

/// Reads `2 validation errors detected: Value …; Value …`. Sentences quote values and patterns, which may hold `; `
/// themselves, so they part only where the next one begins.
fn violations(message: &str) -> Option<(usize, Vec<String>)> {
    const NEXT: &str = "; Value ";
    let (count, rest) = message.split_once(' ')?;
    let count: usize = count.parse().ok()?;
    let rest = rest
        .strip_prefix("validation errors detected: ")
        .or_else(|| rest.strip_prefix("validation error detected: "))?;
    let mut sentences = vec![String::new()];
    for (at, piece) in rest.split(NEXT).enumerate() {
        if at > 0 {
            sentences.push("Value ".to_owned());
        }
        if let Some(last) = sentences.last_mut() {
            last.push_str(piece);
        }
    }
    Some((count, sentences))
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;
    use rstest::rstest;

    use super::*;

    fn answer(status: u16, header: Option<&str>, body: &str) -> Observation {
        let mut headers = HeaderMap::new();
        if let Some(header) = header {
            headers.insert(
                ERROR_TYPE,
                HeaderValue::from_str(header).expect("a header value"),
            );
        }
        Observation::new(status, headers, body.to_owned())
    }

    #[rstest]
    #[case(
        404,
        Some("ResourceNotFoundException"),
        "{}",
        Some("ResourceNotFoundException")
    )]
    #[case(
        403,
        Some(
            "InvalidSignatureException:http://internal.amazon.com/coral/com.amazon.coral.service/"
        ),
        "{}",
        Some("InvalidSignatureException")
    )]
    #[case(400, Some("aws.protocoltests#Foo:http://x#y"), "{}", Some("Foo"))]
    #[case(400, Some("A"), r#"{"__type":"B","code":"C"}"#, Some("A"))]
    #[case(400, Some(""), r#"{"__type":"com.amazon#B","code":"C"}"#, Some("B"))]
    #[case(400, None, r#"{"__type":null,"code":"C:x"}"#, Some("C"))]
    #[case(400, None, r#"{"code":7}"#, None)]
    #[case(400, None, "<xml/>", None)]
    #[case(500, None, "", None)]
    #[case(200, Some("A"), r#"{"code":"C"}"#, None)]
    fn the_error_is_named_by_header_then_type_then_code(
        #[case] status: u16,
        #[case] header: Option<&str>,
        #[case] body: &str,
        #[case] error: Option<&str>,
    ) {
        assert_eq!(answer(status, header, body).error().as_deref(), error);
    }

    #[rstest]
    #[case(r#"{"message":"a"}"#, Some(("message", "a")))]
    #[case(r#"{"Message":"a"}"#, Some(("Message", "a")))]
    #[case(r#"{"message":null,"Message":"a"}"#, Some(("Message", "a")))]
    #[case(r#"{"Message":null}"#, None)]
    #[case(r#"{"MESSAGE":"a"}"#, None)]
    #[case(r#"["message"]"#, None)]
    #[case("", None)]
    fn the_message_stands_in_either_member(
        #[case] body: &str,
        #[case] message: Option<(&str, &str)>,
    ) {
        assert_eq!(answer(400, None, body).message(), message);
    }

    #[rstest]
    #[case("1 validation error detected: Value 'a' at 'b' failed", Some((1, vec!["Value 'a' at 'b' failed"])))]
    #[case("2 validation errors detected: Value 'a' at 'b' failed; Value null at 'c' failed", Some((2, vec!["Value 'a' at 'b' failed", "Value null at 'c' failed"])))]
    #[case("1 validation error detected: Value 'a; b' at 'c' must match [;] x; y", Some((1, vec!["Value 'a; b' at 'c' must match [;] x; y"])))]
    #[case("2 validation errors detected: ", Some((2, vec![""])))]
    #[case("validation error detected: Value", None)]
    #[case("x validation errors detected: Value", None)]
    #[case("Function not found", None)]
    #[case("", None)]
    fn violations_part_only_where_the_next_begins(
        #[case] message: &str,
        #[case] expected: Option<(usize, Vec<&str>)>,
    ) {
        let body = serde_json::json!({ "message": message }).to_string();
        let expected = expected.map(|(count, sentences)| {
            (
                count,
                sentences.into_iter().map(str::to_owned).collect::<Vec<_>>(),
            )
        });
        assert_eq!(answer(400, None, &body).violations(), expected);
    }

    #[rstest]
    #[case(404, None, "", "404 without a body")]
    #[case(404, Some("A"), "", "404 A without a body")]
    #[case(404, Some(" "), "", "404 without a body")]
    #[case(404, None, " \r\n\t", "404")]
    #[case(404, None, "\u{0}\u{1b}", "404")]
    #[case(404, Some("A"), "  a\u{0}\n b ", "404 A a b")]
    #[case(
        404,
        None,
        r#"{"__type":"\u001b[31mA\n"}"#,
        r#"404 [31mA {"__type":"\u001b[31mA\n"}"#
    )]
    #[case(
        404,
        None,
        r#"{"__type":"","message":""}"#,
        r#"404 {"__type":"","message":""}"#
    )]
    #[case(
        404,
        Some("A"),
        r#"{"message":"no\n\n such","Type":"User"}"#,
        "404 A: no such"
    )]
    #[case(404, None, r#"{"Message":"no such"}"#, "404 no such")]
    #[case(
        404,
        None,
        r#"{"__type":"A","message":" "}"#,
        r#"404 A {"__type":"A","message":" "}"#
    )]
    fn one_line_has_no_holes(
        #[case] status: u16,
        #[case] header: Option<&str>,
        #[case] body: &str,
        #[case] line: &str,
    ) {
        assert_eq!(answer(status, header, body).in_one_line(), line);
    }

    #[test]
    fn a_body_that_is_no_json_keeps_its_bytes_and_says_why() {
        assert_eq!(answer(200, None, "").json(), Err(JsonFault::Empty));
        let cut = answer(200, None, "{\"a\":");
        assert!(
            matches!(cut.json(), Err(JsonFault::Unreadable { message }) if message.contains("line 1"))
        );
        assert_eq!(cut.body, "{\"a\":");
        assert_eq!(answer(200, None, "null").json(), Ok(&Value::Null));
    }

    #[rstest]
    #[case(200, false)]
    #[case(299, false)]
    #[case(304, true)]
    #[case(404, true)]
    #[case(503, true)]
    fn every_status_but_2xx_is_an_error(#[case] status: u16, #[case] error: bool) {
        assert_eq!(answer(status, None, "").is_error(), error);
    }

    #[test]
    fn the_type_is_read() {
        assert_eq!(
            answer(404, None, r#"{"Type":"User"}"#).error_type(),
            Some("User")
        );
        assert_eq!(answer(404, None, r#"{"type":"User"}"#).error_type(), None);
    }
}
