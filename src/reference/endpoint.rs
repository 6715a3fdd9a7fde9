//! [`Settings`]: where an endpoint stands, and what it lets itself be asked.

use std::{
    num::NonZeroU32,
    time::{Duration, SystemTime},
};

/// Where the endpoint stands and what it lets itself be asked beyond the API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// The account that owns every function: twelve digits.
    pub account: String,
    /// The region of the endpoint, such as `us-east-1`.
    pub region: String,
    /// The partition of every ARN, such as `aws`.
    pub partition: String,
    /// How long a creation or an update takes. Zero: it is over when the next request arrives.
    pub settle: Duration,
    /// Whether [`FAULT_HEADER`](crate::target::FAULT_HEADER) is obeyed: `throttle` or `internal`.
    pub faults: bool,
    /// Whether `PUT /_lambda-conformance/functions/{name}/overrides` is an operation.
    pub state_control: bool,
    /// How many requests a second are taken, of GetFunction more; any number if nothing.
    pub throttle: Option<NonZeroU32>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            account: "123456789012".to_owned(),
            region: "us-east-1".to_owned(),
            partition: "aws".to_owned(),
            settle: Duration::ZERO,
            faults: false,
            state_control: false,
            throttle: None,
        }
    }
}

impl Settings {
    /// The ARN of a function here, with the qualifier where one was asked for.
    pub(super) fn function_arn(&self, name: &str, qualifier: Option<&str>) -> String {
        let Self {
            account,
            region,
            partition,
            ..
        } = self;
        match qualifier {
            Some(qualifier) => {
                format!("arn:{partition}:lambda:{region}:{account}:function:{name}:{qualifier}")
            }
            None => format!("arn:{partition}:lambda:{region}:{account}:function:{name}"),
        }
    }

    /// When something that begins now is over. Zero is "at once", whatever the clock does in
    /// between.
    pub(super) fn settled_at(&self, now: SystemTime) -> SystemTime {
        if self.settle.is_zero() {
            SystemTime::UNIX_EPOCH
        } else {
            now + self.settle
        }
    }
}
