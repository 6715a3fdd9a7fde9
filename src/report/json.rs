//! The JSON report: stable keys, one document at the end of the run. `src/report/report.schema.json` states them.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::{
    summary::{Common, Judged, Noticed, Refused, Stale, Summary},
    wording,
};
use crate::{
    coverage::{Coverage, Covered, Status},
    factor::Factor,
    finding::{CauseKey, Finding, Reached, Shown},
    sink,
    verdict::{Cause, Exchange, Listed, Mismatch},
};

/// The version of the report's keys; a key is never renamed within one.
pub(super) const FORMAT: &str = "lambda-conformance/3";

/// How many bytes of a body are shown.
const BODY: usize = 16 * 1024;

/// Writes the report, with the answers to the cases that failed or got no verdict.
pub(super) fn write(summary: &Summary<'_>, to: &mut dyn Write) -> io::Result<()> {
    written(summary, to, |judged| {
        ["failed", "inconclusive"].contains(&judged.outcome.verdict.name())
    })
}

/// Writes the report, with the answers to all cases.
pub(super) fn write_all(summary: &Summary<'_>, to: &mut dyn Write) -> io::Result<()> {
    written(summary, to, |_| true)
}

fn written(
    summary: &Summary<'_>,
    to: &mut dyn Write,
    answered: fn(&Judged<'_>) -> bool,
) -> io::Result<()> {
    let text = serde_json::to_string_pretty(&document(summary, answered))?;
    writeln!(to, "{}", sink::json(&text))
}

fn document(summary: &Summary<'_>, answered: fn(&Judged<'_>) -> bool) -> Value {
    let own = summary.cases.iter().map(|one| case(one, answered(one)));
    let cases: Vec<Value> = own.chain(summary.common.iter().map(common)).collect();
    let causes = summary.causes.iter().chain(&summary.known);
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
            "classes": wording::classes(summary),
            "conclusion": wording::conclusion(summary),
        },
        "summary": {
            "total": summary.total(),
            "passed": summary.count("passed"),
            "failed": summary.count("failed"),
            "known": summary.count("known"),
            "stale": summary.count("stale"),
            "not_testable": summary.count("not-testable"),
            "inconclusive": summary.count("inconclusive"),
            "findings": summary.findings.len(),
            "causes": summary.causes.len() + summary.known.len(),
            "known_causes": summary.known.len(),
        },
        "left": summary.left,
        "waiting": {
            "seconds": summary.waiting.in_all.as_secs_f64(),
            "in_vain": summary.waiting.in_vain.as_secs_f64(),
            "limit": summary.waiting.limit.as_secs_f64(),
        },
        "baseline": header.baseline.as_ref().map(|path| json!({
            "file": path,
            "stale": summary.stale.iter().map(stale).collect::<Vec<_>>(),
            "not_testable": summary.unlisted(),
            "written": summary.written,
        })),
        "refusals": summary.refused().iter().map(refused).collect::<Vec<_>>(),
        "findings": summary.findings.iter().map(finding).collect::<Vec<_>>(),
        "noticed": summary.noticed().iter().map(noticed).collect::<Vec<_>>(),
        "causes": causes.map(cause).collect::<Vec<_>>(),
        "cases": cases,
        "coverage": coverage(&summary.coverage),
    })
}

fn case(judged: &Judged<'_>, answered: bool) -> Value {
    let (case, outcome) = (judged.item.case, &judged.outcome);
    let answers = outcome.exchanges.iter().map(answer);
    let answers = answered.then(|| answers.collect::<Vec<_>>());
    json!({
        "id": case.id,
        "verdict": outcome.verdict.name(),
        "reason": outcome.verdict.reason(),
        "clauses": case.clauses,
        "issues": case.issues,
        "duration_ms": u64::try_from(outcome.duration.as_millis()).unwrap_or(u64::MAX),
        "notes": outcome.notes.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "answers": answers,
        "replay": judged.first_mismatch().map(|_| &outcome.replay),
        "mismatches": outcome.mismatches.iter().map(mismatch).collect::<Vec<_>>(),
    })
}

