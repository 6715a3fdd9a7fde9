//! DeleteFunction: a function, or one version of it.
//!
//! Knows which qualifiers it refuses before it looks anything up.

use super::World;
use super::call::{Answer, Call};
use super::constraint::Violations;
use super::error::Refusal;
use super::name::{Names, is_version};

/// DeleteFunction. A version that does not exist is deleted in silence; a function that does not
/// exist is not, and then the qualifier is not echoed (X-DELETED).
pub(super) fn function(world: &mut World, call: &Call<'_>) -> Result<Answer, Refusal> {
    let located = call.locate(Names::Namespaced, Violations::default())?;
    if located.qualifier() == Some("$LATEST") {
        return Err(Refusal::unacceptable(
            "$LATEST version cannot be deleted without deleting the function.",
        ));
    }
    let unqualified = call.settings.function_arn(&located.name, None);
    let function = world
        .functions
        .get_mut(&located.name)
        .ok_or_else(|| Refusal::not_found(&unqualified))?;
    let Some(qualifier) = located.qualifier() else {
        let highest = function.highest;
        world.functions.remove(&located.name);
        world.numbers.insert(located.name.clone(), highest);
        world.unsettled.remove(&located.name);
        return Ok(Answer::Nothing);
    };
    if !is_version(qualifier) {
        return Err(Refusal::unacceptable(
            "Deletion of aliases is not currently supported.",
        ));
    }
    let users: Vec<&str> = function
        .aliases
        .iter()
        .filter(|(_, alias)| alias.refers_to(qualifier))
        .map(|(name, _)| name.as_str())
        .collect();
    if !users.is_empty() {
        let message = format!(
            "Unable to delete version because the following aliases reference it: [{}]",
            users.join(", ")
        );
        return Err(Refusal::conflict(&message));
    }
    if let Some(super::function::Edition::Version(number)) = function.edition(Some(qualifier)) {
        function.versions.remove(&number);
        function.policies.remove(qualifier);
    }
    Ok(Answer::Nothing)
}
