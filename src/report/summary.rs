//! [`Summary`]: a run with all of its cases and what they add up to. Every report is written from it.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use super::{exit::Exit, header::Header};
use crate::{
    clause::Statement,
    coverage::Coverage,
    finding::{CauseKey, Finding},
    plan::Item,
    prose,
    span::Place,
    suite::Suite,
    verdict::{Cause, Gone, Listed, Mismatch, Outcome, Refusal, Verdict},
};

/// A case with its outcome.
#[derive(Clone, Debug)]
pub struct Judged<'a> {
    /// The case, and its suite.
    pub item: Item<'a>,
    /// What came of it.
    pub outcome: Outcome,
}

impl Judged<'_> {
    /// The id of the case.
    pub fn id(&self) -> &str {
        &self.item.case.id
    }

    /// The stale entries whose clause the case does not name: they count for the common case of that clause.
    pub fn gone_elsewhere(&self) -> impl Iterator<Item = (&Gone, &str)> {
        let own = &self.item.case.clauses;
        self.outcome.gone.iter().filter_map(|gone| {
            let clause = gone.clause.as_ref()?;
            (!own.contains(clause)).then_some((gone, clause.as_str()))
        })
    }

    /// The mismatch that the replay line of the case shows.
    pub fn first_mismatch(&self) -> Option<&Mismatch> {
        let Outcome {
            mismatches, common, ..
        } = &self.outcome;
        mismatches.first().or(common.first())
    }
}

/// What many cases have in common: a clause that is checked on every answer.
#[derive(Debug)]
pub struct Common {
    /// The id of the common case.
    pub id: String,
    /// The clause.
    pub clause: String,
    /// The assertions that were not met, each once.
    pub mismatches: Vec<Mismatch>,
    /// The cases that showed it.
    pub seen: Vec<String>,
    /// Whether the baseline lists mismatches that did not occur.
    pub stale: bool,
}

impl Common {
    /// What the common case comes to.
    pub fn verdict(&self) -> Verdict {
        if self.mismatches.iter().any(|found| !found.listed.is_known()) {
            Verdict::Failed
        } else if self.stale {
            Verdict::Stale {
                reason: "the baseline lists mismatches that did not occur".to_owned(),
            }
        } else if self.mismatches.is_empty() {
            Verdict::Passed
        } else {
            Verdict::Known {
                reason: self.seen_in(),
            }
        }
    }

    /// In how many cases it was seen.
    pub fn seen_in(&self) -> String {
        format!("seen in {}", prose::count(self.seen.len(), "case"))
    }
}

/// An entry of the baseline that does not hold any more, such as one that lists mismatches that did not occur.
#[derive(Clone, Debug)]
pub struct Stale {
    /// The entry.
    pub entry: Place,
    /// What it lists, as shown to a person.
    pub what: String,
    /// The cases of which it does not hold.
    pub cases: Vec<String>,
}

/// What users of the target notice.
#[derive(Clone, Debug)]
pub struct Noticed<'s> {
    /// It, in a sentence.
    pub says: &'s str,
    /// The clauses of findings that bring it about.
    pub clauses: Vec<&'s str>,
    /// The public issues in which somebody noticed it.
    pub issues: Vec<&'s str>,
}

/// What the target refused to set up with one answer.
#[derive(Clone, Debug)]
pub struct Refused<'s> {
    /// What it said.
    pub refusal: &'s Refusal,
    /// Whether the baseline lists these cases as not testable.
    pub listed: bool,
    /// The cases that need it, in the order of the run.
    pub cases: Vec<&'s str>,
}

/// What cases got instead of an answer.
#[derive(Clone, Debug)]
pub struct Unanswered {
    /// What came.
    pub reason: String,
    /// The cases that it stopped, in the order of the run.
    pub cases: Vec<String>,
}

/// How long a run waited for functions to settle, the time apart in which it did something else.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Waiting {
    /// In all.
    pub in_all: Duration,
    /// For what did not come.
    pub in_vain: Duration,
    /// How much of that there may be in a run.
    pub limit: Duration,
}

