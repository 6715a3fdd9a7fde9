//! [`Patience`]: things are taken away, and tried again for a while.

use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, SystemTime},
};

use crate::{
    clock::Clock,
    observation::{NoAnswer, Observation},
};

/// How long is tried again while nothing can be removed.
const IN_VAIN: Duration = Duration::from_secs(5);

/// How long until something is tried again.
const PAUSE: Duration = Duration::from_millis(250);

/// What came of one try.
pub(super) struct Tried {
    pub(super) answer: Observation,
    /// Whether the thing is gone.
    pub(super) is_gone: bool,
}

/// How long things are tried again, all together: a function that is being updated is given a moment, and a target that
/// refuses all removals is not asked for each one that long.
pub(super) struct Patience<'c> {
    clock: &'c Clock,
    /// When a removal succeeded last.
    last: Mutex<SystemTime>,
}

impl<'c> Patience<'c> {
    pub(super) fn new(clock: &'c Clock) -> Patience<'c> {
        Patience {
            clock,
            last: Mutex::new(clock.now()),
        }
    }

    /// Removes one thing.
    pub(super) async fn remove<F: Future<Output = Result<Tried, NoAnswer>>>(
        &self,
        send: impl Fn() -> F,
    ) -> Result<(), String> {
        loop {
            let Tried { answer, is_gone } = send().await.map_err(|error| error.to_string())?;
            if is_gone {
                *self.last.lock().unwrap_or_else(PoisonError::into_inner) = self.clock.now();
                return Ok(());
            }
            let line = answer.in_one_line();
            let last = match answer.status {
                409 | 429 => line,
                200..=299 | 404 => format!("{line}, and it is still there"),
                _ => return Err(line),
            };
            if self.is_over() {
                return Err(last);
            }
            self.clock.wait(PAUSE).await;
        }
    }

    fn is_over(&self) -> bool {
        let last = *self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let in_vain = self.clock.now().duration_since(last);
        in_vain.is_ok_and(|time| time > IN_VAIN)
    }
}
