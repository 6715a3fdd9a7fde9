//! [`Settings`]: what the caller of a harness wants.

use std::{future::Future, pin::Pin};

use super::address::Address;
use crate::{
    baseline::Baseline, capability::Capability, case::Case, level::Level, suite::Suite,
    verdict::Outcome,
};

/// Something else that is asked of the outcome of a case; an error fails the trial.
pub(super) type Also = dyn Fn(&Suite, &Case, &Outcome) -> Result<(), String> + Send + Sync;

/// What has to live as long as the target is used, such as a server.
pub(super) type Guard = Box<dyn Send>;

/// Where the target comes from, once it is needed.
pub(super) type Start = Box<dyn FnOnce() -> Pin<Box<dyn Future<Output = (Address, Guard)>>> + Send>;

/// What the caller wants.
pub(super) struct Settings {
    pub(super) start: Start,
    pub(super) profile: Option<String>,
    /// Whether all cases are wanted.
    pub(super) whole: bool,
    pub(super) level: Level,
    pub(super) baseline: Option<Baseline>,
    pub(super) complete: bool,
    pub(super) with: Vec<Capability>,
    pub(super) without: Vec<Capability>,
    pub(super) also: Option<Box<Also>>,
}
