//! [`Suite`]: everything that is known of one operation: its contract, its cases, its snapshots. [`Service`]: what its
//! suites share.

use std::{
    collections::BTreeMap,
    sync::{Arc, OnceLock},
};

use crate::{
    case::{Case, Invariant, Json, Request},
    clause::{Clause, Evidence, Noticed},
    fixture::{Call, Fixture},
    form::{About, Form, Shown},
    operation::Operation,
    path::Path,
    presence::Presence,
    schema::Schema,
    snapshot::Snapshot,
    span::Place,
};

/// What the suites of a service share.
#[derive(Clone, Debug, Default)]
pub struct Service {
    /// The directory that names it, such as `lambda`.
    pub name: String,
    /// Every operation that cases may call, by name.
    pub operations: BTreeMap<String, Operation>,
    /// The sources of evidence, by key.
    pub evidence: BTreeMap<String, Evidence>,
    /// What users of a target notice, in the order of the file.
    pub breaks: Vec<Noticed>,
    /// The fixtures that cases may ask for, by name.
    pub fixtures: BTreeMap<String, Fixture>,
    /// The forms by which members of inputs are told apart.
    pub forms: Vec<Form>,
    /// What the text of an error matches that names a `member`.
    pub refusals: Vec<regex::Regex>,
    /// Which clauses are about factors that no form has.
    pub about: Vec<About>,
    /// What parts of answers say of the thing that was asked about.
    pub shown: Vec<Shown>,
    /// The clauses that these name, with their places.
    pub named: Vec<(String, Place)>,
    /// The members that fixtures usually send, each with its operation, once somebody asks.
    pub(crate) usual: OnceLock<Vec<(String, String)>>,
    /// The clauses that every suite may test. No suite has one of the same id.
    pub clauses: Vec<Clause>,
    /// What is asserted of every answer, whatever operation was called.
    pub invariants: Vec<Invariant>,
}

impl Service {
    /// The operation that looks at a target before anything is made on it.
    pub fn probe(&self) -> &Operation {
        let probe = self.operations.values().find(|operation| operation.probe);
        probe.expect("invariant: files without a probe are not loaded")
    }

    /// Whether nearly every fixture that calls an operation sends this member: that it is sent tells no request from another.
    pub fn is_usual(&self, operation: &str, member: &str) -> bool {
        const SHARE: usize = 80;
        let usual = self.usual.get_or_init(|| {
            let operations = self.operations.values();
            let members =
                operations.flat_map(|known| known.body.iter().map(|it| (&known.name, it)));
            let is_usual = |operation: &str, member: &str| {
                let all = self.calls(operation).count();
                100 * self.sent(operation, member).count() >= SHARE * all.max(1)
            };
            let usual = members.filter(|(operation, member)| is_usual(operation, member));
            usual
                .map(|(operation, member)| (operation.clone(), member.clone()))
                .collect()
        });
        let mut usual = usual.iter();
        usual.any(|(known, it)| known == operation && it == member)
    }

    /// The values that fixtures send for a member of an operation.
    pub fn sent<'s>(&'s self, operation: &str, member: &str) -> impl Iterator<Item = &'s Json> {
        self.calls(operation).filter_map(move |call| {
            let Request::Members(members) = &call.request else {
                return None;
            };
            let mut members = members.iter();
            members
                .find(|(name, _)| name == member)
                .map(|(_, value)| value)
        })
    }

    fn calls<'s>(&'s self, operation: &str) -> impl Iterator<Item = &'s Call> {
        let steps = self.fixtures.values().flat_map(|fixture| &fixture.steps);
        let calls = steps.filter_map(|step| step.call());
        calls.filter(move |call| call.operation == operation)
    }
}

/// One operation's directory, loaded.
#[derive(Debug)]
pub struct Suite {
    /// The path that names it, such as `lambda/get-function-configuration`.
    pub id: String,
    /// What it shares with the other suites of its service.
    pub service: Arc<Service>,
    /// The operation that its cases call unless they say otherwise.
    pub operation: String,
    /// Which member has a value when.
    pub presence: Option<Presence>,
    /// The clauses that are about this operation alone.
    pub clauses: Vec<Clause>,
    /// What is asserted of every answer of this operation.
    pub invariants: Vec<Invariant>,
    /// The cases in the order of the files, templates written out.
    pub cases: Vec<Case>,
    /// The reviewed answers, by [`Case::template`].
    pub snapshots: BTreeMap<String, Snapshot>,
    /// The form of a success body and of an error body.
    pub schema: Option<Schema>,
}

impl Suite {
    /// The contract: the clauses of this operation, then those of the service.
    pub fn clauses(&self) -> impl Iterator<Item = &Clause> {
        self.clauses.iter().chain(&self.service.clauses)
    }

    /// What is asserted of answers: of every one, then of those of this operation.
    pub fn invariants(&self) -> impl Iterator<Item = &Invariant> {
        self.service.invariants.iter().chain(&self.invariants)
    }

    /// Whether the successes of an operation have the form of those of the suite's own.
    pub fn has_form_of(&self, operation: &str) -> bool {
        let known = self.service.operations.get(operation);
        let answers = known.and_then(|known| known.answers.as_ref());
        operation == self.operation || answers == Some(&self.operation)
    }

    /// The clause of this id.
    pub fn clause(&self, id: &str) -> Option<&Clause> {
        self.clauses().find(|clause| clause.id == id)
    }

    /// The number of a case among all of the suite, which no choice of cases changes.
    pub fn number(&self, case: &Case) -> usize {
        self.cases
            .iter()
            .position(|known| known.id == case.id)
            .unwrap_or_default()
    }

    /// The clause that a difference at `at` counts for: one of `own`, else of the whole contract;
    /// the longest governed path first, then the order of `own` or of [`Suite::clauses`]. A clause that is only inferred
    /// comes last.
    pub fn governing(&self, own: &[String], at: &Path) -> Option<&Clause> {
        let mine = || own.iter().filter_map(|id| self.clause(id));
        furthest(mine().filter(|clause| clause.is_firm()), at)
            .or_else(|| furthest(self.clauses().filter(|clause| clause.is_firm()), at))
            .or_else(|| furthest(mine(), at))
            .or_else(|| furthest(self.clauses(), at))
    }

    /// The id of the common case under which a clause that no case claims is counted.
    pub fn common(&self, clause: &str) -> String {
        format!("{}/always/{clause}", self.id)
    }
}

fn furthest<'c>(clauses: impl Iterator<Item = &'c Clause>, at: &Path) -> Option<&'c Clause> {
    let mut best: Option<(usize, &Clause)> = None;
    for clause in clauses {
        if let Some(reach) = clause.reach(at)
            && best.is_none_or(|(longest, _)| reach > longest)
        {
            best = Some((reach, clause));
        }
    }
    best.map(|(_, clause)| clause)
}