/// What came to a step of a case. It went through [`crate::secret`] when it came.
fn answer(exchange: &Exchange) -> Value {
    let answer = &exchange.answer;
    let shown = &answer.body[..answer.body.len().min(BODY)];
    let header = |(name, value): (&http::HeaderName, &http::HeaderValue)| {
        json!([name.as_str(), String::from_utf8_lossy(value.as_bytes())])
    };
    let whole = answer.cut.unwrap_or(answer.body.len());
    json!({
        "step": exchange.step + 1,
        "status": answer.status,
        "headers": answer.headers.iter().map(header).collect::<Vec<_>>(),
        "body": String::from_utf8_lossy(shown),
        "cut_from": (shown.len() < whole).then_some(whole),
    })
}

fn common(common: &Common) -> Value {
    let verdict = common.verdict();
    let seen = (!common.mismatches.is_empty()).then(|| common.seen_in());
    json!({
        "id": common.id,
        "verdict": verdict.name(),
        "reason": verdict.reason().or(seen),
        "clauses": [common.clause],
        "duration_ms": 0,
        "notes": common.seen,
        "mismatches": common.mismatches.iter().map(mismatch).collect::<Vec<_>>(),
    })
}

fn mismatch(mismatch: &Mismatch) -> Value {
    json!({
        "at": mismatch.at.to_string(),
        "kind": mismatch.kind.name(),
        "origin": mismatch.origin.name(),
        "expected": mismatch.expected,
        "found": mismatch.found,
        "baseline": listed(&mismatch.listed),
        "consequence_of": mismatch.follows.as_ref().map(|from| json!({
            "step": from.step + 1,
            "at": from.at.to_string(),
        })),
        "step": mismatch.step + 1,
        "clause": mismatch.clause,
        "basis": mismatch.basis.name(),
        "level": mismatch.level.name(),
        "file": mismatch.place.source.path,
        "line": mismatch.place.line(),
    })
}

fn finding(finding: &Finding) -> Value {
    let Shown {
        case,
        mismatch,
        request,
    } = &finding.shown;
    let factor = |one: &Factor| json!({ "name": one.name, "value": one.value });
    let key = |one: &CauseKey| json!({ "clause": one.clause, "at": one.at.to_string(), "kind": one.kind.name() });
    let Reached {
        failing,
        of,
        elsewhere,
        others,
    } = finding.reached;
    json!({
        "id": finding.id,
        "sentence": finding.sentence,
        "clause": finding.clause,
        "clauses": finding.clauses,
        "factors": finding.factors.iter().map(factor).collect::<Vec<_>>(),
        "failing": failing,
        "passing": of - failing,
        "elsewhere": elsewhere,
        "others": others,
        "known": finding.known,
        "cases": finding.cases,
        "causes": finding.causes.iter().map(key).collect::<Vec<_>>(),
        "case": case,
        "step": mismatch.step + 1,
        "at": mismatch.at.to_string(),
        "kind": mismatch.kind.name(),
        "expected": mismatch.expected,
        "found": mismatch.found,
        "request": request,
    })
}

fn noticed(noticed: &Noticed<'_>) -> Value {
    json!({ "says": noticed.says, "clauses": noticed.clauses, "issues": noticed.issues })
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

fn refused(refused: &Refused<'_>) -> Value {
    json!({
        "operation": refused.refusal.operation,
        "answer": refused.refusal.answer,
        "advice": refused.refusal.advice,
        "known": refused.listed,
        "cases": refused.cases,
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

fn stale(stale: &Stale) -> Value {
    json!({ "line": stale.entry.line(), "what": stale.what, "cases": stale.cases })
}

fn coverage(coverage: &Coverage<'_>) -> Value {
    json!({
        "clauses": coverage.clauses.len(),
        "met": coverage.count(Status::Met),
        "failed": coverage.count(Status::Failed),
        "not_decided": coverage.count(Status::NotDecided),
        "not_testable": coverage.count(Status::NotTestable),
        "contract": coverage.clauses.iter().map(covered).collect::<Vec<_>>(),
    })
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
