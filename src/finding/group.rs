//! [`Group`]: the requests that show one difference, folded.

use std::collections::{BTreeMap, BTreeSet};

use super::CauseKey;
use crate::verdict::{Mismatch, Origin};

/// How many requests have the same factors, by the number of these.
pub(super) type Counts = BTreeMap<usize, usize>;

/// How many requests of a group are kept as examples.
const EXAMPLES: usize = 16;
/// How many forms of what came are kept.
const FORMS: usize = 64;

/// A request that shows a difference.
#[derive(Clone, Debug)]
pub(super) struct Example {
    pub(super) case: String,
    pub(super) mismatch: Mismatch,
    /// The request as a line for a shell; empty if the line of the case is that of another.
    pub(super) replay: String,
}

impl Example {
    /// Which example shows most: one that a person can send, and that is short.
    fn rank(&self) -> (bool, usize, &str, usize) {
        (
            self.replay.is_empty(),
            self.replay.len(),
            &self.case,
            self.mismatch.step,
        )
    }
}

/// The requests that show one difference.
#[derive(Clone, Debug, Default)]
pub(super) struct Group {
    pub(super) failing: Counts,
    /// Requests of which it is not known whether they show it: others of the cases that do, since of a case a difference is told once, and
    /// those of which the baseline lists it.
    pub(super) unknown: Counts,
    /// How many more show it as the baseline lists it.
    pub(super) known: usize,
    /// How many of these set cases up.
    pub(super) set_up: usize,
    /// How many of these the case itself says something of.
    pub(super) stated: usize,
    pub(super) examples: Vec<Example>,
    pub(super) causes: BTreeSet<CauseKey>,
    /// How many cases show it.
    pub(super) cases: usize,
    /// These by the clause of the mismatch, by the clauses that they name, and by the first of those.
    pub(super) asserted: BTreeMap<String, usize>,
    pub(super) named: BTreeMap<String, usize>,
    pub(super) first: BTreeMap<String, usize>,
    /// The operations of these requests.
    pub(super) operations: BTreeSet<String>,
    /// The forms that came where another form is due, and how often.
    pub(super) forms: BTreeSet<String>,
    pub(super) formed: usize,
}

impl Group {
    /// How many requests show it.
    pub(super) fn size(&self) -> usize {
        self.failing.values().sum()
    }

    /// In which way members are wrong that are wrong in one way: what came is empty whatever is due, or of another type.
    pub(super) fn way(&self) -> Option<String> {
        const EMPTY: [&str; 4] = ["\"\"", "null", "[]", "{}"];
        let mut found = self.examples.iter().map(|one| one.mismatch.found.as_str());
        let first = found.next()?;
        if EMPTY.contains(&first) && found.all(|one| one == first) {
            return Some(first.to_owned());
        }
        let form = self.forms.first().filter(|_| self.forms.len() == 1)?;
        let is_typed = |one: &Example| matches!(one.mismatch.origin, Origin::Schema { .. });
        let mut due = self.examples.iter().map(|one| &one.mismatch.expected);
        let first = due.next()?;
        let is_one = self.examples.iter().all(is_typed) && due.all(|one| one == first);
        is_one.then(|| format!("{form} for {first}"))
    }

    /// Keeps an example, if it shows more than one that is kept.
    pub(super) fn keep(&mut self, example: Example) {
        let is_same = |known: &Example| known.rank() == example.rank();
        if self.examples.iter().any(is_same) {
            return;
        }
        let at = self
            .examples
            .partition_point(|known| known.rank() < example.rank());
        if at < EXAMPLES {
            self.examples.insert(at, example);
            self.examples.truncate(EXAMPLES);
        }
    }

    /// Keeps the form of what came.
    pub(super) fn form(&mut self, form: Option<String>) {
        self.formed += 1;
        if let Some(form) = form {
            self.forms.insert(form);
            if self.forms.len() > FORMS {
                self.forms.pop_last();
            }
        }
    }

    /// Counts a case that shows it, once.
    pub(super) fn blame(&mut self, mismatch: &Mismatch, clauses: &[String]) {
        self.cases += 1;
        *self.asserted.entry(mismatch.clause.clone()).or_default() += 1;
        for clause in clauses {
            *self.named.entry(clause.clone()).or_default() += 1;
        }
        if let Some(first) = clauses.first() {
            *self.first.entry(first.clone()).or_default() += 1;
        }
    }

    /// The same, of requests whose factors have other numbers.
    pub(super) fn renumbered(mut self, numbers: &[usize]) -> Group {
        for counts in [&mut self.failing, &mut self.unknown] {
            let old = std::mem::take(counts).into_iter();
            *counts = old
                .map(|(vector, count)| (numbers[vector], count))
                .collect();
        }
        self
    }
}
