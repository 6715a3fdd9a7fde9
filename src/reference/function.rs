//! A function with its versions and aliases, and which of them a qualifier means.
//!
//! Knows neither requests nor names with ARNs in them.

use std::collections::BTreeMap;
use std::time::SystemTime;

use serde_json::{Map, Value};

use super::alias::Alias;
use super::configuration::Configuration;
use super::error::Refusal;
use super::name::is_version;
use super::policy::Policy;
use super::{Entropy, Settings};

/// What is kept of one function.
#[derive(Debug)]
pub(super) struct Function {
    pub(super) latest: Configuration,
    pub(super) versions: BTreeMap<u64, Configuration>,
    /// The highest number ever given to a version of a function of this name: no number comes back, neither that of a deleted
    /// version nor those of a deleted function.
    pub(super) highest: u64,
    /// What the last publication made a version of.
    pub(super) published: Option<Map<String, Value>>,
    pub(super) aliases: BTreeMap<String, Alias>,
    pub(super) tags: Map<String, Value>,
    pub(super) reserved: Option<i64>,
    /// By qualifier; the empty one is the function itself.
    pub(super) policies: BTreeMap<String, Policy>,
}

/// What a qualifier means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Edition {
    Latest,
    Version(u64),
}

impl Function {
    /// `highest` is the highest number of a version that a function of this name ever had.
    pub(super) fn new(latest: Configuration, highest: u64) -> Self {
        Self {
            latest,
            versions: BTreeMap::new(),
            highest,
            published: None,
            aliases: BTreeMap::new(),
            tags: Map::new(),
            reserved: None,
            policies: BTreeMap::new(),
        }
    }

    /// An alias means its primary version, whatever its weights (X-ALIAS-WEIGHTED).
    pub(super) fn edition(&self, qualifier: Option<&str>) -> Option<Edition> {
        match qualifier {
            None | Some("$LATEST") => Some(Edition::Latest),
            Some(number) if is_version(number) => {
                // Compared as text too: `01` is no version.
                let (&found, _) = self.versions.get_key_value(&number.parse().ok()?)?;
                (found.to_string() == number).then_some(Edition::Version(found))
            }
            // An alias cannot be called like one, so this does not recur further.
            Some(alias) => self.edition(Some(&self.aliases.get(alias)?.version)),
        }
    }

    pub(super) fn configuration(&self, qualifier: Option<&str>) -> Option<&Configuration> {
        match self.edition(qualifier)? {
            Edition::Latest => Some(&self.latest),
            Edition::Version(number) => self.versions.get(&number),
        }
    }

    pub(super) fn configuration_mut(
        &mut self,
        qualifier: Option<&str>,
    ) -> Option<&mut Configuration> {
        match self.edition(qualifier)? {
            Edition::Latest => Some(&mut self.latest),
            Edition::Version(number) => self.versions.get_mut(&number),
        }
    }

    fn editions_mut(&mut self) -> impl Iterator<Item = &mut Configuration> {
        std::iter::once(&mut self.latest).chain(self.versions.values_mut())
    }

    /// Completes what is over by `now`; whether anything is still under way.
    pub(super) fn settle(&mut self, now: SystemTime, entropy: &mut dyn Entropy) -> bool {
        // Not `any`: it would stop at the first that is still under way.
        self.editions_mut()
            .map(|edition| edition.settle(now, entropy))
            .filter(|open| *open)
            .count()
            > 0
    }

    /// Completes everything that is under way.
    pub(super) fn complete(&mut self, entropy: &mut dyn Entropy) {
        self.editions_mut()
            .for_each(|edition| edition.complete(entropy));
    }

    /// Refuses a write while the last one is not over, and one that expects another revision.
    ///
    /// That being busy is told first, and that a pending function refuses in the words of an
    /// invocation, is inferred.
    pub(super) fn accept_write(
        &self,
        settings: &Settings,
        name: &str,
        expected: Option<&str>,
    ) -> Result<(), Refusal> {
        const NOT_NOW: &str = "The operation cannot be performed at this time.";
        if self.latest.text("State") == "Pending" {
            let state = "The function is currently in the following state: Pending";
            return Err(Refusal::conflict(&format!("{NOT_NOW} {state}")));
        }
        if self.latest.text("LastUpdateStatus") == "InProgress" {
            let arn = settings.function_arn(name, None);
            let update = format!("An update is in progress for resource: {arn}");
            return Err(Refusal::conflict(&format!("{NOT_NOW} {update}")));
        }
        if expected.is_some_and(|expected| expected != self.latest.revision()) {
            return Err(Refusal::revision_mismatch("GetFunction/GetAlias"));
        }
        Ok(())
    }
}
