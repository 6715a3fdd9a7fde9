//! From files to [`Suite`]s: every error of every file at once, each with its place.
//!
//! The only module, with [`crate::snapshot`], that knows what the files look like. It walks TOML by hand: a derived
//! reader stops at the first error and loses the places inside bodies.

mod assertions;
mod cases;
mod checks;
mod contract;
mod files;
mod fixtures;
mod presence;
mod probe;
mod profiles;
mod relation;
mod request;
mod template;

use std::{collections::BTreeMap, sync::Arc};

pub use files::{File, Files, FilesError};

use crate::{
    clause::Evidence,
    fixture::Fixture,
    level::Edition,
    operation::Operation,
    schema::Schema,
    snapshot::Snapshot,
    span::{Diagnostic, Place, Source},
    suite::Suite,
    target::Profile,
    tree,
};

/// All that was loaded.
#[derive(Debug)]
pub struct Library {
    /// The suites, by id.
    pub suites: Vec<Suite>,
    /// The targets that `targets.toml` names.
    pub profiles: Vec<Profile>,
}

impl Library {
    /// The suite of this id, such as `lambda/get-function-configuration`.
    pub fn suite(&self, id: &str) -> Option<&Suite> {
        self.suites.iter().find(|suite| suite.id == id)
    }

    /// The operations of the service, by name. There is one service, because a target speaks for one.
    pub fn operations(&self) -> Arc<BTreeMap<String, Operation>> {
        let operations = self.suites.first().map(|suite| &suite.operations);
        operations.map(Arc::clone).unwrap_or_default()
    }
}

/// Loads every file. On failure: every diagnostic, in the order of the files and of their lines.
pub fn load(files: &Files) -> Result<Library, Vec<Diagnostic>> {
    told(load_all(files, true))
}

/// Loads every file but does not ask that snapshots and cases belong together: for the test that writes snapshots.
pub fn load_for_review(files: &Files) -> Result<Library, Vec<Diagnostic>> {
    told(load_all(files, false))
}

/// Puts diagnostics in order. A mistake of a template is said once and not once a row, and what a syntax error hides in
/// its own table is not guessed at.
fn told(
    (library, mut diagnostics): (Library, Vec<Diagnostic>),
) -> Result<Library, Vec<Diagnostic>> {
    if diagnostics.is_empty() {
        return Ok(library);
    }
    diagnostics.sort_by_key(position);
    let hidden: Vec<Place> = diagnostics.iter().filter_map(tree::hidden).collect();
    let mut told: Vec<Diagnostic> = Vec::new();
    for diagnostic in diagnostics {
        let (place, _) = &diagnostic.labels[0];
        let again = told
            .iter()
            .any(|known| known.message == diagnostic.message && known.labels[0].0 == *place);
        let guessed = tree::hidden(&diagnostic).is_none()
            && hidden.iter().any(|table| {
                table.source == place.source && table.span.contains(&place.span.start)
            });
        if !again && !guessed {
            told.push(diagnostic);
        }
    }
    Err(told)
}

fn position(diagnostic: &Diagnostic) -> (String, usize) {
    diagnostic
        .labels
        .first()
        .map_or((String::new(), 0), |(place, _)| {
            (place.source.path.clone(), place.span.start)
        })
}

