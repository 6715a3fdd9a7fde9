//! A shown output and the real one: [`compare`] finds whether they are the same, apart from what varies.
//!
//! A line that is only `…` stands for any lines, and `…` within a line for any text. What varies from run to run may
//! differ. Where only numbers differ, the shown output is told with the numbers of the real one.

use std::sync::LazyLock;

use regex::Regex;

/// What varies, each as a pattern.
const VOLATILE: &[&str] = &[
    // ports
    r"127\.0\.0\.1:\d+",
    // the id of a run in a name
    r"lambda-conformance-[0-9a-z]{1,16}-",
    // times
    r"\b\d+\.\d+ ?s\b",
    r#"time="\d+\.\d+""#,
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?",
    // ages
    r"\b\d+ days ago",
    // ids
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
];

/// What stands for anything.
const ANY: &str = "…";

/// How a shown output and the real one compare.
#[derive(Debug, PartialEq)]
pub(crate) enum Compared {
    Same,
    /// Only numbers differ: the lines to show instead.
    Numbers(Vec<String>),
    /// The number of the first shown line that the real output does not have in its place.
    Other(usize),
}

/// Compares the lines that a page shows with those that came.
pub(crate) fn compare(shown: &[&str], real: &[&str]) -> Compared {
    let strict = Aligned::new(shown, real, false);
    if strict.whole() {
        return Compared::Same;
    }
    let loose = Aligned::new(shown, real, true);
    match loose.lines() {
        Some(pairs) => {
            let lines = shown.iter().zip(pairs).map(|(line, at)| match at {
                Some(at) if !pattern(line, false).is_match(real[at]) => renumbered(line, real[at]),
                _ => (*line).to_owned(),
            });
            Compared::Numbers(lines.collect())
        }
        None => Compared::Other(loose.reached()),
    }
}

/// A part of a shown line.
enum Part<'l> {
    Text(&'l str),
    Number(&'l str),
    Volatile(&'l str, &'static str),
    Any,
}

fn parts(line: &str) -> Vec<Part<'_>> {
    static TOKENS: LazyLock<Regex> = LazyLock::new(|| {
        let volatile: Vec<String> = VOLATILE.iter().map(|one| format!("({one})")).collect();
        Regex::new(&format!(r"{}|({ANY})|(\d+)", volatile.join("|"))).expect("a pattern")
    });
    let mut parts = Vec::new();
    let mut end = 0;
    for found in TOKENS.captures_iter(line) {
        let whole = found.get(0).expect("a match");
        parts.push(Part::Text(&line[end..whole.start()]));
        end = whole.end();
        let group = (1..found.len())
            .find(|group| found.get(*group).is_some())
            .expect("a group");
        parts.push(match VOLATILE.get(group - 1) {
            Some(volatile) => Part::Volatile(whole.as_str(), volatile),
            None if whole.as_str() == ANY => Part::Any,
            None => Part::Number(whole.as_str()),
        });
    }
    parts.push(Part::Text(&line[end..]));
    parts
}

/// What a real line has to look like; if it is `loose`, its numbers are free, and each is a group of the pattern.
fn pattern(line: &str, loose: bool) -> Regex {
    let mut pattern = String::from("^");
    for part in parts(line.trim_end()) {
        match part {
            // columns move with the length of their numbers
            Part::Text(text) if loose => {
                pattern.push_str(&regex::escape(text.trim_end_matches(' ')))
            }
            Part::Text(text) => pattern.push_str(&regex::escape(text)),
            Part::Number(_) if loose => pattern.push_str(r"( *\d+)"),
            Part::Number(number) => pattern.push_str(number),
            Part::Volatile(_, volatile) => {
                pattern.push_str(if loose { " *" } else { "" });
                pattern.push_str(&format!("(?:{volatile})"));
            }
            Part::Any => pattern.push_str(".*?"),
        }
    }
    Regex::new(&format!(r"{pattern}\s*$")).expect("a pattern")
}

/// The shown line with the numbers of the real one.
fn renumbered(line: &str, real: &str) -> String {
    let found = pattern(line, true).captures(real).expect("it was matched");
    let mut numbers = found.iter().skip(1).flatten().map(|group| group.as_str());
    let parts = parts(line);
    let mut out = String::new();
    for (at, part) in parts.iter().enumerate() {
        match part {
            Part::Text(text) => {
                let number = matches!(parts.get(at + 1), Some(Part::Number(_)));
                out.push_str(if number {
                    text.trim_end_matches(' ')
                } else {
                    text
                });
            }
            Part::Number(_) => out.push_str(numbers.next().expect("a group for each number")),
            Part::Volatile(text, _) => out.push_str(text),
            Part::Any => out.push_str(ANY),
        }
    }
    out
}

/// Which real line each shown line may be: `cost[s][r]` is how many of the shown lines from `s` on differ in a number
/// from the real ones from `r` on, if they fit at all.
struct Aligned {
    fits: Vec<Vec<Option<usize>>>,
    cost: Vec<Vec<Option<usize>>>,
}

