//! The execution role, on targets that look whether it exists. IAM speaks the query protocol, not that of Lambda.

use bytes::Bytes;
use http::{HeaderValue, header};

use crate::{connection::Connection, observation::NoAnswer, sign, wire};

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
    /// The request could not be made.
    #[error(transparent)]
    Wire(#[from] wire::WireError),
    /// The request could not be signed.
    #[error(transparent)]
    Sign(#[from] sign::SignError),
}

/// Who may assume the role: Lambda.
const POLICY: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;

/// Makes the role of the target if it is not there. It stays: the next run needs it too, and it costs nothing.
pub(crate) async fn make(connection: &mut Connection) -> Result<(), RoleError> {
    let role = &connection.target.role;
    let name = role.rsplit('/').next().unwrap_or(role).to_owned();
    let body = format!(
        "Action=CreateRole&Version=2010-05-08&RoleName={}&AssumeRolePolicyDocument={}",
        wire::escaped(&name),
        wire::escaped(POLICY)
    );
    let mut request = http::Request::post("/")
        .body(Bytes::from(body))
        .expect("invariant: a plain request");
    request.headers_mut().insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/x-www-form-urlencoded"),
    );
    wire::address(&mut request, &connection.target.endpoint)?;
    let target = &connection.target;
    sign::sign_for(
        "iam",
        &mut request,
        &target.endpoint.authority(),
        &target.identities.caller,
        &target.region,
        target.clock.now(),
    )?;
    let answer = connection.client.send(request, false).await?;
    let text = String::from_utf8_lossy(&answer.body);
    if answer.status >= 300 && !text.contains("EntityAlreadyExists") {
        return Err(RoleError::Refused {
            name,
            answer: answer.in_one_line(),
        });
    }
    // the ARN that the target itself gives, since its account may be another
    if let Some(arn) = text
        .split("<Arn>")
        .nth(1)
        .and_then(|rest| rest.split("</Arn>").next())
    {
        connection.bindings.set("role", arn);
    } else if let (Some(account), Some((head, tail))) =
        (connection.account(), role.split_once("::"))
    {
        let tail = tail.split_once(':').map_or(tail, |(_, tail)| tail);
        let arn = format!("{head}::{account}:{tail}");
        connection.bindings.set("role", arn);
    }
    Ok(())
}
