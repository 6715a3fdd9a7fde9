//! [`all`]: servers that differ in one respect, each with cases that may notice it.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, PoisonError},
};

use bytes::Bytes;
use http::{Request, Response};
use lambda_conformance::{
    level::Level,
    load::Library,
    mock::Middleware,
    mutant::{self, Mutant},
    observation::Observation,
    path::{Path, Segment},
    plan::{self, Item},
    reference::{ROWS, Row},
};
use serde_json::Value;

use super::behaviours;
use crate::{
    answered::{Answered, answered},
    deviations::{self, PARTS, Part, deviate},
    servers::{Next, is_read},
    world,
};

/// How many cases notice a mutant, or are answered by a row; more would only take longer.
const CASES: usize = 3;

/// In how many cases a mutant is looked for.
const LOOKED_AT: usize = 12;

/// A server, and cases that may notice in what it differs.
pub(super) struct Served<'l> {
    pub(super) name: String,
    pub(super) server: Arc<Middleware>,
    pub(super) items: Vec<Item<'l>>,
    /// Whether it differs in a row of the error table.
    of_errors: bool,
}

impl Served<'_> {
    /// Whether functions are read there of which nobody can tell whether they are settled.
    pub(super) fn may_never_settle(&self) -> bool {
        let is_whole = ["200 status", "200 body "];
        let is_whole = is_whole.iter().any(|start| self.name.starts_with(start));
        is_whole
            || ["State", "LastUpdateStatus"]
                .iter()
                .any(|member| self.name.contains(member))
    }

    /// Whether a header that is missing shows nothing there: of errors without a known name none is asserted.
    pub(super) fn hides_headers(&self) -> bool {
        let of_headers = ["headers.", "one_request_id"];
        self.of_errors || of_headers.iter().any(|word| self.name.contains(word))
    }
}

/// All of them.
pub(super) async fn all(library: &Library) -> Vec<Served<'_>> {
    let mut all = mutants(library).await;
    all.extend(rows(library).await);
    all.extend(behaving(library));
    let names: BTreeSet<&String> = all.iter().map(|served| &served.name).collect();
    assert_eq!(names.len(), all.len(), "no two have one name");
    all
}

/// The status of the answers that a mutant is made of, the part that is wrong, and steps of cases that have such answers.
type Fault<'a> = (u16, Path, Vec<(&'a Answered<'a>, usize)>);

/// One mutant of each kind for each part of an answer; of a list, the first element.
async fn mutants(library: &Library) -> Vec<Served<'_>> {
    let (_, answered) = answered().await;
    let own = answered.iter().flat_map(Answered::own);
    let elsewhere = Arc::new(mutant::values(own.map(|(_, answer)| answer)));
    let mut faults: BTreeMap<String, Fault<'_>> = BTreeMap::new();
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    for one in answered {
        let Some((step, answer)) = one.own().into_iter().next() else {
            continue;
        };
        // the records of a template have answers that are alike
        if !seen.insert(&one.case.template) {
            continue;
        }
        for mutant in mutant::mutants(answer, &elsewhere) {
            let is_first = |segment: &Segment| !matches!(segment, Segment::Index(1..));
            if !mutant.at.0.iter().all(is_first) {
                continue;
            }
            let name = mutant.to_string();
            let fault = faults
                .entry(name)
                .or_insert_with(|| (answer.status, mutant.at, Vec::new()));
            if fault.0 == answer.status && fault.2.len() < LOOKED_AT {
                fault.2.push((one, step));
            }
        }
    }
    let served = faults.into_iter().map(|(name, (status, at, cases))| {
        let is_noticed = |(one, step): &&(&Answered<'_>, usize)| {
            let mut own = one.own().into_iter();
            let answer = own.find(|(known, _)| known == step);
            let mutant = answer.and_then(|(_, answer)| wrong(answer, &at, &name, &elsewhere));
            let found = mutant.map(|mutant| one.judged(*step, &mutant.answer));
            let mut found = found.iter().flatten();
            found.any(|mismatch| mismatch.level <= Level::Observed)
        };
        let mut ids: Vec<&str> = cases
            .iter()
            .filter(is_noticed)
            .take(CASES)
            .map(|(one, _)| one.case.id.as_str())
            .collect();
        if ids.is_empty() {
            ids.push(&cases[0].0.case.id);
        }
        Served {
            items: items(library, &ids),
            server: mutating(status, at.clone(), name.clone(), Arc::clone(&elsewhere)),
            name: format!("{status} {name}"),
            of_errors: false,
        }
    });
    served.collect()
}

