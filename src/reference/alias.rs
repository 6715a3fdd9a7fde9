//! [`Alias`]: what is kept of one.
//!
//! An alias has a revision id of its own that no read of a configuration shows; that its operations
//! leave those of function and versions alone follows from their touching neither.

use serde_json::{Map, Value, json};

/// What is kept of one alias.
#[derive(Debug, Clone)]
pub(super) struct Alias {
    /// A number, or `$LATEST`.
    pub(super) version: String,
    pub(super) description: String,
    pub(super) revision: String,
    /// Weights by version; none when empty.
    pub(super) weights: Map<String, Value>,
}

impl Alias {
    pub(super) fn refers_to(&self, version: &str) -> bool {
        self.version == version || self.weights.contains_key(version)
    }

    pub(super) fn written(&self, name: &str, arn: String) -> Value {
        let routing = if self.weights.is_empty() {
            Value::Null
        } else {
            json!({ "AdditionalVersionWeights": self.weights })
        };
        json!({
            "AliasArn": arn,
            "Description": self.description,
            "FunctionVersion": self.version,
            "Name": name,
            "RevisionId": self.revision,
            "RoutingConfig": routing,
        })
    }
}
