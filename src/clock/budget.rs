//! [`Budget`]: how long a run waits in vain.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use super::Clock;

/// How long a run may wait in vain, by the clock of its target. What counts is the time in which nobody does anything but wait,
/// and no wait goes on that ends well: a target that takes its time for each function is not hurried, and one that never has
/// done is not waited for function by function.
#[derive(Clone, Debug)]
pub(crate) struct Budget {
    clock: Clock,
    /// How long others had waited before.
    before: Duration,
    limit: Duration,
    /// When something was waited for that came, from and until, by how long nobody had done anything but wait.
    well: Arc<Mutex<Vec<(Duration, Duration)>>>,
}

/// How long a run waited for functions to settle: the time in which it did nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waited {
    /// In all.
    pub in_all: Duration,
    /// For what did not come, or has not yet.
    pub in_vain: Duration,
    /// How much of that there may be.
    pub limit: Duration,
}

impl Budget {
    /// A budget of which nothing is used up yet.
    pub(crate) fn new(clock: &Clock, limit: Duration) -> Budget {
        Budget {
            clock: clock.clone(),
            before: clock.idle(),
            limit,
            well: Arc::default(),
        }
    }

    /// Begins to wait for something.
    pub(crate) fn begin(&self) -> Duration {
        self.clock.idle()
    }

    /// What was waited for came.
    pub(crate) fn came(&self, begun: Duration) {
        let (mut from, until) = (begun, self.clock.idle());
        let mut well = self.well();
        // whoever began first may end last
        while let Some((before, _)) = well.pop_if(|(_, end)| *end >= from) {
            from = from.min(before);
        }
        well.push((from, until));
    }

    /// How long was waited so far.
    pub(crate) fn waited(&self) -> Waited {
        let in_all = self.clock.idle().saturating_sub(self.before);
        let well: Duration = self.well().iter().map(|(from, until)| *until - *from).sum();
        Waited {
            in_all,
            in_vain: in_all.saturating_sub(well),
            limit: self.limit,
        }
    }

    fn well(&self) -> MutexGuard<'_, Vec<(Duration, Duration)>> {
        self.well.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use futures_util::future;

    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);

    /// Somebody who waits for so many minutes, and for what comes or does not; at work from now on.
    fn waiting(budget: &Budget, minutes: u32, comes: bool) -> impl Future<Output = ()> {
        let (clock, work) = (budget.clock.clone(), budget.clock.begin());
        async move {
            let begun = budget.begin();
            clock.wait(MINUTE * minutes).await;
            if comes {
                budget.came(begun);
            }
            drop(work);
        }
    }

    fn minutes(budget: &Budget) -> (u64, u64) {
        let Waited {
            in_all, in_vain, ..
        } = budget.waited();
        let rounded = |time: Duration| (time.as_secs_f64() / 60.0).round() as u64;
        (rounded(in_all), rounded(in_vain))
    }

    /// Two that wait at the same time use up the time once, and none of it if what they wait for comes.
    #[tokio::test]
    async fn only_waiting_in_vain_is_used_up() {
        let budget = Budget::new(&Clock::skipping(), MINUTE);
        let (long, short) = (waiting(&budget, 20, false), waiting(&budget, 10, true));
        future::join(long, short).await;
        assert_eq!(minutes(&budget), (20, 10));
        waiting(&budget, 5, true).await;
        assert_eq!(minutes(&budget), (25, 10));
        waiting(&budget, 7, false).await;
        assert_eq!(minutes(&budget), (32, 17));
        assert_eq!(minutes(&Budget::new(&budget.clock, MINUTE)), (0, 0));
    }

    #[tokio::test]
    async fn what_was_waited_for_by_several_is_taken_off_once() {
        let clock = Clock::skipping();
        let budget = Budget::new(&clock, MINUTE);
        let begun = budget.begin();
        let _work = clock.begin();
        for _ in 0..3 {
            clock.wait(MINUTE).await;
            budget.came(begun);
        }
        assert_eq!(minutes(&budget), (3, 0));
    }

    #[tokio::test]
    async fn work_is_no_waiting() {
        let clock = Clock::real();
        let budget = Budget::new(&clock, MINUTE);
        let _work = [clock.begin(), clock.begin()];
        clock.wait(Duration::from_millis(20)).await;
        assert_eq!(budget.waited().in_all, Duration::ZERO);
        let short = Duration::from_millis(20);
        future::join(clock.wait(short), clock.wait(short)).await;
        assert!(budget.waited().in_all >= short / 2);
    }
}
