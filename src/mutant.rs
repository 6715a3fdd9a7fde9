//! [`Mutant`]: an answer with one thing wrong, made from one that is right.
//!
//! Knows the ways to be wrong, and no contract: whether somebody notices is [`crate::judge`]'s business. What no client
//! and no contract can tell apart is not a mutant, so none is made of
//!
//! - the order of members, the letter case of header names, and the headers of the connection;
//! - another date, or another request id: each answer has its own;
//! - members that nobody knows: a service adds some without notice.

mod body;
mod header;
mod letters;
mod mutation;

use std::collections::BTreeMap;

use serde_json::Value;

pub use mutation::{Mutant, Mutation};

use crate::{observation::Observation, path::Path};

/// What answers have at each path of their bodies, `null` left aside; the first value counts where they differ.
///
/// This is what [`mutants`] gives a member that has none.
pub fn values<'a>(answers: impl IntoIterator<Item = &'a Observation>) -> BTreeMap<Path, Value> {
    let mut values = BTreeMap::new();
    for answer in answers {
        if let Ok(body) = answer.json() {
            body::each(body, &Path::key("body"), &mut |at, value| {
                if !value.is_null() && !values.contains_key(at) {
                    values.insert(at.clone(), value.clone());
                }
            });
        }
    }
    values
}

/// Every mutant of an answer, the same ones in the same order for the same answer.
///
/// `elsewhere` has the values that other answers have ([`values`]): a member that is `null` here is given its value from
/// there, so that only its presence is wrong.
pub fn mutants(answer: &Observation, elsewhere: &BTreeMap<Path, Value>) -> Vec<Mutant> {
    let mut out = Vec::new();
    for (mutation, status) in statuses(answer.status) {
        out.push(Mutant {
            at: Path::key("status"),
            mutation,
            answer: Observation::new(status, answer.headers.clone(), answer.body.clone()),
        });
    }
    header::mutants(answer, &mut out);
    body::mutants(answer, elsewhere, &mut out);
    out
}

/// Those of [`mutants`] that are wrong in the part of the body at `at`, and not only in what is in it.
pub fn of_part(answer: &Observation, at: &Path, elsewhere: &BTreeMap<Path, Value>) -> Vec<Mutant> {
    let mut out = Vec::new();
    body::of_part(answer, at, elsewhere, &mut out);
    out
}

