//! [`resolve`]: from what was asked for, a profile and the environment to a [`Target`]. Both front ends ask here, so an
//! option, a variable and a profile mean the same to both.
//!
//! Opens no connection, and sees of the environment only what it is handed.

use crate::{
    capability::Capability,
    credentials::{self, CredentialsError},
    secret::Secrets,
    target::{Endpoint, EndpointError, NoRegion, Partition, Profile, Target, region},
    word::Unknown,
};

/// What was asked for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wanted<'o> {
    /// The URL of the target.
    pub(crate) endpoint: Option<&'o str>,
    /// The name of a profile of `targets.toml`.
    pub(crate) profile: Option<&'o str>,
    /// The region.
    pub(crate) region: Option<&'o str>,
    /// Whether the environment chooses what was not asked for. Credentials are of the environment in any case.
    pub(crate) environment: bool,
    /// How credentials are chosen.
    pub(crate) credentials: credentials::Choice,
    /// Whether AWS itself may be called.
    pub(crate) allow_live: bool,
    /// What the target can do and what it cannot, whatever is found out.
    pub(crate) declared: Declared<'o>,
}

/// What somebody says of the capabilities of a target.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Declared<'o> {
    /// What it can do.
    pub(crate) with: &'o [Capability],
    /// What it cannot do.
    pub(crate) without: &'o [Capability],
}

impl Declared<'_> {
    /// Takes it into a target.
    pub(crate) fn of(self, target: &mut Target) -> Result<(), ResolveError> {
        for capability in self.with {
            if self.without.contains(capability) {
                return Err(ResolveError::Both(*capability));
            }
            if !target.has_identity(*capability) {
                return Err(ResolveError::NoIdentity(*capability));
            }
            target.declared.insert(*capability, true);
        }
        let without = self.without.iter().map(|capability| (*capability, false));
        target.declared.extend(without);
        Ok(())
    }
}

/// Where a target is.
#[derive(Clone, Debug)]
pub(crate) struct Location<'p> {
    /// The profile that was asked for.
    pub(crate) profile: Option<&'p Profile>,
    /// The region.
    pub(crate) region: String,
    /// The endpoint; none for the mock inside.
    pub(crate) endpoint: Option<Endpoint>,
}

/// Who is tested.
#[derive(Clone, Debug)]
pub(crate) enum Resolved {
    /// The mock inside, in a region; it is still to be started.
    Inside {
        /// The region.
        region: String,
    },
    /// What listens at an endpoint.
    Outside(Box<Outside>),
}

/// What listens at an endpoint.
#[derive(Clone, Debug)]
pub(crate) struct Outside {
    /// The target.
    pub(crate) target: Target,
    /// Whether its role has to be made first.
    pub(crate) create_role: bool,
    /// What a person should know of how it was chosen.
    pub(crate) notes: Vec<String>,
}

/// Why there is no target.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ResolveError {
    /// A profile that `targets.toml` does not have.
    #[error(transparent)]
    NoProfile(Unknown),
    /// A profile that has no endpoint of its own.
    #[error("target `{0}` has no endpoint; give it with `--endpoint`")]
    NoEndpoint(String),
    /// A place for the target that the run itself starts.
    #[error(
        "the run itself starts the target `mock`, which has no endpoint; for a mock that already runs, give `--endpoint {0}` \
         without `--target`"
    )]
    Inside(String),
    /// A text that is no endpoint.
    #[error(transparent)]
    Endpoint(#[from] EndpointError),
    /// A text that is no region.
    #[error(transparent)]
    Region(#[from] NoRegion),
    /// AWS itself, which is not called unless somebody says so.
    #[error(
        "`{0}` is a live AWS endpoint; only `lambda-conformance run --allow-live` calls it, if the account of these \
         credentials may be called"
    )]
    Live(String),
    /// A capability that the target is said to have and not to have.
    #[error("the capability `{0}` is declared and declared missing; leave one out")]
    Both(Capability),
    /// A capability that stands for credentials which nobody has.
    #[error(
        "the capability `{0}` cannot be declared: it stands for credentials, which only the mock inside the program has"
    )]
    NoIdentity(Capability),
    /// No credentials.
    #[error(transparent)]
    Credentials(#[from] CredentialsError),
}

