//! What pages name: links and their anchors, paths, options, variables, ids of clauses, sources and cases.

use std::{collections::BTreeSet, path::Path, process::Command, sync::LazyLock};

use lambda_conformance::load::{self, Files, Library};
use regex::Regex;

use crate::{
    page::{self, Page},
    tree,
};

/// Variables that crates which this program uses read.
const READ_ELSEWHERE: &[&str] = &["HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "SSL_CERT_FILE"];

/// Options of cargo and of test binaries.
const OF_CARGO: &[&str] = &["--exact", "--list", "--locked", "--skip", "--test-threads"];

/// What the changelog names because it is gone.
const GONE: &[&str] = &["--edition"];

/// What looks like a path and is none here: files of the reader's, ids with a part that stands for any, a format.
const NO_PATHS: &[&str] = &[
    "SUITE/always",
    "SUITE/always/CLAUSE",
    "always/",
    "lambda-conformance/3",
    "tests/lambda.rs",
    "tests/stub/mod.rs",
];

/// The case files of this checkout, as they are in the program.
pub(crate) fn library() -> &'static Library {
    static LIBRARY: LazyLock<Library> = LazyLock::new(|| {
        load::load(&Files::open(None, None).expect("embedded files")).expect("right files")
    });
    &LIBRARY
}

/// The texts of all that reads variables.
fn readers() -> &'static str {
    static TEXT: LazyLock<String> = LazyLock::new(|| {
        let texts = tree::texts(&["src/", "tests/", ".ci/"], &[".rs", ".py", "run"]);
        texts.into_iter().map(|(_, text)| text).collect()
    });
    &TEXT
}

/// Whether something reads this variable.
pub(crate) fn is_variable(name: &str) -> bool {
    let read = |form: String| readers().contains(&form);
    READ_ELSEWHERE.contains(&name) || read(format!("\"{name}\"")) || read(format!("${{{name}:-"))
}

/// The help of the program, or of one of its commands.
pub(crate) fn help(command: Option<&str>) -> String {
    let mut help = Command::new(env!("CARGO_BIN_EXE_lambda-conformance"));
    let output = help
        .args(command)
        .arg("--help")
        .output()
        .expect("the binary starts");
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// The options that a help lists.
pub(crate) fn options(command: Option<&str>) -> BTreeSet<String> {
    static LONG: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"(?m)^ +(?:-\w, )?(--[a-z][a-z-]+)").expect("a pattern"));
    LONG.captures_iter(&help(command))
        .map(|found| found[1].to_owned())
        .collect()
}

fn all_options() -> &'static BTreeSet<String> {
    static OPTIONS: LazyLock<BTreeSet<String>> = LazyLock::new(|| {
        let commands = ["run", "coverage", "explain", "list", "mock"];
        commands
            .map(Some)
            .into_iter()
            .chain([None])
            .flat_map(options)
            .collect()
    });
    &OPTIONS
}

/// What is wrong with a word of code within a line.
fn flaw(page: &Page, code: &str) -> Option<String> {
    static OPTION: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"(?:^|[ `])(--[a-z][a-z-]+)").expect("a pattern"));
    static VARIABLE: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$").expect("a pattern"));
    static ID: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"^[A-Z][A-Z0-9]*(?:-[A-Z0-9]+)+$").expect("a pattern"));
    let changed = page.path == "CHANGELOG.md";
    for found in OPTION.captures_iter(code) {
        let option = &found[1];
        let known = all_options().contains(option) || OF_CARGO.contains(&option);
        let gone = changed && GONE.contains(&option);
        if !(known || gone || code.starts_with("cargo ")) {
            return Some(format!("no command takes `{option}`"));
        }
    }
    if VARIABLE.is_match(code) {
        return (!is_variable(code)).then(|| format!("nothing reads the variable `{code}`"));
    }
    if ID.is_match(code) && !tree::root().join(code).exists() {
        let services = library().suites.iter().map(|suite| &suite.service);
        let known = library()
            .suites
            .iter()
            .flat_map(|suite| suite.clauses())
            .any(|clause| clause.id == code)
            || services
                .into_iter()
                .any(|service| service.evidence.contains_key(code));
        return (!known).then(|| format!("no clause and no source is called `{code}`"));
    }
    let ends = [".toml", ".rs", ".py", ".md", ".json", ".snap", ".yml", "/"];
    let is_path = !code.contains([' ', '<', '…', '*', ':', '=', '{'])
        && (ends
            .iter()
            .any(|end| code.ends_with(end) && code.len() > end.len())
            || code.contains('/') && !code.contains('#') && !code.starts_with('/'));
    (is_path && !exists(page, code)).then(|| format!("no file and no case is called `{code}`"))
}

