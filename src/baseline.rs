//! [`Baseline`]: what is known to differ on one target, as its maintainers keep it in a TOML file of their own.
//!
//! Says of each mismatch whether it is known, and of each entry whether it is still so. Has no opinion about a target.

mod entry;
#[cfg(feature = "baseline")]
mod layout;
#[cfg(feature = "baseline")]
mod merge;
#[cfg(feature = "baseline")]
mod names;
mod pin;
#[cfg(feature = "baseline")]
mod proof;
mod read;
#[cfg(feature = "baseline")]
mod record;
mod shape;
#[cfg(feature = "baseline")]
mod skeleton;
mod volatile;
#[cfg(feature = "baseline")]
mod write;

use std::{collections::BTreeMap, io, path::Path, sync::Arc};

use time::Date;

#[cfg(feature = "baseline")]
use crate::verdict::Outcome;
use crate::{
    case::Case,
    file::{self, Unread},
    prose::count,
    span::{Diagnostic, Source},
    suite::Suite,
    text::Bindings,
    verdict::{Assessment, Gone, Listed, Mismatch, Obstacle, Verdict},
};

use entry::{Known, Pinned, Untested};
use pin::Pin;

pub use entry::Orphans;
#[cfg(feature = "baseline")]
pub use {record::Record, write::Changes};

/// How many bytes the file has at most.
const LONGEST: u64 = 4 << 20;

/// A file of known causes.
#[derive(Debug)]
pub struct Baseline {
    source: Arc<Source>,
    known: Vec<Known>,
    untested: Vec<Untested>,
    /// For each case, which pins of which entries may show in it.
    listing: BTreeMap<String, Vec<(usize, usize)>>,
    today: Date,
}

/// Why there is no baseline.
#[derive(Debug, thiserror::Error)]
pub enum BaselineError {
    /// The file cannot be read.
    #[error("cannot read the baseline `{path}`: {error}; `--update-baseline` writes a new one")]
    Read {
        /// The file.
        path: String,
        /// Why.
        error: io::Error,
    },
    /// The file cannot be written.
    #[error("cannot write the baseline `{path}`: {error}")]
    Write {
        /// The file.
        path: String,
        /// Why.
        error: io::Error,
    },
    /// Something in it is wrong.
    #[error("{} in the baseline", count(.0.len(), "error"))]
    Wrong(Vec<Diagnostic>),
}

