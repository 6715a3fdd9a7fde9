//! [`choose`]: which credentials a run signs with.
//!
//! A pure function of the endpoint and of environment variables; reads no file and asks no service.

use crate::target::{Credentials, Endpoint};

/// What emulators take for credentials.
const STATIC: &str = "test";

/// Which credentials the person asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Source {
    /// The environment where it has both halves; else `test`/`test`, but never on an AWS host.
    #[default]
    Auto,
    /// The environment, on any host; nothing invented.
    #[cfg_attr(
        not(feature = "cli"),
        expect(dead_code, reason = "only the command line has the option")
    )]
    Chain,
}

/// How credentials are chosen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Choice {
    /// `--credentials chain` or nothing.
    pub source: Source,
    /// `--send-session-token`: a token may go to a host that is neither this machine nor AWS.
    pub send_session_token: bool,
}

/// Credentials and what a person should know about how they were found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Chosen {
    /// What to sign with.
    pub credentials: Credentials,
    /// Where they are from.
    pub from: &'static str,
    /// What was left out, each a lowercase fragment.
    pub notes: Vec<String>,
}

/// Why there are no credentials.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum CredentialsError {
    /// Nothing in the environment, where nothing may be invented.
    #[error(
        "no credentials for `{endpoint}`: set `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`; \
         profiles, SSO and instance roles are not read yet, so export them, for instance with \
         `eval \"$(aws configure export-credentials --format env)\"`"
    )]
    None {
        /// Where they would have been used.
        endpoint: String,
    },
    /// Only one half is set, where nothing may be invented.
    #[error("`{set}` is set and `{missing}` is not; set both for `{endpoint}`")]
    Half {
        /// The variable that is set.
        set: &'static str,
        /// The variable that is not.
        missing: &'static str,
        /// Where they would have been used.
        endpoint: String,
    },
    /// The token would go out in the clear.
    #[error(
        "the session token is not sent to `{endpoint}` over plain `http://`, where anybody on the way can read it; write \
         `https://`"
    )]
    Plain {
        /// Where it would have gone.
        endpoint: String,
    },
    /// The secret halves would go out in a form that no header can carry.
    #[error(
        "`{variable}` holds a character that no HTTP header can carry; check it for line breaks and quotes"
    )]
    Unusable {
        /// The variable.
        variable: &'static str,
    },
}

const KEY: &str = "AWS_ACCESS_KEY_ID";
const SECRET: &str = "AWS_SECRET_ACCESS_KEY";
const TOKEN: &str = "AWS_SESSION_TOKEN";

/// Chooses the credentials for `endpoint`. `variable` looks up an environment variable; an empty one counts as not set.
pub(crate) fn choose(
    endpoint: &Endpoint,
    choice: Choice,
    variable: impl Fn(&str) -> Option<String>,
) -> Result<Chosen, CredentialsError> {
    let set = |name: &str| variable(name).filter(|value| !value.is_empty());
    let invented_allowed = choice.source == Source::Auto && !endpoint.is_aws();
    match (set(KEY), set(SECRET)) {
        (Some(key), Some(secret)) => from_environment(endpoint, choice, key, secret, set(TOKEN)),
        (key, secret) if invented_allowed => {
            let mut notes = Vec::new();
            if key.is_some() || secret.is_some() {
                let (set, missing) = if key.is_some() {
                    (KEY, SECRET)
                } else {
                    (SECRET, KEY)
                };
                notes.push(format!(
                    "`{set}` is set and `{missing}` is not, so `{STATIC}`/`{STATIC}` was used"
                ));
            }
            Ok(Chosen {
                credentials: Credentials::new(STATIC, STATIC),
                from: "static",
                notes,
            })
        }
        (None, None) => Err(CredentialsError::None {
            endpoint: endpoint.to_string(),
        }),
        (key, _) => {
            let (set, missing) = if key.is_some() {
                (KEY, SECRET)
            } else {
                (SECRET, KEY)
            };
            Err(CredentialsError::Half {
                set,
                missing,
                endpoint: endpoint.to_string(),
            })
        }
    }
}

