//! The embedded mock as a world to run cases on, honest or deviating.

use std::{collections::BTreeSet, path::Path, sync::Arc};

use lambda_conformance::{
    arrange::{Connection, Journal},
    client::{self, Client},
    level::Level,
    load::{self, Files, Library},
    mock::{Deviation, Mock, MockOptions},
    plan,
    reference::Settings,
    run::Session,
};

/// The case files and snapshots of this checkout, whether or not every case has its snapshot.
pub(crate) fn library() -> Library {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let files = Files::open(Some(&here.join("cases")), Some(&here.join("snapshots")))
        .expect("readable files");
    load::load_for_review(&files).unwrap_or_else(|diagnostics| {
        let shown: Vec<String> = diagnostics.iter().map(|one| one.render(false)).collect();
        panic!("{}", shown.join("\n\n"))
    })
}

/// A mock whose answers can be changed, and the world that reaches it; fixtures are made while it is honest.
pub(crate) async fn deviating(
    library: &Library,
    level: Level,
    deviation: Arc<Deviation>,
) -> (Mock, Session) {
    let options = MockOptions::embedded(Settings::default());
    let mock = Mock::deviating(0, options, deviation)
        .await
        .expect("a free port");
    let client = Client::new(&mock.target(), client::ClientOptions::default()).expect("a client");
    let service = library.service("lambda").expect("the service is there");
    let operation = service.probe();
    let mut line = Connection::open(mock.target(), client, operation, "test0000")
        .await
        .expect("an answer");
    let journal = Journal::default();
    let items = plan::choose(&library.suites, &[], None).expect("all cases");
    let wanted = plan::fixtures(&items, &line.target);
    let fixtures = line
        .arrange(&service.operations, wanted, &journal, 16)
        .await;
    let blocked: BTreeSet<&String> = fixtures
        .values()
        .filter_map(|made| made.as_ref().err())
        .collect();
    assert!(blocked.is_empty(), "the mock refused: {blocked:?}");
    let world = Session {
        connection: line,
        fixtures,
        journal,
        level,
        baseline: None,
    };
    (mock, world)
}
