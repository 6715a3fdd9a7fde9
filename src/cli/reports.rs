//! The reports that a run writes besides that to the terminal.

use std::{
    env, io,
    path::{Path, PathBuf},
};

use super::{
    Failure,
    options::{Format, Report},
};
use crate::report::{Reporter, file, github::Github, json::Json, junit::Junit, markdown::Markdown};

/// Where GitHub Actions wants the summary of a step.
const STEP_SUMMARY: &str = "GITHUB_STEP_SUMMARY";

/// Opens the reports that were asked for. They come after that to the terminal, which ends with a whole line.
pub(super) fn open(asked: &[Report]) -> Result<Vec<Box<dyn Reporter>>, Failure> {
    let mut reporters: Vec<Box<dyn Reporter>> = Vec::new();
    let mut taken: Vec<PathBuf> = Vec::new();
    let mut annotated = false;
    for report in asked {
        match report {
            Report::File(format, path) => {
                let to = opened(path, file::late(path))?;
                take(&mut taken, path)?;
                reporters.push(match format {
                    Format::Json => Box::new(Json::new(to)),
                    Format::Junit => Box::new(Junit::new(to)),
                    Format::Markdown => Box::new(Markdown::new(to)),
                });
            }
            Report::Github if annotated => return Err(Failure::TwoReports("github".to_owned())),
            Report::Github => {
                annotated = true;
                reporters.push(Box::new(Github::new(io::stdout())));
                if let Some(path) = env::var_os(STEP_SUMMARY).filter(|path| !path.is_empty()) {
                    let path = PathBuf::from(path);
                    let to = opened(&path, file::appended(&path))?;
                    take(&mut taken, &path)?;
                    reporters.push(Box::new(Markdown::new(to)));
                }
            }
        }
    }
    Ok(reporters)
}

fn opened<F>(path: &Path, file: io::Result<F>) -> Result<F, Failure> {
    file.map_err(|error| Failure::Report {
        path: path.display().to_string(),
        error,
    })
}

/// Notes that a file, which is there, has its report.
fn take(taken: &mut Vec<PathBuf>, path: &Path) -> Result<(), Failure> {
    // a pipe may have no name of its own
    let real = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    if taken.contains(&real) {
        return Err(Failure::TwoReports(path.display().to_string()));
    }
    taken.push(real);
    Ok(())
}
