//! [`Progress`]: one line that says how far a run is.

use std::{
    io::{self, Write},
    time::Duration,
};

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
        if self.done == self.planned {
            return self.clear();
        }
        let line = format!("{}/{}", self.done, self.planned);
        self.show(&line)
    }

    /// So many fixtures of so many are made. After the last one, the line is empty.
    pub(crate) fn set_up(&mut self, made: usize, of: usize) -> io::Result<()> {
        if made == of {
            return self.clear();
        }
        self.show(&format!("set-up {made}/{of}"))
    }

    /// The target does not answer yet.
    pub(crate) fn waiting(&mut self, waited: Duration, limit: Duration) -> io::Result<()> {
        let (waited, limit) = (waited.as_secs(), limit.as_secs());
        self.show(&format!("waiting for the target, {waited} s of {limit} s"))
    }

    /// Nothing is on the line any more.
    pub(crate) fn clear(&mut self) -> io::Result<()> {
        self.show("")
    }

    fn show(&mut self, line: &str) -> io::Result<()> {
        if !self.on {
            return Ok(());
        }
        write!(self.to, "\r\x1b[K{line}")?;
        self.to.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is written of a run of two fixtures and two cases that waits first.
    fn written(on: bool) -> String {
        let mut to = Vec::new();
        let mut progress = Progress::new(&mut to, on);
        progress.planned = 2;
        let (waited, limit) = (Duration::from_millis(1500), Duration::from_secs(60));
        progress.waiting(waited, limit).expect("memory");
        progress.clear().expect("memory");
        for made in [1, 2] {
            progress.set_up(made, 2).expect("memory");
        }
        for _ in 0..2 {
            progress.step().expect("memory");
        }
        String::from_utf8(to).expect("UTF-8")
    }

    #[test]
    fn each_line_replaces_the_one_before_and_none_is_left() {
        let lines: Vec<String> = written(true).split("\r\x1b[K").map(str::to_owned).collect();
        let due = [
            "",
            "waiting for the target, 1 s of 60 s",
            "",
            "set-up 1/2",
            "",
            "1/2",
            "",
        ];
        assert_eq!(lines, due);
    }

    #[test]
    fn where_nobody_looks_nothing_is_written() {
        assert_eq!(written(false), "");
    }
}
