//! What must be known of a target before the first case: its account, and what it can do.
//!
//! Sends plain reads of a function that does not exist, over the same path as a case.

use std::time::SystemTime;

use crate::{
    case::{Auth, Json, Request},
    client::Client,
    observation::{NoAnswer, Observation},
    operation::Operation,
    sign,
    target::Target,
    text::{Bindings, Text},
    wire,
};

/// What was found out.
#[derive(Clone, Debug)]
pub struct World {
    /// The values of the placeholders.
    pub bindings: Bindings,
    /// The account, if the target told it.
    pub account: Option<String>,
}

/// Why a target could not be looked at.
#[derive(Debug, thiserror::Error)]
pub enum ArrangeError {
    /// It does not answer at all.
    #[error("{0}; is the target running, and is `--endpoint` right?")]
    NoAnswer(#[from] NoAnswer),
    /// The request could not be made.
    #[error(transparent)]
    Sign(#[from] sign::SignError),
    /// The request could not be made.
    #[error(transparent)]
    Wire(#[from] wire::WireError),
}

/// A read of a function that does not exist.
pub fn plain_read(operation: &Operation, bindings: &Bindings) -> Result<http::Request<bytes::Bytes>, wire::WireError> {
    let name = Text::parse("<function>").expect("invariant: a placeholder");
    let members = operation.labels().map(|label| (label.to_owned(), Json::Text(name.clone()))).collect();
    wire::request(operation, &Request::Members(members), bindings)
}

/// Finds out the account, and whether signatures are checked.
pub async fn discover(
    target: &mut Target,
    client: &Client,
    operation: &Operation,
    run: &str,
) -> Result<World, ArrangeError> {
    let mut bindings = bindings(target, run);
    let answer = read(target, client, operation, &bindings, Auth::Signed).await?;
    let account = account(&answer);
    if let Some(account) = &account {
        bindings.set("account", account.as_str());
        let other = if account == "210987654321" { "123456789012" } else { "210987654321" };
        bindings.set("other-account", other);
    }
    if !target.can("auth") {
        for auth in [Auth::Unsigned, Auth::UnknownKey, Auth::WrongSecret] {
            let refused = read(target, client, operation, &bindings, auth)
                .await
                .is_ok_and(|answer| matches!(answer.status, 401 | 403));
            if refused && !matches!(answer.status, 401 | 403) {
                target.capabilities.insert("auth".to_owned());
                break;
            }
        }
    }
    Ok(World { bindings, account })
}

/// The placeholders that need no answer of the target.
pub fn bindings(target: &Target, run: &str) -> Bindings {
    let mut bindings = Bindings::default();
    bindings.set("run", run);
    bindings.set("region", target.region.as_str());
    let other = if target.region == "us-west-2" { "us-east-1" } else { "us-west-2" };
    bindings.set("other-region", other);
    bindings.set("partition", target.partition.as_str());
    bindings.set("role", target.role.as_str());
    bindings.set("function", format!("lambda-conformance-{run}-absent"));
    bindings
}

async fn read(
    target: &Target,
    client: &Client,
    operation: &Operation,
    bindings: &Bindings,
    auth: Auth,
) -> Result<Observation, ArrangeError> {
    let mut request = plain_read(operation, bindings)?;
    sign::authorise(&mut request, target, auth, SystemTime::now())?;
    Ok(client.send(request, true).await?)
}

/// The account in the ARN of `Function not found: arn:…`.
fn account(answer: &Observation) -> Option<String> {
    let (_, message) = answer.message()?;
    let arn = &message[message.find("arn:")?..];
    let account = arn.split(':').nth(4)?;
    (account.len() == 12 && account.bytes().all(|b| b.is_ascii_digit())).then(|| account.to_owned())
}
