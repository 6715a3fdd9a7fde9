//! [`Cause`]: mismatches that are one.

use std::mem::discriminant;

use super::mismatch::{Kind, Mismatch};
use crate::path::Path;

/// The mismatches of one clause, path and kind, over all cases.
#[derive(Clone, Debug)]
pub struct Cause {
    /// The first of them.
    pub first: Mismatch,
    /// The cases that show it, in the order of the run.
    pub cases: Vec<String>,
}

impl Cause {
    /// What makes two mismatches one cause.
    pub fn key(mismatch: &Mismatch) -> (&str, &Path, Kind) {
        (&mismatch.clause, &mismatch.at, mismatch.kind)
    }

    /// Whether a baseline says the same kind of thing of its mismatches as of this one.
    pub fn is_listed_as(&self, mismatch: &Mismatch) -> bool {
        discriminant(&self.first.listed) == discriminant(&mismatch.listed)
    }
}
