//! The names of a list of cases: one and `*` for many that begin alike.

use std::{collections::BTreeSet, ops::Bound};

/// The cases that a baseline may name.
pub(super) struct Ids<'s> {
    /// All of the suites.
    all: BTreeSet<&'s str>,
    /// Those that cannot be tested: a name may stand for them as well, unless it stands for no others.
    untestable: BTreeSet<String>,
}

impl<'s> Ids<'s> {
    pub(super) fn new(all: impl Iterator<Item = &'s str>, untestable: BTreeSet<String>) -> Ids<'s> {
        Ids {
            all: all.collect(),
            untestable,
        }
    }

    /// The names that stand for these cases. A name with `*` stands for at least two of them, and beside them for none
    /// that can be tested. It ends with a word, so that a person can tell what it is about, and a case that comes later
    /// is not meant by chance.
    pub(super) fn names(&self, cases: &BTreeSet<String>) -> BTreeSet<String> {
        let mut names = BTreeSet::new();
        for case in cases {
            names.insert(self.pattern(case, cases).unwrap_or_else(|| case.clone()));
        }
        names
    }

    /// Whether a name stands for some of these cases, and for none beside them that can be tested.
    pub(super) fn is_within(&self, name: &str, cases: &BTreeSet<String>) -> bool {
        let named: Vec<&str> = match name.strip_suffix('*') {
            Some(start) => beginning(start, &self.all).collect(),
            None => self.all.get(name).copied().into_iter().collect(),
        };
        named.iter().any(|id| cases.contains(*id)) && !named.iter().any(|id| self.parts(id, cases))
    }

    /// Whether two lists are the same but for cases that cannot be tested.
    pub(super) fn are(&self, one: &BTreeSet<String>, other: &BTreeSet<String>) -> bool {
        let mut differing = one.symmetric_difference(other);
        differing.all(|id| self.untestable.contains(id))
    }

    /// Whether a case shows that a name is too wide for this list.
    fn parts(&self, id: &str, cases: &BTreeSet<String>) -> bool {
        let alone = || cases.is_subset(&self.untestable);
        !cases.contains(id) && (!self.untestable.contains(id) || alone())
    }

    /// What a case and others of the list have in common and no case beside the list has, with `*`.
    fn pattern(&self, case: &str, cases: &BTreeSet<String>) -> Option<String> {
        let parting = |id: &&&str| self.parts(id, cases);
        let within = |from, to| self.all.range::<str, _>((from, to));
        let before = within(Bound::Unbounded, Bound::Excluded(case)).rfind(parting);
        let after = within(Bound::Excluded(case), Bound::Unbounded).find(parting);
        // one letter more than any other case shares, and more than the name of the suite, which has one `/`
        let suite = case.match_indices('/').nth(1);
        let suite = suite.map_or(case.len(), |(at, _)| at);
        let shared = before
            .into_iter()
            .chain(after)
            .map(|other| common(case, other))
            .fold(suite, usize::max);
        let mut starts = (shared + 1..=case.len()).filter(|at| ends_word(case, *at));
        let alike: Vec<&str> = starts.find_map(|at| self.alike(&case[..at]))?;
        let alike: Vec<&str> = alike.into_iter().filter(|id| cases.contains(*id)).collect();
        // of a sorted list the ends have in common what all have
        let [first, .., last] = alike.as_slice() else {
            return None;
        };
        let whole = |at: &usize| alike.iter().all(|id| ends_word(id, *at));
        let end = (0..=common(first, last)).rev().find(whole)?;
        Some(format!("{}*", &first[..end]))
    }

    /// The cases that begin so, if a word ends there in each.
    fn alike(&self, start: &str) -> Option<Vec<&'s str>> {
        let alike: Vec<&str> = beginning(start, &self.all).collect();
        let whole = alike.iter().all(|id| ends_word(id, start.len()));
        whole.then_some(alike)
    }
}

/// Whether a name may be cut here, so that it is not cut within a word.
fn ends_word(id: &str, at: usize) -> bool {
    let is_part = |letter: char| letter.is_alphanumeric();
    id.is_char_boundary(at) && !(id[..at].ends_with(is_part) && id[at..].starts_with(is_part))
}

fn beginning<'i>(start: &str, ids: &BTreeSet<&'i str>) -> impl Iterator<Item = &'i str> {
    let from = (Bound::Included(start), Bound::Unbounded);
    let ids = ids.range::<str, _>(from).copied();
    ids.take_while(move |id| id.starts_with(start))
}

