//! The suite bites: of the answers to all cases, each made wrong in every way that there is, hardly one goes unnoticed.
//!
//! Every case runs once on the mock. Then each answer of the operation is replaced by each of its mutants and the case is
//! judged again. What still passes stands below with its reason: the list can only shrink.
//!
//! To judge all of them takes minutes, so that is an ignored test; one in forty, and all that are listed, are judged each time.

#[path = "../world/answered.rs"]
mod answered;
#[path = "../matrix/mod.rs"]
mod matrix;
#[path = "../world/mod.rs"]
mod world;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};

use answered::{Answered, answered};
use lambda_conformance::{
    case::{Assertion, Expected},
    judge,
    level::Level,
    mutant::{self, Mutant, Mutation},
    path::{Path, Segment},
    verdict::Mismatch,
};
use matrix::Share;

/// The share of mutants that must be noticed, in percent.
const DUE: f64 = 98.0;

/// Mutants that go unnoticed, in whose answers they do, and why nobody can tell them from what is right.
struct Survivors {
    mutants: &'static [&'static str],
    /// What the ids of the cases begin with, below the suite.
    cases: &'static [&'static str],
    reason: &'static str,
}

const SURVIVORS: &[Survivors] = &[
    Survivors {
        mutants: &["body.LastModified altered", "body.RevisionId altered"],
        cases: &[""],
        reason: "the target makes them up; whether they are right shows only beside another answer, as in versions and aliases",
    },
    Survivors {
        mutants: &["body.RuntimeVersionConfig.RuntimeVersionArn altered"],
        cases: &[""],
        reason: "which version of a runtime is current is the target's to know; GetFunction must show the same",
    },
    Survivors {
        mutants: &["body.CodeSha256 altered"],
        cases: &[
            "kept-settings/image-config",
            "letters/blanks-of-an-image",
            "overrides/image-error",
            "settings/image",
            "states/image-in-progress",
            "states/pending-image",
            "updated-settings/image",
            "updates/entry-point-removed",
            "updates/image",
            "versions/image",
        ],
        reason: "the digest of an image is known to its registry",
    },
    Survivors {
        mutants: &["body.VpcConfig.VpcId altered"],
        cases: &[
            "kept-settings/file-system",
            "kept-versions/file-system",
            "reads-between/vpc-at-once",
            "settings/dual-stack-vpc",
            "settings/file-system",
            "settings/vpc",
            "updated-settings/dual-stack-vpc",
            "updated-settings/file-system-removed",
            "updated-settings/vpc",
        ],
        reason: "the network of a subnet is the target's to know",
    },
    Survivors {
        mutants: &[
            "body.ImageConfigResponse.Error unwritten",
            "body.ImageConfigResponse.ImageConfig.EntryPoint unwritten",
            "body.ImageConfigResponse.ImageConfig.WorkingDirectory unwritten",
            "body.Layers[0].SigningJobArn unwritten",
            "body.Layers[0].SigningProfileVersionArn unwritten",
        ],
        cases: &[
            "consistency/image-as-get-function",
            "consistency/layers-as-get-function",
            "kept-settings/image-config",
            "kept-settings/layers",
            "letters/blanks-of-an-image",
            "life-cycle/deleted-layer",
            "settings/image-command",
            "settings/image-config",
            "settings/image-order",
            "settings/layers",
            "states/image-in-progress",
            "updated-settings/image-config",
            "updates/entry-point-removed",
            "versions/image",
            "versions/layers",
        ],
        reason: "no raw body with a layer or the configuration of an image is on record",
    },
    Survivors {
        mutants: &["body.message altered"],
        cases: &[
            "name-patterns/",
            "qualifiers/",
            "validation/",
            "whitespace/",
            "errors/malformed",
        ],
        reason: "the last letter is in the pattern that is quoted, and AWS changes it from year to year (X-PATTERN-DRIFT)",
    },
    Survivors {
        mutants: &["body.Message altered"],
        cases: &["auth/denied"],
        reason: "what follows the resource differs from one recording to the next, so the assertion ends with it",
    },
    Survivors {
        mutants: &["body.Type given"],
        cases: &["auth/expired-token", "auth/unsigned"],
        reason: "of these only the text is on record",
    },
    Survivors {
        mutants: &["body.message recased"],
        cases: &["auth/expired-token", "auth/unknown-key", "auth/unsigned"],
        reason: "only the length of these bodies is on record, and both letter cases have it",
    },
    Survivors {
        mutants: &[
            "headers.x-amzn-requestid dropped",
            "headers.x-amzn-requestid replaced",
        ],
        cases: &["auth/signed-too-long-ago"],
        reason: "the one trace on record prints none",
    },
    Survivors {
        mutants: &["body.Version altered"],
        cases: &["aliases/weighted-every-time"],
        reason: "that every read goes to the same version is our conclusion; aliases/weighted asserts it of one",
    },
];

