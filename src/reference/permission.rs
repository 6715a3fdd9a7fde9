//! Permissions: AddPermission, GetPolicy, RemovePermission, and whom a policy lets in.
//!
//! Evaluated only for callers of another account: within the account the identity tells who may
//! ask.

use serde_json::{Map, Value, json};

use super::body::Members;
use super::call::{Answer, Call, Located};
use super::constraint::Violations;
use super::error::Refusal;
use super::name::{FunctionName, Names};
use super::policy::Policy;
use super::route::Operation;
use super::{Entropy, Settings, World};

/// Lets a caller of another account read what a policy lets it read, and refuses everything else.
///
/// Only the two reads are modelled. That a function which is not there is denied like one that is,
/// and that every qualifier has a policy of its own, is inferred.
pub(super) fn admit(
    world: &World,
    call: &Call<'_>,
    account: &str,
    caller: &str,
) -> Result<(), Refusal> {
    let action = format!("{:?}", call.operation);
    if !matches!(
        call.operation,
        Operation::GetFunctionConfiguration | Operation::GetFunction
    ) {
        return Err(Refusal::not_authorised(caller, &action, "*", "identity"));
    }
    let named = FunctionName::parse(&call.labels[0]).and_then(|name| name.account);
    if named.as_deref().is_none_or(|named| named == account) {
        // A name alone is one of the caller's own account (REQ-NAME-BARE), where nothing is.
        let own = Settings {
            account: account.to_owned(),
            ..call.settings.clone()
        };
        let own = Call {
            settings: &own,
            operation: call.operation,
            labels: call.labels.clone(),
            query: call.query.clone(),
            ..*call
        };
        let located = own.locate(Names::Namespaced, Violations::default())?;
        return Err(located.not_found());
    }
    let located = call.locate(Names::Namespaced, Violations::default())?;
    let root = format!("arn:{}:iam::{account}:root", call.settings.partition);
    let allows = |statement: &Value| {
        let principal = &statement["Principal"];
        let who = principal == "*" || principal["AWS"] == root || principal["AWS"] == caller;
        let what = statement["Action"].as_str().unwrap_or_default();
        who && (what == "*" || what == "lambda:*" || what == format!("lambda:{action}"))
    };
    let granted = world.function(&located).is_ok_and(|function| {
        function
            .policies
            .get(key(&located))
            .is_some_and(|policy| policy.statements.iter().any(allows))
    });
    if granted {
        return Ok(());
    }
    Err(Refusal::not_authorised(
        caller,
        &action,
        &located.arn,
        "resource",
    ))
}

/// AddPermission.
pub(super) fn add(
    world: &mut World,
    call: &Call<'_>,
    entropy: &mut dyn Entropy,
) -> Result<Answer, Refusal> {
    let body = call.json()?;
    let members = Members(&body);
    let mut violations = Violations::default();
    for (member, at) in [
        ("StatementId", "statementId"),
        ("Action", "action"),
        ("Principal", "principal"),
    ] {
        if members.text(member)?.is_none() {
            violations.missing(at);
        }
    }
    let located = call.locate(Names::Plain, violations)?;
    world.configuration(&located)?;
    let function = world.function_mut(&located)?;
    let policy = function.policies.get(key(&located));
    match (policy, members.text("RevisionId")?) {
        (Some(policy), expected) => policy.accept_write(expected)?,
        // A policy that does not exist has no revision to expect (inferred).
        (None, Some(_)) => return Err(Refusal::revision_mismatch("GetPolicy")),
        (None, None) => {}
    }
    let id = members.text("StatementId")?.unwrap_or_default();
    if policy.is_some_and(|policy| {
        policy
            .statements
            .iter()
            .any(|statement| statement["Sid"] == id)
    }) {
        // The sentence is from memory of AWS.
        return Err(Refusal::conflict(&format!(
            "The statement id ({id}) provided already exists. Please provide a new statement id, \
             or remove the existing statement."
        )));
    }
    let statement = json!({
        "Action": members.text("Action")?,
        "Effect": "Allow",
        "Principal": principal(call, members.text("Principal")?.unwrap_or_default()),
        "Resource": located.arn,
        "Sid": id,
    });
    let written = json!({ "Statement": statement.to_string() });
    let policy = function
        .policies
        .entry(key(&located).to_owned())
        .or_insert_with(|| Policy {
            revision: String::new(),
            statements: Vec::new(),
        });
    policy.statements.push(statement);
    policy.revision = entropy.uuid();
    Ok(Answer::created(written))
}

/// GetPolicy. The words for "none" are from memory of AWS.
pub(super) fn get(world: &World, call: &Call<'_>) -> Result<Answer, Refusal> {
    let located = call.locate(Names::Namespaced, Violations::default())?;
    world.configuration(&located)?;
    let policy = world
        .function(&located)?
        .policies
        .get(key(&located))
        .ok_or_else(|| Refusal::nothing_there("The resource you requested does not exist."))?;
    let document =
        json!({ "Id": "default", "Statement": policy.statements, "Version": "2012-10-17" });
    Ok(Answer::ok(
        json!({ "Policy": document.to_string(), "RevisionId": policy.revision }),
    ))
}

/// RemovePermission. The words for "none" are from memory of AWS.
pub(super) fn remove(
    world: &mut World,
    call: &Call<'_>,
    entropy: &mut dyn Entropy,
) -> Result<Answer, Refusal> {
    let located = call.locate(Names::Plain, Violations::default())?;
    world.configuration(&located)?;
    let function = world.function_mut(&located)?;
    let id = call.labels[1].as_str();
    let nothing = || Refusal::nothing_there("No policy is associated with the given resource.");
    let policy = function
        .policies
        .get_mut(key(&located))
        .ok_or_else(nothing)?;
    policy.accept_write(call.query("RevisionId"))?;
    let place = policy
        .statements
        .iter()
        .position(|statement| statement["Sid"] == id)
        .ok_or_else(|| {
            Refusal::nothing_there(&format!("Statement {id} is not found in resource policy."))
        })?;
    policy.statements.remove(place);
    policy.revision = entropy.uuid();
    if policy.statements.is_empty() {
        function.policies.remove(key(&located));
    }
    Ok(Answer::Nothing)
}

fn key(located: &Located) -> &str {
    located.qualifier().unwrap_or_default()
}

/// A service, an account, or any other principal as it was given.
fn principal(call: &Call<'_>, given: &str) -> Value {
    let mut principal = Map::new();
    if given == "*" {
        return given.into();
    } else if given.contains(".amazonaws.") {
        principal.insert("Service".to_owned(), given.into());
    } else if given.len() == 12 && given.bytes().all(|byte| byte.is_ascii_digit()) {
        let root = format!("arn:{}:iam::{given}:root", call.settings.partition);
        principal.insert("AWS".to_owned(), root.into());
    } else {
        principal.insert("AWS".to_owned(), given.into());
    }
    principal.into()
}
