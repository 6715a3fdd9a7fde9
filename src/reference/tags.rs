//! Tags, which belong to the function as a whole: TagResource, UntagResource, ListTags.
//!
//! Both writes mint a new revision id for `$LATEST`, also when a tag is written over.

use serde_json::{Map, Value, json};

use super::body::Members;
use super::call::{Answer, Call, Located};
use super::constraint::Violations;
use super::error::Refusal;
use super::name::{FunctionName, Names, check_name};
use super::{Entropy, World};

/// TagResource.
pub(super) fn add(
    world: &mut World,
    call: &Call<'_>,
    entropy: &mut dyn Entropy,
) -> Result<Answer, Refusal> {
    let body = call.json()?;
    let mut violations = Violations::default();
    let given = Members(&body).text_map("Tags")?;
    if given.is_none() {
        violations.missing("tags");
    }
    let located = resource(call, violations)?;
    let function = world.function_mut(&located)?;
    merge(&mut function.tags, given.unwrap_or(&Map::new()));
    function.latest.revise(entropy);
    Ok(Answer::Nothing)
}

/// UntagResource. A key that is not there is taken away in silence (inferred).
pub(super) fn remove(
    world: &mut World,
    call: &Call<'_>,
    entropy: &mut dyn Entropy,
) -> Result<Answer, Refusal> {
    let keys: Vec<&str> = call
        .query
        .iter()
        .filter(|(key, _)| key == "tagKeys")
        .map(|(_, value)| value.as_str())
        .collect();
    let mut violations = Violations::default();
    if keys.is_empty() {
        violations.missing("tagKeys");
    }
    let located = resource(call, violations)?;
    let function = world.function_mut(&located)?;
    function.tags.retain(|key, _| !keys.contains(&key.as_str()));
    function.latest.revise(entropy);
    Ok(Answer::Nothing)
}

/// ListTags.
pub(super) fn list(world: &World, call: &Call<'_>) -> Result<Answer, Refusal> {
    let located = resource(call, Violations::default())?;
    Ok(Answer::ok(
        json!({ "Tags": world.function(&located)?.tags }),
    ))
}

/// Puts tags among tags.
pub(super) fn merge(tags: &mut Map<String, Value>, given: &Map<String, Value>) {
    tags.extend(
        given
            .iter()
            .map(|(key, value)| (key.clone(), value.clone())),
    );
}

/// The function that the path names by its ARN. The violation of anything else is inferred.
fn resource(call: &Call<'_>, mut violations: Violations) -> Result<Located, Refusal> {
    let text = &call.labels[0];
    check_name(&mut violations, Names::Namespaced, text);
    violations.verdict()?;
    let parsed = FunctionName::parse(text).expect("invariant: the pattern was checked");
    call.resolve(parsed, None)
}