impl Baseline {
    /// Reads a file; `today` decides what has expired.
    pub fn open(
        path: &Path,
        suites: &[Suite],
        today: Date,
        orphans: Orphans,
    ) -> Result<Baseline, BaselineError> {
        let shown = path.display().to_string();
        // a file that cannot be written is better known before a long run than after it
        let folder = path
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty());
        if let Some(folder) = folder
            && orphans == Orphans::Drop
            && !folder.is_dir()
        {
            let error = io::Error::new(
                io::ErrorKind::NotFound,
                format!("there is no folder `{}`", folder.display()),
            );
            return Err(BaselineError::Write { path: shown, error });
        }
        let source = match file::read(path, LONGEST) {
            Ok(source) => source,
            Err(Unread::Os(error))
                if error.kind() == io::ErrorKind::NotFound && orphans == Orphans::Drop =>
            {
                Source::new(shown, "")
            }
            Err(Unread::Os(error)) => return Err(BaselineError::Read { path: shown, error }),
            Err(Unread::Refused(wrong) | Unread::NoText(wrong)) => {
                return Err(BaselineError::Wrong(vec![wrong]));
            }
        };
        Baseline::parse(&source, suites, today, orphans).map_err(BaselineError::Wrong)
    }

    /// Reads a text.
    pub fn parse(
        source: &Arc<Source>,
        suites: &[Suite],
        today: Date,
        orphans: Orphans,
    ) -> Result<Baseline, Vec<Diagnostic>> {
        let (known, untested) = read::read(source, suites, orphans)?;
        let mut listing: BTreeMap<String, Vec<(usize, usize)>> = BTreeMap::new();
        for (entry, cause) in known.iter().enumerate() {
            for (pin, pinned) in cause.pins.iter().enumerate() {
                for case in &pinned.cases {
                    listing.entry(case.clone()).or_default().push((entry, pin));
                }
            }
        }
        Ok(Baseline {
            source: Arc::clone(source),
            known,
            untested,
            listing,
            today,
        })
    }

    /// The file as it is shown.
    pub fn path(&self) -> &str {
        &self.source.path
    }

    /// How many causes it has, and how many of them say why.
    pub fn reasons(&self) -> (usize, usize) {
        let given = self.known.iter().filter(|known| !known.reason.is_empty());
        (self.known.len(), given.count())
    }

    /// What is said of a case once it is known what the file lists of it.
    pub fn review(&self, case: &Case, said: Assessment, bindings: &Bindings) -> Assessment {
        let pin = Pin::new(bindings, self.today);
        let mark = |mismatches: Vec<Mismatch>| -> Vec<Mismatch> {
            let marked = mismatches.into_iter().map(|mismatch| Mismatch {
                listed: self.listed(case, &mismatch, &pin),
                ..mismatch
            });
            marked.collect()
        };
        let mut said = Assessment {
            mismatches: mark(said.mismatches),
            common: mark(said.common),
            ..said
        };
        excuse(&mut said);
        match said.verdict {
            Verdict::Inconclusive { .. } => return said,
            Verdict::NotTestable { class, .. } => {
                // a name in the list of a cause may stand for this case beside others that do show it
                let only_here = |known: &Known| {
                    class == Obstacle::SetUp && known.cases().all(|case| self.is_untested(case))
                };
                return Assessment {
                    unlisted: said.unlisted && !self.is_untested(&case.id),
                    gone: self.gone(case, &said, &pin, only_here),
                    ..said
                };
            }
            _ => {}
        }
        let untested = self.untested.iter();
        let untested = untested.filter(|untested| untested.cases.contains(&case.id));
        let mut gone: Vec<Gone> = untested.map(Untested::gone).collect();
        gone.extend(self.gone(case, &said, &pin, |_| true));
        Assessment {
            verdict: verdict(case, &said, &gone),
            gone,
            ..said
        }
    }

    /// What came of a case by this file, where another one was asked before.
    #[cfg(feature = "baseline")]
    pub fn again(&self, case: &Case, outcome: Outcome) -> Outcome {
        let own = outcome.mismatches.is_empty();
        let verdict = match outcome.verdict {
            verdict @ (Verdict::NotTestable { .. } | Verdict::Inconclusive { .. }) => verdict,
            _ if own => Verdict::Passed,
            _ => Verdict::Failed,
        };
        let said = Assessment {
            verdict,
            mismatches: outcome.mismatches,
            common: outcome.common,
            beyond: outcome.beyond,
            decided: outcome.decided,
            unlisted: outcome.unlisted,
            ..Assessment::unjudged(Verdict::Passed)
        };
        let said = self.review(case, said, &outcome.bindings);
        Outcome {
            verdict: said.verdict,
            mismatches: said.mismatches,
            common: said.common,
            beyond: said.beyond,
            gone: said.gone,
            unlisted: said.unlisted,
            decided: said.decided,
            ..outcome
        }
    }

    fn listed(&self, case: &Case, mismatch: &Mismatch, pin: &Pin) -> Listed {
        let mut otherwise = Listed::No;
        for (known, pinned) in self.of(&case.id) {
            if !known.is_for(mismatch) {
                continue;
            }
            let entry = known.place.clone();
            if !pin.holds(&pinned.value, mismatch) {
                otherwise = Listed::Otherwise {
                    entry,
                    pinned: pinned.value.clone(),
                };
                continue;
            }
            return match known.expires {
                Some(day) if day < self.today => Listed::Expired {
                    entry,
                    on: day.to_string(),
                },
                _ => Listed::Known {
                    reason: known.why(),
                    entry,
                },
            };
        }
        otherwise
    }

    /// Whether a case is listed as not testable.
    fn is_untested(&self, case: &str) -> bool {
        let mut untested = self.untested.iter();
        untested.any(|untested| untested.cases.contains(case))
    }

    /// The causes that are listed of a case and did not occur.
    fn gone(
        &self,
        case: &Case,
        said: &Assessment,
        pin: &Pin,
        is_due: impl Fn(&Known) -> bool,
    ) -> Vec<Gone> {
        let mut gone = Vec::new();
        let shown = || said.mismatches.iter().chain(&said.common);
        let unexpected: Vec<&Mismatch> = shown()
            .filter(|mismatch| matches!(mismatch.listed, Listed::No | Listed::Otherwise { .. }))
            .collect();
        for (known, pinned) in self.of(&case.id) {
            let holds = |found: &Mismatch| known.is_for(found) && pin.holds(&pinned.value, found);
            if !is_due(known)
                || pinned.sometimes
                || shown().chain(&said.beyond).any(holds)
                || unexpected.iter().any(|found| known.may_hide_behind(found))
                || shown().any(|found| known.may_follow(found))
            {
                continue;
            }
            let (clause, at, kind) = &known.key;
            gone.push(Gone {
                entry: known.place.clone(),
                clause: Some(clause.clone()),
                what: format!("{clause} {at} {kind}"),
            });
        }
        gone
    }

    /// What may show in a case.
    fn of(&self, case: &str) -> impl Iterator<Item = (&Known, &Pinned)> {
        self.listing
            .get(case)
            .into_iter()
            .flatten()
            .map(|(entry, pin)| (&self.known[*entry], &self.known[*entry].pins[*pin]))
    }
}

