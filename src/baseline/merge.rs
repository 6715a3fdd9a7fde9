//! What a new baseline lists: of the cases that a run reached what they showed, of the others what was listed before.

use std::collections::{BTreeMap, BTreeSet};

use super::{Baseline, entry::Key, record::Record};
use crate::verdict::Obstacle;

/// The values of a cause, whether a run may go without each, and the cases that show it.
pub(super) type Values = BTreeMap<(String, bool), BTreeSet<String>>;

/// Cases that cannot be tested, by kind of obstacle and reason.
pub(super) type Untestable = BTreeMap<(Obstacle, String), BTreeSet<String>>;

impl Baseline {
    /// The causes, by key.
    pub(super) fn causes(
        &self,
        record: &Record,
        untestable: &BTreeSet<String>,
    ) -> BTreeMap<Key, Values> {
        let mut causes: BTreeMap<Key, Values> = BTreeMap::new();
        let mut add = |key: &Key, value: &str, sometimes: bool, case: &str| {
            let found = causes.entry(key.clone()).or_default();
            let cases = found.entry((value.to_owned(), sometimes)).or_default();
            cases.insert(case.to_owned());
        };
        for (case, found) in &record.judged {
            for (key, value, sometimes) in found {
                add(key, value, *sometimes, case);
            }
        }
        for known in &self.known {
            for pinned in &known.pins {
                for case in &pinned.cases {
                    // a name may stand for cases that cannot be tested, which show nothing
                    if !record.reached(case) && !untestable.contains(case) {
                        add(&known.key, &pinned.value, pinned.sometimes, case);
                    }
                }
            }
        }
        causes
    }

    /// The cases that cannot be tested, by class and reason; a case that was listed keeps the reason it was listed with.
    pub(super) fn obstacles(&self, record: &Record) -> Untestable {
        let mut obstacles: Untestable = BTreeMap::new();
        let listed = |case: &str| {
            let mut entries = self.untested.iter();
            entries.find(|untested| untested.cases.contains(case))
        };
        for (case, (class, reason)) in &record.untested {
            let key = match listed(case) {
                Some(known) if known.class == *class => (*class, known.reason.clone()),
                _ => (*class, reason.clone()),
            };
            obstacles.entry(key).or_default().insert(case.clone());
        }
        for untested in &self.untested {
            for case in &untested.cases {
                if !record.reached(case) {
                    let key = (untested.class, untested.reason.clone());
                    obstacles.entry(key).or_default().insert(case.clone());
                }
            }
        }
        obstacles
    }
}
