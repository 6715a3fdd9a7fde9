//! [`HarnessError`]: why there are no trials, or why none can run.

use std::io;

use crate::{
    baseline::BaselineError,
    load::FilesError,
    plan::PlanError,
    resolve::ResolveError,
    session::{ArrangeError, SessionError},
    span::{Diagnostic, shown},
};

/// Why there are no trials, or why none can run.
#[derive(Debug, thiserror::Error)]
pub(super) enum HarnessError {
    #[error("the case files have errors")]
    CaseFiles(Vec<Diagnostic>),
    #[error(transparent)]
    Files(#[from] FilesError),
    #[error(transparent)]
    Plan(#[from] PlanError),
    #[error(transparent)]
    Baseline(#[from] BaselineError),
    #[error(transparent)]
    Resolve(#[from] ResolveError),
    #[error(transparent)]
    Session(#[from] SessionError),
    #[error(transparent)]
    Arrange(#[from] ArrangeError),
    #[error(
        "the function that starts the target panicked: {0}; the place stands with the panic, above"
    )]
    Start(String),
    #[error("cannot start: {0}")]
    Runtime(#[from] io::Error),
}

impl HarnessError {
    /// With the first diagnostics of the files.
    pub(super) fn told(&self) -> String {
        let mut told = String::new();
        if let HarnessError::CaseFiles(diagnostics)
        | HarnessError::Baseline(BaselineError::Wrong(diagnostics)) = self
        {
            told = shown(diagnostics, false);
        }
        format!("{told}error: {self}")
    }
}
