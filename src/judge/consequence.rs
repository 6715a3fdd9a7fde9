//! Consequences: which mismatches of a case follow from others, and are no fault of their own. [`consequences`] marks them.
//!
//! In this order: no answer, status, unreadable body, error, members. Headers stand apart from all of them.
//!
//! | mismatch | follows from |
//! |---|---|
//! | any of a step after one that was to write and did not, or wrote what it was to refuse | that status |
//! | any of a step after one whose body cannot be read, but that it cannot be read either | that body |
//! | any but of a header, and the status of the step is wrong, or no answer came | that status |
//! | any but of a header, and the body cannot be read | the body |
//! | of a message or a type, and the error is another one | the error |
//! | of the error, and the header that names it is missing | that header |
//! | of the header that names the error, and status or error are wrong | that one |
//! | of a relation with an answer whose status is wrong or whose body cannot be read | that one |
//! | of a part of what differs as a whole, or of a member that is there in other letters | that one |
//! | of the presence table, and a member by which its column is chosen is wrong | that member |
//! | the same part differs in the same way, for another clause | the first of them |

use std::{collections::BTreeSet, sync::Arc};

use crate::{
    case::Case,
    path::Path,
    presence::Shown,
    suite::Suite,
    verdict::{Assessment, Follows, Kind, Mismatch, Origin, SetUpStep},
};

/// Marks the mismatches that follow from others. What decides at the level of the run must be known.
pub fn consequences(suite: &Suite, case: &Case, said: &mut Assessment) {
    let all: Vec<&Mismatch> = said.mismatches.iter().chain(&said.common).collect();
    let steps: BTreeSet<usize> = all.iter().map(|one| one.step).collect();
    let order = |step: usize| order(case, step, &all);
    let mut steps: Vec<usize> = steps.into_iter().collect();
    steps.sort_by_key(|step| order(*step));
    let broken = steps
        .into_iter()
        .find_map(|step| Some((step, breaks(suite, case, step, &all)?)));
    let all: Vec<Option<Follows>> = all
        .iter()
        .map(|one| {
            let is_after = |step: usize| order(one.step) > order(step);
            let is_other = |why: &Mismatch| is_status(why) || !is_unreadable(one);
            let broken = broken.filter(|(step, why)| is_after(*step) && is_other(why));
            let follows = broken.map(|(_, why)| from(why));
            follows.or_else(|| within(suite, case, one, &all))
        })
        .collect();
    let marked = said.mismatches.iter_mut().chain(&mut said.common);
    for (mismatch, follows) in marked.zip(all) {
        mismatch.follows = follows;
    }
}

/// When a step is taken: first those of the fixture, which are numbered after those of the case, as are its waits.
fn order(case: &Case, step: usize, all: &[&Mismatch]) -> Option<usize> {
    if step < case.steps.len() {
        return Some(step);
    }
    let mut own = all.iter().filter(|one| one.step == step);
    own.find_map(|one| match &one.origin {
        Origin::SetUp(SetUpStep {
            fixture: None,
            step,
            ..
        }) => case.steps.iter().position(|known| known.is_called(step)),
        _ => None,
    })
}

/// Why what comes after a step says little, if it does: it did not do what it was to do, or nothing can be told from its answer.
fn breaks<'m>(
    suite: &Suite,
    case: &Case,
    step: usize,
    all: &[&'m Mismatch],
) -> Option<&'m Mismatch> {
    let mut own = all.iter().copied().filter(|one| one.step == step);
    let name = match case.steps.get(step) {
        Some(step) => &step.operation,
        None => own.clone().find_map(|one| match &one.origin {
            Origin::SetUp(at) => Some(&at.operation),
            _ => None,
        })?,
    };
    let operation = suite.service.operations.get(name);
    let writes = operation.is_some_and(|operation| operation.method != http::Method::GET);
    let is_done = |one: &Mismatch| one.expected.starts_with('2') && one.found.starts_with('2');
    own.clone()
        .find(|one| writes && is_status(one) && !is_done(one))
        .or_else(|| own.find(|one| is_unreadable(one)))
}

