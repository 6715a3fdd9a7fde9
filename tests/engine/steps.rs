//! Cases of several steps: which assertion is held against which answer.

use std::sync::Arc;

use crate::world;
use bytes::Bytes;
use http::HeaderValue;
use lambda_conformance::{
    case::{Case, Expected},
    judge::{self, Judgement},
    level::Level,
    load::Library,
    note::Note,
    observation::Observation,
    path::Path,
    plan::Item,
    session::Session,
    suite::Suite,
    verdict::{Exchange, Outcome, Verdict},
};
use serde_json::{Value, json};

fn suite(library: &Library) -> &Suite {
    let suite = library.suite("lambda/get-function-configuration");
    suite.expect("the suite is there")
}

fn case<'l>(library: &'l Library, id: &str) -> &'l Case {
    let suite = suite(library);
    let id = format!("{}/{id}", suite.id);
    let found = suite.cases.iter().find(|case| case.id == id);
    found.unwrap_or_else(|| panic!("no case `{id}`"))
}

/// A case as the honest mock answers it.
async fn answered(library: &Library, world: &Session, case: &Case) -> Outcome {
    let suite = suite(library);
    let outcome = world.judge(Item { suite, case }).await;
    assert_eq!(outcome.verdict, Verdict::Passed, "{}", case.id);
    outcome
}

/// The answers judged once more, those to some of the steps changed.
fn judged(
    library: &Library,
    case: &Case,
    outcome: &Outcome,
    change: &dyn Fn(usize, &Observation) -> Option<Observation>,
) -> Judgement {
    let changed = |exchange: &Exchange| {
        let answer = change(exchange.step, &exchange.answer);
        Exchange {
            answer: answer.unwrap_or_else(|| exchange.answer.clone()),
            ..exchange.clone()
        }
    };
    let exchanges: Vec<Exchange> = outcome.exchanges.iter().map(changed).collect();
    judge::judge(suite(library), case, &outcome.bindings, &exchanges)
}

/// The clause and the part of each mismatch.
fn told(judgement: &Judgement) -> Vec<(&str, String)> {
    let all = judgement.own.iter().chain(&judgement.common);
    all.map(|mismatch| (mismatch.clause.as_str(), mismatch.at.to_string()))
        .collect()
}

fn edited(answer: &Observation, edit: impl Fn(&mut Value)) -> Observation {
    let mut body = answer.json().expect("JSON").clone();
    edit(&mut body);
    let body = Bytes::from(body.to_string());
    Observation::new(answer.status, answer.headers.clone(), body)
}

/// That a function which failed is read at all is not recorded, and a target that refuses the read may be right. What the
/// page says of the body is said of a body.
#[tokio::test]
async fn of_a_status_that_is_only_thought_the_body_is_not_demanded_elsewhere() {
    let library = world::library();
    let honest = Arc::new(|_: &_, answer| answer);
    let (_mock, world) = world::deviating(library, Level::Wire, honest).await;
    let mut tried = 0;
    for case in &suite(library).cases {
        let open = |step: usize| {
            let mut assertions = case.steps[step].assertions.iter();
            let status = |inferred| {
                case.steps[step].assertions.iter().any(move |assertion| {
                    assertion.level.is_none() == inferred
                        && matches!(assertion.expected, Expected::Status(_))
                })
            };
            status(true)
                && !status(false)
                && assertions
                    .any(|assertion| assertion.at.root() == "body" && assertion.level.is_some())
        };
        if !case.id.contains("/overrides/") || !(0..case.steps.len()).any(open) {
            continue;
        }
        tried += 1;
        let outcome = answered(library, &world, case).await;
        let judgement = judged(library, case, &outcome, &|step, answer| {
            let mut headers = answer.headers.clone();
            let error = HeaderValue::from_static("ResourceConflictException");
            headers.insert("x-amzn-errortype", error);
            let body = json!({ "Type": "User", "message": "Not now." });
            open(step).then(|| Observation::new(409, headers, Bytes::from(body.to_string())))
        });
        assert_eq!(told(&judgement), [], "{}", case.id);
        let note = Note::Inferred {
            at: Path::key("status"),
            expected: "200".to_owned(),
            found: "409".to_owned(),
        };
        assert!(
            judgement.notes.contains(&note),
            "{}: {:?}",
            case.id,
            judgement.notes
        );
    }
    assert!(tried > 60, "only {tried} were tried");
}

/// `Type` stands in every recorded error of this operation, and not in each of others.
#[tokio::test]
async fn what_is_demanded_of_the_own_operation_is_not_demanded_of_others() {
    let library = world::library();
    let honest = Arc::new(|_: &_, answer| answer);
    let (_mock, world) = world::deviating(library, Level::Wire, honest).await;
    let without_type = |wanted: usize| {
        move |step: usize, answer: &Observation| {
            (step == wanted).then(|| {
                edited(answer, |body| {
                    body.as_object_mut().expect("an object").remove("Type");
                })
            })
        }
    };
    let other = case(library, "refused-settings/image-for-a-zip");
    let image = other.steps.iter().position(|step| step.is_called("image"));
    let image = image.expect("a step `image`");
    let outcome = answered(library, &world, other).await;
    let judgement = judged(library, other, &outcome, &without_type(image));
    assert_eq!(told(&judgement), []);

    let own = case(library, "qualifiers/conflict/versions+bare");
    let outcome = answered(library, &world, own).await;
    let judgement = judged(library, own, &outcome, &without_type(0));
    assert_eq!(told(&judgement), [("ERR-400", "type".to_owned())]);
}

/// A part that a relation of its own names is that relation's: one fault is one cause.
#[tokio::test]
async fn of_two_relations_the_closer_one_speaks() {
    let library = world::library();
    let honest = Arc::new(|_: &_, answer| answer);
    let (_mock, world) = world::deviating(library, Level::Wire, honest).await;
    let numbers = case(library, "refused-settings/numbers");
    let after = numbers.steps.len() - 1;
    let outcome = answered(library, &world, numbers).await;
    for (member, value, clause) in [
        (
            "RevisionId",
            json!("00000000-0000-4000-8000-000000000000"),
            "RSP-REV-MEANING",
        ),
        ("Timeout", json!(5), "OP-REF-UPDATE"),
        ("MemorySize", json!(256), "OP-REF-UPDATE"),
    ] {
        let judgement = judged(library, numbers, &outcome, &|step, answer| {
            let edit = |body: &mut Value| body[member] = value.clone();
            (step == after).then(|| edited(answer, edit))
        });
        assert_eq!(told(&judgement), [(clause, format!("body.{member}"))]);
    }
}
