//! [`judge`]: what comes of one trial, and what it says when it fails.

use std::time::Duration;

use libtest_mimic::{Completion, Failed};

use super::{
    run::Run,
    shared::{Shared, alone, counts},
};
use crate::{
    plan::Item,
    report::{Common, Header, Tally, terminal},
    sink::{Screen, visible_lines},
    verdict::{Obstacle, Outcome, Verdict},
};

/// Does what a trial does.
pub(super) async fn judge(run: Run, shared: &Shared) -> Result<Completion, Failed> {
    let done = match run {
        Run::Case(number) => case(shared, number).await,
        Run::Common(suite, clause) => common(shared, suite, clause.as_deref()).await,
    };
    // what a target says goes into a log
    done.map_err(|failed| visible_lines(failed.message().unwrap_or_default()).into())
}

async fn case(shared: &Shared, number: usize) -> Result<Completion, Failed> {
    let item = shared.item(number);
    let mut outcome = shared.outcome(number).await?.clone();
    // fails in the trials of what cases have in common
    outcome.common.clear();
    let judged = matches!(
        outcome.verdict,
        Verdict::Passed | Verdict::Failed | Verdict::Known { .. }
    );
    let also = match &shared.also {
        Some(also) if judged => also(item.suite, item.case, &outcome).err(),
        _ => None,
    };
    match &outcome.verdict {
        Verdict::Failed => {
            let mut text = told(shared, &[(item, outcome)]);
            if let Some(also) = also {
                text = format!("{text}\n\n{also}");
            }
            return Err(text.into());
        }
        Verdict::NotTestable { class, reason, .. } if *class == Obstacle::Level => {
            return Ok(Completion::ignored_with(reason));
        }
        Verdict::NotTestable { .. } => {
            let reason = outcome.verdict.reason().unwrap_or_default();
            return untested(shared, &reason, outcome.unlisted);
        }
        Verdict::Inconclusive { .. } => {
            let reason = outcome.verdict.reason().unwrap_or_default();
            let replay = match outcome.replay.as_str() {
                "" => String::new(),
                replay => format!("\n  replay     {replay}"),
            };
            return Err(format!("inconclusive: {reason}{replay}").into());
        }
        Verdict::Stale { reason } => return Err(format!("stale: {reason}").into()),
        Verdict::Passed | Verdict::Known { .. } => {}
    }
    if let Some(also) = also {
        return Err(also.into());
    }
    Ok(match outcome.verdict {
        Verdict::Known { reason } => Completion::ignored_with(format!("known: {reason}")),
        _ => Completion::Completed,
    })
}

/// A trial of which nothing can be said. nextest would count an ignored one as passed.
fn untested(shared: &Shared, reason: &str, unlisted: bool) -> Result<Completion, Failed> {
    if shared.complete {
        return Err(format!("not testable, {reason}; on this target every case has to be").into());
    }
    if shared.has_baseline && unlisted {
        return Err(format!("not testable, {reason}; the baseline does not list it").into());
    }
    // what a baseline lists is known
    if alone() && (!shared.has_baseline || unlisted) {
        return Err(format!(
            "not testable, {reason}; nextest would count it as passed, so it fails: leave the case out with a filter, or \
             list it in a baseline (`lambda-conformance run --baseline FILE --update-baseline`)"
        )
        .into());
    }
    Ok(Completion::ignored_with(reason))
}

async fn common(shared: &Shared, suite: usize, clause: Option<&str>) -> Result<Completion, Failed> {
    let outcomes = shared.outcomes(suite).await?;
    if outcomes
        .iter()
        .all(|(_, outcome)| outcome.decided.is_empty())
    {
        return untested(shared, "no case got an answer that decides anything", false);
    }
    let common = shared.in_common(suite).await?;
    let has_trial = |wanted: &str| {
        let mut trials = shared.common.iter();
        trials.any(|(_, run)| matches!(run, Run::Common(of, Some(clause)) if *of == suite && clause == wanted))
    };
    let wanted = |common: &&Common| match clause {
        Some(clause) => common.clause == clause,
        None => !has_trial(&common.clause),
    };
    let found: Vec<&Common> = common.iter().filter(wanted).collect();
    let mut failed = Vec::new();
    let mut known = Vec::new();
    for common in &found {
        match common.verdict() {
            Verdict::Failed => failed.push(common.clause.as_str()),
            Verdict::Known { reason } => known.push(format!("{}: known, {reason}", common.clause)),
            Verdict::Stale { reason } => {
                return Err(format!("{}: stale, {reason}", common.clause).into());
            }
            Verdict::Passed | Verdict::NotTestable { .. } | Verdict::Inconclusive { .. } => {}
        }
    }
    if !failed.is_empty() {
        let shown: Vec<(Item<'_>, Outcome)> = outcomes
            .iter()
            .map(|(number, outcome)| {
                let (item, mut outcome) = (shared.item(*number), Outcome::clone(outcome));
                outcome.mismatches.clear();
                outcome
                    .common
                    .retain(|mismatch| failed.contains(&mismatch.clause.as_str()));
                (item, outcome)
            })
            .filter(|(_, outcome)| !outcome.common.is_empty())
            .collect();
        return Err(told(shared, &shown).into());
    }
    if !known.is_empty() {
        return Ok(Completion::ignored_with(known.join("; ")));
    }
    let suite = &shared.suites()[suite];
    let asserted = |clause: &str| {
        let mut always = suite.invariants();
        always.any(|always| always.clause == clause && counts(always, shared.level))
    };
    let decides = |clause: &str| {
        outcomes
            .iter()
            .any(|(_, outcome)| outcome.decided.contains(clause))
    };
    match clause {
        Some(clause) if found.is_empty() && !decides(clause) => {
            let reason = "no answer was of the kind that this checks";
            if asserted(clause) && shared.complete && !shared.whole {
                Ok(Completion::ignored_with(
                    "the filters leave out the cases whose answers this checks",
                ))
            } else if asserted(clause) {
                untested(shared, reason, false)
            } else if shared.complete {
                // some clauses are of answers that no case can get
                Ok(Completion::Completed)
            } else {
                Ok(Completion::ignored_with(reason))
            }
        }
        _ => Ok(Completion::Completed),
    }
}

fn header(shared: &Shared, cases: usize) -> Header {
    let session = shared
        .session()
        .expect("invariant: what was judged has a session");
    let connection = &session.connection;
    Header {
        baseline: session
            .baseline
            .as_ref()
            .map(|known| known.path().to_owned()),
        ..Header::new(
            &connection.target,
            connection.account(),
            shared.level,
            cases,
        )
    }
}

/// What the report of a run says of these outcomes.
fn told(shared: &Shared, judged: &[(Item<'_>, Outcome)]) -> String {
    let header = header(shared, judged.len());
    let mut tally = Tally::new(&header);
    for (item, outcome) in judged {
        tally.add(*item, outcome);
    }
    let summary = tally.finish(Duration::ZERO);
    let mut text = Vec::new();
    // writing to memory does not fail
    let _ = terminal::blocks(&summary, &mut Screen::new(&mut text, false), false);
    String::from_utf8_lossy(&text).trim().to_owned()
}
