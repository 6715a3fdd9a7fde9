//! Annotations for GitHub Actions: workflow commands, each on a line of its own, when the run is over.
//!
//! The job summary is [`super::markdown`], added to the file that `GITHUB_STEP_SUMMARY` names.

use std::{
    fmt::Write as _,
    io::{self, Write},
};

use super::{exit::Class, summary::Summary, wording};
use crate::{
    coverage::Status,
    prose::{count, first, short},
    sink::visible_lines,
    span::Place,
    verdict::{Cause, Listed},
};

/// GitHub shows so many annotations of each kind for a step; the rest only stands in the log.
const SHOWN: usize = 10;

/// How many cases of a cause are named.
const NAMED: usize = 3;

/// What GitHub is told of one thing.
struct Annotation {
    place: Option<Place>,
    title: String,
    message: String,
}

/// Writes the annotations to what is at the start of a line.
pub(super) fn write(summary: &Summary<'_>, to: &mut dyn Write) -> io::Result<()> {
    all("error", errors(summary), to)?;
    all("warning", stale(summary), to)?;
    all("notice", known(summary), to)
}

/// Writes as many as are shown; the last of them counts the rest.
fn all(kind: &str, mut annotations: Vec<Annotation>, to: &mut dyn Write) -> io::Result<()> {
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
            to,
            "::{kind} {properties}title={}::{}",
            property(&annotation.title),
            data(&annotation.message),
        )?;
    }
    Ok(())
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
            Class::NothingDecided => "no clause of the contract was decided".to_owned(),
            Class::NotDecided => format!(
                "{} not decided",
                count(summary.coverage.count(Status::NotDecided), "clause")
            ),
            Class::CleanUp => format!("left on the target: {}", summary.left.join("\n")),
            Class::NotTestable => {
                let number = count(summary.unlisted().len(), "case");
                let refused = summary.refused();
                let refused = refused.iter().filter(|refused| !refused.listed);
                let lines: Vec<String> = refused.map(wording::refused).collect();
                let lines = first(&lines, NAMED).join("\n");
                format!("the target refused to set up {number}\n{lines}")
            }
            Class::Usage | Class::Mismatch | Class::Stale | Class::Expired => continue,
        };
        errors.push(Annotation {
            place: None,
            title: class.name().to_owned(),
            message,
        });
    }
    let causes = summary.by_weight().into_iter();
    errors.extend(causes.map(|cause| annotation(cause, summary)));
    errors
}

/// A cause, at its entry in the baseline if there is one, else where the case or the snapshot asserts it.
fn annotation(cause: &Cause, summary: &Summary<'_>) -> Annotation {
    let shown = &cause.first;
    let mut message = format!(
        "{} [{}]",
        wording::difference(shown, short),
        wording::source(shown)
    );
    let place = match &shown.listed {
        Listed::No | Listed::Known { .. } => &shown.place,
        Listed::Expired { entry, on } => {
            let _ = write!(message, "\nthe baseline's entry expired on {on}");
            entry
        }
        Listed::Otherwise { entry, pinned } => {
            let _ = write!(message, "\nthe baseline lists {}", short(pinned));
            entry
        }
    };
    let says = summary
        .suite_of(&shown.clause)
        .and_then(|suite| suite.clause(&shown.clause))
        .and_then(|clause| clause.statements.first());
    if let Some(statement) = says {
        let _ = write!(message, "\ncontract: {}", statement.says);
    }
    message.push_str(&named(&cause.cases));
    Annotation {
        place: Some(place.clone()),
        title: shown.clause.clone(),
        message,
    }
}

fn stale(summary: &Summary<'_>) -> Vec<Annotation> {
    let stale = summary.stale.iter().map(|stale| Annotation {
        place: Some(stale.entry.clone()),
        title: "stale entry of the baseline".to_owned(),
        message: format!("{}{}", stale.what, named(&stale.cases)),
    });
    stale.collect()
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
        message: format!("{causes} listed in the baseline; {cases} differ in nothing else"),
    }]
}

/// The first of these cases, each in a line of its own.
fn named(cases: &[String]) -> String {
    format!("\n{}", first(cases, NAMED).join("\n"))
}

/// What stands behind the second `::`.
fn data(text: &str) -> String {
    let text = visible_lines(&text.replace('\r', " "));
    text.replace('%', "%25").replace('\n', "%0A")
}

/// The value of a property, which a colon and a comma end.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
