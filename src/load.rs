//! From files to [`Suite`]s: every error of every file at once, each with its place.
//!
//! The only module, with [`crate::snapshot`], that knows what the files look like. It walks TOML by hand: a derived
//! reader stops at the first error and loses the places inside bodies.

mod assertions;
mod breaks;
mod cases;
mod checks;
mod clause;
mod evidence;
mod factors;
mod files;
mod fixtures;
mod invariant;
mod names;
mod operation;
mod presence;
mod probe;
mod profiles;
mod relation;
mod request;
mod room;
mod step;
mod template;
mod value;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

pub use files::{File, Files, FilesError};

use names::{Names, Topic};
use room::Room;

use crate::{
    clause::Clause,
    schema::Schema,
    snapshot::Snapshot,
    span::{Diagnostic, Place, Source},
    suite::{Service, Suite},
    target::Profile,
    tree,
};

/// All that was loaded.
#[derive(Debug, Default)]
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

    /// The service of this name, such as `lambda`.
    pub fn service(&self, name: &str) -> Option<&Arc<Service>> {
        let mut services = self.suites.iter().map(|suite| &suite.service);
        services.find(|service| service.name == name)
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
    diagnostics.sort_by(|a, b| position(a).cmp(&position(b)));
    let mut told: Vec<Diagnostic> = Vec::new();
    let of_one_file = |a: &Diagnostic, b: &Diagnostic| position(a).0 == position(b).0;
    for file in diagnostics.chunk_by(of_one_file) {
        let hidden = tree::hidden(file);
        let mut said = BTreeSet::new();
        for diagnostic in file {
            let place = &diagnostic.labels[0].0;
            let again = !said.insert((place.span.start, place.span.end, &diagnostic.message));
            let table = hidden.partition_point(|table| table.end <= place.span.start);
            let guessed = !tree::is_syntax(diagnostic)
                && hidden
                    .get(table)
                    .is_some_and(|table| table.contains(&place.span.start));
            if !again && !guessed {
                told.push(diagnostic.clone());
            }
        }
    }
    Err(told)
}

fn position(diagnostic: &Diagnostic) -> (&str, usize) {
    let place = diagnostic.labels.first().map(|(place, _)| place);
    place.map_or(("", 0), |place| (&place.source.path, place.span.start))
}

fn load_all(files: &Files, paired: bool) -> (Library, Vec<Diagnostic>) {
    let (wrong, lacking) = files.wrong();
    let mut out = wrong.to_vec();
    // what lacks a file is not guessed at
    if lacking {
        return (Library::default(), out);
    }
    let mut suites = Vec::new();
    let mut profiles = Vec::new();
    if let Some(file) = files.case("targets.toml") {
        profiles = profiles::profiles(&file.source, &mut out);
    }
    let mut unsure = Vec::new();
    let mut room = Room::new();
    for name in files.services() {
        let mut read = service(files, &name, &mut room, &mut out);
        let before = suites.len();
        for directory in files.suites(&name) {
            match suite(files, &directory, &mut read, &mut room, &mut out) {
                Some(suite) => suites.push(suite),
                None => read.unsure.push(format!("{directory}/")),
            }
        }
        checks::service(&read.service, &suites[before..], &read.unsure, &mut out);
        unsure.extend(read.unsure);
    }
    if files
        .services()
        .iter()
        .all(|name| files.suites(name).is_empty())
    {
        out.push(
            Diagnostic::new(Place::top(&files.root()), "no suite in these case files")
                .help("a suite is a directory `SERVICE/OPERATION` with a `clauses.toml`"),
        );
        // without cases, every snapshot would be one too many
        return (Library { suites, profiles }, out);
    }
    checks::unread(files, &mut out);
    if paired {
        checks::pairs(files, &suites, &unsure, &mut out);
    }
    (Library { suites, profiles }, out)
}

/// What was read of a service before a suite of it is.
struct Read {
    service: Arc<Service>,
    /// Whether every operation could be read.
    whole: bool,
    /// The clauses of the service and of its suites, by id, with their places.
    ids: BTreeMap<String, Place>,
    /// The topics of which not every case could be read, as `SUITE/TOPIC/`.
    unsure: Vec<String>,
}

