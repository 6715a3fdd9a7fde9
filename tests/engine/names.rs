//! The names of functions: each case that gets one of its own has another, in every suite, and AWS takes every one.

use std::collections::{BTreeMap, BTreeSet};

use lambda_conformance::{
    case::{Case, Request},
    fixture::Fixture,
    load::{self, Files, Library},
    text::Bindings,
};

use crate::beside;

/// The longest id of a run that `--run-id` takes.
const RUN: &str = "0123456789abcdef";

/// Today's suite and those beside it.
fn library() -> Library {
    let folder = tempfile::tempdir().expect("a folder");
    beside::lay(folder.path());
    let path = |name: &str| folder.path().join(name);
    let files = Files::open(Some(&path("cases")), Some(&path("snapshots")));
    load::load(&files.expect("readable files")).expect("no errors")
}

/// The functions that a fixture makes, some of them again, for a case alone or for all that share it.
fn functions(fixture: &Fixture, of: Option<&Case>) -> BTreeSet<String> {
    let mut bindings = Bindings::default();
    bindings.set("function", fixture.function(RUN, of));
    let calls = fixture.steps.iter().filter_map(|step| step.call());
    let creates = calls.filter(|call| call.operation == "CreateFunction");
    let members = creates.flat_map(|call| match &call.request {
        Request::Members(members) => members.as_slice(),
        Request::Raw(_) => &[],
    });
    members
        .filter(|(member, _)| member == "FunctionName")
        .flat_map(|(_, name)| name.texts())
        .map(|name| name.expand(&bindings).expect("only the function"))
        .collect()
}

/// Who else has the name, where two have one.
fn shared<'n>(names: impl IntoIterator<Item = (String, &'n str)>) -> Vec<[&'n str; 2]> {
    let mut seen: BTreeMap<String, &str> = BTreeMap::new();
    let pairs = names.into_iter().filter_map(|(name, of)| {
        let other = seen.insert(name, of)?;
        Some([other, of])
    });
    pairs.collect()
}

#[test]
fn every_function_has_a_name_of_its_own_that_aws_takes() {
    let library = library();
    let mut names = Vec::new();
    for service in ["lambda"] {
        let service = library.service(service).expect("a service");
        for fixture in service.fixtures.values() {
            let made = functions(fixture, None).into_iter();
            names.extend(made.map(|name| (name, fixture.name.as_str())));
        }
    }
    let common = names.len();
    for suite in &library.suites {
        for case in suite.cases.iter().filter(|case| case.private) {
            let fixture = case.fixture.as_ref().expect("it changes something");
            let fixture = &suite.service.fixtures[fixture];
            let made = functions(fixture, Some(case)).into_iter();
            names.extend(made.map(|name| (name, case.id.as_str())));
        }
    }
    assert!(common > 20 && names.len() > common + 100, "{}", names.len());
    for (name, of) in &names {
        let plain = |letter: char| letter.is_ascii_alphanumeric() || "-_".contains(letter);
        assert!(name.chars().all(plain), "{of}: {name}");
        assert!(name.len() <= 64, "{of}: {name} has {}", name.len());
    }
    assert_eq!(shared(names), [[""; 2]; 0]);
}

/// A case may be given a function of its own at any time.
#[test]
fn no_two_cases_of_all_suites_have_the_same_mark() {
    let library = library();
    let cases = || library.suites.iter().flat_map(|suite| &suite.cases);
    assert!(library.suites.len() == 3 && cases().count() > 700);
    let marks = cases().map(|case| (case.mark(), case.id.as_str()));
    assert_eq!(shared(marks), [[""; 2]; 0]);
}

#[test]
fn two_of_one_name_are_found() {
    let names = [("a", "one"), ("b", "two"), ("a", "three")];
    let names = names.map(|(name, of)| (name.to_owned(), of));
    assert_eq!(shared(names), [["one", "three"]]);
}
