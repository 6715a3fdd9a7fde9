//! [`Blocked`]: why a fixture does not stand.

use serde_json::Value;

use crate::{
    observation::{NoAnswer, Observation},
    path::Path,
    plan::CREATE_FUNCTION,
    text::Bindings,
    verdict::{Exchange, Refusal, SetUpStep},
};

/// Why a fixture does not stand.
#[derive(Clone, Debug)]
pub enum Blocked {
    /// The target refused a step.
    Refused {
        /// The step; none where the refusal is about the role, and so about all fixtures.
        at: Option<Box<SetUpStep>>,
        /// What it said.
        refusal: Refusal,
    },
    /// A step got a wrong answer: what is wrong with it, the judge knows.
    Wrong(String),
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
    pub(super) fn no_answer(at: &SetUpStep, error: &NoAnswer) -> Blocked {
        Blocked::Open {
            reason: format!("{at}: {}: {error}", at.operation),
            unreachable: error.is_unreachable(),
        }
    }

    /// The answer is no success; `before` is what the steps before got.
    pub(super) fn answered(
        at: &SetUpStep,
        exchange: &Exchange,
        before: &[(String, Exchange)],
        bindings: &Bindings,
    ) -> Blocked {
        let answer = &exchange.answer;
        let open = |what: &str| Blocked::Open {
            reason: format!("{at}: {} {what}: {}", at.operation, answer.in_one_line()),
            unreachable: false,
        };
        match answer.status {
            429 => open("was throttled"),
            409 if at.operation == CREATE_FUNCTION && !has_made(before, exchange) => {
                let run = bindings.get("run").unwrap_or_default();
                open(&format!(
                    "found its name taken, which has the id of this run (`{run}`): remove what an earlier run of this id \
                     left, or give another `--run-id`"
                ))
            }
            404 if is_unfound(answer) && !before.is_empty() => Blocked::wrong(at, answer, ""),
            409 => Blocked::wrong(at, answer, ""),
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
                    at: Some(Box::new(at.clone())),
                    refusal,
                }
            }
            _ => Blocked::wrong(at, answer, ""),
        }
    }

    /// The answer is wrong, or has been for so long.
    pub(super) fn wrong(at: &SetUpStep, answer: &Observation, how_long: &str) -> Blocked {
        let line = answer.in_one_line();
        let how_long = if how_long.is_empty() {
            String::new()
        } else {
            format!(" {how_long}")
        };
        Blocked::Wrong(format!("{at}: {} failed{how_long}: {line}", at.operation))
    }

    /// The answer lacks what later steps need.
    pub(super) fn without(at: &SetUpStep, answer: &Observation, path: &Path) -> Blocked {
        let (operation, line) = (&at.operation, answer.in_one_line());
        Blocked::Wrong(format!(
            "{at}: the answer of {operation} has no `{path}`: {line}"
        ))
    }
}

/// Whether an answer says that something is not there, and not that the target has no such operation.
pub(super) fn is_unfound(answer: &Observation) -> bool {
    let unnamed = answer.error().is_none() && answer.message().is_some();
    let is_absent = answer.error().as_deref() == Some("ResourceNotFoundException");
    answer.status == 404 && (is_absent || unnamed)
}

/// Whether a step before made the function that this request makes.
fn has_made(before: &[(String, Exchange)], exchange: &Exchange) -> bool {
    let name = |exchange: &Exchange| {
        let body: Value = serde_json::from_slice(exchange.request.body()).ok()?;
        let path = exchange.request.uri().path().to_owned();
        Some((path, body.get("FunctionName")?.as_str()?.to_owned()))
    };
    let wanted = name(exchange);
    let mut before = before.iter().map(|(_, exchange)| exchange);
    wanted.is_some() && before.any(|made| !made.answer.is_error() && name(made) == wanted)
}
