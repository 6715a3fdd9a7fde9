//! [`Clock`]: the time that a target lives in. Every wait of a run is a wait of its target's clock, and the mock asks the
//! same clock what time it is.
//!
//! The time-outs of the network are none of its business: they are real, whatever the clock says. A clock that skips stands
//! still while anybody works, so that a busy machine changes nothing.

mod budget;

use std::{
    collections::BTreeMap,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, SystemTime},
};

use tokio::sync::Notify;

pub(crate) use budget::{Budget, Waited};

/// For so long a wait of a clock that skips holds on, whatever those at work do. Then its time is skipped.
const PATIENCE: Duration = Duration::from_secs(5);

/// Time, as a target has it. Clones are the same clock.
#[derive(Clone, Default)]
pub struct Clock(Arc<Shared>);

#[derive(Default)]
struct Shared {
    /// When it was made, if it goes on to when the next wait is over as soon as everybody waits, and stands still until then.
    made: Option<SystemTime>,
    state: Mutex<State>,
    skipped: Notify,
}

#[derive(Default)]
struct State {
    /// How much time was skipped so far.
    ahead: Duration,
    /// How many are at work, those that wait included; less than none while somebody is away who never began.
    at_work: isize,
    /// When each wait is over, by its number.
    waits: BTreeMap<u64, SystemTime>,
    /// How many of them only keep a pace.
    pauses: usize,
    /// How many waits there were.
    waited: u64,
    /// For how long nobody did anything but wait, until `looked`.
    idle: Duration,
    /// When that was added up last.
    looked: Option<SystemTime>,
}

/// Somebody at work: as long as it is not waiting, the time in which its work is done is not skipped.
pub(crate) struct AtWork(Clock);

/// Somebody at work who is held up by others that are.
pub(crate) struct Away(Clock);

impl Clock {
    /// The time of the operating system.
    pub fn real() -> Clock {
        Clock::default()
    }

    /// The same, except that no wait takes any time: once all that work by this clock wait, the time until the first of
    /// them goes on is skipped. A target that is done with something after a second is done with it before that wait ends,
    /// and not before anybody looked at it.
    pub fn skipping() -> Clock {
        Clock(Arc::new(Shared {
            made: Some(SystemTime::now()),
            ..Shared::default()
        }))
    }

    /// Whether waiting takes no time.
    pub(crate) fn skips(&self) -> bool {
        self.0.made.is_some()
    }

    /// What time it is.
    pub fn now(&self) -> SystemTime {
        self.0.now(&self.0.state())
    }

    /// For how long nobody who works by this clock did anything but wait for the target.
    pub(crate) fn idle(&self) -> Duration {
        let mut state = self.0.state();
        self.0.look(&mut state);
        state.idle
    }

    /// Begins work. Whoever waits must have begun it, and only once.
    pub(crate) fn begin(&self) -> AtWork {
        let mut state = self.0.state();
        self.0.look(&mut state);
        state.at_work += 1;
        AtWork(self.clone())
    }

    /// Leaves work until what comes back is dropped.
    pub(crate) fn away(&self) -> Away {
        self.0.leave();
        Away(self.clone())
    }

    /// Waits for something that the target does in that time.
    pub(crate) async fn wait(&self, time: Duration) {
        self.rest(time, false).await;
    }

    /// Waits so that the target is not asked too often, which is not [idle](Clock::idle).
    pub(crate) async fn pause(&self, time: Duration) {
        self.rest(time, true).await;
    }

    async fn rest(&self, time: Duration, is_pause: bool) {
        let wait = self.0.enter(time, is_pause);
        if !self.skips() {
            return tokio::time::sleep(time).await;
        }
        loop {
            // before looking at the time, so that no skip is missed in between
            let skipped = self.0.skipped.notified();
            let Ok(left) = wait.until.duration_since(self.now()) else {
                return;
            };
            if left.is_zero() {
                return;
            }
            // this ends even if somebody at work never does
            if tokio::time::timeout(PATIENCE, skipped).await.is_err() {
                self.0.skip_to(&mut self.0.state(), wait.until);
            }
        }
    }
}

