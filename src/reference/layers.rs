//! The two operations on layers. A function that has a layer keeps it when the layer's version is
//! deleted.

use serde_json::json;

use super::body::Members;
use super::call::{Answer, Call};
use super::code::Code;
use super::configuration::timestamp;
use super::constraint::Violations;
use super::error::Refusal;
use super::layer::layer_arn;
use super::{Settings, World};

/// PublishLayerVersion.
pub(super) fn publish(world: &mut World, call: &Call<'_>) -> Result<Answer, Refusal> {
    let body = call.json()?;
    let members = Members(&body);
    let mut violations = Violations::default();
    let content = members.object("Content")?;
    if content.is_none() {
        violations.missing("content");
    }
    let arn = named(call, violations)?;
    let code = content.map(Code::read).transpose()?.flatten();
    let Some(Code::Zip { sha256, size }) = code else {
        // Inferred.
        return Err(Refusal::unacceptable(
            "Please provide a source for layer content.",
        ));
    };
    let layer = world.layers.entry(call.labels[0].clone()).or_default();
    layer.highest += 1;
    layer.versions.insert(layer.highest, size);
    let Settings {
        region, account, ..
    } = call.settings;
    let name = &call.labels[0];
    let number = layer.highest;
    Ok(Answer::created(json!({
        "CompatibleArchitectures": members.texts("CompatibleArchitectures")?,
        "CompatibleRuntimes": members.texts("CompatibleRuntimes")?,
        "Content": {
            "CodeSha256": sha256,
            "CodeSize": size,
            "Location": format!(
                "https://awslambda-{region}-layers.s3.{region}.amazonaws.com/snapshots/{account}/{name}-{number}"
            ),
            "SigningJobArn": null,
            "SigningProfileVersionArn": null,
        },
        "CreatedDate": timestamp(call.now),
        "Description": members.text("Description")?.unwrap_or_default(),
        "LayerArn": arn,
        "LayerVersionArn": format!("{arn}:{number}"),
        "LicenseInfo": members.text("LicenseInfo")?,
        "Version": number,
    })))
}

/// DeleteLayerVersion. One that does not exist is deleted in silence (inferred).
pub(super) fn delete(world: &mut World, call: &Call<'_>) -> Result<Answer, Refusal> {
    named(call, Violations::default())?;
    if let (Some(layer), Ok(number)) = (
        world.layers.get_mut(&call.labels[0]),
        call.labels[1].parse(),
    ) {
        layer.versions.remove(&number);
    }
    Ok(Answer::Nothing)
}

/// The ARN of the layer in the path. Its name is only held to its characters here, not to the ARN
/// forms of the model.
fn named(call: &Call<'_>, mut violations: Violations) -> Result<String, Refusal> {
    let name = call.labels[0].as_str();
    let word = name
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
    violations.unless("layerName", name, word, "[a-zA-Z0-9-_]+");
    violations.length("layerName", name, 1..=140);
    violations.verdict()?;
    let arn = layer_arn(call.settings, name);
    call.authorise(&arn)?;
    Ok(arn)
}
