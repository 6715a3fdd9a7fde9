//! Which cases a run has ([`choose`]), which fixtures they share, and what stands in their way.

mod filter;

use std::fmt;

use crate::{
    capability::Capability,
    case::Case,
    fixture::Fixture,
    hash::hash,
    level::Level,
    suite::Suite,
    target::{Target, role_of},
    verdict::Obstacle,
    word::Unknown,
};

use filter::Filter;
pub use filter::{matches, named, unknown};

/// A case of a run.
#[derive(Clone, Copy, Debug)]
pub struct Item<'s> {
    /// The suite it belongs to.
    pub suite: &'s Suite,
    /// The case.
    pub case: &'s Case,
}

/// A choice of cases that chooses none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// A filter that matches no case.
    #[error(transparent)]
    NoMatch(Unknown),
    /// An operation that no suite is about.
    #[error(transparent)]
    Operation(Unknown),
    /// A part that is no part.
    #[error("`{0}` is not a partition; write it like `hash:1/4`, the first of four parts")]
    Partition(String),
}

/// A part of the cases that stays the same when other cases come or go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Partition {
    part: u64,
    of: u64,
}

impl std::str::FromStr for Partition {
    type Err = PlanError;

    fn from_str(text: &str) -> Result<Partition, PlanError> {
        let wrong = || PlanError::Partition(text.to_owned());
        let (part, of) = text
            .strip_prefix("hash:")
            .and_then(|parts| parts.split_once('/'))
            .ok_or_else(wrong)?;
        let (part, of) = (
            part.parse().map_err(|_| wrong())?,
            of.parse().map_err(|_| wrong())?,
        );
        if part == 0 || part > of {
            return Err(wrong());
        }
        Ok(Partition { part, of })
    }
}

/// As a part of a name: `1-of-4`.
impl fmt::Display for Partition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-of-{}", self.part, self.of)
    }
}

impl Partition {
    fn holds(self, id: &str) -> bool {
        hash(id) % self.of + 1 == self.part
    }
}

/// Chooses the cases; no filter chooses all.
///
/// A filter chooses the cases whose id contains it; one with `*`, which stands for any text, those whose whole id it matches.
/// One that is the id of a clause also chooses the cases that test the clause: those that name it, and those that get answers of
/// which it is always asserted. Letter case does not count.
pub fn choose<'s>(
    suites: impl IntoIterator<Item = &'s Suite>,
    filters: &[String],
    partition: Option<Partition>,
) -> Result<Vec<Item<'s>>, PlanError> {
    let suites: Vec<&Suite> = suites.into_iter().collect();
    let all = || {
        suites
            .iter()
            .flat_map(|&suite| suite.cases.iter().map(move |case| Item { suite, case }))
    };
    let filters: Vec<Filter<'_>> = filters
        .iter()
        .map(|word| Filter::new(word, &suites))
        .collect();
    let chosen = |filter: &Filter<'_>, item: &Item<'_>| filter.chooses(item.suite, item.case);
    if let Some(idle) = filters
        .iter()
        .find(|filter| !all().any(|item| chosen(filter, &item)))
    {
        return Err(PlanError::NoMatch(idle.unknown(&suites)));
    }
    Ok(all()
        .filter(|item| filters.is_empty() || filters.iter().any(|filter| chosen(filter, item)))
        .filter(|item| partition.is_none_or(|partition| partition.holds(&item.case.id)))
        .collect())
}

/// The suites of an operation; no operation chooses all.
pub fn suites<'s>(
    suites: &'s [Suite],
    operation: Option<&str>,
) -> Result<Vec<&'s Suite>, PlanError> {
    let chosen: Vec<&Suite> = suites
        .iter()
        .filter(|suite| operation.is_none_or(|name| suite.operation == name))
        .collect();
    match operation {
        Some(name) if chosen.is_empty() => {
            let known = suites.iter().map(|suite| suite.operation.as_str());
            let unknown = Unknown::new("operation", name, known);
            let message = format!("no suite is about operation `{name}`");
            Err(PlanError::Operation(unknown.message(message)))
        }
        _ => Ok(chosen),
    }
}

