//! UpdateFunctionConfiguration and UpdateFunctionCode.
//!
//! An accepted update mints a revision even when it changes nothing; a refused one leaves
//! everything as it was.

use serde_json::json;

use super::body::Members;
use super::call::{Answer, Call};
use super::code::Code;
use super::constraint::Violations;
use super::create::IMAGE_ONLY;
use super::error::Refusal;
use super::name::Names;
use super::publish::publish;
use super::{Entropy, World, input, runtime, settings, shape};

/// UpdateFunctionConfiguration.
pub(super) fn configuration(
    world: &mut World,
    call: &Call<'_>,
    entropy: &mut dyn Entropy,
) -> Result<Answer, Refusal> {
    let body = call.json()?;
    let members = Members(&body);
    let mut violations = Violations::default();
    shape::check(&input::UPDATE, members.0, &mut violations)?;
    let located = call.locate(Names::Plain, violations)?;
    let World {
        functions,
        layers,
        unsettled,
        ..
    } = world;
    let function = functions
        .get_mut(&located.name)
        .ok_or_else(|| located.not_found())?;
    located.refuse_version()?;
    function.accept_write(call.settings, &located.name, members.text("RevisionId")?)?;
    let mut next = function.latest.clone();
    let zip_only = ["Runtime", "Handler", "Layers"]
        .iter()
        .any(|member| members.value(member).is_some());
    if next.text("PackageType") == "Image" && zip_only {
        return Err(Refusal::unacceptable(IMAGE_ONLY));
    }
    settings::apply(&mut next, members, layers, call.settings)?;
    next.begin_update(call.settings, call.now, entropy);
    function.latest = next;
    unsettled.insert(located.name.clone());
    Ok(Answer::ok(function.latest.written(located.arn)))
}

/// UpdateFunctionCode. With `Publish`, the answer is the new version, still pending, while
/// `$LATEST` is in progress under a revision id of its own.
pub(super) fn code(
    world: &mut World,
    call: &Call<'_>,
    entropy: &mut dyn Entropy,
) -> Result<Answer, Refusal> {
    let body = call.json()?;
    let members = Members(&body);
    let mut violations = Violations::default();
    shape::check(&input::CODE_UPDATE, members.0, &mut violations)?;
    let architectures = members.texts("Architectures")?;
    let located = call.locate(Names::Plain, violations)?;
    let function = world.function_mut(&located)?;
    located.refuse_version()?;
    function.accept_write(call.settings, &located.name, members.text("RevisionId")?)?;
    let mut next = function.latest.clone();
    // The first two sentences are recorded, the third is from memory of AWS.
    let code = match (next.text("PackageType"), Code::read(members)?) {
        ("Image", Some(code @ Code::Image { .. })) | ("Zip", Some(code @ Code::Zip { .. })) => code,
        ("Image", _) => {
            let message =
                "Please provide ImageUri when updating a function with packageType Image.";
            return Err(Refusal::unacceptable(message));
        }
        (_, Some(_)) => {
            let message =
                "Please don't provide ImageUri when updating a function with packageType Zip.";
            return Err(Refusal::unacceptable(message));
        }
        (_, None) => {
            return Err(Refusal::unacceptable(
                "Please provide a source for function code.",
            ));
        }
    };
    code.store(&mut next);
    if let Some(architectures) = architectures {
        next.set("Architectures", json!(architectures));
        runtime::set_version(&mut next, call.settings);
    }
    if members.flag("DryRun")? {
        // Shows what would be, and does nothing (inferred).
        return Ok(Answer::ok(next.written(located.arn)));
    }
    next.begin_update(call.settings, call.now, entropy);
    function.latest = next;
    // Code that was sent again is published again, though it is what it was (X-PUBLISH-IDEMPOTENT).
    function.published = None;
    let written = if members.flag("Publish")? {
        let number = publish(function, call, None, true, entropy);
        function.versions[&number].written(
            call.settings
                .function_arn(&located.name, Some(&number.to_string())),
        )
    } else {
        function.latest.written(located.arn.clone())
    };
    world.unsettled.insert(located.name);
    Ok(Answer::ok(written))
}
