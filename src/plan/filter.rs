//! [`Filter`]: a word that chooses cases, by what stands in their ids or as the id of a clause that they test.

use crate::{
    case::{Assertion, Awaited, Case, Expected, Invariant, Step, When},
    clause::Clause,
    fixture::FixtureStep,
    suite::Suite,
    target::shown_word,
    text::glob,
    word::Unknown,
};

/// A word that chooses cases, in any letter case.
#[derive(Debug)]
pub(super) struct Filter<'s> {
    word: &'s str,
    /// The clause that it names, in each suite that has one of this id.
    clauses: Vec<(&'s Suite, &'s Clause)>,
}

impl<'s> Filter<'s> {
    pub(super) fn new(word: &'s str, suites: &[&'s Suite]) -> Filter<'s> {
        let named = |suite: &&'s Suite| named(suite, word).map(|clause| (*suite, clause));
        Filter {
            word,
            clauses: suites.iter().filter_map(named).collect(),
        }
    }

    /// Whether it chooses a case of a suite.
    pub(super) fn chooses(&self, suite: &Suite, case: &Case) -> bool {
        let of_suite = |known: &Suite| known.id == suite.id;
        matches(self.word, &case.id)
            || self
                .clauses
                .iter()
                .any(|(known, clause)| of_suite(known) && tests(suite, case, &clause.id))
    }

    /// What is said of it where it chooses nothing.
    pub(super) fn unknown(&self, suites: &[&Suite]) -> Unknown {
        if let [(_, clause), ..] = self.clauses.as_slice() {
            let why = clause.untested.as_deref().unwrap_or("no case names it");
            return Unknown::new("clause", &clause.id, [])
                .message(format!("no case tests the clause `{}`: {why}", clause.id))
                .or(format!(
                    "`lambda-conformance explain {}` shows what is known of it",
                    clause.id
                ));
        }
        let mut unknown = unknown(suites.iter().copied(), self.word);
        let within = format!("*{}*", self.word.trim_matches('*'));
        let mut ids = suites.iter().flat_map(|suite| &suite.cases);
        if self.word.contains('*') && ids.any(|case| matches(&within, &case.id)) {
            unknown.help = format!("a filter with `*` has to match the whole id: write `{within}`");
        }
        unknown
    }
}

/// Whether a word stands for an id, in any letter case: without a `*` it may stand anywhere in the id; with one it has to match
/// the whole id.
pub fn matches(word: &str, id: &str) -> bool {
    let (word, id) = (word.to_ascii_lowercase(), id.to_ascii_lowercase());
    if !word.contains('*') {
        return id.contains(&word);
    }
    glob(&word, "*", &id)
}

/// The clause that a word names, in any letter case: by its id, or by the id of the case under which reports count what no
/// case claims.
pub fn named<'s>(suite: &'s Suite, word: &str) -> Option<&'s Clause> {
    suite.clauses().find(|clause| {
        clause.id.eq_ignore_ascii_case(word) || suite.common(&clause.id).eq_ignore_ascii_case(word)
    })
}

/// Whether a case tests a clause: it names it, relates answers by it, or gets answers of which it is always asserted.
fn tests(suite: &Suite, case: &Case, clause: &str) -> bool {
    case.clauses.iter().any(|id| id == clause)
        || case.relations.iter().any(|one| one.clause == clause)
        || suite
            .invariants()
            .filter(|always| always.clause == clause)
            .any(|always| concerns(always, suite, case))
}

/// Whether what is always asserted is asserted of an answer that the case gets where the target is right: one of its own, or
/// one to what sets it up.
fn concerns(always: &Invariant, suite: &Suite, case: &Case) -> bool {
    let due = |operation: &str| !always.own || operation == suite.operation;
    let fixture = case.fixture.as_ref();
    let fixture = fixture.and_then(|name| suite.service.fixtures.get(name));
    let set_up = fixture.map_or(&[][..], |fixture| &fixture.steps);
    let calls = || set_up.iter().filter_map(FixtureStep::call);
    let made = || calls().any(|call| due(&call.operation));
    let steps = || case.steps.iter().filter(|step| due(&step.operation));
    let in_json = || steps().filter(|step| step.is_due_in_json());
    match &always.when {
        When::Answer => made() || steps().count() > 0,
        When::Success => made() || may_be(steps(), |status| status < 300),
        When::Error => may_be(in_json(), |status| status >= 300),
        When::Named(names) => in_json()
            .flat_map(|step| &step.assertions)
            .flat_map(Assertion::expected_errors)
            .any(|error| names.iter().any(|name| name == error.written())),
        When::SetUp { operations, sent } => calls().any(|call| {
            let has = |member: &String| call.request.member(member).is_some();
            operations.contains(&call.operation) && sent.as_ref().is_none_or(has)
        }),
        When::Settled => {
            let in_set_up = set_up.iter().filter_map(FixtureStep::awaited);
            let in_case = case.steps.iter().filter_map(Step::awaited);
            in_set_up
                .chain(in_case)
                .any(|awaited| matches!(awaited, Awaited::Settled { .. }))
        }
    }
}

