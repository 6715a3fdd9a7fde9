//! Runs that were made up: the reports of a [`Run`] are about outcomes that nobody measured.

use std::{
    collections::BTreeSet,
    sync::{Arc, OnceLock},
    time::Duration,
};

use lambda_conformance::{
    case::Case,
    level::{Basis, Level},
    load::{self, Files, Library},
    note::Note,
    path::Path,
    plan::Item,
    report::{Class, FORMATS, Header, Summary, Tally, Waiting},
    span::{Place, Source},
    suite::Suite,
    verdict::{
        Assessment, Course, Gone, Kind, Listed, Mismatch, Obstacle, Origin, Outcome, Refusal,
        Verdict,
    },
};

/// Everything that Markdown, HTML, XML, GitHub or a terminal could take for something else.
pub(crate) const NASTY: &str = "\u{1b}[31m<b>&amp;\"'`|\\|\\ \u{0}\u{8}\u{fffe}\u{9b}1m ]]> <!-- \r\n::error::x%0A,y @you #1 **b** _i_ ~~s~~ [l](http://e.x) ``` $a$ \t.";

/// The path of a made-up baseline; it holds what a property must escape.
pub(crate) const BASELINE: &str = "known, so far: 100%.toml";

/// The embedded library.
pub(crate) fn suite() -> &'static Suite {
    static LIBRARY: OnceLock<Library> = OnceLock::new();
    let library = LIBRARY.get_or_init(|| {
        let files = Files::open(None, None).expect("the files in the binary");
        load::load(&files).expect("they are good")
    });
    library
        .suite("lambda/get-function-configuration")
        .expect("the suite is there")
}

/// The clause that is asserted of every answer first.
pub(crate) fn invariant() -> &'static str {
    let first = suite().invariants().next();
    &first.expect("an invariant").clause
}

/// A case whose first clause is that of no other: new cases do not change which clauses a made-up run is about.
pub(crate) fn case(number: usize) -> &'static Case {
    static CASES: OnceLock<Vec<&'static Case>> = OnceLock::new();
    let cases = CASES.get_or_init(|| {
        let mut seen = BTreeSet::new();
        let cases = suite().cases.iter();
        cases.filter(|case| seen.insert(&case.clauses[0])).collect()
    });
    cases[number]
}

/// An entry of the made-up baseline at this line.
pub(crate) fn entry(line: usize) -> Place {
    static SOURCE: OnceLock<Arc<Source>> = OnceLock::new();
    let source = SOURCE.get_or_init(|| Source::new(BASELINE, "[[known]]\n".repeat(40)));
    Place::at(source, 0, line, 1)
}

/// A mismatch of the first clause of a case.
pub(crate) fn mismatch(case: &Case, at: &str, found: &str, listed: Listed) -> Mismatch {
    Mismatch {
        at: Path::key(at),
        kind: Kind::Changed,
        origin: Origin::Case,
        expected: "\"expected\"".to_owned(),
        found: found.to_owned(),
        clause: case.clauses[0].clone(),
        basis: Basis::Observed,
        level: Level::Observed,
        step: 0,
        place: case.place.clone(),
        listed,
        follows: None,
    }
}

/// The mismatch is known.
pub(crate) fn known() -> Listed {
    Listed::Known {
        entry: entry(2),
        reason: "not yet written; see BUG-1".to_owned(),
    }
}

/// An entry is stale.
pub(crate) fn gone(clause: &str) -> Gone {
    Gone {
        entry: entry(3),
        clause: Some(clause.to_owned()),
        what: format!("{clause}: changed status"),
    }
}

/// An outcome with a replay line, which took 1234 ms.
pub(crate) fn outcome(verdict: Verdict) -> Outcome {
    let mut outcome = Outcome::new(Assessment::unjudged(verdict), Course::default());
    outcome.replay = "curl 'http://127.0.0.1:1/it'\\''s`here`'".to_owned();
    outcome.duration = Duration::from_millis(1234);
    outcome.decided.insert("ERR-404".to_owned());
    outcome
}

/// An outcome with these mismatches.
pub(crate) fn failed(mismatches: Vec<Mismatch>) -> Outcome {
    let mut outcome = outcome(Verdict::Failed);
    outcome.mismatches = mismatches;
    outcome
}

/// An outcome that could not be tested.
pub(crate) fn untested() -> Outcome {
    outcome(Verdict::NotTestable {
        class: Obstacle::Capability,
        reason: "the target does not have `wings`".to_owned(),
        refusal: None,
    })
}

/// An outcome whose set-up was refused.
pub(crate) fn refused() -> Outcome {
    outcome(Verdict::NotTestable {
        class: Obstacle::SetUp,
        reason: "CreateFunction was refused: 400 NoWings".to_owned(),
        refusal: Some(Refusal {
            operation: "CreateFunction".to_owned(),
            answer: "400 NoWings".to_owned(),
            advice: None,
        }),
    })
}

/// A run.
pub(crate) struct Run {
    pub(crate) outcomes: Vec<(&'static Case, Outcome)>,
    pub(crate) left: Vec<String>,
    pub(crate) interrupted: bool,
    pub(crate) vanished: bool,
    /// Whether there is a baseline.
    pub(crate) baseline: bool,
    /// How many cases there were to be, if there were more than have an outcome.
    pub(crate) planned: usize,
    pub(crate) waiting: Waiting,
    /// How many findings there are to be: the first one again, if it is fewer.
    pub(crate) findings: usize,
}

impl Run {
    pub(crate) fn of(outcomes: Vec<Outcome>) -> Run {
        let outcomes = outcomes.into_iter().enumerate();
        Run {
            outcomes: outcomes
                .map(|(number, outcome)| (case(number), outcome))
                .collect(),
            left: Vec::new(),
            interrupted: false,
            vanished: false,
            baseline: false,
            planned: 0,
            waiting: Waiting::default(),
            findings: 0,
        }
    }

