//! Resource-based policies: AddPermission, GetPolicy, RemovePermission.
//!
//! Kept and shown, never evaluated: whoever may ask is told by the identity. A policy has a
//! revision id of its own.

use serde_json::{Map, Value, json};

use super::body::Members;
use super::call::{Answer, Call, Located};
use super::constraint::Violations;
use super::error::Refusal;
use super::name::Names;
use super::{Entropy, World};

/// What is kept of one policy.
#[derive(Debug, Clone)]
pub(super) struct Policy {
    revision: String,
    statements: Vec<Value>,
}

impl Policy {
    fn accept_write(&self, expected: Option<&str>) -> Result<(), Refusal> {
        match expected {
            Some(expected) if expected != self.revision => {
                Err(Refusal::revision_mismatch("GetPolicy"))
            }
            _ => Ok(()),
        }
    }
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