/// Whether a step may be answered with such a status, by what it asserts of that.
fn may_be<'s>(steps: impl Iterator<Item = &'s Step>, is: impl Fn(u16) -> bool) -> bool {
    let mut allowed = steps.map(|step| {
        step.assertions
            .iter()
            .flat_map(|assertion| statuses(&assertion.expected))
            .collect::<Vec<u16>>()
    });
    allowed.any(|statuses| statuses.is_empty() || statuses.iter().any(|status| is(*status)))
}

/// The statuses that are allowed; one for any refusal.
fn statuses(expected: &Expected) -> Vec<u16> {
    match expected {
        Expected::Status(status) => vec![*status],
        Expected::Refused => vec![400],
        Expected::Any(groups) => groups
            .iter()
            .flatten()
            .flat_map(|assertion| statuses(&assertion.expected))
            .collect(),
        _ => Vec::new(),
    }
}

/// What is said of a word that no id contains: the clause, the topic, the case or the part of an id that is closest was meant.
pub fn unknown<'s>(suites: impl IntoIterator<Item = &'s Suite>, word: &str) -> Unknown {
    let known = suites.into_iter().flat_map(|suite| {
        let clauses = suite.clauses().map(|clause| clause.id.as_str());
        let ids = suite.cases.iter().map(|case| case.id.as_str());
        clauses.chain(ids.flat_map(|id| parts(&suite.id, id)))
    });
    closest(known, word)
}

/// What a person may write of an id.
fn parts<'i>(suite: &str, id: &'i str) -> [&'i str; 7] {
    let below = id.strip_prefix(suite).unwrap_or(id);
    let below = below.trim_start_matches('/');
    let (topic, name) = below.split_once('/').unwrap_or((below, ""));
    let (first, row) = name.split_once('/').unwrap_or((name, ""));
    let template = below.strip_suffix(row).unwrap_or(below);
    let template = template.trim_end_matches('/');
    [id, topic, below, template, name, first, row]
}

fn closest<'i>(known: impl Iterator<Item = &'i str>, word: &str) -> Unknown {
    /// To compare a longer word with all that are known would take hours.
    const LONGEST: usize = 256;
    let word = &shown_word(word);
    let bare = word.trim_matches(['/', '*']).to_ascii_lowercase();
    let likeness = |part: &&str| {
        let part = part.to_ascii_lowercase();
        // parts of ids are short, and every short word is a little like many others
        let close = strsim::normalized_damerau_levenshtein(&bare, &part) > 0.7;
        close.then(|| strsim::jaro_winkler(&bare, &part))
    };
    let known = known.filter(|_| bare.len() <= LONGEST);
    let liked = known.filter_map(|part| likeness(&part).map(|score| (score, part)));
    let meant = liked.max_by(|one, other| one.0.total_cmp(&other.0));
    let meant = meant.map(|(_, part)| part);
    Unknown::new("case", meant.unwrap_or(&bare), meant)
        .message(format!("no case matches `{word}`"))
        .or("`lambda-conformance list` shows the ids of cases and their clauses")
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("qualifiers", "lambda/x/qualifiers/a", true)]
    #[case("QUALIFIERS/", "lambda/x/qualifiers/a", true)]
    #[case("qualifiers/a", "lambda/x/qualifiers/A", true)]
    #[case("qualifierz", "lambda/x/qualifiers/a", false)]
    #[case("lambda/*/a", "lambda/x/qualifiers/a", true)]
    #[case("Lambda/*/A", "lambda/x/qualifiers/a", true)]
    #[case("lambda/*/b", "lambda/x/qualifiers/a", false)]
    #[case("*", "lambda/x", true)]
    #[case("x*", "lambda/x", false)]
    #[case("*x*", "lambda/x/y", true)]
    #[case("lambda/*x*y", "lambda/x/y", true)]
    #[case("lambda/*y*x", "lambda/x/y", false)]
    fn words(#[case] word: &str, #[case] id: &str, #[case] chosen: bool) {
        assert_eq!(matches(word, id), chosen);
    }

    #[rstest]
    #[case("topci", Some("topic"))]
    #[case("TOPCI", Some("topic"))]
    #[case("/topci/", Some("topic"))]
    #[case("topic/nmae", Some("topic/name"))]
    #[case(
        "lambda/operation/topic/name/rwo",
        Some("lambda/operation/topic/name/row")
    )]
    #[case("name/rov", Some("name/row"))]
    #[case("X-REGOIN", Some("X-REGION"))]
    #[case("x-regoin", Some("X-REGION"))]
    #[case("nothing-like-it", None)]
    #[case("op", None)]
    fn the_part_of_an_id_that_was_meant(#[case] word: &str, #[case] meant: Option<&str>) {
        let ids = ["lambda/operation/topic/name/row", "lambda/operation/other"];
        let due = meant.map_or(
            "`lambda-conformance list` shows the ids of cases and their clauses".to_owned(),
            |part| format!("did you mean `{part}`?"),
        );
        let parts = ids.into_iter().flat_map(|id| parts("lambda/operation", id));
        assert_eq!(closest(parts.chain(["X-REGION"]), word).help, due);
    }

    #[test]
    fn a_word_of_any_length_is_answered_at_once() {
        let long = "x".repeat(1 << 20);
        let help = closest(["topic"; 10_000].into_iter(), &long).help;
        assert!(help.starts_with("`lambda-conformance list`"), "{help}");
    }
}