/// Has what follows from a known mismatch known as well: it comes and goes with that.
fn excuse(said: &mut Assessment) {
    /// How many mismatches follow one from the other: a relation from a part, this from a whole, that from a status.
    const LONGEST: usize = 4;
    let all: Vec<Mismatch> = said
        .mismatches
        .iter()
        .chain(&said.common)
        .cloned()
        .collect();
    let cause = |mismatch: &Mismatch| {
        let follows = mismatch.follows.as_ref()?;
        let mut causes = all.iter();
        causes.find(|one| one.step == follows.step && one.at == follows.at)
    };
    for mismatch in said.mismatches.iter_mut().chain(&mut said.common) {
        let mut chain = std::iter::successors(cause(mismatch), |next| cause(next)).take(LONGEST);
        if let Some(known) = chain.find(|first| first.listed.is_known()) {
            mismatch.listed = known.listed.clone();
        }
    }
}

/// The verdict on a case that was judged, by what is listed of its mismatches and what is gone.
fn verdict(case: &Case, said: &Assessment, gone: &[Gone]) -> Verdict {
    let own = &said.mismatches;
    if own.iter().any(|mismatch| !mismatch.listed.is_known()) {
        return Verdict::Failed;
    }
    let of_case = |gone: &&Gone| {
        let clause = gone.clause.as_ref();
        clause.is_none_or(|clause| case.clauses.contains(clause))
    };
    let stale: Vec<&str> = gone
        .iter()
        .filter(of_case)
        .map(|gone| gone.what.as_str())
        .collect();
    if !stale.is_empty() {
        return Verdict::Stale {
            reason: format!("stale entries: {}", stale.join("; ")),
        };
    }
    if own.is_empty() {
        return said.verdict.clone();
    }
    let mut reasons: Vec<&str> = Vec::new();
    for mismatch in own {
        if let Listed::Known { reason, .. } = &mismatch.listed
            && !reasons.contains(&reason.as_str())
        {
            reasons.push(reason);
        }
    }
    Verdict::Known {
        reason: reasons.join("; "),
    }
}
