//! [`Hopeless`]: what the first answers of a target can say that makes a run pointless.

use std::time::{Duration, SystemTime};

use http::header;
use serde_json::Value;
use time::{OffsetDateTime, format_description::well_known::Rfc2822};

use crate::observation::Observation;

/// How far two clocks may be apart: AWS refuses what was signed more than five minutes ago (X-AUTH-SKEW).
const APART: Duration = Duration::from_secs(5 * 60);

/// What each message ends with.
const ANYWAY: &str = "`--force` runs the cases anyway";

/// Why a run would only tell the same thing of every case.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Hopeless {
    /// It is no Lambda.
    #[error(
        "`{endpoint}` does not look like Lambda: two reads of absent functions got `{first}` and `{second}`, without a JSON \
         object and without any `x-amzn-` header; check `--endpoint`; {ANYWAY}"
    )]
    NoLambda {
        /// Where the requests went.
        endpoint: String,
        /// What one of them got.
        first: String,
        /// What the other one got.
        second: String,
    },
    /// It does not know the access key.
    #[error(
        "the target does not know the access key `{key}`: {answer}; check `AWS_ACCESS_KEY_ID` and, for temporary \
         credentials, `AWS_SESSION_TOKEN`; {ANYWAY}"
    )]
    UnknownKey {
        /// The id of the access key.
        key: String,
        /// What the target answered.
        answer: String,
    },
    /// The secret does not go with the access key.
    #[error(
        "the target refuses the signature made with the access key `{key}`: {answer}; check `AWS_SECRET_ACCESS_KEY`; \
         {ANYWAY}"
    )]
    WrongSecret {
        /// The id of the access key.
        key: String,
        /// What the target answered.
        answer: String,
    },
    /// The login is over.
    #[error("the session token has expired: {answer}; log in again; {ANYWAY}")]
    ExpiredToken {
        /// What the target answered.
        answer: String,
    },
    /// The clocks disagree.
    #[error(
        "the clock of this machine and that of the target are {apart} apart: {answer}; set the clock; {ANYWAY}"
    )]
    Clock {
        /// By how much.
        apart: String,
        /// What the target answered.
        answer: String,
    },
}

impl Hopeless {
    fn clock(apart: Option<String>, answer: String) -> Hopeless {
        let apart = apart.unwrap_or_else(|| "more than five minutes".to_owned());
        Hopeless::Clock { apart, answer }
    }
}

/// Why the credentials cannot be right, if the answer to a signed read says so.
pub(super) fn credentials(
    answer: &Observation,
    access_key_id: &str,
    now: SystemTime,
) -> Option<Hopeless> {
    let key = access_key_id.to_owned();
    let told = answer.in_one_line();
    match answer.error()?.as_str() {
        "UnrecognizedClientException" | "InvalidClientTokenId" | "InvalidAccessKeyId" => {
            Some(Hopeless::UnknownKey { key, answer: told })
        }
        "ExpiredTokenException" | "ExpiredToken" => Some(Hopeless::ExpiredToken { answer: told }),
        "InvalidSignatureException" | "SignatureDoesNotMatch" => {
            let apart = apart(answer, now);
            if apart.is_none() && !is_of_time(answer) {
                return Some(Hopeless::WrongSecret { key, answer: told });
            }
            Some(Hopeless::clock(apart, told))
        }
        "RequestTimeTooSkewed" | "RequestExpired" => {
            Some(Hopeless::clock(apart(answer, now), told))
        }
        _ => None,
    }
}

/// Whether a signature is refused for its time and not for its secret, as the text says.
fn is_of_time(answer: &Observation) -> bool {
    let says = |text: &str| {
        ["Signature expired", "Signature not yet current"]
            .iter()
            .any(|start| text.starts_with(start))
    };
    answer.message().is_some_and(|(_, text)| says(text))
}

/// How far the `Date` of an answer is from our time, if that is too far.
fn apart(answer: &Observation, now: SystemTime) -> Option<String> {
    let theirs = OffsetDateTime::parse(answer.header(header::DATE.as_str())?, &Rfc2822).ok()?;
    let apart = (OffsetDateTime::from(now) - theirs).unsigned_abs();
    (apart > APART).then(|| format!("{} minutes", apart.as_secs() / 60))
}

