//! What came of a step that sets a case up: a [`Refusal`] says nothing of the target's answers to the case.

use std::fmt;

use crate::span::Place;

/// A step that sets a case up: of its fixture, or a wait of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetUpStep {
    /// The fixture; none for a wait that stands in the case.
    pub fixture: Option<String>,
    /// The step, by its name.
    pub step: String,
    /// The operation that was called.
    pub operation: String,
    /// Where the step is written.
    pub place: Place,
}

impl fmt::Display for SetUpStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(fixture) = &self.fixture {
            write!(f, "fixture `{fixture}`, ")?;
        }
        write!(f, "step `{}`", self.step)
    }
}

/// The target refused a step that sets cases up. Shown without the fixture, so that refusals of the same words are one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Refusal {
    /// The operation that was refused.
    pub operation: String,
    /// The answer in one line, with `<function>` for the name of the fixture's function.
    pub answer: String,
    /// What was tried, or what to do.
    pub advice: Option<String>,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} was refused: {}", self.operation, self.answer)?;
        match &self.advice {
            Some(advice) => write!(f, "; {advice}"),
            None => Ok(()),
        }
    }
}