fn service(files: &Files, name: &str, room: &mut Room, out: &mut Vec<Diagnostic>) -> Read {
    let before = out.len();
    let read = |file: &str| files.case(&format!("{name}/{file}"));
    let mut service = Service {
        name: name.to_owned(),
        ..Service::default()
    };
    if let Some(file) = read("operations.toml") {
        service.operations = operation::operations(&file.source, out);
    }
    let whole = out.len() == before;
    if let Some(file) = read("evidence.toml") {
        service.evidence = evidence::evidence(&file.source, out);
    }
    if let Some(file) = read("breaks.toml") {
        service.breaks = breaks::breaks(&file.source, out);
    }
    let mut ids = BTreeMap::new();
    if let Some(file) = read("clauses.toml") {
        let known = (&service.evidence, service.breaks.as_slice());
        service.clauses = clause::clauses(&file.source, known, &mut ids, out);
    }
    if let Some(file) = read("factors.toml") {
        let told = factors::factors(&file.source, out);
        service.forms = told.forms;
        service.refusals = told.refusals;
        service.about = told.about;
        service.shown = told.shown;
        service.named = told.named;
    }
    if let Some(file) = read("fixtures.toml") {
        service.fixtures = fixtures::fixtures(&file.source, names(&service, &[]), room, out);
    }
    if let Some(file) = read("always.toml") {
        service.invariants = invariant::invariants(&file.source, false, names(&service, &[]), out);
    }
    Read {
        service: Arc::new(service),
        whole,
        ids,
        unsure: Vec::new(),
    }
}

fn names<'a>(service: &'a Service, clauses: &'a [Clause]) -> Names<'a> {
    Names { service, clauses }
}

/// Reads a suite; nothing if there is no operation that it could be about.
fn suite(
    files: &Files,
    directory: &str,
    read: &mut Read,
    room: &mut Room,
    out: &mut Vec<Diagnostic>,
) -> Option<Suite> {
    let service = Arc::clone(&read.service);
    let file = |name: &str| files.case(&format!("{directory}/{name}"));
    let source = &file("clauses.toml")
        .expect("invariant: a suite is a directory with clauses.toml")
        .source;
    let known = (&service.evidence, service.breaks.as_slice());
    let clauses = clause::clauses(source, known, &mut read.ids, out);
    let names = names(&service, &clauses);
    let operation = operation(directory, &service, read.whole, source, out);
    let invariants = file("always.toml").map_or(Vec::new(), |file| {
        invariant::invariants(&file.source, true, names, out)
    });
    let schema = file("response.schema.json").and_then(|file| {
        schema(&file.source, files.are_embedded())
            .map_err(|diagnostic| out.push(diagnostic))
            .ok()
    });
    let presence = file("presence.toml").map(|file| presence::presence(&file.source, names, out));
    let mut cases = Vec::new();
    for (topic, file) in files.topics(directory) {
        let context = Topic {
            suite: directory,
            name: &topic,
            operation: operation.as_deref(),
            names,
        };
        let (found, whole) = cases::cases(&file.source, context, room, out);
        if !whole {
            read.unsure.push(format!("{directory}/{topic}/"));
        }
        cases.extend(found);
    }
    let mut snapshots = BTreeMap::new();
    for (id, file) in files.snapshots(directory) {
        match Snapshot::parse(&file.source) {
            Ok(snapshot) => {
                snapshots.insert(id, snapshot);
            }
            Err(diagnostic) => out.push(diagnostic),
        }
    }
    let suite = Suite {
        id: directory.to_owned(),
        service: Arc::clone(&service),
        operation: operation?,
        presence,
        clauses,
        invariants,
        cases,
        snapshots,
        schema,
    };
    checks::suite(&suite, &read.unsure, out);
    Some(suite)
}

/// The operation that a suite is about; its directory is named after it.
fn operation(
    directory: &str,
    service: &Service,
    whole: bool,
    source: &Arc<Source>,
    out: &mut Vec<Diagnostic>,
) -> Option<String> {
    let last = directory.rsplit('/').next().unwrap_or(directory);
    let named = service.operations.keys().find(|name| kebab(name) == last);
    // that an operation cannot be read is said where it is
    if named.is_none() && whole {
        out.push(
            Diagnostic::new(Place::top(source), format!("no operation is called `{last}`"))
                .help("name it in operations.toml; the directory is its name in lower case, words joined by `-`"),
        );
    }
    named.cloned()
}

/// Compiling its patterns takes longer than all the rest of the load, so what is in the binary is left to the tests.
fn schema(source: &Arc<Source>, tested: bool) -> Result<Schema, Diagnostic> {
    let wrong = |error: String| {
        Diagnostic::new(Place::top(source), format!("not a schema: {error}"))
            .help("it has `$defs.success` and `$defs.error`, the forms of the two kinds of body, in JSON Schema 2020-12")
    };
    let schema = Schema::new(json(source)?).map_err(wrong)?;
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
