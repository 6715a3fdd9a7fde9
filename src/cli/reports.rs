//! [`Reporters`]: who is told of a run, and the reports that it writes besides that to the terminal.

use std::{
    env,
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
};

use super::{failure::Failure, options::Colour};
use crate::report::{Event, Order, Pending, Reporter, To, file};

/// Who is told of a run. One that cannot be told any more is left out, and the others are told on.
pub(super) struct Reporters<'r> {
    all: Vec<Box<dyn Reporter + 'r>>,
    /// Why the first of those could not that are left out.
    failed: Option<io::Error>,
}

impl<'r> Reporters<'r> {
    /// The first one, and those of the reports that were asked for.
    pub(super) fn open(
        first: impl Reporter + 'r,
        orders: &[Order],
    ) -> Result<Reporters<'r>, Failure> {
        let mut all: Vec<Box<dyn Reporter + 'r>> = vec![Box::new(first)];
        for reporter in opened_all(orders)? {
            all.push(reporter);
        }
        Ok(Reporters { all, failed: None })
    }

    /// Tells them. Returns whether anybody is left to be told.
    pub(super) fn tell(&mut self, event: &Event<'_>) -> bool {
        let failed = &mut self.failed;
        self.all.retain_mut(|reporter| match reporter.event(event) {
            Ok(()) => true,
            Err(error) => {
                failed.get_or_insert(error);
                false
            }
        });
        self.are_heard()
    }

    /// Whether anybody is left to be told.
    pub(super) fn are_heard(&self) -> bool {
        !self.all.is_empty()
    }

    /// Whether one could not be told.
    pub(super) fn have_failed(&self) -> bool {
        self.failed.is_some()
    }

    /// That one could not be told, and what is left on the target, which nobody may have been told.
    pub(super) fn failure(&mut self, left: Vec<String>) -> Failure {
        let error = self.failed.take();
        let error = error.unwrap_or_else(|| io::ErrorKind::BrokenPipe.into());
        Failure::Unheard { error, left }
    }
}

/// Where the report for people goes, and whether in colours: to standard output, unless another report goes there.
pub(super) fn screen(orders: &[Order], colour: Colour) -> (Box<dyn Write>, bool) {
    if orders.iter().any(Order::is_printed) {
        let to = io::stderr();
        let colour = colour.on(&to);
        return (Box::new(to), colour);
    }
    let to = io::stdout();
    let colour = colour.on(&to);
    (Box::new(BufWriter::new(to)), colour)
}

/// Opens the reports that were asked for. They come after that to the terminal, which ends with a whole line.
fn opened_all(orders: &[Order]) -> Result<Vec<Box<dyn Reporter>>, Failure> {
    let mut reporters: Vec<Box<dyn Reporter>> = Vec::new();
    let mut taken: Vec<PathBuf> = Vec::new();
    let mut printed: Vec<&str> = Vec::new();
    for order in orders {
        let Order {
            format,
            file,
            write,
        } = order;
        if order.is_printed() {
            if !printed.is_empty() {
                return Err(Failure::TwoReports("standard output".to_owned()));
            }
            printed.push(format.name);
            reporters.push(Box::new(Pending::new(*write, io::stdout())));
        } else if let Some(path) = file {
            let to = opened(path, file::late(path))?;
            take(&mut taken, path)?;
            reporters.push(Box::new(Pending::new(*write, to)));
        }
        if let To::Output { variable, also } = format.to {
            if !printed.is_empty() {
                return Err(Failure::TwoReports("standard output".to_owned()));
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
