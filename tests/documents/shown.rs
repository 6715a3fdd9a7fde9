//! Every command that a page shows, and every output that stands below one.

use std::{collections::BTreeMap, env, fs, ops::Range, path::Path, thread};

use crate::{
    command::{self, Command, Kind, LEFT},
    names,
    output::{Compared, compare},
    page::{self, Block, Page},
    program::{self, Ended},
    step::{Shown, Step, plain, sessions},
    tree, trials,
    workspace::Workspace,
};

/// Checks pages, and keeps what is wrong with them.
struct Checker {
    workspace: &'static Workspace,
    /// The motos that are there, by what is changed in them.
    motos: BTreeMap<String, String>,
    /// Whether numbers are written anew, and so no flaw.
    update: bool,
    /// What is wrong, with its place.
    flaws: Vec<String>,
    /// The outputs of which only numbers differ: the page, the place and the new text.
    altered: Vec<(String, Range<usize>, String)>,
    /// How the commands that are not run begin.
    left: Vec<&'static str>,
}

impl Checker {
    fn new() -> Checker {
        let motos = env::var("DOCUMENTS_MOTO").unwrap_or_default();
        let moto = |word: &str| {
            let (name, url) = word.split_once('=').expect("DOCUMENTS_MOTO has NAME=URL");
            (name.to_owned(), url.to_owned())
        };
        Checker {
            workspace: Workspace::open(),
            motos: motos.split_whitespace().map(moto).collect(),
            update: env::var("DOCUMENTS").is_ok_and(|value| value == "update"),
            flaws: Vec::new(),
            altered: Vec::new(),
            left: Vec::new(),
        }
    }

    fn page(&mut self, page: &Page) {
        for block in page
            .blocks
            .iter()
            .filter(|block| matches!(block.language.as_str(), "sh" | "console"))
        {
            let steps = match block.language.as_str() {
                "sh" => plain(block),
                _ => sessions(block),
            };
            if steps.is_empty() {
                self.flaw(page, block.line, "a block without a command".to_owned());
            }
            self.block(page, block, &steps);
        }
        let inline = page
            .code
            .iter()
            .filter(|(_, code)| command::is_command(code));
        for (line, code) in inline {
            let step = Step {
                line: *line,
                command: code.clone(),
                shown: None,
            };
            let folder = tempfile::tempdir().expect("a folder");
            if self.motos.is_empty() {
                self.step(page, None, &step, folder.path(), &mut None);
            }
        }
    }

