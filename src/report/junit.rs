//! The JUnit report: one `testcase` for each case, in the form that Jenkins' `junit-10.xsd` states and GitLab and GitHub
//! actions read.
//!
//! Whoever reads it green may take the run for good: a run that ends with another code than 0 has a failure or an error.

mod status;
mod text;

use std::{
    fmt::Write as _,
    io::{self, Write},
    time::Duration,
};

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use super::{
    exit::Class,
    summary::{Common, Judged, Summary},
    wording,
};
use crate::{coverage::Status, suite::Suite};

use status::{Details, line_of, non_success};
use text::{line, text};

/// The name of the report, and of the suite for what no case shows.
const NAME: &str = env!("CARGO_PKG_NAME");

/// Writes the report.
pub(super) fn write(summary: &Summary<'_>, to: &mut dyn Write) -> io::Result<()> {
    let mut suites = Suites(Vec::new());
    for judged in &summary.cases {
        suites.case(judged, summary);
    }
    for common in &summary.common {
        suites.common(common, summary);
    }
    for class in &summary.exit.classes {
        suites.class(*class, summary);
    }
    let mut report = Report::new(NAME);
    report.set_time(summary.duration);
    let properties = properties(summary);
    for mut suite in suites.0 {
        for (name, value) in &properties {
            suite.add_property((line(name), line(value)));
        }
        report.add_test_suite(suite);
    }
    let mut xml = report.to_string().map_err(io::Error::other)?;
    // The schema knows this attribute of a testsuite only. It is the first one that the crate writes: nothing that a
    // target or a case says stands before it.
    let skipped = format!(" skipped=\"{}\"", report.skipped);
    if let Some(at) = xml.find(&skipped) {
        xml.replace_range(at..at + skipped.len(), "");
    }
    to.write_all(xml.as_bytes())
}

/// The suites of the report: the topics, and one for what no case shows.
struct Suites(Vec<TestSuite>);

impl Suites {
    fn case(&mut self, judged: &Judged<'_>, summary: &Summary<'_>) {
        let (suite, case, outcome) = (judged.item.suite, judged.item.case, &judged.outcome);
        let mut about = format!("{}\nclauses {}", case.summary, case.clauses.join(", "));
        for note in &outcome.notes {
            let _ = write!(about, "\nnote {note}");
        }
        let gone: Vec<String> = outcome.gone.iter().map(line_of).collect();
        let details = Details {
            mismatches: &outcome.mismatches,
            gone: &gone,
            replay: &outcome.replay,
            title: &case.summary,
            finding: &|mismatch| summary.finding(&case.id, mismatch),
        };
        let status = if outcome.unlisted {
            let reason = outcome.verdict.reason().unwrap_or_default();
            non_success(NonSuccessKind::Error, Class::NotTestable.name(), &reason)
        } else {
            details.status(suite, &case.id, &outcome.verdict)
        };
        self.add(suite, &case.id, status, outcome.duration, &about);
    }

    fn common(&mut self, common: &Common, summary: &Summary<'_>) {
        let of = |suite: &&&Suite| suite.common(&common.clause) == common.id;
        let Some(suite) = summary.suites.iter().find(of) else {
            return;
        };
        let title = suite
            .clause(&common.clause)
            .and_then(|clause| clause.statements.first())
            .map_or("", |statement| statement.says.as_str());
        let gone: Vec<String> = summary
            .cases
            .iter()
            .filter(|judged| judged.item.suite.id == suite.id)
            .flat_map(Judged::gone_elsewhere)
            .filter(|(_, clause)| *clause == common.clause)
            .map(|(gone, _)| line_of(gone))
            .collect();
        let mut replays = summary.showing(common).map(|it| &it.outcome.replay);
        let details = Details {
            mismatches: &common.mismatches,
            gone: &gone,
            replay: replays
                .find(|replay| !replay.is_empty())
                .map_or("", |it| it),
            title,
            finding: &|mismatch| summary.finding("", mismatch),
        };
        let status = details.status(suite, &common.id, &common.verdict());
        let mut about = format!("{title}\nclauses {}", common.clause);
        for case in &common.seen {
            let _ = write!(about, "\nseen in {case}");
        }
        self.add(suite, &common.id, status, Duration::ZERO, &about);
    }

