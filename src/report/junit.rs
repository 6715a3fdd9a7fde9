//! The JUnit report: one `testcase` for each case, in the form that Jenkins' `junit-10.xsd` states and GitLab and GitHub
//! actions read.
//!
//! Whoever reads it green may take the run for good: a run that ends with another code than 0 has a failure or an error.

mod found;
mod text;

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    io::{self, Write},
    time::Duration,
};

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use super::{Class, Common, Event, Reporter, Summary};
use crate::{coverage::Status, plan::Item, suite::Suite, verdict::Outcome};

use found::{Found, line_of, non_success};
use text::{line, text};

/// The name of the report, and of the suite for what no case shows.
const NAME: &str = env!("CARGO_PKG_NAME");

/// Writes the report when the run is over.
pub struct Junit<W> {
    to: W,
    suites: Vec<TestSuite>,
    always: BTreeMap<String, Seen>,
}

/// What is kept of the answers that every assertion of a common case was made of.
#[derive(Default)]
struct Seen {
    replay: String,
    gone: Vec<String>,
}

impl<W: Write> Junit<W> {
    /// A report that is written to `to`.
    pub fn new(to: W) -> Junit<W> {
        Junit {
            to,
            suites: Vec::new(),
            always: BTreeMap::new(),
        }
    }

    fn judged(&mut self, item: &Item<'_>, outcome: &Outcome) {
        let Item { suite, case } = item;
        for mismatch in &outcome.common {
            let seen = self.always(suite, &mismatch.clause);
            if seen.replay.is_empty() {
                seen.replay.clone_from(&outcome.replay);
            }
        }
        for gone in &outcome.gone {
            if let Some(clause) = gone.clause.as_ref().filter(|it| !case.clauses.contains(it)) {
                self.always(suite, clause).gone.push(line_of(gone));
            }
        }
        let mut about = format!("{}\nclauses {}", case.summary, case.clauses.join(", "));
        for note in &outcome.notes {
            let _ = write!(about, "\nnote {note}");
        }
        let gone: Vec<String> = outcome.gone.iter().map(line_of).collect();
        let found = Found {
            mismatches: &outcome.mismatches,
            gone: &gone,
            replay: &outcome.replay,
            title: &case.summary,
        };
        let status = if outcome.unlisted {
            let reason = outcome.verdict.reason().unwrap_or_default();
            non_success(NonSuccessKind::Failure, "newly-not-testable", &reason)
        } else {
            found.status(suite, &case.id, &outcome.verdict)
        };
        self.add(suite, &case.id, status, outcome.duration, &about);
    }

    fn always(&mut self, suite: &Suite, clause: &str) -> &mut Seen {
        self.always.entry(suite.common(clause)).or_default()
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
        self.push(&format!("{}/{topic}", suite.id), name, status, took, about);
    }

    fn push(
        &mut self,
        suite: &str,
        name: &str,
        status: TestCaseStatus,
        took: Duration,
        about: &str,
    ) {
        let mut case = TestCase::new(line(name), status);
        // Jenkins makes packages and classes of what the dots part
        case.set_classname(line(&suite.replace('/', ".")));
        case.set_time(took);
        if !about.is_empty() {
            case.set_system_out(text(about));
        }
        let at = self
            .suites
            .iter()
            .position(|known| known.name == *suite)
            .unwrap_or_else(|| {
                self.suites.push(TestSuite::new(suite));
                self.suites.len() - 1
            });
        let suite = &mut self.suites[at];
        suite.set_time(suite.time.unwrap_or_default() + took);
        suite.add_test_case(case);
    }

    fn finished(&mut self, summary: &Summary<'_>) -> io::Result<()> {
        for common in &summary.common {
            self.common(common, summary);
        }
        for class in &summary.exit.classes {
            self.run(*class, summary);
        }
        let mut report = Report::new(NAME);
        report.set_time(summary.duration);
        let properties = properties(summary);
        for mut suite in std::mem::take(&mut self.suites) {
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
        self.to.write_all(xml.as_bytes())?;
        self.to.flush()
    }

    fn common(&mut self, common: &Common, summary: &Summary<'_>) {
        let Some(suite) = summary
            .suites
            .iter()
            .find(|suite| suite.common(&common.clause) == common.id)
        else {
            return;
        };
        let seen = self.always.remove(&common.id).unwrap_or_default();
        let title = suite
            .clause(&common.clause)
            .and_then(|clause| clause.statements.first())
            .map_or("", |statement| statement.says.as_str());
        let found = Found {
            mismatches: &common.mismatches,
            gone: &seen.gone,
            replay: &seen.replay,
            title,
        };
        let status = found.status(suite, &common.id, &common.verdict());
        let mut about = format!("{title}\nclauses {}", common.clause);
        for case in &common.seen {
            let _ = write!(about, "\nseen in {case}");
        }
        self.add(suite, &common.id, status, Duration::ZERO, &about);
    }

    /// What no case shows: that the run ended early, verified nothing or left something; and anything else, if all is green.
    fn run(&mut self, class: Class, summary: &Summary<'_>) {
        let shown = match class {
            Class::Interrupted
            | Class::Unreachable
            | Class::NothingVerified
            | Class::Unverified
            | Class::CleanUp => false,
            Class::Usage | Class::Mismatch | Class::Stale | Class::Expired => self
                .suites
                .iter()
                .any(|suite| suite.failures + suite.errors > 0),
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
        self.push(NAME, class.name(), status, Duration::ZERO, "");
    }
}

impl<W: Write> Reporter for Junit<W> {
    fn event(&mut self, event: &Event<'_>) -> io::Result<()> {
        match event {
            Event::Started(_) => Ok(()),
            Event::Judged(item, outcome) => {
                self.judged(item, outcome);
                Ok(())
            }
            Event::Finished(summary) => self.finished(summary),
        }
    }
}

/// Of the run; the schema has no place for them above the suites.
fn properties(summary: &Summary<'_>) -> Vec<(&'static str, String)> {
    let header = summary.header;
    let coverage = &summary.coverage;
    let classes: Vec<&str> = summary
        .exit
        .classes
        .iter()
        .map(|class| class.name())
        .collect();
    let unverified: Vec<&str> = coverage
        .of(Status::Unverified)
        .map(|covered| covered.clause.id.as_str())
        .collect();
    vec![
        ("tool", format!("{NAME} {}", env!("CARGO_PKG_VERSION"))),
        ("target", header.target.clone()),
        ("endpoint", header.endpoint.clone()),
        ("region", header.region.clone()),
        ("account", header.account.clone().unwrap_or_default()),
        ("level", header.level.name().to_owned()),
        ("capabilities", header.capabilities.join(", ")),
        ("exit-code", summary.exit.code().to_string()),
        ("exit-classes", classes.join(", ")),
        ("causes", summary.causes.len().to_string()),
        ("clauses", coverage.clauses.len().to_string()),
        ("clauses-verified", coverage.decided().to_string()),
        (
            "clauses-not-testable",
            coverage.count(Status::NotTestable).to_string(),
        ),
        ("clauses-not-reached", unverified.join(", ")),
    ]
}
