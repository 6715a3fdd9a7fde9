//! What a request may set on a function: defaulted and written into a configuration.
//!
//! Used alike by creation and update, of requests that `input` lets through; knows nothing of code, versions or the life
//! of a function.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use super::Settings;
use super::body::Members;
use super::code::hex;
use super::configuration::{Configuration, environment};
use super::error::Refusal;
use super::layer::{Layer, layer_version};
use super::runtime;

/// What a function has of which the request says nothing.
pub(super) fn defaults(configuration: &mut Configuration, name: &str) {
    configuration.set("Architectures", json!(["x86_64"]));
    configuration.set("Description", "");
    configuration.set("EphemeralStorage", json!({ "Size": 512 }));
    configuration.set("FunctionName", name);
    configuration.set(
        "LoggingConfig",
        json!({ "LogFormat": "Text", "LogGroup": log_group(name) }),
    );
    configuration.set("MemorySize", 128);
    configuration.set("PackageType", "Zip");
    configuration.set(
        "SnapStart",
        json!({ "ApplyOn": "None", "OptimizationStatus": "Off" }),
    );
    configuration.set("Timeout", 3);
    configuration.set("TracingConfig", json!({ "Mode": "PassThrough" }));
    configuration.set("Version", "$LATEST");
}

/// Writes what the request sets, in which no violation was found.
pub(super) fn apply(
    configuration: &mut Configuration,
    members: Members<'_>,
    layers: &BTreeMap<String, Layer>,
    settings: &Settings,
) -> Result<(), Refusal> {
    for member in ["Description", "Handler", "Role"] {
        if let Some(text) = members.text(member)? {
            configuration.set(member, text);
        }
    }
    for member in ["MemorySize", "Timeout"] {
        if let Some(number) = members.integer(member)? {
            configuration.set(member, number);
        }
    }
    for member in ["Architectures", "EphemeralStorage"] {
        if let Some(value) = members.value(member) {
            configuration.set(member, value.clone());
        }
    }
    if let Some(runtime) = members.text("Runtime")? {
        runtime::set(configuration, runtime, settings)?;
    }
    if let Some(key) = members.text("KMSKeyArn")? {
        set_or_clear(
            configuration,
            "KMSKeyArn",
            (!key.is_empty()).then(|| key.into()),
        );
    }
    if let Some(given) = members.object("Environment")? {
        // No variables and no Environment are two states, and both can be observed (RSP-ENV-TYPE).
        configuration.set("Environment", environment(given.text_map("Variables")?));
    }
    if let Some(given) = members.object("DeadLetterConfig")?
        && let Some(target) = given.text("TargetArn")?
    {
        // An empty structure changes nothing; an empty target removes it (contract, section I).
        let target = (!target.is_empty()).then(|| json!({ "TargetArn": target }));
        set_or_clear(configuration, "DeadLetterConfig", target);
    }
    if let Some(mode) = nested_text(members, "TracingConfig", "Mode")? {
        configuration.set("TracingConfig", json!({ "Mode": mode }));
    }
    if let Some(apply_on) = nested_text(members, "SnapStart", "ApplyOn")? {
        // Off on `$LATEST`, whatever was asked for: only a version has a snapshot (RSP-SS-APPLYON).
        configuration.set(
            "SnapStart",
            json!({ "ApplyOn": apply_on, "OptimizationStatus": "Off" }),
        );
    }
    if let Some(given) = members.object("VpcConfig")? {
        configuration.set("VpcConfig", vpc(given)?);
    }
    if let Some(given) = members.object("LoggingConfig")? {
        let before = configuration
            .members
            .get("LoggingConfig")
            .cloned()
            .unwrap_or_default();
        let logging = logging(given, &before, configuration.text("FunctionName"));
        configuration.set("LoggingConfig", logging);
    }
    if let Some(arns) = members.texts("Layers")? {
        let listed: Vec<Value> = arns
            .into_iter()
            .map(|arn| Ok(json!({ "Arn": arn, "CodeSize": layer_version(layers, settings, arn)? })))
            .collect::<Result<_, Refusal>>()?;
        set_or_clear(
            configuration,
            "Layers",
            (!listed.is_empty()).then(|| listed.into()),
        );
    }
    if let Some(Value::Array(systems)) = members.value("FileSystemConfigs") {
        set_or_clear(
            configuration,
            "FileSystemConfigs",
            (!systems.is_empty()).then(|| systems.clone().into()),
        );
    }
    if let Some(Members(image)) = members.object("ImageConfig")? {
        // Replaced as a whole: what is not repeated is gone (RSP-SHAPE-IMAGE).
        let image = (!image.is_empty()).then(|| json!({ "ImageConfig": image }));
        set_or_clear(configuration, "ImageConfigResponse", image);
    }
    Ok(())
}

fn set_or_clear(configuration: &mut Configuration, member: &str, value: Option<Value>) {
    match value {
        Some(value) => configuration.set(member, value),
        None => configuration.clear(member),
    }
}

fn nested_text<'a>(
    members: Members<'a>,
    structure: &str,
    member: &str,
) -> Result<Option<&'a str>, Refusal> {
    match members.object(structure)? {
        Some(structure) => structure.text(member),
        None => Ok(None),
    }
}

/// Emptied, or empty from the start, the structure is there with empty values (RSP-SHAPE-VPC, RSP-VPC-TYPE). The id of the VPC follows from the subnets, which nobody looks up.
fn vpc(given: Members<'_>) -> Result<Value, Refusal> {
    let subnets = given.texts("SubnetIds")?.unwrap_or_default();
    let groups = given.texts("SecurityGroupIds")?.unwrap_or_default();
    let dual = given.flag("Ipv6AllowedForDualStack")?;
    let id = match subnets.first() {
        Some(first) => format!("vpc-{}", &hex(&Sha256::digest(first))[..17]),
        None => String::new(),
    };
    Ok(json!({
        "Ipv6AllowedForDualStack": dual && !subnets.is_empty(),
        "SecurityGroupIds": groups,
        "SubnetIds": subnets,
        "VpcId": id,
    }))
}

fn log_group(name: &str) -> String {
    format!("/aws/lambda/{name}")
}

/// Completes what was given (RSP-SHAPE-LOGGING): a format brings the defaults of that format,
/// everything else stays as it was. Levels belong to JSON only.
fn logging(given: Members<'_>, before: &Value, name: &str) -> Value {
    let empty = Map::new();
    let before = before.as_object().unwrap_or(&empty);
    let kept = if given.value("LogFormat").is_some() {
        &empty
    } else {
        before
    };
    let pick = |member: &str, default: Value| {
        given
            .value(member)
            .or_else(|| kept.get(member))
            .cloned()
            .unwrap_or(default)
    };
    let format = pick("LogFormat", "Text".into());
    let mut logging = json!({ "LogGroup": pick("LogGroup", log_group(name).into()) });
    if format == "JSON" {
        logging["ApplicationLogLevel"] = pick("ApplicationLogLevel", "INFO".into());
        logging["SystemLogLevel"] = pick("SystemLogLevel", "INFO".into());
    }
    logging["LogFormat"] = format;
    logging
}