/// The mutant of this name, if there is one of the answer.
fn wrong(
    answer: &Observation,
    at: &Path,
    name: &str,
    elsewhere: &BTreeMap<Path, Value>,
) -> Option<Mutant> {
    let mutants = match (at.root(), at.len()) {
        ("body", 2..) => mutant::of_part(answer, at, elsewhere),
        _ => mutant::mutants(answer, elsewhere),
    };
    mutants
        .into_iter()
        .find(|mutant| mutant.to_string() == name)
}

fn mutating(
    status: u16,
    at: Path,
    name: String,
    elsewhere: Arc<BTreeMap<Path, Value>>,
) -> Arc<Middleware> {
    Arc::new(move |request: Request<Bytes>, mock: Next<'_>| {
        let is_read = is_read(&request);
        let answer = mock(request);
        if !is_read || answer.status() != status {
            return answer;
        }
        let (mut head, body) = answer.into_parts();
        let seen = Observation::new(status, head.headers.clone(), body.clone());
        let Some(mutant) = wrong(&seen, &at, &name, &elsewhere) else {
            return Response::from_parts(head, body);
        };
        head.status = mutant.answer.status.try_into().expect("a status");
        head.headers = mutant.answer.headers;
        head.headers.remove("content-length");
        Response::from_parts(head, mutant.answer.body)
    })
}

/// Every row of the error table in every part.
async fn rows(library: &Library) -> Vec<Served<'_>> {
    let seen: Arc<Mutex<BTreeSet<Row>>> = Arc::default();
    let witness = Arc::clone(&seen);
    let honest = Arc::new(move |_: &Request<Bytes>, answer: Response<Bytes>| {
        let mut seen = witness.lock().unwrap_or_else(PoisonError::into_inner);
        seen.extend(answer.extensions().get::<Row>());
        answer
    });
    let (_mock, world) = world::deviating(library, Level::Observed, honest).await;
    let cases = deviations::by_row(library, &world, &seen).await;
    let all = ROWS.iter().flat_map(|row| PARTS.map(|part| (*row, part)));
    let served = all.filter_map(|(row, part)| {
        deviations::clauses(row).ok()?;
        Some(Served {
            name: format!("{row} {part:?}"),
            of_errors: true,
            server: deviating(row, part),
            items: cases.get(&row)?.iter().copied().take(CASES).collect(),
        })
    });
    served.collect()
}

fn deviating(row: Row, part: Part) -> Arc<Middleware> {
    Arc::new(move |request: Request<Bytes>, mock: Next<'_>| {
        let answer = mock(request);
        match answer.extensions().get::<Row>() {
            Some(of) if *of == row => deviate(answer, part),
            _ => answer,
        }
    })
}

/// The servers that behave otherwise, with all cases of the topic that notices it.
fn behaving(library: &Library) -> Vec<Served<'_>> {
    let served = behaviours::servers()
        .into_iter()
        .map(|(name, server, topic)| {
            let topic = format!("/{topic}/");
            Served {
                name: name.to_owned(),
                of_errors: false,
                server,
                items: plan::choose(&library.suites, &[topic], None).expect("a topic"),
            }
        });
    served.collect()
}

fn items<'l>(library: &'l Library, ids: &[&str]) -> Vec<Item<'l>> {
    let all = library.suites.iter();
    let all = all.flat_map(|suite| suite.cases.iter().map(move |case| Item { suite, case }));
    all.filter(|item| ids.contains(&item.case.id.as_str()))
        .collect()
}
