//! Overrides: state that no operation of the API leads to, written straight into a configuration.
//!
//! Not part of the API, and reachable over HTTP only where the settings say so. Judges no value: a
//! test may want one that AWS would never send.

use serde_json::{Map, Value};
use thiserror::Error;

use super::call::{Answer, Call};
use super::constraint::Violations;
use super::error::Refusal;
use super::name::Names;
use super::{Entropy, Settings, World};

/// Why a configuration was not overridden.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum OverrideError {
    /// There is no such function, version or alias.
    #[error("no function `{arn}`; create it first")]
    NotFound {
        /// The ARN that the name and the qualifier lead to.
        arn: String,
    },
    /// The member follows from the identity of the function.
    #[error("member `{member}` cannot be overridden; it follows from the name and the qualifier")]
    Derived {
        /// The member in question.
        member: String,
    },
}

/// `PUT /_lambda-conformance/functions/{name}/overrides`, with the members as the body.
pub(super) fn put(
    world: &mut World,
    call: &Call<'_>,
    entropy: &mut dyn Entropy,
) -> Result<Answer, Refusal> {
    let members = call.json()?;
    let located = call.locate(Names::Namespaced, Violations::default())?;
    match merge(
        world,
        call.settings,
        &located.name,
        located.qualifier(),
        &members,
        entropy,
    ) {
        Ok(()) => Ok(Answer::Nothing),
        Err(OverrideError::NotFound { arn }) => Err(Refusal::not_found(&arn)),
        Err(error @ OverrideError::Derived { .. }) => {
            Err(Refusal::unacceptable(&error.to_string()))
        }
    }
}

/// Completes what is under way, then merges.
pub(super) fn merge(
    world: &mut World,
    settings: &Settings,
    name: &str,
    qualifier: Option<&str>,
    members: &Map<String, Value>,
    entropy: &mut dyn Entropy,
) -> Result<(), OverrideError> {
    let derived = ["FunctionArn", "FunctionName", "Version"];
    if let Some(member) = members
        .keys()
        .find(|member| derived.contains(&member.as_str()))
    {
        return Err(OverrideError::Derived {
            member: member.clone(),
        });
    }
    let missing = || OverrideError::NotFound {
        arn: settings.function_arn(name, qualifier),
    };
    let function = world.functions.get_mut(name).ok_or_else(missing)?;
    if function.edition(qualifier).is_none() {
        return Err(missing());
    }
    function.complete(entropy);
    world.unsettled.remove(name);
    let configuration = function.configuration_mut(qualifier).ok_or_else(missing)?;
    merge_patch(&mut configuration.members, members);
    Ok(())
}

/// RFC 7396.
fn merge_patch(target: &mut Map<String, Value>, patch: &Map<String, Value>) {
    for (member, value) in patch {
        match value {
            Value::Null => {
                target.remove(member);
            }
            Value::Object(inner) => {
                let place = target.entry(member.clone()).or_insert(Value::Null);
                if !place.is_object() {
                    *place = Value::Object(Map::new());
                }
                if let Value::Object(place) = place {
                    merge_patch(place, inner);
                }
            }
            _ => {
                target.insert(member.clone(), value.clone());
            }
        }
    }
}
