//! [`Policy`]: what is kept of a resource-based policy, which has a revision id of its own.

use serde_json::Value;

use super::error::Refusal;

/// What is kept of one policy.
#[derive(Debug, Clone)]
pub(super) struct Policy {
    pub(super) revision: String,
    pub(super) statements: Vec<Value>,
}

impl Policy {
    pub(super) fn accept_write(&self, expected: Option<&str>) -> Result<(), Refusal> {
        match expected {
            Some(expected) if expected != self.revision => {
                Err(Refusal::revision_mismatch("GetPolicy"))
            }
            _ => Ok(()),
        }
    }
}
