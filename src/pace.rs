//! [`Pace`]: how fast requests go to a target, and how long one is tried again that the target throttles.
//!
//! Without a rate, requests go as they come. From the first throttle on they go as fast as the target took them before, and
//! a little faster again as long as it takes them.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, SystemTime},
};

use crate::clock::Clock;

/// In so much time is counted how many requests a target took.
const WINDOW: Duration = Duration::from_secs(2);

/// No target is asked less often, in requests a second.
const SLOWEST: f64 = 0.5;

/// By how much the rate grows after each [`WINDOW`] without a throttle.
const FASTER: f64 = 1.05;

/// By how much it grows, four times as often, until a throttle says that it is too high: the first one may come before
/// it is known how many requests the target takes.
const SEARCHING: f64 = 1.5;

/// The pause before a request that was throttled goes again, at most: it doubles from the first one to the last.
const PAUSES: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(5));

/// So often a request is sent again that is throttled each time, though others are taken.
const MOST: u32 = 8;

/// How fast requests go to a target. Clones share it.
#[derive(Clone, Debug)]
pub(crate) struct Pace {
    clock: Clock,
    /// Never faster than this, in requests a second.
    limit: Option<f64>,
    /// How long the target may take nothing before it is given up.
    deadline: Duration,
    state: Arc<Mutex<State>>,
}

#[derive(Debug)]
struct State {
    /// Requests a second; nothing as long as none was throttled and there is no limit.
    rate: Option<f64>,
    /// When the next request may go.
    next: SystemTime,
    /// When requests were taken, within a [`WINDOW`].
    taken: VecDeque<SystemTime>,
    /// Since when the target has only throttled.
    stuck: Option<SystemTime>,
    /// When the rate last grew, when it last became smaller, and when a request was last throttled.
    raised: SystemTime,
    lowered: Option<SystemTime>,
    throttled: SystemTime,
    /// Whether no throttle has yet shown a rate to be too high.
    is_searching: bool,
}

impl Pace {
    pub(crate) fn new(clock: &Clock, limit: Option<f64>, deadline: Duration) -> Pace {
        let now = clock.now();
        Pace {
            clock: clock.clone(),
            limit,
            deadline,
            state: Arc::new(Mutex::new(State {
                rate: limit,
                next: now,
                taken: VecDeque::new(),
                stuck: None,
                raised: now,
                lowered: None,
                throttled: now,
                is_searching: limit.is_none(),
            })),
        }
    }

    /// How long to wait until the next request may go, which is then taken for sent.
    pub(crate) fn turn(&self) -> Duration {
        let mut state = self.state();
        let now = self.clock.now();
        let Some(rate) = state.rate.filter(|_| !self.is_given_up(&state, now)) else {
            return Duration::ZERO;
        };
        let at = state.next.max(now);
        state.next = at + Duration::from_secs_f64(1.0 / rate);
        since(now, at)
    }

    /// Notes that the target took a request, whatever it answered.
    pub(crate) fn took(&self) {
        let now = self.clock.now();
        let mut state = self.state();
        state.stuck = None;
        state.forget(now);
        state.taken.push_back(now);
        let Some(rate) = state.rate else {
            return;
        };
        let (after, faster) = if state.is_searching {
            (WINDOW / 4, SEARCHING)
        } else {
            (WINDOW, FASTER)
        };
        if since(state.raised.max(state.throttled), now) >= after {
            let limit = self.limit.unwrap_or(f64::INFINITY);
            state.rate = Some((rate * faster).min(limit));
            state.raised = now;
        }
    }

    /// How long to wait until a request goes again that was throttled for the so many-th time, counted from 1; nothing if that
    /// is over: the target has taken nothing for too long, or will not take this one.
    pub(crate) fn again(&self, times: u32, retry_after: Option<Duration>) -> Option<Duration> {
        let now = self.clock.now();
        let mut state = self.state();
        state.stuck.get_or_insert(now);
        if self.is_given_up(&state, now) || times > MOST {
            return None;
        }
        state.lower(now);
        let (first, longest) = PAUSES;
        let pause = first * 2_u32.saturating_pow(times - 1);
        // not all at once
        let jittered = pause.min(longest).mul_f64(0.5 + fastrand::f64() / 2.0);
        Some(jittered.max(retry_after.unwrap_or_default().min(self.deadline)))
    }

