//! [`Saved`]: a JSON report that was written before.

use std::{io, path::Path};

use serde_json::Value;

use super::json::FORMAT;
use crate::{
    file::{self, Unread},
    span::Diagnostic,
};

/// How many bytes a report has at most.
const LONGEST: u64 = 1 << 30;

/// A JSON report that was written before.
#[derive(Debug)]
pub struct Saved(Value);

/// Why a file is none.
#[derive(Debug, thiserror::Error)]
pub enum SavedError {
    /// It cannot be read.
    #[error("cannot read the report `{path}`: {error}; `run --report json={path}` writes one")]
    Read {
        /// The file.
        path: String,
        /// Why.
        error: io::Error,
    },
    /// It is no file of text.
    #[error("cannot read the report: {}", .0.message)]
    Refused(Box<Diagnostic>),
    /// It is no JSON.
    #[error("`{path}` is not JSON: {error}; `--report json=FILE` writes a report")]
    NoJson {
        /// The file.
        path: String,
        /// Why.
        error: serde_json::Error,
    },
    /// It is JSON of something else, or of another version.
    #[error(
        "`{path}` has the format {found}, and this version reads `{FORMAT}`; `--report json=FILE` writes a report"
    )]
    Format {
        /// The file.
        path: String,
        /// What it says of itself.
        found: String,
    },
}

impl Saved {
    /// Reads a report.
    pub fn open(path: &Path) -> Result<Saved, SavedError> {
        let shown = path.display().to_string();
        let source = file::read(path, LONGEST).map_err(|unread| match unread {
            Unread::Os(error) => SavedError::Read {
                path: shown.clone(),
                error,
            },
            Unread::Refused(wrong) | Unread::NoText(wrong) => SavedError::Refused(Box::new(wrong)),
        })?;
        let value: Value =
            serde_json::from_str(&source.text).map_err(|error| SavedError::NoJson {
                path: shown.clone(),
                error,
            })?;
        match value.get("format") {
            Some(format) if format == FORMAT => Ok(Saved(value)),
            other => Err(SavedError::Format {
                path: shown,
                found: other.map_or_else(|| "of something else".to_owned(), ToString::to_string),
            }),
        }
    }

    /// The ids of its findings.
    pub fn findings(&self) -> impl Iterator<Item = &str> {
        self.list("findings")
            .filter_map(|one| one.get("id")?.as_str())
    }

    /// The finding of this id.
    pub fn finding(&self, id: &str) -> Option<&Value> {
        self.list("findings").find(|one| one["id"] == id)
    }

    /// The case of this id.
    pub fn case(&self, id: &str) -> Option<&Value> {
        self.list("cases").find(|one| one["id"] == id)
    }

    fn list(&self, key: &str) -> impl Iterator<Item = &Value> {
        self.0
            .get(key)
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
    }
}
