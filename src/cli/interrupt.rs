//! [`Interrupts`]: Ctrl-C, none of which is lost between two waits.

use std::io;

#[cfg(unix)]
use tokio::signal::unix::{Signal, SignalKind, signal};
#[cfg(windows)]
use tokio::signal::windows::{CtrlC as Signal, ctrl_c};

use crate::session::Clearing;

/// Every Ctrl-C since [`Interrupts::listen`], each until somebody has waited for it.
pub(super) struct Interrupts(Signal);

impl Interrupts {
    /// From now on Ctrl-C does not end the process.
    pub(super) fn listen() -> io::Result<Interrupts> {
        #[cfg(unix)]
        return signal(SignalKind::interrupt()).map(Interrupts);
        #[cfg(windows)]
        return ctrl_c().map(Interrupts);
    }

    /// Waits for the next one.
    pub(super) async fn next(&mut self) {
        self.0.recv().await;
    }

    /// Takes away what was made. Returns what is left, which is all of it after the next one.
    pub(super) async fn clear(&mut self, clearing: &Clearing) -> Vec<String> {
        let names = clearing.made();
        tokio::select! {
            left = clearing.clear() => left,
            () = self.next() => names
                .into_iter()
                .map(|name| format!("{name} (the clean-up was interrupted)"))
                .collect(),
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::process::{Command, id};

    use super::*;

    #[tokio::test]
    async fn what_nobody_waits_for_is_kept() {
        let mut interrupts = Interrupts::listen().expect("signals");
        let sent = Command::new("sh")
            .args(["-c", &format!("kill -INT {}", id())])
            .status();
        assert!(sent.expect("a shell").success());
        interrupts.next().await;
    }
}
