//! [`Blocked`]: why a fixture does not stand.

use serde_json::Value;

use crate::{
    observation::{NoAnswer, Observation},
    path::Path,
    plan::CREATE_FUNCTION,
    prose::{cut, flat},
    text::Bindings,
    verdict::{Exchange, Refusal, SetUpStep},
};

/// How much is told of why a function failed.
const LONGEST: usize = 200;

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
    Wrong {
        /// The step.
        at: Box<SetUpStep>,
        /// What came.
        reason: String,
    },
    /// Nothing can be said: no answer came, or one that is about something else.
    Open {
        /// The step.
        at: Box<SetUpStep>,
        /// What came.
        reason: String,
    },
    /// It cannot be made on this target: a value is not known there.
    Unmade(String),
}

impl Blocked {
    /// No answer came.
    pub(super) fn no_answer(at: &SetUpStep, error: &NoAnswer) -> Blocked {
        Blocked::Open {
            at: Box::new(at.clone()),
            reason: format!("{}: {error}", at.operation),
        }
    }

    /// The answer is no success; `before` is what the steps before got. Under an id that somebody `chose`, there may be
    /// functions of an earlier run.
    pub(super) fn answered(
        at: &SetUpStep,
        exchange: &Exchange,
        before: &[(String, Exchange)],
        bindings: &Bindings,
        chosen: bool,
    ) -> Blocked {
        let answer = &exchange.answer;
        let line = shared(&answer.in_one_line(), bindings);
        let open = |reason: String| Blocked::Open {
            at: Box::new(at.clone()),
            reason,
        };
        match answer.status {
            429 => open(format!("{} was throttled: {line}", at.operation)),
            409 if chosen && at.operation == CREATE_FUNCTION && !has_made(before, exchange) => {
                open(taken(bindings))
            }
            404 if is_unfound(answer) && !before.is_empty() => Blocked::wrong(at, answer, ""),
            409 => Blocked::wrong(at, answer, ""),
            // who has no such operation says so in this way
            400..=499 | 501 => {
                let refusal = Refusal {
                    operation: at.operation.clone(),
                    answer: line,
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

    /// The target took what was asked for, and then failed to do it: AWS says no later than that, too.
    pub(super) fn failed(at: &SetUpStep, answer: &Observation, bindings: &Bindings) -> Blocked {
        let body = answer.json().unwrap_or(&Value::Null);
        let configuration = &body["Configuration"];
        let (operation, status) = if configuration["State"] == "Failed" {
            ("a creation", "State")
        } else {
            ("an update", "LastUpdateStatus")
        };
        let why =
            ["ReasonCode", "Reason"].map(|part| configuration[format!("{status}{part}")].as_str());
        let why: Vec<&str> = why.into_iter().flatten().collect();
        let why = shared(&flat(&why.join(": ")), bindings);
        let refusal = Refusal {
            operation: operation.to_owned(),
            answer: format!("{status} is Failed, {}", cut(&why, LONGEST)),
            advice: None,
        };
        Blocked::Refused {
            at: Some(Box::new(at.clone())),
            refusal,
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
        Blocked::Wrong {
            at: Box::new(at.clone()),
            reason: format!("{} failed{how_long}: {line}", at.operation),
        }
    }

    /// The answer lacks what later steps need.
    pub(super) fn without(at: &SetUpStep, answer: &Observation, path: &Path) -> Blocked {
        let (operation, line) = (&at.operation, answer.in_one_line());
        Blocked::Wrong {
            at: Box::new(at.clone()),
            reason: format!("the answer of {operation} has no `{path}`: {line}"),
        }
    }
}

/// That somebody had the name of a function before this run made it.
pub(crate) fn taken(bindings: &Bindings) -> String {
    let run = bindings.get("run").unwrap_or_default();
    format!(
        "{CREATE_FUNCTION} found its name taken, which has the id of this run (`{run}`): remove what an earlier run of this id \
         left, or give another `--run-id`"
    )
}

/// A text in words that are the same for the functions of all cases.
fn shared(text: &str, bindings: &Bindings) -> String {
    match bindings.get("function") {
        Some(name) => text.replace(name, "<function>"),
        None => text.to_owned(),
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
