//! [`Iam`]: before a mock, it refuses CreateFunction until there is the role that it names, and makes and deletes roles.

use std::{collections::BTreeSet, sync::Mutex};

/// What AWS says of a role that is not there.
pub(crate) const REFUSAL: &str = r#"{"__type":"InvalidParameterValueException","message":"The role defined for the function cannot be assumed by Lambda."}"#;
/// An answer that is not the mock's: status and body.
pub(crate) type Answer = (u16, String);

/// IAM on the address of the mock.
pub(crate) struct Iam {
    /// What it answers to CreateRole instead of making one.
    pub(crate) creation: Option<Answer>,
    /// What it answers to DeleteRole instead of deleting one.
    pub(crate) deletion: Option<Answer>,
    pub(crate) seen: Mutex<Seen>,
}

pub(crate) struct Seen {
    roles: BTreeSet<String>,
    calls: Vec<String>,
}

impl Iam {
    /// One that has these roles, and makes others.
    pub(crate) fn with(roles: &[&str]) -> Iam {
        let seen = Seen {
            roles: roles.iter().map(|role| (*role).to_owned()).collect(),
            calls: Vec::new(),
        };
        Iam {
            creation: None,
            deletion: None,
            seen: Mutex::new(seen),
        }
    }

    /// The ARN of a role: none that follows from its name alone.
    pub(crate) fn arn(role: &str) -> String {
        format!("arn:aws:iam::123456789012:role/made/{role}")
    }

    /// The roles that are there.
    pub(crate) fn roles(&self) -> Vec<String> {
        self.seen().roles.iter().cloned().collect()
    }

    /// What was asked, in order: `CreateFunction` if it was refused, `accepted`, `CreateRole NAME`, `DeleteRole NAME`.
    pub(crate) fn calls(&self) -> Vec<String> {
        self.seen().calls.clone()
    }

    /// What was asked of roles.
    pub(crate) fn of_roles(&self) -> Vec<String> {
        let mut calls = self.calls();
        calls.retain(|call| call.contains("Role"));
        calls
    }

    /// The answer to a request, by its path and its body; none where the mock is to answer.
    pub(crate) fn answer(&self, method: &str, path: &str, body: &str) -> Option<Answer> {
        let mut seen = self.seen();
        match (method, path.trim_end_matches('/')) {
            ("POST", "") => {
                let value = |name: &str| {
                    let mut pairs = body.split('&').filter_map(|pair| pair.split_once('='));
                    let (_, value) = pairs.find(|(known, _)| *known == name)?;
                    Some(value.to_owned())
                };
                let (action, role) = (value("Action")?, value("RoleName")?);
                seen.calls.push(format!("{action} {role}"));
                Some(self.role(&mut seen, &action, role))
            }
            ("POST", "/2015-03-31/functions") => {
                let known = |role: &String| body.contains(&format!("\"{}\"", Iam::arn(role)));
                let accepted = seen.roles.iter().any(known);
                let call = if accepted {
                    "accepted"
                } else {
                    "CreateFunction"
                };
                seen.calls.push(call.to_owned());
                (!accepted).then(|| (400, REFUSAL.to_owned()))
            }
            _ => None,
        }
    }

    fn role(&self, seen: &mut Seen, action: &str, role: String) -> Answer {
        let error = |status: u16, code: &str| {
            let body = format!("<ErrorResponse><Error><Code>{code}</Code></Error></ErrorResponse>");
            (status, body)
        };
        match (action, &self.creation, &self.deletion) {
            ("CreateRole", Some(answer), _) | ("DeleteRole", _, Some(answer)) => answer.clone(),
            ("CreateRole", ..) if seen.roles.contains(&role) => error(409, "EntityAlreadyExists"),
            ("CreateRole", ..) => {
                let arn = Iam::arn(&role);
                seen.roles.insert(role);
                let body =
                    format!("<CreateRoleResult><Role><Arn>{arn}</Arn></Role></CreateRoleResult>");
                (200, body)
            }
            ("DeleteRole", ..) if seen.roles.remove(&role) => {
                (200, "<DeleteRoleResponse/>".to_owned())
            }
            ("DeleteRole", ..) => error(404, "NoSuchEntity"),
            _ => error(400, "InvalidAction"),
        }
    }

    fn seen(&self) -> std::sync::MutexGuard<'_, Seen> {
        self.seen.lock().expect("no panic")
    }
}
