//! [`Arranged`]: a fixture, as far as it was made.

use super::blocked::Blocked;
use crate::{judge::Judgement, note::Note, text::Bindings, verdict::Exchange};

/// A fixture, as far as it was made.
#[derive(Clone, Debug, Default)]
pub struct Arranged {
    /// The values of the placeholders of its cases.
    pub bindings: Bindings,
    /// What its requests got, by the name of the step.
    pub answers: Vec<(String, Exchange)>,
    /// Whether a new function was still Pending when it was read.
    pub settles: bool,
    /// What is worth knowing.
    pub notes: Vec<Note>,
    /// What is wrong with the answers: for its cases, and for all.
    pub judged: Judgement,
    /// Why it does not stand, if it does not.
    pub blocked: Option<Blocked>,
}
