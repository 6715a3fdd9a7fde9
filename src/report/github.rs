//! Annotations for GitHub Actions: workflow commands, each on a line of its own, when the run is over.
//!
//! The job summary is [`super::markdown`], added to the file that `GITHUB_STEP_SUMMARY` names.

use std::{
    fmt::Write as _,
    io::{self, Write},
};

use super::{
    Class, Event, Reporter, Summary,
    terminal::{count, short},
};
use crate::{
    coverage::Status,
    span::Place,
    verdict::{Cause, Listed},
};

/// GitHub shows so many annotations of each kind for a step; the rest only stands in the log.
const SHOWN: usize = 10;

/// How many cases of a cause are named.
const NAMED: usize = 3;

/// Writes the annotations.
pub struct Github<W> {
    to: W,
}

/// What GitHub is told of one thing.
struct Annotation {
    place: Option<Place>,
    title: String,
    message: String,
}

impl<W: Write> Github<W> {
    /// Annotations that are written to `to`, which is at the start of a line when a run is over.
    pub fn new(to: W) -> Github<W> {
        Github { to }
    }

    fn finished(&mut self, summary: &Summary<'_>) -> io::Result<()> {
        let stale: Vec<Annotation> = summary
            .stale
            .iter()
            .map(|stale| Annotation {
                place: Some(stale.entry.clone()),
                title: "listed and no longer so".to_owned(),
                message: format!("{}{}", stale.what, named(&stale.cases)),
            })
            .collect();
        self.all("error", errors(summary))?;
        self.all("warning", stale)?;
        self.all("notice", known(summary))?;
        self.to.flush()
    }

    /// Writes as many as are shown; the last of them counts the rest.
    fn all(&mut self, kind: &str, mut annotations: Vec<Annotation>) -> io::Result<()> {
        if annotations.len() > SHOWN {
            let more = annotations.len() - (SHOWN - 1);
            annotations.truncate(SHOWN - 1);
            annotations.push(Annotation {
                place: None,
                title: format!("{more} more"),
                message: format!(
                    "{more} more of this kind; the job summary and the other reports list them"
                ),
            });
        }
        for annotation in annotations {
            let mut properties = String::new();
            if let Some(place) = &annotation.place {
                let file = property(&place.source.path);
                let _ = write!(properties, "file={file},line={},", place.line());
            }
            writeln!(
                self.to,
                "::{kind} {properties}title={}::{}",
                property(&annotation.title),
                data(&annotation.message),
            )?;
        }
        Ok(())
    }
}

impl<W: Write> Reporter for Github<W> {
    fn event(&mut self, event: &Event<'_>) -> io::Result<()> {
        match event {
            Event::Started(_) | Event::Judged(..) => Ok(()),
            Event::Finished(summary) => self.finished(summary),
        }
    }
}

/// What fails the run: what concerns all of it, then the causes.
fn errors(summary: &Summary<'_>) -> Vec<Annotation> {
    let mut errors = Vec::new();
    for class in &summary.exit.classes {
        let message = match class {
            Class::Interrupted => "the run was interrupted".to_owned(),
            Class::Unreachable => format!(
                "the target is gone or left {} without an answer",
                count(summary.count("inconclusive"), "case")
            ),
            Class::NothingVerified => "nothing was verified".to_owned(),
            Class::Unverified => format!(
                "nothing was decided of {}",
                count(summary.coverage.count(Status::Unverified), "clause")
            ),
            Class::CleanUp => format!("left on the target: {}", summary.left.join("\n")),
            Class::Usage | Class::Mismatch | Class::Stale | Class::Expired => continue,
        };
        errors.push(Annotation {
            place: None,
            title: class.name().to_owned(),
            message,
        });
    }
    if !summary.unlisted.is_empty() {
        errors.push(Annotation {
            place: None,
            title: format!(
                "{} newly not testable",
                count(summary.unlisted.len(), "case")
            ),
            message: first(&summary.unlisted),
        });
    }
    let causes = summary.by_weight().into_iter();
    errors.extend(causes.map(|cause| annotation(cause, summary)));
    errors
}

/// A cause, at its entry in the baseline if there is one, else where the case or the snapshot asserts it.
fn annotation(cause: &Cause, summary: &Summary<'_>) -> Annotation {
    let first = &cause.first;
    let mut message = format!(
        "{} {}: expected {}, found {} [{}]",
        first.kind.name(),
        first.at,
        short(&first.expected),
        short(&first.found),
        first.basis,
    );
    let place = match &first.listed {
        Listed::No | Listed::Known { .. } => &first.place,
        Listed::Expired { entry, on } => {
            let _ = write!(message, "\nknown until {on}");
            entry
        }
        Listed::Otherwise { entry, pinned } => {
            let _ = write!(message, "\nknown with {}", short(pinned));
            entry
        }
    };
    let says = summary
        .suites
        .iter()
        .find_map(|suite| suite.clause(&first.clause))
        .and_then(|clause| clause.statements.first());
    if let Some(statement) = says {
        let _ = write!(message, "\ncontract: {}", statement.says);
    }
    message.push_str(&named(&cause.cases));
    Annotation {
        place: Some(place.clone()),
        title: first.clause.clone(),
        message,
    }
}

fn known(summary: &Summary<'_>) -> Vec<Annotation> {
    if summary.known.is_empty() {
        return Vec::new();
    }
    let causes = count(summary.known.len(), "cause");
    let cases = count(summary.count("known"), "case");
    vec![Annotation {
        place: None,
        title: format!("{causes} known"),
        message: format!("{causes} as the baseline has them; {cases} differ in nothing else"),
    }]
}

fn named(cases: &[String]) -> String {
    format!("\n{}", first(cases))
}

/// The first of them, each in a line of its own, and how many there are besides.
fn first(items: &[String]) -> String {
    let mut shown: Vec<String> = items.iter().take(NAMED).cloned().collect();
    if items.len() > NAMED {
        shown.push(format!("and {} more", items.len() - NAMED));
    }
    shown.join("\n")
}

/// What stands behind the second `::`.
fn data(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '%' => out.push_str("%25"),
            '\r' => out.push_str("%0D"),
            '\n' => out.push_str("%0A"),
            c if c.is_control() => out.extend(c.escape_default()),
            c => out.push(c),
        }
    }
    out
}

/// The value of a property, which a colon and a comma end.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
