//! [`Record`]: what the cases of a run showed, as a baseline will hold it.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Baseline,
    entry::{Key, key},
    pin::{self, Pin},
};
use crate::verdict::{Obstacle, Outcome, Verdict};

/// What a run showed, as a baseline will have it.
#[derive(Debug, Default)]
pub struct Record {
    /// For each case that was judged, what it showed.
    pub(super) judged: BTreeMap<String, BTreeSet<(Key, String, bool)>>,
    /// The cases that could not be tested.
    pub(super) untested: BTreeMap<String, (Obstacle, String)>,
    /// The cases that got no answer, each with what came instead.
    pub(super) unanswered: Vec<String>,
}

impl Record {
    /// Takes what a case showed; `old` is what was known before.
    pub fn add(&mut self, case: &str, outcome: &Outcome, old: &Baseline) {
        match &outcome.verdict {
            verdict @ Verdict::Inconclusive { .. } => {
                let reason = verdict.reason().unwrap_or_default();
                self.unanswered.push(format!("{case}: {reason}"));
                return;
            }
            Verdict::NotTestable { class, reason, .. } => {
                if *class != Obstacle::Level {
                    self.untested
                        .insert(case.to_owned(), (*class, pin::reason(reason, old.today)));
                }
                // what the answers to its set-up showed until then
                if outcome.common.is_empty() {
                    return;
                }
            }
            _ => {}
        }
        let pin = Pin::new(&outcome.bindings, old.today);
        let mut found = BTreeSet::new();
        let shown = outcome.mismatches.iter().chain(&outcome.common);
        for mismatch in shown.filter(|mismatch| mismatch.follows.is_none()) {
            let pinned: Vec<_> = old
                .of(case)
                .filter(|(known, _)| known.is_for(mismatch))
                .map(|(_, pinned)| pinned)
                .collect();
            let held = pinned
                .iter()
                .find(|pinned| pin.holds(&pinned.value, mismatch))
                .map(|pinned| (pinned.value.clone(), pinned.sometimes));
            let learned = || {
                pinned.iter().find_map(|pinned| {
                    let value = pin.both(&pinned.value, mismatch)?;
                    Some((value, pinned.sometimes))
                })
            };
            let (value, sometimes) = held
                .or_else(learned)
                .unwrap_or_else(|| (pin.value(mismatch), false));
            found.insert((key(mismatch), value, sometimes));
        }
        for (known, pinned) in old.of(case) {
            let beyond = outcome
                .beyond
                .iter()
                .any(|mismatch| known.is_for(mismatch) && pin.holds(&pinned.value, mismatch));
            if beyond || pinned.sometimes {
                found.insert((known.key.clone(), pinned.value.clone(), pinned.sometimes));
            }
        }
        self.judged.insert(case.to_owned(), found);
    }
}

impl Record {
    /// The cases that got no answer, each with what came instead: of a run with one, nothing is written.
    pub fn unanswered(&self) -> &[String] {
        &self.unanswered
    }

    /// Whether a case shows anything that differs.
    pub fn shows(&self, case: &str) -> bool {
        self.judged.get(case).is_some_and(|found| !found.is_empty())
    }

    /// Whether a case was judged, or could not be tested.
    pub(super) fn reached(&self, case: &str) -> bool {
        self.judged.contains_key(case) || self.untested.contains_key(case)
    }
}
