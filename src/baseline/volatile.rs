//! [`collapse`]: what of a text is of one moment, by how it looks: ids, times and ports.

use std::{borrow::Cow, sync::LazyLock};

use regex::{Captures, Regex};
use time::{Date, Duration};

use crate::date;

const WEEKDAY: &str = "(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)";
const MONTH: &str = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)";
const TIME_OF_DAY: &str = "[0-9]{2}:[0-9]{2}:[0-9]{2}";

static UUID: LazyLock<Regex> = LazyLock::new(|| {
    expression(r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}")
});
/// As ISO 8601 has it, and near it.
static TIME: LazyLock<Regex> = LazyLock::new(|| {
    expression(
        r"[1-9][0-9]{3}[-/][0-9]{2}[-/][0-9]{2}[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2})?(\.[0-9]+)?",
    )
});
/// The same without what parts its numbers.
static DENSE: LazyLock<Regex> = LazyLock::new(|| expression(r"\b[1-9][0-9]{7}T[0-9]{6}"));
/// As HTTP and mails have it, with or without the day of the week.
static HTTP: LazyLock<Regex> = LazyLock::new(|| {
    let day = format!(r"(\b{WEEKDAY}[a-z]*, )?\b[0-9]{{1,2}}([ -]){MONTH}[ -]");
    expression(&format!("{day}(?:[0-9]{{4}}|[0-9]{{2}}) {TIME_OF_DAY}"))
});
/// As C has it, with the year behind it.
static ASCTIME: LazyLock<Regex> = LazyLock::new(|| {
    let day = format!(r"\b{WEEKDAY} {MONTH} [ 0-9]?[0-9] {TIME_OF_DAY}");
    expression(&format!("{day}( [A-Z]{{3,4}})? [0-9]{{4}}"))
});
/// As the logs of servers have it.
static LOG: LazyLock<Regex> =
    LazyLock::new(|| expression(&format!(r"\b[0-9]{{2}}/{MONTH}/[0-9]{{4}}:{TIME_OF_DAY}")));
static DAY: LazyLock<Regex> = LazyLock::new(|| expression(r"\b[0-9]{4}-[0-9]{2}-[0-9]{2}\b"));
/// Seconds since 1970 and parts of them; a letter before them may be that of a line break that is written out.
static EPOCH: LazyLock<Regex> = LazyLock::new(|| {
    let seconds = r"([0-9]{10})([0-9]{3}|[0-9]{6}|[0-9]{9})?(\.[0-9]+)?";
    expression(&format!(r"(^|[^0-9A-Za-z_]|\\[nrt]){seconds}\b"))
});
static SCIENTIFIC: LazyLock<Regex> =
    LazyLock::new(|| expression(r"\b([0-9])\.([0-9]{6,})([Ee]\+?0?9)\b"));
static PORT: LazyLock<Regex> = LazyLock::new(|| {
    let here = r"\blocalhost|\b127\.0\.0\.1|\b0\.0\.0\.0|\[::1?\]";
    expression(&format!(r"({here}|://[0-9A-Za-z.-]+):[0-9]{{1,5}}\b"))
});

fn expression(text: &str) -> Regex {
    Regex::new(text).expect("invariant: an expression of this file")
}

/// The text with forms in place of ids, times and ports. A number is a time, and a day one of a run, if it is of these days.
/// What is collapsed already stays.
pub(super) fn collapse(text: &str, today: Date) -> String {
    let fixed = |text: &str, form: &Regex, shown: &str| form.replace_all(text, shown).into_owned();
    let text = fixed(text, &UUID, "<uuid>");
    let text = TIME.replace_all(&text, |found: &Captures<'_>| {
        let fraction = found.get(1).map_or("", |it| it.as_str());
        let whole = found[0].strip_suffix(fraction).unwrap_or(&found[0]);
        let fraction = if fraction.is_empty() { "" } else { ".0" };
        format!("<{}{fraction}>", zeros(whole))
    });
    let text = fixed(&text, &DENSE, "<00000000T000000>");
    let text = HTTP.replace_all(&text, |found: &Captures<'_>| {
        let day = if found.get(1).is_some() { "Day, " } else { "" };
        let parting = &found[2];
        format!("<{day}00{parting}Mon{parting}0000 00:00:00>")
    });
    let text = ASCTIME.replace_all(&text, |found: &Captures<'_>| {
        let zone = found.get(1).map_or("", |zone| zone.as_str());
        format!("<Day Mon 00 00:00:00{zone} 0000>")
    });
    let text = fixed(&text, &LOG, "<00/Mon/0000:00:00:00>");
    let text = DAY.replace_all(&text, |found: &Captures<'_>| {
        let near = date::day(&found[0]).is_some_and(|day| near(day, today));
        shown_if(near, &found[0], "<0000-00-00>")
    });
    let text = EPOCH.replace_all(&text, |found: &Captures<'_>| {
        if !is_now(&found[2], today) {
            return found[0].to_owned();
        }
        let unit = match found.get(3).map_or(0, |digits| digits.len()) {
            0 => "s",
            3 => "ms",
            6 => "us",
            _ => "ns",
        };
        let fraction = if found.get(4).is_some() { ".0" } else { "" };
        format!("{}<epoch {unit}{fraction}>", &found[1])
    });
    let text = SCIENTIFIC.replace_all(&text, |found: &Captures<'_>| {
        let seconds: String = format!("{}{:0<9}", &found[1], &found[2]);
        let now = is_now(&seconds[..10], today);
        shown_if(now, &found[0], &format!("<epoch 0.0{}>", &found[3]))
    });
    fixed(&text, &PORT, "${1}:<port>")
}