/// The fixtures that the cases share, each once, with the suite of the first case; not those of cases that the target cannot be asked anyway.
pub(crate) fn fixtures<'s>(items: &[Item<'s>], target: &Target) -> Vec<(&'s Suite, &'s Fixture)> {
    let mut wanted: Vec<(&Suite, &Fixture)> = Vec::new();
    for item in items.iter().filter(|item| !item.case.private) {
        // whether a target settles is only found out by making a fixture, if nobody says it
        let open = |capability: &Capability| {
            *capability == Capability::Settling && !target.declared.contains_key(capability)
        };
        let mut requires = item.case.requires.iter();
        let possible = requires.all(|capability| open(capability) || target.can(*capability));
        if let Some(name) = &item.case.fixture
            && possible
            && !wanted.iter().any(|(_, known)| known.name == *name)
        {
            wanted.push((item.suite, &item.suite.service.fixtures[name]));
        }
    }
    wanted
}

/// The operation that may ask for a role.
pub(crate) const CREATE_FUNCTION: &str = "CreateFunction";

/// Whether a run makes a role if CreateFunction asks for one: on this machine, and not beside a role that somebody named.
pub fn makes_role(target: &Target) -> bool {
    target.endpoint.is_loopback() && target.role == role_of(&target.partition)
}

/// What stands in the way of a case on this target at this level.
pub(crate) fn obstacle(case: &Case, target: &Target, level: Level) -> Option<(Obstacle, String)> {
    if let Some(capability) = case
        .requires
        .iter()
        .find(|capability| !target.can(**capability))
    {
        return Some((
            Obstacle::Capability,
            format!("the target does not have `{capability}`"),
        ));
    }
    let counts = |of: Option<Level>| of.is_none_or(|from| from <= level);
    let asserted = case
        .steps
        .iter()
        .flat_map(|step| &step.assertions)
        .any(|assertion| counts(assertion.level))
        || case.relations.iter().any(|relation| counts(relation.level));
    (!asserted).then(|| {
        (
            Obstacle::Level,
            format!("nothing is asserted at level `{level}`"),
        )
    })
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::load::{self, Files};
    use crate::target::Credentials;

    #[rstest]
    #[case(None, Ok(1))]
    #[case(Some("GetFunctionConfiguration"), Ok(1))]
    #[case(
        Some("GetFunctionConfig"),
        Err(
            "no suite is about operation `GetFunctionConfig`; did you mean `GetFunctionConfiguration`?"
        )
    )]
    #[case(
        Some("Invoke"),
        Err("no suite is about operation `Invoke`; known: `GetFunctionConfiguration`")
    )]
    fn the_suites_of_an_operation(
        #[case] operation: Option<&str>,
        #[case] due: Result<usize, &str>,
    ) {
        let files = Files::open(None, None).expect("the files that are embedded");
        let library = load::load(&files).expect("they load");
        let chosen = suites(&library.suites, operation);
        let told = chosen.map_or_else(|error| Err(error.to_string()), |chosen| Ok(chosen.len()));
        assert_eq!(told, due.map_err(str::to_owned));
    }

    #[test]
    fn the_parts_of_a_partition_hold_each_id_once() {
        for number in 0..200 {
            let id = format!("lambda/case-{number}");
            let holding = (1..=4)
                .filter(|part| {
                    let partition: Partition =
                        format!("hash:{part}/4").parse().expect("a partition");
                    partition.holds(&id)
                })
                .count();
            assert_eq!(holding, 1, "{id}");
        }
    }

    #[rstest]
    #[case("http://127.0.0.1:5000", None, true)]
    #[case("http://localhost:5000", None, true)]
    #[case("http://[::1]:5000", None, true)]
    #[case("http://moto.example:5000", None, false)]
    #[case("http://192.168.0.1:5000", None, false)]
    #[case("http://127.0.0.1.example:5000", None, false)]
    #[case("https://lambda.us-east-1.amazonaws.com", None, false)]
    #[case(
        "http://127.0.0.1:5000",
        Some("arn:aws:iam::123456789012:role/mine"),
        false
    )]
    fn a_role_is_only_made_here(
        #[case] url: &str,
        #[case] named: Option<&str>,
        #[case] makes: bool,
    ) {
        let endpoint = url.parse().expect("a URL");
        let mut target = Target::new("t", endpoint, "us-east-1", Credentials::new("k", "s"));
        target.role = named.map_or(target.role, str::to_owned);
        assert_eq!(makes_role(&target), makes);
    }

    #[rstest]
    #[case("1/4")]
    #[case("hash:0/4")]
    #[case("hash:5/4")]
    #[case("hash:x/4")]
    fn what_is_no_partition_is_named(#[case] text: &str) {
        let error = text.parse::<Partition>().expect_err("no partition");
        assert!(error.to_string().contains(text));
    }
}