/// A status of the same class and one of another, both such as services of this kind answer with.
fn statuses(status: u16) -> [(Mutation, u16); 2] {
    let (sibling, other) = match status {
        200 => (201, 500),
        404 => (400, 500),
        400..=499 => (404, 200),
        500..=599 => (503, 400),
        _ => (200, 500),
    };
    [(Mutation::Sibling, sibling), (Mutation::Reclassed, other)]
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderValue};
    use rstest::rstest;
    use serde_json::json;

    use super::*;

    fn answer(status: u16, header: &'static str, body: &str) -> Observation {
        let mut headers = HeaderMap::new();
        headers.insert(header, HeaderValue::from_static("application/json"));
        headers.insert("content-length", HeaderValue::from_static("7"));
        Observation::new(status, headers, body.to_owned())
    }

    /// The bodies that are made of one, each with the name of its mutant, below the body.
    fn bodies(body: &str) -> Vec<(String, String)> {
        mutants(&answer(200, "date", body), &BTreeMap::new())
            .into_iter()
            .filter(|mutant| mutant.at.root() == "body" && mutant.at.len() > 1)
            .map(|mutant| {
                let body = String::from_utf8_lossy(&mutant.answer.body).into_owned();
                (mutant.to_string(), body)
            })
            .collect()
    }

    #[rstest]
    #[case(r#"{"Timeout":3}"#, &[
        ("body.Timeout dropped", "{}"),
        ("body.Timeout renamed", r#"{"Timeout_":3}"#),
        ("body.Timeout recased", r#"{"timeout":3}"#),
        ("body.Timeout retyped", r#"{"Timeout":"3"}"#),
        ("body.Timeout altered", r#"{"Timeout":4}"#),
        ("body.Timeout replaced", r#"{"Timeout":-1}"#),
        ("body.Timeout fractioned", r#"{"Timeout":3.0}"#),
    ])]
    #[case(r#"{"Layers":null}"#, &[
        ("body.Layers given", r#"{"Layers":"other"}"#),
        ("body.Layers unwritten", "{}"),
    ])]
    #[case(r#"{"a":[true]}"#, &[
        ("body.a dropped", "{}"),
        ("body.a renamed", r#"{"a_":[true]}"#),
        ("body.a recased", r#"{"A":[true]}"#),
        ("body.a retyped", r#"{"a":true}"#),
        ("body.a emptied", r#"{"a":[]}"#),
        ("body.a[0] dropped", r#"{"a":[]}"#),
        ("body.a[0] duplicated", r#"{"a":[true,true]}"#),
        ("body.a[0] altered", r#"{"a":[false]}"#),
        ("body.a[0] retyped", r#"{"a":["true"]}"#),
    ])]
    #[case(r#"{"7":""}"#, &[
        ("body.7 dropped", "{}"),
        ("body.7 renamed", r#"{"7_":""}"#),
        ("body.7 retyped", r#"{"7":[""]}"#),
        ("body.7 replaced", r#"{"7":"~ other ~"}"#),
    ])]
    fn each_part_is_wrong_in_each_way_that_it_can_be(
        #[case] body: &str,
        #[case] expected: &[(&str, &str)],
    ) {
        let expected: Vec<(String, String)> = expected
            .iter()
            .map(|(name, body)| ((*name).to_owned(), (*body).to_owned()))
            .collect();
        assert_eq!(bodies(body), expected);
    }

    #[test]
    fn elements_in_another_order_are_another_list_unless_they_are_the_same() {
        let reordered = |body: &str| {
            let bodies = bodies(body).into_iter();
            bodies
                .filter(|(name, _)| name.ends_with(" reordered"))
                .map(|(_, body)| body)
                .collect::<Vec<_>>()
        };
        assert_eq!(reordered(r#"{"a":[1,2,3]}"#), [r#"{"a":[2,1,3]}"#]);
        assert!(reordered(r#"{"a":[1,1,3]}"#).is_empty());
    }

    #[test]
    fn no_mutant_is_the_answer_and_no_two_have_one_name() {
        let body = r#"{"Type":"User","message":"a","n":null,"o":{"p":[1,2],"q":{}},"t":false}"#;
        for status in [200, 403, 404, 500] {
            let answer = answer(status, "content-type", body);
            let mutants = mutants(&answer, &BTreeMap::new());
            let mut names: Vec<String> = mutants.iter().map(Mutant::to_string).collect();
            names.sort_unstable();
            let all = names.len();
            names.dedup();
            assert_eq!(names.len(), all, "{names:?}");
            for mutant in &mutants {
                let same = mutant.answer.status == status
                    && mutant.answer.headers == answer.headers
                    && mutant.answer.json() == answer.json()
                    && !mutant.to_string().ends_with("fractioned");
                assert!(!same, "{mutant} is no mutant");
            }
            assert!(!names.iter().any(|name| name.contains("content-length")));
        }
    }

    #[test]
    fn the_mutants_of_a_part_are_those_of_the_answer_that_are_wrong_there() {
        let body = r#"{"a":{"b":[7,8],"c":"x"},"d":null}"#;
        let answer = answer(200, "date", body);
        let none = BTreeMap::new();
        let shown = |mutant: &Mutant| {
            let body = String::from_utf8_lossy(&mutant.answer.body).into_owned();
            (mutant.to_string(), body)
        };
        for at in ["body.a", "body.a.b", "body.a.b[1]", "body.a.c", "body.d"] {
            let at: Path = at.parse().expect("a path");
            let all = mutants(&answer, &none);
            let all = all.iter().filter(|mutant| mutant.at == at);
            let all: Vec<_> = all.map(shown).collect();
            let of_part: Vec<_> = of_part(&answer, &at, &none).iter().map(shown).collect();
            assert!(!all.is_empty());
            assert_eq!(of_part, all);
        }
        for at in ["body", "body.e", "body.a.b[2]", "status"] {
            let at: Path = at.parse().expect("a path");
            assert!(of_part(&answer, &at, &none).is_empty(), "{at}");
        }
    }

    #[test]
    fn a_member_that_has_no_value_is_given_that_of_another_answer() {
        let other = answer(200, "date", r#"{"a":{"b":[7]},"c":null}"#);
        let values = values([&other]);
        assert_eq!(values.len(), 3, "{values:?}");
        let wrong = mutants(&answer(200, "date", r#"{"a":null,"c":null}"#), &values);
        let given: Vec<String> = wrong
            .iter()
            .filter(|mutant| mutant.mutation == Mutation::Given)
            .map(|mutant| String::from_utf8_lossy(&mutant.answer.body).into_owned())
            .collect();
        assert_eq!(
            given,
            [
                json!({"a": {"b": [7]}, "c": null}).to_string(),
                json!({"a": null, "c": "other"}).to_string()
            ]
        );
    }

    #[test]
    fn every_word_is_used_once() {
        let mut words: Vec<&str> = Mutation::ALL.iter().map(|one| one.name()).collect();
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), Mutation::ALL.len());
    }
}
