//! [`Oracle`]: our suite, asked what it says of a recorded answer.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    sync::Arc,
};

use bytes::Bytes;
use lambda_conformance::{
    case::{Action, Case, Invariant, Request, Step},
    judge::{self, Judgement},
    level::Level,
    load::Library,
    note::Note,
    path::{Path, Segment},
    presence::{Column, Mark, Member, Presence, Shown},
    schema::Schema,
    suite::Suite,
    text::Bindings,
    verdict::{Exchange, Kind, Mismatch, Origin},
};
use serde_json::Value;

use super::{
    answers::{Answer, Configuration},
    body::{self, Names},
    told::Told,
};
use crate::world;

/// The suite that is looked at.
pub(super) const SUITE: &str = "lambda/get-function-configuration";

/// Which part of the suite a recording contradicts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Part {
    /// The form of bodies, and what is asserted of every answer.
    Form,
    /// Which member has a value when.
    Presence,
    /// The case that asks what was recorded.
    Case,
}

/// Something that the suite asserts and a recording contradicts.
#[derive(Clone, Debug)]
pub(super) struct Refutation {
    pub(super) source: String,
    pub(super) operation: String,
    pub(super) part: Part,
    /// The part of the answer.
    pub(super) at: String,
    /// The rest in words.
    pub(super) says: String,
}

impl fmt::Display for Refutation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} ({}): {} {}",
            self.source, self.operation, self.at, self.says
        )
    }
}

/// Our suite. While an answer is judged, what its recording cannot tell is taken out of it.
pub(super) struct Oracle {
    library: Library,
    at: usize,
    service: Vec<Invariant>,
    own: Vec<Invariant>,
    presence: Presence,
    schema: Option<Schema>,
    /// The status of each error, as far as it is on record.
    statuses: BTreeMap<String, u16>,
}

impl Oracle {
    pub(super) fn of(library: Library, answers: &[Answer]) -> Oracle {
        let mut library = library;
        let at = library
            .suites
            .iter()
            .position(|suite| suite.id == SUITE)
            .expect("the suite is there");
        let suite = &mut library.suites[at];
        let presence = suite.presence.clone().expect("the suite has a table");
        let own = suite.invariants.clone();
        let service = suite.service.invariants.clone();
        let mut statuses = BTreeMap::new();
        for answer in answers {
            if let (Some(failure), Some(status)) = (&answer.failure, answer.status) {
                let known = statuses.insert(failure.name.clone(), status);
                assert!(
                    known.is_none_or(|known| known == status),
                    "{} has two statuses",
                    failure.name
                );
            }
        }
        Oracle {
            library,
            at,
            service,
            own,
            presence,
            schema: None,
            statuses,
        }
    }

    /// The suite as it is.
    pub(super) fn open(answers: &[Answer]) -> Oracle {
        Oracle::of(world::library::read(), answers)
    }

    pub(super) fn suite(&self) -> &Suite {
        &self.library.suites[self.at]
    }

    pub(super) fn presence(&self) -> &Presence {
        &self.presence
    }

    /// Leaves in the suite only what is to be asked, beside its cases.
    fn ask(&mut self, form: bool, presence: bool, invariants: (Vec<Invariant>, Vec<Invariant>)) {
        let suite = &mut self.library.suites[self.at];
        if form != suite.schema.is_some() {
            std::mem::swap(&mut suite.schema, &mut self.schema);
        }
        suite.presence = presence.then(|| self.presence.clone());
        let (own, service) = invariants;
        suite.invariants = own;
        Arc::make_mut(&mut suite.service).invariants = service;
    }

    /// Of what is asserted of every answer, what this recording tells.
    fn told_invariants(&self, told: &Told<'_>) -> (Vec<Invariant>, Vec<Invariant>) {
        let pruned = |invariants: &[Invariant]| {
            let kept = invariants.iter().map(|invariant| {
                let mut kept = invariant.clone();
                kept.assertions
                    .retain(|assertion| told.assertion(assertion));
                kept
            });
            kept.filter(|invariant| !invariant.assertions.is_empty())
                .collect()
        };
        (pruned(&self.own), pruned(&self.service))
    }

