//! The execution role, on targets that look whether it exists: made first, or once CreateFunction has asked for it.

use std::sync::atomic::{AtomicBool, Ordering};

use bytes::Bytes;
use tokio::sync::OnceCell;

use super::{
    iam::{arn, create, exists, query, says},
    removal::{Patience, Tried},
};
use crate::{
    case::Auth,
    connection::Connection,
    hash::hash,
    observation::{NoAnswer, Observation},
    plan::{CREATE_FUNCTION, Partition},
    text::Bindings,
    verdict::Refusal,
};

/// Why there is no role.
#[derive(Debug, thiserror::Error)]
pub enum RoleError {
    /// IAM refused.
    #[error(
        "the target's IAM refused to make the role `{name}`: {answer}; make it yourself, or leave `--create-role` out"
    )]
    Refused {
        /// The role.
        name: String,
        /// What IAM answered.
        answer: String,
    },
    /// IAM does not answer.
    #[error("{0}; is the target running, and is `--endpoint` right?")]
    NoAnswer(#[from] NoAnswer),
}

/// Makes the role of the target if it is not there. It stays: the next run needs it too, and it costs nothing.
pub(crate) async fn make(connection: &mut Connection) -> Result<(), RoleError> {
    let role = &connection.target.role;
    let name = role.rsplit('/').next().unwrap_or(role).to_owned();
    let answer = create(connection, &name).await?;
    if answer.status >= 300 && !exists(&answer) {
        return Err(RoleError::Refused {
            name,
            answer: answer.in_one_line(),
        });
    }
    let arn = arn(&answer).unwrap_or_else(|| likely(connection, &name));
    connection.bindings.set("role", arn);
    Ok(())
}

/// The role that a run makes once CreateFunction has asked for it, and takes away at its end.
#[derive(Debug)]
pub(crate) struct Role {
    name: String,
    /// Its ARN, or why there is none.
    made: OnceCell<Result<String, Refusal>>,
    /// Whether the run may have made it.
    ours: AtomicBool,
}

impl Role {
    /// The role of one part of a run. It has a name of its own, which IAM accepts.
    pub(crate) fn new(run: &str, part: Option<Partition>) -> Role {
        Role {
            name: name(run, part),
            made: OnceCell::new(),
            ours: AtomicBool::new(false),
        }
    }

    /// Its ARN, once it is there.
    pub(crate) fn arn(&self) -> Option<&str> {
        self.made.get()?.as_deref().ok()
    }

    /// Its name, if the run may have made it.
    pub(crate) fn standing(&self) -> Option<&str> {
        self.ours.load(Ordering::SeqCst).then_some(&self.name)
    }

    /// Its ARN. Whoever is refused first makes it, and whoever else asks waits for that.
    async fn make(&self, connection: &Connection, refused: &Observation) -> Result<&str, &Refusal> {
        let made = self.made.get_or_init(|| async {
            self.made_now(connection)
                .await
                .map_err(|reason| refusal(refused, reason))
        });
        match made.await {
            Ok(arn) => Ok(arn),
            Err(refusal) => Err(refusal),
        }
    }

    async fn made_now(&self, connection: &Connection) -> Result<String, String> {
        // before it is asked for: what is not noted cannot be taken away
        self.ours.store(true, Ordering::SeqCst);
        let answer = create(connection, &self.name)
            .await
            .map_err(|error| format!("IAM gave no answer to CreateRole: {error}"))?;
        if answer.status < 300 {
            return arn(&answer).ok_or_else(|| {
                let line = answer.in_one_line();
                format!("IAM answered CreateRole without the ARN of a role: {line}")
            });
        }
        self.ours.store(false, Ordering::SeqCst);
        if exists(&answer) {
            return Ok(likely(connection, &self.name));
        }
        Err(format!("IAM refused CreateRole: {}", answer.in_one_line()))
    }

    /// Takes it away if the run may have made it. Returns what is left, with the target's answer.
    pub(super) async fn clear(&self, connection: &Connection) -> Option<String> {
        let name = self.standing()?;
        let patience = Patience::new(&connection.target.clock);
        let removed = patience.remove(|| async {
            let answer = query(connection, "DeleteRole", &[("RoleName", name)]).await?;
            let is_gone =
                !answer.is_error() || answer.status == 404 || says(&answer, "NoSuchEntity");
            Ok(Tried { answer, is_gone })
        });
        let removed = removed.await;
        self.ours.store(false, Ordering::SeqCst);
        let reason = removed.err()?;
        Some(format!("role {name} (DeleteRole: {reason})"))
    }
}

