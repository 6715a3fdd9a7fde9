//! [`Workspace`]: what a cargo finds in this checkout, and whether a command of cargo fits.

use std::sync::OnceLock;

use serde_json::Value;

use crate::{cargo, names, tree};

/// The targets and features of the crate, and the tests by name.
pub(crate) struct Workspace {
    targets: Vec<(String, String)>,
    pub(crate) features: Vec<String>,
    /// The functions that are tests, or may be.
    functions: String,
}

/// The options of a test binary that may stand behind `--`.
const TEST_OPTIONS: &[&str] = &[
    "--exact",
    "--ignored",
    "--list",
    "--nocapture",
    "--skip",
    "--test-threads",
];

impl Workspace {
    /// Asks cargo, once.
    pub(crate) fn open() -> &'static Workspace {
        static ASKED: OnceLock<Workspace> = OnceLock::new();
        ASKED.get_or_init(Workspace::ask)
    }

    fn ask() -> Workspace {
        let output = cargo::cargo()
            .args([
                "metadata",
                "--no-deps",
                "--offline",
                "--locked",
                "--format-version",
                "1",
            ])
            .current_dir(tree::root())
            .output()
            .expect("cargo runs");
        let metadata: Value = serde_json::from_slice(&output.stdout).expect("cargo tells JSON");
        let package = &metadata["packages"][0];
        let text = |value: &Value| value.as_str().expect("a text").to_owned();
        let targets = package["targets"].as_array().expect("targets").iter();
        let features = package["features"].as_object().expect("features");
        let sources = tree::texts(&["src/", "tests/"], &[".rs"]).into_iter();
        Workspace {
            targets: targets
                .map(|target| (text(&target["kind"][0]), text(&target["name"])))
                .collect(),
            features: features.keys().cloned().collect(),
            functions: sources
                .map(|(path, text)| format!("{path}\n{text}"))
                .collect(),
        }
    }

    /// The targets of this kind.
    fn targets(&self, kind: &str) -> Vec<&str> {
        self.targets
            .iter()
            .filter(|(other, _)| other == kind)
            .map(|(_, name)| name.as_str())
            .collect()
    }

    /// What is wrong with a command of cargo.
    pub(crate) fn check(&self, arguments: &[String]) -> Result<(), String> {
        let split = arguments
            .iter()
            .position(|word| word == "--")
            .unwrap_or(arguments.len());
        let (own, passed) = arguments.split_at(split);
        let mut words = own[1..].iter().map(String::as_str);
        let sub = own[0].as_str();
        let mut target = None;
        let mut named = false;
        while let Some(word) = words.next() {
            let mut value = || {
                words
                    .next()
                    .ok_or_else(|| format!("`{word}` takes a value"))
            };
            match (sub, word) {
                ("install", "--path") => {
                    let path = value()?;
                    named = true;
                    if !tree::root().join(path).join("Cargo.toml").exists() {
                        return Err(format!("no crate at `{path}`"));
                    }
                }
                (_, "--locked" | "--lib" | "--doc") => {}
                ("nextest", "run") => {}
                ("run", "--quiet") => {}
                (_, "--test") => target = Some(self.known("test", value()?)?),
                (_, "--example") => target = Some(self.known("example", value()?)?),
                (_, "--features") => {
                    for feature in value()?.split(',') {
                        known("feature", feature, &self.features)?;
                    }
                }
                ("install", name) if !name.starts_with('-') => named = true,
                ("test" | "nextest", filter) if !filter.starts_with('-') => {
                    self.filter(target, filter)?
                }
                _ => {
                    return Err(format!(
                        "`cargo {sub}` does not take `{word}`, or no test knows it"
                    ));
                }
            }
        }
        if sub == "install" && !(named && own.iter().any(|word| word == "--locked")) {
            return Err("`cargo install` needs `--locked` and what to install".to_owned());
        }
        for word in passed.iter().skip(1) {
            match word.as_str() {
                option if option.starts_with("--") => {
                    known("option of a test", option, TEST_OPTIONS)?
                }
                filter => self.filter(target, filter)?,
            }
        }
        Ok(())
    }

    fn known<'n>(&self, kind: &str, name: &'n str) -> Result<&'n str, String> {
        // a crate of the reader has a test of its own, of which the page shows the manifest
        let outside = tree::texts(&["tests/front/harness/outside/"], &[".toml"]);
        if kind == "test"
            && outside
                .iter()
                .any(|(_, text)| text.contains(&format!("\nname = \"{name}\"\nharness = false")))
        {
            return Ok(name);
        }
        known(kind, name, &self.targets(kind)).map(|()| name)
    }

    /// Whether a filter chooses anything.
    fn filter(&self, target: Option<&str>, filter: &str) -> Result<(), String> {
        let chosen = if target == Some("conformance") {
            let mut cases = names::library()
                .suites
                .iter()
                .flat_map(|suite| &suite.cases);
            cases.any(|case| case.id.contains(filter))
        } else {
            self.functions.lines().any(|line| {
                line.trim_start()
                    .strip_prefix("fn ")
                    .is_some_and(|name| name.contains(filter))
                    || line.ends_with(".rs") && line.contains(filter)
            })
        };
        if chosen {
            Ok(())
        } else {
            Err(format!("no test is called `{filter}`"))
        }
    }
}

/// Whether a name is one of these.
fn known(kind: &str, name: &str, all: &[impl AsRef<str>]) -> Result<(), String> {
    if all.iter().any(|known| known.as_ref() == name) {
        Ok(())
    } else {
        Err(format!("no {kind} is called `{name}`"))
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn checked(line: &str) -> Result<(), String> {
        let words: Vec<String> = line.split(' ').map(str::to_owned).collect();
        Workspace::open().check(&words)
    }

    #[rstest]
    #[case("test --test documents a_wrong_name_is_found")]
    #[case("test --test conformance qualifiers")]
    #[case("test --lib --features mock")]
    #[case("test -- --ignored")]
    #[case("run --example plain")]
    #[case("install --locked --path .")]
    fn a_right_command_passes(#[case] line: &str) {
        assert_eq!(checked(line), Ok(()));
    }

    #[rstest]
    #[case("test --test document", "no test is called `document`")]
    #[case(
        "test --test conformance qualifier-s",
        "no test is called `qualifier-s`"
    )]
    #[case("test --features mocks", "no feature is called `mocks`")]
    #[case("test -- --ignore", "no option of a test is called `--ignore`")]
    #[case("run --example plane", "no example is called `plane`")]
    #[case(
        "install --path .",
        "`cargo install` needs `--locked` and what to install"
    )]
    #[case("install --locked --path elsewhere", "no crate at `elsewhere`")]
    #[case(
        "test --frobnicate",
        "`cargo test` does not take `--frobnicate`, or no test knows it"
    )]
    fn a_wrong_name_is_found(#[case] line: &str, #[case] due: &str) {
        assert_eq!(checked(line), Err(due.to_owned()));
    }
}
