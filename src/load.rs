//! From files to [`Suite`]s: every error of every file at once, each with its place.
//!
//! The only module, with [`crate::snapshot`], that knows what the files look like. It walks TOML by hand: a derived
//! reader stops at the first error and loses the places inside bodies.

mod cases;
mod checks;
mod contract;
mod demands;
mod files;
mod fixtures;
mod presence;
mod profiles;
mod template;
mod tree;

use std::{collections::BTreeMap, sync::Arc};

pub use files::{File, Files, FilesError};

use crate::{
    clause::Evidence,
    fixture::Fixture,
    operation::Operation,
    schema::Schema,
    snapshot::Snapshot,
    span::{Diagnostic, Place},
    suite::Suite,
    target::Profile,
};

/// All that was loaded.
#[derive(Debug)]
pub struct Library {
    /// The suites, by id.
    pub suites: Vec<Suite>,
    /// The targets that `targets.toml` names.
    pub profiles: Vec<Profile>,
}

/// Loads every file. On failure: every diagnostic, in the order of the files and of their lines.
pub fn load(files: &Files) -> Result<Library, Vec<Diagnostic>> {
    let (library, mut diagnostics) = load_all(files, true);
    if diagnostics.is_empty() {
        return Ok(library);
    }
    diagnostics.sort_by(|a, b| position(a).cmp(&position(b)));
    diagnostics.dedup();
    Err(diagnostics)
}

/// Loads every file but does not ask that snapshots and cases belong together: for the test that writes snapshots.
pub fn load_for_review(files: &Files) -> Result<Library, Vec<Diagnostic>> {
    let (library, diagnostics) = load_all(files, false);
    if diagnostics.is_empty() { Ok(library) } else { Err(diagnostics) }
}

fn position(diagnostic: &Diagnostic) -> (String, usize) {
    diagnostic
        .labels
        .first()
        .map_or((String::new(), 0), |(place, _)| (place.source.path.clone(), place.span.start))
}

fn load_all(files: &Files, paired: bool) -> (Library, Vec<Diagnostic>) {
    let mut out = Vec::new();
    let mut suites = Vec::new();
    let mut profiles = Vec::new();
    if let Some(file) = files.case("targets.toml") {
        profiles = profiles::profiles(&file.source, &mut out);
    }
    for name in files.services() {
        let read = |file: &str| files.case(&format!("{name}/{file}"));
        let operations: Arc<BTreeMap<String, Operation>> = Arc::new(
            read("operations.toml")
                .map(|file| contract::operations(&file.source, &mut out))
                .unwrap_or_default(),
        );
        let evidence = Arc::new(
            read("evidence.toml")
                .map(|file| contract::evidence(&file.source, &mut out))
                .unwrap_or_default(),
        );
        let fixtures = Arc::new(
            read("fixtures.toml")
                .map(|file| fixtures::fixtures(&file.source, &operations, &mut out))
                .unwrap_or_default(),
        );
        let service = Service {
            operations,
            evidence,
            fixtures,
        };
        for directory in files.suites(&name) {
            suites.push(suite(files, &directory, &service, paired, &mut out));
        }
    }
    if suites.is_empty() {
        out.push(
            Diagnostic::new(Place::top(&files.root()), "no suite in these case files")
                .help("a suite is a directory `SERVICE/OPERATION` with a `clauses.toml`"),
        );
    }
    checks::orphans(files, &suites, paired, &mut out);
    (Library { suites, profiles }, out)
}

/// What the suites of a service share.
struct Service {
    operations: Arc<BTreeMap<String, Operation>>,
    evidence: Arc<BTreeMap<String, Evidence>>,
    fixtures: Arc<BTreeMap<String, Fixture>>,
}

fn suite(
    files: &Files,
    directory: &str,
    service: &Service,
    paired: bool,
    out: &mut Vec<Diagnostic>,
) -> Suite {
    let mut suite = Suite {
        id: directory.to_owned(),
        operation: String::new(),
        operations: Arc::clone(&service.operations),
        evidence: Arc::clone(&service.evidence),
        fixtures: Arc::clone(&service.fixtures),
        presence: None,
        clauses: Vec::new(),
        always: Vec::new(),
        cases: Vec::new(),
        snapshots: BTreeMap::new(),
        schema: None,
    };
    let clauses = files
        .case(&format!("{directory}/clauses.toml"))
        .expect("invariant: a suite is a directory with clauses.toml");
    suite.clauses = contract::clauses(&clauses.source, &service.evidence, out);
    let last = directory.rsplit('/').next().unwrap_or(directory);
    match service.operations.keys().find(|name| kebab(name) == last) {
        Some(name) => suite.operation.clone_from(name),
        None => out.push(
            Diagnostic::new(Place::top(&clauses.source), format!("no operation is called `{last}`"))
                .help("name it in operations.toml; the directory is its name in lower case, words joined by `-`"),
        ),
    }
    if let Some(file) = files.case(&format!("{directory}/always.toml")) {
        suite.always = contract::always(&file.source, &suite.clauses, out);
    }
    if let Some(file) = files.case(&format!("{directory}/response.schema.json")) {
        let schema = serde_json::from_str(&file.source.text)
            .map_err(|error| error.to_string())
            .and_then(Schema::new);
        match schema {
            Ok(schema) => suite.schema = Some(schema),
            Err(error) => out.push(Diagnostic::new(Place::top(&file.source), format!("not a schema: {error}"))),
        }
    }
    if let Some(file) = files.case(&format!("{directory}/presence.toml")) {
        suite.presence = Some(presence::presence(&file.source, &suite.clauses, out));
    }
    for (topic, file) in files.topics(directory) {
        let context = cases::Context {
            suite: directory,
            operation: &suite.operation,
            clauses: &suite.clauses,
            fixtures: &service.fixtures,
        };
        let cases = cases::topic(&file.source, &topic, &context, out);
        suite.cases.extend(cases);
    }
    for (id, file) in files.snapshots(directory) {
        match Snapshot::parse(&file.source) {
            Ok(snapshot) => {
                suite.snapshots.insert(id, snapshot);
            }
            Err(diagnostic) => out.push(diagnostic),
        }
    }
    checks::suite(&suite, paired, out);
    suite
}

/// `GetFunctionConfiguration` as `get-function-configuration`.
fn kebab(name: &str) -> String {
    let mut out = String::new();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && !out.is_empty() {
            out.push('-');
        }
        out.push(letter.to_ascii_lowercase());
    }
    out
}
