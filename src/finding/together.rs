//! [`together`]: groups that show only where others show.

use std::collections::BTreeSet;

use super::{
    alone::{Alone, MANY},
    difference::Layer,
    gathered::Findings,
};
use crate::path::Path;

/// Adds the groups that show only where those that are taken show.
pub(super) fn together(
    findings: &Findings,
    left: &[Alone<'_>],
    factors: &[usize],
    taken: &mut Vec<usize>,
) {
    const SHARE: f64 = 0.9;
    /// What shows in more of the answers shows with anything.
    const USUAL: f64 = 0.5;
    let seed = &left[0];
    let layer = seed.difference.layer();
    let is_whole = seed.difference.is_whole();
    if layer == Layer::Headers {
        return;
    }
    loop {
        let top = seed.difference.at.top();
        let one_member = layer == Layer::Body
            && taken
                .iter()
                .all(|known| left[*known].difference.at.top() == top);
        let members: BTreeSet<Path> = taken
            .iter()
            .map(|known| left[*known].difference.at.top())
            .collect();
        let many = layer == Layer::Body && members.len() >= MANY;
        let more = left.iter().enumerate().find(|(at, one)| {
            let way = seed.group.way();
            if many && !taken.contains(at) && way.is_some() && one.group.way() == way {
                return true;
            }
            // one member wrong in many places is one finding
            if one_member && !taken.contains(at) && one.difference.at.top() == top {
                return true;
            }
            let shown = taken.iter().map(|known| {
                findings
                    .together
                    .get(&(one.number, left[*known].number))
                    .copied()
                    .unwrap_or_default()
            });
            let same_body = (one.difference.layer() == Layer::Body) == (layer == Layer::Body);
            let is_header = one.difference.layer() == Layer::Headers;
            let may_go = if is_header { is_whole } else { same_body };
            let in_one_way = many && one.difference.kind == seed.difference.kind;
            let at_one = !factors.is_empty() || one.difference.at == seed.difference.at;
            !taken.contains(at)
                && may_go
                && (at_one || in_one_way)
                && shown.sum::<usize>() as f64 >= SHARE * one.size as f64
                && (is_whole
                    || in_one_way
                    || layer == Layer::Error
                    || one.prevalence(taken.iter().map(|known| &left[*known])) <= USUAL)
        });
        match more {
            Some((at, _)) => taken.push(at),
            None => return,
        }
    }
}
