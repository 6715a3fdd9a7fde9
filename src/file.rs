//! [`read`]: one file as a [`Source`], or why it is none. Whatever stands there is answered at once and in little memory.

use std::{
    fs::{self, File},
    io::{self, Read},
    path::Path,
    sync::Arc,
};

use crate::span::{Diagnostic, Place, Source};

/// Why a file is no [`Source`].
#[derive(Debug)]
pub(crate) enum Unread {
    /// The operating system says so.
    Os(io::Error),
    /// It is none of ours: not a file at all, or too long.
    Refused(Diagnostic),
    /// It is no text. The source of the place has what can be read of it.
    NoText(Diagnostic),
}

/// Reads a regular file of at most `longest` bytes.
pub(crate) fn read(path: &Path, longest: u64) -> Result<Arc<Source>, Unread> {
    let shown = shown(path);
    let top = || Place::top(&Source::new(shown.as_str(), ""));
    // before it is opened: that would wait for somebody to write into a pipe
    if !fs::metadata(path).map_err(Unread::Os)?.is_file() {
        return Err(Unread::Refused(
            Diagnostic::new(top(), format!("`{shown}` is not a regular file"))
                .help("only regular files and links to them are read"),
        ));
    }
    let file = File::open(path).map_err(Unread::Os)?;
    let mut bytes = Vec::new();
    // not by the length that it says it has: some files of the system have none and no end
    let read = file.take(longest + 1).read_to_end(&mut bytes);
    read.map_err(Unread::Os)?;
    if bytes.len() as u64 > longest {
        return Err(Unread::Refused(
            Diagnostic::new(
                top(),
                format!("`{shown}` is longer than {longest} bytes, which is the most that is read"),
            )
            .help("split it into several files"),
        ));
    }
    let Err(error) = std::str::from_utf8(&bytes) else {
        let text = String::from_utf8_lossy(&bytes);
        return Ok(Source::new(shown, text));
    };
    let good = String::from_utf8_lossy(&bytes[..error.valid_up_to()]);
    let at = Source::new("", good).text.len();
    let source = Source::new(shown, String::from_utf8_lossy(&bytes));
    let place = Place::new(&source, at..at + char::REPLACEMENT_CHARACTER.len_utf8());
    let byte = bytes[error.valid_up_to()];
    Err(Unread::NoText(
        Diagnostic::new(place, format!("the byte 0x{byte:02x} is not UTF-8"))
            .help("save the file in UTF-8"),
    ))
}

/// A path as it is shown, with `/` between its parts.
pub(crate) fn shown(path: &Path) -> String {
    let shown = path.to_string_lossy();
    if cfg!(windows) {
        shown.replace('\\', "/")
    } else {
        shown.into_owned()
    }
}
