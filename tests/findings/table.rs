//! [`Row`]: a server with one fault, and what a run has to say of it. [`rows`] is the table, by which findings are measured.
//!
//! It was written before anything explained findings, from what is wrong with each server and not from what a run says of it.

use std::sync::Arc;

use lambda_conformance::mock::Middleware;

use crate::{
    arns, bodies, callers, conflicts, deletions, errors, headers, letters, members, names,
    operations, places, publications, qualifiers, readings, refusals, routes, settings, states,
    statuses, times, updates, validation, versions,
};

/// Name and value of what requests have in common: see `vocabulary`.
pub(crate) type Factor = (&'static str, &'static str);

/// Factors that are true together of the requests on which a fault shows. Those of one name are alternatives: a request has one of
/// them. None at all: it shows on every answer, or on every one that can have it.
pub(crate) type Factors = &'static [Factor];

/// For a fault that shows wherever a configuration is read.
pub(crate) const READS: &[Factors] = &[
    &[],
    &[("due", "200")],
    &[("operation", "GetFunctionConfiguration")],
    &[("operation", "GetFunctionConfiguration"), ("due", "200")],
];

/// For a fault that shows wherever a configuration is answered, be it read, made or changed.
pub(crate) const CONFIGURATIONS: &[Factors] = &[
    &[],
    &[("due", "200")],
    &[("due", "200"), ("due", "201"), ("due", "202")],
];

/// For a fault that shows on every answer.
pub(crate) const EVERY: &[Factors] = &[&[]];

/// What a server gets wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// What it does.
    Behaviour,
    /// How it writes what it answers.
    Answer,
}

/// A server with one fault, and what a run has to say of it.
pub(crate) struct Row {
    pub(crate) name: String,
    pub(crate) kind: Kind,
    /// The clauses that are about the fault: the first finding has to be of one of them.
    pub(crate) clauses: Vec<&'static str>,
    /// What the requests have in common on which it shows: any of these is right.
    pub(crate) factors: Vec<Factors>,
    pub(crate) server: Arc<Middleware>,
    /// Why no case can notice it, if none does.
    pub(crate) unnoticed: Option<&'static str>,
}

impl Row {
    pub(crate) fn behaviour(
        name: impl Into<String>,
        clauses: &[&'static str],
        factors: &[Factors],
        server: Arc<Middleware>,
    ) -> Row {
        Row {
            name: name.into(),
            kind: Kind::Behaviour,
            clauses: clauses.to_vec(),
            factors: factors.to_vec(),
            server,
            unnoticed: None,
        }
    }

    pub(crate) fn answer(
        name: impl Into<String>,
        clauses: &[&'static str],
        factors: &[Factors],
        server: Arc<Middleware>,
    ) -> Row {
        Row {
            kind: Kind::Answer,
            ..Row::behaviour(name, clauses, factors, server)
        }
    }

    /// A row that stands here for the record.
    pub(crate) fn unnoticed(self, why: &'static str) -> Row {
        Row {
            unnoticed: Some(why),
            ..self
        }
    }
}

/// The table. Its servers remember what they were sent, so each may be used for one run.
pub(crate) fn rows() -> Vec<Row> {
    let nouns = [
        qualifiers::rows(),
        conflicts::rows(),
        names::rows(),
        places::rows(),
        routes::rows(),
        callers::rows(),
        settings::rows(),
        letters::rows(),
        versions::rows(),
        publications::rows(),
        updates::rows(),
        readings::rows(),
        operations::rows(),
        states::rows(),
        deletions::rows(),
        refusals::rows(),
        validation::rows(),
        members::rows(),
        arns::rows(),
        times::rows(),
        headers::rows(),
        errors::rows(),
        statuses::rows(),
        bodies::rows(),
    ];
    nouns.into_iter().flatten().collect()
}
