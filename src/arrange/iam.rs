//! The target's IAM, which speaks the query protocol and not that of Lambda.

use bytes::Bytes;
use http::{HeaderValue, header};

use crate::{
    connection::Connection,
    observation::{NoAnswer, Observation},
    sign, wire,
};

/// Who may assume the role: Lambda.
const POLICY: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;

/// The ARN of the role in an answer of IAM.
pub(super) fn arn(answer: &Observation) -> Option<String> {
    let text = String::from_utf8_lossy(&answer.body);
    let (_, rest) = text.split_once("<Arn>")?;
    let arn = rest.split_once("</Arn>")?.0.trim();
    let plain = |byte: u8| byte.is_ascii_graphic() && !br#""\<>&"#.contains(&byte);
    let is_role = arn.starts_with("arn:") && arn.contains(":role/") && arn.bytes().all(plain);
    is_role.then(|| arn.to_owned())
}

/// Whether a role of that name was there.
pub(super) fn exists(answer: &Observation) -> bool {
    says(answer, "EntityAlreadyExists")
}

/// Whether it is an error that holds this word.
pub(super) fn says(answer: &Observation, error: &str) -> bool {
    answer.status >= 300 && String::from_utf8_lossy(&answer.body).contains(error)
}

/// Asks for a role that Lambda may assume.
pub(super) async fn create(connection: &Connection, name: &str) -> Result<Observation, NoAnswer> {
    let parameters = [("RoleName", name), ("AssumeRolePolicyDocument", POLICY)];
    query(connection, "CreateRole", &parameters).await
}

/// Asks the target's IAM. A write is never sent twice.
pub(super) async fn query(
    connection: &Connection,
    action: &str,
    parameters: &[(&str, &str)],
) -> Result<Observation, NoAnswer> {
    let mut body = format!("Action={action}&Version=2010-05-08");
    for (name, value) in parameters {
        body.push_str(&format!("&{name}={}", wire::escaped(value)));
    }
    let mut request = http::Request::post("/")
        .body(Bytes::from(body))
        .expect("invariant: a plain request");
    request.headers_mut().insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/x-www-form-urlencoded"),
    );
    let target = &connection.target;
    let unsent = |reason: String| NoAnswer::Unsent {
        written: "/".to_owned(),
        reason,
    };
    wire::address(&mut request, &target.endpoint).map_err(|error| unsent(error.to_string()))?;
    sign::sign_for(
        "iam",
        &mut request,
        &target.endpoint.authority(),
        &target.identities.caller,
        &target.region,
        target.clock.now(),
    )
    .map_err(|error| unsent(error.to_string()))?;
    connection.exchange(request, false).await
}

#[cfg(test)]
mod tests {
    use http::HeaderMap;
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(
        "<Arn>arn:aws:iam::000000000000:role/r</Arn>",
        Some("arn:aws:iam::000000000000:role/r")
    )]
    #[case(
        "<Arn>\n  arn:aws:iam::1:role/p/r\n</Arn>",
        Some("arn:aws:iam::1:role/p/r")
    )]
    #[case("<Arn>arn:aws:iam::1:user/u</Arn>", None)]
    #[case("<Arn>arn:aws:iam::1:role/a\"b</Arn>", None)]
    #[case("<Arn>arn:aws:iam::1:role/r", None)]
    #[case("<Arn></Arn>", None)]
    #[case("{\"Arn\": \"x\"}", None)]
    #[case("", None)]
    fn only_the_arn_of_a_role_is_taken(#[case] body: &str, #[case] due: Option<&str>) {
        assert_eq!(
            arn(&Observation::new(200, HeaderMap::new(), body.to_owned())).as_deref(),
            due
        );
    }
}
