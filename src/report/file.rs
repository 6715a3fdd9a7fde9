//! The files that reports go to.

use std::{
    fs::{self, File},
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
};

use crate::replace::replace;

/// A file that keeps what it holds until a report is whole: what was written takes its place with each [`Write::flush`].
#[derive(Debug)]
pub struct Late {
    path: PathBuf,
    /// Where it goes if it is a pipe or a device, of which each [`File::open`] is another one.
    file: File,
    report: Vec<u8>,
    begun: bool,
    /// Whether it was not there before.
    made: bool,
}

/// A file for a report, and its folder. That it can be written is found out now; an old report goes only when the new one is
/// there, and where there was none, none is left behind by a run that comes to nothing.
pub fn late(path: &Path) -> io::Result<Late> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let (file, made) = match File::options().create_new(true).write(true).open(path) {
        Ok(file) => (file, true),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            let mut options = File::options();
            let options = options.create(true).write(true).truncate(false);
            (options.open(path)?, false)
        }
        Err(error) => return Err(error),
    };
    Ok(Late {
        path: path.to_owned(),
        file,
        report: Vec::new(),
        begun: false,
        made,
    })
}

/// A file that a report is added to, behind what others wrote.
pub fn appended(path: &Path) -> io::Result<BufWriter<File>> {
    let file = File::options().create(true).append(true).open(path)?;
    Ok(BufWriter::new(file))
}

impl Write for Late {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.report.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.begun = true;
        if self.file.metadata()?.is_file() {
            return replace(&self.path, &self.report);
        }
        self.file.write_all(&std::mem::take(&mut self.report))
    }
}

impl Drop for Late {
    fn drop(&mut self) {
        if self.made && !self.begun {
            // an empty file is no report; if it stays, it does no harm
            let _ = fs::remove_file(&self.path);
        }
    }
}
