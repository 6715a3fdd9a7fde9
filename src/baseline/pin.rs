//! [`Pin`]: a found value as a baseline holds it: with a shape in place of what changes from run to run.

use std::sync::LazyLock;

use regex::Regex;
use time::{Date, Duration};

use crate::{
    text::{Bindings, glob},
    verdict::Mismatch,
};

/// Where every answer may have a value of its own, by contract: there even an unknown form is held by its shape.
#[cfg(feature = "baseline")]
const VOLATILE: [&str; 2] = ["headers.x-amzn-requestid", "body.RevisionId"];

/// In a pinned value: whatever comes.
const ANY: &str = "<any>";

static UUID: LazyLock<Regex> = LazyLock::new(|| {
    expression(r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}")
});
static TIME: LazyLock<Regex> = LazyLock::new(|| {
    expression(r"[0-9]{4}-[0-9]{2}-[0-9]{2}([T ])[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?")
});
static EPOCH: LazyLock<Regex> =
    LazyLock::new(|| expression(r"\b([0-9]{10})([0-9]{3})?(\.[0-9]+)?\b"));
static TOKEN: LazyLock<Regex> = LazyLock::new(|| expression(r"[A-Za-z0-9+/=_-]{16,}"));

fn expression(text: &str) -> Regex {
    Regex::new(text).expect("invariant: an expression of this file")
}

/// How the values of one run are pinned.
#[derive(Debug)]
pub(super) struct Pin {
    /// What the run made up, and what is written for it.
    names: Vec<(String, &'static str)>,
    today: Date,
}

impl Pin {
    pub(super) fn new(bindings: &Bindings, today: Date) -> Pin {
        let mut names = Vec::new();
        if let Some(function) = bindings.get("function") {
            names.push((function.to_owned(), "<function>"));
        }
        if let Some(run) = bindings.get("run") {
            names.push((
                format!("lambda-conformance-{run}-"),
                "lambda-conformance-<run>-",
            ));
        }
        Pin { names, today }
    }

    /// What a baseline holds of a mismatch.
    #[cfg(feature = "baseline")]
    pub(super) fn value(&self, mismatch: &Mismatch) -> String {
        let pinned = self.strict(&mismatch.found);
        if VOLATILE.contains(&mismatch.at.to_string().as_str()) {
            loose(&pinned)
        } else {
            pinned
        }
    }

    /// Whether a pinned value is what was found.
    pub(super) fn holds(&self, pinned: &str, mismatch: &Mismatch) -> bool {
        let strict = self.strict(&mismatch.found);
        pinned == strict || pinned == loose(&strict) || glob(pinned, ANY, &strict)
    }

    #[cfg(feature = "baseline")]
    /// The value that holds for what was pinned and for what was found now, if they differ only in what looks random.
    pub(super) fn both(&self, pinned: &str, mismatch: &Mismatch) -> Option<String> {
        let loose_now = loose(&self.strict(&mismatch.found));
        (loose(pinned) == loose_now).then_some(loose_now)
    }

    /// Names, ids and times by their shape; all else as it is.
    fn strict(&self, found: &str) -> String {
        let mut value = found.to_owned();
        for (name, written) in &self.names {
            value = value.replace(name, written);
        }
        let value = UUID.replace_all(&value, "<uuid>");
        let value = TIME.replace_all(&value, |found: &regex::Captures<'_>| {
            let fraction = if found.get(2).is_some() { ".0" } else { "" };
            format!("<0000-00-00{}00:00:00{fraction}>", &found[1])
        });
        let value = EPOCH.replace_all(&value, |found: &regex::Captures<'_>| {
            if !self.is_now(&found[1]) {
                return found[0].to_owned();
            }
            let unit = if found.get(2).is_some() { "ms" } else { "s" };
            let fraction = if found.get(3).is_some() { ".0" } else { "" };
            format!("<epoch {unit}{fraction}>")
        });
        value.into_owned()
    }

    /// Whether seconds since 1970 are of these days.
    fn is_now(&self, seconds: &str) -> bool {
        let noon = self.today.midnight().assume_utc() + Duration::hours(12);
        seconds
            .parse::<i64>()
            .is_ok_and(|seconds| (seconds - noon.unix_timestamp()).abs() < 2 * 86_400)
    }
}

/// What looks random by its length.
fn loose(value: &str) -> String {
    let replaced = TOKEN.replace_all(value, |found: &regex::Captures<'_>| {
        let token = &found[0];
        let random = token.bytes().any(|b| b.is_ascii_digit())
            && token.bytes().any(|b| b.is_ascii_alphabetic());
        if random {
            format!("<{} letters and digits>", token.len())
        } else {
            token.to_owned()
        }
    });
    replaced.into_owned()
}
