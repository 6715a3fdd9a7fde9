//! Blocks that are no commands: part of a file, or read by the program.

use std::{collections::BTreeSet, fs};

use lambda_conformance::baseline::{Baseline, BaselineError, Orphans};
use time::macros::date;

use crate::{
    names,
    page::{self, Block},
    tree,
};

/// Where the files are of which blocks are parts.
const PARTS: &[&str] = &[
    "cases/",
    "examples/",
    "src/",
    "tests/",
    ".github/workflows/",
];

/// What is wrong with a block.
fn flaw(block: &Block) -> Option<String> {
    match block.language.as_str() {
        "sh" | "console" => None,
        "toml" if block.text.starts_with("version = ") => baseline(&block.text).err(),
        "toml" | "rust" | "json" | "yaml" => {
            let end = format!(
                ".{}",
                if block.language == "rust" {
                    "rs"
                } else {
                    &block.language
                }
            );
            let ends = [end.as_str(), ".yml"];
            let files = tree::texts(
                PARTS,
                if block.language == "yaml" {
                    &ends
                } else {
                    &ends[..1]
                },
            );
            let part = files.iter().any(|(_, text)| part_of(text, &block.text));
            (!part).then(|| {
                format!(
                    "no file ending in `{end}` has these lines; {}",
                    nearest(&files, &block.text)
                )
            })
        }
        "text" => paths(&block.text).err(),
        other => Some(format!("no test knows blocks of `{other}`")),
    }
}

/// The file that has most of these lines, and those that it has not.
fn nearest(files: &[(String, String)], lines: &str) -> String {
    let missing = |text: &str| -> Vec<String> {
        let there: BTreeSet<&str> = text.lines().collect();
        lines
            .lines()
            .filter(|line| !there.contains(line))
            .map(|line| format!("  - {line}"))
            .collect()
    };
    let nearest = files.iter().min_by_key(|(_, text)| missing(text).len());
    nearest.map_or(String::new(), |(path, text)| {
        format!(
            "{path} has all but these, or has them in another order:\n{}",
            missing(text).join("\n")
        )
    })
}

/// Whether a file has these lines, one after the other.
fn part_of(text: &str, lines: &str) -> bool {
    text == lines || text.starts_with(lines) || text.contains(&format!("\n{lines}"))
}

/// Reads a baseline as a run does, which knows all clauses and cases that it names.
fn baseline(text: &str) -> Result<(), String> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("baseline.toml");
    fs::write(&path, text).expect("a file");
    let read = Baseline::open(
        &path,
        &names::library().suites,
        date!(2026 - 12 - 01),
        Orphans::Refuse,
    );
    read.map(|_| ()).map_err(|error| match error {
        BaselineError::Wrong(diagnostics) => diagnostics
            .iter()
            .map(|one| one.render(false))
            .collect::<Vec<_>>()
            .join("\n"),
        other => other.to_string(),
    })
}

/// A list of files, each with what it is, those of a folder indented below it.
fn paths(text: &str) -> Result<(), String> {
    let mut folders: Vec<(usize, String)> = Vec::new();
    for line in text.lines() {
        let indent = line.len() - line.trim_start().len();
        let name = line.split_whitespace().next().ok_or("an empty line")?;
        folders.retain(|(outer, _)| *outer < indent);
        let path = format!(
            "{}{name}",
            folders.last().map_or("", |(_, folder)| folder.as_str())
        );
        if !tree::root().join(&path).exists() {
            return Err(format!("`{path}` does not exist"));
        }
        if name.ends_with('/') {
            folders.push((indent, path));
        }
    }
    Ok(())
}

#[test]
fn blocks_are_parts_of_files_or_are_read() {
    let mut flaws = Vec::new();
    for page in page::pages() {
        for block in &page.blocks {
            flaws.extend(flaw(block).map(|flaw| format!("{}:{}: {flaw}", page.path, block.line)));
        }
    }
    assert!(flaws.is_empty(), "{}", flaws.join("\n"));
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::rust("rust", "use lambda_conformance::harness::Harness;\n", None)]
    #[case::other_rust("rust", "use lambda_conformance::harnes::Harness;\n", Some("no file"))]
    #[case::part_of_a_line("rust", "harness::Harness;\n", Some("no file"))]
    #[case::toml("toml", "key = \"of no file\"\n", Some("no file"))]
    #[case::yaml("yaml", "name: lambda-conformance\n", None)]
    #[case::json("json", "{ \"of\": \"no file\" }\n", Some("no file"))]
    #[case::baseline("toml", "version = 1\n", None)]
    #[case::version("toml", "version = 2\n", Some("version"))]
    #[case::key("toml", "version = 1\nfrobnicate = 1\n", Some("frobnicate"))]
    #[case::clause(
        "toml",
        "version = 1\n[[known]]\nclause = \"X-NONE\"\nat = \"status\"\nkind = \"changed\"\nfound = [{ value = \"1\", cases = [\"lambda/*\"] }]\n",
        Some("X-NONE")
    )]
    #[case::path(
        "text",
        "cases/   the cases\n  lambda/\n    clauses.toml  clauses\nsrc/\n",
        None
    )]
    #[case::no_path(
        "text",
        "cases/   the cases\n  clauses.toml  clauses\n",
        Some("`cases/clauses.toml` does not exist")
    )]
    #[case::language("basic", "10 GOTO 10\n", Some("no test knows blocks of `basic`"))]
    fn a_block_is_checked(#[case] language: &str, #[case] text: &str, #[case] due: Option<&str>) {
        let block = &page::read("x.md", &format!("```{language}\n{text}```\n")).blocks[0];
        let found = flaw(block);
        assert_eq!(found.is_some(), due.is_some(), "{found:?}");
        assert!(found.unwrap_or_default().contains(due.unwrap_or_default()));
    }
}
