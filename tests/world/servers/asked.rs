//! [`Asked`]: which configuration a read names, and servers that read another.

use std::sync::{Arc, LazyLock};

use bytes::Bytes;
use http::{Request, Response};
use lambda_conformance::mock::Middleware;
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use regex::Regex;

use super::{Next, is_read};

static NAME: LazyLock<Regex> = LazyLock::new(|| {
    let pattern = [
        r"(?<arn>(?:arn:(?:aws[a-zA-Z-]*)?:lambda:)?)",
        r"(?:(?<region>[a-z]{2}(?:-gov)?-[a-z]+-\d):)?",
        r"(?:(?<account>\d{12}):)?",
        r"(?<literal>(?:function:)?)",
        r"(?<name>[a-zA-Z0-9_.-]+)",
        r"(?::(?<qualifier>\$LATEST|[a-zA-Z0-9_-]+))?",
    ];
    Regex::new(&format!("^{}$", pattern.concat())).expect("a pattern")
});

/// What a read names, where its name is well formed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Asked {
    /// `arn:aws:lambda:`, or nothing.
    pub(crate) arn: String,
    pub(crate) region: Option<String>,
    pub(crate) account: Option<String>,
    /// `function:`, or nothing.
    pub(crate) literal: String,
    pub(crate) name: String,
    /// The qualifier after the name.
    pub(crate) suffix: Option<String>,
    /// The qualifier of the query.
    pub(crate) query: Option<String>,
}

impl Asked {
    pub(crate) fn of(request: &Request<Bytes>) -> Option<Asked> {
        let segments: Vec<&str> = request.uri().path().split('/').collect();
        let ["", "2015-03-31", "functions", label, "configuration"] = segments[..] else {
            return None;
        };
        if !is_read(request) {
            return None;
        }
        let label = percent_decode_str(label).decode_utf8().ok()?;
        let parts = NAME.captures(&label)?;
        let part = |name: &str| parts.name(name).map(|part| part.as_str().to_owned());
        let pairs = request.uri().query().unwrap_or_default().split('&');
        let query = pairs.filter_map(|pair| pair.strip_prefix("Qualifier="));
        let query: Option<&str> = query.into_iter().next();
        let query = query.map(|text| percent_decode_str(text).decode_utf8_lossy().into_owned());
        Some(Asked {
            arn: part("arn")?,
            region: part("region"),
            account: part("account"),
            literal: part("literal")?,
            name: part("name")?,
            suffix: part("qualifier"),
            query,
        })
    }

    /// The request that asks for it, from whoever sent `request`.
    pub(crate) fn written(&self, request: &Request<Bytes>) -> Request<Bytes> {
        let mut label = self.arn.clone();
        for part in [&self.region, &self.account].into_iter().flatten() {
            label.push_str(&format!("{part}:"));
        }
        label.push_str(&format!("{}{}", self.literal, self.name));
        if let Some(suffix) = &self.suffix {
            label.push_str(&format!(":{suffix}"));
        }
        let escaped = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
        let query = self.query.as_deref().map(escaped);
        let query = query.map(|query| format!("?Qualifier={query}"));
        let path = format!("/2015-03-31/functions/{}/configuration", escaped(&label));
        let mut request = request.clone();
        let target = format!("{path}{}", query.unwrap_or_default());
        *request.uri_mut() = target.parse().expect("a path of a request");
        request
    }

    /// The same in lower case, `$LATEST` apart.
    pub(crate) fn folded(qualifier: &str) -> String {
        match qualifier {
            "$LATEST" => qualifier.to_owned(),
            _ => qualifier.to_lowercase(),
        }
    }
}

/// A server that reads something else than it is asked for, where Lambda would look for it.
pub(crate) fn reading(change: impl Fn(&mut Asked) + Send + Sync + 'static) -> Arc<Middleware> {
    Arc::new(move |request: Request<Bytes>, mock: Next<'_>| {
        let answer = mock(request.clone());
        match Asked::of(&request) {
            Some(mut asked) if is_looked_for(&answer) => {
                let named = asked.clone();
                change(&mut asked);
                if asked == named {
                    return answer;
                }
                mock(asked.written(&request))
            }
            _ => answer,
        }
    })
}

/// Whether a request got as far as to be looked for: it is well formed and its caller may ask.
fn is_looked_for(answer: &Response<Bytes>) -> bool {
    answer.status() == 200 || answer.status() == 404
}
