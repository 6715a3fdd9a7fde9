//! [`Coverage`]: how much of the contract a run decided and how much of that is met, clause by clause, and which parts of
//! an answer no clause governs.
//!
//! Pure: made of suites and outcomes. What it means for the exit code, [`crate::report`] says.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::{
    case::Case,
    clause::Clause,
    judge,
    level::Level,
    path::Path,
    plan::Item,
    span::Place,
    suite::Suite,
    verdict::{Mismatch, Outcome, Verdict},
    word::words,
};

/// What a run says of a clause.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// At least one assertion that it governs was decided, and all that were are met.
    Met,
    /// At least one assertion that it governs is not met.
    Failed,
    /// No assertion that it governs was decided.
    NotDecided,
    /// No case can test it; the clause says why.
    NotTestable,
}

words!("status", pub Status {
    Met => "met",
    Failed => "failed",
    NotDecided => "not-decided",
    NotTestable => "not-testable",
});

/// What came of one clause.
#[derive(Clone, Debug)]
pub struct Covered<'s> {
    /// The suite of the clause.
    pub suite: &'s Suite,
    /// The clause.
    pub clause: &'s Clause,
    /// The cases of the run that name it, by id.
    pub named: Vec<&'s str>,
    /// The cases that decided something of it, by id.
    pub decided: Vec<&'s str>,
    /// Of those, the cases in which it is not met, each with the first mismatch.
    pub failed: Vec<(&'s str, Mismatch)>,
    /// Why cases that name it decided nothing, and how many do for this reason.
    pub obstacles: BTreeMap<String, usize>,
    /// Whether a case that was planned names it.
    pub planned: bool,
}

impl Covered<'_> {
    /// Whether it is this clause: ids are unique in a service.
    fn is(&self, suite: &Suite, clause: &Clause) -> bool {
        self.suite.service.name == suite.service.name && self.clause.id == clause.id
    }

    /// Whether it is one that this suite shares with others of its service.
    fn is_shared(&self, suite: &Suite) -> bool {
        let mut shared = suite.service.clauses.iter();
        self.suite.service.name == suite.service.name
            && shared.any(|clause| clause.id == self.clause.id)
    }

    /// What the run says of it.
    pub fn status(&self) -> Status {
        if !self.failed.is_empty() {
            Status::Failed
        } else if !self.decided.is_empty() {
            Status::Met
        } else if self.clause.untested.is_some() {
            Status::NotTestable
        } else {
            Status::NotDecided
        }
    }
}

/// How much of the contract a run decided.
#[derive(Clone, Debug, Default)]
pub struct Coverage<'s> {
    /// Every clause of the suites that were run, in the order of the contract.
    pub clauses: Vec<Covered<'s>>,
    suites: Vec<&'s str>,
    planned: usize,
    seen: usize,
    cases: usize,
}

impl<'s> Coverage<'s> {
    /// Adds the clauses of which the cases of a run speak, before anything is decided of them.
    pub fn plan(&mut self, items: &[Item<'s>]) {
        for item in items {
            self.begin(item.suite);
            self.planned += 1;
            for covered in self.of_suite(item.suite) {
                covered.planned |= item.case.clauses.contains(&covered.clause.id);
            }
        }
    }

    /// Adds the clauses of a suite, if they are not there yet.
    fn begin(&mut self, suite: &'s Suite) {
        if self.suites.contains(&suite.id.as_str()) {
            return;
        }
        self.suites.push(&suite.id);
        self.cases += suite.cases.len();
        for clause in suite.clauses() {
            if !self.clauses.iter().any(|known| known.is(suite, clause)) {
                self.clauses.push(Covered {
                    suite,
                    clause,
                    named: Vec::new(),
                    decided: Vec::new(),
                    failed: Vec::new(),
                    obstacles: BTreeMap::new(),
                    planned: false,
                });
            }
        }
    }

    fn of_suite(&mut self, suite: &'s Suite) -> impl Iterator<Item = &mut Covered<'s>> {
        let clauses = self.clauses.iter_mut();
        clauses.filter(|known| known.suite.id == suite.id || known.is_shared(suite))
    }

    /// Adds what came of one case.
    pub fn add(&mut self, item: Item<'s>, outcome: &Outcome) {
        self.begin(item.suite);
        self.seen += 1;
        let id = item.case.id.as_str();
        for covered in self.of_suite(item.suite) {
            let clause = &covered.clause.id;
            // the form of a body and a snapshot find what differs; of a case that nothing can be said of, neither counts
            let said = !matches!(outcome.verdict, Verdict::Inconclusive { .. });
            let mismatch = outcome
                .mismatches
                .iter()
                .chain(&outcome.common)
                .filter(|_| said)
                .find(|mismatch| mismatch.clause == *clause);
            let decided = mismatch.is_some() || outcome.decided.contains(clause);
            if decided {
                covered.decided.push(id);
            }
            covered
                .failed
                .extend(mismatch.map(|mismatch| (id, mismatch.clone())));
            if item.case.clauses.contains(clause) {
                covered.named.push(id);
                if !decided {
                    let obstacle = match outcome.verdict.shared_reason() {
                        Some(reason) => format!("{}, {reason}", outcome.verdict),
                        None => "nothing that it governs is asserted at this level".to_owned(),
                    };
                    *covered.obstacles.entry(obstacle).or_default() += 1;
                }
            }
        }
    }

    /// Whether the run is about every case of the suites, and not only about some that were chosen.
    pub fn is_whole(&self) -> bool {
        self.planned.max(self.seen) == self.cases
    }

    /// The clauses that the run was about: all of them, or those of which its cases speak.
    pub fn due(&self) -> impl Iterator<Item = &Covered<'s>> {
        let whole = self.is_whole();
        self.clauses.iter().filter(move |covered| {
            whole || covered.planned || !covered.named.is_empty() || !covered.decided.is_empty()
        })
    }

    /// How many clauses have this status.
    pub fn count(&self, status: Status) -> usize {
        self.of(status).count()
    }

    /// How many clauses had something decided, met or not.
    pub fn decided(&self) -> usize {
        self.count(Status::Met) + self.count(Status::Failed)
    }

    /// The clauses of this status.
    pub fn of(&self, status: Status) -> impl Iterator<Item = &Covered<'s>> {
        self.clauses
            .iter()
            .filter(move |covered| covered.status() == status)
    }
}

