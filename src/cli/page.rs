//! [`Page`]: text for a terminal, with colours where they are wanted. A colour never says what the words do not.

use std::io::{self, Write};

/// What a stretch of text is, for its colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ink {
    Heading,
    Good,
    Bad,
    Open,
}

impl Ink {
    fn code(self) -> &'static str {
        match self {
            Ink::Heading => "1",
            Ink::Good => "32",
            Ink::Bad => "1;31",
            Ink::Open => "33",
        }
    }
}

/// Where a command writes.
pub(super) struct Page<W> {
    pub(super) to: W,
    pub(super) colour: bool,
}

impl<W: Write> Page<W> {
    /// `text` in the colour of `ink`; the width of a column is the caller's.
    pub(super) fn ink(&self, ink: Ink, text: &str) -> String {
        if self.colour {
            format!("\x1b[{}m{text}\x1b[0m", ink.code())
        } else {
            text.to_owned()
        }
    }

    /// A heading with an empty line before it.
    pub(super) fn heading(&mut self, text: &str) -> io::Result<()> {
        let text = self.ink(Ink::Heading, text);
        writeln!(self.to, "\n{text}")
    }
}

/// A reader that has gone away has seen enough.
pub(super) fn seen(written: io::Result<()>) -> io::Result<()> {
    match written {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => written,
    }
}
