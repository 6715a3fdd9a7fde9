//! The presence table bites: whatever cell the mock gets wrong, the suite fails and names a clause that governs the member.
//!
//! Generated from `presence.toml`: a member is dropped where it has a value, given where it has none, and changed where it
//! has a default. The answers are those of the mock to every case; they are made wrong and judged again.

mod world;

use std::{collections::BTreeMap, sync::Arc};

use bytes::Bytes;
use futures_util::{StreamExt, stream};
use lambda_conformance::{
    case::Case,
    judge,
    level::Level,
    observation::Observation,
    path::Path,
    presence::{Column, Mark, Member},
    run,
    suite::Suite,
    text::Bindings,
    verdict::{Exchange, Verdict},
};
use serde_json::{Value, json};

/// A case as the honest mock answered it.
struct Answered<'l> {
    case: &'l Case,
    bindings: Bindings,
    exchanges: Vec<Exchange>,
}

/// The state that an answer of this operation shows, reads through an alias told apart from those of a version.
fn column(body: &Value) -> Column {
    let column = Column::of(body);
    let arn = body["FunctionArn"].as_str().unwrap_or_default();
    let qualifier = arn.split(':').nth(7).unwrap_or_default();
    let alias = !qualifier.is_empty()
        && qualifier.bytes().any(|b| !b.is_ascii_digit())
        && qualifier != "$LATEST";
    if column == Column::Version && alias {
        Column::Alias
    } else {
        column
    }
}

/// The clauses that are named when the answers of one state are changed, by a run at the level `observed`.
fn named(
    suite: &Suite,
    answered: &Answered<'_>,
    state: Column,
    change: &dyn Fn(&mut Value),
) -> Vec<(String, Path)> {
    let exchanges: Vec<Exchange> = answered
        .exchanges
        .iter()
        .map(|exchange| {
            let own = answered.case.steps[exchange.step].operation == suite.operation;
            let Ok(body) = exchange.answer.json() else {
                return exchange.clone();
            };
            if !own || exchange.answer.status != 200 || column(body) != state {
                return exchange.clone();
            }
            let mut body = body.clone();
            change(&mut body);
            let headers = exchange.answer.headers.clone();
            Exchange {
                answer: Observation::new(200, headers, Bytes::from(body.to_string())),
                ..exchange.clone()
            }
        })
        .collect();
    let judgement = judge::judge(suite, answered.case, &answered.bindings, &exchanges);
    let own = judgement.own.into_iter().chain(judgement.common);
    own.filter(|mismatch| mismatch.level <= Level::Observed)
        .map(|mismatch| (mismatch.clause, mismatch.at))
        .collect()
}

/// A value of the member's kind that no answer of the mock has.
fn other(member: &Member) -> Value {
    match member.name.as_str() {
        "Architectures" => json!(["arm64"]),
        "CodeSize" | "MemorySize" | "Timeout" => json!(9_999),
        "DeadLetterConfig" => json!({"TargetArn": "arn:aws:sqs:us-east-1:123456789012:other"}),
        "Environment" => json!({"Variables": {"OTHER": "1"}}),
        "EphemeralStorage" => json!({"Size": 9_999}),
        "FileSystemConfigs" => {
            json!([{"Arn": "arn:aws:elasticfilesystem:us-east-1:123456789012:access-point/fsap-00000000000000000", "LocalMountPath": "/mnt/other"}])
        }
        "ImageConfigResponse" => json!({"ImageConfig": {"Command": ["other"]}}),
        "Layers" => {
            json!([{"Arn": "arn:aws:lambda:us-east-1:123456789012:layer:other:1", "CodeSize": 1}])
        }
        "LoggingConfig" => json!({"LogFormat": "JSON", "LogGroup": "/other"}),
        "RuntimeVersionConfig" => json!({"RuntimeVersionArn": "other"}),
        "SnapStart" => json!({"ApplyOn": "PublishedVersions", "OptimizationStatus": "On"}),
        "TracingConfig" => json!({"Mode": "Active"}),
        "VpcConfig" => {
            json!({"Ipv6AllowedForDualStack": true, "SecurityGroupIds": ["sg-0"], "SubnetIds": ["subnet-0"], "VpcId": "vpc-0"})
        }
        _ => json!("other"),
    }
}

#[tokio::test]
async fn every_cell_bites() {
    let library = world::library();
    let (_mock, world) =
        world::deviating(&library, Level::Observed, Arc::new(|_, answer| answer)).await;
    let suite = &library.suites[0];
    let presence = suite
        .presence
        .as_ref()
        .expect("the suite has a presence table");
    assert_eq!(presence.members.len(), 36, "the page has 36 members");

    let outcomes: Vec<_> = stream::iter(&suite.cases)
        .map(|case| {
            let world = &world;
            async move { (case, run::one(suite, case, world).await) }
        })
        .buffered(16)
        .collect()
        .await;
    let mut states: BTreeMap<Column, Vec<Answered<'_>>> = BTreeMap::new();
    for (case, outcome) in outcomes {
        assert_eq!(outcome.verdict, Verdict::Passed, "{}", case.id);
        for state in Column::ALL {
            let shows = outcome.exchanges.iter().any(|exchange| {
                case.steps[exchange.step].operation == suite.operation
                    && exchange.answer.status == 200
                    && exchange
                        .answer
                        .json()
                        .is_ok_and(|body| column(body) == state)
            });
            if shows {
                states.entry(state).or_default().push(Answered {
                    case,
                    bindings: outcome.bindings.clone(),
                    exchanges: outcome.exchanges.clone(),
                });
            }
        }
    }

    let mut unnoticed = Vec::new();
    let mut tried = 0;
    for state in Column::ALL
        .into_iter()
        .filter(|state| *state != Column::List)
    {
        let answered = states
            .get(&state)
            .unwrap_or_else(|| panic!("no case reads a function in the state `{}`", state.name()));
        for member in &presence.members {
            let at = Path::key("body").then(&member.name);
            let governs = |id: &str, place: &Path| {
                id == member.clause
                    || place.is_within(&at)
                        && suite
                            .clause(id)
                            .is_some_and(|clause| clause.reach(place).is_some())
            };
            let mut invert = |how: &str, change: &dyn Fn(&mut Value)| {
                tried += 1;
                let noticed = answered.iter().any(|answered| {
                    named(suite, answered, state, change)
                        .iter()
                        .any(|(clause, at)| governs(clause, at))
                });
                if !noticed {
                    unnoticed.push(format!(
                        "{} {how} in the state `{}`",
                        member.name,
                        state.name()
                    ));
                }
            };
            match member.mark(state) {
                Mark::Value => invert("dropped", &|body| body[&member.name] = Value::Null),
                Mark::None => invert("given", &|body| body[&member.name] = other(member)),
                Mark::Set => {}
            }
            if state == Column::Active && member.default.is_some() {
                invert("changed", &|body| body[&member.name] = other(member));
            }
        }
    }
    assert!(
        unnoticed.is_empty(),
        "{} of {tried} went unnoticed:\n{}",
        unnoticed.len(),
        unnoticed.join("\n")
    );
    assert!(tried > 150, "only {tried} cells were inverted");
}
