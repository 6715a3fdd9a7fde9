//! [`Fixture`]: what stands on the target before a case, made by steps that are operations of the target itself.

use crate::{
    case::{Awaited, Case, Request},
    path::Path,
    span::Place,
    text::Text,
    zip::Zip,
};

/// One step of a fixture.
#[derive(Clone, Debug)]
pub struct FixtureStep {
    /// Its name, which no other step of the fixture has.
    pub name: String,
    /// What it does.
    pub does: FixtureAction,
    /// Where it is written.
    pub place: Place,
}

/// What a step of a fixture does.
#[derive(Clone, Debug)]
pub enum FixtureAction {
    /// Calls an operation.
    Call(Call),
    /// Waits until a function, or a version of it, is settled.
    Wait(Awaited),
}

/// A call of an operation.
#[derive(Clone, Debug)]
pub struct Call {
    /// The operation.
    pub operation: String,
    /// What is sent.
    pub request: Request,
    /// What of the answer is kept, by name.
    pub capture: Vec<(String, Path)>,
    /// The package that it uploads.
    pub zip: Option<Zip>,
}

impl FixtureStep {
    /// Its call, if it is one.
    pub fn call(&self) -> Option<&Call> {
        match &self.does {
            FixtureAction::Call(call) => Some(call),
            FixtureAction::Wait(_) => None,
        }
    }

    /// What it waits for, if it waits.
    pub fn awaited(&self) -> Option<&Awaited> {
        match &self.does {
            FixtureAction::Call(_) => None,
            FixtureAction::Wait(awaited) => Some(awaited),
        }
    }

    /// Every text in it.
    pub fn texts(&self) -> Vec<&Text> {
        match &self.does {
            FixtureAction::Call(call) => call.request.texts(),
            FixtureAction::Wait(awaited) => awaited.texts(),
        }
    }

    /// What it keeps, by name.
    pub fn capture(&self) -> &[(String, Path)] {
        self.call().map_or(&[], |call| &call.capture)
    }
}

/// A call that takes away what the steps made.
#[derive(Clone, Debug)]
pub struct Removal {
    /// The operation.
    pub operation: String,
    /// What is sent.
    pub request: Request,
}

/// What stands on the target before a case, with the steps of its bases written out.
#[derive(Clone, Debug)]
pub struct Fixture {
    /// The name.
    pub name: String,
    /// What it is, in a sentence.
    pub summary: String,
    /// All steps, those of the fixtures it is based on first.
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
            .flat_map(|step| step.capture().iter().map(|(name, _)| name.as_str()))
    }

    /// Every text that it sends.
    pub fn texts(&self) -> Vec<&Text> {
        self.steps
            .iter()
            .flat_map(FixtureStep::texts)
            .chain(
                self.removals
                    .iter()
                    .flat_map(|removal| removal.request.texts()),
            )
            .collect()
    }
}
