//! [`Suite`]: everything that is known of one operation: its contract, its cases, its snapshots.

use std::{collections::BTreeMap, sync::Arc};

use crate::{
    case::{Case, Invariant},
    clause::{Clause, Evidence},
    fixture::Fixture,
    operation::Operation,
    path::Path,
    presence::Presence,
    schema::Schema,
    snapshot::Snapshot,
};

/// One operation's directory, loaded.
#[derive(Debug)]
pub struct Suite {
    /// The path that names it, such as `lambda/get-function-configuration`.
    pub id: String,
    /// The operation that its cases call unless they say otherwise.
    pub operation: String,
    /// Every operation of the service that cases may call, by name.
    pub operations: Arc<BTreeMap<String, Operation>>,
    /// The sources of evidence, by key.
    pub evidence: Arc<BTreeMap<String, Evidence>>,
    /// The worlds that cases may ask for, by name.
    pub fixtures: Arc<BTreeMap<String, Fixture>>,
    /// Which member has a value when.
    pub presence: Option<Presence>,
    /// The contract.
    pub clauses: Vec<Clause>,
    /// What is asserted of every answer.
    pub invariants: Vec<Invariant>,
    /// The cases in the order of the files, templates written out.
    pub cases: Vec<Case>,
    /// The reviewed answers, by [`Case::template`].
    pub snapshots: BTreeMap<String, Snapshot>,
    /// The form of a success body and of an error body.
    pub schema: Option<Schema>,
}

impl Suite {
    /// The clause of this id.
    pub fn clause(&self, id: &str) -> Option<&Clause> {
        self.clauses.iter().find(|clause| clause.id == id)
    }

    /// The number of a case among all of the suite, which no choice of cases changes.
    pub fn number(&self, case: &Case) -> usize {
        self.cases
            .iter()
            .position(|known| known.id == case.id)
            .unwrap_or_default()
    }

    /// The clause that a difference at `at` counts for: one of `own`, else of the whole contract;
    /// the longest governed path first, then the order of `own` or of the contract.
    pub fn governing(&self, own: &[String], at: &Path) -> Option<&Clause> {
        let mine = own.iter().filter_map(|id| self.clause(id));
        furthest(mine, at).or_else(|| furthest(self.clauses.iter(), at))
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
