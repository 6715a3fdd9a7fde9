//! The JSON report: stable keys, one document at the end of the run. `src/report/report.schema.json` states them.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::{Event, Reporter, Summary};
use crate::{
    case::Case,
    coverage::{Covered, Status},
    verdict::{Cause, Listed, Mismatch, Outcome},
};

/// The version of the report's keys; a key is never renamed within one.
pub const FORMAT: &str = "lambda-conformance/1";

/// Writes the report when the run is over.
pub struct Json<W> {
    to: W,
    cases: Vec<Value>,
}

impl<W: Write> Json<W> {
    /// A report that is written to `to`.
    pub fn new(to: W) -> Json<W> {
        Json {
            to,
            cases: Vec::new(),
        }
    }
}

impl<W: Write> Reporter for Json<W> {
    fn event(&mut self, event: &Event<'_>) -> io::Result<()> {
        match event {
            Event::Started(_) => {}
            Event::Judged(item, outcome) => self.cases.push(case(item.case, outcome)),
            Event::Finished(summary) => {
                let cases = std::mem::take(&mut self.cases);
                serde_json::to_writer_pretty(&mut self.to, &document(summary, cases))?;
                writeln!(self.to)?;
                self.to.flush()?;
            }
        }
        Ok(())
    }
}

fn case(case: &Case, outcome: &Outcome) -> Value {
    json!({
        "id": case.id,
        "verdict": outcome.verdict.name(),
        "reason": outcome.verdict.reason(),
        "clauses": case.clauses,
        "issues": case.issues,
        "duration_ms": u64::try_from(outcome.duration.as_millis()).unwrap_or(u64::MAX),
        "notes": outcome.notes.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "replay": (!outcome.mismatches.is_empty() || !outcome.common.is_empty()).then_some(&outcome.replay),
        "mismatches": outcome.mismatches.iter().map(mismatch).collect::<Vec<_>>(),
    })
}

fn mismatch(mismatch: &Mismatch) -> Value {
    json!({
        "at": mismatch.at.to_string(),
        "kind": mismatch.kind.name(),
        "expected": mismatch.expected,
        "found": mismatch.found,
        "baseline": listed(&mismatch.listed),
        "clause": mismatch.clause,
        "basis": mismatch.basis.name(),
        "level": mismatch.level.name(),
        "file": mismatch.place.source.path,
        "line": mismatch.place.line(),
    })
}

fn cause(cause: &Cause) -> Value {
    json!({
        "clause": cause.first.clause,
        "at": cause.first.at.to_string(),
        "kind": cause.first.kind.name(),
        "expected": cause.first.expected,
        "found": cause.first.found,
        "known": cause.first.listed.is_known(),
        "cases": cause.cases,
    })
}

/// What the baseline says of a mismatch, in a word.
fn listed(listed: &Listed) -> Option<&'static str> {
    match listed {
        Listed::No => None,
        Listed::Known { .. } => Some("known"),
        Listed::Expired { .. } => Some("expired"),
        Listed::Otherwise { .. } => Some("changed"),
    }
}

fn covered(covered: &Covered<'_>) -> Value {
    json!({
        "clause": covered.clause.id,
        "status": covered.status().name(),
        "reason": covered.clause.untested,
        "decided": covered.decided.len(),
        "failed": covered.failed.len(),
    })
}

fn ids<'c>(covered: impl Iterator<Item = &'c Covered<'c>>) -> Vec<&'c str> {
    covered.map(|covered| covered.clause.id.as_str()).collect()
}

fn document(summary: &Summary<'_>, mut cases: Vec<Value>) -> Value {
    for common in &summary.common {
        let failed = !common.mismatches.is_empty();
        let verdict = common.verdict();
        cases.push(json!({
            "id": common.id,
            "verdict": verdict.name(),
            "reason": verdict.reason().or_else(|| failed.then(|| format!("seen in {} cases", common.seen.len()))),
            "clauses": [common.clause],
            "duration_ms": 0,
            "notes": common.seen,
            "mismatches": common.mismatches.iter().map(mismatch).collect::<Vec<_>>(),
        }));
    }
    let header = summary.header;
    json!({
        "format": FORMAT,
        "tool": { "name": env!("CARGO_PKG_NAME"), "version": env!("CARGO_PKG_VERSION") },
        "target": {
            "name": header.target,
            "endpoint": header.endpoint,
            "region": header.region,
            "account": header.account,
            "capabilities": header.capabilities,
        },
        "level": header.level.name(),
        "exit": {
            "code": summary.exit.code(),
            "classes": summary.exit.classes.iter().map(|class| class.name()).collect::<Vec<_>>(),
        },
        "summary": {
            "total": summary.total(),
            "passed": summary.count("passed"),
            "failed": summary.count("failed"),
            "known": summary.count("known"),
            "stale": summary.count("stale"),
            "not_testable": summary.count("not-testable"),
            "inconclusive": summary.count("inconclusive"),
            "causes": summary.causes.len() + summary.known.len(),
            "known_causes": summary.known.len(),
        },
        "left": summary.left,
        "baseline": summary.header.baseline.as_ref().map(|path| json!({
            "file": path,
            "stale": summary.stale.iter().map(|stale| json!({
                "line": stale.entry.line(),
                "what": stale.what,
                "cases": stale.cases,
            })).collect::<Vec<_>>(),
            "not_testable": summary.unlisted,
            "written": summary.written,
        })),
        "causes": summary.causes.iter().chain(&summary.known).map(cause).collect::<Vec<_>>(),
        "cases": cases,
        "coverage": {
            "clauses": summary.coverage.clauses.len(),
            "verified": summary.coverage.decided(),
            "not_testable": summary.coverage.count(Status::NotTestable),
            "unverified": ids(summary.coverage.of(Status::Unverified)),
            "contract": summary.coverage.clauses.iter().map(covered).collect::<Vec<_>>(),
        },
    })
}
