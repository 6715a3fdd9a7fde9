//! [`Target`]: what a run talks to — an endpoint, a region, credentials, and what it can do.
//!
//! Knows nothing of how any of it was chosen (the module `credentials` and the command line do) and opens no connection.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    num::NonZeroU32,
};

use crate::{capability::Capability, clock::Clock, secret::Secrets};

mod endpoint;
mod partition;

pub(crate) use partition::Partition;

pub use endpoint::{Endpoint, EndpointError};
pub(crate) use endpoint::{shown, shown_word};

/// The header that asks a target with `fault-injection` for a fault, whose name is the value.
pub const FAULT_HEADER: &str = "x-lambda-conformance-fault";

/// Who a request says it is from. `Debug` never prints the secrets.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    /// The public half.
    pub access_key_id: String,
    /// The half that signs.
    pub secret_access_key: String,
    /// The token that goes with temporary credentials.
    pub session_token: Option<String>,
}

impl Credentials {
    /// Credentials without a session token.
    pub fn new(
        access_key_id: impl Into<String>,
        secret_access_key: impl Into<String>,
    ) -> Credentials {
        Credentials {
            access_key_id: access_key_id.into(),
            secret_access_key: secret_access_key.into(),
            session_token: None,
        }
    }

    /// The same with a session token.
    #[must_use]
    pub fn with_token(mut self, token: impl Into<String>) -> Credentials {
        self.session_token = Some(token.into());
        self
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials")
            .field("access_key_id", &self.access_key_id)
            .field("secret_access_key", &"…")
            .field("session_token", &self.session_token.as_ref().map(|_| "…"))
            .finish()
    }
}

/// The callers that a run can be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identities {
    /// The caller of every case that does not say otherwise; it may do everything.
    pub caller: Credentials,
    /// A caller that may do nothing: `denied-identity`.
    pub denied: Option<Credentials>,
    /// A caller whose session token has expired: `expired-token`.
    pub expired: Option<Credentials>,
    /// A caller of the account [`other_account`]: `second-account`.
    pub other: Option<Credentials>,
}

impl Identities {
    /// Only the usual caller.
    pub fn only(caller: Credentials) -> Identities {
        Identities {
            caller,
            denied: None,
            expired: None,
            other: None,
        }
    }
}

/// Anything that speaks HTTP at a URL and is to be compared with AWS.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// Its name in reports.
    pub name: String,
    /// Where it listens.
    pub endpoint: Endpoint,
    /// The region that requests are signed for and that its ARNs name.
    pub region: String,
    /// The partition that its ARNs name.
    pub partition: String,
    /// The ARN of the execution role of the functions that a run makes.
    pub role: String,
    /// What it can do, as far as is known.
    pub capabilities: BTreeSet<Capability>,
    /// What somebody says that it can do or cannot do, whatever is found out.
    pub declared: BTreeMap<Capability, bool>,
    /// Who calls it.
    pub identities: Identities,
    /// What else no output may hold.
    pub secrets: Secrets,
    /// How many requests a second it gets at most; where nobody says so, what AWS takes on its own hosts, and any number
    /// elsewhere.
    pub rate: Option<NonZeroU32>,
    /// The time it lives in: that of everybody, but for the mock inside.
    pub clock: Clock,
}

impl Target {
    /// A target of no declared capability; partition and role follow from the region.
    ///
    /// ```
    /// use lambda_conformance::target::{Credentials, Target};
    ///
    /// let endpoint = "http://127.0.0.1:4566".parse().expect("a URL");
    /// let target = Target::new("stub", endpoint, "cn-north-1", Credentials::new("test", "test"));
    /// assert_eq!(target.role, "arn:aws-cn:iam::123456789012:role/lambda-conformance");
    /// ```
    pub fn new(name: &str, endpoint: Endpoint, region: &str, caller: Credentials) -> Target {
        let partition = partition_of(region);
        Target {
            name: name.to_owned(),
            endpoint,
            region: region.to_owned(),
            partition: partition.to_owned(),
            role: role_of(partition),
            capabilities: BTreeSet::new(),
            declared: BTreeMap::new(),
            identities: Identities::only(caller),
            secrets: Secrets::default(),
            rate: None,
            clock: Clock::real(),
        }
    }