    /// What is asserted of every answer: the mismatches, and the clauses that were decided.
    pub(super) fn invariants(&mut self, answer: &Answer) -> (Vec<Refutation>, BTreeSet<String>) {
        let configuration = answer.configurations.first().filter(|_| !answer.is_list);
        let invariants = self.told_invariants(&Told::of(answer, configuration, &self.presence));
        self.ask(false, false, invariants);
        let names = Names::default();
        let body = match configuration {
            Some(one) => body::configuration(one, &names),
            None => body::failure(answer, &names),
        };
        // GetFunction fails as this operation does
        let of_family =
            ["GetFunction", "GetFunctionConfiguration"].contains(&answer.operation.as_str());
        let operation = if of_family {
            self.suite().operation.clone()
        } else {
            answer.operation.clone()
        };
        let case = self.neutral(&operation);
        let judgement = self.judge(&case, &[(0, answer, body)]);
        let told = refutations(answer, Part::Form, &judgement, |_| true);
        (
            told,
            judgement
                .decided
                .into_iter()
                .map(|(clause, _)| clause)
                .collect(),
        )
    }

    /// The form of a configuration, by the schema.
    pub(super) fn form(
        &mut self,
        answer: &Answer,
        configuration: &Configuration,
    ) -> Vec<Refutation> {
        self.ask(true, false, Default::default());
        let case = self.neutral(&self.suite().operation);
        let given = body::configuration(configuration, &Names::default());
        let judgement = self.judge(&case, &[(0, answer, given)]);
        refutations(answer, Part::Form, &judgement, |_| true)
    }

    /// Which members have a value, by the table and as the judge reads it.
    pub(super) fn present(
        &mut self,
        answer: &Answer,
        configuration: &Configuration,
    ) -> Vec<Refutation> {
        let given = body::configuration(configuration, &Names::default());
        if answer.is_list {
            return self.listed(answer, configuration);
        }
        self.ask(false, true, Default::default());
        let case = self.neutral(&self.suite().operation);
        let members: Vec<Vec<Segment>> = self.members();
        let nulls = body::with_nulls(&given, members.iter().map(Vec::as_slice));
        let mut out = Vec::new();
        let told = Told::of(answer, Some(configuration), &self.presence);
        let is_due = |mismatch: &Mismatch| {
            let member = mismatch.at.0.get(1).map(|step| match step {
                Segment::Key(key) => key.as_str(),
                Segment::Index(_) => "",
            });
            mismatch.kind != Kind::Missing
                || member.is_none_or(|member| told.is_of_its_time(member))
        };
        // a source that drops nulls has either of the two
        for (given, level) in [(nulls, Level::Wire), (given, Level::Observed)] {
            let judgement = self.judge(&case, &[(0, answer, given)]);
            let found = refutations(answer, Part::Presence, &judgement, |mismatch| {
                mismatch.level <= level && is_due(mismatch)
            });
            for one in found {
                if out.iter().all(|known: &Refutation| known.at != one.at) {
                    out.push(one);
                }
            }
        }
        out
    }

    /// The clauses on form and presence that a configuration shows something of.
    pub(super) fn shown(
        &mut self,
        answer: &Answer,
        configuration: &Configuration,
    ) -> BTreeSet<String> {
        self.ask(true, !answer.is_list, Default::default());
        let told = Told::of(answer, Some(configuration), &self.presence);
        let rows = self.presence.members.iter();
        let rows: Vec<Member> = rows
            .filter(|row| told.is_of_its_time(&row.name))
            .cloned()
            .collect();
        if let Some(presence) = &mut self.library.suites[self.at].presence {
            presence.members = rows;
            presence.written = None;
        }
        let case = self.neutral(&self.suite().operation);
        let body = body::configuration(&body::unmasked(configuration), &Names::default());
        let judgement = self.judge(&case, &[(0, answer, body)]);
        judgement
            .decided
            .into_iter()
            .map(|(clause, _)| clause)
            .collect()
    }

    /// Every path that stands on the wire with a value or with `null`.
    fn members(&self) -> Vec<Vec<Segment>> {
        let rows = self
            .presence
            .members
            .iter()
            .map(|row| vec![Segment::Key(row.name.clone())]);
        let within = self
            .presence
            .written
            .iter()
            .flat_map(|written| &written.within);
        rows.chain(within.map(|at| at.0[1..].to_vec())).collect()
    }

    /// The same for an element of a list, of which the judge knows nothing.
    fn listed(&self, answer: &Answer, configuration: &Configuration) -> Vec<Refutation> {
        let mut out = Vec::new();
        let told = Told::of(answer, Some(configuration), &self.presence);
        let shown = Shown {
            column: Column::List,
            ..Shown::of(&body::configuration(configuration, &Names::default()))
        };
        for row in &self.presence.members {
            let value = configuration.facts.get(&row.name);
            let says = match (row.mark(shown), value) {
                (Mark::Value, None) if told.is_of_its_time(&row.name) => "has no value",
                (Mark::None, Some(_)) => "has a value",
                _ => continue,
            };
            out.push(Refutation {
                source: answer.source.clone(),
                operation: answer.operation.clone(),
                part: Part::Presence,
                at: format!("body.{}", row.name),
                says: format!("{says} in a list"),
            });
        }
        out
    }

