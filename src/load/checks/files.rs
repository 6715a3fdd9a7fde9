//! Which files must be there: a snapshot for each case, a case for each snapshot, and a reader for each case file.

use std::collections::BTreeSet;

use crate::{
    load::{files::Files, value::is_kebab},
    span::{Diagnostic, Place},
    suite::Suite,
};

/// The files that the suites of a service share.
const SHARED: [&str; 7] = [
    "always.toml",
    "breaks.toml",
    "factors.toml",
    "clauses.toml",
    "evidence.toml",
    "fixtures.toml",
    "operations.toml",
];

/// Of how many cases it is said that they have no snapshot, where there is none at all.
const FEW: usize = 20;

/// Every case has its snapshot and every snapshot its case, but for the topics of which not every case could be read.
pub(in crate::load) fn pairs(
    files: &Files,
    suites: &[Suite],
    unsure: &[String],
    out: &mut Vec<Diagnostic>,
) {
    let ids: BTreeSet<&str> = files
        .below_snapshots()
        .filter_map(|file| file.path.strip_suffix(".snap"))
        .collect();
    let cases = suites.iter().flat_map(|suite| &suite.cases);
    let templates: BTreeSet<&str> = cases.map(|case| case.template.as_str()).collect();
    if ids.is_empty() && templates.len() > FEW {
        out.push(
            Diagnostic::new(
                Place::top(&files.root()),
                "no snapshot of any of these cases",
            )
            .help("name the directory of their snapshots with `--snapshots`"),
        );
        return;
    }
    for suite in suites {
        let mut told = BTreeSet::new();
        for case in &suite.cases {
            // what cannot stand in an id is told where it is read, and gets no snapshot
            let name = case.template.rsplit('/').next();
            if name.is_some_and(is_kebab)
                && !ids.contains(case.template.as_str())
                && told.insert(&case.template)
            {
                out.push(
                    Diagnostic::new(case.place.clone(), format!("no snapshot of `{}`", case.template)).help(format!(
                        "`cargo test --test conformance` writes snapshots/{}.snap.new; look at it and accept it with `cargo insta review`",
                        case.template
                    )),
                );
            }
        }
    }
    for file in files.below_snapshots() {
        let id = file.path.strip_suffix(".snap");
        let wanted = id.is_some_and(|id| {
            unsure.iter().any(|topic| id.starts_with(topic)) || templates.contains(id)
        });
        if !wanted {
            out.push(
                Diagnostic::new(Place::top(&file.source), "no case has this snapshot")
                    .help("delete the file, or give the case back its name"),
            );
        }
    }
}

/// A case file that no suite reads would be one whose cases never run.
pub(in crate::load) fn unread(files: &Files, out: &mut Vec<Diagnostic>) {
    for file in files
        .below_cases()
        .filter(|file| file.path.ends_with(".toml"))
    {
        let (directory, name) = file.path.rsplit_once('/').unwrap_or(("", &file.path));
        let read = match directory {
            "" => name == "targets.toml",
            service if !service.contains('/') => SHARED.contains(&name),
            directory => {
                directory.matches('/').count() == 1
                    && files.case(&format!("{directory}/clauses.toml")).is_some()
            }
        };
        if !read {
            out.push(
                Diagnostic::new(Place::top(&file.source), "nothing reads this file")
                    .help("cases stand in `SERVICE/OPERATION/TOPIC.toml`, beside the `clauses.toml` of their operation"),
            );
        }
    }
}