    /// All that no output may hold: what its callers have, and what else was named.
    pub(crate) fn secrets(&self) -> Secrets {
        let Identities {
            caller,
            denied,
            expired,
            other,
        } = &self.identities;
        let mut secrets = self.secrets.clone();
        let more = [denied, expired, other].into_iter().flatten();
        for credentials in [caller].into_iter().chain(more) {
            secrets.add_key(&credentials.access_key_id);
            secrets.add(credentials.secret_access_key.as_str());
            if let Some(token) = &credentials.session_token {
                secrets.add(token.as_str());
            }
        }
        secrets
    }

    /// Whether it has a capability: what somebody says of it goes before what is found out.
    pub fn can(&self, capability: Capability) -> bool {
        let declared = self.declared.get(&capability).copied();
        declared.unwrap_or_else(|| self.capabilities.contains(&capability))
    }

    #[cfg(any(feature = "cli", feature = "harness"))]
    /// Whether it has the credentials that a capability stands for; true of those that stand for none.
    pub(crate) fn has_identity(&self, capability: Capability) -> bool {
        let identities = &self.identities;
        match capability {
            Capability::DeniedIdentity => identities.denied.is_some(),
            Capability::ExpiredToken => identities.expired.is_some(),
            Capability::SecondAccount => identities.other.is_some(),
            Capability::Auth
            | Capability::FaultInjection
            | Capability::Settling
            | Capability::StateControl => true,
        }
    }
}

/// The account that is meant by another one than `account`.
pub fn other_account(account: &str) -> &'static str {
    if account == "210987654321" {
        "123456789012"
    } else {
        "210987654321"
    }
}

/// The ARN of the execution role that functions have where nobody names another.
pub(crate) fn role_of(partition: &str) -> String {
    format!("arn:{partition}:iam::123456789012:role/lambda-conformance")
}

/// The partition of a region; `aws` for regions that nobody knows, because emulators accept invented ones.
pub fn partition_of(region: &str) -> &'static str {
    Partition::of(region).name
}

/// A text that is no region.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no region; write it like `us-east-1`")]
pub(crate) struct NoRegion(String);

/// The name of a region: a label of a host, for it stands in those of AWS, and in every signature.
pub(crate) fn region(text: &str) -> Result<String, NoRegion> {
    let good = (1..=63).contains(&text.len())
        && !text.starts_with('-')
        && !text.ends_with('-')
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    good.then(|| text.to_owned())
        .ok_or_else(|| NoRegion(text.to_owned()))
}

/// A target that `targets.toml` names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// Its name on the command line.
    pub name: String,
    /// What it is, in a sentence.
    pub summary: String,
    /// Where it usually listens.
    pub endpoint: Option<Endpoint>,
    /// The region it is usually asked for.
    pub region: Option<String>,
    /// What it is known to be able to do.
    pub capabilities: Vec<Capability>,
    /// Whether functions can only be made under a role that exists, so that a run makes it first.
    pub create_role: bool,
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("us-east-1", "aws")]
    #[case("il-central-1", "aws")]
    #[case("cn-north-1", "aws-cn")]
    #[case("us-gov-west-1", "aws-us-gov")]
    #[case("us-iso-east-1", "aws-iso")]
    #[case("us-isob-east-1", "aws-iso-b")]
    #[case("eu-isoe-west-1", "aws-iso-e")]
    #[case("us-isof-south-1", "aws-iso-f")]
    #[case("eusc-de-east-1", "aws-eusc")]
    #[case("local", "aws")]
    fn a_region_has_one_partition(#[case] region: &str, #[case] partition: &str) {
        assert_eq!(partition_of(region), partition);
    }

    #[rstest]
    #[case("us-east-1", true)]
    #[case("local", true)]
    #[case("Ohio2", true)]
    #[case("", false)]
    #[case("foo bar", false)]
    #[case("us-east-1\n", false)]
    #[case("us_east_1", false)]
    #[case("-us", false)]
    #[case("us-", false)]
    #[case("a/b", false)]
    #[case("ü", false)]
    fn a_region_is_one_word(#[case] text: &str, #[case] good: bool) {
        assert_eq!(region(text).is_ok(), good);
    }

    #[test]
    fn no_secret_is_printed() {
        let endpoint: Endpoint = "http://localhost:4566".parse().expect("a URL");
        let caller = Credentials::new("AKIDEXAMPLE", "very-secret").with_token("secret-token");
        let printed = format!("{:?}", Target::new("t", endpoint, "us-east-1", caller));
        assert!(printed.contains("AKIDEXAMPLE"), "{printed}");
        assert!(
            !printed.contains("very-secret") && !printed.contains("secret-token"),
            "{printed}"
        );
    }
}
