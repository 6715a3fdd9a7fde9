//! [`World`]: the functions and layers of the account, and which of them a request names.

use std::collections::{BTreeMap, BTreeSet};
use std::time::SystemTime;

use super::Entropy;
use super::call::Located;
use super::configuration::Configuration;
use super::error::Refusal;
use super::function::Function;
use super::layer::Layer;

/// The functions and layers of the account.
#[derive(Debug, Default)]
pub(super) struct World {
    pub(super) functions: BTreeMap<String, Function>,
    pub(super) layers: BTreeMap<String, Layer>,
    /// The highest version numbers of functions that were deleted, which are not given again.
    pub(super) numbers: BTreeMap<String, u64>,
    /// Functions of which something is still being created or updated.
    pub(super) unsettled: BTreeSet<String>,
}

impl World {
    /// Completes what was begun and is over by now.
    pub(super) fn settle(&mut self, now: SystemTime, entropy: &mut dyn Entropy) {
        let functions = &mut self.functions;
        self.unsettled.retain(|name| {
            functions
                .get_mut(name)
                .is_some_and(|function| function.settle(now, entropy))
        });
    }

    /// The function that was named, if it exists; its qualifier is not looked at.
    pub(super) fn function(&self, located: &Located) -> Result<&Function, Refusal> {
        self.functions
            .get(&located.name)
            .ok_or_else(|| located.not_found())
    }

    pub(super) fn function_mut(&mut self, located: &Located) -> Result<&mut Function, Refusal> {
        self.functions
            .get_mut(&located.name)
            .ok_or_else(|| located.not_found())
    }

    /// The function, version or alias target that was named.
    pub(super) fn configuration(&self, located: &Located) -> Result<&Configuration, Refusal> {
        self.function(located)?
            .configuration(located.qualifier())
            .ok_or_else(|| located.not_found())
    }
}