/// What came of one mutant.
struct Judged {
    case: String,
    status: u16,
    name: String,
    mutation: Mutation,
    /// Whether it is wrong in a part of which the case says that nobody knows what is right.
    open: bool,
    /// Whether it is noticed, at each of the levels.
    noticed: [bool; 3],
    /// Whether it was chosen, and is not judged only because it is listed.
    chosen: bool,
}

/// The row that lists a mutant as one that goes unnoticed in a case.
fn row(case: &str, mutant: &str) -> Option<&'static Survivors> {
    SURVIVORS.iter().find(|row| {
        row.mutants.contains(&mutant) && row.cases.iter().any(|start| case.starts_with(start))
    })
}

/// Judges a share of the mutants, and those that are listed.
fn judge_all(all: &[Answered<'_>], share: Share) -> Vec<Judged> {
    let own = all.iter().flat_map(Answered::own).map(|(_, answer)| answer);
    let elsewhere = mutant::values(own);
    let workers = thread::available_parallelism().map_or(2, usize::from);
    // cases differ in size, so each worker takes the next one
    let next = AtomicUsize::new(0);
    thread::scope(|scope| {
        let handles: Vec<_> = (0..workers)
            .map(|_| {
                scope.spawn(|| {
                    let mut out = Vec::new();
                    while let Some(one) = all.get(next.fetch_add(1, Ordering::Relaxed)) {
                        judge_one(one, &elsewhere, share, &mut out);
                    }
                    out
                })
            })
            .collect();
        handles
            .into_iter()
            .flat_map(|handle| handle.join().expect("no panic"))
            .collect()
    })
}

fn judge_one(
    one: &Answered<'_>,
    elsewhere: &BTreeMap<Path, serde_json::Value>,
    share: Share,
    out: &mut Vec<Judged>,
) {
    let case = below(one);
    for (step, answer) in one.own() {
        for mutant in mutant::mutants(answer, elsewhere) {
            let name = mutant.to_string();
            let chosen = share.has(&format!("{case} {step} {name}"));
            if !chosen && row(case, &name).is_none() {
                continue;
            }
            let found = one.judged(step, &mutant.answer);
            let noticed = |level| {
                found
                    .iter()
                    .any(|mismatch: &Mismatch| mismatch.level <= level)
            };
            out.push(Judged {
                case: case.to_owned(),
                status: answer.status,
                name,
                mutation: mutant.mutation,
                open: is_open(&one.case.steps[step].assertions, &mutant),
                noticed: Level::ALL.map(noticed),
                chosen,
            });
        }
    }
}

/// The id of a case below its suite.
fn below<'a>(one: &'a Answered<'_>) -> &'a str {
    let id = one.case.id.strip_prefix(&one.suite.id);
    id.map_or(&one.case.id, |id| id.trim_start_matches('/'))
}

/// Whether a mutant is wrong in a part of which the assertions say that nobody has recorded what is right, or that one of two
/// answers comes.
fn is_open(assertions: &[Assertion], mutant: &Mutant) -> bool {
    let parts = parts(mutant);
    assertions.iter().any(|assertion| {
        let inferred = assertion.level.is_none();
        let of: Vec<&Path> = match &assertion.expected {
            Expected::Any(groups) => groups
                .iter()
                .flatten()
                .map(|assertion| &assertion.at)
                .collect(),
            _ => vec![&assertion.at],
        };
        // an answer of another status is another answer altogether
        let altogether = of.iter().any(|at| at.root() == "status");
        let either = matches!(assertion.expected, Expected::Any(_)) && altogether;
        (inferred || either)
            && (altogether
                || of.iter().any(|at| {
                    let mut parts = parts.iter();
                    parts.any(|part| part.is_within(at) || at.is_within(part))
                }))
    })
}

/// The parts of an answer, as assertions call them, in which a mutant is wrong.
fn parts(mutant: &Mutant) -> Vec<Path> {
    let mut parts = vec![mutant.at.clone()];
    let also = |names: &[&str]| names.iter().map(|name| Path::key(name)).collect::<Vec<_>>();
    let is_error = mutant.answer.is_error();
    parts.extend(match (mutant.at.root(), mutant.at.0.get(1)) {
        ("headers", Some(Segment::Key(name))) if name == "x-amzn-errortype" => also(&["error"]),
        ("body", Some(Segment::Key(name))) if is_error => match name.as_str() {
            "message" | "Message" => also(&["message", "violations"]),
            "Type" => also(&["type"]),
            _ => Vec::new(),
        },
        ("body", None) if is_error => also(&["message", "violations", "text"]),
        _ => Vec::new(),
    });
    parts
}

/// A share in percent.
fn share(part: usize, whole: usize) -> f64 {
    let count = |number: usize| f64::from(u32::try_from(number).expect("fewer mutants than that"));
    100.0 * count(part) / count(whole.max(1))
}

/// How many of these mutants are noticed, at each level.
fn line<'j>(of: &str, judged: impl Iterator<Item = &'j Judged> + Clone) -> String {
    let all = judged.clone().count();
    let at = |level: usize| {
        let noticed = judged.clone().filter(|one| one.noticed[level]).count();
        format!("{noticed:6} {:6.2} %", share(noticed, all))
    };
    format!("{of:11} {all:6}   {}   {}   {}", at(0), at(1), at(2))
}

