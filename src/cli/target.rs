//! Who is tested: what the options come to, and the mock inside where they come to none.

use std::io::{self, Write};

use super::{failure::Failure, options::TargetOptions};
use crate::{
    credentials,
    mock::{self, Mock},
    reference::Settings,
    resolve::{self, Declared, Outside, Resolved, Wanted},
    session::CreateRole,
    target::{Profile, Target, partition_of},
};

/// Who is tested; the mock lives as long as the run.
pub(super) struct Chosen {
    pub(super) target: Target,
    pub(super) create_role: CreateRole,
    _mock: Option<Mock>,
}

/// An environment variable.
pub(super) fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// Says who is tested; with `bare`, the environment has no say.
pub(super) async fn target(
    options: &TargetOptions,
    profiles: &[Profile],
    bare: bool,
) -> Result<Chosen, Failure> {
    let source = if options.chain() {
        credentials::Source::Chain
    } else {
        credentials::Source::Auto
    };
    let wanted = Wanted {
        endpoint: options.endpoint.as_deref(),
        profile: options.target.as_deref(),
        region: options.region.as_deref(),
        environment: !bare,
        credentials: credentials::Choice {
            source,
            send_session_token: options.send_session_token,
        },
        allow_live: options.allow_live,
        declared: Declared {
            with: &options.capability,
            without: &options.no_capability,
        },
    };
    let Outside {
        mut target,
        create_role,
        notes,
    } = match resolve::resolve(&wanted, profiles, &variable)? {
        Resolved::Inside { region } => {
            let mut chosen = inside(region).await?;
            wanted.declared.of(&mut chosen.target)?;
            chosen.target.rate = options.rate;
            return Ok(chosen);
        }
        Resolved::Outside(outside) => *outside,
    };
    target.rate = options.rate;
    for note in &notes {
        writeln!(io::stderr(), "note: {note}").map_err(Failure::Output)?;
    }
    Ok(Chosen {
        target,
        create_role: if options.create_role || create_role {
            CreateRole::First
        } else {
            CreateRole::IfAsked
        },
        _mock: None,
    })
}

async fn inside(region: String) -> Result<Chosen, Failure> {
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
        // it does not look for one
        create_role: CreateRole::Never,
        _mock: Some(mock),
    })
}
