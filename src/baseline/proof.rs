//! [`Record::proven`]: two runs on one target, one right after the other. What differs between them is of no run to come
//! either, so it is held by its shape.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    entry::Key,
    record::Record,
    shape::fits,
    skeleton::{Samples, Skeleton},
};

/// What a case showed of a cause, in two runs: each value with whether a run may go without it.
type Runs = [BTreeMap<String, bool>; 2];

/// A value of one run, and what the other run had in its place.
type Pair = (String, String);

/// Parts of which every value means something else: they have no shape.
const WORDS: [&str; 2] = ["status", "error"];

impl Record {
    /// What a baseline holds of two runs. What only one of them showed of a case is marked so that a run may go without it.
    #[must_use]
    pub fn proven(mut self, second: &Record) -> Record {
        let mut causes: BTreeMap<Key, BTreeMap<String, Runs>> = BTreeMap::new();
        for (case, first) in &self.judged {
            // of a case that only one run judged, the other says nothing
            let second = second.judged.get(case).unwrap_or(first);
            for (number, found) in [first, second].into_iter().enumerate() {
                for (key, value, sometimes) in found {
                    let cases = causes.entry(key.clone()).or_default();
                    let runs = cases.entry(case.clone()).or_default();
                    runs[number].insert(value.clone(), *sometimes);
                }
            }
        }
        for found in self.judged.values_mut() {
            found.clear();
        }
        for (key, cases) in causes {
            for (case, values) in held(&key, &cases) {
                let found = self.judged.entry(case).or_default();
                let values = values.into_iter();
                found.extend(values.map(|(value, sometimes)| (key.clone(), value, sometimes)));
            }
        }
        self.unanswered.extend_from_slice(&second.unanswered);
        self
    }
}

/// What is held of a cause, for each case.
fn held(
    (_, at, _): &Key,
    cases: &BTreeMap<String, Runs>,
) -> BTreeMap<String, BTreeMap<String, bool>> {
    let has_shape = !WORDS.contains(&at.as_str());
    let pairs: BTreeMap<&String, Vec<Pair>> = cases
        .iter()
        .map(|(case, runs)| {
            let pairs = if has_shape { pairs(runs) } else { Vec::new() };
            (case, pairs)
        })
        .collect();
    let shapes = shapes(pairs.values().flatten());
    let of_cases = cases.iter().map(|(case, runs)| {
        let held = of_case(runs, &pairs[case], &shapes);
        (case.clone(), held)
    });
    of_cases.collect()
}

/// The values of one run that the other did not show, each with the one of the other that is most like it.
fn pairs([first, second]: &Runs) -> Vec<Pair> {
    let mut rest: Vec<&String> = second
        .keys()
        .filter(|it| !first.contains_key(*it))
        .collect();
    let mut pairs = Vec::new();
    for one in first.keys().filter(|it| !second.contains_key(*it)) {
        let alike = |at: &usize| Skeleton::of(one, rest[*at]).0.common();
        if let Some(at) = (0..rest.len()).max_by_key(alike) {
            pairs.push((one.clone(), rest.remove(at).clone()));
        }
    }
    pairs
}

/// The shapes of what differs between two runs, those first that hold for most. Values that are built alike have one.
fn shapes<'p>(pairs: impl Iterator<Item = &'p Pair> + Clone) -> Vec<String> {
    let mut alike: BTreeMap<Skeleton, Samples> = BTreeMap::new();
    for (one, other) in pairs.clone() {
        let (skeleton, samples) = Skeleton::of(one, other);
        let all = alike
            .entry(skeleton)
            .or_insert_with(|| vec![BTreeSet::new(); samples.len()]);
        for (all, more) in all.iter_mut().zip(samples) {
            all.extend(more);
        }
    }
    let shapes: BTreeSet<String> = alike
        .iter()
        .map(|(skeleton, samples)| skeleton.shape(samples))
        .collect();
    let values: BTreeSet<&String> = pairs.flat_map(|(one, other)| [one, other]).collect();
    let weight = |shape: &String| values.iter().filter(|value| fits(shape, value)).count();
    let mut shapes: Vec<(usize, String)> = shapes
        .into_iter()
        .map(|shape| (weight(&shape), shape))
        .collect();
    // a stable sort: of equal weight, the order of the texts
    shapes.sort_by_key(|(weight, _)| std::cmp::Reverse(*weight));
    shapes.into_iter().map(|(_, shape)| shape).collect()
}

