//! [`Pin`]: a found value as a baseline holds it: with a shape in place of what changes from run to run.

use std::fmt::Write as _;
#[cfg(feature = "baseline")]
use std::sync::LazyLock;

use regex::{Captures, Regex};
use time::Date;

use super::{shape, volatile};
use crate::{text::Bindings, verdict::Mismatch};

#[cfg(feature = "baseline")]
/// Where every answer may have a value of its own, by contract: there even an unknown form is held by its shape.
const VOLATILE: [&str; 2] = ["headers.x-amzn-requestid", "body.RevisionId"];

/// What the names of all functions begin with.
const NAME: &str = "lambda-conformance-";

/// The id of a run that has so many letters does not stand in an answer by chance.
const LONG_RUN_ID: usize = 8;

/// What stands for the account of the target.
const ACCOUNT: &str = "<account>";

/// The beginning of a name of any run, and of any part of one.
#[cfg(feature = "baseline")]
static RUN: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new("lambda-conformance-[0-9a-z]{1,16}(?:-[0-9]+-of-[0-9]+)?-")
        .expect("invariant: an expression of this file")
});

#[cfg(feature = "baseline")]
static TOKEN: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"[A-Za-z0-9+/=_-]{16,}").expect("invariant: an expression of this file")
});

/// How the values of one run are pinned.
#[derive(Debug)]
pub(super) struct Pin {
    /// What the run made up, and what is written for it.
    names: Vec<(String, &'static str)>,
    /// The id of the run, and the same in whatever letters if it is a long one.
    run: String,
    long_run: Option<Regex>,
    account: Option<String>,
    today: Date,
}

impl Pin {
    pub(super) fn new(bindings: &Bindings, today: Date) -> Pin {
        let mut names = Vec::new();
        if let Some(function) = bindings.get("function") {
            names.push((function.to_owned(), "<function>"));
        }
        let run = bindings.get("run").unwrap_or_default();
        if !run.is_empty() {
            names.push((format!("{NAME}{run}-"), "lambda-conformance-<run>-"));
        }
        // a short id, which a person gave, may stand anywhere by chance
        let long_run = (run.len() >= LONG_RUN_ID).then(|| {
            let any_case = format!("(?i){}", regex::escape(run));
            Regex::new(&any_case).expect("invariant: an escaped text is an expression")
        });
        Pin {
            names,
            run: run.to_owned(),
            long_run,
            account: bindings.get("account").map(str::to_owned),
            today,
        }
    }

    /// What a baseline holds of a mismatch.
    #[cfg(feature = "baseline")]
    pub(super) fn value(&self, mismatch: &Mismatch) -> String {
        let strict = self.strict(&mismatch.found);
        self.written(&if is_volatile(mismatch) {
            loose(&strict, mismatch)
        } else {
            strict
        })
    }

    /// Whether a pinned value is what was found. What is of one run may stand in it as it came.
    pub(super) fn holds(&self, pinned: &str, mismatch: &Mismatch) -> bool {
        let found = self.strict(&mismatch.found);
        let pinned = self.read(pinned);
        pinned == found || shape::fits(&pinned, &found)
    }

    /// The value that holds for what was pinned and for what was found now, if they differ only in what looks random.
    #[cfg(feature = "baseline")]
    pub(super) fn both(&self, pinned: &str, mismatch: &Mismatch) -> Option<String> {
        let now = loose(&self.strict(&mismatch.found), mismatch);
        (loose(&self.read(pinned), mismatch) == now).then(|| self.written(&now))
    }

    /// Names, ids and times by their shape; all else as it is.
    fn strict(&self, found: &str) -> String {
        let mut value = found.to_owned();
        for (name, written) in &self.names {
            value = value.replace(name, written);
        }
        if let Some(run) = &self.long_run {
            let written = |found: &Captures<'_>| {
                let large = found[0].bytes().any(|b| b.is_ascii_uppercase());
                if large { "<RUN>" } else { "<run>" }
            };
            value = run.replace_all(&value, written).into_owned();
        }
        volatile::collapse(&self.cut(&value), self.today)
    }