    /// One of every kind of case: passed, failed in three ways, known, stale, not testable in two ways, without an answer,
    /// and an assertion on every answer that two of them show.
    pub(crate) fn of_everything() -> Run {
        let expired = Listed::Expired {
            entry: entry(5),
            on: "2026-01-31".to_owned(),
        };
        let otherwise = Listed::Otherwise {
            entry: entry(6),
            pinned: "\"pinned\"".to_owned(),
        };
        let mut passed = outcome(Verdict::Passed);
        passed.notes.push(Note::Resent {
            reason: NASTY.to_owned(),
        });
        let mut common = mismatch(case(0), "headers", NASTY, Listed::No);
        common.clause = invariant().to_owned();
        passed.common.push(common);
        let mut stale = outcome(Verdict::Stale {
            reason: "the baseline lists more".to_owned(),
        });
        stale.gone.push(gone(&case(5).clauses[0]));
        let mut known_case = outcome(Verdict::Known {
            reason: NASTY.to_owned(),
        });
        known_case
            .mismatches
            .push(mismatch(case(4), "status", NASTY, known()));
        Run::of(vec![
            passed,
            failed(vec![
                mismatch(case(1), "known", "2", known()),
                mismatch(case(1), "status", NASTY, Listed::No),
            ]),
            failed(vec![mismatch(case(2), "status", "4", expired)]),
            failed(vec![mismatch(case(3), "status", "5", otherwise)]),
            known_case,
            stale,
            untested(),
            refused(),
            outcome(Verdict::Inconclusive {
                at: None,
                reason: NASTY.to_owned(),
            }),
        ])
    }

    /// The report of it in a format, by the format's name.
    pub(crate) fn written(&self, format: &str) -> String {
        let format = FORMATS.iter().find(|known| known.name == format);
        let format = format.expect("a format");
        let mut out = Vec::new();
        self.read(|summary| (format.write)(summary, &mut out))
            .expect("memory takes it all");
        String::from_utf8(out).expect("UTF-8")
    }

    /// What it comes to.
    pub(crate) fn read<T>(&self, read: impl FnOnce(&Summary<'_>) -> T) -> T {
        let header = Header {
            target: "made-up".to_owned(),
            endpoint: "http://127.0.0.1:1".to_owned(),
            region: "us-east-1".to_owned(),
            account: None,
            capabilities: vec!["auth".to_owned(), "wings".to_owned()],
            contradicted: Vec::new(),
            makes_role: false,
            level: Level::Observed,
            cases: self.outcomes.len().max(self.planned),
            baseline: self.baseline.then(|| BASELINE.to_owned()),
        };
        let mut tally = Tally::new(&header);
        for (case, outcome) in &self.outcomes {
            let item = Item {
                suite: suite(),
                case,
            };
            tally.add(item, outcome);
        }
        tally.leave(self.left.clone());
        tally.wait(self.waiting);
        if self.interrupted {
            tally.interrupt();
        }
        if self.vanished {
            tally.vanish(Some("no complete answer within 1 s".to_owned()));
        }
        let mut summary = tally.finish(Duration::from_millis(61_500));
        for number in summary.findings.len()..self.findings {
            let mut again = summary.findings[0].clone();
            again.id = format!("{number:08x}");
            summary.findings.push(again);
        }
        read(&summary)
    }
}

/// A run for each class of exit, and one for none.
pub(crate) fn of_each_class() -> Vec<(Option<Class>, Run)> {
    let passed = || Run::of(vec![outcome(Verdict::Passed)]);
    let mut interrupted = passed();
    interrupted.interrupted = true;
    let mut vanished = passed();
    vanished.vanished = true;
    let mut left = passed();
    left.left
        .push("lambda-conformance-x (DeleteFunction: 403)".to_owned());
    let mut nothing = passed();
    nothing.outcomes[0].1.decided.clear();
    let mut stale = outcome(Verdict::Stale {
        reason: "it is met".to_owned(),
    });
    stale.gone.push(gone(&case(0).clauses[0]));
    // an entry may be stale although no case is: nothing of a run may read green then
    let mut only_listed = outcome(Verdict::Passed);
    only_listed.gone.push(gone(&case(0).clauses[0]));
    let expired = Listed::Expired {
        entry: entry(5),
        on: "2026-01-31".to_owned(),
    };
    let beside = |other: Outcome| Run::of(vec![outcome(Verdict::Passed), other]);
    vec![
        (None, passed()),
        (None, beside(untested())),
        (Some(Class::NotTestable), beside(refused())),
        (Some(Class::Interrupted), interrupted),
        (Some(Class::Unreachable), vanished),
        (Some(Class::CleanUp), left),
        (Some(Class::NothingDecided), nothing),
        (Some(Class::Stale), Run::of(vec![stale])),
        (Some(Class::Stale), Run::of(vec![only_listed])),
        (
            Some(Class::Expired),
            Run::of(vec![failed(vec![mismatch(
                case(0),
                "status",
                "2",
                expired,
            )])]),
        ),
        (
            Some(Class::Mismatch),
            Run::of(vec![failed(vec![mismatch(
                case(0),
                "status",
                "2",
                Listed::No,
            )])]),
        ),
    ]
}
