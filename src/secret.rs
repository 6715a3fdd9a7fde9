//! [`Secrets`]: texts that no output may hold. The private `Redaction` takes them out of what a target says, however that
//! writes them.
//!
//! Decodes what it reads layer by layer, keeps where each character came from, searches there, and replaces it at the source.

mod escape;
mod variables;
mod view;

use std::{
    collections::BTreeSet,
    fmt,
    ops::Range,
    sync::{Arc, Mutex, PoisonError},
};

use aho_corasick::AhoCorasick;
use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};

use view::View;

/// What everybody uses, such as `test`, is no secret, and a shorter word would be found everywhere.
const SHORTEST: usize = 8;

/// What stands in place of a secret.
const INSTEAD: &str = "(secret)";

/// How often a text is decoded that was encoded more than once.
const LAYERS: usize = 4;

/// So much is searched at a time, which bounds the memory, …
const PIECE: usize = 256 * 1024;

/// … and so much of it again with the next piece: more than a session token has in the longest encoding.
const OVERLAP: usize = 64 * 1024;

/// Texts that no output may hold. `Debug` never prints them.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Secrets(Vec<String>);

impl Secrets {
    /// Adds a text. One that is shorter than eight characters is no secret.
    pub fn add(&mut self, text: impl Into<String>) {
        let text = text.into();
        if text.chars().count() >= SHORTEST && !self.0.contains(&text) {
            self.0.push(text);
        }
    }

    /// Adds the id of an access key. An account, which some emulators take for one, stands in every ARN.
    pub fn add_key(&mut self, id: &str) {
        /// No id of an access key is shorter.
        const ID: usize = 16;
        if id.len() >= ID && id.bytes().any(|byte| byte.is_ascii_alphabetic()) {
            self.add(id);
        }
    }

    /// Adds the name and the password in a URL, as they are written and as they are meant.
    pub fn add_url(&mut self, url: &str) {
        let Some((before, _)) = url.rsplit_once('@') else {
            return;
        };
        let user = before.split_once("://").map_or(before, |(_, user)| user);
        for part in [user].into_iter().chain(user.split(':')) {
            let meant = percent_encoding::percent_decode_str(part).decode_utf8_lossy();
            self.add(meant);
            self.add(part);
        }
    }
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} secrets", self.0.len())
    }
}

/// Takes secrets out of texts. Clones share the values that cases set.
#[derive(Clone)]
pub(crate) struct Redaction {
    /// What is looked for; nothing if there are no secrets.
    needles: Option<Needles>,
    /// The values of a function's variables that this run has sent.
    set: Arc<Mutex<BTreeSet<String>>>,
}

/// Secrets as they are looked for.
#[derive(Clone)]
struct Needles {
    /// As they stand in a [`View`].
    plain: AhoCorasick,
    /// The same in base64, without what depends on the bytes around it.
    base64: AhoCorasick,
    /// No text with fewer bytes holds one of them.
    shortest: usize,
}

impl Needles {
    fn new(plain: &[String], base64: &[String]) -> Option<Needles> {
        let shortest = plain.iter().chain(base64).map(String::len).min()?;
        let searcher = |texts| AhoCorasick::new(texts).expect("invariant: far below its limits");
        Some(Needles {
            plain: searcher(plain),
            base64: searcher(base64),
            shortest,
        })
    }

    fn are_in(&self, view: &View) -> bool {
        let folded = view.folded();
        self.plain.is_match(&folded.text) || self.base64.is_match(&folded.base64().text)
    }

    fn find_in(&self, view: &View) -> Vec<Range<usize>> {
        let folded = view.folded();
        let mut hits = folded.find(&self.plain);
        hits.extend(folded.base64().find(&self.base64));
        hits
    }
}

impl fmt::Debug for Redaction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let needles = self.needles.as_ref();
        let count = needles.map_or(0, |needles| needles.plain.patterns_len());
        write!(f, "{count} needles")
    }
}

impl Redaction {
    /// Takes these secrets out.
    pub(crate) fn new(secrets: &Secrets) -> Redaction {
        let mut needles: BTreeSet<String> = BTreeSet::new();
        let mut base64: BTreeSet<String> = BTreeSet::new();
        for secret in &secrets.0 {
            let layers = layers(secret.as_bytes(), false);
            needles.extend(layers.map(|layer| layer.folded().text));
            let hex = secret.bytes().map(|byte| format!("{byte:02x}"));
            needles.insert(hex.collect());
            base64.extend((0..3).map(|shift| in_base64(secret, shift)));
        }
        // a secret may be all white space and escapes
        let long = |needle: &String| needle.chars().count() >= SHORTEST;
        let plain: Vec<String> = needles.into_iter().filter(long).collect();
        let base64: Vec<String> = base64.into_iter().filter(long).collect();
        Redaction {
            needles: Needles::new(&plain, &base64),
            set: Arc::default(),
        }
    }

