//! `constraints.toml` is what is made of the service model, and what is made of it breaks just what it is said to break.
//!
//! `constraints/model.json` is the part of the model that is needed, made by `constraints/reduce.py`. After a change of it, or of
//! how cases are made of it, the test below leaves the new file in the folder that it names: look at it, and put it in its place.

mod topic;
mod violation;

use std::{fs, path::Path};

use serde_json::Value;
use violation::{FITTING, Kind, matches};

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
        ("UpdateFunctionCode", &[Kind::Type, Kind::Enum, Kind::Length, Kind::Pattern, Kind::Count]),
    ] {
        for kind in kinds {
            let found = topic::all(&model);
            let tried = found.iter().any(|(of, one)| *of == operation && one.kind == *kind);
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
