//! [`Tally`]: adds the outcomes of a run up to its [`Summary`].

use std::{collections::BTreeMap, time::Duration};

use super::{
    exit::{Class, Exit},
    header::Header,
    summary::{Common, Judged, Stale, Summary, Waiting},
};
use crate::{
    coverage::{Coverage, Status},
    finding::Findings,
    plan::Item,
    suite::Suite,
    verdict::{Cause, Listed, Outcome},
};

/// Adds the outcomes of a run up.
#[derive(Debug)]
pub struct Tally<'a> {
    header: &'a Header,
    coverage: Coverage<'a>,
    cases: Vec<Judged<'a>>,
    written: Option<String>,
    withheld: Option<String>,
    thorough: bool,
    interrupted: bool,
    vanished: Option<String>,
    left: Vec<String>,
    waiting: Waiting,
}

impl<'a> Tally<'a> {
    /// A tally of nothing.
    pub fn new(header: &'a Header) -> Tally<'a> {
        Tally {
            header,
            coverage: Coverage::default(),
            cases: Vec::new(),
            written: None,
            withheld: None,
            thorough: false,
            interrupted: false,
            vanished: None,
            left: Vec::new(),
            waiting: Waiting::default(),
        }
    }

    /// Notes which cases there are, so that a run that ends early says of what it decided nothing.
    pub fn plan(&mut self, items: &[Item<'a>]) {
        self.coverage.plan(items);
    }

    /// Has clauses that no case decides count against the run.
    pub fn all_clauses(&mut self) {
        self.thorough = true;
    }

    /// Notes that the user ended the run.
    pub fn interrupt(&mut self) {
        self.interrupted = true;
    }

    /// Notes that the target is gone, and what came of the last request.
    pub fn vanish(&mut self, last: Option<String>) {
        self.vanished = Some(last.unwrap_or_else(|| "no answer".to_owned()));
    }

    /// Notes that what differs is now in the baseline; `written` says what that holds.
    pub fn accept(&mut self, written: String) {
        self.written = Some(written);
    }

    /// Notes that no baseline is written, and why: cases without an answer. They decide what the run comes to.
    pub fn withhold(&mut self, withheld: String) {
        self.withheld = Some(withheld);
    }

    /// Notes what could not be removed.
    pub fn leave(&mut self, left: Vec<String>) {
        self.left.extend(left);
    }

    /// Notes how long the run waited.
    pub fn wait(&mut self, waiting: Waiting) {
        self.waiting = waiting;
    }

    /// Adds one outcome.
    pub fn add(&mut self, item: Item<'a>, outcome: &Outcome) {
        self.cases.push(Judged {
            item,
            outcome: outcome.clone(),
        });
    }

    /// Ends the tally.
    pub fn finish(self, duration: Duration) -> Summary<'a> {
        let mut summary = Summary {
            header: self.header,
            suites: Vec::new(),
            cases: Vec::new(),
            counts: BTreeMap::new(),
            findings: Vec::new(),
            causes: Vec::new(),
            known: Vec::new(),
            stale: Vec::new(),
            written: self.written,
            withheld: self.withheld,
            common: Vec::new(),
            coverage: self.coverage,
            left: self.left,
            vanished: self.vanished,
            waiting: self.waiting,
            exit: Exit::default(),
            duration,
        };
        let mut findings = Findings::default();
        for judged in self.cases {
            findings.add(judged.item, &judged.outcome);
            if !summary
                .suites
                .iter()
                .any(|it| it.id == judged.item.suite.id)
            {
                summary.suites.push(judged.item.suite);
            }
            summary.coverage.add(judged.item, &judged.outcome);
            add_causes(&mut summary, &judged);
            add_stale(&mut summary, &judged);
            add_common(&mut summary.common, &judged);
            summary.cases.push(judged);
        }
        summary.findings = findings.finish();
        let own = summary.cases.iter().map(|it| it.outcome.verdict.name());
        let common = summary.common.iter().map(|it| it.verdict().name());
        let mut counts = BTreeMap::new();
        for verdict in own.chain(common) {
            *counts.entry(verdict).or_default() += 1;
        }
        summary.counts = counts;
        summary.stale.sort_by_key(|stale| stale.entry.span.start);
        let circumstances = Circumstances {
            thorough: self.thorough,
            interrupted: self.interrupted,
            vanished: summary.vanished.is_some(),
        };
        summary.exit = exit(&summary, circumstances);
        summary
    }
}

fn add_causes(summary: &mut Summary<'_>, judged: &Judged<'_>) {
    let Outcome {
        mismatches, common, ..
    } = &judged.outcome;
    let id = &judged.item.case.id;
    for mismatch in mismatches.iter().chain(common) {
        let key = Cause::key(mismatch);
        let causes = if mismatch.listed.is_known() {
            &mut summary.known
        } else {
            &mut summary.causes
        };
        let same =
            |cause: &&mut Cause| Cause::key(&cause.first) == key && cause.is_listed_as(mismatch);
        match causes.iter_mut().find(same) {
            // a case may show it for itself and for all cases
            Some(cause) if cause.cases.last() == Some(id) => {}
            Some(cause) => cause.cases.push(id.clone()),
            None => causes.push(Cause {
                first: mismatch.clone(),
                cases: vec![id.clone()],
            }),
        }
    }
}

fn add_stale(summary: &mut Summary<'_>, judged: &Judged<'_>) {
    let id = &judged.item.case.id;
    for gone in &judged.outcome.gone {
        let same = |stale: &&mut Stale| stale.entry == gone.entry && stale.what == gone.what;
        match summary.stale.iter_mut().find(same) {
            Some(stale) if stale.cases.last() == Some(id) => {}
            Some(stale) => stale.cases.push(id.clone()),
            None => summary.stale.push(Stale {
                entry: gone.entry.clone(),
                what: gone.what.clone(),
                cases: vec![id.clone()],
            }),
        }
    }
}

/// What the cases of these outcomes have in common.
#[cfg(feature = "harness")]
pub(crate) fn common_of<'a, 'o>(
    judged: impl Iterator<Item = (Item<'a>, &'o Outcome)>,
) -> Vec<Common> {
    let mut all = Vec::new();
    for (item, outcome) in judged {
        let outcome = outcome.clone();
        add_common(&mut all, &Judged { item, outcome });
    }
    all
}

fn add_common(all: &mut Vec<Common>, judged: &Judged<'_>) {
    let Judged { item, outcome } = judged;
    for (_, clause) in judged.gone_elsewhere() {
        common(all, item.suite, clause).stale = true;
    }
    for invariant in item.suite.invariants() {
        if outcome.decided.contains(&invariant.clause) {
            common(all, item.suite, &invariant.clause);
        }
    }
    for mismatch in &outcome.common {
        let common = common(all, item.suite, &mismatch.clause);
        if !common.seen.contains(&item.case.id) {
            common.seen.push(item.case.id.clone());
        }
        let key = Cause::key(mismatch);
        let listed = mismatch.listed.is_known();
        let mut known = common.mismatches.iter();
        if !known.any(|known| Cause::key(known) == key && known.listed.is_known() == listed) {
            common.mismatches.push(mismatch.clone());
        }
    }
}

/// The common case of a clause, which is made if it is not there yet.
fn common<'c>(all: &'c mut Vec<Common>, suite: &Suite, clause: &str) -> &'c mut Common {
    let id = suite.common(clause);
    let at = all.iter().position(|common| common.id == id);
    let at = at.unwrap_or_else(|| {
        all.push(Common {
            id,
            clause: clause.to_owned(),
            mismatches: Vec::new(),
            seen: Vec::new(),
            stale: false,
        });
        all.len() - 1
    });
    &mut all[at]
}