    /// Notes what a request sets: an answer may show that.
    pub(crate) fn sent(&self, body: &[u8]) {
        let values = variables::values(body);
        let mut set = self.set.lock().unwrap_or_else(PoisonError::into_inner);
        set.extend(values.into_iter().map(|value| value.text));
    }

    /// The body of an answer without secrets and without the values of variables that nobody sent; nothing if it has none.
    pub(crate) fn body(&self, body: &[u8]) -> Option<Vec<u8>> {
        let mut hits = self.hits(body);
        let set = self.set.lock().unwrap_or_else(PoisonError::into_inner);
        for value in variables::values(body) {
            let long = value.text.chars().count() >= SHORTEST;
            if long && !set.contains(&value.text) {
                hits.push(Hit {
                    at: value.at,
                    // a number stays one: that it is none of the texts that are due is to be seen
                    instead: if value.quoted { INSTEAD } else { "0" },
                });
            }
        }
        replaced(body, hits)
    }

    /// Any other text without secrets; nothing if it has none.
    pub(crate) fn bytes(&self, text: &[u8]) -> Option<Vec<u8>> {
        replaced(text, self.hits(text))
    }

    /// A text without secrets.
    pub(crate) fn text(&self, text: &str) -> String {
        match self.bytes(text.as_bytes()) {
            Some(redacted) => String::from_utf8_lossy(&redacted).into_owned(),
            None => text.to_owned(),
        }
    }

    /// Where secrets stand.
    fn hits(&self, text: &[u8]) -> Vec<Hit> {
        let mut hits = Vec::new();
        let Some(needles) = &self.needles else {
            return hits;
        };
        let mut start = 0;
        while text.len() - start >= needles.shortest {
            let end = (start + PIECE).min(text.len());
            let piece = &text[start..end];
            if layers(piece, false).any(|layer| needles.are_in(&layer)) {
                let found = layers(piece, true).flat_map(|layer| needles.find_in(&layer));
                hits.extend(found.map(|hit| Hit {
                    at: start + hit.start..start + hit.end,
                    instead: INSTEAD,
                }));
            }
            if end == text.len() {
                break;
            }
            start = end - OVERLAP;
        }
        hits
    }
}

/// A text as it is, and as it is once one more layer of escapes is read.
fn layers(text: &[u8], placed: bool) -> impl Iterator<Item = View> {
    let mut next = Some(View::of(text, placed));
    let layers = std::iter::from_fn(move || {
        let layer = next.take()?;
        next = layer.decoded();
        Some(layer)
    });
    layers.take(LAYERS + 1)
}

/// What is taken out, and what is put there.
struct Hit {
    at: Range<usize>,
    instead: &'static str,
}

/// What base64 makes of a text that stands behind `shift` other bytes, as it stands in a [`View::base64`]: without the
/// letters that also depend on its neighbours.
fn in_base64(text: &str, shift: usize) -> String {
    let mut bytes = vec![0; shift];
    bytes.extend_from_slice(text.as_bytes());
    let whole = STANDARD_NO_PAD.encode(&bytes);
    let first = (shift * 8).div_ceil(6);
    let last = whole.len() - usize::from(!bytes.len().is_multiple_of(3));
    let inner = View::of(&whole.as_bytes()[first..last], false);
    inner.folded().base64().text
}

