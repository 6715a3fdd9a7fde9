//! [`Jobs`]: how many cases or fixtures are worked on at the same time. One that waits is not worked on.

use std::{sync::Arc, time::Duration};

use tokio::sync::{Semaphore, SemaphorePermit};

use crate::clock::Clock;

/// So many are begun at most, those that wait included: it bounds the memory.
const BEGUN: usize = 1_024;

/// How many are worked on at the same time. Clones share them.
#[derive(Clone, Debug)]
pub(crate) struct Jobs {
    number: usize,
    free: Arc<Semaphore>,
}

/// One that is worked on, until it is dropped.
pub(crate) struct Job<'j>(SemaphorePermit<'j>);

impl Jobs {
    /// So many, but at least one.
    pub(crate) fn new(number: usize) -> Jobs {
        let number = number.clamp(1, Semaphore::MAX_PERMITS);
        Jobs {
            number,
            free: Arc::new(Semaphore::new(number)),
        }
    }

    /// How many may be begun, those that wait included.
    pub(crate) fn begun(&self) -> usize {
        self.number.max(BEGUN)
    }

    /// Waits until one more may be worked on.
    pub(crate) async fn begin(&self) -> Job<'_> {
        Job(self.free.acquire().await.expect("invariant: never closed"))
    }

    /// Waits by a clock, in which time another one may be worked on. To be called by one that has [begun](Jobs::begin).
    pub(crate) async fn lend(&self, clock: &Clock, time: Duration) {
        self.free.add_permits(1);
        clock.wait(time).await;
        // whoever is about to go on as soon as others have done holds up no time
        let _away = clock.away();
        self.begin().await.0.forget();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use futures_util::future;

    use super::*;

    /// How many are worked on at most, and how many wait, if each of ten waits once.
    #[tokio::test]
    async fn so_many_are_worked_on_and_any_number_waits() {
        let (jobs, clock) = (Jobs::new(2), Clock::skipping());
        let counts = Mutex::new((0_usize, 0_usize, 0_usize));
        let count = |worked: isize, waits: isize| {
            let mut counts = counts.lock().expect("no panic");
            counts.0 = counts
                .0
                .checked_add_signed(worked)
                .expect("no less than none");
            counts.1 = counts
                .1
                .checked_add_signed(waits)
                .expect("no less than none");
            assert!(counts.0 <= 2, "{counts:?}");
            counts.2 = counts.2.max(counts.1);
        };
        let one = || async {
            let _job = jobs.begin().await;
            let _work = clock.begin();
            count(1, 0);
            tokio::task::yield_now().await;
            count(-1, 1);
            jobs.lend(&clock, Duration::from_secs(1)).await;
            count(1, -1);
            tokio::task::yield_now().await;
            count(-1, 0);
        };
        future::join_all((0..10).map(|_| one())).await;
        assert_eq!(counts.into_inner().expect("no panic").2, 10);
    }
}