/// How many bytes two texts have in common at their beginning.
fn common(one: &str, other: &str) -> usize {
    let mut letters = one.char_indices().zip(other.chars());
    let end = letters.find(|((_, one), other)| one != other);
    end.map_or(one.len().min(other.len()), |((at, _), _)| at)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    const IDS: [&str; 9] = [
        "l/g/errors/absent",
        "l/g/errors/absent-alias",
        "l/g/errors/conflict",
        "l/g/names/é",
        "l/g/names/è",
        "l/g/reads/plain/1",
        "l/g/reads/plain/2",
        "l/h/reads/plain/1",
        "l/h/reads/plain/2",
    ];

    fn check(cases: &[&str], untestable: &[&str], due: &[&str]) {
        let set = |ids: &[&str]| ids.iter().map(|id| (*id).to_owned()).collect();
        let ids = Ids::new(IDS.into_iter(), set(untestable));
        let cases = set(cases);
        let names = ids.names(&cases);
        assert_eq!(names.iter().collect::<Vec<_>>(), due);
        assert!(names.iter().all(|name| ids.is_within(name, &cases)));
    }

    #[rstest]
    #[case::one(&["l/g/errors/conflict"], &["l/g/errors/conflict"])]
    #[case::folder(&["l/g/reads/plain/1", "l/g/reads/plain/2"], &["l/g/reads/plain/*"])]
    #[case::a_word_and_more(&["l/g/errors/absent", "l/g/errors/absent-alias"], &["l/g/errors/absent*"])]
    #[case::parts_of_words(&["l/g/names/é", "l/g/names/è", "l/g/reads/plain/1"], &["l/g/names/*", "l/g/reads/plain/1"])]
    #[case::one_beside_the_list(&["l/g/errors/absent", "l/g/errors/conflict"], &["l/g/errors/absent", "l/g/errors/conflict"])]
    #[case::one_that_begins_others(&["l/g/errors/absent"], &["l/g/errors/absent"])]
    #[case::letters_of_two_bytes(&["l/g/names/é"], &["l/g/names/é"])]
    #[case::letters_of_two_bytes_in_common(&["l/g/names/é", "l/g/names/è"], &["l/g/names/*"])]
    #[case::two_topics(&["l/g/names/é", "l/g/names/è", "l/g/reads/plain/1", "l/g/reads/plain/2"], &["l/g/names/*", "l/g/reads/plain/*"])]
    #[case::a_suite(&["l/h/reads/plain/1", "l/h/reads/plain/2"], &["l/h/reads/plain/*"])]
    #[case::everything(&IDS, &["l/g/*", "l/h/reads/plain/*"])]
    fn a_name_stands_for_all_that_begin_alike(#[case] cases: &[&str], #[case] due: &[&str]) {
        check(cases, &[], due);
    }

    #[test]
    fn a_case_that_cannot_be_tested_parts_no_others() {
        let shown = ["l/g/errors/absent", "l/g/errors/conflict"];
        check(&shown, &["l/g/errors/absent-alias"], &["l/g/errors/*"]);
        // those of which none can be tested are named by themselves
        let untestable = ["l/g/errors/absent", "l/g/errors/absent-alias"];
        check(&untestable[..1], &untestable, &untestable[..1]);
        // of two cases one is named, whatever the other is
        let one = ["l/g/reads/plain/1"];
        check(&one, &["l/g/reads/plain/2"], &one);
    }

    /// Whatever is listed, its names stand for that and nothing else.
    #[test]
    fn no_name_stands_for_a_case_beside_the_list() {
        let ids = Ids::new(IDS.into_iter(), BTreeSet::new());
        for chosen in 1..1_usize << IDS.len() {
            let cases = IDS.iter().enumerate();
            let cases = cases.filter(|(at, _)| chosen >> at & 1 == 1);
            let cases: BTreeSet<String> = cases.map(|(_, id)| (*id).to_owned()).collect();
            let names = ids.names(&cases);
            let stands = |id: &str| {
                names.iter().any(|name| match name.strip_suffix('*') {
                    Some(start) => id.starts_with(start),
                    None => id == name,
                })
            };
            assert!(
                IDS.iter().all(|id| stands(id) == cases.contains(*id)),
                "{names:?}"
            );
        }
    }
}
