//! Annotations for GitHub Actions: workflow commands, each on a line of its own, when the run is over.
//!
//! The job summary is [`super::markdown`], added to the file that `GITHUB_STEP_SUMMARY` names.

use std::{
    fmt::Write as _,
    io::{self, Write},
};

use super::{
    exit::Class,
    summary::{Stale, Summary},
    wording,
};
use crate::{
    coverage::Status,
    finding::Finding,
    prose::{count, first, short},
    sink::visible_lines,
    span::Place,
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

/// What fails the run: what concerns all of it, then the findings.
fn errors(summary: &Summary<'_>) -> Vec<Annotation> {
    let mut errors = Vec::new();
    for class in &summary.exit.classes {
        let message = match class {
            Class::Interrupted => "the run was interrupted".to_owned(),
            Class::Unreachable => {
                let number = count(summary.count("inconclusive"), "case");
                let unanswered = summary.unanswered();
                let lines: Vec<String> = unanswered.iter().map(wording::unanswered).collect();
                let lines = first(&lines, NAMED).join("\n");
                format!("the target is gone or left {number} without an answer\n{lines}")
            }
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
    let findings = summary.findings.iter();
    errors.extend(findings.map(|finding| annotation(finding, summary)));
    let overtaken = summary.overtaken();
    errors.extend(
        overtaken
            .iter()
            .map(|one| entry("overtaken entry of the baseline", one)),
    );
    errors
}

/// An entry of the baseline that does not hold any more.
fn entry(title: &str, stale: &Stale) -> Annotation {
    Annotation {
        place: Some(stale.entry.clone()),
        title: title.to_owned(),
        message: format!("{}{}", stale.what, named(&stale.cases)),
    }
}

/// A finding, where the case or the snapshot asserts what it is shown by.
fn annotation(finding: &Finding, summary: &Summary<'_>) -> Annotation {
    let shown = &finding.shown.mismatch;
    let mut message = format!(
        "{}\n{}\n{} [{}]",
        finding.sentence,
        wording::reached(finding),
        wording::difference(shown, short),
        wording::source(shown)
    );
    if let Some(statement) = summary.statement(&finding.clause) {
        let _ = write!(message, "\ncontract: {}", statement.says);
    }
    message.push_str(&named(&finding.cases));
    Annotation {
        place: Some(shown.place.clone()),
        title: format!("{} {}", finding.clause, finding.id),
        message,
    }
}

fn stale(summary: &Summary<'_>) -> Vec<Annotation> {
    let stale = summary.stale.iter();
    stale
        .map(|one| entry("stale entry of the baseline", one))
        .collect()
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