/// What no case tells of a run.
struct Circumstances {
    thorough: bool,
    interrupted: bool,
    vanished: bool,
}

fn exit(summary: &Summary<'_>, circumstances: Circumstances) -> Exit {
    let mut classes = Vec::new();
    if circumstances.interrupted {
        classes.push(Class::Interrupted);
    }
    let expired = |cause: &Cause| matches!(cause.first.listed, Listed::Expired { .. });
    let accepted = summary.written.is_some();
    let unexpected = !summary.causes.iter().all(expired);
    let withheld = summary.withheld.is_some();
    let unreachable = (summary.count("inconclusive") > 0 || circumstances.vanished || withheld)
        .then_some(Class::Unreachable);
    let mismatch = (unexpected && !accepted).then_some(Class::Mismatch);
    // unanswered cases do not hide the mismatches of others, but a target that is gone, or a file that is not written for
    // them, decides all
    if circumstances.vanished || withheld {
        classes.extend(unreachable.into_iter().chain(mismatch));
    } else {
        classes.extend(mismatch.into_iter().chain(unreachable));
    }
    let mut due = summary.coverage.due();
    if summary.coverage.decided() == 0 {
        classes.push(Class::NothingDecided);
    } else if circumstances.thorough && due.any(|covered| covered.status() == Status::NotDecided) {
        classes.push(Class::NotDecided);
    }
    if summary.cases.iter().any(|judged| judged.outcome.unlisted) && !accepted {
        classes.push(Class::NotTestable);
    }
    if !summary.left.is_empty() {
        classes.push(Class::CleanUp);
    }
    if !summary.stale.is_empty() && !accepted {
        classes.push(Class::Stale);
    }
    if summary.causes.iter().any(expired) {
        classes.push(Class::Expired);
    }
    Exit { classes }
}
