//! [`Pin`]: a found value as a baseline holds it: with a shape in place of what changes from run to run.

use std::sync::LazyLock;

use regex::Regex;
use time::{Date, Duration};

use crate::{
    text::{Bindings, glob},
    verdict::Mismatch,
};

/// Where every answer may have a value of its own, by contract: there even an unknown form is held by its shape.
const VOLATILE: [&str; 2] = ["headers.x-amzn-requestid", "body.RevisionId"];

/// The id of a run that has so many letters does not stand in an answer by chance.
const LONG_RUN_ID: usize = 8;

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
            // a short id, which a person gave, may stand anywhere by chance
            if run.len() >= LONG_RUN_ID {
                names.push((run.to_owned(), "<run>"));
            }
        }
        Pin { names, today }
    }

    /// What a baseline holds of a mismatch.
    #[cfg(feature = "baseline")]
    pub(super) fn value(&self, mismatch: &Mismatch) -> String {
        let strict = self.strict(&mismatch.found);
        if is_volatile(mismatch) {
            loose(&strict, mismatch)
        } else {
            strict
        }
    }

    /// Whether a pinned value is what was found.
    pub(super) fn holds(&self, pinned: &str, mismatch: &Mismatch) -> bool {
        let strict = self.strict(&mismatch.found);
        pinned == strict || pinned == loose(&strict, mismatch) || glob(pinned, ANY, &strict)
    }

    /// The value that holds for what was pinned and for what was found now, if they differ only in what looks random.
    #[cfg(feature = "baseline")]
    pub(super) fn both(&self, pinned: &str, mismatch: &Mismatch) -> Option<String> {
        let now = loose(&self.strict(&mismatch.found), mismatch);
        (loose(pinned, mismatch) == now).then_some(now)
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

fn is_volatile(mismatch: &Mismatch) -> bool {
    VOLATILE.contains(&mismatch.at.to_string().as_str())
}

/// The value with what looks random given by its length only.
fn loose(value: &str, mismatch: &Mismatch) -> String {
    random(value, is_volatile(mismatch))
}

/// `known`: whether it is random for certain; else a text is taken for it that has letters and digits.
fn random(value: &str, known: bool) -> String {
    let replaced = TOKEN.replace_all(value, |found: &regex::Captures<'_>| {
        let token = &found[0];
        let mixed = token.bytes().any(|b| b.is_ascii_digit())
            && token.bytes().any(|b| b.is_ascii_alphabetic());
        if mixed || known {
            format!("<{} letters and digits>", token.len())
        } else {
            token.to_owned()
        }
    });
    replaced.into_owned()
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use time::macros::date;

    use super::*;

    fn pin() -> Pin {
        let mut bindings = Bindings::default();
        bindings.set("run", "ab12cd34");
        bindings.set("function", "lambda-conformance-ab12cd34-plain");
        Pin::new(&bindings, date!(2026 - 11 - 22))
    }

    #[rstest]
    #[case("200", "200")]
    #[case(
        "\"arn:aws:lambda:us-east-1:123456789012:function:lambda-conformance-ab12cd34-plain:1\"",
        "\"arn:aws:lambda:us-east-1:123456789012:function:<function>:1\""
    )]
    #[case(
        "lambda-conformance-ab12cd34-other-7",
        "lambda-conformance-<run>-other-7"
    )]
    #[case("x:absent-ab12cd34", "x:absent-<run>")]
    #[case("2026-11-22T17:52:26.619613000Z", "<0000-00-00T00:00:00.0>Z")]
    #[case("2026-11-22T17:52:26+00:00", "<0000-00-00T00:00:00>+00:00")]
    #[case("2026-11-22 17:52:26.1", "<0000-00-00 00:00:00.0>")]
    #[case("1795348800.25 or 1795348800250", "<epoch s.0> or <epoch ms>")]
    // neither of these days
    #[case("1234567890", "1234567890")]
    // an account, not a time
    #[case("179500000000", "179500000000")]
    #[case("id 7F9619FF-8B86-d011-b42d-00cf4fc964ff!", "id <uuid>!")]
    #[case(
        "8jUtQ7m/8Xv5c4JIVfJTwQW3Rl4Spz/6PeAgmnY5fWw=",
        "8jUtQ7m/8Xv5c4JIVfJTwQW3Rl4Spz/6PeAgmnY5fWw="
    )]
    fn what_a_run_makes_up_becomes_a_shape(#[case] found: &str, #[case] pinned: &str) {
        assert_eq!(pin().strict(found), pinned);
    }

    #[test]
    fn an_id_may_have_no_digit() {
        let id = "bEEgizUdVGpuhXmCEBeBzXjnZVTswiRBDdFOgHtjurjiotTFzJpU";
        assert_eq!(random(id, true), "<52 letters and digits>");
        assert_eq!(random(id, false), id);
    }

    #[rstest]
    #[case(
        "8jUtQ7m/8Xv5c4JIVfJTwQW3Rl4Spz/6PeAgmnY5fWw=",
        "<44 letters and digits>"
    )]
    #[case("lambda-conformance-<run>-other", "lambda-conformance-<run>-other")]
    #[case("ResourceNotFoundException", "ResourceNotFoundException")]
    fn what_looks_random_has_letters_and_digits(#[case] value: &str, #[case] loosened: &str) {
        assert_eq!(random(value, false), loosened);
        assert_eq!(random(loosened, false), loosened);
    }
}
