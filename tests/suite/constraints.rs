//! `constraints.toml` is what is made of the service model, and what is made of it breaks just what it is said to break.
//!
//! `constraints/model.json` is the part of the model that is needed, made by `constraints/reduce.py`. After a change of it, or of
//! how cases are made of it, the test below leaves the new file in the folder that it names: look at it, and put it in its place.

mod around;
mod broken;
mod servers;
mod topic;
mod violation;

use std::{collections::BTreeSet, fs, path::Path};

use broken::broken;
use lambda_conformance::text::{Bindings, Text};
use serde_json::{Value, json};
use violation::{FITTING, Kind, matches, written};

use crate::recorded;

fn model() -> Value {
    serde_json::from_str(include_str!("constraints/model.json")).expect("JSON")
}

#[test]
fn the_topic_is_what_is_made_of_the_model() {
    let made = topic::written_from(&model());
    let file = "cases/lambda/get-function-configuration/constraints.toml";
    let there = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file));
    if there.ok().as_ref() != Some(&made) {
        let new = Path::new(env!("CARGO_TARGET_TMPDIR")).join("constraints.toml");
        fs::write(&new, made).expect("a folder for it");
        panic!("{file} is another: cp {} {file}", new.display());
    }
}

#[test]
fn each_text_that_should_fit_matches_the_pattern_of_its_shape() {
    let mut seen = Vec::new();
    fn walk(shape: &Value, seen: &mut Vec<String>) {
        if let (Some(name), Some(pattern)) = (shape["name"].as_str(), shape["pattern"].as_str()) {
            if let Some((_, text)) = FITTING.iter().find(|(known, _)| *known == name) {
                assert!(matches(pattern, text), "{name}: {text}");
                seen.push(name.to_owned());
            } else {
                assert!(
                    pattern == ".*" || name == "FunctionName",
                    "{name} has a pattern, and no text that fits"
                );
            }
        }
        match shape {
            Value::Object(members) => members.values().for_each(|below| walk(below, seen)),
            Value::Array(items) => items.iter().for_each(|below| walk(below, seen)),
            _ => {}
        }
    }
    walk(&model(), &mut seen);
    for (name, _) in FITTING {
        assert!(seen.iter().any(|known| known == name), "no shape {name}");
    }
}

#[test]
fn each_kind_is_tried_in_a_creation_and_in_an_update() {
    let model = model();
    for (operation, kinds) in [
        ("CreateFunction", &Kind::ALL[..]),
        ("UpdateFunctionConfiguration", &Kind::ALL[..]),
        (
            "UpdateFunctionCode",
            &[
                Kind::Type,
                Kind::Enum,
                Kind::Length,
                Kind::Pattern,
                Kind::Count,
            ],
        ),
    ] {
        for kind in kinds {
            let found = topic::all(&model);
            let tried = found
                .iter()
                .any(|(of, one)| *of == operation && one.kind == *kind);
            assert!(tried, "{operation}: {kind}");
        }
    }
}

#[test]
fn what_is_left_out_is_there() {
    let model = model();
    let found = topic::all(&model);
    for row in topic::LEFT_OUT {
        let is_there = found
            .iter()
            .any(|(_, one)| topic::is_left_out(row, &one.path, one.kind));
        assert!(is_there, "{row:?} is not in the model");
    }
}

/// What a value is once a case that has it is sent.
fn sent(value: &Value) -> Value {
    let text = Text::parse(&written(value)).expect("a text of a case");
    let text = text.expand(&Bindings::default()).expect("no bindings");
    serde_json::from_str(&text).expect("JSON")
}

#[test]
fn each_value_breaks_the_constraint_that_it_is_to_break() {
    let model = model();
    for (operation, one) in topic::all(&model) {
        let member = &model[operation]["members"][&one.path[0]];
        for value in one.values.iter().flatten().filter(|value| !value.is_null()) {
            let broken = broken(member, &sent(value));
            assert!(broken.contains(&one.kind), "{one:?} breaks {broken:?}");
            // a text that is too long or too short may not match either
            let others = broken.iter().filter(|kind| **kind != one.kind);
            let others: BTreeSet<&Kind> = others.collect();
            let is_alone = others.is_empty() || one.kind == Kind::Length;
            assert!(is_alone, "{one:?} breaks {broken:?}");
        }
    }
}

/// The settings that a recording shows as they were sent.
const SHOWN: &[&str] = &[
    "Architectures",
    "DeadLetterConfig",
    "Description",
    "Environment",
    "EphemeralStorage",
    "Handler",
    "KMSKeyArn",
    "LoggingConfig",
    "MemorySize",
    "PackageType",
    "Role",
    "Runtime",
    "SnapStart",
    "Timeout",
    "TracingConfig",
    "VpcConfig",
];

/// So no constraint is tried of which AWS is on record as not holding to it.
#[test]
fn every_recorded_setting_is_within_the_constraints() {
    let model = model();
    let members = &model["CreateFunction"]["members"];
    let mut seen = BTreeSet::new();
    for (source, configuration) in recorded::configurations() {
        for &name in SHOWN {
            let Some(value) = configuration.get(name).filter(|value| !value.is_null()) else {
                continue;
            };
            let broken = broken(&members[name], value);
            assert!(
                broken.is_empty(),
                "{source}: {name} {value} breaks {broken:?}"
            );
            seen.insert(name);
        }
        if let Some(image) = configuration.pointer("/ImageConfigResponse/ImageConfig") {
            let broken = broken(&members["ImageConfig"], image);
            assert!(broken.is_empty(), "{source}: {image} breaks {broken:?}");
        }
        for layer in configuration["Layers"].as_array().into_iter().flatten() {
            let broken = broken(&members["Layers"], &json!([layer["Arn"]]));
            assert!(broken.is_empty(), "{source}: {layer} breaks {broken:?}");
        }
    }
    let unseen: Vec<&&str> = SHOWN.iter().filter(|name| !seen.contains(*name)).collect();
    assert!(unseen.is_empty(), "no recording shows {unseen:?}");
}
