//! Who is tested: what the options, the profile and the environment come to.

use std::io::{self, Write};

use super::{Failure, options::TargetOptions};
use crate::{
    credentials,
    mock::{self, Mock},
    reference::Settings,
    target::{Endpoint, Profile, Target, partition_of},
    word::suggestion,
};

/// Who is tested; the mock lives as long as the run.
pub(super) struct Chosen {
    pub(super) target: Target,
    pub(super) create_role: bool,
    mock: Option<Mock>,
}

impl Chosen {
    /// How many cases run at the same time if nobody says. The mock inside is never short of anything: most of the time of
    /// a run on it is waiting for functions to settle.
    pub(super) fn jobs(&self) -> usize {
        if self.mock.is_some() { 64 } else { 8 }
    }
}

/// What the options say of where a target is.
pub(super) struct Wanted<'o> {
    pub(super) endpoint: Option<&'o str>,
    pub(super) target: Option<&'o str>,
    pub(super) region: Option<&'o str>,
    /// Whether the environment has no say.
    pub(super) bare: bool,
}

/// Where a target is, before anybody is asked.
pub(super) struct Address<'p> {
    pub(super) profile: Option<&'p Profile>,
    pub(super) region: String,
    /// Nothing for the mock inside.
    pub(super) endpoint: Option<Endpoint>,
}

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

pub(super) fn address<'p>(
    wanted: &Wanted<'_>,
    profiles: &'p [Profile],
) -> Result<Address<'p>, Failure> {
    let bare = wanted.bare;
    let profile = match wanted.target {
        None => None,
        Some(name) => Some(
            profiles
                .iter()
                .find(|profile| profile.name == name)
                .ok_or_else(|| {
                    let names: Vec<&str> = profiles
                        .iter()
                        .map(|profile| profile.name.as_str())
                        .collect();
                    Failure::NoTarget {
                        name: name.to_owned(),
                        hint: suggestion(name, names.iter().copied()).unwrap_or_else(|| {
                            format!(
                                "known: `{}`; or give a URL with `--endpoint`",
                                names.join("`, `")
                            )
                        }),
                    }
                })?,
        ),
    };
    let named_mock = profile.is_some_and(|profile| profile.name == "mock");
    let from_environment = || {
        if bare || profile.is_some() {
            return None;
        }
        variable("AWS_ENDPOINT_URL_LAMBDA").or_else(|| variable("AWS_ENDPOINT_URL"))
    };
    let region = wanted
        .region
        .map(str::to_owned)
        .or_else(|| profile.and_then(|profile| profile.region.clone()))
        .or_else(|| {
            variable("AWS_REGION")
                .or_else(|| variable("AWS_DEFAULT_REGION"))
                .filter(|_| !bare)
        })
        .unwrap_or_else(|| "us-east-1".to_owned());
    let endpoint = match wanted.endpoint {
        Some(endpoint) => Some(endpoint.parse::<Endpoint>()?),
        None if named_mock => None,
        None => match profile.map(|profile| (profile, profile.endpoint.clone())) {
            Some((_, Some(endpoint))) => Some(endpoint),
            Some((profile, None)) if profile.name == "aws" => {
                Some(format!("https://lambda.{region}.amazonaws.com").parse::<Endpoint>()?)
            }
            Some((profile, None)) => return Err(Failure::NoEndpoint(profile.name.clone())),
            None => from_environment()
                .map(|url| url.parse::<Endpoint>())
                .transpose()?,
        },
    };
    Ok(Address {
        profile,
        region,
        endpoint,
    })
}

pub(super) async fn target(
    options: &TargetOptions,
    profiles: &[Profile],
    bare: bool,
) -> Result<Chosen, Failure> {
    let Address {
        profile,
        region,
        endpoint,
    } = address(
        &Wanted {
            endpoint: options.endpoint.as_deref(),
            target: options.target.as_deref(),
            region: options.region.as_deref(),
            bare,
        },
        profiles,
    )?;
    let Some(endpoint) = endpoint else {
        return embedded(region).await;
    };
    if endpoint.is_aws() && !options.allow_live {
        return Err(Failure::Live(endpoint.to_string()));
    }
    let choice = credentials::Choice {
        source: if options.chain() {
            credentials::Source::Chain
        } else {
            credentials::Source::Auto
        },
        send_session_token: options.send_session_token,
    };
    let chosen = credentials::choose(&endpoint, choice, variable)?;
    for note in &chosen.notes {
        writeln!(io::stderr(), "note: {note}").map_err(Failure::Output)?;
    }
    let name = profile.map_or("endpoint", |profile| profile.name.as_str());
    let mut target = Target::new(name, endpoint, &region, chosen.credentials);
    if let Some(profile) = profile {
        target
            .capabilities
            .extend(profile.capabilities.iter().cloned());
    }
    Ok(Chosen {
        target,
        create_role: options.create_role || profile.is_some_and(|profile| profile.create_role),
        mock: None,
    })
}

async fn embedded(region: String) -> Result<Chosen, Failure> {
    let options = mock::MockOptions::embedded(Settings {
        partition: partition_of(&region).to_owned(),
        region,
        ..Settings::default()
    });
    let mock = Mock::start(0, options)
        .await
        .map_err(|error| Failure::Listen { port: 0, error })?;
    Ok(Chosen {
        target: mock.target(),
        create_role: false,
        mock: Some(mock),
    })
}
