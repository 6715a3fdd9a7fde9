//! Puts the case files and the snapshots into the binary, so that it runs in any folder.

use std::{
    env, fs,
    io::Result,
    path::{Path, PathBuf},
};

fn main() -> Result<()> {
    let here = PathBuf::from(env::var("CARGO_MANIFEST_DIR").expect("cargo sets it"));
    let out = PathBuf::from(env::var("OUT_DIR").expect("cargo sets it"));
    let mut code = String::new();
    for (name, root) in [("CASES", "cases"), ("SNAPSHOTS", "snapshots")] {
        println!("cargo::rerun-if-changed={root}");
        let mut files = Vec::new();
        walk(&here.join(root), "", &mut files)?;
        files.sort();
        code.push_str(&format!(
            "/// The files below `{root}` when this was built.\n"
        ));
        code.push_str(&format!("const {name}: &[(&str, &str)] = &[\n"));
        for (path, file) in files {
            code.push_str(&format!("    ({path:?}, include_str!({file:?})),\n"));
        }
        code.push_str("];\n");
    }
    fs::write(out.join("embedded.rs"), code)
}

fn walk(directory: &Path, below: &str, files: &mut Vec<(String, String)>) -> Result<()> {
    if !directory.exists() {
        return Ok(());
    }
    for entry in fs::read_dir(directory)? {
        let path = entry?.path();
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if path.is_dir() {
            walk(&path, &format!("{below}{name}/"), files)?;
        } else if [".toml", ".json", ".snap"]
            .iter()
            .any(|end| name.ends_with(end))
            && !name.starts_with('.')
        {
            files.push((
                format!("{below}{name}"),
                path.to_string_lossy().into_owned(),
            ));
        }
    }
    Ok(())
}
