//! Reserved and provisioned concurrency, and the pinning of the runtime: settings that no
//! configuration shows.
//!
//! Only the reserved number is kept, because GetFunction tells it. None of these changes a revision
//! id (of the provisioned one that is unknown today, GAP-18).

use serde_json::json;

use super::World;
use super::body::Members;
use super::call::{Answer, Call};
use super::configuration::timestamp;
use super::constraint::Violations;
use super::error::Refusal;
use super::name::Names;

/// PutFunctionConcurrency. A function that does not exist is echoed with `:$LATEST`, here only
/// (contract, section I).
pub(super) fn reserve(world: &mut World, call: &Call<'_>) -> Result<Answer, Refusal> {
    let body = call.json()?;
    let mut violations = Violations::default();
    let reserved = Members(&body).integer("ReservedConcurrentExecutions")?;
    match reserved {
        Some(reserved) => violations.range("reservedConcurrentExecutions", reserved, 0..=i64::MAX),
        None => violations.missing("reservedConcurrentExecutions"),
    }
    let located = call.locate(Names::Plain, violations)?;
    let function = world.functions.get_mut(&located.name).ok_or_else(|| {
        let qualifier = located.qualifier().unwrap_or("$LATEST");
        Refusal::not_found(&call.settings.function_arn(&located.name, Some(qualifier)))
    })?;
    function.reserved = reserved;
    Ok(Answer::ok(
        json!({ "ReservedConcurrentExecutions": reserved }),
    ))
}

/// GetFunctionConcurrency.
pub(super) fn reserved(world: &World, call: &Call<'_>) -> Result<Answer, Refusal> {
    let located = call.locate(Names::Plain, Violations::default())?;
    Ok(Answer::ok(match world.function(&located)?.reserved {
        Some(reserved) => json!({ "ReservedConcurrentExecutions": reserved }),
        None => json!({}),
    }))
}

/// DeleteFunctionConcurrency.
pub(super) fn release(world: &mut World, call: &Call<'_>) -> Result<Answer, Refusal> {
    let located = call.locate(Names::Plain, Violations::default())?;
    world.function_mut(&located)?.reserved = None;
    Ok(Answer::Nothing)
}

/// PutProvisionedConcurrencyConfig: accepted, and nothing comes of it.
pub(super) fn provision(world: &World, call: &Call<'_>) -> Result<Answer, Refusal> {
    let body = call.json()?;
    let mut violations = Violations::default();
    let wanted = Members(&body).integer("ProvisionedConcurrentExecutions")?;
    match wanted {
        Some(wanted) => violations.range("provisionedConcurrentExecutions", wanted, 1..=i64::MAX),
        None => violations.missing("provisionedConcurrentExecutions"),
    }
    if call.query("Qualifier").is_none() {
        violations.missing("qualifier");
    }
    let located = call.locate(Names::Plain, violations)?;
    if located.qualifier() == Some("$LATEST") {
        // The sentence is from memory of AWS.
        let message =
            "Provisioned Concurrency Configs cannot be applied to unpublished function versions.";
        return Err(Refusal::unacceptable(message));
    }
    world.configuration(&located)?;
    Ok(Answer::Json(
        http::StatusCode::ACCEPTED,
        json!({
            "AllocatedProvisionedConcurrentExecutions": 0,
            "AvailableProvisionedConcurrentExecutions": 0,
            "LastModified": timestamp(call.now),
            "RequestedProvisionedConcurrentExecutions": wanted,
            "Status": "IN_PROGRESS",
            "StatusReason": null,
        }),
    ))
}

/// PutRuntimeManagementConfig: accepted, and nothing comes of it.
pub(super) fn pin_runtime(world: &World, call: &Call<'_>) -> Result<Answer, Refusal> {
    let body = call.json()?;
    let members = Members(&body);
    let mut violations = Violations::default();
    let when = members.text("UpdateRuntimeOn")?;
    match when {
        Some(when) => violations.one_of(
            "updateRuntimeOn",
            when,
            &["Auto", "Manual", "FunctionUpdate"],
        ),
        None => violations.missing("updateRuntimeOn"),
    }
    let located = call.locate(Names::Plain, violations)?;
    world.configuration(&located)?;
    Ok(Answer::ok(json!({
        "FunctionArn": located.arn,
        "RuntimeVersionArn": members.text("RuntimeVersionArn")?,
        "UpdateRuntimeOn": when,
    })))
}
