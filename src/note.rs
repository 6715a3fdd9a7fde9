//! [`Note`]: what is worth knowing of a case and fails nothing.

use std::{fmt, mem, time::Duration};

use crate::{date::Month, path::Path, sink::bounded};

/// What is worth knowing of a case and fails nothing. Shown as a lowercase sentence.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Note {
    /// An assertion that is only inferred is not met.
    Inferred {
        /// The part of the answer.
        at: Path,
        /// What was inferred.
        expected: String,
        /// What came.
        found: String,
    },
    /// The answer has a part that the contract does not mention.
    Unmentioned {
        /// The part of the answer.
        at: Path,
        /// What came.
        found: String,
    },
    /// The answer differs from what is expected in a part that no clause governs, or only as part of what it stands in.
    Ungoverned {
        /// The part of the answer.
        at: Path,
        /// What is expected.
        expected: String,
        /// What came.
        found: String,
    },
    /// The answer has a member, a word or a value that today's service model does not list.
    Unlisted {
        /// The part of the answer.
        at: Path,
        /// What the model lists.
        expected: String,
        /// What came.
        found: String,
        /// The clause about it and what it says.
        clause: Option<(String, String)>,
    },
    /// The answer has a member that is later than the page of 2024.
    Later {
        /// The part of the answer.
        at: Path,
        /// The month in which AWS announced it.
        since: Month,
        /// The clause about it and what it says.
        clause: Option<(String, String)>,
    },
    /// One of several allowed answers came.
    Allowed {
        /// Which of them, counted from 1.
        number: usize,
        /// How many there are.
        of: usize,
    },
    /// A kept connection was closed, so the request was sent once more on a fresh one.
    Resent {
        /// How the first attempt ended.
        reason: String,
    },
    /// The request was throttled, and sent again until it was not.
    Throttled {
        /// How often.
        times: u32,
    },
    /// The request was throttled, and then refused as one that had been done.
    DoneThoughThrottled {
        /// The operation that was called.
        operation: String,
    },
    /// The answer held a secret, or the value of a variable that no case set, which was removed from it.
    Secret,
    /// The case ended before its last step.
    Ended {
        /// Why.
        reason: String,
    },
    /// A step that sets the case up did not find what had just been made, and was tried again.
    Unfound {
        /// The operation that was called.
        operation: String,
        /// How long after it was called first.
        after: Duration,
    },
    /// The target shows no `State`, so a function counted as settled at once.
    NoState,
}

impl Note {
    /// The same, with as much of what the target said as is kept.
    pub(crate) fn bounded(mut self) -> Note {
        match &mut self {
            Note::Inferred {
                at,
                expected,
                found,
            }
            | Note::Ungoverned {
                at,
                expected,
                found,
            }
            | Note::Unlisted {
                at,
                expected,
                found,
                ..
            } => {
                *at = mem::take(at).bounded();
                *expected = bounded(mem::take(expected));
                *found = bounded(mem::take(found));
            }
            Note::Unmentioned { at, found } => {
                *at = mem::take(at).bounded();
                *found = bounded(mem::take(found));
            }
            Note::Later { at, .. } => *at = mem::take(at).bounded(),
            Note::Resent { reason } | Note::Ended { reason } => {
                *reason = bounded(mem::take(reason));
            }
            Note::Allowed { .. }
            | Note::Throttled { .. }
            | Note::Unfound { .. }
            | Note::DoneThoughThrottled { .. }
            | Note::Secret
            | Note::NoState => {}
        }
        self
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Note::Inferred {
                at,
                expected,
                found,
            } => write!(
                f,
                "inferred, not on record: expected `{at}` to be {expected}, found {found}"
            ),
            Note::Unmentioned { at, found } => {
                write!(f, "the contract does not mention `{at}`, found {found}")
            }
            Note::Ungoverned {
                at,
                expected,
                found,
            } => write!(
                f,
                "no clause says what `{at}` is: expected {expected}, found {found}"
            ),
            Note::Unlisted {
                at,
                expected,
                found,
                clause,
            } => {
                write!(
                    f,
                    "unknown to today's service model: `{at}` is {found}, expected {expected}"
                )?;
                said(f, clause.as_ref())
            }
            Note::Later { at, since, clause } => {
                write!(
                    f,
                    "unknown to the page of 2024: `{at}`, a member since {since}"
                )?;
                said(f, clause.as_ref())
            }
            Note::Allowed { number, of } => {
                write!(f, "answer {number} of {of} allowed answers came")
            }
            Note::Resent { reason } => write!(
                f,
                "the connection was closed before an answer came ({reason}); sent once more on a fresh one"
            ),
            Note::Throttled { times } => {
                let times = crate::prose::count(*times as usize, "time");
                write!(f, "the target throttled the request {times} (429); it was sent again until it was not")
            }
            Note::DoneThoughThrottled { operation } => write!(
                f,
                "the target throttled {operation} (429) and then refused it as done (409); it counts as done"
            ),
            Note::Secret => f.write_str(
                "the target showed in its answer a secret of the caller, or the value of a variable that no case set; it was \
                 removed",
            ),
            Note::Ended { reason } => write!(f, "the case ended before its last step: {reason}"),
            Note::Unfound { operation, after } => write!(
                f,
                "{operation} did not find what had just been made, {} s after it was called first; tried again",
                after.as_millis() as f64 / 1000.0
            ),
            Note::NoState => f.write_str(
                "the target shows no `State`, so the function counted as settled at once",
            ),
        }
    }
}

/// What a clause says.
fn said(f: &mut fmt::Formatter<'_>, clause: Option<&(String, String)>) -> fmt::Result {
    match clause {
        Some((id, says)) => write!(f, "; {id}: {says}"),
        None => Ok(()),
    }
}
