//! The files that reports go to.

use std::{
    fs::{self, File},
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
};

/// A file that keeps what it holds until there is something to put in its place.
#[derive(Debug)]
pub struct Late {
    file: File,
    begun: bool,
    /// Where it is, if it was not there before.
    made: Option<PathBuf>,
}

/// A file for a report. That it can be written is found out now; an old report goes only when the new one is there, and
/// where there was none, none is left behind by a run that comes to nothing.
pub fn late(path: &Path) -> io::Result<BufWriter<Late>> {
    let mut made = None;
    let file = match File::options().create_new(true).write(true).open(path) {
        Ok(file) => {
            made = Some(path.to_owned());
            file
        }
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => File::options()
            .create(true)
            .write(true)
            .truncate(false)
            .open(path)?,
        Err(error) => return Err(error),
    };
    Ok(BufWriter::new(Late {
        file,
        begun: false,
        made,
    }))
}

/// A file that a report is added to, behind what others wrote.
pub fn appended(path: &Path) -> io::Result<BufWriter<File>> {
    let file = File::options().create(true).append(true).open(path)?;
    Ok(BufWriter::new(file))
}

impl Write for Late {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if !self.begun {
            // a pipe or a device has no length
            if self.file.metadata()?.is_file() {
                self.file.set_len(0)?;
            }
            self.begun = true;
        }
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Drop for Late {
    fn drop(&mut self) {
        if let Some(path) = self.made.take().filter(|_| !self.begun) {
            // an empty file is no report; if it stays, it does no harm
            let _ = fs::remove_file(path);
        }
    }
}
