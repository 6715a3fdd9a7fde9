//! Where the files come from: a directory, or the binary itself.

use std::{
    collections::BTreeSet,
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
};

use crate::{
    file::{self, Unread, shown},
    span::{Diagnostic, Place, Source},
};

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
    /// What is wrong with files and not with what they say.
    wrong: Vec<Diagnostic>,
    /// Whether a file is left out because of that.
    lacking: bool,
}

/// A directory that could not be read.
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
        let mut below = Below::default();
        let mut read = |directory: Option<&Path>, root, files| match directory {
            Some(directory) => below.read(directory),
            None => Ok(embedded(root, files)),
        };
        let found = Files {
            cases: read(cases, "cases", CASES)?,
            snapshots: read(snapshots, "snapshots", SNAPSHOTS)?,
            embedded: cases.is_none(),
            ..Files::default()
        };
        Ok(Files {
            wrong: below.wrong,
            lacking: below.lacking,
            ..found
        })
    }

    /// What is wrong with the files as files, and whether one is left out because of that.
    pub(super) fn wrong(&self) -> (&[Diagnostic], bool) {
        (&self.wrong, self.lacking)
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
        let at = self
            .cases
            .binary_search_by(|file| file.path.as_str().cmp(path));
        at.ok().map(|at| &self.cases[at])
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

/// How many bytes a case file or a snapshot has at most.
const LONGEST: u64 = 1 << 20;

/// How many bytes all of them have at most.
const ALL: usize = 8 << 20;

/// How many entries are looked at.
const ENTRIES: usize = 10_000;

/// How deep directories lie in one another. A snapshot lies in four.
const DEPTH: usize = 8;

/// What was found below the directories that were named.
#[derive(Default)]
struct Below {
    files: Vec<File>,
    wrong: Vec<Diagnostic>,
    lacking: bool,
    entries: usize,
    bytes: usize,
    /// The directories that were read, by where they are and not by the links that lead there.
    seen: BTreeSet<PathBuf>,
}

impl Below {
    fn read(&mut self, root: &Path) -> Result<Vec<File>, FilesError> {
        self.seen.clear();
        self.directory(root, "", 0).map_err(|error| FilesError {
            path: root.to_owned(),
            error,
        })?;
        let mut files = std::mem::take(&mut self.files);
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(files)
    }

    fn directory(&mut self, directory: &Path, below: &str, depth: usize) -> io::Result<()> {
        if !self.seen.insert(fs::canonicalize(directory)?) {
            self.refuse(
                directory,
                "leads to a directory that is read already",
                "remove the link",
            );
            return Ok(());
        }
        if depth > DEPTH {
            let why = format!("lies more than {DEPTH} directories deep");
            self.refuse(
                directory,
                &why,
                "suites are directories `SERVICE/OPERATION`",
            );
            return Ok(());
        }
        for entry in fs::read_dir(directory)? {
            let entry = entry?;
            self.entries += 1;
            if self.entries > ENTRIES {
                let why = format!("is more than the {ENTRIES} files that are read");
                self.refuse(
                    &entry.path(),
                    &why,
                    "name a directory with nothing but such files",
                );
                return Ok(());
            }
            self.entry(&entry.path(), below, depth);
        }
        Ok(())
    }

    fn entry(&mut self, path: &Path, below: &str, depth: usize) {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        // editors and insta leave files of their own beside ours
        let ours = !name.starts_with('.')
            && [".toml", ".json", ".snap"]
                .iter()
                .any(|end| name.ends_with(end));
        if !ours {
            if path.is_dir()
                && let Err(error) = self.directory(path, &format!("{below}{name}/"), depth + 1)
            {
                self.refuse(path, &format!("cannot be read: {error}"), "remove it");
            }
            return;
        }
        let source = match file::read(path, LONGEST) {
            Ok(source) => source,
            Err(Unread::NoText(diagnostic)) => {
                let source = Arc::clone(&diagnostic.labels[0].0.source);
                self.wrong.push(diagnostic);
                source
            }
            Err(Unread::Refused(diagnostic)) => {
                self.wrong.push(diagnostic);
                self.lacking = true;
                return;
            }
            Err(Unread::Os(error)) => {
                self.refuse(
                    path,
                    &format!("cannot be read: {error}"),
                    "mend or remove it",
                );
                return;
            }
        };
        let before = self.bytes;
        self.bytes += source.text.len();
        if self.bytes <= ALL {
            self.files.push(File {
                path: format!("{below}{name}"),
                source,
            });
        } else if before <= ALL {
            let why =
                format!("makes the files longer than {ALL} bytes, which is the most that is read");
            self.refuse(path, &why, "name a directory with nothing but such files");
        }
    }

    /// Leaves something out, and says why.
    fn refuse(&mut self, path: &Path, why: &str, help: &str) {
        let shown = shown(path);
        let place = Place::top(&Source::new(shown.as_str(), ""));
        let diagnostic = Diagnostic::new(place, format!("`{shown}` {why}"));
        self.wrong.push(diagnostic.help(help));
        self.lacking = true;
    }
}
