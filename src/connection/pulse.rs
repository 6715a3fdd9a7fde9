//! [`Pulse`]: whether a target still answers.

use std::sync::{
    Arc, Mutex, MutexGuard, PoisonError,
    atomic::{AtomicUsize, Ordering},
};

/// So many requests in a row without an answer make us ask whether anybody is there.
const SILENT: usize = 3;

/// Whether a target still answers. Clones share it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Pulse(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    /// How many requests in a row got no answer, those included for which nobody waits any more.
    silent: AtomicUsize,
    /// What came of the last request, once the target was found gone.
    gone: Mutex<Option<String>>,
    /// Held by whoever asks whether it is.
    asking: tokio::sync::Mutex<()>,
}

/// A request that is on its way. If it is given up, nobody knows whether the target would have answered.
#[derive(Debug)]
pub(super) struct Asked<'p> {
    pulse: &'p Pulse,
    is_over: bool,
}

impl Pulse {
    /// Notes a request that is sent.
    pub(super) fn ask(&self) -> Asked<'_> {
        Asked {
            pulse: self,
            is_over: false,
        }
    }

    /// Why the target counts as gone, if it does.
    pub(crate) fn gone(&self) -> Option<String> {
        self.lock().clone()
    }

    /// Whether the last request got no answer.
    pub(super) fn is_doubtful(&self) -> bool {
        self.0.silent.load(Ordering::SeqCst) > 0
    }

    /// Has somebody ask whether the target is there, after several requests in a row that got no answer: one at a time, and
    /// nobody if another has just done so.
    pub(super) async fn feel(&self, ask: impl AsyncFnOnce() -> Result<(), String>) {
        let is_due = || self.0.silent.load(Ordering::SeqCst) >= SILENT && self.lock().is_none();
        if !is_due() {
            return;
        }
        let _asking = self.0.asking.lock().await;
        if is_due() {
            self.told(ask().await);
        }
    }

    /// Notes what came of asking.
    pub(super) fn told(&self, answered: Result<(), String>) {
        if answered.is_ok() {
            self.0.silent.store(0, Ordering::SeqCst);
        }
        *self.lock() = answered.err();
    }

    fn lock(&self) -> MutexGuard<'_, Option<String>> {
        self.0.gone.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Asked<'_> {
    /// Notes whether it was answered.
    pub(super) fn end(mut self, is_answered: bool) {
        self.is_over = true;
        if is_answered {
            self.pulse.0.silent.store(0, Ordering::SeqCst);
        } else {
            self.pulse.0.silent.fetch_add(1, Ordering::SeqCst);
        }
    }
}

impl Drop for Asked<'_> {
    fn drop(&mut self) {
        if !self.is_over {
            self.pulse.0.silent.fetch_add(1, Ordering::SeqCst);
        }
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    /// One letter for each request: one that is `a`nswered, one that is `s`ilent, one that is `d`ropped. Whether it is asked
    /// after the last whether the target is there, and it says no.
    #[rstest]
    #[case("", false, false)]
    #[case("ss", true, false)]
    #[case("sss", true, true)]
    #[case("ssass", true, false)]
    #[case("sssa", false, false)]
    #[case("d", true, false)]
    #[case("dds", true, true)]
    #[tokio::test]
    async fn a_target_is_gone_after_a_few_requests(
        #[case] events: &str,
        #[case] doubtful: bool,
        #[case] gone: bool,
    ) {
        let pulse = Pulse::default();
        for event in events.chars() {
            let asked = pulse.ask();
            if event != 'd' {
                asked.end(event == 'a');
            }
        }
        assert_eq!(pulse.is_doubtful(), doubtful);
        pulse.feel(async || Err("silence".to_owned())).await;
        assert_eq!(pulse.gone(), gone.then(|| "silence".to_owned()));
        pulse.told(Ok(()));
        assert!(pulse.gone().is_none() && !pulse.is_doubtful());
    }

    /// A target that hangs on some requests only is there.
    #[tokio::test]
    async fn who_answers_when_asked_is_there() {
        let pulse = Pulse::default();
        for _ in 0..SILENT {
            pulse.ask().end(false);
        }
        pulse.feel(async || Ok(())).await;
        assert!(pulse.gone().is_none() && !pulse.is_doubtful());
    }
}