/// A wait, until it is over or given up.
struct Wait<'c> {
    clock: &'c Shared,
    number: u64,
    until: SystemTime,
    is_pause: bool,
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn enter(&self, time: Duration, is_pause: bool) -> Wait<'_> {
        let mut state = self.state();
        self.look(&mut state);
        let until = self.now(&state) + time;
        state.waited += 1;
        let number = state.waited;
        state.waits.insert(number, until);
        state.pauses += usize::from(is_pause);
        self.skip(&mut state);
        Wait {
            clock: self,
            number,
            until,
            is_pause,
        }
    }

    fn leave(&self) {
        let mut state = self.state();
        self.look(&mut state);
        state.at_work -= 1;
        self.skip(&mut state);
    }

    /// Skips the time until the first wait is over, if all that are at work wait.
    fn skip(&self, state: &mut State) {
        let Some(first) = state.waits.values().min().copied() else {
            return;
        };
        if self.made.is_some() && state.only_waits() {
            self.skip_to(state, first);
        }
    }

    fn skip_to(&self, state: &mut State, time: SystemTime) {
        // none is left where a wait is over already: whoever waited is about to go on
        if let Ok(left) = time.duration_since(self.now(state)) {
            state.ahead += left;
            self.look(state);
            self.skipped.notify_waiters();
        }
    }

    fn now(&self, state: &State) -> SystemTime {
        self.made.unwrap_or_else(SystemTime::now) + state.ahead
    }

    /// Adds up how long nobody did anything but wait. To be called before anybody begins or ends anything.
    fn look(&self, state: &mut State) {
        let now = self.now(state);
        let is_idle = state.only_waits() && state.pauses == 0;
        if let Some(looked) = state.looked.filter(|_| is_idle) {
            state.idle += now.duration_since(looked).unwrap_or_default();
        }
        state.looked = Some(now);
    }
}

impl State {
    fn only_waits(&self) -> bool {
        !self.waits.is_empty() && self.waits.len().cast_signed() >= self.at_work
    }
}

impl Drop for Wait<'_> {
    fn drop(&mut self) {
        let mut state = self.clock.state();
        self.clock.look(&mut state);
        state.waits.remove(&self.number);
        state.pauses -= usize::from(self.is_pause);
    }
}

impl Drop for AtWork {
    fn drop(&mut self) {
        self.0.0.leave();
    }
}

impl Drop for Away {
    fn drop(&mut self) {
        let clock = &self.0.0;
        let mut state = clock.state();
        clock.look(&mut state);
        state.at_work += 1;
    }
}

impl PartialEq for Clock {
    fn eq(&self, other: &Clock) -> bool {
        !self.skips() && !other.skips() || Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for Clock {}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.skips() { "skipping" } else { "real" })
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use futures_util::future;

    use super::*;

    const HOUR: Duration = Duration::from_secs(3600);

    /// The time that a clock shows after `from`, in whole minutes.
    fn minutes(clock: &Clock, from: SystemTime) -> u64 {
        let gone = clock.now().duration_since(from).expect("no way back");
        gone.as_secs() / 60
    }

    #[tokio::test]
    async fn a_wait_of_an_hour_takes_no_time_and_is_an_hour() {
        let (clock, started) = (Clock::skipping(), Instant::now());
        let from = clock.now();
        let _work = clock.begin();
        clock.wait(HOUR).await;
        assert_eq!(minutes(&clock, from), 60);
        assert!(started.elapsed() < HOUR / 60);
    }

    #[tokio::test]
    async fn a_real_clock_skips_nothing() {
        let (clock, started) = (Clock::real(), Instant::now());
        let _work = clock.begin();
        clock.wait(Duration::from_millis(20)).await;
        assert!(started.elapsed() >= Duration::from_millis(20));
    }

    /// Two that wait at the same time: the time goes to the end of the shorter wait first.
    #[tokio::test]
    async fn waits_end_in_the_order_of_their_times() {
        let clock = Clock::skipping();
        let from = clock.now();
        let waiting = |hours: u32| {
            let (clock, work) = (clock.clone(), clock.begin());
            async move {
                clock.wait(HOUR * hours).await;
                let at = minutes(&clock, from);
                drop(work);
                at
            }
        };
        assert_eq!(future::join(waiting(3), waiting(1)).await, (180, 60));
    }

    /// What is being made by one must not be over because another waits.
    #[tokio::test]
    async fn nothing_is_skipped_while_somebody_works() {
        let clock = Clock::skipping();
        let from = clock.now();
        let waiting = async {
            let _work = clock.begin();
            clock.wait(HOUR).await;
        };
        let working = async {
            let work = clock.begin();
            for _ in 0..100 {
                tokio::task::yield_now().await;
                assert_eq!(minutes(&clock, from), 0);
            }
            drop(work);
        };
        let working = async {
            working.await;
            minutes(&clock, from)
        };
        // it begins first, and the other has waited all the time when it ends
        let (at_the_end, ()) = future::join(working, waiting).await;
        assert_eq!(at_the_end, 60);
        assert_eq!(minutes(&clock, from), 60);
    }

    #[tokio::test]
    async fn who_gives_up_waiting_holds_nobody_up() {
        let clock = Clock::skipping();
        let from = clock.now();
        let work = [clock.begin(), clock.begin()];
        future::select(Box::pin(clock.wait(HOUR * 9)), future::ready(())).await;
        let [given_up, _waiting] = work;
        drop(given_up);
        assert_eq!(minutes(&clock, from), 0);
        clock.wait(HOUR).await;
        assert_eq!(minutes(&clock, from), 60);
    }
}
