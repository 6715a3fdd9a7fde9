//! The words that several reports share: verdicts, what a run comes to, how much of the contract is met, what a clause
//! states.

use std::time::Duration;

use time::{Date, OffsetDateTime};

use super::{
    exit::Class,
    summary::{Noticed, Refused, Summary, Unanswered, Waiting},
};
use crate::{
    clause::{Clause, Statement},
    coverage::{Coverage, Status},
    finding::{Finding, Reached},
    prose::{count, flat},
    suite::Suite,
    verdict::Mismatch,
};

/// The verdicts in the order of the reports, each with the words for how many cases have it.
pub(crate) const VERDICTS: [(&str, &str); 6] = [
    ("passed", "passed"),
    ("failed", "failed"),
    ("known", "known"),
    ("stale", "stale"),
    ("not-testable", "not testable"),
    ("inconclusive", "without an answer"),
];

/// What a run says that makes a role only then, before it sends anything.
pub(crate) const MAKES_ROLE: &str = "makes a role if CreateFunction asks for one";

/// What a run comes to, in a few words: those of the class that decides the exit code, then what applies besides. Every
/// report has its words from here.
pub(crate) fn conclusion(summary: &Summary<'_>) -> String {
    let Some((first, more)) = summary.exit.classes.split_first() else {
        let word = if summary.written.is_some() {
            "baseline written"
        } else if summary.is_excused() {
            "matches the baseline"
        } else {
            "conforms"
        };
        return word.to_owned();
    };
    let more: Vec<&str> = more.iter().map(|class| word(*class)).collect();
    match more.as_slice() {
        [] => word(*first).to_owned(),
        more => format!("{} (also {})", word(*first), more.join(", ")),
    }
}

fn word(class: Class) -> &'static str {
    match class {
        Class::Mismatch => "does not conform",
        class => class.name(),
    }
}

/// The last line of a run on the terminal, from what it came to, the counts, and what they are of.
pub(crate) fn last_line(summary: &Summary<'_>, counts: &str, of: &str) -> String {
    let unjudged = summary.header.cases.saturating_sub(summary.cases.len());
    let unjudged = match unjudged {
        0 => String::new(),
        number => format!(", {number} not run"),
    };
    format!(
        "{}: {counts}{unjudged} ({of}, {:.2} s)",
        conclusion(summary),
        summary.duration.as_secs_f64(),
    )
}

/// How many cases have each verdict; those that none has are left out, apart from `passed` and `failed`.
pub(crate) fn counts(summary: &Summary<'_>) -> String {
    let counts: Vec<String> = VERDICTS
        .iter()
        .map(|(name, words)| (summary.count(name), *words))
        .filter(|(number, words)| *number > 0 || ["passed", "failed"].contains(words))
        .map(|(number, words)| format!("{number} {words}"))
        .collect();
    counts.join(", ")
}

/// What the target refused to set up, and how many cases that concerns.
pub(crate) fn refused(refused: &Refused<'_>) -> String {
    format!(
        "{}: {}",
        count(refused.cases.len(), "case"),
        refused.refusal
    )
}

/// What cases got instead of an answer, and how many.
pub(crate) fn unanswered(unanswered: &Unanswered) -> String {
    let cases = count(unanswered.cases.len(), "case");
    format!("{cases}: {}", flat(&unanswered.reason))
}

/// How long a run waited and how long it may; nothing where it hardly did.
pub(crate) fn waited(waiting: &Waiting) -> Option<String> {
    const LITTLE: Duration = Duration::from_secs(1);
    let Waiting {
        in_all,
        in_vain,
        limit,
    } = waiting;
    (*in_all >= LITTLE).then(|| {
        format!(
            "waited {:.1} s for functions to settle, {:.1} s of it in vain, of {} s that a run waits in vain",
            in_all.as_secs_f64(),
            in_vain.as_secs_f64(),
            limit.as_secs(),
        )
    })
}

/// The names of the classes of a run.
pub(crate) fn classes(summary: &Summary<'_>) -> Vec<&'static str> {
    let classes = summary.exit.classes.iter();
    classes.map(|class| class.name()).collect()
}

/// How many clauses of the contract are met, failed, not decided and not testable.
pub(crate) fn contract(coverage: &Coverage<'_>) -> String {
    format!(
        "{} of {} met, {} failed, {} not decided, {} not testable",
        coverage.count(Status::Met),
        count(coverage.clauses.len(), "clause"),
        coverage.count(Status::Failed),
        coverage.count(Status::NotDecided),
        coverage.count(Status::NotTestable),
    )
}

/// A mismatch in one line: how it differs, where, what was expected and what was found.
pub(crate) fn difference(mismatch: &Mismatch, value: impl Fn(&str) -> String) -> String {
    format!(
        "{} {}: expected {}, found {}",
        mismatch.kind.name(),
        mismatch.at,
        value(&mismatch.expected),
        value(&mismatch.found),
    )
}

/// What a mismatch rests on, and how strictly a run has to judge to see it: one may be `observed` and the other not.
pub(crate) fn source(mismatch: &Mismatch) -> String {
    format!("basis {}, level {}", mismatch.basis, mismatch.level)
}

/// In how many requests a finding shows, and how many there are where it does not.
pub(crate) fn reached(finding: &Finding) -> String {
    let Reached {
        failing,
        of,
        elsewhere,
        others,
    } = finding.reached;
    let these = if finding.factors.is_empty() {
        "requests"
    } else {
        "such requests"
    };
    let mut text = format!("{failing} of {of} {these}");
    if others > 0 {
        text.push_str(&format!(", {elsewhere} of {others} others"));
    }
    if finding.known > 0 {
        text.push_str(&format!("; {} more are known", finding.known));
    }
    text
}

/// What users of the target will notice, and who did elsewhere.
pub(crate) fn noticed(noticed: &Noticed<'_>) -> String {
    format!(
        "{} ({}, as in {})",
        noticed.says,
        noticed.clauses.join(", "),
        noticed.issues.join(", ")
    )
}

/// What a statement rests on, and how old that is.
pub(crate) fn origin(statement: &Statement) -> String {
    let mut from = match &statement.on {
        Some(on) => format!("recorded on {on}"),
        None => statement.basis.name().to_owned(),
    };
    if let Some(date) = &statement.date {
        from.push_str(&format!(", {date}{}", age(*date)));
    }
    from
}

/// What a clause states and what that rests on, a line each.
pub(crate) fn stated(clause: &Clause, suite: &Suite) -> Vec<String> {
    let mut lines = Vec::new();
    for statement in &clause.statements {
        lines.push(format!(
            "  contract   {} ({})",
            statement.says,
            origin(statement)
        ));
        for evidence in &statement.evidence {
            let key = evidence.split_whitespace().next().unwrap_or_default();
            let (mut source, mut day) = ("", String::new());
            if let Some(known) = suite.service.evidence.get(key) {
                source = &known.source;
                if let Some(date) = &known.date {
                    day = format!(" ({date}{})", age(*date));
                }
            }
            lines.push(format!("  evidence   {evidence}: {source}{day}"));
        }
    }
    lines
}

/// How many days ago a day was.
fn age(day: Date) -> String {
    let days = (OffsetDateTime::now_utc().date() - day).whole_days();
    format!(", {days} days ago")
}
