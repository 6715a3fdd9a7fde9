//! [`Endpoint`]: the URL at which a target listens, taken apart.
//!
//! Judges by the text alone: no name is looked up.

use std::{fmt, net::IpAddr, str::FromStr};

use http::Uri;

use super::partition::{PARTITIONS, Partition, is_region};

/// Scheme, host, port and base path of a target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    secure: bool,
    host: String,
    port: Option<u16>,
    base: String,
}

/// Why a text is no endpoint.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{url}` is no endpoint: {reason}")]
pub struct EndpointError {
    /// The text as given, without what may be a secret.
    pub url: String,
    /// What is wrong and what to write instead.
    pub reason: String,
}

impl EndpointError {
    fn new(url: &str, reason: impl Into<String>) -> EndpointError {
        EndpointError {
            url: shown(url),
            reason: reason.into(),
        }
    }
}

/// A text that should be a URL, without user, password, query and fragment, which may be secret. Where it is not plain what is
/// what, because a password may hold anything, only the scheme is left.
pub(crate) fn shown(url: &str) -> String {
    let (scheme, rest) = match url.split_once("://") {
        Some((scheme, rest)) if scheme.bytes().all(|byte| byte.is_ascii_alphanumeric()) => {
            (&url[..scheme.len() + 3], rest)
        }
        _ => ("", url),
    };
    let end = rest.find(['?', '#']).unwrap_or(rest.len());
    let cut = if end < rest.len() { "…" } else { "" };
    match rest.split_once('@') {
        None => format!("{scheme}{}{cut}", &rest[..end]),
        Some((user, host))
            if !user.contains(['/', '?', '#']) && !host.contains(['@', '?', '#']) =>
        {
            format!("{scheme}…@{host}")
        }
        Some(_) => format!("{scheme}…"),
    }
}

/// A word where none of these is due, which may be a URL that was meant for `--endpoint`.
pub(crate) fn shown_word(word: &str) -> String {
    if word.contains("://") || word.contains('@') {
        shown(word)
    } else {
        word.to_owned()
    }
}

impl Endpoint {
    /// Whether it is spoken to over TLS.
    pub fn is_secure(&self) -> bool {
        self.secure
    }

    /// `http` or `https`.
    pub fn scheme(&self) -> &'static str {
        if self.secure { "https" } else { "http" }
    }

    /// The host in lower case; an IPv6 address keeps its brackets.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The port, the scheme's own where none was given.
    pub fn port(&self) -> u16 {
        self.port.unwrap_or(self.default_port())
    }

    /// What stands in the `Host` header: the port is left out where it is the scheme's own.
    pub fn authority(&self) -> String {
        match self.port {
            Some(port) => format!("{}:{port}", self.host),
            None => self.host.clone(),
        }
    }

    /// The path before every request's path, without a slash at its end; mostly nothing.
    pub fn base_path(&self) -> &str {
        &self.base
    }

    /// Whether it is this machine: `localhost`, a name below it, or a loopback address.
    pub fn is_loopback(&self) -> bool {
        let host = self.bare_host();
        host == "localhost"
            || host.ends_with(".localhost")
            || host.parse::<IpAddr>().is_ok_and(|address| match address {
                IpAddr::V4(address) => address.is_loopback(),
                IpAddr::V6(address) => {
                    address.is_loopback()
                        || address.to_ipv4_mapped().is_some_and(|v4| v4.is_loopback())
                }
            })
    }

    /// Whether AWS itself answers there.
    pub fn is_aws(&self) -> bool {
        let host = self.bare_host();
        let mut domains = PARTITIONS.iter().flat_map(|partition| partition.domains);
        domains.any(|domain| below(host, domain).is_some())
    }

    /// The partition of the region that the host names, if AWS has no such host there.
    fn misplaced(&self) -> Option<&'static Partition> {
        let host = self.bare_host();
        let mut regions = host.split('.').filter(|label| is_region(label));
        let partition = Partition::of(regions.next()?);
        let mut domains = partition.domains.into_iter();
        let at_home = domains.any(|domain| below(host, domain).is_some());
        (self.is_aws() && !at_home).then_some(partition)
    }

    /// The host without brackets and without the dot that may end a full name.
    fn bare_host(&self) -> &str {
        let host = self.host.trim_start_matches('[').trim_end_matches(']');
        host.strip_suffix('.').unwrap_or(host)
    }

    fn default_port(&self) -> u16 {
        if self.secure { 443 } else { 80 }
    }
}

/// What stands before a domain in the name of a host, if it is of that domain.
fn below<'h>(host: &'h str, domain: &str) -> Option<&'h str> {
    let rest = host.strip_suffix(domain)?;
    (rest.is_empty() || rest.ends_with('.')).then_some(rest)
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}{}", self.scheme(), self.authority(), self.base)
    }
}

