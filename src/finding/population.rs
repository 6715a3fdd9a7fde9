//! Populations: the requests that show a difference, and those that could and do not.

use std::collections::BTreeSet;

use super::{
    difference::{DUE, Difference, Layer, SUCCESS},
    gathered::Findings,
    group::{Counts, Group},
};
use crate::{path::Path, verdict::Kind};

impl Findings {
    /// The requests that show a difference, and those that could and do not.
    pub(super) fn population(&self, difference: &Difference, group: &Group) -> Counts {
        let mut spared = self.spared(difference, group);
        // other operations have other members
        if difference.layer() == Layer::Body && difference.at.len() > 1 {
            spared.retain(|vector, _| self.is_of(*vector, &group.operations));
        }
        for (vector, count) in &group.unknown {
            if let Some(known) = spared.get_mut(vector) {
                *known = known.saturating_sub(*count);
            }
        }
        for (vector, count) in &group.failing {
            *spared.entry(*vector).or_default() += count;
        }
        spared
    }

    /// All successes of the operations of a group.
    pub(super) fn successes(&self, group: &Group) -> Counts {
        let mut all = self.successes.answers.clone();
        all.retain(|vector, _| self.is_of(*vector, &group.operations));
        for (vector, count) in &group.failing {
            let most = all.entry(*vector).or_default();
            *most = (*most).max(*count);
        }
        all
    }

    fn spared(&self, difference: &Difference, group: &Group) -> Counts {
        let at = &difference.at;
        let without = |mut counts: Counts| {
            for (vector, count) in &mut counts {
                *count =
                    count.saturating_sub(group.failing.get(vector).copied().unwrap_or_default());
            }
            counts
        };
        match (difference.layer(), difference.kind) {
            (Layer::Status, _) => {
                let mut due = without(self.due.clone());
                // what came is due there as well
                due.retain(|vector, _| !self.is_due(*vector, &difference.came));
                due
            }
            (Layer::Headers, Kind::Missing) => self.all.with(at, &BTreeSet::new()),
            (Layer::Headers, Kind::Unexpected | Kind::Added) => self.all.without(at),
            (Layer::Headers, _) => self.all.with(at, &group.forms),
            (Layer::Error, _) if at.root() == "type" => {
                let seen = self
                    .errors
                    .with(&Path::key("body").then("Type"), &BTreeSet::new());
                if difference.kind == Kind::Missing {
                    seen
                } else {
                    without(seen)
                }
            }
            (Layer::Error, _) => without(self.errors.answers.clone()),
            (Layer::Body, Kind::Missing) => self.successes.with(at, &BTreeSet::new()),
            (Layer::Body, Kind::Unexpected | Kind::Added) => self.successes.without(at),
            // where most are of a wrong form, whatever is of that form is not right, though nobody says so
            (Layer::Body, _) if 3 * group.formed >= group.size() => {
                self.successes.with(at, &group.forms)
            }
            (Layer::Body, _) => match self.asserted.get(at) {
                // what is right elsewhere, nobody says of other answers
                Some(all) if group.stated == group.size() => without(all.clone()),
                _ => without(self.successes.with(at, &BTreeSet::new())),
            },
        }
    }

    fn is_due(&self, vector: usize, came: &str) -> bool {
        let mut factors = self.of(vector);
        let is_success = came == SUCCESS;
        factors.any(|factor| {
            let due = &factor.value;
            let came = came.strip_suffix(DUE).map_or(came, str::trim_end);
            factor.name == "due" && (came.starts_with(due) || is_success && due.starts_with('2'))
        })
    }

    fn is_of(&self, vector: usize, operations: &BTreeSet<String>) -> bool {
        let mut factors = self.of(vector);
        factors.any(|factor| factor.name == "operation" && operations.contains(&factor.value))
    }
}