    fn block(&mut self, page: &Page, block: &Block, steps: &[Step<'_>]) {
        let folder = tempfile::tempdir().expect("a folder");
        let emulator = steps.iter().any(|step| {
            let command = Command::parse(&step.command);
            step.shown.is_some()
                && command.is_ok_and(|command| matches!(command.kind, Kind::Program(words) if program::is_remote(&words)))
        });
        if !self.motos.is_empty() && !emulator {
            return;
        }
        let mut ended = None;
        for step in steps {
            self.step(
                page,
                block.marker.as_deref(),
                step,
                folder.path(),
                &mut ended,
            );
        }
    }

    fn step(
        &mut self,
        page: &Page,
        marker: Option<&str>,
        step: &Step<'_>,
        folder: &Path,
        ended: &mut Option<Ended>,
    ) {
        let command = match Command::parse(&step.command) {
            Ok(command) => command,
            Err(flaw) => return self.flaw(page, step.line, flaw),
        };
        for variable in &command.variables {
            if !names::is_variable(variable) {
                self.flaw(
                    page,
                    step.line,
                    format!("nothing reads the variable `{variable}`"),
                );
            }
        }
        let real = match self.real(&command, marker, step.shown.is_some(), folder, ended) {
            Ok(real) => real,
            Err(flaw) => return self.flaw(page, step.line, format!("`{}`: {flaw}", step.command)),
        };
        if let (Some(shown), Some(real)) = (&step.shown, real) {
            self.output(page, step, shown, &real);
        }
    }

    /// Does what a command says; the output, if it is to be compared.
    fn real(
        &mut self,
        command: &Command,
        marker: Option<&str>,
        shown: bool,
        folder: &Path,
        ended: &mut Option<Ended>,
    ) -> Result<Option<String>, String> {
        match &command.kind {
            Kind::Program(words) if program::is_remote(words) && shown => {
                if program::target(words) != Some("moto") {
                    return Err("only the output of moto can be compared".to_owned());
                }
                let name = marker
                    .and_then(|marker| marker.strip_prefix("moto: "))
                    .unwrap_or("plain");
                if self.motos.is_empty() {
                    *ended = None;
                    let started =
                        fs::read_to_string(tree::root().join("tests/baselines/test_moto.py"))
                            .expect("a text");
                    if !started.contains(&format!("\"{name}\"")) {
                        return Err(format!(
                            "tests/baselines/test_moto.py starts no moto that is called `{name}`"
                        ));
                    }
                    return program::check(words, folder).map(|()| None);
                }
                let url = self
                    .motos
                    .get(name)
                    .ok_or_else(|| format!("no moto is called `{name}`"))?;
                let done = program::run(words, folder, Some(url));
                *ended = Some(done.clone());
                Ok(Some(done.text))
            }
            Kind::Program(words) if shown => {
                let done = if words.is_empty() {
                    program::bare(folder)
                } else {
                    program::run(words, folder, None)
                };
                if done.code == 2 {
                    return Err(done.text);
                }
                *ended = Some(done.clone());
                Ok(Some(done.text))
            }
            Kind::Program(words) => program::check(words, folder).map(|()| None),
            Kind::Cargo(words) => {
                self.workspace.check(words)?;
                match words.iter().map(String::as_str).collect::<Vec<_>>()[..] {
                    ["test", "--test", "lambda"] if shown => Ok(Some(trials::run())),
                    _ if shown => Err("no test knows how to get this output".to_owned()),
                    _ => Ok(None),
                }
            }
            Kind::Script(path) if tree::root().join(path).is_file() => Ok(None),
            Kind::Script(path) => Err(format!("no script `{path}`")),
            Kind::Print(file) => {
                let read = || {
                    fs::read_to_string(folder.join(file))
                        .map_err(|error| format!("`{file}`: {error}"))
                };
                ended.as_ref().map(|_| read()).transpose()
            }
            Kind::Ended => Ok(ended.as_ref().map(|ended| ended.code.to_string())),
            Kind::Left(_) if shown => Err("an output is shown of what is not run".to_owned()),
            Kind::Left(reason) => {
                self.left.push(reason);
                Ok(None)
            }
        }
    }

    fn output(&mut self, page: &Page, step: &Step<'_>, shown: &Shown<'_>, real: &str) {
        let real: Vec<&str> = real.trim_end_matches('\n').split('\n').collect();
        let mut compared = compare(&shown.lines, &real);
        // how a command ends is what the page is about, and no figure
        if matches!(compared, Compared::Numbers(_)) && step.command == "echo $?" {
            compared = Compared::Other(0);
        }
        match compared {
            Compared::Same => {}
            Compared::Numbers(lines) => {
                let pairs = shown
                    .lines
                    .iter()
                    .zip(&lines)
                    .filter(|(old, new)| old != new);
                let told: Vec<String> = pairs
                    .map(|(old, new)| format!("  - {old}\n  + {new}"))
                    .collect();
                self.altered.push((
                    page.path.clone(),
                    shown.span.clone(),
                    lines.join("\n") + "\n",
                ));
                if !self.update {
                    let told = told.join("\n");
                    self.flaw(
                        page,
                        step.line,
                        format!("numbers of `{}` have changed:\n{told}", step.command),
                    );
                }
            }
            Compared::Other(at) => {
                let line = shown.lines.get(at).copied().unwrap_or("the end");
                let told = format!(
                    "`{}` does not print this in its place:\n  - {line}\nwhat is nearest among its {} lines:\n{}",
                    step.command,
                    real.len(),
                    nearest(line, &real)
                );
                self.flaw(page, step.line, told);
            }
        }
    }

    fn flaw(&mut self, page: &Page, line: usize, flaw: String) {
        self.flaws.push(format!("{}:{line}: {flaw}", page.path));
    }

    /// Writes the new numbers, the last ones of a page first.
    fn write(&self) {
        let mut altered = self.altered.clone();
        altered.sort_by_key(|(path, span, _)| (path.clone(), std::cmp::Reverse(span.start)));
        for (path, span, lines) in altered {
            let path = tree::root().join(path);
            let mut text = fs::read_to_string(&path).expect("a text");
            text.replace_range(span, &lines);
            fs::write(path, text).expect("a file");
        }
    }
}

/// The lines that are most like this one, in their order.
fn nearest(line: &str, real: &[&str]) -> String {
    let likeness = |at: &usize| strsim::normalized_levenshtein(line, real[*at]);
    let mut best: Vec<usize> = (0..real.len()).collect();
    best.sort_by(|a, b| likeness(b).total_cmp(&likeness(a)));
    best.truncate(3);
    best.sort_unstable();
    let lines = best
        .into_iter()
        .map(|at| format!("  {:>4}: {}\n", at + 1, real[at]));
    lines.collect()
}

#[test]
fn commands_do_what_is_shown() {
    let mut checker = Checker::new();
    let pages = page::pages();
    thread::scope(|scope| {
        let each = |page| {
            let mut checker = Checker::new();
            scope.spawn(move || {
                checker.page(page);
                checker
            })
        };
        let threads: Vec<_> = pages.iter().map(each).collect();
        for thread in threads {
            let done = thread.join().expect("no page panics");
            checker.flaws.extend(done.flaws);
            checker.altered.extend(done.altered);
            checker.left.extend(done.left);
        }
    });
    for (start, reason) in LEFT {
        if checker.motos.is_empty() && !checker.left.contains(reason) {
            checker.flaws.push(format!(
                "tests/documents/command.rs: no page shows `{start}` any more"
            ));
        }
    }
    if checker.update {
        checker.write();
    }
    let again = if checker.motos.is_empty() {
        "DOCUMENTS=update cargo test --test documents"
    } else {
        "DOCUMENTS=update python tests/baselines/test_moto.py Documentation"
    };
    let flaws = checker.flaws.join("\n\n");
    assert!(
        checker.flaws.is_empty(),
        "{flaws}\n\nto write new numbers: {again}\nchange the rest by hand"
    );
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    /// One without motos, that writes nothing.
    fn plain_checker() -> Checker {
        let mut checker = Checker::new();
        checker.motos.clear();
        checker.update = false;
        checker
    }

    fn flaws(markdown: &str) -> String {
        let mut checker = plain_checker();
        checker.page(&page::read("x.md", markdown));
        checker.flaws.join("\n")
    }

    const COUNT: &str =
        "```console\n$ lambda-conformance list other-region-qualified/alias\n…\n1 case\n```\n";

    #[test]
    fn a_page_that_is_right_has_no_flaw() {
        assert_eq!(flaws(COUNT), "");
    }

    #[rstest]
    #[case::number(&COUNT.replace("1 case", "2 case"), "numbers of")]
    #[case::output(&COUNT.replace("1 case", "1 cause"), "x.md:2: `lambda-conformance list other-region-qualified/alias` does not print")]
    #[case::option(
        "```sh\nlambda-conformance run --target moto --frobnicate\n```\n",
        "x.md:2: `lambda-conformance run"
    )]
    #[case::kind(
        "```sh\ncargo test\nmake\n```\n",
        "x.md:3: no test knows what to do with `make`"
    )]
    #[case::inline("See `cargo test --test nothing`.\n", "no test is called `nothing`")]
    #[case::variable(
        "```sh\nFROBNICATE=1 cargo test\n```\n",
        "nothing reads the variable `FROBNICATE`"
    )]
    #[case::emulator(
        "```console\n$ lambda-conformance run --target localstack\n…\n```\n",
        "only the output of moto"
    )]
    #[case::marker(
        "<!-- moto: bent -->\n```console\n$ lambda-conformance run --target moto\n…\n```\n",
        "called `bent`"
    )]
    #[case::not_run(
        "```console\n$ pip install moto\nfine\n```\n",
        "an output is shown of what is not run"
    )]
    #[case::no_command("```console\nfine\n```\n", "a block without a command")]
    fn a_flaw_is_found(#[case] markdown: &str, #[case] due: &str) {
        let told = flaws(markdown);
        assert!(told.contains(due), "{told}");
    }

    #[test]
    fn new_numbers_are_told_for_their_place() {
        let mut checker = plain_checker();
        let page = page::read("x.md", &COUNT.replace("1 case", "2 case"));
        checker.page(&page);
        let [(path, span, lines)] = &checker.altered[..] else {
            panic!("{:?}", checker.altered)
        };
        assert_eq!(
            (path.as_str(), &page.text[span.clone()], lines.as_str()),
            ("x.md", "…\n2 case\n", "…\n1 case\n")
        );
    }
}
