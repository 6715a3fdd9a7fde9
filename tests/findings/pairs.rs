//! Servers with two faults at once.

use std::{collections::BTreeSet, sync::Arc};

use bytes::Bytes;
use http::Request;
use lambda_conformance::mock::Middleware;

use crate::{
    servers::Next,
    table::{Row, rows},
};

/// A server with the faults of both: what one lets through, the other takes for what it was sent.
pub(crate) fn both(outer: Arc<Middleware>, inner: Arc<Middleware>) -> Arc<Middleware> {
    Arc::new(move |request: Request<Bytes>, mock: Next<'_>| {
        outer(request, &|request| inner(request, mock))
    })
}

/// So many pairs of rows that are noticed, each of two others, the same ones for the same seed.
pub(crate) fn pairs(count: usize, seed: u64) -> Vec<(Row, Row)> {
    let noticed: Vec<String> = rows()
        .into_iter()
        .filter(|row| row.unnoticed.is_none())
        .map(|row| row.name)
        .collect();
    let mut random = fastrand::Rng::with_seed(seed);
    let mut chosen = BTreeSet::new();
    let mut pairs = Vec::with_capacity(count);
    while pairs.len() < count {
        let (first, second) = (random.usize(..noticed.len()), random.usize(..noticed.len()));
        let pair = (first.min(second), first.max(second));
        if first == second || !chosen.insert(pair) {
            continue;
        }
        let [first, second] = [first, second].map(|at| {
            let row = rows().into_iter().find(|row| row.name == noticed[at]);
            row.expect("a row of this name")
        });
        pairs.push((first, second));
    }
    pairs
}