/// From what a mismatch follows that no step before explains.
fn within(suite: &Suite, case: &Case, one: &Mismatch, all: &[&Mismatch]) -> Option<Follows> {
    let own: Vec<&Mismatch> = all
        .iter()
        .copied()
        .filter(|other| other.step == one.step)
        .collect();
    let other = |found: Option<&Mismatch>| {
        let found = found.filter(|found| !std::ptr::eq(*found, one));
        found.map(from)
    };
    let error = Path::key("headers").then("x-amzn-errortype");
    let first = own.iter().copied();
    let (wrong, unreadable, named) = (
        status(all, one.step),
        first.clone().find(|one| is_unreadable(one)),
        first.clone().find(|one| one.at.root() == "error"),
    );
    // of a case, that is told once
    let unnamed = all
        .iter()
        .copied()
        .find(|one| one.at == error && one.kind == Kind::Missing);
    if one.at.root() == "headers" {
        let is_unnamed = unnamed.is_some_and(|unnamed| std::ptr::eq(unnamed, one));
        return if one.at == error {
            other(wrong.or(named.filter(|_| unreadable.is_none() && !is_unnamed)))
        } else {
            said_before(one, &own)
        };
    }
    let unnamed = unnamed.filter(|_| one.at.root() == "error" && one.kind == Kind::Missing);
    if let Some(first) = wrong.or(unreadable).or(unnamed).or(named) {
        return other(Some(first));
    }
    if let Origin::Relation { step, .. } = &one.origin {
        let step = case.steps.iter().position(|known| known.is_called(step));
        let mut there = all.iter().filter(|found| Some(found.step) == step);
        if let Some(found) = there.find(|found| is_status(found) || is_unreadable(found)) {
            return Some(from(found));
        }
    }
    let mut members = suite.presence.iter().flat_map(|table| &table.members);
    let member = members.find(|member| {
        let place = &member.place;
        Arc::ptr_eq(&place.source, &one.place.source) && place.span == one.place.span
    });
    if member.is_some_and(|member| member.depends()) {
        let place = |at: &Path| {
            Shown::BY
                .iter()
                .position(|by| *at == Path::key("body").then(by))
        };
        let chooses = |other: &&&Mismatch| match (place(&other.at), place(&one.at)) {
            (Some(other), Some(own)) => other < own,
            (other, _) => other.is_some(),
        };
        // of a case, that is told once
        if let Some(member) = all.iter().find(chooses) {
            return Some(from(member));
        }
    }
    let whole = own.iter().find(|other| {
        other.at.root() != "headers" && one.at.len() > other.at.len() && one.at.is_within(&other.at)
    });
    other(whole.copied())
        .or_else(|| said_before(one, &own))
        .or_else(|| renamed(one, &own))
}

/// The first mismatch of the same part and kind, for another clause.
fn said_before(one: &Mismatch, own: &[&Mismatch]) -> Option<Follows> {
    let same = |other: &&&Mismatch| other.at == one.at && other.kind == one.kind;
    let first = own.iter().find(same)?;
    (!std::ptr::eq(*first, one)).then(|| from(first))
}

/// What is missing in these letters, if this is there in others.
fn renamed(one: &Mismatch, own: &[&Mismatch]) -> Option<Follows> {
    let name = one.at.to_string();
    let mut missing = own.iter().filter(|other| other.kind == Kind::Missing);
    let found = missing.find(|other| other.at.to_string().eq_ignore_ascii_case(&name))?;
    matches!(one.kind, Kind::Unexpected | Kind::Added).then(|| from(found))
}

fn from(mismatch: &Mismatch) -> Follows {
    Follows {
        step: mismatch.step,
        at: mismatch.at.clone(),
    }
}

/// The mismatch that says that another answer came to a step altogether, or none.
fn status<'m>(all: &[&'m Mismatch], step: usize) -> Option<&'m Mismatch> {
    let mut own = all.iter().copied().filter(|one| one.step == step);
    own.find(|one| is_status(one))
}

fn is_status(mismatch: &Mismatch) -> bool {
    ["status", "connection"].contains(&mismatch.at.root())
}

/// Whether nothing can be said of the body.
fn is_unreadable(mismatch: &Mismatch) -> bool {
    mismatch.at == Path::key("body")
        || mismatch.kind == Kind::Unreadable && mismatch.at.root() != "headers"
}