/// A run with all of its cases, and what they add up to.
#[derive(Debug)]
pub struct Summary<'a> {
    /// The target, and how it was judged.
    pub header: &'a Header,
    /// The suites of the run.
    pub suites: Vec<&'a Suite>,
    /// The cases in the order of the run.
    pub cases: Vec<Judged<'a>>,
    /// Cases by verdict, the common ones included.
    pub counts: BTreeMap<&'static str, usize>,
    /// What is wrong with the target and the baseline does not list, what most requests show first.
    pub findings: Vec<Finding>,
    /// What differs and the baseline does not list, in the order in which it was met.
    pub causes: Vec<Cause>,
    /// What differs as the baseline lists it.
    pub known: Vec<Cause>,
    /// The stale entries of the baseline, in the order of the file.
    pub stale: Vec<Stale>,
    /// What a new baseline holds, if one was written.
    pub written: Option<String>,
    /// Why none was written, if one should have been.
    pub withheld: Option<String>,
    /// What was checked on every answer.
    pub common: Vec<Common>,
    /// How much of the contract was decided, and how much of that is met.
    pub coverage: Coverage<'a>,
    /// What the run made and could not remove, each with the target's answer.
    pub left: Vec<String>,
    /// What came of the last request, if the target stopped answering before the run was over.
    pub vanished: Option<String>,
    /// How long it waited.
    pub waiting: Waiting,
    /// Why the run ends with its code.
    pub exit: Exit,
    /// How long the run took.
    pub duration: Duration,
}

impl<'a> Summary<'a> {
    /// The number of cases with this verdict.
    pub fn count(&self, verdict: &str) -> usize {
        self.counts.get(verdict).copied().unwrap_or(0)
    }

    /// The number of all cases, the common ones included.
    pub fn total(&self) -> usize {
        self.counts.values().sum()
    }