    /// The text with a placeholder for the beginning of the id of the run in a name that was cut there.
    fn cut(&self, value: &str) -> String {
        let mut pieces = value.split(NAME);
        let mut out = pieces.next().unwrap_or_default().to_owned();
        for piece in pieces {
            out.push_str(NAME);
            let both = piece.bytes().zip(self.run.bytes());
            let length = both.take_while(|(one, other)| one == other).count();
            let goes_on = piece[length..].starts_with(|c: char| c.is_ascii_alphanumeric());
            if length == 0 || goes_on {
                out.push_str(piece);
            } else {
                let _ = write!(out, "<run:{length}>{}", &piece[length..]);
            }
        }
        out
    }

    /// A pinned value as it is compared.
    fn read(&self, pinned: &str) -> String {
        match &self.account {
            Some(account) => self.strict(&pinned.replace(ACCOUNT, account)),
            None => self.strict(pinned),
        }
    }

    /// A value as it is written.
    #[cfg(feature = "baseline")]
    fn written(&self, value: &str) -> String {
        let Some(account) = &self.account else {
            return value.to_owned();
        };
        let mut out = String::new();
        let mut start = 0;
        for (at, _) in value.match_indices(account.as_str()) {
            let end = at + account.len();
            let is_digit = |c: char| c.is_ascii_digit();
            // it may be a part of a longer number
            if !value[..at].ends_with(is_digit) && !value[end..].starts_with(is_digit) {
                out.push_str(&value[start..at]);
                out.push_str(ACCOUNT);
                start = end;
            }
        }
        out.push_str(&value[start..]);
        out
    }
}

/// Why a case cannot be tested, as a baseline holds it: names of every run by their placeholder, ids and times by their form.
#[cfg(feature = "baseline")]
pub(super) fn reason(reason: &str, today: Date) -> String {
    let reason = RUN.replace_all(reason, "lambda-conformance-<run>-");
    volatile::collapse(&reason, today)
}

#[cfg(feature = "baseline")]
fn is_volatile(mismatch: &Mismatch) -> bool {
    VOLATILE.contains(&mismatch.at.to_string().as_str())
}

#[cfg(feature = "baseline")]
/// The value with what looks random given by its length only.
fn loose(value: &str, mismatch: &Mismatch) -> String {
    random(value, is_volatile(mismatch))
}

#[cfg(feature = "baseline")]
/// `known`: whether it is random for certain; else a text is taken for it that has letters and digits.
fn random(value: &str, known: bool) -> String {
    let replaced = TOKEN.replace_all(value, |found: &Captures<'_>| {
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
        bindings.set("account", "123456789012");
        Pin::new(&bindings, date!(2026 - 11 - 22))
    }

    #[rstest]
    #[case("200", "200")]
    #[case(
        "\"arn:aws:lambda:us-east-1:123456789012:function:lambda-conformance-ab12cd34-plain:1\"",
        "\"arn:aws:lambda:us-east-1:<account>:function:<function>:1\""
    )]
    #[case(
        "lambda-conformance-ab12cd34-other-7",
        "lambda-conformance-<run>-other-7"
    )]
    #[case("x:absent-ab12cd34", "x:absent-<run>")]
    #[case("xAB12CD34_7", "x<RUN>_7")]
    #[case("lambda-conformance-ab1", "lambda-conformance-<run:3>")]
    #[case("\"lambda-conformance-a\"", "\"lambda-conformance-<run:1>\"")]
    // another name
    #[case("lambda-conformance-absent", "lambda-conformance-absent")]
    #[case("arn%3A123456789012%3Ax", "arn%3A<account>%3Ax")]
    #[case("2026-11-22T17:52:26.619Z", "<0000-00-00T00:00:00.0>Z")]
    // it holds an account, and is none
    #[case("91234567890127", "91234567890127")]
    fn what_a_run_makes_up_becomes_a_placeholder(#[case] found: &str, #[case] pinned: &str) {
        let pin = pin();
        let strict = pin.strict(found);
        assert_eq!(pin.written(&strict), pinned);
        assert_eq!(pin.read(pinned), strict);
        // as it may have been written before
        assert_eq!(pin.read(found), strict);
    }

    #[test]
    fn a_reason_holds_nothing_of_a_run() {
        let told =
            "CreateAlias: 501 `lambda-conformance-ab12cd34-published` at 2026-11-22T17:52:26Z";
        let held =
            "CreateAlias: 501 `lambda-conformance-<run>-published` at <0000-00-00T00:00:00>Z";
        let today = date!(2026 - 11 - 22);
        assert_eq!(reason(told, today), held);
        assert_eq!(reason(held, today), held);
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
