//! [`curl`]: a request as one line that a person can paste into a shell.
//!
//! Names the variables that hold secrets, never the secrets.

use bytes::Bytes;
use http::header;

use super::origin_form;
use crate::{case::Auth, sink::is_unseen, target::Target};

/// The request as one `curl` line for a POSIX shell, which sends the same request line, headers and body.
///
/// `request` is as [`super::request`] or [`super::address`] leave it; what a signature added is left out, because curl
/// signs by itself with the caller's `$AWS_…` variables. curl 7.88 signs a path that holds `%` or `:`, and a query out of
/// order, wrongly: there a target that checks signatures answers 403 to the line although it accepts our request.
pub fn curl(request: &http::Request<Bytes>, target: &Target, auth: Auth) -> String {
    // `-g`: no globbing of `[`, `{`; `--path-as-is`: no dot segments resolved; `-q` is for a person's own ~/.curlrc and stays theirs.
    let mut words = vec!["curl -sS -i -g --path-as-is".to_owned()];
    if request.method() == http::Method::HEAD {
        words.push("-I".to_owned());
    } else if request.method() != http::Method::GET || !request.body().is_empty() {
        words.push(format!("-X {}", quoted(request.method().as_str())));
    }
    if auth != Auth::Unsigned {
        words.push(format!(
            "--aws-sigv4 {}",
            quoted(&format!("aws:amz:{}:lambda", target.region))
        ));
        words.push("--user \"$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY\"".to_owned());
        if target.identities.caller.session_token.is_some() {
            words.push("-H \"x-amz-security-token: $AWS_SESSION_TOKEN\"".to_owned());
        }
    }
    for (name, value) in request.headers() {
        if is_of_signature(name) {
            continue;
        }
        let value = String::from_utf8_lossy(value.as_bytes());
        // `name:` would take the header away; a semicolon sends it empty.
        let field = if value.is_empty() {
            format!("{name};")
        } else {
            format!("{name}: {value}")
        };
        words.push(format!("-H {}", quoted(&field)));
    }
    if !request.body().is_empty() {
        if !request.headers().contains_key(header::CONTENT_TYPE) {
            // curl would call the body a form.
            words.push("-H 'content-type:'".to_owned());
        }
        words.push(format!(
            "--data-raw {}",
            quoted(&String::from_utf8_lossy(request.body()))
        ));
    }
    let url = if request.uri().scheme().is_some() {
        request.uri().to_string()
    } else {
        format!("{}{}", target.endpoint, origin_form(request.uri()))
    };
    words.push(quoted(&url));
    words.join(" ")
}

/// Whether a header is one that signing adds: it goes stale, and two of them are secret.
fn is_of_signature(name: &http::HeaderName) -> bool {
    *name == header::AUTHORIZATION
        || ["x-amz-date", "x-amz-security-token", "x-amz-content-sha256"].contains(&name.as_str())
}

/// `text` as one word of a POSIX shell.
fn quoted(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./:=@%+,".contains(&byte);
    if !text.is_empty() && text.bytes().all(plain) {
        text.to_owned()
    } else if text.contains(is_unseen) {
        let letters = text.chars().map(|letter| match letter {
            '\'' | '\\' => format!("\\{letter}"),
            letter if is_unseen(letter) => {
                let mut bytes = [0; 4];
                let bytes = letter.encode_utf8(&mut bytes).bytes();
                bytes.map(|byte| format!("\\{byte:03o}")).collect()
            }
            letter => letter.to_string(),
        });
        format!("$'{}'", letters.collect::<String>())
    } else {
        format!("'{}'", text.replace('\'', "'\\''"))
    }
}

#[cfg(test)]
mod tests {
    use http::Request;
    use rstest::rstest;

    use super::*;
    use crate::target::Credentials;

    fn target(caller: Credentials) -> Target {
        Target::new(
            "t",
            "http://localhost:4566/base".parse().expect("an endpoint"),
            "us-west-2",
            caller,
        )
    }

    fn get(path: &str) -> Request<Bytes> {
        Request::get(path).body(Bytes::new()).expect("a request")
    }

    #[test]
    fn a_read_is_one_line() {
        let line = curl(
            &get("/f/a%3Ab?Qualifier=%24LATEST"),
            &target(Credentials::new("AK", "SK")),
            Auth::Signed,
        );
        assert_eq!(
            line,
            "curl -sS -i -g --path-as-is --aws-sigv4 aws:amz:us-west-2:lambda \
             --user \"$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY\" 'http://localhost:4566/base/f/a%3Ab?Qualifier=%24LATEST'"
        );
    }

    #[test]
    fn no_secret_and_no_stale_signature_stands_in_it() {
        let caller = Credentials::new("AKEY", "SECRET").with_token("TOKEN");
        let mut request = get("/f/x");
        for (name, value) in [
            ("authorization", "AWS4-HMAC-SHA256 Credential=AKEY"),
            ("x-amz-date", "20260101T000000Z"),
            ("x-amz-security-token", "TOKEN"),
        ] {
            request
                .headers_mut()
                .insert(name, http::HeaderValue::from_static(value));
        }
        let line = curl(&request, &target(caller), Auth::Signed);
        for secret in ["AKEY", "SECRET ", "TOKEN ", "2026"] {
            assert!(
                !line.replace("$AWS_SESSION_TOKEN", "").contains(secret),
                "{line}"
            );
        }
        assert!(
            line.contains("-H \"x-amz-security-token: $AWS_SESSION_TOKEN\""),
            "{line}"
        );
    }

    #[test]
    fn an_unsigned_request_names_no_credentials() {
        let line = curl(
            &get("/f/x"),
            &target(Credentials::new("AK", "SK")),
            Auth::Unsigned,
        );
        assert!(
            !line.contains("sigv4") && !line.contains("--user"),
            "{line}"
        );
    }

    #[rstest]
    #[case("a", "a")]
    #[case("", "''")]
    #[case("a b", "'a b'")]
    #[case("it's", "'it'\\''s'")]
    #[case("$x", "'$x'")]
    #[case("~", "'~'")]
    #[case("a&b", "'a&b'")]
    #[case("a\u{202e}'\\b\n", "$'a\\342\\200\\256\\'\\\\b\\012'")]
    fn words_are_quoted(#[case] text: &str, #[case] word: &str) {
        assert_eq!(quoted(text), word);
    }
}
