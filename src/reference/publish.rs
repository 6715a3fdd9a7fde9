//! PublishVersion, and the making of a version by whichever operation.
//!
//! Knows what a version takes over from `$LATEST`; whether it starts pending is told by the
//! operation.

use serde_json::json;

use super::body::Members;
use super::call::{Answer, Call};
use super::constraint::Violations;
use super::error::Refusal;
use super::function::Function;
use super::name::Names;
use super::{Entropy, World};

/// PublishVersion. Without a change since the last publication it answers the version that exists,
/// and neither the description in the request nor any revision id changes (X-PUBLISH-IDEMPOTENT).
pub(super) fn version(
    world: &mut World,
    call: &Call<'_>,
    entropy: &mut dyn Entropy,
) -> Result<Answer, Refusal> {
    let body = call.json()?;
    let members = Members(&body);
    let description = members.text("Description")?;
    let mut violations = Violations::default();
    if let Some(description) = description {
        violations.length("description", description, 0..=256);
    }
    let located = call.locate(Names::Plain, violations)?;
    let function = world.function_mut(&located)?;
    located.refuse_version()?;
    function.accept_write(call.settings, &located.name, members.text("RevisionId")?)?;
    let sha256 = function.latest.text("CodeSha256");
    if let Some(expected) = members.text("CodeSha256")?
        && expected != sha256
    {
        // The sentence is from memory of AWS.
        return Err(Refusal::unacceptable(&format!(
            "CodeSHA256 ({expected}) is different from current CodeSHA256 in $LATEST ({sha256}). \
             Please try again with the CodeSHA256 in $LATEST."
        )));
    }
    let number = match current_publication(function) {
        Some(number) => number,
        None => {
            let number = publish(function, call, description, false, entropy);
            function.latest.revise(entropy);
            number
        }
    };
    let arn = call
        .settings
        .function_arn(&located.name, Some(&number.to_string()));
    let written = function.versions[&number].written(arn);
    world.unsettled.insert(located.name);
    Ok(Answer::created(written))
}

/// The version that was made of exactly what `$LATEST` is now. A deleted one does not count
/// (inferred).
pub(super) fn current_publication(function: &Function) -> Option<u64> {
    let unchanged = function.published.as_ref() == Some(&function.latest.substance());
    (unchanged && function.versions.contains_key(&function.highest)).then_some(function.highest)
}

/// Makes a version of `$LATEST` and tells its number. A snapshot takes time, so with SnapStart a
/// version is always pending first. A version made by the operation that changed `$LATEST` has the `LastModified` of that
/// change; one made by PublishVersion that of its publication (inferred).
pub(super) fn publish(
    function: &mut Function,
    call: &Call<'_>,
    description: Option<&str>,
    pending: bool,
    entropy: &mut dyn Entropy,
) -> u64 {
    function.highest += 1;
    let mut version = function.latest.clone();
    version.set("Version", function.highest.to_string());
    if let Some(description) = description {
        version.set("Description", description);
    }
    let snapshot = version
        .members
        .get("SnapStart")
        .is_some_and(|snap| snap["ApplyOn"] == "PublishedVersions");
    if snapshot {
        version.set(
            "SnapStart",
            json!({ "ApplyOn": "PublishedVersions", "OptimizationStatus": "On" }),
        );
    }
    if !pending {
        version.modified(call.now);
    }
    if pending || snapshot {
        version.begin_creation(call.settings, call.now, entropy);
    } else {
        version.revise(entropy);
    }
    function.published = Some(function.latest.substance());
    function.versions.insert(function.highest, version);
    function.highest
}
