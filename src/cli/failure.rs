//! [`Failure`]: why a command could not do its job, and how that is told.

use std::io::{self, Write};

use super::options::Colour;
use crate::{
    baseline::BaselineError,
    load::FilesError,
    plan::PlanError,
    prose::{count, first},
    report::{Class, SavedError},
    resolve::ResolveError,
    session::{ArrangeError, SessionError},
    sink::Screen,
    span::{Diagnostic, shown},
    target::EndpointError,
    word::Unknown,
};

/// How many ids are named before the rest is counted.
const NAMED: usize = 20;

/// Why we could not do our job.
#[derive(Debug, thiserror::Error)]
pub(super) enum Failure {
    #[error("{} in the case files", count(.0.len(), "error"))]
    CaseFiles(Vec<Diagnostic>),
    #[error(transparent)]
    Baseline(#[from] BaselineError),
    #[error(transparent)]
    Files(#[from] FilesError),
    #[error(transparent)]
    Plan(#[from] PlanError),
    #[error(transparent)]
    Endpoint(#[from] EndpointError),
    #[error(transparent)]
    Resolve(#[from] ResolveError),
    #[error(transparent)]
    Session(#[from] SessionError),
    #[error("{error}{}", kept(.left))]
    Taken {
        error: ArrangeError,
        left: Vec<String>,
    },
    #[error(transparent)]
    Unknown(Unknown),
    #[error("{} ids hold `{word}`; give more of one of them:{}", .ids.len(), listed(.ids))]
    Ambiguous { word: String, ids: Vec<String> },
    #[error(transparent)]
    Saved(#[from] SavedError),
    #[error("cannot write `{path}`: {error}")]
    Report { path: String, error: io::Error },
    #[error("two reports go to `{0}`; give each one a place of its own")]
    TwoReports(String),
    #[error("cannot listen on 127.0.0.1:{port}: {error}; choose another port, or 0 for a free one")]
    Listen { port: u16, error: io::Error },
    #[error("cannot write the report: {0}")]
    Output(io::Error),
    #[error("cannot write the report: {error}{}", kept(.left))]
    Unheard { error: io::Error, left: Vec<String> },
    #[error("cannot start: {0}")]
    Runtime(io::Error),
}

impl Failure {
    pub(super) fn class(&self) -> Class {
        match self {
            Failure::Session(error) if error.is_unreachable() => Class::Unreachable,
            _ => Class::Usage,
        }
    }

    pub(super) fn tell(&self, colour: Colour) -> io::Result<()> {
        let colour = colour.on(&io::stderr());
        let mut to = Screen::new(io::stderr().lock(), colour);
        // a reader that has gone away has seen enough
        let has_gone = |error: &io::Error| error.kind() == io::ErrorKind::BrokenPipe;
        match self {
            Failure::Output(error) if has_gone(error) => return Ok(()),
            Failure::Unheard { error, left } if has_gone(error) && left.is_empty() => return Ok(()),
            _ => {}
        }
        if let Failure::CaseFiles(diagnostics)
        | Failure::Baseline(BaselineError::Wrong(diagnostics)) = self
        {
            write!(to, "{}", shown(diagnostics, colour))?;
        }
        writeln!(to, "error: {self}")
    }
}

/// What could not be removed, one a line.
fn kept(left: &[String]) -> String {
    if left.is_empty() {
        return String::new();
    }
    format!("; left on the target:\n  {}", left.join("\n  "))
}

/// The ids that a word may mean, one a line.
fn listed(ids: &[String]) -> String {
    let lines = first(ids, NAMED);
    let more = if ids.len() > NAMED {
        "; `lambda-conformance list` shows all"
    } else {
        ""
    };
    format!("\n  {}{more}", lines.join("\n  "))
}
