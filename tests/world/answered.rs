//! Every case as the honest mock answers it, to be judged again with answers that are wrong.

use std::sync::Arc;

use futures_util::{StreamExt, stream};
use lambda_conformance::{
    case::Case,
    judge,
    level::Level,
    load::Library,
    observation::Observation,
    plan::Item,
    suite::Suite,
    text::Bindings,
    verdict::{Exchange, Mismatch, Verdict},
};

use tokio::sync::OnceCell;

use crate::world;

/// A case and the answers to it.
pub(crate) struct Answered<'l> {
    pub(crate) suite: &'l Suite,
    pub(crate) case: &'l Case,
    pub(crate) bindings: Bindings,
    pub(crate) exchanges: Vec<Exchange>,
}

impl Answered<'_> {
    /// The answers of the operation under test, by the index of the step; the first of a step that is repeated.
    pub(crate) fn own(&self) -> Vec<(usize, &Observation)> {
        let mut own: Vec<(usize, &Observation)> = Vec::new();
        for exchange in &self.exchanges {
            let step = exchange.step;
            if self.case.steps[step].operation == self.suite.operation
                && !own.iter().any(|(known, _)| *known == step)
            {
                own.push((step, &exchange.answer));
            }
        }
        own
    }

    /// What is noticed if `answer` comes to every request of a step.
    pub(crate) fn judged(&self, step: usize, answer: &Observation) -> Vec<Mismatch> {
        let mut exchanges: Vec<Exchange> = Vec::with_capacity(self.exchanges.len());
        for exchange in &self.exchanges {
            if exchange.step != step {
                exchanges.push(exchange.clone());
            // to hear the same answer again says nothing more
            } else if !exchanges.iter().any(|known| known.step == step) {
                exchanges.push(Exchange {
                    step,
                    request: exchange.request.clone(),
                    answer: answer.clone(),
                });
            }
        }
        let judgement = judge::judge(self.suite, self.case, &self.bindings, &exchanges);
        judgement.own.into_iter().chain(judgement.common).collect()
    }
}

/// The case files, and what came of every case: run once, for all tests of a binary.
pub(crate) async fn answered() -> (&'static Library, &'static [Answered<'static>]) {
    static ANSWERED: OnceCell<Vec<Answered<'static>>> = OnceCell::const_new();
    let library = world::library();
    (library, ANSWERED.get_or_init(|| run(library)).await)
}

/// Runs every case once.
async fn run(library: &Library) -> Vec<Answered<'_>> {
    let (_mock, world) = world::deviating(library, Level::Wire, Arc::new(|_, answer| answer)).await;
    let cases = library
        .suites
        .iter()
        .flat_map(|suite| suite.cases.iter().map(move |case| (suite, case)));
    stream::iter(cases)
        .map(|(suite, case)| {
            let world = &world;
            async move {
                let outcome = world.judge(Item { suite, case }).await;
                assert_eq!(outcome.verdict, Verdict::Passed, "{}", case.id);
                assert!(outcome.common.is_empty(), "{}", case.id);
                Answered {
                    suite,
                    case,
                    bindings: outcome.bindings,
                    exchanges: outcome.exchanges,
                }
            }
        })
        .buffered(16)
        .collect()
        .await
}
