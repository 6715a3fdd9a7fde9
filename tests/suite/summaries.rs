//! The summary of a case is a sentence that stands alone: a report shows it without the case before.

use lambda_conformance::load::{self, Files};
use rstest::rstest;

/// Words that a summary begins with only if it goes on from another.
const LEANING: &[&str] = &[
    "again",
    "also",
    "and",
    "as above",
    "back",
    "besides",
    "but",
    "dito",
    "ditto",
    "else",
    "equally",
    "here",
    "however",
    "it",
    "its",
    "likewise",
    "moreover",
    "neither",
    "nor",
    "or",
    "otherwise",
    "similarly",
    "so",
    "such",
    "that",
    "the above",
    "the former",
    "the latter",
    "the other",
    "the others",
    "the same",
    "then",
    "there",
    "these",
    "they",
    "this",
    "those",
    "too",
    "vice versa",
    "yet",
];

/// Words that a summary holds anywhere only if it points at another.
const POINTING: &[&str] = &[
    "as before",
    "as well",
    "the case above",
    "the case before",
    "this answer",
    "this case",
];

/// What keeps a summary from standing alone.
fn fault(summary: &str) -> Option<String> {
    let words: Vec<&str> = summary.split_whitespace().collect();
    let lower = words.join(" ").to_lowercase();
    let begins = |opening: &&&str| {
        lower
            .strip_prefix(**opening)
            .is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric()))
    };
    if let Some(opening) = LEANING.iter().find(begins) {
        return Some(format!("it begins with `{opening}`"));
    }
    if let Some(words) = POINTING.iter().find(|words| lower.contains(**words)) {
        return Some(format!("it says `{words}`"));
    }
    if summary.starts_with(|c: char| c.is_lowercase()) {
        return Some("it does not begin like a sentence".to_owned());
    }
    if summary.ends_with(['.', ',', ':', ';', '!', '?']) {
        return Some("it ends with a punctuation mark".to_owned());
    }
    (words.len() < 4).then(|| "it is too short for a sentence".to_owned())
}

#[test]
fn every_summary_stands_alone() {
    let files = Files::open(None, None).expect("the files in the binary");
    let library = load::load(&files).expect("no mistakes");
    let cases: Vec<_> = library
        .suites
        .iter()
        .flat_map(|suite| &suite.cases)
        .collect();
    assert!(cases.len() > 600, "{} cases", cases.len());
    let faults: Vec<String> = cases
        .iter()
        .filter_map(|case| {
            let fault = fault(&case.summary)?;
            Some(format!("{}: {fault}: {}", case.template, case.summary))
        })
        .collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn no_two_cases_have_one_summary() {
    let files = Files::open(None, None).expect("the files in the binary");
    let library = load::load(&files).expect("no mistakes");
    for suite in &library.suites {
        for (at, case) in suite.cases.iter().enumerate() {
            let before = &suite.cases[..at];
            let first = before
                .iter()
                .find(|first| first.summary == case.summary && first.template != case.template);
            assert!(
                first.is_none(),
                "{} and {}: {}",
                case.template,
                first.expect("there is one").template,
                case.summary
            );
        }
    }
}

#[rstest]
#[case("So does one whom the policy allows everything")]
#[case("And after a full ARN")]
#[case("And no longer once the next one does")]
#[case("However often it is read")]
#[case("Nor does it with a qualifier that exists here")]
#[case("It has none of the old one's versions and aliases")]
#[case("The same with a partial ARN in the path")]
#[case("That a version failed is read of it")]
#[case("Back at Text the levels are gone")]
#[case("Also of an alias that was moved")]
#[case("GetFunction's Configuration is this answer")]
#[case("A qualifier of 1024 characters is too long as well")]
#[case("a name that begins in lower case")]
#[case("%3a is %3A")]
#[case("A function is read by its name.")]
fn what_leans_or_is_no_sentence_is_refused(#[case] summary: &str) {
    assert!(fault(summary).is_some(), "{summary}");
}

#[rstest]
#[case("Sometimes a function is read a moment later")]
#[case("$LATEST in the query reads the unpublished version")]
#[case("%3A in the path is the colon of an ARN")]
#[case("Organisations without a function have an empty list")]
fn what_stands_alone_is_taken(#[case] summary: &str) {
    assert_eq!(fault(summary), None, "{summary}");
}
