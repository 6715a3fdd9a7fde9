//! [`remove`]: one thing is taken away, with patience.

use std::time::Duration;

use crate::{
    connection::Connection,
    observation::{NoAnswer, Observation},
};

/// Removes one thing; what is gone already is removed. A function that is being updated is given a moment.
pub(super) async fn remove<F: Future<Output = Result<Observation, NoAnswer>>>(
    connection: &Connection,
    send: impl Fn() -> F,
) -> Result<(), String> {
    const TRIES: u32 = 20;
    const PAUSE: Duration = Duration::from_millis(250);
    let mut last = String::new();
    for _ in 0..TRIES {
        match send().await {
            Ok(answer) if answer.status < 300 || answer.status == 404 => return Ok(()),
            Ok(answer) if matches!(answer.status, 409 | 429) => last = answer.in_one_line(),
            Ok(answer) => return Err(answer.in_one_line()),
            Err(error) => return Err(error.to_string()),
        }
        connection.target.clock.wait(PAUSE).await;
    }
    Err(last)
}
