//! [`Bindings`]: the values of a run, by the names that stand for them.

use std::collections::BTreeMap;

/// The names that stand for a value of the run, with what each is.
pub const BINDINGS: &[(&str, &str)] = &[
    ("account", "the target's account id, 12 digits"),
    ("function", "the name of the case's function"),
    ("other-account", "an account id that is not the target's"),
    ("other-region", "a region that is not the target's"),
    (
        "partition",
        "the partition of the target's region, such as `aws`",
    ),
    ("region", "the target's region"),
    (
        "role",
        "the ARN of the execution role of the functions of this run",
    ),
    ("run", "the id of this run"),
    (
        "zip.sha256",
        "the SHA-256 in base64 of the zip that the fixture uploaded last",
    ),
    (
        "zip.size",
        "the size in bytes of the zip that the fixture uploaded last",
    ),
];

/// The column under which the captured values of a fixture stand, as in `<fixture.revision>`.
pub const CAPTURED: &str = "fixture";

/// The values of [`BINDINGS`] in one run, by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bindings(BTreeMap<String, String>);

impl Bindings {
    /// Sets a value.
    pub fn set(&mut self, name: &str, value: impl Into<String>) {
        self.0.insert(name.to_owned(), value.into());
    }

    /// The value of `name`, if this run has one.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// All values, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

/// A binding that this run has no value for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`<{0}>` has no value on this target")]
pub struct Unbound(pub String);
