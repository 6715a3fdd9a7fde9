//! Every operation of every fixture, with every fault, one at a time: none of these servers conforms.

use std::{collections::BTreeSet, time::Duration};

use futures_util::{FutureExt, StreamExt, stream};
use http::Method;
use lambda_conformance::{
    case::Action,
    fixture::{Fixture, FixtureAction},
    load::Library,
    plan::Item,
    suite::Suite,
};

use super::{
    TIMEOUT,
    broken::{Asked, Fault},
    broken_before_mock, options, run,
};
use crate::{matrix::Share, world};

/// How long a run waits in vain on this machine.
const BUDGET: Duration = Duration::from_secs(60);

const FAULTS: [Fault; 12] = [
    Fault::Error(500),
    Fault::Error(503),
    Fault::Throttled,
    Fault::Unfound,
    Fault::Conflict,
    Fault::Closed,
    Fault::Reset,
    Fault::Cut,
    Fault::Hangs,
    Fault::WrongStatus,
    Fault::Empty,
    Fault::Another,
];

/// An operation that steps of a fixture call.
struct Entry<'l> {
    fixture: &'l Fixture,
    operation: &'l str,
    /// A case that has the fixture.
    item: Item<'l>,
}

impl Entry<'_> {
    /// The name of the server that has this fault there.
    fn with(&self, fault: Fault) -> String {
        format!("{} {} {fault}", self.fixture.name, self.operation)
    }

    /// Whether the case takes the answer to such a step for its own.
    fn is_taken(&self) -> bool {
        let takes = |name: &str| {
            let mut steps = self.item.case.steps.iter();
            steps.any(|step| matches!(&step.action, Action::Of(taken) if taken == name))
        };
        let mut steps = self.fixture.steps.iter();
        steps.any(|step| {
            takes(&step.name)
                && step
                    .call()
                    .is_some_and(|call| call.operation == self.operation)
        })
    }
}

/// Every operation of every fixture. A case that shares its fixture goes before one that has it alone: of that the requests can be
/// told from those of the set-up.
fn entries(library: &Library) -> Vec<Entry<'_>> {
    let mut entries = Vec::new();
    for suite in &library.suites {
        for fixture in suite.service.fixtures.values() {
            let operations: BTreeSet<&str> = fixture
                .steps
                .iter()
                .map(|step| match &step.does {
                    FixtureAction::Call(call) => call.operation.as_str(),
                    FixtureAction::Wait(_) => "GetFunction",
                })
                .collect();
            entries.extend(operations.into_iter().filter_map(|operation| {
                Some(Entry {
                    fixture,
                    operation,
                    item: case_of(suite, fixture, operation)?,
                })
            }));
        }
    }
    entries
}

/// A case of the fixture, if there is one, best one that does not call the operation by itself.
fn case_of<'l>(suite: &'l Suite, fixture: &Fixture, operation: &str) -> Option<Item<'l>> {
    let mut cases: Vec<_> = suite
        .cases
        .iter()
        .filter(|case| case.fixture.as_ref() == Some(&fixture.name))
        .collect();
    cases.sort_by_key(|case| {
        let mut steps = case.steps.iter();
        let calls_it = steps.any(|step| step.operation == operation);
        (case.private, calls_it)
    });
    let case = cases.first()?;
    Some(Item { suite, case })
}

/// Whether a request is one of this operation.
fn is_of(asked: &Asked<'_>, method: &Method, path: &str) -> bool {
    let asked_path = asked.path.split('?').next().unwrap_or_default();
    let (mut asked_parts, mut parts) = (asked_path.split('/'), path.split('/'));
    asked.method == method.as_str()
        && loop {
            match (asked_parts.next(), parts.next()) {
                (None, None) => break true,
                (Some(one), Some(other)) if other.starts_with('{') || one == other => {}
                _ => break false,
            }
        }
}

#[tokio::test]
#[ignore = "takes minutes; `MATRIX_SHARE` tries a part"]
async fn a_fault_in_any_step_of_any_fixture_is_never_green() {
    tried(Share::of_environment()).await;
}

#[tokio::test]
async fn a_sample_of_faults_in_steps_of_fixtures_is_never_green() {
    tried(Share::one_in(97)).await;
}

#[expect(
    clippy::print_stdout,
    reason = "the number that is left out is to be seen"
)]
async fn tried(share: Share) {
    let library = world::library();
    let entries = entries(library);
    let all = entries
        .iter()
        .flat_map(|entry| FAULTS.map(|fault| (entry, fault, entry.with(fault))));
    let all: Vec<_> = all.collect();
    let chosen = all.iter().filter(|(_, _, name)| share.has(name));
    // those that hang take no time from the others
    let outcomes: Vec<(&String, Option<Result<(), String>>)> = stream::iter(chosen)
        .map(|(entry, fault, name)| {
            let wrong = wrong_with(library, entry, *fault);
            wrong.map(move |wrong| (name, wrong))
        })
        .buffer_unordered(8)
        .collect()
        .await;
    let same = outcomes.iter().filter(|(_, wrong)| wrong.is_none()).count();
    let tried = outcomes.len() - same;
    println!(
        "{share}: {tried} of {} tried, and {same} left out because AWS answers so there",
        all.len()
    );
    let wrong: Vec<String> = outcomes
        .into_iter()
        .filter_map(|(name, wrong)| Some(format!("{name}: {}", wrong?.err()?)))
        .collect();
    let number = wrong.len();
    assert!(
        tried > 0 && number == 0,
        "{number} wrong:\n{}",
        wrong.join("\n\n")
    );
}

/// What is wrong with how a run ends on a server with this fault; nothing if the server answers as it should.
async fn wrong_with(
    library: &Library,
    entry: &Entry<'_>,
    fault: Fault,
) -> Option<Result<(), String>> {
    let operation = &entry.item.suite.service.operations[entry.operation];
    let (method, path) = (operation.method.clone(), operation.path.clone());
    let (mock, broken, target) = broken_before_mock(fault, move |asked| {
        // the first look at a target sets nothing up
        is_of(asked, &method, &path) && !asked.path.contains("-absent")
    })
    .await;
    let is_shared = !entry.item.case.private;
    let mend = || {
        if is_shared {
            broken.mend();
        }
    };
    let ran = run(library, target, options(), &[entry.item], mend).await;
    drop(mock);
    if broken.changed() == 0 {
        return None;
    }
    let longest = BUDGET + TIMEOUT * 5;
    // what the suite is about goes without saying, and so does an answer that the case takes for its own
    let is_own = entry.operation == entry.item.suite.operation;
    let is_named = is_own || entry.is_taken() || ran.text.contains(entry.operation);
    Some(if ran.class.is_none() {
        Err(format!("conforms\n{}", ran.text))
    } else if !is_named {
        Err(format!("does not name the operation\n{}", ran.text))
    } else if ran.took > longest {
        Err(format!("took {:?}\n{}", ran.took, ran.text))
    } else {
        Ok(())
    })
}
