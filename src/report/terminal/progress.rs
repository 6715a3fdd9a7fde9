//! [`Progress`]: one line that says how far a run is.

use std::io::{self, Write};

/// One line that says how far a run is, for a person who looks at it.
pub(crate) struct Progress<P> {
    to: P,
    on: bool,
    /// The number of cases.
    pub(crate) planned: usize,
    done: usize,
}

impl<P: Write> Progress<P> {
    /// Nothing is done yet. Where nobody looks, nothing is written.
    pub(crate) fn new(to: P, on: bool) -> Progress<P> {
        Progress {
            to,
            on,
            planned: 0,
            done: 0,
        }
    }

    /// One more case is done. After the last one, the line is empty.
    pub(crate) fn step(&mut self) -> io::Result<()> {
        self.done += 1;
        if !self.on {
            return Ok(());
        }
        if self.done == self.planned {
            write!(self.to, "\r\x1b[K")?;
        } else {
            write!(self.to, "\r\x1b[K{}/{}", self.done, self.planned)?;
        }
        self.to.flush()
    }
}