/// Says where a target is, before anybody is asked. `variable` looks up an environment variable; an empty one counts as not
/// set.
pub(crate) fn locate<'p>(
    wanted: &Wanted<'_>,
    profiles: &'p [Profile],
    variable: &dyn Fn(&str) -> Option<String>,
) -> Result<Location<'p>, ResolveError> {
    let set = |name: &str| variable(name).filter(|value| !value.is_empty());
    let from_environment = |names: [&str; 2]| {
        let mut values = names.into_iter().filter_map(set);
        values.next().filter(|_| wanted.environment)
    };
    let profile = wanted
        .profile
        .map(|name| named(name, profiles))
        .transpose()?;
    let named = wanted
        .region
        .map(str::to_owned)
        .or_else(|| profile?.region.clone())
        .or_else(|| from_environment(["AWS_REGION", "AWS_DEFAULT_REGION"]))
        .unwrap_or_else(|| "us-east-1".to_owned());
    let region = region(&named)?;
    let endpoint = match (wanted.endpoint, profile) {
        (Some(url), Some(profile)) if profile.name == "mock" => {
            let endpoint: Endpoint = url.parse()?;
            return Err(ResolveError::Inside(endpoint.to_string()));
        }
        (Some(url), _) => Some(url.parse()?),
        (None, None) => from_environment(["AWS_ENDPOINT_URL_LAMBDA", "AWS_ENDPOINT_URL"])
            .map(|url| url.parse())
            .transpose()?,
        (None, Some(profile)) => match (&profile.endpoint, profile.name.as_str()) {
            (_, "mock") => None,
            (Some(endpoint), _) => Some(endpoint.clone()),
            (None, "aws") => {
                let [domain, _] = Partition::of(&region).domains;
                Some(format!("https://lambda.{region}.{domain}").parse()?)
            }
            (None, name) => return Err(ResolveError::NoEndpoint(name.to_owned())),
        },
    };
    Ok(Location {
        profile,
        region,
        endpoint,
    })
}

/// Says who is tested.
pub(crate) fn resolve(
    wanted: &Wanted<'_>,
    profiles: &[Profile],
    variable: &dyn Fn(&str) -> Option<String>,
) -> Result<Resolved, ResolveError> {
    let Location {
        profile,
        region,
        endpoint,
    } = locate(wanted, profiles, variable)?;
    let Some(endpoint) = endpoint else {
        return Ok(Resolved::Inside { region });
    };
    if !wanted.allow_live {
        refuse_live(&endpoint)?;
    }
    let chosen = credentials::choose(&endpoint, wanted.credentials, variable)?;
    let name = profile.map_or("endpoint", |profile| profile.name.as_str());
    let mut target = Target::new(name, endpoint, &region, chosen.credentials);
    let of_profile = profile.map_or(&[][..], |profile| &profile.capabilities);
    target.capabilities.extend(of_profile);
    wanted.declared.of(&mut target)?;
    target.secrets = secrets(variable);
    Ok(Resolved::Outside(Box::new(Outside {
        target,
        create_role: profile.is_some_and(|profile| profile.create_role),
        notes: chosen.notes,
    })))
}

/// What the environment has that no output may hold, used or not.
pub(crate) fn secrets(variable: &dyn Fn(&str) -> Option<String>) -> Secrets {
    const PROXIES: [&str; 3] = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"];
    let mut secrets = Secrets::default();
    for name in ["AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"] {
        if let Some(value) = variable(name) {
            secrets.add(value);
        }
    }
    for name in PROXIES {
        let both = [name.to_owned(), name.to_lowercase()];
        for url in both.iter().filter_map(|name| variable(name)) {
            secrets.add_url(&url);
        }
    }
    secrets
}

