//! The [`FORMATS`] of reports: a new one is a file with its writer, and a line here.

use std::{
    io::{self, Write},
    path::PathBuf,
    str::FromStr,
};

#[cfg(feature = "junit")]
use super::junit;
use super::{
    event::{Event, Reporter},
    github, json, markdown,
    summary::Summary,
};

/// Writes the whole report of a run.
pub type Writer = fn(&Summary<'_>, &mut dyn Write) -> io::Result<()>;

/// A form in which a run can be reported besides the terminal's.
#[derive(Clone, Copy, Debug)]
pub struct Format {
    /// The word for it behind `--report`.
    pub name: &'static str,
    /// Where it goes.
    pub to: To,
    /// What it is, for the help.
    pub about: &'static str,
    /// Writes it.
    pub write: Writer,
    /// What may stand behind the file, after a comma, and what is written then.
    pub more: &'static [(&'static str, Writer)],
}

/// Where a report goes.
#[derive(Clone, Copy, Debug)]
pub enum To {
    /// To the file that is named behind `=`.
    File,
    /// To standard output, when the run is over; another report is added to the file that a variable names, if it does.
    Output {
        /// The variable.
        variable: &'static str,
        /// Writes the other report.
        also: Writer,
    },
}

/// Every format.
pub const FORMATS: &[Format] = &[
    Format {
        name: "json",
        to: To::File,
        about: "for programs",
        write: json::write,
        more: &[("answers=all", json::write_all)],
    },
    #[cfg(feature = "junit")]
    Format {
        name: "junit",
        to: To::File,
        about: "for CI servers",
        write: junit::write,
        more: &[],
    },
    Format {
        name: "markdown",
        to: To::File,
        about: "for a comment or a wiki",
        write: markdown::write,
        more: &[],
    },
    Format {
        name: "github",
        to: GITHUB,
        about: "annotations and the step summary of GitHub Actions",
        write: github::write,
        more: &[],
    },
];

const GITHUB: To = To::Output {
    variable: "GITHUB_STEP_SUMMARY",
    also: markdown::write,
};

impl Format {
    /// What is written behind `--report` for it.
    fn usage(&self) -> String {
        match self.to {
            To::File => {
                let more = self.more.iter();
                let more: String = more.map(|(word, _)| format!("[,{word}]")).collect();
                format!("{}=FILE{more}", self.name)
            }
            To::Output { .. } => self.name.to_owned(),
        }
    }

    fn takes(&self, file: Option<&str>) -> bool {
        match self.to {
            To::File => file.is_some_and(|file| !file.is_empty()),
            To::Output { .. } => file.is_none(),
        }
    }
}

/// A report that is wanted: what stands behind `--report`.
#[derive(Clone, Debug)]
pub struct Order {
    /// The format.
    pub format: &'static Format,
    /// The file, where the format goes to one.
    pub file: Option<PathBuf>,
    /// Writes it.
    pub write: Writer,
}

impl Order {
    /// Whether it goes to standard output because a file is called `-`.
    pub fn is_printed(&self) -> bool {
        self.file
            .as_deref()
            .is_some_and(|file| file.as_os_str() == "-")
    }
}

impl FromStr for Order {
    type Err = String;

    fn from_str(text: &str) -> Result<Order, String> {
        let (name, file) = match text.split_once('=') {
            Some((name, file)) => (name, Some(file)),
            None => (text, None),
        };
        let format = FORMATS.iter().find(|format| format.name == name);
        match format {
            Some(format) if format.takes(file) => {
                let ends = |(word, _): &&(&str, Writer)| {
                    let before = file.and_then(|file| file.strip_suffix(word));
                    before.is_some_and(|before| before.len() > 1 && before.ends_with(','))
                };
                let more = format.more.iter().find(ends);
                let file = file.map(|file| {
                    let end = more.map_or(0, |(word, _)| word.len() + 1);
                    PathBuf::from(&file[..file.len() - end])
                });
                Ok(Order {
                    format,
                    file,
                    write: more.map_or(format.write, |(_, write)| *write),
                })
            }
            Some(format) => Err(format!("write `{}`", format.usage())),
            None => {
                let usages: Vec<String> = FORMATS.iter().map(Format::usage).collect();
                Err(format!(
                    "unknown format `{name}`; known: `{}`",
                    usages.join("`, `")
                ))
            }
        }
    }
}

/// The help of `--report`.
pub fn help() -> String {
    let formats = FORMATS.iter();
    let formats: Vec<String> = formats
        .map(|format| format!("{} ({})", format.usage(), format.about))
        .collect();
    format!(
        "Also write a report: {}; FILE may be `-`, standard output; may be repeated",
        formats.join(", ")
    )
}

/// A report that is written when the run is over.
pub struct Pending<W> {
    to: W,
    write: Writer,
}

impl<W: Write> Pending<W> {
    /// What `write` writes goes to `to`.
    pub fn new(write: Writer, to: W) -> Pending<W> {
        Pending { to, write }
    }
}

impl<W: Write> Reporter for Pending<W> {
    fn event(&mut self, event: &Event<'_>) -> io::Result<()> {
        match event {
            Event::Finished(summary) => {
                (self.write)(summary, &mut self.to)?;
                self.to.flush()
            }
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[test]
    fn the_help_and_the_mistake_name_every_format() {
        let mistake = "yaml=x".parse::<Order>().expect_err("no format");
        for format in FORMATS {
            assert!(help().contains(&format.usage()), "{}", format.name);
            assert!(mistake.contains(&format.usage()), "{}", format.name);
        }
    }

    #[rstest]
    #[case("json", "write `json=FILE[,answers=all]`")]
    #[case("json=", "write `json=FILE[,answers=all]`")]
    #[case("github=x", "write `github`")]
    #[case("github=", "write `github`")]
    fn a_format_has_a_file_or_none(#[case] text: &str, #[case] due: &str) {
        assert_eq!(text.parse::<Order>().expect_err("a mistake"), due);
    }

    #[test]
    fn what_stands_behind_the_file_is_no_part_of_its_name() {
        for (text, due) in [
            ("json=a,answers=all", "a"),
            ("json=a,answers=none", "a,answers=none"),
            ("json=,answers=all", ",answers=all"),
            ("junit=a,answers=all", "a,answers=all"),
        ] {
            let order: Order = text.parse().expect("good");
            assert_eq!(order.file, Some(PathBuf::from(due)), "{text}");
        }
    }

    #[test]
    fn a_file_may_have_an_equals_sign() {
        let order: Order = "json=a=b".parse().expect("good");
        assert_eq!(order.file, Some(PathBuf::from("a=b")));
        assert!("github".parse::<Order>().is_ok_and(|it| it.file.is_none()));
    }
}
