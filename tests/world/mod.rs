//! The embedded mock as a world to run cases on, honest or deviating.

use std::{path::Path, sync::Arc};

use lambda_conformance::{
    level::Level,
    load::{self, Files, Library},
    mock::{Deviation, Mock, MockOptions},
    plan,
    reference::Settings,
    session::{Session, SessionOptions},
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
    let options = SessionOptions {
        run: Some("test0000".to_owned()),
        level,
        jobs: 16,
        ..SessionOptions::default()
    };
    let mut session = Session::open(mock.target(), library, options)
        .await
        .expect("an answer");
    let items = plan::choose(&library.suites, &[], None).expect("all cases");
    session.arrange(&items).await.expect("it stays");
    for (fixture, made) in &session.fixtures {
        assert!(made.is_ok(), "the mock refused `{fixture}`: {made:?}");
    }
    (mock, session)
}
