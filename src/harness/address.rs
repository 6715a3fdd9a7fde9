//! [`Address`]: on whom the trials run, and how a URL becomes a target: as with the command line, from a profile and the
//! environment.

use std::{
    env,
    io::{self, Write},
};

use super::HarnessError;
use crate::{
    credentials,
    target::{Endpoint, Profile, Target},
};

/// On whom the trials run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address {
    /// What listens at a URL. Region and credentials are those of the environment, else `us-east-1` and `test`.
    Url(String),
    /// A target of which everything is known.
    Target(Box<Target>),
}

impl From<String> for Address {
    fn from(url: String) -> Address {
        Address::Url(url)
    }
}

impl From<&str> for Address {
    fn from(url: &str) -> Address {
        Address::Url(url.to_owned())
    }
}

impl From<Target> for Address {
    fn from(target: Target) -> Address {
        Address::Target(Box::new(target))
    }
}

impl Address {
    /// The target, and whether its role has to be made first.
    pub(super) fn target(
        self,
        profile: Option<&str>,
        profiles: &[Profile],
    ) -> Result<(Target, bool), HarnessError> {
        let url = match self {
            Address::Url(url) => url,
            Address::Target(target) if target.endpoint.is_aws() => {
                return Err(HarnessError::Live(target.endpoint.to_string()));
            }
            Address::Target(target) => return Ok((*target, false)),
        };
        let profile = profile
            .map(|name| {
                profiles
                    .iter()
                    .find(|profile| profile.name == name)
                    .ok_or_else(|| {
                        let known: Vec<&str> = profiles.iter().map(|p| p.name.as_str()).collect();
                        HarnessError::NoProfile {
                            name: name.to_owned(),
                            known: known.join("`, `"),
                        }
                    })
            })
            .transpose()?;
        let endpoint: Endpoint = url.parse()?;
        if endpoint.is_aws() {
            return Err(HarnessError::Live(endpoint.to_string()));
        }
        let variable = |name: &str| env::var(name).ok().filter(|value| !value.is_empty());
        let region = profile
            .and_then(|profile| profile.region.clone())
            .or_else(|| variable("AWS_REGION"))
            .or_else(|| variable("AWS_DEFAULT_REGION"))
            .unwrap_or_else(|| "us-east-1".to_owned());
        let chosen = credentials::choose(&endpoint, credentials::Choice::default(), variable)?;
        for note in &chosen.notes {
            // a note that cannot be told fails nothing
            let _ = writeln!(io::stderr(), "note: {note}");
        }
        let name = profile.map_or("endpoint", |profile| profile.name.as_str());
        let mut target = Target::new(name, endpoint, &region, chosen.credentials);
        if let Some(profile) = profile {
            target
                .capabilities
                .extend(profile.capabilities.iter().cloned());
        }
        Ok((target, profile.is_some_and(|profile| profile.create_role)))
    }
}
