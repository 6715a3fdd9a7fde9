//! Runtimes: which there are, which can no longer be used, and what a configuration says of one.
//!
//! Knows nothing of packages; that an image has no runtime is seen to elsewhere.

use serde_json::json;
use sha2::{Digest, Sha256};

use super::Settings;
use super::code::hex;
use super::configuration::Configuration;
use super::error::Refusal;

/// What a function can be made with: the model's list without [`RETIRED`].
const RUNTIMES: &[&str] = &[
    "nodejs16.x",
    "nodejs18.x",
    "nodejs20.x",
    "nodejs22.x",
    "nodejs24.x",
    "nodejs26.x",
    "java8.al2",
    "java8.al2023",
    "java11",
    "java11.al2023",
    "java17",
    "java17.al2023",
    "java21",
    "java25",
    "python3.8",
    "python3.9",
    "python3.10",
    "python3.11",
    "python3.12",
    "python3.13",
    "python3.14",
    "python3.15",
    "dotnet6",
    "dotnet8",
    "dotnet10",
    "ruby3.2",
    "ruby3.3",
    "ruby3.4",
    "ruby4.0",
    "provided.al2",
    "provided.al2023",
    "custom",
];

/// Refused on record (RSP-RT-DEPRECATED): the eight up to `provided`. The older ones behind them
/// are inferred.
const RETIRED: &[&str] = &[
    "nodejs12.x",
    "nodejs14.x",
    "java8",
    "go1.x",
    "python3.7",
    "ruby2.7",
    "dotnetcore3.1",
    "provided",
    "nodejs",
    "nodejs4.3",
    "nodejs4.3-edge",
    "nodejs6.10",
    "nodejs8.10",
    "nodejs10.x",
    "python2.7",
    "python3.6",
    "dotnetcore1.0",
    "dotnetcore2.0",
    "dotnetcore2.1",
    "ruby2.5",
];

/// Writes the runtime and its version.
pub(super) fn set(
    configuration: &mut Configuration,
    runtime: &str,
    settings: &Settings,
) -> Result<(), Refusal> {
    // Both sentences are from memory of AWS, not of the contract; so is that an update refuses like
    // a creation.
    if RETIRED.contains(&runtime) {
        return Err(Refusal::unacceptable(&format!(
            "The runtime parameter of {runtime} is no longer supported for creating or updating AWS Lambda \
             functions. We recommend you use a supported runtime while creating or updating functions."
        )));
    }
    if !RUNTIMES.contains(&runtime) {
        return Err(Refusal::unacceptable(&format!(
            "Value {runtime} at 'runtime' failed to satisfy constraint: Member must satisfy enum value set: \
             [{}] or be a valid ARN",
            RUNTIMES.join(", ")
        )));
    }
    configuration.set("Runtime", runtime);
    set_version(configuration, settings);
    Ok(())
}

/// Writes the ARN of the runtime's version, which names no account; the id in it follows from the
/// runtime and the architecture (RSP-SHAPE-RUNTIMEVER). A function without a runtime has none.
pub(super) fn set_version(configuration: &mut Configuration, settings: &Settings) {
    let runtime = configuration.text("Runtime");
    if runtime.is_empty() {
        return;
    }
    let Settings {
        partition, region, ..
    } = settings;
    let image = format!("{runtime} {}", configuration.architecture());
    let arn = format!(
        "arn:{partition}:lambda:{region}::runtime:{}",
        hex(&Sha256::digest(image))
    );
    configuration.set("RuntimeVersionConfig", json!({ "RuntimeVersionArn": arn }));
}