    /// Whether the target has taken nothing for so long that nobody waits for it any more.
    fn is_given_up(&self, state: &State, now: SystemTime) -> bool {
        let since_then = |then| since(then, now) > self.deadline;
        state.stuck.is_some_and(since_then)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn forget(&mut self, now: SystemTime) {
        while let Some(first) = self.taken.front()
            && since(*first, now) > WINDOW
        {
            self.taken.pop_front();
        }
    }

    /// Goes on as fast as the target took requests before. Of many throttles at a time the first one counts.
    fn lower(&mut self, now: SystemTime) {
        self.forget(now);
        self.throttled = now;
        if self
            .lowered
            .is_some_and(|lowered| since(lowered, now) < WINDOW / 4)
        {
            return;
        }
        self.lowered = Some(now);
        // a window that has only begun says little
        let span = self
            .taken
            .front()
            .map_or(WINDOW, |first| since(*first, now));
        let span = span.max(WINDOW / 4).as_secs_f64();
        let count = u32::try_from(self.taken.len()).unwrap_or(u32::MAX);
        let taken = f64::from(count) / span;
        let slower = match self.rate {
            Some(rate) => {
                self.is_searching = false;
                taken.min(rate)
            }
            None => taken,
        };
        self.rate = Some(slower.max(SLOWEST));
    }
}

fn since(then: SystemTime, now: SystemTime) -> Duration {
    now.duration_since(then).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A target that takes so many requests a second, those of one second at once.
    struct Bucket {
        rate: f64,
        last: SystemTime,
    }

    impl Bucket {
        fn takes(&mut self, now: SystemTime) -> bool {
            let earliest = now - Duration::from_secs(1);
            let next = self.last.max(earliest) + Duration::from_secs_f64(1.0 / self.rate);
            if next <= now {
                self.last = next;
            }
            next <= now
        }
    }

    /// How long so many requests take, some at a time, and how many throttles there are. After `halves` of them the target
    /// takes half as many.
    async fn all(pace: &Pace, count: usize, rate: f64, halves: usize) -> (Duration, usize) {
        use futures_util::{StreamExt, stream};

        let clock = pace.clock.clone();
        let started = clock.now();
        let bucket = Mutex::new(Bucket {
            rate,
            last: started - Duration::from_secs(1),
        });
        let throttles = Mutex::new(0);
        stream::iter(0..count)
            .map(|number| {
                let (bucket, throttles, clock) = (&bucket, &throttles, &clock);
                async move {
                    let _work = clock.begin();
                    if number == halves {
                        bucket.lock().expect("no panic").rate = rate / 2.0;
                    }
                    let mut times = 0;
                    loop {
                        clock.pause(pace.turn()).await;
                        if bucket.lock().expect("no panic").takes(clock.now()) {
                            return pace.took();
                        }
                        times += 1;
                        *throttles.lock().expect("no panic") += 1;
                        let pause = pace.again(times, None).expect("it is not given up");
                        clock.pause(pause).await;
                    }
                }
            })
            .buffer_unordered(8)
            .collect::<Vec<()>>()
            .await;
        let throttles = *throttles.lock().expect("no panic");
        (since(started, clock.now()), throttles)
    }

    const MINUTE: Duration = Duration::from_secs(60);

    #[tokio::test]
    async fn without_a_limit_and_without_a_throttle_nothing_waits() {
        let pace = Pace::new(&Clock::skipping(), None, MINUTE);
        let (took, throttles) = all(&pace, 1_000, 1e12, usize::MAX).await;
        assert_eq!((took, throttles), (Duration::ZERO, 0));
    }

    #[tokio::test]
    async fn a_limit_is_kept() {
        let pace = Pace::new(&Clock::skipping(), Some(15.0), MINUTE);
        let (took, throttles) = all(&pace, 601, 15.001, usize::MAX).await;
        assert_eq!(throttles, 0);
        assert_eq!(took.as_secs_f64().round(), 40.0);
    }

    /// The rate of a target is found out, and nearly all of it is used.
    #[tokio::test]
    async fn what_a_target_takes_is_found_out() {
        let pace = Pace::new(&Clock::skipping(), None, MINUTE);
        let (took, throttles) = all(&pace, 3_000, 15.0, usize::MAX).await;
        assert!(took.as_secs_f64() < 200.0 * 1.1, "{took:?}");
        assert!(throttles < 300, "{throttles}");
    }

    #[tokio::test]
    async fn a_target_that_takes_less_from_now_on_is_asked_less() {
        let pace = Pace::new(&Clock::skipping(), None, MINUTE);
        let (took, throttles) = all(&pace, 3_000, 15.0, 1_500).await;
        assert!(took.as_secs_f64() < 300.0 * 1.1, "{took:?}");
        assert!(throttles < 600, "{throttles}");
    }

    #[tokio::test]
    async fn a_target_that_takes_nothing_is_given_up() {
        let clock = Clock::skipping();
        let pace = Pace::new(&clock, None, MINUTE);
        let started = clock.now();
        let _work = clock.begin();
        while let Some(pause) = pace.again(1, None) {
            clock.pause(pause).await;
        }
        let took = since(started, clock.now());
        assert!(took > MINUTE && took < MINUTE * 2, "{took:?}");
        // and no other request waits for that again
        assert_eq!(pace.again(1, None), None);
        assert_eq!(pace.turn(), Duration::ZERO);
    }

    #[test]
    fn a_request_that_is_never_taken_is_given_up() {
        let pace = Pace::new(&Clock::skipping(), None, MINUTE);
        let pauses = (1..).map_while(|times| {
            pace.took();
            pace.again(times, None)
        });
        let pauses: Vec<Duration> = pauses.collect();
        assert_eq!(pauses.len(), 8, "{pauses:?}");
        let all: Duration = pauses.iter().sum();
        assert!(all < Duration::from_secs(20), "{all:?}");
    }

    #[test]
    fn a_target_says_how_long_it_wants_to_be_left_alone() {
        let pace = Pace::new(&Clock::skipping(), None, MINUTE);
        let asked = Some(Duration::from_secs(7));
        assert_eq!(pace.again(1, asked), asked);
        let longer = pace.again(1, Some(MINUTE * 60));
        assert_eq!(longer, Some(MINUTE), "no longer than the deadline");
    }
}
