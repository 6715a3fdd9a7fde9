//! [`Run`]: what one trial does.

/// What one trial does.
#[derive(Clone, Debug)]
pub(super) enum Run {
    /// Judges a case, by its number.
    Case(usize),
    /// Judges what the cases of a suite, by its number, have in common: one clause, or all that have no trial.
    Common(usize, Option<String>),
}
