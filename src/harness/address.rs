//! [`Address`]: on whom the trials run, and how a URL becomes a target.

use std::{
    env,
    io::{self, Write},
};

use crate::{
    credentials,
    resolve::{self, Declared, Outside, ResolveError, Resolved, Wanted},
    target::{Profile, Target},
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
        declared: Declared<'_>,
    ) -> Result<(Target, bool), ResolveError> {
        let url = match self {
            Address::Url(url) => url,
            Address::Target(mut target) => {
                resolve::refuse_live(&target.endpoint)?;
                declared.of(&mut target)?;
                return Ok((*target, false));
            }
        };
        let wanted = Wanted {
            endpoint: Some(&url),
            profile,
            region: None,
            environment: true,
            credentials: credentials::Choice::default(),
            allow_live: false,
            declared,
        };
        match resolve::resolve(&wanted, profiles, &|name| env::var(name).ok())? {
            Resolved::Outside(outside) => {
                let Outside {
                    target,
                    create_role,
                    notes,
                } = *outside;
                for note in notes {
                    // a note that cannot be told fails nothing
                    let _ = writeln!(io::stderr(), "note: {note}");
                }
                Ok((target, create_role))
            }
            Resolved::Inside { region } => {
                unreachable!("invariant: {url} is not the mock inside, in {region}")
            }
        }
    }
}
