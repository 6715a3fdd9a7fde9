//! [`Findings::sorted`]: the same outcomes, with numbers that do not depend on the order in which they came.

use super::{
    difference::Difference,
    gathered::Findings,
    group::{Counts, Group},
};

impl Findings {
    /// The same with numbers that do not depend on the order in which the outcomes came.
    pub(super) fn sorted(self) -> Findings {
        let (factors, numbers) = order(self.factors);
        let vectors = self.vectors.into_iter().map(|vector| {
            let mut vector: Vec<usize> = vector.into_iter().map(|one| numbers[one]).collect();
            vector.sort_unstable();
            vector
        });
        let (vectors, numbers) = order(vectors.collect());
        let counts = |counts: Counts| {
            let pairs = counts.into_iter();
            pairs
                .map(|(vector, count)| (numbers[vector], count))
                .collect()
        };
        let (differences, groups): (Vec<Difference>, Vec<Group>) = self
            .groups
            .into_iter()
            .map(|(one, group)| (one, group.renumbered(&numbers)))
            .unzip();
        let (differences, places) = order(differences);
        let mut sorted: Vec<Option<Group>> = vec![None; groups.len()];
        for (group, place) in groups.into_iter().zip(&places) {
            sorted[*place] = Some(group);
        }
        let together = self.together.into_iter();
        let asserted = self.asserted.into_iter();
        let asserted = asserted.map(|(at, all)| (at, counts(all))).collect();
        Findings {
            asserted,
            contract: self.contract,
            factors,
            vectors,
            due: counts(self.due),
            successes: self.successes.renumbered(&numbers),
            errors: self.errors.renumbered(&numbers),
            all: self.all.renumbered(&numbers),
            groups: differences
                .into_iter()
                .zip(sorted.into_iter().flatten())
                .collect(),
            together: together
                .map(|((one, other), count)| ((places[one], places[other]), count))
                .collect(),
            after: self
                .after
                .into_iter()
                .map(|((one, other), count)| ((places[one], places[other]), count))
                .collect(),
            cases: self.cases,
            named: self.named,
            ..Findings::default()
        }
    }
}

/// Things in their order, and the new place of each.
fn order<T: Ord>(things: Vec<T>) -> (Vec<T>, Vec<usize>) {
    let mut numbered: Vec<(T, usize)> = things.into_iter().zip(0..).collect();
    numbered.sort_unstable();
    let mut places = vec![0; numbered.len()];
    for (place, (_, was)) in numbered.iter().enumerate() {
        places[*was] = place;
    }
    (
        numbered.into_iter().map(|(thing, _)| thing).collect(),
        places,
    )
}
