//! What a run tells: [`Event`]s to [`Reporter`]s, a [`Tally`] of all of them, and the [`Exit`] it comes to.

pub mod file;
pub mod github;
pub mod json;
#[cfg(feature = "junit")]
pub mod junit;
pub mod markdown;
pub mod terminal;

use std::{cmp::Reverse, collections::BTreeMap, io, time::Duration};

use crate::{
    coverage::{Coverage, Covered, Status},
    level::Level,
    plan::Item,
    span::Place,
    suite::Suite,
    target::Target,
    verdict::{Cause, Listed, Mismatch, Outcome, Verdict},
};

/// Who is tested, and how.
#[derive(Clone, Debug)]
pub struct Header {
    /// The target's name.
    pub target: String,
    /// Where it listens.
    pub endpoint: String,
    /// The region it is asked for.
    pub region: String,
    /// Its account, once known.
    pub account: Option<String>,
    /// What it can do beyond the basics.
    pub capabilities: Vec<String>,
    /// How strictly it is judged.
    pub level: Level,
    /// How many cases there are.
    pub cases: usize,
    /// The file of what is known to differ.
    pub baseline: Option<String>,
}

impl Header {
    /// The header of a run of so many cases on a target whose account may be known.
    pub fn new(target: &Target, account: Option<&str>, level: Level, cases: usize) -> Header {
        Header {
            target: target.name.clone(),
            endpoint: target.endpoint.to_string(),
            region: target.region.clone(),
            account: account.map(str::to_owned),
            capabilities: target.capabilities.iter().cloned().collect(),
            level,
            cases,
            baseline: None,
        }
    }
}

/// Something that happened, in the order of the plan.
#[derive(Debug)]
pub enum Event<'a> {
    /// The run begins.
    Started(&'a Header),
    /// A case came to an end.
    Judged(Item<'a>, &'a Outcome),
    /// The run is over.
    Finished(&'a Summary<'a>),
}

/// Someone who is told what happens. Called from one place, one event at a time.
pub trait Reporter {
    /// Takes one event.
    fn event(&mut self, event: &Event<'_>) -> io::Result<()>;
}

/// Why a run ends with its code. The order is that of precedence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// Ended by the user.
    Interrupted,
    /// Case files, options or configuration are wrong.
    Usage,
    /// No connection, or cases that got no answer.
    Unreachable,
    /// At least one mismatch, or case that cannot be tested any more, of which no baseline knows.
    Mismatch,
    /// A clause was not decided, where all had to be.
    Unverified,
    /// Nothing was verified.
    NothingVerified,
    /// Something that the run made is still there.
    CleanUp,
    /// The baseline lists what is no longer so.
    Stale,
    /// The baseline lists something until a day that is over.
    Expired,
}

impl Class {
    /// The exit code.
    pub fn code(self) -> u8 {
        match self {
            Class::Interrupted => 130,
            Class::Usage => 2,
            Class::Unreachable => 3,
            Class::Mismatch | Class::Unverified => 1,
            Class::NothingVerified => 4,
            Class::CleanUp => 6,
            Class::Stale | Class::Expired => 5,
        }
    }

    /// The word for it in reports.
    pub fn name(self) -> &'static str {
        match self {
            Class::Interrupted => "interrupted",
            Class::Usage => "usage",
            Class::Unreachable => "unreachable",
            Class::Mismatch => "mismatch",
            Class::Unverified => "unverified",
            Class::NothingVerified => "nothing-verified",
            Class::CleanUp => "clean-up-incomplete",
            Class::Stale => "baseline-stale",
            Class::Expired => "baseline-expired",
        }
    }
}

/// All classes that apply to a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Exit {
    /// The classes, the one that decides first.
    pub classes: Vec<Class>,
}

impl Exit {
    /// The code of the first class that applies, 0 if none does.
    pub fn code(&self) -> u8 {
        self.classes.first().map_or(0, |class| class.code())
    }

    /// What it comes to in a word or three.
    pub fn words(&self) -> &'static str {
        match self.classes.first() {
            None => "conforms",
            Some(Class::Mismatch) => "does not conform",
            Some(class) => class.name(),
        }
    }
}

/// What many cases have in common: a clause that is checked on every answer.
#[derive(Debug)]
pub struct Common {
    /// The id of the common case.
    pub id: String,
    /// The clause.
    pub clause: String,
    /// What was not met, each once.
    pub mismatches: Vec<Mismatch>,
    /// The cases that showed it.
    pub seen: Vec<String>,
    /// Whether the baseline lists more than was seen.
    pub stale: bool,
}