#[tokio::test]
async fn hardly_a_mutant_goes_unnoticed() {
    let (_, all) = answered().await;
    let judged = judge_all(all, Share::one_in(40));
    println!("{}", table(&judged));
    hold(&judged, 4_000);
}

#[tokio::test]
#[ignore = "takes minutes"]
async fn hardly_one_of_all_mutants_goes_unnoticed() {
    let (_, all) = answered().await;
    let share = Share::of_environment();
    let judged = judge_all(all, share);
    println!("{share}\n{}", table(&judged));
    hold(&judged, if share.is_whole() { 40_000 } else { 0 });
}

/// The mutants that are wrong: an answer that may be right is none.
fn wrong(judged: &[Judged]) -> impl Iterator<Item = &Judged> + Clone {
    judged.iter().filter(|one| !one.open)
}

/// Whether some case notices a fault: what is wrong in any of the answers of a status.
fn faults(judged: &[Judged]) -> BTreeMap<(u16, &str), bool> {
    let mut faults: BTreeMap<(u16, &str), bool> = BTreeMap::new();
    for one in wrong(judged) {
        *faults.entry((one.status, &one.name)).or_default() |= one.noticed[2];
    }
    faults
}

/// How many of the chosen mutants are noticed, in each way to be wrong and in all.
fn table(judged: &[Judged]) -> String {
    let chosen = || wrong(judged).filter(|one| one.chosen);
    let mut lines =
        vec!["            number   documented        observed          wire".to_owned()];
    for mutation in Mutation::ALL {
        let of = chosen().filter(|one| one.mutation == mutation);
        lines.push(line(mutation.name(), of));
    }
    lines.push(line("all", chosen()));
    lines.push(line("and open", judged.iter().filter(|one| one.chosen)));
    let faults = faults(judged);
    let noticed = faults.values().filter(|noticed| **noticed).count();
    let all = faults.len();
    lines.push(format!(
        "{noticed} of {all} faults are noticed by some case"
    ));
    lines.join("\n")
}

/// Holds what came of mutants against what is listed; `due` is how many there must be.
fn hold(judged: &[Judged], due: usize) {
    let mut used = BTreeSet::new();
    let mut unlisted = Vec::new();
    for one in wrong(judged).filter(|one| !one.noticed[2]) {
        match row(&one.case, &one.name) {
            None => unlisted.push(format!("{} {} ({})", one.case, one.name, one.status)),
            Some(row) => {
                let cases = row.cases.iter().filter(|case| one.case.starts_with(**case));
                used.extend(cases.map(|case| (row.reason, *case)));
                used.insert((row.reason, one.name.as_str()));
            }
        }
    }
    assert!(
        unlisted.is_empty(),
        "{} go unnoticed without a reason:\n{}",
        unlisted.len(),
        unlisted.join("\n")
    );
    for row in SURVIVORS {
        for part in row.mutants.iter().chain(row.cases) {
            assert!(
                used.contains(&(row.reason, *part)),
                "noticed now, take it out: {part}: {}",
                row.reason
            );
        }
    }
    // what may survive anywhere must at least be noticed somewhere
    let faults = faults(judged);
    for row in SURVIVORS.iter().filter(|row| row.cases == [""]) {
        for mutant in row.mutants {
            assert_eq!(faults.get(&(200, mutant)), Some(&true), "{mutant}");
        }
    }
    let chosen = || wrong(judged).filter(|one| one.chosen);
    let share = share(
        chosen().filter(|one| one.noticed[2]).count(),
        chosen().count(),
    );
    assert!(share >= DUE, "only {share:.2} % are noticed");
    let number = judged.iter().filter(|one| one.chosen).count();
    assert!(number > due, "only {number} mutants");
}

/// A snapshot of a template that was written long ago would let through what one of today does not.
#[tokio::test]
async fn every_snapshot_is_what_would_be_written_today() {
    let (_, all) = answered().await;
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    let firsts = all.iter().filter(|one| seen.insert(&one.case.template));
    let old: Vec<&str> = firsts
        .filter(|one| {
            let text = judge::written(one.suite, one.case, &one.bindings, &one.exchanges);
            one.suite.snapshots[&one.case.template].text != text
        })
        .map(|one| one.case.template.as_str())
        .collect();
    assert!(
        old.is_empty(),
        "the first record of these writes another snapshot: {old:#?}"
    );
}