fn load_all(files: &Files, paired: bool) -> (Library, Vec<Diagnostic>) {
    let mut out = Vec::new();
    let mut suites = Vec::new();
    let mut profiles = Vec::new();
    if let Some(file) = files.case("targets.toml") {
        profiles = profiles::profiles(&file.source, &mut out);
    }
    let mut unsure = Vec::new();
    for name in files.services() {
        let before = out.len();
        let read = |file: &str| files.case(&format!("{name}/{file}"));
        let operations: Arc<BTreeMap<String, Operation>> = Arc::new(
            read("operations.toml")
                .map(|file| contract::operations(&file.source, &mut out))
                .unwrap_or_default(),
        );
        let whole = out.len() == before;
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
            whole,
            operations,
            evidence,
            fixtures,
        };
        for directory in files.suites(&name) {
            suites.push(suite(files, &directory, &service, &mut unsure, &mut out));
        }
    }
    if suites.is_empty() {
        out.push(
            Diagnostic::new(Place::top(&files.root()), "no suite in these case files")
                .help("a suite is a directory `SERVICE/OPERATION` with a `clauses.toml`"),
        );
    }
    if !suites.is_empty() {
        checks::unread(files, &suites, &mut out);
    }
    if paired {
        checks::pairs(files, &suites, &unsure, &mut out);
    }
    (Library { suites, profiles }, out)
}

/// What the suites of a service share.
struct Service {
    /// Whether every operation could be read.
    whole: bool,
    operations: Arc<BTreeMap<String, Operation>>,
    evidence: Arc<BTreeMap<String, Evidence>>,
    fixtures: Arc<BTreeMap<String, Fixture>>,
}

fn suite(
    files: &Files,
    directory: &str,
    service: &Service,
    unsure: &mut Vec<String>,
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
        invariants: Vec::new(),
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
        // said where the operation is read
        None if !service.whole => {}
        None => out.push(
            Diagnostic::new(Place::top(&clauses.source), format!("no operation is called `{last}`"))
                .help("name it in operations.toml; the directory is its name in lower case, words joined by `-`"),
        ),
    }
    if let Some(file) = files.case(&format!("{directory}/always.toml")) {
        suite.invariants = contract::always(&file.source, &suite.clauses, out);
    }
    if let Some(file) = files.case(&format!("{directory}/response.schema.json")) {
        let overlay = format!("{directory}/{}.schema.json", Edition::Page2024);
        let overlay = files.case(&overlay).map(|file| &file.source);
        match schema(&file.source, overlay, files.are_embedded()) {
            Ok(schema) => suite.schema = Some(schema),
            Err(diagnostic) => out.push(diagnostic),
        }
    }
    if let Some(file) = files.case(&format!("{directory}/presence.toml")) {
        suite.presence = Some(presence::presence(&file.source, &suite.clauses, out));
    }
    for (topic, file) in files.topics(directory) {
        let context = cases::Context {
            suite: directory,
            operation: &suite.operation,
            operations: &service.operations,
            clauses: &suite.clauses,
            fixtures: &service.fixtures,
        };
        let (cases, whole) = cases::topic(&file.source, &topic, &context, out);
        if !whole {
            unsure.push(format!("{directory}/{topic}/"));
        }
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
    checks::suite(&suite, out);
    if unsure
        .iter()
        .all(|topic| !topic.starts_with(&format!("{directory}/")))
    {
        checks::untested(&suite, out);
    }
    suite
}

/// Compiling its patterns takes longer than all the rest of the load, so what is in the binary is left to the tests.
fn schema(
    source: &Arc<Source>,
    overlay: Option<&Arc<Source>>,
    tested: bool,
) -> Result<Schema, Diagnostic> {
    let wrong = |error: String| {
        Diagnostic::new(Place::top(source), format!("not a schema: {error}"))
            .help("it has `$defs.success` and `$defs.error`, the forms of the two kinds of body, in JSON Schema 2020-12")
    };
    let mut schema = Schema::new(json(source)?).map_err(wrong)?;
    if let Some(overlay) = overlay {
        schema = schema.with_edition(Edition::Page2024, &json(overlay)?);
    }
    if !tested {
        schema.compile().map_err(wrong)?;
    }
    Ok(schema)
}

fn json(source: &Arc<Source>) -> Result<serde_json::Value, Diagnostic> {
    serde_json::from_str(&source.text).map_err(|error| {
        Diagnostic::new(
            Place::at(source, 0, error.line(), error.column()),
            format!("not JSON: {error}"),
        )
        .help("a schema is written in JSON")
    })
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