/// AWS itself is only called where somebody said so.
pub(crate) fn refuse_live(endpoint: &Endpoint) -> Result<(), ResolveError> {
    if endpoint.is_aws() {
        return Err(ResolveError::Live(endpoint.to_string()));
    }
    Ok(())
}

fn named<'p>(name: &str, profiles: &'p [Profile]) -> Result<&'p Profile, ResolveError> {
    let found = profiles.iter().find(|profile| profile.name == name);
    found.ok_or_else(|| {
        let names: Vec<&str> = profiles
            .iter()
            .map(|profile| profile.name.as_str())
            .collect();
        let all = format!(
            "known: `{}`; or give a URL with `--endpoint`",
            names.join("`, `")
        );
        let unknown = Unknown::new("target", name, names)
            .message(format!("no target is called `{name}`"))
            .or(all);
        ResolveError::NoProfile(unknown)
    })
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn profiles() -> Vec<Profile> {
        let profile = |name: &str, endpoint: Option<&str>, region: Option<&str>| Profile {
            name: name.to_owned(),
            summary: String::new(),
            endpoint: endpoint.map(|url| url.parse().expect("a URL")),
            region: region.map(str::to_owned),
            capabilities: Vec::new(),
            create_role: name == "moto",
        };
        vec![
            profile("mock", None, None),
            profile("aws", None, None),
            profile("moto", Some("http://127.0.0.1:5000"), Some("eu-west-1")),
            profile("nowhere", None, None),
        ]
    }

    fn wanted<'o>(endpoint: &'o str, profile: &'o str, region: &'o str) -> Wanted<'o> {
        let given = |text: &'o str| Some(text).filter(|text| !text.is_empty());
        Wanted {
            endpoint: given(endpoint),
            profile: given(profile),
            region: given(region),
            environment: true,
            credentials: credentials::Choice::default(),
            allow_live: true,
            declared: Declared::default(),
        }
    }

    /// Endpoint and region, as words; no endpoint is `inside`.
    fn found(wanted: &Wanted<'_>, variables: &[(&str, &str)]) -> String {
        let variable = |name: &str| {
            let mut known = variables.iter();
            let (_, value) = known.find(|(known, _)| *known == name)?;
            Some((*value).to_owned())
        };
        let profiles = profiles();
        match locate(wanted, &profiles, &variable) {
            Err(error) => error.to_string(),
            Ok(location) => {
                let endpoint = location.endpoint.map(|endpoint| endpoint.to_string());
                let endpoint = endpoint.unwrap_or_else(|| "inside".to_owned());
                format!("{endpoint} {}", location.region)
            }
        }
    }

    const ALL: &[(&str, &str)] = &[
        ("AWS_ENDPOINT_URL", "http://all:1"),
        ("AWS_ENDPOINT_URL_LAMBDA", "http://lambda:1"),
        ("AWS_DEFAULT_REGION", "default-region"),
        ("AWS_REGION", "region"),
    ];

    #[rstest]
    // an option goes before a profile, a profile before the environment
    #[case("", "", "", &[], "inside us-east-1")]
    #[case("", "", "", ALL, "http://lambda:1 region")]
    #[case("", "", "", &[ALL[0], ALL[2]], "http://all:1 default-region")]
    #[case("", "", "", &[("AWS_ENDPOINT_URL_LAMBDA", ""), ALL[0], ("AWS_REGION", "")], "http://all:1 us-east-1")]
    #[case("http://here:1", "", "", ALL, "http://here:1 region")]
    #[case("http://here:1", "moto", "", ALL, "http://here:1 eu-west-1")]
    #[case("http://here:1", "moto", "sa-east-1", ALL, "http://here:1 sa-east-1")]
    #[case("", "moto", "", ALL, "http://127.0.0.1:5000 eu-west-1")]
    // a profile keeps the endpoint of the environment away, and not its region
    #[case("", "mock", "", ALL, "inside region")]
    #[case(
        "http://here:1",
        "mock",
        "",
        &[],
        "the run itself starts the target `mock`, which has no endpoint; for a mock that already runs, give `--endpoint \
         http://here:1` without `--target`"
    )]
    #[case("", "aws", "", ALL, "https://lambda.region.amazonaws.com region")]
    #[case(
        "",
        "aws",
        "cn-north-1",
        ALL,
        "https://lambda.cn-north-1.amazonaws.com.cn cn-north-1"
    )]
    #[case(
        "",
        "aws",
        "eusc-de-east-1",
        ALL,
        "https://lambda.eusc-de-east-1.amazonaws.eu eusc-de-east-1"
    )]
    #[case("", "", "foo bar", &[], "`foo bar` is no region; write it like `us-east-1`")]
    #[case("", "", "", &[("AWS_REGION", "eu west")], "`eu west` is no region; write it like `us-east-1`")]
    #[case(
        "",
        "nowhere",
        "",
        ALL,
        "target `nowhere` has no endpoint; give it with `--endpoint`"
    )]
    #[case("", "mot", "", ALL, "no target is called `mot`; did you mean `moto`?")]
    fn the_first_that_says_it_decides(
        #[case] endpoint: &str,
        #[case] profile: &str,
        #[case] region: &str,
        #[case] variables: &[(&str, &str)],
        #[case] due: &str,
    ) {
        assert_eq!(found(&wanted(endpoint, profile, region), variables), due);
    }

    #[test]
    fn without_the_environment_nothing_of_it_is_used() {
        let bare = Wanted {
            environment: false,
            ..wanted("", "", "")
        };
        assert_eq!(found(&bare, ALL), "inside us-east-1");
    }

    #[rstest]
    #[case(&[Capability::Settling], &[Capability::Auth], "fault-injection, settling")]
    #[case(&[], &[Capability::FaultInjection], "auth")]
    #[case(&[Capability::Auth], &[Capability::Auth], "the capability `auth` is declared and declared missing; leave one out")]
    #[case(
        &[Capability::ExpiredToken],
        &[],
        "the capability `expired-token` cannot be declared: it stands for credentials, which only the mock inside the program \
         has"
    )]
    fn what_is_declared_goes_before_what_is_known(
        #[case] with: &[Capability],
        #[case] without: &[Capability],
        #[case] due: &str,
    ) {
        let endpoint = "http://127.0.0.1:1".parse().expect("a URL");
        let caller = crate::target::Credentials::new("k", "s");
        let mut target = Target::new("t", endpoint, "us-east-1", caller);
        let known = [Capability::Auth, Capability::FaultInjection];
        target
            .capabilities
            .extend(known.into_iter().take(1 + without.len()));
        let told = match (Declared { with, without }).of(&mut target) {
            Ok(()) => {
                let able = Capability::ALL.into_iter().filter(|one| target.can(*one));
                able.map(Capability::name).collect::<Vec<_>>().join(", ")
            }
            Err(error) => error.to_string(),
        };
        assert!(told.starts_with(due), "{told}");
    }

    #[test]
    fn aws_is_refused_unless_it_is_allowed() {
        let variable = |name: &str| name.starts_with("AWS_").then(|| "x".to_owned());
        let aws = Wanted {
            allow_live: false,
            ..wanted("", "aws", "us-east-1")
        };
        let error = resolve(&aws, &profiles(), &variable).expect_err("refused");
        assert!(matches!(error, ResolveError::Live(_)), "{error}");
        let allowed = Wanted {
            allow_live: true,
            ..aws
        };
        let Ok(Resolved::Outside(outside)) = resolve(&allowed, &profiles(), &variable) else {
            panic!("a target");
        };
        assert_eq!(outside.target.name, "aws");
        assert!(!outside.create_role);
    }
}