impl Common {
    /// What the common case comes to.
    pub fn verdict(&self) -> Verdict {
        let seen = || format!("seen in {} cases", self.seen.len());
        if self.mismatches.iter().any(|found| !found.listed.is_known()) {
            Verdict::Failed
        } else if self.stale {
            Verdict::Stale {
                reason: "the baseline lists more than was seen".to_owned(),
            }
        } else if self.mismatches.is_empty() {
            Verdict::Passed
        } else {
            Verdict::Known { reason: seen() }
        }
    }
}

/// An entry of the baseline that is no longer so.
#[derive(Clone, Debug)]
pub struct Stale {
    /// The entry.
    pub entry: Place,
    /// What it lists, as shown to a person.
    pub what: String,
    /// The cases that do not show it any more.
    pub cases: Vec<String>,
}

/// What a run came to.
#[derive(Debug)]
pub struct Summary<'a> {
    /// Who was tested, and how.
    pub header: &'a Header,
    /// The suites of the run.
    pub suites: Vec<&'a Suite>,
    /// Cases by verdict, the common ones included.
    pub counts: BTreeMap<&'static str, usize>,
    /// What differs and no baseline knows, in the order in which it was met.
    pub causes: Vec<Cause>,
    /// What differs as the baseline has it.
    pub known: Vec<Cause>,
    /// What the baseline lists and is no longer so, in the order of the file.
    pub stale: Vec<Stale>,
    /// The cases that cannot be tested and of which the baseline does not say so, each with the reason.
    pub unlisted: Vec<String>,
    /// What a new baseline has, if one was written.
    pub written: Option<String>,
    /// What was checked on every answer.
    pub common: Vec<Common>,
    /// How much was decided.
    pub coverage: Coverage<'a>,
    /// What the run made and could not take away, each with the target's answer.
    pub left: Vec<String>,
    /// What it all comes to.
    pub exit: Exit,
    /// How long the run took.
    pub duration: Duration,
}

impl Summary<'_> {
    /// The number of cases with this verdict.
    pub fn count(&self, verdict: &str) -> usize {
        self.counts.get(verdict).copied().unwrap_or(0)
    }

    /// What differs and no baseline knows, those first that the firmest asserts and the most cases show.
    pub fn by_weight(&self) -> Vec<&Cause> {
        let mut causes: Vec<&Cause> = self.causes.iter().collect();
        causes.sort_by_key(|cause| (cause.first.level, Reverse(cause.cases.len())));
        causes
    }

    /// The number of all cases.
    pub fn total(&self) -> usize {
        self.counts.values().sum()
    }
}

/// Adds the outcomes of a run up.
#[derive(Debug)]
pub struct Tally<'a> {
    header: &'a Header,
    suites: Vec<&'a Suite>,
    counts: BTreeMap<&'static str, usize>,
    causes: Vec<Cause>,
    known: Vec<Cause>,
    stale: Vec<Stale>,
    unlisted: Vec<String>,
    written: Option<String>,
    common: Vec<Common>,
    coverage: Coverage<'a>,
    thorough: bool,
    interrupted: bool,
    vanished: bool,
    left: Vec<String>,
}

