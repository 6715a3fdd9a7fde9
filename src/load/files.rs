//! Where the files come from: a directory, or the binary itself.

use std::{
    collections::BTreeSet,
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
};

use crate::span::Source;

include!(concat!(env!("OUT_DIR"), "/embedded.rs"));

/// One file: its path below `cases` or `snapshots`, and what it holds.
#[derive(Clone, Debug)]
pub struct File {
    /// The path below its root, with `/` between its parts.
    pub path: String,
    /// The text, with the path as it is shown.
    pub source: Arc<Source>,
}

/// The case files and the snapshots.
#[derive(Clone, Debug, Default)]
pub struct Files {
    cases: Vec<File>,
    snapshots: Vec<File>,
    embedded: bool,
}

/// A file or directory that could not be read.
#[derive(Debug, thiserror::Error)]
#[error("cannot read `{}`: {error}; name a directory of case files with `--cases`, of snapshots with `--snapshots`", path.display())]
pub struct FilesError {
    path: PathBuf,
    error: io::Error,
}

impl Files {
    /// The files that were there when this binary was built, or those of the directories that are named.
    pub fn open(cases: Option<&Path>, snapshots: Option<&Path>) -> Result<Files, FilesError> {
        let embedded = |root: &str, files: &[(&str, &str)]| {
            files
                .iter()
                .map(|(path, text)| File {
                    path: (*path).to_owned(),
                    source: Source::new(format!("{root}/{path}"), *text),
                })
                .collect()
        };
        Ok(Files {
            cases: match cases {
                Some(directory) => read(directory)?,
                None => embedded("cases", CASES),
            },
            snapshots: match snapshots {
                Some(directory) => read(directory)?,
                None => embedded("snapshots", SNAPSHOTS),
            },
            embedded: cases.is_none(),
        })
    }

    /// Something to point at when there is no file to point at.
    pub(super) fn root(&self) -> Arc<Source> {
        match self.cases.first() {
            Some(file) => Arc::clone(&file.source),
            None => Source::new("cases", ""),
        }
    }

    /// Whether the case files are those of the binary, which its own tests have loaded.
    pub(super) fn are_embedded(&self) -> bool {
        self.embedded
    }

    pub(super) fn case(&self, path: &str) -> Option<&File> {
        self.cases.iter().find(|file| file.path == path)
    }

    /// The directories at the top.
    pub(super) fn services(&self) -> BTreeSet<String> {
        self.cases
            .iter()
            .filter_map(|file| Some(file.path.split_once('/')?.0.to_owned()))
            .collect()
    }

    /// The directories of a service that hold a contract.
    pub(super) fn suites(&self, service: &str) -> Vec<String> {
        self.cases
            .iter()
            .filter_map(|file| file.path.strip_suffix("/clauses.toml"))
            .filter(|directory| {
                directory
                    .split_once('/')
                    .is_some_and(|(first, _)| first == service)
            })
            .map(str::to_owned)
            .collect()
    }

    /// The topic files of a suite, by topic.
    pub(super) fn topics(&self, suite: &str) -> Vec<(String, &File)> {
        self.cases
            .iter()
            .filter_map(|file| {
                let name = file
                    .path
                    .strip_prefix(suite)?
                    .strip_prefix('/')?
                    .strip_suffix(".toml")?;
                let own = ["clauses", "always", "presence"].contains(&name);
                (!own && !name.contains('/')).then(|| (name.to_owned(), file))
            })
            .collect()
    }

    /// The snapshots of a suite, by the id of the case.
    pub(super) fn snapshots(&self, suite: &str) -> Vec<(String, &File)> {
        self.snapshots
            .iter()
            .filter_map(|file| {
                let id = file.path.strip_suffix(".snap")?;
                id.strip_prefix(suite)?
                    .starts_with('/')
                    .then(|| (id.to_owned(), file))
            })
            .collect()
    }

    /// Every case file.
    pub(super) fn below_cases(&self) -> impl Iterator<Item = &File> {
        self.cases.iter()
    }

    /// Every snapshot.
    pub(super) fn below_snapshots(&self) -> impl Iterator<Item = &File> {
        self.snapshots.iter()
    }
}

fn read(root: &Path) -> Result<Vec<File>, FilesError> {
    let mut files = Vec::new();
    walk(root, "", &mut files)?;
    files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(files)
}

fn walk(directory: &Path, below: &str, files: &mut Vec<File>) -> Result<(), FilesError> {
    let wrong = |path: &Path| {
        let path = path.to_owned();
        move |error| FilesError { path, error }
    };
    for entry in fs::read_dir(directory).map_err(wrong(directory))? {
        let entry = entry.map_err(wrong(directory))?;
        let path = entry.path();
        let name = entry.file_name().to_string_lossy().into_owned();
        // editors and insta leave files of their own beside ours
        let ours = [".toml", ".json", ".snap"]
            .iter()
            .any(|end| name.ends_with(end));
        if path.is_dir() {
            walk(&path, &format!("{below}{name}/"), files)?;
        } else if ours && !name.starts_with('.') {
            let text = fs::read_to_string(&path).map_err(wrong(&path))?;
            files.push(File {
                path: format!("{below}{name}"),
                source: Source::new(path.to_string_lossy().replace('\\', "/"), text),
            });
        }
    }
    Ok(())
}
