//! [`Creations`]: which functions a run may have made, by name.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// What is known of the creations of functions. Clones share it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Creations(Arc<Mutex<BTreeMap<String, Creation>>>);

#[derive(Clone, Copy, Debug, Default)]
struct Creation {
    /// How many were sent and not refused.
    open: usize,
    /// Whether one was refused because somebody had the name.
    taken: bool,
}

impl Creations {
    /// Notes one that is about to be sent.
    pub(crate) fn send(&self, function: &str) {
        self.lock().entry(function.to_owned()).or_default().open += 1;
    }

    /// Notes that one made nothing: it was refused, or never sent.
    pub(crate) fn refuse(&self, function: &str, conflict: bool) {
        let mut all = self.lock();
        let creation = all.entry(function.to_owned()).or_default();
        creation.open = creation.open.saturating_sub(1);
        creation.taken |= conflict && creation.open == 0;
    }

    /// Whether the function may be there because this run made it.
    pub(crate) fn may_be_there(&self, function: &str) -> bool {
        let all = self.lock();
        all.get(function).is_some_and(|creation| creation.open > 0)
    }

    /// Whether it may be removed: a target may refuse what it does all the same, but a name that was taken is somebody's.
    pub(crate) fn may_be_removed(&self, function: &str) -> bool {
        let all = self.lock();
        all.get(function)
            .is_some_and(|creation| creation.open > 0 || !creation.taken)
    }

    /// Whether somebody had the name of a function before this run made it.
    pub(crate) fn is_taken(&self, function: &str) -> bool {
        let all = self.lock();
        all.get(function).is_some_and(|creation| creation.taken)
    }

    /// A function whose name was taken.
    pub(crate) fn taken(&self) -> Option<String> {
        let all = self.lock();
        let mut taken = all.iter().filter(|(_, creation)| creation.taken);
        taken.next().map(|(name, _)| name.clone())
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Creation>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    /// One letter for each event: a creation that is `s`ent, one that is `r`efused, one whose name is `t`aken.
    #[rstest]
    #[case("", false, false, false)]
    #[case("s", true, true, false)]
    #[case("sr", false, true, false)]
    #[case("st", false, false, true)]
    #[case("sst", true, true, false)]
    #[case("srs", true, true, false)]
    #[case("sts", true, true, true)]
    fn what_may_be_there(
        #[case] events: &str,
        #[case] there: bool,
        #[case] removable: bool,
        #[case] taken: bool,
    ) {
        let creations = Creations::default();
        for event in events.chars() {
            match event {
                's' => creations.send("f"),
                event => creations.refuse("f", event == 't'),
            }
        }
        assert_eq!(creations.may_be_there("f"), there);
        assert_eq!(creations.may_be_removed("f"), removable);
        assert_eq!(creations.taken().is_some(), taken);
    }
}