    /// What no case shows: that the run ended early, decided nothing or left something; and anything else, if all is green.
    fn class(&mut self, class: Class, summary: &Summary<'_>) {
        let shown = match class {
            Class::Interrupted
            | Class::Unreachable
            | Class::NothingDecided
            | Class::NotDecided
            | Class::CleanUp => false,
            Class::NotTestable | Class::Usage | Class::Mismatch | Class::Stale | Class::Expired => {
                let mut suites = self.0.iter();
                suites.any(|suite| suite.failures + suite.errors > 0)
            }
        };
        if shown {
            return;
        }
        let mut reason = format!("the run ended with {}", class.name());
        if class == Class::CleanUp {
            for left in &summary.left {
                let _ = write!(reason, "\nleft on the target: {left}");
            }
        }
        for stale in summary.stale.iter().filter(|_| class == Class::Stale) {
            let _ = write!(reason, "\n{}: {}", stale.entry, stale.what);
        }
        let status = non_success(NonSuccessKind::Error, class.name(), &reason);
        self.push(NAME, TestCase::new(class.name(), status), Duration::ZERO);
    }

    fn add(
        &mut self,
        suite: &Suite,
        id: &str,
        status: TestCaseStatus,
        took: Duration,
        about: &str,
    ) {
        let (topic, name) = id
            .strip_prefix(&suite.id)
            .and_then(|rest| rest.strip_prefix('/'))
            .and_then(|rest| rest.split_once('/'))
            .unwrap_or(("cases", id));
        let mut case = TestCase::new(line(name), status);
        case.set_system_out(text(about));
        self.push(&format!("{}/{topic}", suite.id), case, took);
    }

    fn push(&mut self, suite: &str, mut case: TestCase, took: Duration) {
        // Jenkins makes packages and classes of what the dots part
        case.set_classname(line(&suite.replace('/', ".")));
        case.set_time(took);
        let at = self.0.iter().position(|known| known.name == *suite);
        let at = at.unwrap_or_else(|| {
            self.0.push(TestSuite::new(suite));
            self.0.len() - 1
        });
        let suite = &mut self.0[at];
        suite.set_time(suite.time.unwrap_or_default() + took);
        suite.add_test_case(case);
    }
}

/// Of the run; the schema has no place for them above the suites.
fn properties(summary: &Summary<'_>) -> Vec<(&'static str, String)> {
    let header = summary.header;
    let coverage = &summary.coverage;
    let open = coverage.of(Status::NotDecided);
    let open: Vec<&str> = open.map(|covered| covered.clause.id.as_str()).collect();
    let clauses = |status: Status| coverage.count(status).to_string();
    vec![
        ("tool", format!("{NAME} {}", env!("CARGO_PKG_VERSION"))),
        ("target", header.target.clone()),
        ("endpoint", header.endpoint.clone()),
        ("region", header.region.clone()),
        ("account", header.account.clone().unwrap_or_default()),
        ("level", header.level.name().to_owned()),
        ("capabilities", header.capabilities.join(", ")),
        ("conclusion", wording::conclusion(summary)),
        ("exit-code", summary.exit.code().to_string()),
        ("exit-classes", wording::classes(summary).join(", ")),
        ("findings", summary.findings.len().to_string()),
        ("causes", summary.causes.len().to_string()),
        ("clauses", coverage.clauses.len().to_string()),
        ("clauses-met", clauses(Status::Met)),
        ("clauses-failed", clauses(Status::Failed)),
        ("clauses-not-decided", clauses(Status::NotDecided)),
        ("clauses-not-testable", clauses(Status::NotTestable)),
        ("not-decided", open.join(", ")),
    ]
}
