//! [`replace`]: a file that holds what it held or what it is given, and never a part of either.

use std::{
    ffi::OsString,
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
    process,
};

/// Names of what this process has open, which would go on writing to what is replaced.
const OPEN: [&str; 4] = ["/dev/fd", "/dev/stderr", "/dev/stdout", "/proc"];

/// Puts these bytes in place of what a file holds, if there is one. If they cannot be written, the file stays as it was.
///
/// They go to a file beside it, which then takes its name, and its permissions where it has them. Of a link, the file that
/// it leads to is replaced. A device or a pipe holds nothing that could be lost, and is written to.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let old = match fs::metadata(path) {
        Ok(old) => Some(old),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(error),
    };
    let is_open = OPEN.iter().any(|open| path.starts_with(open));
    if is_open || old.as_ref().is_some_and(|old| !old.is_file()) {
        let mut options = File::options();
        return options
            .write(true)
            .truncate(true)
            .open(path)?
            .write_all(bytes);
    }
    let real = match old {
        Some(_) => path.canonicalize()?,
        None => leads_to(path),
    };
    // who may not write the file may not replace it either
    if old.is_some() {
        File::options().append(true).open(&real)?;
    }
    let beside = beside(&real)?;
    let written = write(&beside, bytes).and_then(|()| {
        if let Some(old) = old {
            fs::set_permissions(&beside, old.permissions())?;
        }
        fs::rename(&beside, &real)
    });
    if written.is_err() {
        // it holds a part at most; if it stays, it is in nobody's way
        let _ = fs::remove_file(&beside);
    }
    written
}

fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = File::options().create_new(true).write(true).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Where a link leads to whose file is not there yet; a path that is no link is itself.
fn leads_to(path: &Path) -> PathBuf {
    match fs::read_link(path) {
        Ok(to) => path.parent().map_or(to.clone(), |folder| folder.join(to)),
        Err(_) => path.to_owned(),
    }
}

/// A name in the same folder that nobody has.
fn beside(path: &Path) -> io::Result<PathBuf> {
    let Some(name) = path.file_name() else {
        let error = format!("`{}` names no file", path.display());
        return Err(io::Error::new(io::ErrorKind::InvalidInput, error));
    };
    let mut hidden = OsString::from(".");
    hidden.push(name);
    hidden.push(format!(".{}", process::id()));
    Ok(path.with_file_name(hidden))
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;

    fn names(folder: &TempDir) -> Vec<OsString> {
        let entries = fs::read_dir(folder.path()).expect("a folder");
        entries
            .map(|entry| entry.expect("an entry").file_name())
            .collect()
    }

    #[test]
    fn a_file_is_made_and_replaced_and_nothing_else_is_left() {
        let folder = TempDir::new().expect("a folder");
        let path = folder.path().join("a.toml");
        for text in ["one", "another, longer one", ""] {
            replace(&path, text.as_bytes()).expect("it can be written");
            assert_eq!(fs::read_to_string(&path).expect("text"), text);
            assert_eq!(names(&folder), ["a.toml"]);
        }
    }

    #[test]
    fn what_cannot_take_its_place_leaves_nothing() {
        let folder = TempDir::new().expect("a folder");
        assert!(replace(&folder.path().join("no/a.toml"), b"x").is_err());
        assert!(replace(folder.path(), b"x").is_err());
        assert_eq!(names(&folder), [""; 0]);
    }

    #[cfg(unix)]
    #[test]
    fn permissions_stay_and_a_link_stays_a_link() {
        use std::os::unix::fs::{PermissionsExt, symlink};

        let folder = TempDir::new().expect("a folder");
        let (real, link) = (folder.path().join("real"), folder.path().join("link"));
        symlink("real", &link).expect("a link");
        replace(&link, b"made").expect("a link that leads nowhere yet");
        fs::set_permissions(&real, fs::Permissions::from_mode(0o640)).expect("permissions");
        replace(&link, b"replaced").expect("it can be written");
        assert_eq!(fs::read_to_string(&real).expect("text"), "replaced");
        assert!(fs::symlink_metadata(&link).is_ok_and(|link| link.is_symlink()));
        let mode = fs::metadata(&real).expect("a file").permissions().mode();
        assert_eq!(mode & 0o777, 0o640);
        replace(Path::new("/dev/null"), b"x").expect("a device is written to");
    }
}
