//! [`Header`]: the target of a run, and how it is judged.

use crate::{capability::Capability, level::Level, target::Target};

/// The target of a run, and how it is judged.
#[derive(Clone, Debug)]
pub struct Header {
    /// The target's name.
    pub target: String,
    /// Where it listens.
    pub endpoint: String,
    /// The region of its requests.
    pub region: String,
    /// Its account, once known.
    pub account: Option<String>,
    /// What it can do beyond the basics.
    pub capabilities: Vec<String>,
    /// What was declared of these against what the run found out.
    pub contradicted: Vec<(Capability, bool)>,
    /// Whether the run makes a role if CreateFunction asks for one.
    pub makes_role: bool,
    /// How strictly it is judged.
    pub level: Level,
    /// How many cases there are.
    pub cases: usize,
    /// The path of the baseline.
    pub baseline: Option<String>,
}

impl Header {
    /// The header of a run of so many cases on a target whose account may be known.
    pub fn new(target: &Target, account: Option<&str>, level: Level, cases: usize) -> Header {
        Header {
            target: target.name.clone(),
            endpoint: target.endpoint.to_string(),
            region: target.region.clone(),
            account: account.map(str::to_owned),
            capabilities: Capability::ALL
                .into_iter()
                .filter(|capability| target.can(*capability))
                .map(|capability| capability.to_string())
                .collect(),
            contradicted: Vec::new(),
            makes_role: false,
            level,
            cases,
            baseline: None,
        }
    }
}