fn from_environment(
    endpoint: &Endpoint,
    choice: Choice,
    key: String,
    secret: String,
    token: Option<String>,
) -> Result<Chosen, CredentialsError> {
    let visible = |text: &str| text.bytes().all(|byte| byte.is_ascii_graphic());
    if !visible(&key) {
        return Err(CredentialsError::Unusable { variable: KEY });
    }
    if token.as_deref().is_some_and(|token| !visible(token)) {
        return Err(CredentialsError::Unusable { variable: TOKEN });
    }
    if token.is_some() && endpoint.is_aws() && !endpoint.is_secure() {
        return Err(CredentialsError::Plain {
            endpoint: endpoint.to_string(),
        });
    }
    let trusted = endpoint.is_loopback() || endpoint.is_aws() || choice.send_session_token;
    let mut notes = Vec::new();
    if token.is_some() && !trusted {
        notes.push(format!(
            "the session token was not sent, because `{}` is neither this machine nor AWS; \
             `--send-session-token` sends it",
            endpoint.host()
        ));
    }
    Ok(Chosen {
        credentials: Credentials {
            access_key_id: key,
            secret_access_key: secret,
            session_token: token.filter(|_| trusted),
        },
        from: "environment",
        notes,
    })
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    const LOCAL: &str = "http://localhost:4566";
    const OTHER: &str = "http://emulator.example:4566";
    const AWS: &str = "https://lambda.us-east-1.amazonaws.com";

    fn chosen(
        url: &str,
        choice: Choice,
        [key, secret, token]: [Option<&str>; 3],
    ) -> Result<Chosen, CredentialsError> {
        choose(&url.parse().expect("an endpoint"), choice, |name| {
            match name {
                "AWS_ACCESS_KEY_ID" => key,
                "AWS_SECRET_ACCESS_KEY" => secret,
                "AWS_SESSION_TOKEN" => token,
                _ => None,
            }
            .map(str::to_owned)
        })
    }

    fn flag(source: Source, send_session_token: bool) -> Choice {
        Choice {
            source,
            send_session_token,
        }
    }

    const BOTH: [Option<&str>; 3] = [Some("AK"), Some("SK"), None];
    const ALL: [Option<&str>; 3] = [Some("AK"), Some("SK"), Some("TK")];
    const NONE: [Option<&str>; 3] = [None, None, None];

    #[rstest]
    // Bare endpoints: the environment where it is whole, else what emulators take.
    #[case(LOCAL, flag(Source::Auto, false), NONE, "test", "test", None, 0)]
    #[case(OTHER, flag(Source::Auto, false), NONE, "test", "test", None, 0)]
    #[case(LOCAL, flag(Source::Auto, false), BOTH, "AK", "SK", None, 0)]
    #[case(OTHER, flag(Source::Auto, false), BOTH, "AK", "SK", None, 0)]
    #[case(LOCAL, flag(Source::Auto, false), [Some("AK"), None, None], "test", "test", None, 1)]
    #[case(LOCAL, flag(Source::Auto, false), [None, Some("SK"), None], "test", "test", None, 1)]
    #[case(LOCAL, flag(Source::Auto, false), [Some(""), Some("SK"), None], "test", "test", None, 1)]
    #[case(LOCAL, flag(Source::Auto, false), [None, None, Some("TK")], "test", "test", None, 0)]
    // Session tokens: this machine and AWS, others only with the flag.
    #[case(LOCAL, flag(Source::Auto, false), ALL, "AK", "SK", Some("TK"), 0)]
    #[case(AWS, flag(Source::Auto, false), ALL, "AK", "SK", Some("TK"), 0)]
    #[case(OTHER, flag(Source::Auto, false), ALL, "AK", "SK", None, 1)]
    #[case(OTHER, flag(Source::Auto, true), ALL, "AK", "SK", Some("TK"), 0)]
    #[case(OTHER, flag(Source::Chain, false), ALL, "AK", "SK", None, 1)]
    // AWS and the chain.
    #[case(AWS, flag(Source::Auto, false), BOTH, "AK", "SK", None, 0)]
    #[case(LOCAL, flag(Source::Chain, false), BOTH, "AK", "SK", None, 0)]
    fn credentials_are_chosen_by_host_and_environment(
        #[case] url: &str,
        #[case] choice: Choice,
        #[case] environment: [Option<&str>; 3],
        #[case] key: &str,
        #[case] secret: &str,
        #[case] token: Option<&str>,
        #[case] notes: usize,
    ) {
        let chosen = chosen(url, choice, environment).expect("credentials");
        assert_eq!(chosen.credentials.access_key_id, key);
        assert_eq!(chosen.credentials.secret_access_key, secret);
        assert_eq!(chosen.credentials.session_token.as_deref(), token);
        assert_eq!(chosen.notes.len(), notes, "{:?}", chosen.notes);
    }

    #[rstest]
    #[case(
        AWS,
        flag(Source::Auto, false),
        NONE,
        "aws configure export-credentials"
    )]
    #[case(AWS, flag(Source::Chain, false), NONE, "set `AWS_ACCESS_KEY_ID`")]
    #[case(LOCAL, flag(Source::Chain, false), NONE, "set `AWS_ACCESS_KEY_ID`")]
    #[case(AWS, flag(Source::Auto, false), [Some("AK"), None, None], "`AWS_SECRET_ACCESS_KEY` is not")]
    #[case(AWS, flag(Source::Auto, false), [None, Some("SK"), None], "`AWS_ACCESS_KEY_ID` is not")]
    #[case(AWS, flag(Source::Auto, false), [None, None, Some("TK")], "set `AWS_ACCESS_KEY_ID`")]
    #[case(
        "http://lambda.us-east-1.amazonaws.com",
        flag(Source::Auto, true),
        ALL,
        "write `https://`"
    )]
    #[case(LOCAL, flag(Source::Auto, false), [Some("AK\n"), Some("SK"), None], "`AWS_ACCESS_KEY_ID` holds")]
    #[case(LOCAL, flag(Source::Auto, false), [Some("AK"), Some("SK"), Some("a b")], "`AWS_SESSION_TOKEN` holds")]
    fn nothing_is_invented_for_aws(
        #[case] url: &str,
        #[case] choice: Choice,
        #[case] environment: [Option<&str>; 3],
        #[case] hint: &str,
    ) {
        let error = chosen(url, choice, environment)
            .expect_err("no credentials")
            .to_string();
        assert!(error.contains(hint), "{error}");
        assert!(!error.contains("SK") && !error.contains("TK"), "{error}");
    }
}
