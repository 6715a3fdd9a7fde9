//! What commands begin with: the case files, and somewhere to wait.

use super::{failure::Failure, options::FilesOptions};
use crate::load::{self, Files, Library};

/// Loads the files that the options name.
pub(super) fn library(options: &FilesOptions) -> Result<Library, Failure> {
    let files = Files::open(options.cases.as_deref(), options.snapshots.as_deref())?;
    load::load(&files).map_err(Failure::CaseFiles)
}

/// Runs what waits, on this thread.
pub(super) fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(Failure::Runtime)
}