impl<'a> Tally<'a> {
    /// A tally of nothing.
    pub fn new(header: &'a Header) -> Tally<'a> {
        Tally {
            header,
            suites: Vec::new(),
            counts: BTreeMap::new(),
            causes: Vec::new(),
            known: Vec::new(),
            stale: Vec::new(),
            unlisted: Vec::new(),
            written: None,
            common: Vec::new(),
            coverage: Coverage::default(),
            thorough: false,
            interrupted: false,
            vanished: false,
            left: Vec::new(),
        }
    }

    /// Has clauses that nothing decides count against the run.
    pub fn all_clauses(&mut self) {
        self.thorough = true;
    }

    /// Notes that the user ended the run.
    pub fn interrupt(&mut self) {
        self.interrupted = true;
    }

    /// Notes that the target is gone.
    pub fn vanish(&mut self) {
        self.vanished = true;
    }

    /// Notes that what differs is now in the baseline; `written` says what that has.
    pub fn accept(&mut self, written: String) {
        self.written = Some(written);
    }

    /// Notes what could not be taken away.
    pub fn leave(&mut self, left: Vec<String>) {
        self.left = left;
    }

    /// Adds one outcome.
    pub fn add(&mut self, item: Item<'a>, outcome: &Outcome) {
        if !self.suites.iter().any(|suite| suite.id == item.suite.id) {
            self.suites.push(item.suite);
        }
        *self.counts.entry(outcome.verdict.name()).or_default() += 1;
        self.coverage.add(item, outcome);
        for mismatch in outcome.mismatches.iter().chain(&outcome.common) {
            let key = Cause::key(mismatch);
            let causes = if mismatch.listed.is_known() {
                &mut self.known
            } else {
                &mut self.causes
            };
            match causes
                .iter_mut()
                .find(|cause| Cause::key(&cause.first) == key && cause.is_listed_as(mismatch))
            {
                // a case may show it for itself and for all cases
                Some(cause) if cause.cases.last() == Some(&item.case.id) => {}
                Some(cause) => cause.cases.push(item.case.id.clone()),
                None => causes.push(Cause {
                    first: mismatch.clone(),
                    cases: vec![item.case.id.clone()],
                }),
            }
        }
        for gone in &outcome.gone {
            let known = self
                .stale
                .iter_mut()
                .find(|stale| stale.entry == gone.entry && stale.what == gone.what);
            match known {
                Some(stale) if stale.cases.last() == Some(&item.case.id) => {}
                Some(stale) => stale.cases.push(item.case.id.clone()),
                None => self.stale.push(Stale {
                    entry: gone.entry.clone(),
                    what: gone.what.clone(),
                    cases: vec![item.case.id.clone()],
                }),
            }
            if let Some(clause) = &gone.clause
                && !item.case.clauses.contains(clause)
            {
                self.common(item, clause).stale = true;
            }
        }
        if outcome.unlisted {
            let reason = outcome.verdict.reason().unwrap_or_default();
            self.unlisted.push(format!("{}: {reason}", item.case.id));
        }
        for always in item.suite.invariants() {
            if outcome.decided.contains(&always.clause) {
                self.common(item, &always.clause);
            }
        }
        for mismatch in &outcome.common {
            let common = self.common(item, &mismatch.clause);
            if !common.seen.contains(&item.case.id) {
                common.seen.push(item.case.id.clone());
            }
            let key = Cause::key(mismatch);
            let listed = mismatch.listed.is_known();
            if !common
                .mismatches
                .iter()
                .any(|known| Cause::key(known) == key && known.listed.is_known() == listed)
            {
                common.mismatches.push(mismatch.clone());
            }
        }
    }

    fn common(&mut self, item: Item<'_>, clause: &str) -> &mut Common {
        let id = item.suite.common(clause);
        let at = self
            .common
            .iter()
            .position(|common| common.id == id)
            .unwrap_or_else(|| {
                self.common.push(Common {
                    id,
                    clause: clause.to_owned(),
                    mismatches: Vec::new(),
                    seen: Vec::new(),
                    stale: false,
                });
                self.common.len() - 1
            });
        &mut self.common[at]
    }

    /// Ends the tally.
    pub fn finish(mut self, duration: Duration) -> Summary<'a> {
        for common in &self.common {
            *self.counts.entry(common.verdict().name()).or_default() += 1;
        }
        let inconclusive = self.counts.get("inconclusive").copied().unwrap_or(0);
        let mut classes = Vec::new();
        if self.interrupted {
            classes.push(Class::Interrupted);
        }
        // unanswered cases do not hide the mismatches of others, but a target that is gone decides all
        let unreachable = [Class::Unreachable]
            .into_iter()
            .filter(|_| inconclusive > 0 || self.vanished);
        let expired = |cause: &Cause| matches!(cause.first.listed, Listed::Expired { .. });
        let accepted = self.written.is_some();
        let unexpected = !self.unlisted.is_empty() || !self.causes.iter().all(expired);
        let mismatch = [Class::Mismatch]
            .into_iter()
            .filter(|_| unexpected && !accepted);
        if self.vanished {
            classes.extend(unreachable.chain(mismatch));
        } else {
            classes.extend(mismatch.chain(unreachable));
        }
        let missed = |covered: &Covered<'_>| covered.status() == Status::Unverified;
        if self.coverage.decided() == 0 {
            classes.push(Class::NothingVerified);
        } else if self.thorough && self.coverage.due().any(missed) {
            classes.push(Class::Unverified);
        }
        if !self.left.is_empty() {
            classes.push(Class::CleanUp);
        }
        if !self.stale.is_empty() && !accepted {
            classes.push(Class::Stale);
        }
        if self.causes.iter().any(expired) {
            classes.push(Class::Expired);
        }
        self.stale.sort_by_key(|stale| stale.entry.span.start);
        Summary {
            header: self.header,
            suites: self.suites,
            counts: self.counts,
            causes: self.causes,
            known: self.known,
            stale: self.stale,
            unlisted: self.unlisted,
            written: self.written,
            common: self.common,
            coverage: self.coverage,
            left: self.left,
            exit: Exit { classes },
            duration,
        }
    }
}