impl Aligned {
    fn new(shown: &[&str], real: &[&str], loose: bool) -> Aligned {
        let fits: Vec<Vec<Option<usize>>> = shown
            .iter()
            .map(|line| {
                if line.trim() == ANY {
                    return Vec::new();
                }
                let (exact, free) = (pattern(line, false), pattern(line, loose));
                // most lines begin with something else, which is found out faster
                let Some(Part::Text(start)) = parts(line).into_iter().next() else {
                    unreachable!("a line begins with a text, which may be empty");
                };
                let start = start.trim_end();
                let fit = |real: &&str| {
                    if !real.starts_with(start) {
                        None
                    } else if exact.is_match(real) {
                        Some(0)
                    } else {
                        (loose && free.is_match(real)).then_some(1)
                    }
                };
                real.iter().map(fit).collect()
            })
            .collect();
        let mut cost = vec![vec![None; real.len() + 1]; shown.len() + 1];
        cost[shown.len()][real.len()] = Some(0);
        for at in (0..shown.len()).rev() {
            for from in (0..=real.len()).rev() {
                cost[at][from] = if fits[at].is_empty() && shown[at].trim() == ANY {
                    let more = if from < real.len() {
                        cost[at][from + 1]
                    } else {
                        None
                    };
                    cost[at + 1][from].into_iter().chain(more).min()
                } else if from < real.len() {
                    fits[at][from]
                        .zip(cost[at + 1][from + 1])
                        .map(|(one, rest)| one + rest)
                } else {
                    None
                };
            }
        }
        Aligned { fits, cost }
    }

    fn whole(&self) -> bool {
        self.cost[0][0] == Some(0)
    }

    /// The real line of each shown one, none of a `…`.
    fn lines(&self) -> Option<Vec<Option<usize>>> {
        let mut left = self.cost[0][0]?;
        let mut from = 0;
        let mut lines = Vec::new();
        for (at, fits) in self.fits.iter().enumerate() {
            if fits.is_empty() {
                while self.cost[at + 1][from] != Some(left) {
                    from += 1;
                }
                lines.push(None);
            } else {
                left -= fits[from].expect("it fits");
                lines.push(Some(from));
                from += 1;
            }
        }
        Some(lines)
    }

    /// The first shown line that cannot be reached, taking the earliest real line for each one before.
    fn reached(&self) -> usize {
        let mut reachable = vec![0];
        for (at, fits) in self.fits.iter().enumerate() {
            let next: Vec<usize> = if fits.is_empty() {
                let first = *reachable.first().expect("something is reachable");
                (first..self.cost[0].len()).collect()
            } else {
                let fit = |from: &usize| fits.get(*from).is_some_and(Option::is_some);
                reachable
                    .iter()
                    .filter(|from| fit(from))
                    .map(|from| from + 1)
                    .collect()
            };
            if next.is_empty() {
                return at;
            }
            reachable = next;
        }
        self.fits.len()
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    const REAL: &[&str] = &[
        "tool 0.1.0 on http://127.0.0.1:4711",
        "  name  lambda-conformance-k3j2-absent, 3 days ago",
        "713 cases",
        "",
        "contract: 163 of 167 clauses met",
        "conforms: 721 passed (2.54 s)",
    ];

    #[rstest]
    #[case::whole(REAL)]
    #[case::gap(&["tool 0.1.0 on http://127.0.0.1:1", "…", "conforms: 721 passed (19.00 s)"])]
    #[case::empty_gap(&["…", "tool 0.1.0 on …", "…", "713 cases", "…", "", "…", "conforms: … passed (… s)", "…"])]
    #[case::run(&["…", "  name  lambda-conformance-zz9-absent, 400 days ago", "…"])]
    #[case::nothing_but_a_gap(&["…"])]
    fn what_varies_and_what_is_left_out_may_differ(#[case] shown: &[&str]) {
        assert_eq!(compare(shown, REAL), Compared::Same);
    }

    #[rstest]
    #[case::word(&["tool 0.1.0 on http://127.0.0.1:1", "…", "contract: 163 of 167 clauses failed", "…"], 2)]
    #[case::end_missing(&["…", "contract: 163 of 167 clauses met"], 2)]
    #[case::order(&["…", "conforms: 721 passed (1.00 s)", "713 cases", "…"], 2)]
    #[case::more(&["…", "conforms: 721 passed (1.00 s)", "and more"], 2)]
    #[case::no_gap(&["713 cases", "…"], 0)]
    fn a_wrong_line_is_found(#[case] shown: &[&str], #[case] at: usize) {
        assert_eq!(compare(shown, REAL), Compared::Other(at));
    }

    #[test]
    fn a_wrong_number_is_found_and_the_right_one_told() {
        let shown = [
            "…",
            "712 cases",
            "…",
            "contract: 99 of 167 clauses met",
            "conforms: 1 … (9.99 s)",
        ];
        let told = [
            "…",
            "713 cases",
            "…",
            "contract: 163 of 167 clauses met",
            "conforms: 721 … (9.99 s)",
        ];
        assert_eq!(
            compare(&shown, REAL),
            Compared::Numbers(told.map(str::to_owned).to_vec())
        );
        let columns = ["X-NULL       -         9     1"];
        let real = ["X-NULL       -        10     1"];
        assert_eq!(
            compare(&columns, &real),
            Compared::Numbers(vec![real[0].to_owned()])
        );
        assert_eq!(
            compare(&["x 1", "x 2"], &["x 1", "x 3"]),
            Compared::Numbers(vec!["x 1".to_owned(), "x 3".to_owned()])
        );
    }

    #[test]
    fn among_lines_alike_the_same_one_is_preferred() {
        let shown = ["…", "line 7", "…"];
        assert_eq!(compare(&shown, &["line 5", "line 7"]), Compared::Same);
        let shown = ["a 1", "…", "line 7", "…"];
        let told = ["a 2", "…", "line 7", "…"].map(str::to_owned).to_vec();
        assert_eq!(
            compare(&shown, &["a 2", "line 5", "line 7"]),
            Compared::Numbers(told)
        );
    }
}
