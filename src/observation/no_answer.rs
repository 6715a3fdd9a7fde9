//! [`NoAnswer`]: the ways in which a request can end without an answer that could be judged.

use std::time::Duration;

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoAnswer {
    /// No connection could be made: refused, no such host, a failed TLS handshake.
    #[error("could not connect to `{endpoint}`: {reason}")]
    Connect {
        /// Where to.
        endpoint: String,
        /// What the system says.
        reason: String,
    },
    /// The answer was not complete in time.
    #[error("no complete answer within {}", seconds(*after))]
    Timeout {
        /// How long was waited.
        after: Duration,
    },
    /// The connection was closed before there was a response head.
    #[error("the connection was closed before an answer came: {reason}")]
    Closed {
        /// What the system says.
        reason: String,
    },
    /// The connection was closed within the body.
    #[error(
        "the connection was closed within the body, after status {status} and {received} bytes: {reason}"
    )]
    Cut {
        /// The status that had come.
        status: u16,
        /// Bytes of the body that had come.
        received: usize,
        /// What the system says.
        reason: String,
    },
    /// What came is not HTTP.
    #[error("what came is not HTTP/1.1: {reason}")]
    Malformed {
        /// What the parser says.
        reason: String,
    },
    /// The body is larger than any answer of this API.
    #[error("the body has more than {limit} bytes")]
    TooLarge {
        /// The limit in bytes.
        limit: usize,
    },
    /// Nothing was sent, because the target had answered nothing for a while.
    #[error("not sent, because the target had stopped answering: {reason}")]
    Gone {
        /// What came of the last request.
        reason: String,
    },
    /// Nothing was sent, because other bytes than those of the request would have gone out.
    #[error("`{written}` cannot be sent as written: {reason}")]
    Unsent {
        /// Path and query as they should have been.
        written: String,
        /// What stands against it.
        reason: String,
    },
}

impl NoAnswer {
    /// Whether the target could not even be reached.
    pub fn is_unreachable(&self) -> bool {
        matches!(self, NoAnswer::Connect { .. })
    }

    /// The same, its reason told in other words.
    #[must_use]
    pub(crate) fn told(mut self, otherwise: impl FnOnce(String) -> String) -> NoAnswer {
        match &mut self {
            NoAnswer::Connect { reason, .. }
            | NoAnswer::Closed { reason }
            | NoAnswer::Cut { reason, .. }
            | NoAnswer::Malformed { reason }
            | NoAnswer::Gone { reason }
            | NoAnswer::Unsent { reason, .. } => *reason = otherwise(std::mem::take(reason)),
            NoAnswer::Timeout { .. } | NoAnswer::TooLarge { .. } => {}
        }
        self
    }

    /// Whether nothing was sent, so that the target can have done nothing.
    pub(crate) fn is_unsent(&self) -> bool {
        matches!(
            self,
            NoAnswer::Connect { .. } | NoAnswer::Gone { .. } | NoAnswer::Unsent { .. }
        )
    }

    /// Whether the target took the request and closed the connection instead of answering it in full.
    pub fn is_closed(&self) -> bool {
        matches!(self, NoAnswer::Closed { .. } | NoAnswer::Cut { .. })
    }
}

/// `30 s`, `0.2 s`.
fn seconds(duration: Duration) -> String {
    format!("{} s", duration.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_name_the_value() {
        let timeout = NoAnswer::Timeout {
            after: Duration::from_millis(200),
        };
        assert_eq!(timeout.to_string(), "no complete answer within 0.2 s");
        assert!(!timeout.is_unreachable() && !timeout.is_closed());
        let refused = NoAnswer::Connect {
            endpoint: "http://localhost:1".to_owned(),
            reason: "connection refused".to_owned(),
        };
        assert!(refused.is_unreachable() && refused.to_string().contains("`http://localhost:1`"));
    }
}