    /// The case of this id.
    pub fn case(&self, id: &str) -> Option<&Judged<'a>> {
        self.cases.iter().find(|judged| judged.id() == id)
    }

    /// The suite that has this clause.
    pub fn suite_of(&self, clause: &str) -> Option<&'a Suite> {
        let mut suites = self.suites.iter().copied();
        suites.find(|suite| suite.clause(clause).is_some())
    }

    /// The finding that a mismatch of a case is part of.
    pub fn finding(&self, case: &str, mismatch: &Mismatch) -> Option<&Finding> {
        let key = CauseKey::of(mismatch);
        let has = |finding: &&Finding| finding.causes.contains(&key);
        let all = || self.findings.iter().filter(has);
        let shows = |finding: &&Finding| finding.cases.iter().any(|known| known == case);
        all().find(shows).or_else(|| all().next())
    }

    /// The entries of the baseline that have expired, or list another value, in the order of the file.
    pub fn overtaken(&self) -> Vec<Stale> {
        let mut all: Vec<Stale> = Vec::new();
        for cause in &self.causes {
            let Cause { first, cases } = cause;
            let (entry, why) = match &first.listed {
                Listed::No | Listed::Known { .. } => continue,
                Listed::Expired { entry, on } => (entry, format!("expired on {on}")),
                Listed::Otherwise { entry, pinned } => {
                    (entry, format!("lists {pinned}, found {}", first.found))
                }
            };
            all.push(Stale {
                entry: entry.clone(),
                what: format!("{} {} {}: {why}", first.clause, first.at, first.kind),
                cases: cases.clone(),
            });
        }
        all.sort_by_key(|one| one.entry.span.start);
        all
    }

    /// What users of the target will notice, by what the clauses of the findings say of it.
    pub fn noticed(&self) -> Vec<Noticed<'_>> {
        let mut all: Vec<Noticed<'_>> = Vec::new();
        for suite in &self.suites {
            for known in &suite.service.breaks {
                let mut noticed = Noticed {
                    says: &known.says,
                    clauses: Vec::new(),
                    issues: Vec::new(),
                };
                for finding in self.findings.iter().filter(|one| one.is_felt(known)) {
                    let clause = suite.clause(&finding.clause);
                    let breaks = clause.iter().flat_map(|clause| &clause.breaks);
                    for one in breaks.filter(|one| one.key == known.key) {
                        noticed.clauses.push(&finding.clause);
                        noticed.issues.push(&one.issue);
                    }
                }
                for list in [&mut noticed.clauses, &mut noticed.issues] {
                    list.sort_unstable();
                    list.dedup();
                }
                let is_known = all.iter().any(|known| known.says == noticed.says);
                if !noticed.clauses.is_empty() && !is_known {
                    all.push(noticed);
                }
            }
        }
        all
    }

    /// What a clause states first.
    pub fn statement(&self, clause: &str) -> Option<&'a Statement> {
        let clause = self.suite_of(clause)?.clause(clause)?;
        clause.statements.first()
    }

    /// The clauses of the causes that the baseline does not list, each once, in the order in which they were met.
    pub fn failed_clauses(&self) -> Vec<&str> {
        let mut clauses: Vec<&str> = Vec::new();
        for cause in &self.causes {
            if !clauses.contains(&cause.first.clause.as_str()) {
                clauses.push(&cause.first.clause);
            }
        }
        clauses
    }

    /// The cases that could not be tested, and not because the target refused something, by reason, and how many there are.
    pub fn untested(&self) -> BTreeMap<String, usize> {
        let mut untested = BTreeMap::new();
        for verdict in self.cases.iter().map(|judged| &judged.outcome.verdict) {
            if matches!(verdict, Verdict::NotTestable { refusal: None, .. }) {
                *untested
                    .entry(verdict.reason().unwrap_or_default())
                    .or_default() += 1;
            }
        }
        untested
    }

    /// What the target refused to set up, once for each answer: first what no baseline lists, then what most cases need.
    pub fn refused(&self) -> Vec<Refused<'_>> {
        let mut all: Vec<Refused<'_>> = Vec::new();
        for judged in &self.cases {
            let Some(refusal) = judged.outcome.verdict.refusal() else {
                continue;
            };
            let listed = !judged.outcome.unlisted;
            let same =
                |known: &&mut Refused<'_>| known.refusal == refusal && known.listed == listed;
            match all.iter_mut().find(same) {
                Some(known) => known.cases.push(judged.id()),
                None => all.push(Refused {
                    refusal,
                    listed,
                    cases: vec![judged.id()],
                }),
            }
        }
        all.sort_by_key(|refused| (refused.listed, Reverse(refused.cases.len())));
        all
    }

    /// Whether nothing counts against the run only because the baseline lists it.
    pub fn is_excused(&self) -> bool {
        !self.known.is_empty() || self.refused().iter().any(|refused| refused.listed)
    }

    /// The cases that the target refused to set up and that no baseline lists, each with the reason.
    pub fn unlisted(&self) -> Vec<String> {
        let cases = self.cases.iter().filter(|judged| judged.outcome.unlisted);
        let lines = cases.map(|judged| {
            // the kind of obstacle stands in the reason
            let reason = judged.outcome.verdict.reason().unwrap_or_default();
            format!("{}: {reason}", judged.id())
        });
        lines.collect()
    }

    /// What cases got instead of an answer, once for each: first what most cases got.
    pub fn unanswered(&self) -> Vec<Unanswered> {
        let mut all: Vec<Unanswered> = Vec::new();
        for judged in &self.cases {
            let verdict = &judged.outcome.verdict;
            let Verdict::Inconclusive { reason, .. } = verdict else {
                continue;
            };
            let id = judged.id().to_owned();
            match all.iter_mut().find(|known| known.reason == *reason) {
                Some(known) => known.cases.push(id),
                None => all.push(Unanswered {
                    reason: reason.clone(),
                    cases: vec![id],
                }),
            }
        }
        all.sort_by_key(|unanswered| Reverse(unanswered.cases.len()));
        all
    }

    /// The number of notes of all cases.
    pub fn notes(&self) -> usize {
        let notes = self.cases.iter().map(|judged| judged.outcome.notes.len());
        notes.sum()
    }

    /// The cases that show something the baseline lists.
    pub fn known_cases(&self) -> usize {
        let cases = self.known.iter().flat_map(|known| &known.cases);
        cases.collect::<BTreeSet<_>>().len()
    }

    /// The cases that show a mismatch of a clause that is checked on every answer.
    pub fn showing<'s>(&'s self, common: &'s Common) -> impl Iterator<Item = &'s Judged<'a>> {
        self.cases.iter().filter(move |judged| {
            let mut mismatches = judged.outcome.common.iter();
            judged.item.suite.common(&common.clause) == common.id
                && mismatches.any(|mismatch| mismatch.clause == common.clause)
        })
    }
}
