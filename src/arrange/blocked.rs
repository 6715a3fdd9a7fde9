//! [`Blocked`]: why a fixture does not stand.

use crate::{
    observation::{NoAnswer, Observation},
    path::Path,
    plan::CREATE_FUNCTION,
    text::Bindings,
    verdict::{Refusal, SetUpStep},
};

/// Why a fixture does not stand.
#[derive(Clone, Debug)]
pub enum Blocked {
    /// The target refused a step.
    Refused {
        /// The step; none where the refusal is about the role, and so about all fixtures.
        at: Option<SetUpStep>,
        /// What it said.
        refusal: Refusal,
    },
    /// Nothing can be said: no answer came, or one that is about something else.
    Open {
        /// What came.
        reason: String,
        /// Whether nobody listened.
        unreachable: bool,
    },
    /// It cannot be made on this target: a value is not known there, or the function failed.
    Unmade(String),
}

impl Blocked {
    /// No answer came.
    pub(super) fn no_answer(at: SetUpStep, error: &NoAnswer) -> Blocked {
        Blocked::Open {
            reason: format!("{at}: {}: {error}", at.operation),
            unreachable: error.is_unreachable(),
        }
    }

    /// The answer is no success.
    pub(super) fn answered(at: SetUpStep, answer: &Observation, bindings: &Bindings) -> Blocked {
        let open = |what: &str| Blocked::Open {
            reason: format!("{at}: {} {what}: {}", at.operation, answer.in_one_line()),
            unreachable: false,
        };
        match answer.status {
            429 => open("was throttled"),
            409 if at.operation == CREATE_FUNCTION => {
                let run = bindings.get("run").unwrap_or_default();
                open(&format!(
                    "found its name taken, which has the id of this run (`{run}`): remove what an earlier run of this id \
                     left, or give another `--run-id`"
                ))
            }
            // who has no such operation says so in this way
            400..=499 | 501 => {
                let line = answer.in_one_line();
                let name = bindings.get("function").unwrap_or_default();
                let refusal = Refusal {
                    operation: at.operation.clone(),
                    answer: line.replace(name, "<function>"),
                    advice: None,
                };
                Blocked::Refused {
                    at: Some(at),
                    refusal,
                }
            }
            _ => open("failed"),
        }
    }

    /// The answer lacks what later steps need.
    pub(super) fn without(at: SetUpStep, answer: &Observation, path: &Path) -> Blocked {
        Blocked::Open {
            reason: format!(
                "{at}: the answer of {} has no `{path}`: {}",
                at.operation,
                answer.in_one_line()
            ),
            unreachable: false,
        }
    }
}
