//! A suite that is made wrong is refuted by a recording, whatever of it is wrong.

use std::{fs, path::Path};

use lambda_conformance::{
    case::{Assertion, Expected, Relating},
    presence::{Column, Mark},
    schema::Schema,
    suite::Suite,
    text::Text,
};
use serde_json::{Value, json};

use super::{
    answers::{self, Answer},
    asked, forms,
    oracle::{Oracle, Refutation, SUITE},
    presence,
};
use crate::world;

/// What a suite that was made wrong asserts and recordings contradict.
fn refuted(
    change: impl FnOnce(&mut Suite),
    ask: impl FnOnce(&mut Oracle, &[Answer]) -> Vec<Refutation>,
) -> Vec<Refutation> {
    let answers = answers::answers();
    let mut library = world::library::read();
    let suite = library.suites.iter_mut().find(|suite| suite.id == SUITE);
    change(suite.expect("the suite is there"));
    ask(&mut Oracle::of(library, &answers), &answers)
}

/// Fails unless each of these parts of an answer is refuted, in these words.
fn each_is_refuted(refuted: &[Refutation], due: &[(&str, &str)]) {
    for (at, says) in due {
        let is_due = |one: &&Refutation| one.at == *at && one.says.contains(says);
        let shown: Vec<String> = refuted.iter().map(Refutation::to_string).collect();
        assert!(
            refuted.iter().any(|one| is_due(&one)),
            "{at} {says}:\n{}",
            shown.join("\n")
        );
    }
}

#[test]
fn a_schema_that_is_too_tight_is_refuted() {
    let tighten = |suite: &mut Suite| {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("cases")
            .join(SUITE);
        let text = fs::read_to_string(here.join("response.schema.json")).expect("a schema");
        let mut document: Value = serde_json::from_str(&text).expect("JSON");
        let members = &mut document["$defs"]["success"]["properties"];
        members["LastModified"]["pattern"] = json!("^[0-9-]+T[0-9:]+Z$");
        members["FunctionArn"]["pattern"] =
            json!("^arn:aws:lambda:[a-z0-9-]+:[0-9]{12}:function:[a-z0-9-]+$");
        members["Timeout"]["maximum"] = json!(899);
        members["Handler"]["maxLength"] = json!(20);
        members["VpcConfig"]["properties"]["SubnetIds"]["minItems"] = json!(1);
        members["CodeSize"]["minimum"] = json!(1);
        members["Environment"]["properties"]["Variables"]["minProperties"] = json!(1);
        members["DeadLetterConfig"]["properties"]["TargetArn"]["pattern"] = json!("^arn:aws:sns:");
        suite.schema = Some(Schema::new(document).expect("a schema"));
    };
    let due = [
        "body.LastModified",
        "body.FunctionArn",
        "body.Timeout",
        "body.Handler",
        "body.VpcConfig.SubnetIds",
        "body.CodeSize",
        "body.Environment.Variables",
        "body.DeadLetterConfig.TargetArn",
    ];
    each_is_refuted(
        &refuted(tighten, forms),
        &due.map(|at| (at, "schema at documented")),
    );
}

#[test]
fn a_wrong_letter_case_and_a_wrong_header_are_refuted() {
    let change = |suite: &mut Suite| {
        let service = std::sync::Arc::make_mut(&mut suite.service);
        for invariant in service.invariants.iter_mut().chain(&mut suite.invariants) {
            for assertion in &mut invariant.assertions {
                match &mut assertion.expected {
                    Expected::MessageMember(member) if member == "Message" => {
                        *member = "message".to_owned()
                    }
                    Expected::MessageMember(member) => *member = "Message".to_owned(),
                    Expected::Text(text) if text.written() == "application/json" => {
                        *text = Text::literal("application/x-amz-json-1.1");
                    }
                    _ => {}
                }
            }
        }
    };
    let due = [
        ("message_member", "has \"message\""),
        ("message_member", "has \"Message\""),
        ("headers.content-type", "x-amz-json-1.1"),
    ];
    each_is_refuted(&refuted(change, forms), &due);
}