/// The text with something else in these places, which may overlap; nothing if there is none.
fn replaced(text: &[u8], mut hits: Vec<Hit>) -> Option<Vec<u8>> {
    if hits.is_empty() {
        return None;
    }
    hits.sort_by_key(|hit| hit.at.start);
    let mut out = Vec::with_capacity(text.len());
    let mut done = 0;
    for Hit { at, instead } in hits {
        if at.start >= done {
            out.extend_from_slice(&text[done..at.start]);
            out.extend_from_slice(instead.as_bytes());
        }
        done = done.max(at.end);
    }
    out.extend_from_slice(&text[done..]);
    Some(out)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    /// With all that a base64 token and a password have that needs an escape.
    const SECRET: &str = "Zx9/Qk+7\"w&<%41=\\Lm_0-Ee==";

    fn redaction(secrets: &[&str]) -> Redaction {
        let mut all = Secrets::default();
        secrets.iter().for_each(|secret| all.add(*secret));
        Redaction::new(&all)
    }

    fn every(secret: &str, write: impl Fn(u8) -> String) -> String {
        secret.bytes().map(write).collect()
    }

    /// The secret as somebody might write it.
    fn writings() -> Vec<(&'static str, String)> {
        let json = serde_json::to_string(SECRET).expect("JSON");
        let json = json.trim_matches('"').to_owned();
        let json = json[..json.len()].to_owned();
        let html = |text: &str| {
            text.replace('&', "&amp;")
                .replace('<', "&lt;")
                .replace('"', "&quot;")
        };
        let percent = every(SECRET, |byte| match byte {
            byte if byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
            byte => format!("%{byte:02X}"),
        });
        let mut all = vec![
            ("as it is", SECRET.to_owned()),
            ("JSON", json.clone()),
            ("JSON with slashes", json.replace('/', "\\/")),
            (
                "JSON with u",
                json.replace('=', "\\u003d").replace('+', "\\u002B"),
            ),
            ("JSON all u", every(SECRET, |byte| format!("\\u{byte:04x}"))),
            ("JSON all U", every(SECRET, |byte| format!("\\u{byte:04X}"))),
            ("x", every(SECRET, |byte| format!("\\x{byte:02x}"))),
            ("octal", every(SECRET, |byte| format!("\\{byte:03o}"))),
            (
                "u in braces",
                every(SECRET, |byte| format!("\\u{{{byte:x}}}")),
            ),
            ("percent", percent.clone()),
            ("small percent", percent.to_lowercase()),
            (
                "percent throughout",
                every(SECRET, |byte| format!("%{byte:02x}")),
            ),
            ("percent twice", percent.replace('%', "%25")),
            ("HTML", html(SECRET)),
            (
                "HTML names",
                SECRET
                    .replace('&', "&amp;")
                    .replace('/', "&sol;")
                    .replace('+', "&plus;")
                    .replace('=', "&equals;")
                    .replace('_', "&lowbar;"),
            ),
            ("HTML decimal", every(SECRET, |byte| format!("&#{byte};"))),
            ("HTML hex", every(SECRET, |byte| format!("&#x{byte:x};"))),
            ("HTML HEX", every(SECRET, |byte| format!("&#X{byte:X};"))),
            ("HTML padded", every(SECRET, |byte| format!("&#{byte:07};"))),
            ("HTML of JSON", html(&json)),
            ("HTML of HTML", html(&html(SECRET))),
            (
                "JSON of JSON",
                json.replace('\\', "\\\\").replace('"', "\\\""),
            ),
            ("JSON of percent", percent.replace('%', "\\u0025")),
            ("capitals", SECRET.to_uppercase()),
            (
                "broken lines",
                format!("{}\r\n {}", &SECRET[..9], &SECRET[9..]),
            ),
            ("hex", every(SECRET, |byte| format!("{byte:02X}"))),
        ];
        for before in ["", "a", "ab", "abc"] {
            for after in ["", "y", "yz"] {
                let text = format!("{before}{SECRET}{after}");
                all.push(("base64", STANDARD_NO_PAD.encode(&text)));
                let url = base64::engine::general_purpose::URL_SAFE.encode(&text);
                all.push(("base64 of URLs", url));
            }
        }
        all
    }

    /// Decodes like any reader and looks for the secret, on a way of its own.
    fn is_in(text: &str) -> bool {
        let squeezed = text.replace(['\r', '\n', ' '], "").to_lowercase();
        writings().iter().any(|(_, written)| {
            let written = written.replace(['\r', '\n', ' '], "").to_lowercase();
            // of base64, what the neighbours do not change
            let inner = &written[4..written.len() - 4];
            squeezed.contains(inner)
        })
    }

    #[test]
    fn a_secret_is_found_however_it_is_written() {
        let redaction = redaction(&[SECRET]);
        for (name, written) in writings() {
            let text = format!("before {written} after");
            assert!(is_in(&text), "{name}");
            let out = redaction.text(&text);
            assert!(!is_in(&out), "{name}: {out}");
            assert!(out.starts_with("before "), "{name}: {out}");
            assert!(out.ends_with(" after"), "{name}: {out}");
            assert!(out.contains("(secret)"), "{name}: {out}");
        }
    }

    #[test]
    fn json_stays_json() {
        let redaction = redaction(&[SECRET]);
        for (name, written) in writings() {
            let body = serde_json::json!({ "message": written, "n": 1 }).to_string();
            let out = redaction
                .body(body.as_bytes())
                .unwrap_or_else(|| panic!("{name}"));
            let read: serde_json::Value = serde_json::from_slice(&out).expect("JSON");
            let message = read["message"].as_str().expect("a text");
            assert!(
                !is_in(message) && message.contains("(secret)"),
                "{name}: {message}"
            );
        }
    }

    #[test]
    fn a_secret_in_a_large_body_is_found_wherever_the_pieces_part() {
        let redaction = redaction(&[SECRET]);
        for before in [PIECE - 300, PIECE - OVERLAP - 50, 2 * PIECE - OVERLAP - 20] {
            let escaped = every(SECRET, |byte| format!("\\u{byte:04x}"));
            let text = format!("{}{escaped}{}", "x".repeat(before), "y".repeat(PIECE));
            let out = redaction.text(&text);
            assert_eq!(out.len(), before + INSTEAD.len() + PIECE);
        }
    }

    #[rstest]
    #[case("test")]
    #[case("seven77")]
    #[case("")]
    fn a_short_word_is_no_secret(#[case] word: &str) {
        let text = format!("a {word} b");
        assert_eq!(redaction(&[word]).text(&text), text);
    }

    #[rstest]
    #[case("nothing of it: Zx9/Qk+7")]
    #[case("100% &amp; \\u003d \\")]
    #[case("%")]
    #[case("&#")]
    #[case("\\u{")]
    #[case("\\ud83d\\u")]
    #[case("&#99999999999;&#xd800;%zz%é\\xé")]
    fn what_is_no_secret_stays(#[case] text: &str) {
        assert_eq!(redaction(&[SECRET]).text(text), text);
        assert_eq!(redaction(&[SECRET]).bytes(text.as_bytes()), None);
    }

    #[test]
    fn what_is_no_text_stays_as_it_is() {
        let text = [&b"\xff\xfe"[..], SECRET.as_bytes(), b"\xc3"].concat();
        let out = redaction(&[SECRET]).bytes(&text).expect("found");
        assert_eq!(out, [&b"\xff\xfe"[..], b"(secret)", b"\xc3"].concat());
    }

    #[rstest]
    #[case(
        r#"{"Environment":{"Variables":{"A":"foreign-value","B":"short"}}}"#,
        r#"{"Environment":{"Variables":{"A":"(secret)","B":"short"}}}"#
    )]
    #[case(
        r#"{"Environment":{"Variables":{"A":"our own value"}}}"#,
        r#"{"Environment":{"Variables":{"A":"our own value"}}}"#
    )]
    #[case(
        r#"{"Environment":{"Variables":{"A":"our\u0020own value"}}}"#,
        r#"{"Environment":{"Variables":{"A":"our\u0020own value"}}}"#
    )]
    #[case(r#"{"Functions":[{"environment":{"variables":{"A":["foreign-value",123456789]}}},{"Role":"a-long-name"}]}"#, r#"{"Functions":[{"environment":{"variables":{"A":["(secret)",0]}}},{"Role":"a-long-name"}]}"#)]
    #[case(
        r#"{"Environment":{"Variables":"foreign-value"},"Description":"some text"}"#,
        r#"{"Environment":{"Variables":"(secret)"},"Description":"some text"}"#
    )]
    #[case(
        r#"{"Environment":{"Variables":{"A":"foreign-va"#,
        r#"{"Environment":{"Variables":{"A":"(secret)"#
    )]
    #[case(
        r#"{"Environment":{"Variables":{"foreign-name":""}},"Variables":"a long text"}"#,
        r#"{"Environment":{"Variables":{"foreign-name":""}},"Variables":"a long text"}"#
    )]
    fn values_of_variables_that_nobody_sent_are_taken_out(#[case] body: &str, #[case] due: &str) {
        let redaction = redaction(&[]);
        redaction.sent(br#"{"Environment":{"Variables":{"A":"our own value"}}}"#);
        let out = redaction.body(body.as_bytes());
        let out = out.unwrap_or_else(|| body.as_bytes().to_vec());
        assert_eq!(String::from_utf8_lossy(&out), due);
    }

    #[rstest]
    #[case("http://proxyuser:pass%2Fword1@proxy:3128", &["proxyuser", "pass%2Fword1", "pass/word1"])]
    #[case("longlonguser:longlongword@proxy", &["longlonguser", "longlongword"])]
    #[case("http://proxy:3128", &[])]
    #[case("http://u:p@proxy:3128", &[])]
    fn a_url_has_its_user_part_for_a_secret(#[case] url: &str, #[case] due: &[&str]) {
        let mut secrets = Secrets::default();
        secrets.add_url(url);
        for text in due {
            assert!(secrets.0.iter().any(|known| known == text), "{text}");
        }
        assert!(secrets.0.is_empty() == due.is_empty());
    }

    #[test]
    fn an_account_is_no_key() {
        let mut secrets = Secrets::default();
        secrets.add_key("000000000000");
        secrets.add_key("localstack");
        secrets.add_key("1234567890123456");
        assert!(secrets.0.is_empty());
        secrets.add_key("AKIAIOSFODNN7EXAMPLE");
        assert_eq!(format!("{secrets:?}"), "1 secrets");
    }
}
