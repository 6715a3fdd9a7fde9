//! [`Form`]: how the value of a member of an input is recognised, as `factors.toml` has it.

use regex::Regex;

use crate::path::Path;

/// A form that the value of a member may have.
#[derive(Clone, Debug)]
pub struct Form {
    /// The member.
    pub member: String,
    /// The name of the factor.
    pub factor: String,
    /// The value of the factor.
    pub is: String,
    /// What follows "requests" in a sentence.
    pub says: String,
    /// The clauses that are about it.
    pub clauses: Vec<String>,
    /// What the whole value matches; named groups are other members, or values of the run.
    pub pattern: Regex,
}

/// The clauses that are about a factor that no form has.
#[derive(Clone, Debug)]
pub struct About {
    /// The name of the factor.
    pub factor: String,
    /// Its value.
    pub is: String,
    /// What is true besides, by name and value.
    pub and: Vec<(String, String)>,
    /// The clauses.
    pub clauses: Vec<String>,
}

/// What a part of an answer says of the thing that was asked about.
#[derive(Clone, Debug)]
pub struct Shown {
    /// The part.
    pub at: Vec<Path>,
    /// What stands there.
    pub text: String,
    /// The name of the factor.
    pub factor: String,
    /// What follows "requests" in a sentence.
    pub says: String,
    /// The clauses that are about it.
    pub clauses: Vec<String>,
}
