//! State control bites: a target that claims it and does not show what was put there fails, and is told the clause.
//!
//! Generated from `overrides.toml`: of every member that a case puts into a configuration, the reads lose it, or show it
//! under another name. The answers are those of the mock; they are made wrong and judged again.

use std::sync::Arc;

use crate::world;
use bytes::Bytes;
use lambda_conformance::{
    case::{Case, Request},
    judge,
    level::Level,
    observation::Observation,
    path::Path,
    plan::Item,
    suite::Suite,
    verdict::{Exchange, Verdict},
};
use serde_json::Value;

/// The suite that is looked at.
const SUITE: &str = "lambda/get-function-configuration";

/// The members that a case puts into a configuration.
fn put(case: &Case) -> Vec<String> {
    let overriding = case
        .steps
        .iter()
        .find(|step| step.operation == "OverrideConfiguration");
    let Some(Request::Members(members)) = overriding.and_then(|step| step.action.request()) else {
        return Vec::new();
    };
    let names = members.iter().map(|(name, _)| name.clone());
    names
        .filter(|name| name != "FunctionName" && name != "Qualifier")
        .collect()
}

/// The answers with every read of this operation changed.
fn changed(
    suite: &Suite,
    case: &Case,
    exchanges: &[Exchange],
    change: &dyn Fn(&mut Value),
) -> Vec<Exchange> {
    let changed = |exchange: &Exchange| {
        let mut body = exchange.answer.json().ok()?.clone();
        if case.steps[exchange.step].operation != suite.operation {
            return None;
        }
        change(&mut body);
        let headers = exchange.answer.headers.clone();
        Some(Exchange {
            answer: Observation::new(200, headers, Bytes::from(body.to_string())),
            ..exchange.clone()
        })
    };
    exchanges
        .iter()
        .map(|exchange| changed(exchange).unwrap_or_else(|| exchange.clone()))
        .collect()
}

#[tokio::test]
async fn what_a_target_does_not_show_is_noticed() {
    let library = world::library();
    let (_mock, world) =
        world::deviating(library, Level::Documented, Arc::new(|_, answer| answer)).await;
    let suite = library.suite(SUITE).expect("the suite is there");
    let mut unnoticed = Vec::new();
    let mut tried = 0;
    for case in &suite.cases {
        if !case.id.contains("/overrides/") {
            continue;
        }
        let outcome = world.judge(Item { suite, case }).await;
        assert_eq!(outcome.verdict, Verdict::Passed, "{}", case.id);
        let members = put(case);
        assert!(!members.is_empty(), "{} overrides nothing", case.id);
        for member in members {
            let at = Path::key("body").then(&member);
            let lost = |body: &mut Value| body[&member] = Value::Null;
            let renamed = |body: &mut Value| {
                body[member.to_lowercase()] = body[&member].take();
            };
            let ways: [&dyn Fn(&mut Value); 2] = [&lost, &renamed];
            for (way, change) in ["lost", "renamed"].into_iter().zip(ways) {
                tried += 1;
                let exchanges = changed(suite, case, &outcome.exchanges, change);
                let judgement = judge::judge(suite, case, &outcome.bindings, &exchanges);
                let told = judgement.own.iter().any(|mismatch| {
                    mismatch.level == Level::Documented && mismatch.at.is_within(&at)
                });
                if !told {
                    unnoticed.push(format!("{}: `{member}` {way}", case.id));
                }
            }
        }
    }
    assert!(
        unnoticed.is_empty(),
        "{} of {tried} went unnoticed:\n{}",
        unnoticed.len(),
        unnoticed.join("\n")
    );
    assert!(tried > 400, "only {tried} were tried");
}
