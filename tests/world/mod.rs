//! The embedded mock as a world to run cases on, honest or deviating.

use std::{path::Path, sync::Arc};

use lambda_conformance::{
    arrange,
    client::{self, Client},
    level::Level,
    load::{self, Files, Library},
    mock::{Deviation, Mock, Options},
    reference::Settings,
    run::World,
};

/// The case files and snapshots of this checkout, whether or not every case has its snapshot.
pub(crate) fn library() -> Library {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let files = Files::open(Some(&here.join("cases")), Some(&here.join("snapshots"))).expect("readable files");
    load::load_for_review(&files).unwrap_or_else(|diagnostics| {
        let shown: Vec<String> = diagnostics.iter().map(|one| one.render(false)).collect();
        panic!("{}", shown.join("\n\n"))
    })
}

/// A mock that changes its answers by `deviation`, and the world that reaches it.
pub(crate) async fn deviating(library: &Library, level: Level, deviation: Arc<Deviation>) -> (Mock, World) {
    let options = Options {
        settings: Settings {
            faults: true,
            ..Settings::default()
        },
        auth: true,
    };
    let mock = Mock::deviating(0, options, deviation).await.expect("a free port");
    let mut target = mock.target();
    let client = Client::new(&target, client::Options::default()).expect("a client");
    let suite = &library.suites[0];
    let operation = &suite.operations[&suite.operation];
    // found out on an honest mock: a deviation must not hide the account
    let honest = Mock::start(0, Options::default()).await.expect("a free port");
    let mut witness = honest.target();
    let to_witness = Client::new(&witness, client::Options::default()).expect("a client");
    let found = arrange::discover(&mut witness, &to_witness, operation, "test0000").await.expect("an answer");
    let bindings = found.bindings;
    target.partition.clone_from(&witness.partition);
    let world = World {
        target,
        client,
        bindings,
        level,
    };
    (mock, world)
}

/// An honest mock and the world that reaches it.
pub(crate) async fn honest(library: &Library, level: Level) -> (Mock, World) {
    deviating(library, level, Arc::new(|_, answer| answer)).await
}