impl FromStr for Endpoint {
    type Err = EndpointError;

    /// Reads `http://host[:port][/base]`.
    fn from_str(url: &str) -> Result<Endpoint, EndpointError> {
        let wrong = |reason: &str| EndpointError::new(url, reason);
        // `http::Uri` drops a fragment without a word, so it has to be looked for.
        if url.contains(['?', '#']) {
            return Err(wrong(
                "a query or a fragment cannot stand before a request's path; leave it out",
            ));
        }
        if !url.contains("://") {
            let reason = format!("the scheme is missing; write `http://{}`", shown(url));
            return Err(EndpointError::new(url, reason));
        }
        let uri: Uri = url.parse().map_err(|error| {
            EndpointError::new(
                url,
                format!("{error}; write it like `http://localhost:4566`"),
            )
        })?;
        let secure = match uri.scheme_str() {
            Some("http") => false,
            Some("https") => true,
            _ => return Err(wrong("the scheme is neither `http` nor `https`")),
        };
        let authority = uri
            .authority()
            .ok_or_else(|| wrong("the host is missing"))?;
        if authority.as_str().contains('@') {
            return Err(wrong(
                "a user cannot stand in it; give credentials as `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`",
            ));
        }
        let host = authority.host().to_ascii_lowercase();
        if host.is_empty() {
            return Err(wrong(
                "the host is missing; write it like `http://localhost:4566`",
            ));
        }
        let port = match authority.as_str()[authority.host().len()..].strip_prefix(':') {
            None => None,
            Some(digits) => match digits.parse::<u16>() {
                Ok(port) if port > 0 => Some(port),
                // a password that holds a slash looks like a port
                _ => return Err(wrong("the port is no number from 1 to 65535")),
            },
        };
        let mut endpoint = Endpoint {
            secure,
            host,
            port,
            base: uri.path().trim_end_matches('/').to_owned(),
        };
        endpoint.port = endpoint
            .port
            .filter(|port| *port != endpoint.default_port());
        if let Some(Partition { name, domains, .. }) = endpoint.misplaced() {
            return Err(wrong(&format!(
                "the hosts of the partition `{name}`, of whose regions it is, end in `{}` or `{}`",
                domains[0], domains[1]
            )));
        }
        Ok(endpoint)
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn endpoint(url: &str) -> Endpoint {
        url.parse().expect("an endpoint")
    }

    #[rstest]
    #[case(
        "http://localhost:4566",
        "http://localhost:4566",
        "localhost:4566",
        4566,
        ""
    )]
    #[case(
        "http://localhost:4566/",
        "http://localhost:4566",
        "localhost:4566",
        4566,
        ""
    )]
    #[case(
        "HTTP://LocalHost:80/a/b/",
        "http://localhost/a/b",
        "localhost",
        80,
        "/a/b"
    )]
    #[case(
        "https://lambda.us-west-2.amazonaws.com:443",
        "https://lambda.us-west-2.amazonaws.com",
        "lambda.us-west-2.amazonaws.com",
        443,
        ""
    )]
    #[case("https://h:80", "https://h:80", "h:80", 80, "")]
    #[case("http://[::1]:9", "http://[::1]:9", "[::1]:9", 9, "")]
    fn a_url_is_taken_apart(
        #[case] url: &str,
        #[case] shown: &str,
        #[case] authority: &str,
        #[case] port: u16,
        #[case] base: &str,
    ) {
        let endpoint = endpoint(url);
        assert_eq!(endpoint.to_string(), shown);
        assert_eq!(endpoint.authority(), authority);
        assert_eq!(endpoint.port(), port);
        assert_eq!(endpoint.base_path(), base);
    }

    #[rstest]
    #[case("", "write `http://")]
    #[case("localhost:4566", "write `http://localhost:4566`")]
    #[case("ftp://localhost", "neither `http` nor `https`")]
    #[case("http://", "write it like")]
    #[case("http:///x", "write it like")]
    #[case("http://:80", "host is missing")]
    #[case("http://h:0", "the port is no number")]
    #[case("http://h:", "the port is no number")]
    #[case("http://h:65536", "the port is no number")]
    #[case("http://h h", "write it like")]
    fn what_is_no_endpoint_says_what_to_write(#[case] url: &str, #[case] hint: &str) {
        let error = url
            .parse::<Endpoint>()
            .expect_err("no endpoint")
            .to_string();
        assert!(
            error.contains(&format!("`{url}`")) && error.contains(hint),
            "{error}"
        );
    }

    #[rstest]
    #[case(
        "http://user:canary@h",
        "`http://…@h` is no endpoint: a user cannot stand in it"
    )]
    #[case("https://canary@h:1/a", "`https://…@h:1/a` is no endpoint: a user")]
    #[case("http://h/a?token=canary", "`http://h/a…` is no endpoint: a query")]
    #[case("http://h/#canary", "`http://h/…` is no endpoint: a query")]
    #[case("h:1?canary", "`h:1…` is no endpoint: a query")]
    #[case(
        "user:canary@h:1",
        "`…@h:1` is no endpoint: the scheme is missing; write `http://…@h:1`"
    )]
    #[case("http://user:canary@h:bad", "`http://…@h:bad` is no endpoint: ")]
    #[case("ftp://user:canary@h", "`ftp://…@h` is no endpoint: the scheme")]
    #[case("http://user:can/canary@h", "`http://…` is no endpoint: the port")]
    #[case("http://user:can?canary@h", "`http://…` is no endpoint: a query")]
    #[case("http://user:can@canary@h", "`http://…` is no endpoint: ")]
    #[case("http://h/?a@b&canary", "`http://…` is no endpoint: a query")]
    #[case("user:canary://user:canary@h", "`…` is no endpoint")]
    fn nothing_secret_of_a_wrong_url_is_shown(#[case] url: &str, #[case] due: &str) {
        let error = url.parse::<Endpoint>().expect_err("no endpoint");
        assert!(error.to_string().starts_with(due), "{error}");
        assert!(
            !format!("{error} {error:?}").contains("canary"),
            "{error:?}"
        );
    }

    #[rstest]
    #[case("https://lambda.cn-north-1.amazonaws.com", "`amazonaws.com.cn`")]
    #[case("http://LAMBDA.cn-north-1.amazonaws.com.:80", "`amazonaws.com.cn`")]
    #[case("https://lambda.us-east-1.amazonaws.com.cn", "`amazonaws.com`")]
    #[case("https://lambda.us-iso-east-1.amazonaws.com", "`c2s.ic.gov`")]
    #[case("https://lambda.us-isob-east-1.c2s.ic.gov", "`sc2s.sgov.gov`")]
    #[case("https://lambda.eu-isoe-west-1.amazonaws.eu", "`cloud.adc-e.uk`")]
    #[case("https://lambda.us-isof-south-1.amazonaws.com", "`csp.hci.ic.gov`")]
    #[case("https://lambda.eusc-de-east-1.amazonaws.com", "`amazonaws.eu`")]
    #[case("https://lambda.us-gov-west-1.amazonaws.com.cn", "`amazonaws.com`")]
    #[case("https://lambda.cn-north-1.api.aws", "`amazonwebservices.com.cn`")]
    fn a_host_of_aws_is_in_the_partition_of_its_region(#[case] url: &str, #[case] domain: &str) {
        let error = url.parse::<Endpoint>().expect_err("no such host");
        assert!(error.reason.contains(domain), "{error}");
    }

    #[rstest]
    #[case("http://localhost", true)]
    #[case("http://LOCALHOST.:1", true)]
    #[case("http://lambda.localhost:4566", true)]
    #[case("http://127.0.0.1:4566", true)]
    #[case("http://127.9.8.7", true)]
    #[case("http://[::1]", true)]
    #[case("http://[::ffff:127.0.0.1]", true)]
    #[case("http://localhost.localstack.cloud:4566", false)]
    #[case("http://10.0.0.1", false)]
    #[case("http://notlocalhost", false)]
    #[case("http://127.0.0.1.example.com", false)]
    fn loopback_is_this_machine_only(#[case] url: &str, #[case] loopback: bool) {
        assert_eq!(endpoint(url).is_loopback(), loopback);
    }

    #[rstest]
    #[case("https://lambda.us-east-1.amazonaws.com", true)]
    #[case("https://lambda.us-east-1.amazonaws.com.", true)]
    #[case("https://LAMBDA.us-east-1.API.AWS", true)]
    #[case("https://lambda.cn-north-1.amazonaws.com.cn", true)]
    #[case("https://lambda.eusc-de-east-1.amazonaws.eu", true)]
    #[case("https://lambda.us-gov-west-1.amazonaws.com", true)]
    #[case("https://lambda.us-iso-east-1.c2s.ic.gov", true)]
    #[case("https://lambda.us-isob-east-1.sc2s.sgov.gov", true)]
    #[case("https://lambda.eu-isoe-west-1.cloud.adc-e.uk", true)]
    #[case("https://lambda.us-isof-south-1.csp.hci.ic.gov", true)]
    #[case("https://lambda.cn-north-1.api.amazonwebservices.com.cn", true)]
    #[case("https://lambda.us-gov-east-1.api.aws", true)]
    #[case("https://vpce-1-2.lambda.us-east-1.vpce.amazonaws.com", true)]
    #[case("https://amazonaws.com.example.org", false)]
    #[case("https://notamazonaws.com", false)]
    #[case("http://localhost:4566", false)]
    fn aws_is_told_by_its_domains(#[case] url: &str, #[case] aws: bool) {
        assert_eq!(endpoint(url).is_aws(), aws);
    }
}