/// An assertion that a clause governs: by its clauses a case has it decided.
#[derive(Clone, Copy, Debug)]
pub struct Governed<'s> {
    /// The case that makes it; none for what is asserted of every answer.
    pub case: Option<&'s Case>,
    /// The level from which a run judges it; none where it is only inferred.
    pub level: Option<Level>,
    /// Where it is written.
    pub place: &'s Place,
}

/// Every assertion that a clause governs, over all cases, relations, `always.toml` and `presence.toml`.
pub fn governed<'s>(suite: &'s Suite, clause: &Clause) -> Vec<Governed<'s>> {
    let mut all = Vec::new();
    let cases = suite
        .cases
        .iter()
        .filter(|case| case.clauses.contains(&clause.id));
    for case in cases {
        let assertions = case.steps.iter().flat_map(|step| &step.assertions);
        let reached = assertions.filter(|assertion| {
            assertion
                .paths()
                .iter()
                .any(|at| clause.reach(at).is_some())
        });
        all.extend(reached.map(|assertion| Governed {
            case: Some(case),
            level: assertion.level,
            place: &assertion.place,
        }));
    }
    for case in &suite.cases {
        let relations = case.relations.iter();
        let reached = relations.filter(|relation| relation.clause == clause.id);
        all.extend(reached.map(|relation| Governed {
            case: Some(case),
            level: relation.level,
            place: &relation.place,
        }));
    }
    for always in suite.invariants().filter(|one| one.clause == clause.id) {
        all.extend(always.assertions.iter().map(|assertion| Governed {
            case: None,
            level: assertion.level,
            place: &assertion.place,
        }));
    }
    let members = suite.presence.iter().flat_map(|table| &table.members);
    all.extend(
        members
            .filter(|member| member.clause == clause.id)
            .map(|member| Governed {
                case: None,
                // a row of the table counts as the judge counts it
                level: Some(Level::Observed),
                place: &member.place,
            }),
    );
    all
}

/// How many assertions these are as written: a template's assertion is one, however many records it has.
pub fn written(governed: &[Governed<'_>]) -> BTreeMap<Option<Level>, usize> {
    let mut seen = BTreeSet::new();
    let mut number = BTreeMap::new();
    for one in governed {
        if seen.insert((&one.place.source.path, one.place.span.start, one.level)) {
            *number.entry(one.level).or_default() += 1;
        }
    }
    number
}

/// The parts of a case's snapshot, and of the answers that came, that no clause of the suite governs.
///
/// They can fail nobody. Parts of the canonical answer only: what no snapshot holds, such as most headers, is left out.
pub fn ungoverned(item: Item<'_>, outcome: &Outcome) -> BTreeSet<Path> {
    let mut leaves = BTreeSet::new();
    let (suite, case) = (item.suite, item.case);
    if let Some(snapshot) = suite.snapshots.get(&case.template)
        && let Ok(answer) = serde_json::from_str::<Value>(&snapshot.text)
    {
        leaf(&answer, &Path::default(), &mut leaves);
    }
    if !outcome.exchanges.is_empty() {
        let answer = judge::canonical(suite, case, &outcome.exchanges);
        leaf(&answer, &Path::default(), &mut leaves);
    }
    let several = case.has_named_steps();
    leaves
        .into_iter()
        .map(|at| Path(at.0.into_iter().skip(usize::from(several)).collect()))
        .filter(|at| !at.is_empty() && suite.governing(&case.clauses, at).is_none())
        .collect()
}

/// The paths of the values that hold no others.
fn leaf(value: &Value, at: &Path, leaves: &mut BTreeSet<Path>) {
    match value {
        Value::Object(members) if !members.is_empty() => {
            for (key, value) in members {
                leaf(value, &at.then(key), leaves);
            }
        }
        Value::Array(items) if !items.is_empty() => {
            for (index, item) in items.iter().enumerate() {
                leaf(item, &at.at(index), leaves);
            }
        }
        _ => {
            leaves.insert(at.clone());
        }
    }
}