/// Whether an answer could be that of a Lambda, however wrong: it has a JSON object, or a header that only AWS has.
pub(super) fn could_be_lambda(answer: &Observation) -> bool {
    let mut names = answer.headers.keys();
    matches!(answer.json(), Ok(Value::Object(_)))
        || names.any(|name| name.as_str().starts_with("x-amzn-"))
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderValue};
    use rstest::rstest;

    use super::*;

    fn answer(status: u16, headers: &[(&'static str, &'static str)], body: &str) -> Observation {
        let headers: HeaderMap = headers
            .iter()
            .map(|(name, value)| {
                (
                    name.parse().expect("a name"),
                    HeaderValue::from_static(value),
                )
            })
            .collect();
        Observation::new(status, headers, body.to_owned())
    }

    #[rstest]
    #[case("UnrecognizedClientException", Some("`AWS_ACCESS_KEY_ID`"))]
    #[case("InvalidClientTokenId", Some("`AWS_ACCESS_KEY_ID`"))]
    #[case("InvalidSignatureException", Some("`AWS_SECRET_ACCESS_KEY`"))]
    #[case("SignatureDoesNotMatch", Some("`AWS_SECRET_ACCESS_KEY`"))]
    #[case("ExpiredTokenException", Some("log in again"))]
    #[case("RequestExpired", Some("set the clock"))]
    #[case("AccessDeniedException", None)]
    #[case("ResourceNotFoundException", None)]
    fn each_refusal_of_credentials_says_what_to_do(
        #[case] error: &'static str,
        #[case] told: Option<&str>,
    ) {
        let answer = answer(403, &[("x-amzn-errortype", error)], "{\"message\":\"no\"}");
        let found = credentials(&answer, "AKIDEXAMPLE", SystemTime::now());
        let found = found.map(|hopeless| hopeless.to_string());
        assert_eq!(found.is_some(), told.is_some(), "{found:?}");
        if let (Some(found), Some(told)) = (found, told) {
            assert!(found.contains(told) && found.contains("--force"), "{found}");
        }
    }

    #[rstest]
    #[case(4, false)]
    #[case(6, true)]
    fn a_clock_more_than_five_minutes_away_is_told_as_that(
        #[case] minutes: u64,
        #[case] clock: bool,
    ) {
        let date = "Wed, 21 Oct 2015 07:28:00 GMT";
        let now: SystemTime = OffsetDateTime::parse(date, &Rfc2822)
            .expect("a date")
            .into();
        let headers = [
            ("x-amzn-errortype", "InvalidSignatureException"),
            ("date", date),
        ];
        for now in [
            now + Duration::from_secs(60 * minutes),
            now - Duration::from_secs(60 * minutes),
        ] {
            let found = credentials(&answer(403, &headers, "{}"), "AKIDEXAMPLE", now);
            assert_eq!(
                matches!(found, Some(Hopeless::Clock { .. })),
                clock,
                "{found:?}"
            );
        }
    }

    /// Some servers send no `Date`.
    #[rstest]
    #[case(
        "Signature expired: 20151021T072800Z is now earlier than 20151021T073000Z",
        true
    )]
    #[case(
        "Signature not yet current: 20151021T072800Z is still later than 20151021T072000Z",
        true
    )]
    #[case(
        "The request signature we calculated does not match the signature you provided.",
        false
    )]
    fn the_text_says_whether_it_is_the_clock(#[case] text: &str, #[case] clock: bool) {
        let headers = [("x-amzn-errortype", "InvalidSignatureException")];
        let body = serde_json::json!({ "message": text }).to_string();
        let found = credentials(
            &answer(403, &headers, &body),
            "AKIDEXAMPLE",
            SystemTime::now(),
        );
        let told = found.expect("it is hopeless").to_string();
        assert_eq!(told.contains("set the clock"), clock, "{told}");
        assert_eq!(told.contains("AWS_SECRET_ACCESS_KEY"), !clock, "{told}");
    }

    #[rstest]
    #[case(&[], "{}", true)]
    #[case(&[("x-amzn-requestid", "1")], "<html>", true)]
    #[case(&[("x-amz-id-2", "1")], "<html>", false)]
    #[case(&[], "[]", false)]
    #[case(&[], "\"no\"", false)]
    #[case(&[], "", false)]
    fn a_lambda_answers_with_an_object_or_a_header_of_its_own(
        #[case] headers: &[(&'static str, &'static str)],
        #[case] body: &str,
        #[case] could: bool,
    ) {
        assert_eq!(could_be_lambda(&answer(404, headers, body)), could);
    }
}
