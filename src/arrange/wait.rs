//! Waiting until a function is settled.

use std::time::Duration;

use serde_json::Value;

use super::{Arranged, WAITS_WITH, blocked::Blocked};
use crate::{
    case::{Auth, Awaited, Json, Request},
    connection::Connection,
    note::Note,
    suite::Service,
    text::Text,
    verdict::SetUpStep,
    wire,
};

impl Connection {
    /// Reads the function until it is neither being created nor being updated.
    pub(crate) async fn wait(
        &self,
        service: &Service,
        awaited: &Awaited,
        at: SetUpStep,
        arranged: &mut Arranged,
    ) -> Result<(), Blocked> {
        let (function, qualifier) = match awaited {
            Awaited::Settled {
                function,
                qualifier,
            } => (function, qualifier),
            Awaited::Time(time) => {
                self.target.clock.wait(*time).await;
                return Ok(());
            }
        };
        let near = self.target.endpoint.is_loopback();
        let (shortest, longest, limit, unknown) = if near {
            (
                Duration::from_millis(20),
                Duration::from_secs(1),
                Duration::from_secs(60),
                Duration::from_secs(5),
            )
        } else {
            (
                Duration::from_secs(1),
                Duration::from_secs(5),
                Duration::from_secs(300),
                Duration::from_secs(30),
            )
        };
        let Some(operation) = service.operations.get(WAITS_WITH) else {
            let reason = format!("operations.toml has no `{WAITS_WITH}` to wait with");
            return Err(Blocked::Unmade(reason));
        };
        let name = function
            .clone()
            .unwrap_or_else(|| Text::parse("<function>").expect("invariant: a placeholder"));
        let mut members = vec![("FunctionName".to_owned(), Json::Text(name))];
        let qualifier = qualifier.clone();
        members.extend(qualifier.map(|qualifier| ("Qualifier".to_owned(), Json::Text(qualifier))));
        let request = wire::request(operation, &Request::Members(members), &arranged.bindings)
            .map_err(|error| Blocked::Unmade(format!("{at}: {error}")))?;
        let clock = &self.target.clock;
        // where waiting takes no time, only the reads do
        let mut pause = if clock.skips() { longest } else { shortest };
        let started = clock.now();
        loop {
            let answer = match self.send(Auth::Signed, request.clone()).await {
                Ok(answer) => answer,
                Err(error) => return Err(Blocked::no_answer(at, &error)),
            };
            if answer.status >= 300 && answer.status != 404 {
                return Err(Blocked::answered(at, &answer, &arranged.bindings));
            }
            let body = answer
                .json()
                .ok()
                .and_then(|body| body.get("Configuration"))
                .unwrap_or(&Value::Null);
            let (state, update) = (&body["State"], &body["LastUpdateStatus"]);
            if state == "Failed" || update == "Failed" {
                let line = answer.in_one_line();
                return Err(Blocked::Unmade(format!(
                    "{at}: the function failed: {line}"
                )));
            }
            // AWS may not know a function for a moment after it was made (X-CONSISTENCY)
            let pending = answer.status == 404 || state == "Pending" || update == "InProgress";
            arranged.settles |= state == "Pending";
            if !pending {
                if state.is_null() {
                    arranged.notes.push(Note::NoState);
                }
                return Ok(());
            }
            let (limit, state) = if answer.status == 404 {
                (unknown, "still unknown after")
            } else {
                (limit, "not settled within")
            };
            if clock.now() > started + limit {
                let seconds = limit.as_secs();
                return Err(Blocked::Open {
                    reason: format!("{at}: {state} {seconds} s: {}", answer.in_one_line()),
                    unreachable: false,
                });
            }
            clock.wait(pause).await;
            pause = (pause * 2).min(longest);
        }
    }
}
