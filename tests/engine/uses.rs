//! [`graph`]: whose items each file of the crate uses.
//!
//! A file uses another where it names an item of it, by a path or by an import, whether or not a third one passes it on. A
//! parent that only declares a child and passes its items on uses nothing of it. What is not seen: a method that another
//! file adds to a type.

use std::collections::{BTreeMap, BTreeSet};

/// The files that each file uses.
pub(super) type Graph = BTreeMap<String, BTreeSet<String>>;

/// What a file says of names, before any path is followed.
#[derive(Debug, Default)]
struct File {
    /// Its place among the modules, such as `["judge", "form"]`.
    module: Vec<String>,
    /// The names that imports bring, with their paths.
    imports: BTreeMap<String, Path>,
    /// The paths that it uses.
    used: BTreeSet<Path>,
}

/// A path from the root of the crate.
type Path = Vec<String>;

/// The place of a file among the modules.
fn module(file: &str) -> Path {
    let path = file.trim_end_matches(".rs");
    match path {
        "lib" => Vec::new(),
        path => path.split('/').map(str::to_owned).collect(),
    }
}

/// Splits code into its imports, whether each is public, and the rest without the declarations of children.
fn parted(code: &str) -> (Vec<(bool, String)>, String) {
    let (mut imports, mut rest) = (Vec::new(), String::new());
    let mut open: Option<(bool, String)> = None;
    for line in code.lines() {
        let start = line.trim_start();
        let public = start.starts_with("pub");
        let is_import = start.starts_with("use ")
            || public
                && start
                    .split_once(" use ")
                    .is_some_and(|(word, _)| !word.contains(' '));
        if open.is_none() && is_import {
            let (_, tree) = start.split_once("use ").expect("it imports");
            open = Some((public, tree.to_owned()));
        } else if let Some((_, tree)) = &mut open {
            tree.push_str(start);
        } else if !(start.ends_with(';') && start.contains("mod ")) {
            rest.push_str(line);
            rest.push('\n');
        }
        if let Some(done) = open.take_if(|(_, tree)| tree.contains(';')) {
            imports.push(done);
        }
    }
    (imports, rest)
}

/// The paths of an import, each with the name that it has then.
fn leaves(tree: &str) -> Vec<(Path, String)> {
    let tree = tree.trim().trim_end_matches([';', ',']).trim();
    let Some((before, list)) = tree.split_once('{') else {
        let (path, alias) = tree.split_once(" as ").unwrap_or((tree, ""));
        let mut path: Path = path.trim().split("::").map(str::to_owned).collect();
        if path.last().is_some_and(|last| last == "self") {
            path.pop();
        }
        let name = match alias.trim() {
            "" => path.last().cloned().unwrap_or_default(),
            alias => alias.to_owned(),
        };
        return vec![(path, name)];
    };
    let list = list.strip_suffix('}').expect("a list ends");
    let mut depth = 0;
    let parts = list.split(|letter| {
        depth += i32::from(letter == '{') - i32::from(letter == '}');
        letter == ',' && depth == 0
    });
    parts
        .filter(|part| !part.trim().is_empty())
        .flat_map(|part| leaves(&format!("{}{}", before.trim(), part.trim())))
        .collect()
}

/// The paths of two segments and more in code, and the words that stand alone.
fn paths(code: &str) -> (BTreeSet<Path>, BTreeSet<&str>) {
    let (mut paths, mut words) = (BTreeSet::new(), BTreeSet::new());
    let is_word = |letter: char| letter.is_alphanumeric() || letter == '_';
    let mut rest = code;
    while let Some(at) = rest.find(is_word) {
        rest = &rest[at..];
        let end = rest
            .match_indices(|letter: char| !is_word(letter) && letter != ':')
            .map(|(at, _)| at)
            .next()
            .unwrap_or(rest.len());
        let whole = rest[..end].trim_end_matches(':');
        let segments: Vec<&str> = whole.split("::").collect();
        // `name: Type` is two words
        for segment in segments[0].split(':') {
            words.insert(segment);
        }
        if segments.len() > 1 {
            let first = segments[0].rsplit(':').next().unwrap_or_default();
            let path = std::iter::once(first).chain(segments[1..].iter().copied());
            paths.insert(path.map(|part| part.trim_matches(':').to_owned()).collect());
        }
        rest = &rest[end..];
    }
    (paths, words)
}

impl File {
    fn read(file: &str, code: &str, modules: &BTreeSet<Path>) -> File {
        let module = module(file);
        let (trees, rest) = parted(code);
        let (written, words) = paths(&rest);
        let mut read = File {
            module: module.clone(),
            ..File::default()
        };
        for (public, tree) in trees {
            for (path, name) in leaves(&tree) {
                let Some(path) = from_root(&module, &path, &BTreeMap::new(), modules) else {
                    continue;
                };
                // who only passes it on does not use it; a module is used where an item of it is
                if (!public || words.contains(name.as_str())) && !modules.contains(&path) {
                    read.used.insert(path.clone());
                }
                read.imports.insert(name, path);
            }
        }
        for path in written {
            read.used
                .extend(from_root(&module, &path, &read.imports, modules));
        }
        read
    }
}

/// A path from the root of the crate, if it is one within the crate.
fn from_root(
    module: &[String],
    path: &[String],
    imports: &BTreeMap<String, Path>,
    modules: &BTreeSet<Path>,
) -> Option<Path> {
    let (first, rest) = path.split_first()?;
    let mut start = match first.as_str() {
        "crate" => Vec::new(),
        "self" => module.to_vec(),
        "super" => module.split_last()?.1.to_vec(),
        name => match imports.get(name) {
            Some(path) => path.clone(),
            None => {
                let child = [module, &[name.to_owned()]].concat();
                modules.contains(&child).then_some(child)?
            }
        },
    };
    for part in rest {
        if part == "super" {
            start.pop();
        } else {
            start.push(part.clone());
        }
    }
    Some(start)
}

/// The module in which an item is written, behind everybody who passes it on.
fn home(path: &[String], files: &BTreeMap<Path, File>) -> Option<Path> {
    let mut path = path.to_vec();
    // nothing is passed on so often
    for _ in 0..20 {
        let deep = (0..path.len()).rev();
        let module = deep
            .map(|end| &path[..end])
            .find(|start| files.contains_key(*start))?;
        let item = &path[module.len()];
        match files[module].imports.get(item) {
            Some(other) => {
                let below = path[module.len() + 1..].to_vec();
                path = [other.clone(), below].concat();
                if files.contains_key(&path) {
                    return Some(path);
                }
            }
            None => return Some(module.to_vec()),
        }
    }
    None
}

/// Whose items each file uses.
pub(super) fn graph(sources: &BTreeMap<String, String>) -> Graph {
    let modules: BTreeSet<Path> = sources.keys().map(|file| module(file)).collect();
    let files: BTreeMap<Path, File> = sources
        .iter()
        .map(|(file, code)| (module(file), File::read(file, code, &modules)))
        .collect();
    let names: BTreeMap<Path, &String> = sources.keys().map(|file| (module(file), file)).collect();
    files
        .values()
        .map(|file| {
            let homes = file.used.iter().filter_map(|path| home(path, &files));
            let others = homes.filter(|home| *home != file.module);
            let others = others.map(|home| names[&home].clone()).collect();
            (names[&file.module].clone(), others)
        })
        .collect()
}
