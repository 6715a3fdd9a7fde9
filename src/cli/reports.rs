//! The reports that a run writes besides that to the terminal.

use std::{
    env, io,
    path::{Path, PathBuf},
};

use super::failure::Failure;
use crate::report::{Order, Pending, Reporter, To, file};

/// Opens the reports that were asked for. They come after that to the terminal, which ends with a whole line.
pub(super) fn open(orders: &[Order]) -> Result<Vec<Box<dyn Reporter>>, Failure> {
    let mut reporters: Vec<Box<dyn Reporter>> = Vec::new();
    let mut taken: Vec<PathBuf> = Vec::new();
    let mut printed: Vec<&str> = Vec::new();
    for Order {
        format,
        file,
        write,
    } in orders
    {
        if let Some(path) = file {
            let to = opened(path, file::late(path))?;
            take(&mut taken, path)?;
            reporters.push(Box::new(Pending::new(*write, to)));
        }
        if let To::Output { variable, also } = format.to {
            if printed.contains(&format.name) {
                return Err(Failure::TwoReports(format.name.to_owned()));
            }
            printed.push(format.name);
            reporters.push(Box::new(Pending::new(*write, io::stdout())));
            if let Some(path) = env::var_os(variable).filter(|path| !path.is_empty()) {
                let path = PathBuf::from(path);
                let to = opened(&path, file::appended(&path))?;
                take(&mut taken, &path)?;
                reporters.push(Box::new(Pending::new(also, to)));
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