#[test]
fn a_wrong_cell_of_the_table_is_refuted() {
    let wrong = [
        ("LastUpdateStatus", Column::Create, Mark::Value),
        ("StateReasonCode", Column::Create, Mark::None),
        ("Environment", Column::Active, Mark::None),
        ("Layers", Column::Active, Mark::Value),
        ("LastUpdateStatusReason", Column::Update, Mark::None),
        ("MasterArn", Column::Version, Mark::Value),
        ("RuntimeVersionConfig", Column::Version, Mark::None),
        ("State", Column::List, Mark::Value),
        ("SnapStart", Column::List, Mark::None),
    ];
    let flip = |suite: &mut Suite| {
        let table = suite.presence.as_mut().expect("a table");
        for (name, column, mark) in wrong {
            let row = table.members.iter_mut().find(|row| row.name == name);
            let at = Column::ALL.iter().position(|known| *known == column);
            row.expect("a row").marks[at.expect("a column")] = mark;
        }
    };
    let found = refuted(flip, presence);
    for (name, column, mark) in wrong {
        let says = match (column, mark) {
            (Column::List, Mark::Value) => "has no value in a list".to_owned(),
            (Column::List, _) => "has a value in a list".to_owned(),
            (_, Mark::Value) => format!("a value (`{}", column.name()),
            _ => format!("nothing (`{}", column.name()),
        };
        each_is_refuted(&found, &[(&format!("body.{name}"), &says)]);
    }
}

/// Changes every assertion of every case of the suite.
fn change(suite: &mut Suite, change: impl Fn(&mut Assertion)) {
    for case in &mut suite.cases {
        for step in &mut case.steps {
            step.assertions.iter_mut().for_each(&change);
        }
    }
}

#[test]
fn a_wrong_case_is_refuted() {
    let texts = [
        (
            "The function is being created.",
            "The function is being made.",
        ),
        ("ValidationException", "InvalidParameterValueException"),
        (
            "The derived qualifier from the function name does not match the specified qualifier.",
            "The qualifiers do not match.",
        ),
        (
            "Functions from '<other-region>' are not reachable in this region ('<region>')",
            "Function not found: <rest>",
        ),
        (
            "arn:<partition>:lambda:<region>:<account>:function:<function>:live",
            "arn:<partition>:lambda:<region>:<account>:function:<function>:1",
        ),
        ("Successful", "InProgress"),
    ];
    let wrong = |suite: &mut Suite| {
        change(suite, |assertion| {
            *assertion = assertion.map(&|text| {
                let wrong = texts.iter().find(|(right, _)| text.written() == *right);
                wrong.map_or_else(
                    || text.clone(),
                    |(_, wrong)| Text::parse(wrong).expect("a text"),
                )
            });
        });
        for relation in suite.cases.iter_mut().flat_map(|case| &mut case.relations) {
            relation.relating = match relation.relating {
                Relating::Equal | Relating::Subset => Relating::Differ,
                Relating::Differ => Relating::Equal,
            };
        }
    };
    let found = refuted(wrong, |oracle, answers| {
        asked::ask(oracle, answers).refutations
    });
    let due = [
        ("body.StateReason", "made"),
        ("body.LastUpdateStatusReason", "made"),
        ("error", "InvalidParameterValueException"),
        ("message", "The qualifiers do not match."),
        ("message", "Function not found: "),
        ("body.FunctionArn", ":1"),
        ("body.LastUpdateStatus", "InProgress"),
        ("body.RevisionId", "the value of"),
        ("body.RevisionId", "another value than"),
        ("body.CodeSha256", "another value than"),
        ("body.LastModified", "another value than"),
    ];
    each_is_refuted(&found, &due);
}

#[test]
fn a_wrong_status_is_refuted() {
    let wrong = |suite: &mut Suite| {
        change(suite, |assertion| {
            if let Expected::Status(status) = &mut assertion.expected {
                // reads before a refusal stay right: of one part that is wrong in several steps the first is told
                *status = if *status == 200 { 200 } else { 418 };
            }
        });
    };
    let found = refuted(wrong, |oracle, answers| {
        asked::ask(oracle, answers).refutations
    });
    for status in ["201", "400", "404", "409", "412"] {
        each_is_refuted(&found, &[("status", &format!("is {status}, "))]);
    }
}

#[test]
fn what_is_thought_wrongly_is_refuted() {
    let wrong = |suite: &mut Suite| {
        change(suite, |assertion| {
            if assertion.level.is_none() {
                *assertion = assertion.map(&|_| Text::literal("wrong"));
            }
        });
    };
    let found = refuted(wrong, |oracle, answers| {
        asked::ask(oracle, answers).refutations
    });
    assert!(
        found.iter().any(|one| one.says.contains("\"wrong\"")),
        "{found:?}"
    );
}