fn shown_if<'t>(is_due: bool, found: &'t str, form: &'t str) -> Cow<'static, str> {
    Cow::Owned(if is_due { form } else { found }.to_owned())
}

fn zeros(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_ascii_digit() { '0' } else { c })
        .collect()
}

fn near(day: Date, today: Date) -> bool {
    (day - today).abs() <= Duration::days(2)
}

/// Whether seconds since 1970 are of these days.
fn is_now(seconds: &str, today: Date) -> bool {
    let noon = today.midnight().assume_utc() + Duration::hours(12);
    seconds
        .parse::<i64>()
        .is_ok_and(|seconds| (seconds - noon.unix_timestamp()).abs() < 2 * 86_400)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use time::macros::date;

    use super::*;

    #[rstest]
    #[case("200", "200")]
    #[case("2026-11-22T17:52:26.619613000Z", "<0000-00-00T00:00:00.0>Z")]
    #[case("2026-11-22T17:52:26+00:00", "<0000-00-00T00:00:00>+00:00")]
    #[case("2026-11-22 17:52:26.1", "<0000-00-00 00:00:00.0>")]
    #[case("2026/11/22 17:52", "<0000/00/00 00:00>")]
    #[case("20261122T175226Z", "<00000000T000000>Z")]
    #[case("Sun, 22 Nov 2026 17:52:26 GMT", "<Day, 00 Mon 0000 00:00:00> GMT")]
    #[case("Sunday, 22-Nov-26 17:52:26 GMT", "<Day, 00-Mon-0000 00:00:00> GMT")]
    #[case("on 1 Dec 2026 07:52:26 +0000", "on <00 Mon 0000 00:00:00> +0000")]
    #[case("Sun Nov  2 17:52:26 2026", "<Day Mon 00 00:00:00 0000>")]
    #[case("Sun Nov 22 17:52:26 UTC 2026", "<Day Mon 00 00:00:00 UTC 0000>")]
    #[case("[22/Nov/2026:17:52:26 +0000]", "[<00/Mon/0000:00:00:00> +0000]")]
    #[case("of 2026-11-23", "of <0000-00-00>")]
    // neither of these days
    #[case("/2015-03-31/functions", "/2015-03-31/functions")]
    #[case("1234567890", "1234567890")]
    #[case("1.234567890E9", "1.234567890E9")]
    // an account, not a time
    #[case("179500000000", "179500000000")]
    #[case("1795348800.25 or 1795348800250", "<epoch s.0> or <epoch ms>")]
    #[case("1795348800250999 1795348800250999111", "<epoch us> <epoch ns>")]
    #[case(r#""at\n1795348800""#, r#""at\n<epoch s>""#)]
    #[case("1.795348800123E9", "<epoch 0.0E9>")]
    #[case("1.7953488e+09", "<epoch 0.0e+09>")]
    #[case("id 7F9619FF-8B86-d011-b42d-00cf4fc964ff!", "id <uuid>!")]
    #[case(
        "127.0.0.1:4566, http://host:80/x",
        "127.0.0.1:<port>, http://host:<port>/x"
    )]
    #[case(
        "errors.Exception:http://localhost/",
        "errors.Exception:http://localhost/"
    )]
    #[case(
        "8jUtQ7m/8Xv5c4JIVfJTwQW3Rl4Spz/6PeAgmnY5fWw=",
        "8jUtQ7m/8Xv5c4JIVfJTwQW3Rl4Spz/6PeAgmnY5fWw="
    )]
    fn what_is_of_one_moment_becomes_a_form(#[case] found: &str, #[case] due: &str) {
        let today = date!(2026 - 11 - 22);
        assert_eq!(collapse(found, today), due);
        assert_eq!(collapse(due, today), due, "a form stays");
    }
}