    /// What a case says of the answers to some of its steps; what they cannot tell is taken out of the case before.
    pub(super) fn asked(
        &mut self,
        case: &Case,
        given: &[(usize, &Answer, Value)],
        told: impl Fn(usize, &Path) -> bool,
    ) -> (Vec<Refutation>, BTreeSet<String>) {
        self.ask(false, false, Default::default());
        let decided = self.judge(case, given).decided;
        self.ask(true, true, Default::default());
        let judgement = self.judge(case, given);
        let mut out = Vec::new();
        for (step, answer, _) in given {
            out.extend(refutations(answer, Part::Case, &judgement, |mismatch| {
                let is_due = mismatch.origin != Origin::Snapshot || told(*step, &mismatch.at);
                mismatch.step == *step && mismatch.origin.is_of_case() && is_due
            }));
        }
        // what is only thought to be so is wrong as well where a recording contradicts it
        for note in &judgement.notes {
            if let Note::Inferred { at, .. } = note {
                let (_, answer, _) = &given[0];
                out.push(Refutation {
                    source: answer.source.clone(),
                    operation: answer.operation.clone(),
                    part: Part::Case,
                    at: at.to_string(),
                    says: note.to_string(),
                });
            }
        }
        for one in &mut out {
            let id = case.id.strip_prefix(SUITE).unwrap_or(&case.id);
            one.says = format!("in {}: {}", id.trim_start_matches('/'), one.says);
        }
        (out, decided.into_iter().map(|(clause, _)| clause).collect())
    }

    fn judge(&self, case: &Case, given: &[(usize, &Answer, Value)]) -> Judgement {
        let exchanges: Vec<Exchange> = given
            .iter()
            .map(|(step, answer, body)| {
                let failure = answer.failure.as_ref();
                let status = failure.map(|failure| self.statuses.get(&failure.name).copied());
                Exchange {
                    step: *step,
                    request: http::Request::new(Bytes::new()),
                    answer: body::observation(
                        answer,
                        status.map_or(200, |status| status.unwrap_or(400)),
                        body,
                    ),
                }
            })
            .collect();
        judge::judge(self.suite(), case, &bindings(), &exchanges)
    }

    /// A case that asserts nothing of its own of an answer of this operation.
    fn neutral(&self, operation: &str) -> Case {
        let mut case = self.suite().cases[0].clone();
        let step = Step {
            name: None,
            operation: operation.to_owned(),
            action: Action::Send(Request::Members(Vec::new())),
            assertions: Vec::new(),
            ..case.steps[0].clone()
        };
        case.id = format!("{SUITE}/recorded");
        case.template.clone_from(&case.id);
        case.clauses = Vec::new();
        case.relations = Vec::new();
        case.written = Arc::new(vec![step.clone()]);
        case.steps = vec![step];
        case
    }
}

fn refutations(
    answer: &Answer,
    part: Part,
    judgement: &Judgement,
    is_due: impl Fn(&Mismatch) -> bool,
) -> Vec<Refutation> {
    let mismatches = judgement.own.iter().chain(&judgement.common);
    let due = mismatches
        .filter(|mismatch| is_due(mismatch))
        .map(|mismatch| Refutation {
            source: answer.source.clone(),
            operation: answer.operation.clone(),
            part,
            at: mismatch.at.to_string(),
            says: format!(
                "is {}, and {} has {} ({} at {})",
                mismatch.found,
                mismatch.clause,
                mismatch.expected,
                mismatch.origin.name(),
                mismatch.level
            ),
        });
    due.collect()
}

/// What the run has for the names in case files.
pub(super) fn bindings() -> Bindings {
    let mut bindings = Bindings::default();
    let role = format!("arn:aws:iam::{}:role/r", body::ACCOUNT);
    for (name, value) in [
        ("account", body::ACCOUNT),
        ("other-account", "444455556666"),
        ("region", body::REGION),
        ("other-region", body::OTHER_REGION),
        ("partition", body::PARTITION),
        ("role", &role),
        ("run", "r1"),
        ("function", body::FUNCTION),
    ] {
        bindings.set(name, value);
    }
    bindings
}
