//! Waiting for a target that is still starting.

use std::time::{Duration, Instant};

use super::{Connection, ConnectionError, late::Late, plain_read};
use crate::{case::Auth, observation::NoAnswer, operation::Operation};

/// How long to wait before the next try.
const PAUSE: Duration = Duration::from_millis(100);

impl Connection {
    /// Returns once the target answers, by the clock on the wall. What a gateway says of a server that does not answer it is no
    /// answer. `told` gets how long it has been, before each try.
    pub(crate) async fn ready(
        &self,
        operation: &Operation,
        limit: Duration,
        mut told: impl FnMut(Duration),
    ) -> Result<(), ConnectionError> {
        let read = plain_read(operation, &self.bindings)?;
        let started = Instant::now();
        loop {
            let left = limit.saturating_sub(started.elapsed());
            let tried = tokio::time::timeout(left, self.send(Auth::Signed, read.clone()));
            let last = match tried.await {
                Ok(Ok(answer)) if !matches!(answer.status, 502..=504) => return Ok(()),
                Ok(Ok(answer)) => answer.in_one_line(),
                // no later try would be sent
                Ok(Err(error @ NoAnswer::Unsent { .. })) => return Err(error.into()),
                Ok(Err(error)) => error.to_string(),
                Err(_) => "no answer yet".to_owned(),
            };
            if started.elapsed() + PAUSE >= limit {
                return Err(Late {
                    endpoint: self.target.endpoint.to_string(),
                    waited: format!("{:.1}", started.elapsed().as_secs_f64()),
                    last,
                }
                .into());
            }
            told(started.elapsed());
            tokio::time::sleep(PAUSE).await;
        }
    }
}
