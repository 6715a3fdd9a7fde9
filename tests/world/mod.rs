//! The embedded mock as a world to run cases on, honest or deviating.

pub(crate) mod library;

use std::sync::Arc;

use lambda_conformance::{
    level::Level,
    load::Library,
    mock::{Deviation, Mock, MockOptions},
    plan,
    reference::Settings,
    session::{Session, SessionOptions},
};

pub(crate) use library::library;

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
        assert!(
            made.blocked.is_none(),
            "the mock refused `{fixture}`: {made:?}"
        );
    }
    (mock, session)
}