/// Whether a path is one of the checkout, from its root or from the page, the end of one, or a part of the id of a case.
fn exists(page: &Page, path: &str) -> bool {
    let beside = tree::root()
        .join(&page.path)
        .parent()
        .map(|folder| folder.join(path));
    let plain = path.trim_end_matches('/');
    let end = format!("/{plain}");
    tree::root().join(path).exists()
        || beside.is_some_and(|path| path.exists())
        || tree::files()
            .iter()
            .any(|file| file.ends_with(&end) || file.contains(&format!("{end}/")))
        || library()
            .suites
            .iter()
            .flat_map(|suite| &suite.cases)
            .any(|case| case.id.contains(path))
        || NO_PATHS.contains(&path)
}

/// What is wrong with a link.
fn dead(page: &Page, link: &str, pages: &[Page]) -> Option<String> {
    if link.starts_with("https://") || link.starts_with("http://") {
        return None;
    }
    let (path, anchor) = link
        .split_once('#')
        .map_or((link, None), |(path, anchor)| (path, Some(anchor)));
    let folder = Path::new(&page.path).parent().unwrap_or(Path::new(""));
    let target = if path.is_empty() {
        page.path.clone()
    } else {
        normal(&folder.join(path))
    };
    if target != page.path && !tree::root().join(&target).exists() {
        return Some(format!(
            "`{link}` leads to `{target}`, which does not exist"
        ));
    }
    let anchor = anchor?;
    let other = [page]
        .into_iter()
        .chain(pages)
        .find(|other| other.path == target);
    let there = other.is_some_and(|other| other.anchors.iter().any(|known| known == anchor));
    (!there).then(|| format!("`{link}`: `{target}` has no heading `#{anchor}`"))
}

/// A path without `..`.
fn normal(path: &Path) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.to_str().expect("a text").split('/') {
        match part {
            ".." => drop(parts.pop()),
            "." | "" => {}
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// What is wrong with the names on a page.
fn flaws(page: &Page, pages: &[Page]) -> Vec<String> {
    let code = page
        .code
        .iter()
        .filter_map(|(line, code)| flaw(page, code).map(|flaw| (line, flaw)));
    let links = page
        .links
        .iter()
        .filter_map(|(line, link)| dead(page, link, pages).map(|flaw| (line, flaw)));
    code.chain(links)
        .map(|(line, flaw)| format!("{}:{line}: {flaw}", page.path))
        .collect()
}

#[test]
fn everything_that_is_named_exists() {
    let pages = page::pages();
    let found: Vec<String> = pages.iter().flat_map(|page| flaws(page, &pages)).collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn what_is_gone_is_gone() {
    for option in GONE {
        assert!(
            !all_options().contains(*option),
            "`{option}` is an option again"
        );
    }
    assert!(
        all_options().contains("--update-baseline"),
        "the help was not read: {:?}",
        all_options()
    );
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("[a](README.md#start)", "")]
    #[case("[a](#x)", "")]
    #[case("[a](docs/../README.md)", "")]
    #[case("[a](docs/nothing.md)", "`docs/nothing.md`, which does not exist")]
    #[case("[a](README.md#nothing)", "`README.md` has no heading `#nothing`")]
    #[case("`--update-baseline`", "")]
    #[case("`--frobnicate`", "no command takes `--frobnicate`")]
    #[case("`--level strict --frobnicate X`", "no command takes `--frobnicate`")]
    #[case("`--edition`", "no command takes `--edition`")]
    #[case("`AWS_REGION`, `MATRIX_SHARE`, `NO_PROXY`", "")]
    #[case("`AWS_FROBNICATE`", "nothing reads the variable `AWS_FROBNICATE`")]
    #[case("`ERR-404`, `LS-API`, `LICENSE-MIT`", "")]
    #[case("`ERR-499`", "no clause and no source is called `ERR-499`")]
    #[case(
        "`src/load.rs`, `clauses.toml`, `tests/engine`, `qualifiers/equal/version+bare`",
        ""
    )]
    #[case("`src/loads.rs`", "no file and no case is called `src/loads.rs`")]
    #[case("`clause.toml`", "no file and no case is called `clause.toml`")]
    #[case(
        "`qualifiers/equal/nothing`",
        "no file and no case is called `qualifiers/equal/nothing`"
    )]
    fn a_name_that_does_not_exist_is_found(#[case] text: &str, #[case] due: &str) {
        let page = page::read("x.md", &format!("# x\n\n{text}\n"));
        let found = flaws(&page, &page::pages()).join("\n");
        assert!(
            found.contains(due) && found.is_empty() == due.is_empty(),
            "{found}"
        );
    }
}
