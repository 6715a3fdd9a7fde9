//! [`Layer`]: what is kept of one, and what a function asks of it.
//!
//! Keeps numbers and sizes.

use std::collections::BTreeMap;

use super::Settings;
use super::error::Refusal;

/// What is kept of one layer.
#[derive(Debug, Default)]
pub(super) struct Layer {
    pub(super) highest: u64,
    /// Code sizes, in bytes, by version.
    pub(super) versions: BTreeMap<u64, u64>,
}

/// The ARN of a layer here.
pub(super) fn layer_arn(settings: &Settings, name: &str) -> String {
    let Settings {
        account,
        region,
        partition,
        ..
    } = settings;
    format!("arn:{partition}:lambda:{region}:{account}:layer:{name}")
}

/// The size of a layer version that a function may take. Layers of other accounts and regions are
/// unknown here, and refused like those that do not exist.
pub(super) fn layer_version(
    layers: &BTreeMap<String, Layer>,
    settings: &Settings,
    arn: &str,
) -> Result<u64, Refusal> {
    arn.rsplit_once(':')
        .and_then(|(layer, number)| {
            let name = layer.strip_prefix(&layer_arn(settings, ""))?;
            layers
                .get(name)?
                .versions
                .get(&number.parse().ok()?)
                .copied()
        })
        .ok_or_else(|| Refusal::unacceptable(&format!("Layer version {arn} does not exist.")))
}