/// What is held of a case: what both runs showed as it is, unless it has the form of what differs in other cases; what
/// differs by its shape.
fn of_case(runs: &Runs, pairs: &[Pair], shapes: &[String]) -> BTreeMap<String, bool> {
    let [first, second] = runs;
    let shape = |is_held: &dyn Fn(&String) -> bool| shapes.iter().find(|shape| is_held(shape));
    let mut held: BTreeMap<String, bool> = BTreeMap::new();
    let mut hold = |value: &String, sometimes: bool| {
        let known = held.entry(value.clone()).or_insert(sometimes);
        *known = *known && sometimes;
    };
    for (one, other) in pairs {
        if let Some(shape) = shape(&|shape| fits(shape, one) && fits(shape, other)) {
            hold(shape, false);
        }
    }
    let paired = |value: &String| {
        pairs
            .iter()
            .any(|(one, other)| [one, other].contains(&value))
    };
    for (value, sometimes) in first
        .iter()
        .chain(second)
        .filter(|(value, _)| !paired(value))
    {
        let both = first.contains_key(value) && second.contains_key(value);
        let alike = shape(&|shape| !shape.contains("<any>") && fits(shape, value));
        hold(alike.unwrap_or(value), *sometimes || !both);
    }
    held
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    /// A record in which each case shows these values of one part.
    fn record(at: &str, cases: &[(&str, &[&str])]) -> Record {
        let key = ("ERR-404".to_owned(), at.to_owned(), "changed");
        let judged = cases.iter().map(|(case, values)| {
            let values = values.iter();
            let found = values.map(|value| (key.clone(), (*value).to_owned(), false));
            ((*case).to_owned(), found.collect())
        });
        Record {
            judged: judged.collect(),
            ..Record::default()
        }
    }

    /// What is held of the case `a`, with `?` behind what a run may go without.
    fn of_a(record: &Record) -> Vec<String> {
        let found = record.judged["a"].iter();
        let shown = found.map(|(_, value, sometimes)| {
            let mark = if *sometimes { "?" } else { "" };
            format!("{value}{mark}")
        });
        shown.collect()
    }

    #[rstest]
    #[case::the_same("message", &["x 1"], &["x 1"], &["x 1"])]
    #[case::numbers("message", &["x 1"], &["x 2"], &["x <number>"])]
    #[case::two_and_two("message", &["x 1", "y 1"], &["x 2", "y 2"], &["x <number>", "y <number>"])]
    #[case::one_of_two("message", &["x 1", "y"], &["x 2", "y"], &["x <number>", "y"])]
    #[case::only_in_one("message", &["x", "y"], &["y"], &["x?", "y"])]
    #[case::in_none_of_the_other("message", &["x"], &[], &["x?"])]
    #[case::one_more_of_the_form("message", &["x 1", "x 2"], &["x 3"], &["x <number>"])]
    #[case::a_status("status", &["500"], &["503"], &["500?", "503?"])]
    #[case::a_name("error", &["AException"], &["BException"], &["AException?", "BException?"])]
    fn two_runs_are_held(
        #[case] at: &str,
        #[case] first: &[&str],
        #[case] second: &[&str],
        #[case] due: &[&str],
    ) {
        let [first, second] = [first, second].map(|values| record(at, &[("a", values)]));
        assert_eq!(of_a(&first.proven(&second)), due);
    }

    /// By chance two runs may show the same number, or two ids without a letter.
    #[test]
    fn what_differs_in_one_case_of_a_cause_is_held_by_its_form_in_all() {
        let first = record(
            "message",
            &[("a", &["id 7"]), ("b", &["id 8"]), ("c", &["7"])],
        );
        let second = record(
            "message",
            &[("a", &["id 7"]), ("b", &["id 9"]), ("c", &["7"])],
        );
        let proven = first.proven(&second);
        assert_eq!(of_a(&proven), ["id <number>"]);
        assert!(proven.judged["c"].iter().any(|(_, value, _)| value == "7"));

        let first = record(
            "message",
            &[("a", &["id 12345678"]), ("b", &["id 0a1b2c3d"])],
        );
        let second = record(
            "message",
            &[("a", &["id 87654321"]), ("b", &["id 3d2c1b0a"])],
        );
        assert_eq!(of_a(&first.proven(&second)), ["id <8 hex digits>"]);
    }

    #[test]
    fn what_has_nothing_in_common_elsewhere_says_nothing_of_what_stays() {
        let first = record("message", &[("a", &["\"stays\""]), ("b", &["\"one\""])]);
        let second = record(
            "message",
            &[("a", &["\"stays\""]), ("b", &["\"an other.\""])],
        );
        let proven = first.proven(&second);
        assert_eq!(of_a(&proven), ["\"stays\""]);
        assert!(
            proven.judged["b"]
                .iter()
                .any(|(_, value, _)| value == "\"<any>\"")
        );
    }

    #[test]
    fn a_case_that_was_not_asked_again_is_held_as_it_was() {
        let first = record("message", &[("a", &["x 1"])]);
        assert_eq!(of_a(&first.proven(&Record::default())), ["x 1"]);
    }
}
