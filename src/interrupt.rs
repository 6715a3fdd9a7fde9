//! [`Interrupts`]: what ends a run from outside, such as Ctrl-C, none of which is lost between two waits.

use std::io;

use futures_util::future::select_all;
#[cfg(unix)]
use tokio::signal::unix::{Signal, SignalKind, signal};
#[cfg(windows)]
use tokio::signal::windows::{CtrlC as Signal, ctrl_c};

#[cfg(feature = "cli")]
use crate::session::Clearing;

/// Every Ctrl-C since [`Interrupts::listen`], and every SIGTERM and SIGHUP, each until somebody has waited for it.
pub(crate) struct Interrupts(Vec<Signal>);

impl Interrupts {
    /// From now on none of them ends the process.
    pub(crate) fn listen() -> io::Result<Interrupts> {
        #[cfg(unix)]
        {
            let mut kinds = vec![SignalKind::interrupt(), SignalKind::terminate()];
            // who started it with `nohup` wants it to go on
            if !ignores_hang_up() {
                kinds.push(SignalKind::hangup());
            }
            kinds
                .into_iter()
                .map(signal)
                .collect::<Result<_, _>>()
                .map(Interrupts)
        }
        #[cfg(windows)]
        return Ok(Interrupts(vec![ctrl_c()?]));
    }

    /// Waits for the next one.
    pub(crate) async fn next(&mut self) {
        let each = self.0.iter_mut().map(|signal| Box::pin(signal.recv()));
        select_all(each).await;
    }

    /// Takes away what was made. Returns what is left, which is all that may still be there after the next one.
    #[cfg(feature = "cli")]
    pub(crate) async fn clear(&mut self, clearing: &Clearing) -> Vec<String> {
        tokio::select! {
            left = clearing.clear() => left,
            () = self.next() => clearing.given_up(),
        }
    }
}

/// Whether the process was started with SIGHUP ignored, where the system tells.
#[cfg(unix)]
fn ignores_hang_up() -> bool {
    const LONGEST: u64 = 1 << 16;
    let Ok(status) = crate::file::read("/proc/self/status".as_ref(), LONGEST) else {
        return false;
    };
    let mut lines = status.text.lines();
    let ignored = lines.find_map(|line| line.strip_prefix("SigIgn:"));
    let ignored = ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    // SIGHUP is the first signal
    ignored.is_some_and(|mask| mask & 1 == 1)
}

#[cfg(all(test, unix))]
mod tests {
    use std::process::{Command, id};

    use super::*;

    #[tokio::test]
    async fn what_nobody_waits_for_is_kept() {
        let mut interrupts = Interrupts::listen().expect("signals");
        for signal in ["INT", "TERM", "HUP"] {
            let sent = Command::new("sh")
                .args(["-c", &format!("kill -{signal} {}", id())])
                .status();
            assert!(sent.expect("a shell").success());
            interrupts.next().await;
        }
    }
}