/// An answer to a request, the request that it answers, and what it means for the role.
pub(crate) struct Called {
    pub(crate) request: http::Request<Bytes>,
    pub(crate) answer: Observation,
    /// The ARN of the role under which the request was sent again.
    pub(crate) role: Option<String>,
    /// Why there is no role, if that is what the answer is about.
    pub(crate) lacking: Option<Refusal>,
}

impl Connection {
    /// Sends a request of an operation, as [`Connection::under_role`] does, and notes whether a function may be there then.
    pub(crate) async fn call(
        &self,
        operation: &str,
        auth: Auth,
        request: http::Request<Bytes>,
        bindings: &Bindings,
        asked: Option<&Role>,
    ) -> Result<Called, NoAnswer> {
        let function = bindings.get("function");
        let function = function.filter(|_| operation == CREATE_FUNCTION);
        if let Some(function) = function {
            self.creations.send(function);
        }
        let called = self
            .under_role(operation, auth, request, bindings, asked)
            .await;
        // of an error of the server and of no answer nobody knows what it did
        let nothing = match &called {
            Ok(called) => matches!(called.answer.status, 400..=499 | 501),
            Err(error) => error.is_unsent(),
        };
        if let Some(function) = function.filter(|_| nothing) {
            let conflict = called
                .as_ref()
                .is_ok_and(|called| called.answer.status == 409);
            self.creations.refuse(function, conflict);
        }
        called
    }

    /// Sends a request of an operation. A CreateFunction that is refused because there is no such role as `bindings` have is
    /// sent once more under the role of the run, if the run makes one.
    async fn under_role(
        &self,
        operation: &str,
        auth: Auth,
        request: http::Request<Bytes>,
        bindings: &Bindings,
        asked: Option<&Role>,
    ) -> Result<Called, NoAnswer> {
        let answer = self.send(auth, request.clone()).await?;
        let named = bindings.get("role").unwrap_or_default();
        let lacks = |request: &http::Request<Bytes>, answer: &Observation, role: &str| {
            let body = String::from_utf8_lossy(request.body());
            operation == CREATE_FUNCTION
                && body.contains(&format!("\"{role}\""))
                && is_about_role(answer, role)
        };
        let mut called = Called {
            request,
            answer,
            role: None,
            lacking: None,
        };
        if !lacks(&called.request, &called.answer, named) {
            return Ok(called);
        }
        let Some(asked) = asked else {
            let advice = "`--create-role` makes the role first".to_owned();
            called.lacking = Some(refusal(&called.answer, advice));
            return Ok(called);
        };
        let arn = match asked.make(self, &called.answer).await {
            Ok(arn) => arn,
            Err(refusal) => {
                called.lacking = Some(refusal.clone());
                return Ok(called);
            }
        };
        let body = String::from_utf8_lossy(called.request.body())
            .replace(&format!("\"{named}\""), &format!("\"{arn}\""));
        *called.request.body_mut() = Bytes::from(body);
        called.role = Some(arn.to_owned());
        called.answer = self.send(auth, called.request.clone()).await?;
        if lacks(&called.request, &called.answer, arn) {
            let tried = format!("it was sent again under the role `{arn}`, which the run had made");
            called.lacking = Some(refusal(&called.answer, tried));
        }
        Ok(called)
    }
}

fn refusal(answer: &Observation, advice: String) -> Refusal {
    Refusal {
        operation: CREATE_FUNCTION.to_owned(),
        answer: answer.in_one_line(),
        advice: Some(advice),
    }
}

/// Whether a refusal of CreateFunction says that there is no such role. AWS says that it cannot be assumed, emulators say it in
/// words of their own. That the role may do too little, or that its ARN is none, is something else, and so is a name that holds
/// the word.
fn is_about_role(answer: &Observation, role: &str) -> bool {
    let client = (400..500).contains(&answer.status) && !matches!(answer.status, 401 | 403 | 429);
    if !client || answer.violations().is_some() {
        return false;
    }
    let text = match answer.message() {
        Some((_, message)) => message.to_owned(),
        None => String::from_utf8_lossy(&answer.body).into_owned(),
    };
    let in_name =
        |character: char| character.is_ascii_alphanumeric() || "-_:/.".contains(character);
    let lower = text.to_ascii_lowercase();
    let mut words = lower
        .split(|character| !in_name(character))
        .map(|word| word.trim_matches([':', '.', '/']));
    let word = words.any(|word| matches!(word, "role" | "rolearn" | "role_arn"));
    (word || text.contains(role)) && !lower.contains("permission")
}

