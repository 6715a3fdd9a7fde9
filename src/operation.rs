//! [`Operation`]: an API action and how its input goes into an HTTP request, as `operations.toml` states it.

use std::num::NonZeroU32;

use http::Method;

use crate::{capability::Capability, word::Unknown};

/// An API action and its HTTP binding, taken from the service model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operation {
    /// The action's name, such as `GetFunctionConfiguration`.
    pub name: String,
    /// The HTTP method.
    pub method: Method,
    /// The path; `{Member}` is one percent-encoded label.
    pub path: String,
    /// Members that are query parameters; the key is the member's name.
    pub query: Vec<String>,
    /// Members of the JSON body.
    pub body: Vec<String>,
    /// What a target must be able to do to have it; none for what AWS has.
    pub requires: Option<Capability>,
    /// The operation whose success has a body of the same form; none where no suite is about it.
    pub answers: Option<String>,
    /// Whether it is the read that finds out what a target is, before anything is made on it. A service has one.
    pub probe: bool,
    /// How many requests a second AWS takes of it, where that is not the rate of all other operations together.
    pub rate: Option<NonZeroU32>,
}

/// The [rate](Operation::rate) of the operation that a request is one of.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rate(pub(crate) NonZeroU32);

impl Operation {
    /// The members that stand in the path, in its order.
    pub fn labels(&self) -> impl Iterator<Item = &str> {
        self.path
            .split('/')
            .filter_map(|segment| segment.strip_prefix('{')?.strip_suffix('}'))
    }

    /// What is said of a member that it does not have.
    pub fn unknown(&self, member: &str) -> Unknown {
        let known: Vec<&str> = self.members().collect();
        let all = format!("its members: `{}`", known.join("`, `"));
        Unknown::new("member", member, known)
            .message(format!("`{}` has no member `{member}`", self.name))
            .or(all)
    }

    /// Every member that a request may have.
    pub fn members(&self) -> impl Iterator<Item = &str> {
        self.labels()
            .chain(self.query.iter().map(String::as_str))
            .chain(self.body.iter().map(String::as_str))
    }
}
