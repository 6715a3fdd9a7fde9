//! CreateFunction.
//!
//! Knows what a new function must have; which settings there are is told by `settings`.

use serde_json::Value;

use super::body::Members;
use super::call::{Answer, Call};
use super::code::Code;
use super::configuration::Configuration;
use super::constraint::Violations;
use super::error::Refusal;
use super::function::Function;
use super::name::Names;
use super::publish::publish;
use super::{Entropy, World, input, settings, shape, tags};

/// CreateFunction.
pub(super) fn function(
    world: &mut World,
    call: &Call<'_>,
    entropy: &mut dyn Entropy,
) -> Result<Answer, Refusal> {
    let body = call.json()?;
    let members = Members(&body);
    let mut violations = Violations::default();
    shape::check(&input::CREATION, members.0, &mut violations)?;
    let code = members.object("Code")?;
    let package = members.text("PackageType")?.unwrap_or("Zip");
    let Some(text) = members.text("FunctionName")? else {
        violations.missing("functionName");
        return Err(violations.refusal());
    };
    let located = call.locate_named(text, Names::Plain, violations)?;
    let name = located.name.as_str();
    if located.qualifier.is_some() {
        // Inferred: a creation with a qualifier is not on record.
        return Err(Refusal::unacceptable(
            "The function name of a new function cannot have a qualifier.",
        ));
    }
    if name.chars().count() > 64 {
        // The sentence of a violation, but not as a ValidationException (REQ-NAME-LEN-64).
        return Err(Refusal::unacceptable(&format!(
            "1 validation error detected: Value '{text}' at 'functionName' failed to satisfy constraint: \
             Member must have length less than or equal to 64"
        )));
    }

    let mut latest = Configuration::pending(call.settings, call.now, entropy);
    settings::defaults(&mut latest, name);
    check_package(members, package)?;
    latest.set("PackageType", package);
    settings::apply(&mut latest, members, &world.layers, call.settings)?;
    match (package, code.map(Code::read).transpose()?.flatten()) {
        ("Zip", Some(code @ Code::Zip { .. })) | ("Image", Some(code @ Code::Image { .. })) => {
            code.store(&mut latest)
        }
        // Inferred.
        ("Zip", _) => {
            return Err(Refusal::unacceptable(
                "Please provide a source for function code.",
            ));
        }
        _ => {
            return Err(Refusal::unacceptable(
                "Please provide ImageUri when creating a function with packageType Image.",
            ));
        }
    }
    if world.functions.contains_key(name) {
        return Err(Refusal::conflict(&format!(
            "Function already exist: {name}"
        )));
    }

    let highest = world.numbers.remove(name).unwrap_or_default();
    let mut function = Function::new(latest, highest);
    if let Some(given) = members.text_map("Tags")? {
        tags::merge(&mut function.tags, given);
    }
    let created = if members.flag("Publish")? {
        let number = publish(&mut function, call, None, true, entropy);
        &function.versions[&number]
    } else {
        &function.latest
    };
    // The ARN is unqualified even where the body is that of version 1 (X-CREATE-PUBLISH).
    let written: Value = created.written(located.arn.clone());
    world.unsettled.insert(name.to_owned());
    world.functions.insert(name.to_owned(), function);
    Ok(Answer::created(written))
}

/// A zip needs runtime and handler, an image must not have them (RSP-RT-ZIP-REQUIRED,
/// RSP-RT-IMAGE-ERROR); both sentences are from memory of AWS.
fn check_package(members: Members<'_>, package: &str) -> Result<(), Refusal> {
    let has = |member| members.value(member).is_some();
    if package == "Zip" && !(has("Runtime") && has("Handler")) {
        let message = "Runtime and Handler are mandatory parameters for functions created with deployment packages.";
        return Err(Refusal::unacceptable(message));
    }
    if package == "Image" && (has("Runtime") || has("Handler") || has("Layers")) {
        return Err(Refusal::unacceptable(IMAGE_ONLY));
    }
    Ok(())
}

/// What an image function answers to the settings of a zip function.
pub(super) const IMAGE_ONLY: &str = "Please don't provide Handler or Runtime or Layer when the intended function PackageType is Image.";