/// The name of the role of one part of a run.
fn name(run: &str, part: Option<Partition>) -> String {
    /// The longest that IAM takes.
    const LONGEST: usize = 64;
    let part = part.map_or(String::new(), |part| format!("-{part}"));
    let name = format!("lambda-conformance-{run}-role{part}");
    let taken = |byte: u8| byte.is_ascii_alphanumeric() || b"+=,.@-_".contains(&byte);
    if name.len() <= LONGEST && name.bytes().all(taken) {
        return name;
    }
    format!("lambda-conformance-{:016x}-role", hash(&name))
}

/// The ARN that a role of this name has if its account is that of the functions.
fn likely(connection: &Connection, name: &str) -> String {
    let partition = &connection.target.partition;
    let mut parts = connection.target.role.split(':');
    let usual = parts.nth(4).unwrap_or_default();
    let account = connection.account().unwrap_or(usual);
    format!("arn:{partition}:iam::{account}:role/{name}")
}

#[cfg(test)]
mod tests {
    use http::HeaderMap;
    use rstest::rstest;

    use super::*;

    const ROLE: &str = "arn:aws:iam::123456789012:role/lambda-conformance";

    fn refused(status: u16, body: &str) -> Observation {
        Observation::new(status, HeaderMap::new(), body.to_owned())
    }

    #[rstest]
    #[case(400, "The role defined for the function cannot be assumed by Lambda.")]
    #[case(404, "Cannot find role lambda-conformance")]
    #[case(404, "NoSuchEntity: the IAM Role is not there")]
    #[case(400, "Unknown execution role.")]
    #[case(
        404,
        "no such entity: arn:aws:iam::123456789012:role/lambda-conformance"
    )]
    #[case(400, "Role: unknown")]
    fn a_role_is_asked_for_in_any_words(#[case] status: u16, #[case] message: &str) {
        let body = serde_json::json!({ "Message": message }).to_string();
        assert!(is_about_role(&refused(status, &body), ROLE));
        assert!(is_about_role(&refused(status, message), ROLE));
    }

    #[rstest]
    #[case(400, "Could not unzip uploaded file.")]
    #[case(
        404,
        "Function not found: arn:aws:lambda:us-east-1:1:function:lambda-conformance-x-role-with-path"
    )]
    #[case(409, "Function already exist: role-with-path")]
    #[case(
        400,
        "The provided execution role does not have permissions to call SendMessage on SQS"
    )]
    #[case(
        400,
        "1 validation error detected: Value 'r1' at 'role' failed to satisfy constraint: Member must not be null"
    )]
    #[case(403, "not authorized to perform iam:PassRole on role x")]
    #[case(429, "too many role look-ups")]
    #[case(500, "the role service is down")]
    #[case(200, "role")]
    fn nothing_else_asks_for_a_role(#[case] status: u16, #[case] message: &str) {
        let body = serde_json::json!({ "Message": message }).to_string();
        assert!(!is_about_role(&refused(status, &body), ROLE));
    }

    #[rstest]
    #[case("abc123", None, "lambda-conformance-abc123-role")]
    #[case("abc123", Some("hash:2/4"), "lambda-conformance-abc123-role-2-of-4")]
    fn a_role_is_named_after_run_and_part(
        #[case] run: &str,
        #[case] part: Option<&str>,
        #[case] due: &str,
    ) {
        let part = part.map(|part| part.parse().expect("a part"));
        assert_eq!(name(run, part), due);
    }

    #[rstest]
    #[case("run with spaces", "hash:1/2")]
    #[case("0123456789abcdef", "hash:18446744073709551614/18446744073709551615")]
    #[case("r/../../admin", "hash:1/2")]
    fn what_iam_does_not_take_is_hashed(#[case] run: &str, #[case] part: &str) {
        let name = name(run, part.parse().ok());
        assert!(name.len() <= 64, "{name}");
        let mut rest = name
            .strip_prefix("lambda-conformance-")
            .expect("ours")
            .chars();
        assert!(
            rest.all(|one| one.is_ascii_alphanumeric() || one == '-'),
            "{name}"
        );
        assert_ne!(name, super::name(run, None));
    }
}
