//! Two suites beside today's: GetAlias, whose name sorts before it, and ListVersionsByFunction. Their files stand in this
//! folder. They are no part of the program, which has to treat them as its own wherever they are laid.

use std::{fs, path::Path};

/// The ids of the suites.
pub(crate) const SUITES: [&str; 2] = ["lambda/get-alias", "lambda/list-versions-by-function"];

/// Lays the case files and snapshots of this checkout, and these two suites beside them, into a folder.
pub(crate) fn lay(folder: &Path) {
    let checkout = Path::new(env!("CARGO_MANIFEST_DIR"));
    let here = checkout.join("tests/front/beside");
    for name in ["cases", "snapshots"] {
        copy(&checkout.join(name), &folder.join(name));
        for suite in SUITES {
            copy(&here.join(name).join(suite), &folder.join(name).join(suite));
        }
    }
    let operations = "cases/lambda/operations.toml";
    let read = |root: &Path| fs::read_to_string(root.join(operations)).expect("text");
    write(
        &folder.join(operations),
        &format!("{}{}", read(checkout), read(&here)),
    );
}

/// Copies a folder.
pub(crate) fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        let to = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &to);
        } else {
            write(&to, &fs::read_to_string(entry.path()).expect("text"));
        }
    }
}

/// Writes a file that is not there in this form already: what is newer than it was, cargo builds again.
pub(crate) fn write(path: &Path, text: &str) {
    if fs::read_to_string(path).is_ok_and(|there| there == text) {
        return;
    }
    fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    fs::write(path, text).expect("a file");
}
