//! The files of the checkout, by their path from its root.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::OnceLock,
};

/// Folders that hold nothing of the project.
const OTHERS: &[&str] = &[".git", ".venv", "target"];

/// The root of the checkout.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// All files, in order.
pub(crate) fn files() -> Vec<String> {
    static FILES: OnceLock<Vec<String>> = OnceLock::new();
    let found = || {
        let mut found = Vec::new();
        walk(root(), &mut found);
        found.sort_unstable();
        found
    };
    FILES.get_or_init(found).clone()
}

fn walk(folder: &Path, found: &mut Vec<String>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path: PathBuf = entry.expect("an entry").path();
        let below = path
            .strip_prefix(root())
            .expect("below the root")
            .to_string_lossy()
            .into_owned();
        if !path.is_dir() {
            found.push(below);
        } else if !OTHERS.contains(&below.as_str()) {
            walk(&path, found);
        }
    }
}

/// The texts of the files that begin and end so.
pub(crate) fn texts(starts: &[&str], ends: &[&str]) -> Vec<(String, String)> {
    let chosen = files().into_iter().filter(|path| {
        starts.iter().any(|start| path.starts_with(start))
            && ends.iter().any(|end| path.ends_with(end))
    });
    chosen
        .map(|path| {
            let text = fs::read_to_string(root().join(&path)).expect("a text");
            (path, text)
        })
        .collect()
}
