//! What a case comes to that ended before its last step, and what setting it up adds.

use crate::{
    arrange::{Arranged, blocked::Blocked},
    note::Note,
    verdict::{Assessment, Cause, Exchange, Mismatch, Obstacle, Origin, SetUpStep, Verdict},
};

/// What a case comes to that cannot be set up. `judged` is what is wrong with the set-up.
pub(super) fn blocked(why: Blocked, judged: &Assessment) -> Assessment {
    match why {
        Blocked::Refused { at, refusal } => {
            let reason = match at {
                Some(at) => format!("{at}: {refusal}"),
                None => refusal.to_string(),
            };
            Assessment::unjudged(Verdict::NotTestable {
                class: Obstacle::SetUp,
                reason,
                refusal: Some(refusal),
            })
        }
        Blocked::Open { at, reason } => open(at, reason),
        Blocked::Unmade(reason) => Assessment::untestable(Obstacle::SetUp, reason),
        // at this level the answer may be right, and is of no use all the same
        Blocked::Wrong { at, reason } if judged.mismatches.is_empty() => open(at, reason),
        Blocked::Wrong { at, reason } => {
            let reason = format!("{at}: {reason}");
            Assessment {
                mismatches: judged.mismatches.clone(),
                notes: vec![Note::Ended { reason }],
                ..Assessment::unjudged(Verdict::Failed)
            }
        }
    }
}

/// Nothing can be said of the case, because of a step of its set-up.
fn open(at: Box<SetUpStep>, reason: String) -> Assessment {
    Assessment::unjudged(Verdict::Inconclusive {
        at: Some(at),
        reason,
    })
}

/// What a case comes to that ended before its last step: the answers until then stay judged, and one that is wrong fails it.
pub(super) fn ended(judged: Assessment, ending: Assessment) -> Assessment {
    let mut said = judged;
    if said.mismatches.is_empty() {
        said.verdict = ending.verdict;
        said.unlisted = ending.unlisted;
    } else if let Some(reason) = ending.verdict.reason() {
        said.notes.push(Note::Ended { reason });
    }
    said.mismatches.extend(ending.mismatches);
    said.common.extend(ending.common);
    said.beyond.extend(ending.beyond);
    said.notes.extend(ending.notes);
    said.decided.extend(ending.decided);
    said
}

/// Adds what is wrong with the answers to its set-up, however that ended. It counts for all cases, once.
pub(super) fn set_up(said: &mut Assessment, judged: Assessment) {
    for mismatch in judged.common {
        let same = |known: &Mismatch| Cause::key(known) == Cause::key(&mismatch);
        if !said.mismatches.iter().chain(&said.common).any(same) {
            said.common.push(mismatch);
        }
    }
    said.beyond.extend(judged.beyond);
    said.decided.extend(judged.decided);
}

/// Numbers the answers to the set-up that mismatches are about as if they were to steps after the last, so that they are shown.
pub(super) fn shown(
    said: &mut Assessment,
    steps: usize,
    arranged: &Arranged,
    exchanges: &mut Vec<Exchange>,
) {
    for mismatch in said.mismatches.iter_mut().chain(&mut said.common) {
        let Origin::SetUp(at) = &mismatch.origin else {
            continue;
        };
        let mut answers = arranged.answers.iter();
        let Some(index) = answers.rposition(|(step, _)| *step == at.step) else {
            continue;
        };
        mismatch.step = steps + index;
        if !exchanges.iter().any(|known| known.step == mismatch.step) {
            exchanges.push(Exchange {
                step: mismatch.step,
                ..arranged.answers[index].1.clone()
            });
        }
    }
}
