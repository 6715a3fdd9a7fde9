//! [`Partition`]: a part of AWS, with regions, ARNs and hosts of its own.

/// A part of AWS.
#[derive(Debug)]
pub(crate) struct Partition {
    /// Its name in ARNs.
    pub(crate) name: &'static str,
    /// What the names of its regions begin with.
    regions: &'static str,
    /// The domains below which it answers: first that of its usual hosts, then that of its dual-stack hosts.
    pub(crate) domains: [&'static str; 2],
}

/// The partitions of botocore 1.44.5's `partitions.json`. The last one has all regions that no other has, invented ones
/// too, which emulators accept.
pub(crate) const PARTITIONS: [Partition; 8] = [
    of(
        "aws-cn",
        "cn-",
        ["amazonaws.com.cn", "amazonwebservices.com.cn"],
    ),
    of("aws-us-gov", "us-gov-", ["amazonaws.com", "api.aws"]),
    of("aws-iso", "us-iso-", ["c2s.ic.gov", "api.aws.ic.gov"]),
    of("aws-iso-b", "us-isob-", ["sc2s.sgov.gov", "api.aws.scloud"]),
    of(
        "aws-iso-e",
        "eu-isoe-",
        ["cloud.adc-e.uk", "cloud-aws.adc-e.uk"],
    ),
    of(
        "aws-iso-f",
        "us-isof-",
        ["csp.hci.ic.gov", "api.aws.hci.ic.gov"],
    ),
    of(
        "aws-eusc",
        "eusc-",
        ["amazonaws.eu", "amazonwebservices.eu"],
    ),
    of("aws", "", ["amazonaws.com", "api.aws"]),
];

const fn of(name: &'static str, regions: &'static str, domains: [&'static str; 2]) -> Partition {
    Partition {
        name,
        regions,
        domains,
    }
}

impl Partition {
    /// The partition of a region.
    pub(crate) fn of(region: &str) -> &'static Partition {
        let mut all = PARTITIONS.iter();
        let found = all.find(|partition| region.starts_with(partition.regions));
        found.unwrap_or(&PARTITIONS[PARTITIONS.len() - 1])
    }
}

/// Whether a word has the form of AWS's regions, such as `us-gov-west-1`.
pub(super) fn is_region(word: &str) -> bool {
    let mut parts = word.split('-');
    let letters = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase());
    let area = parts
        .next()
        .is_some_and(|area| letters(area) && (2..=4).contains(&area.len()));
    let number = parts.next_back();
    let number =
        number.is_some_and(|last| last.len() == 1 && last.bytes().all(|b| b.is_ascii_digit()));
    let middle: Vec<&str> = parts.collect();
    area && number && !middle.is_empty() && middle.into_iter().all(letters)
}
