//! [`Fixture`]: a named world on the target, made by steps that are operations of the target itself.

use crate::{
    case::{Action, Case, Request},
    path::Path,
    span::Place,
    text::Text,
    zip::Zip,
};

/// One step on the way to a world.
#[derive(Clone, Debug)]
pub struct FixtureStep {
    /// Its name within the chain.
    pub name: String,
    /// The operation that it calls; empty for a wait.
    pub operation: String,
    /// What it does.
    pub action: Action,
    /// What of its answer is kept, by name.
    pub capture: Vec<(String, Path)>,
    /// The package that it uploads.
    pub zip: Option<Zip>,
    /// Where it is written.
    pub place: Place,
}

/// A call that takes away what the steps made.
#[derive(Clone, Debug)]
pub struct Removal {
    /// The operation.
    pub operation: String,
    /// What is sent.
    pub request: Request,
}

/// A named world, its chain written out.
#[derive(Clone, Debug)]
pub struct Fixture {
    /// The name.
    pub name: String,
    /// What it is, in a sentence.
    pub summary: String,
    /// All steps, those of the worlds it is based on first.
    pub steps: Vec<FixtureStep>,
    /// All removals, its own first.
    pub removals: Vec<Removal>,
    /// Where it is written.
    pub place: Place,
}

impl Fixture {
    /// The name of its function in one run: the one that cases share, or the one that is made for a case alone.
    pub fn function(&self, run: &str, of: Option<&Case>) -> String {
        let shared = format!("lambda-conformance-{run}-{}", self.name);
        match of {
            None => shared,
            Some(case) => format!("{shared}-{}", case.mark()),
        }
    }

    /// The names under which its steps keep values.
    pub fn captured(&self) -> impl Iterator<Item = &str> {
        self.steps
            .iter()
            .flat_map(|step| step.capture.iter().map(|(name, _)| name.as_str()))
    }

    /// Every text that it sends.
    pub fn texts(&self) -> Vec<&Text> {
        self.steps
            .iter()
            .flat_map(|step| step.action.texts())
            .chain(
                self.removals
                    .iter()
                    .flat_map(|removal| removal.request.texts()),
            )
            .collect()
    }
}
