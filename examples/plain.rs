//! The library without `cargo test`: loads the suite, runs a part of it on the mock, and reads the verdicts.
//!
//! `cargo run --example plain` prints them. On another target, `Target::new` takes the place of the mock.

use std::{error::Error, time::Duration};

use lambda_conformance::{
    arrange::{self, Connection, Journal},
    client::{self, Client},
    level::Level,
    load::{self, Files},
    mock::{Mock, MockOptions},
    plan,
    report::{Header, Tally},
    run::{self, Session},
};

#[tokio::main(flavor = "current_thread")]
#[expect(clippy::print_stdout, reason = "a program for a person")]
async fn main() -> Result<(), Box<dyn Error>> {
    // load: the case files that are part of the crate
    let files = Files::open(None, None)?;
    let library = load::load(&files).map_err(|errors| errors[0].render(false))?;
    let items = plan::choose(&library.suites, &["/reads/".to_owned()], None)?;
    let service = library.service("lambda").expect("the service is there");

    // the target, and what stands on it
    let mock = Mock::start(0, MockOptions::default()).await?;
    let client = Client::new(&mock.target(), client::ClientOptions::default())?;
    let operation = service.probe();
    let mut connection =
        Connection::open(mock.target(), client, operation, &arrange::run_id()).await?;
    let journal = Journal::default();
    let wanted = plan::fixtures(&items, &connection.target);
    let fixtures = connection
        .arrange(&service.operations, wanted, &journal, 8)
        .await;

    // run: eight cases at a time, told in the order of the files
    let header = Header::new(
        &connection.target,
        connection.account(),
        Level::Observed,
        items.len(),
    );
    let plan = plan::plan(items, &connection.target, Level::Observed);
    let session = Session {
        connection,
        fixtures,
        journal,
        level: Level::Observed,
        baseline: None,
    };
    let mut tally = Tally::new(&header);
    run::run(&plan, &session, 8, |item, outcome| {
        tally.add(item, outcome);
        println!("{:>12}  {}", outcome.verdict, item.case.id);
        for mismatch in &outcome.mismatches {
            println!(
                "{}: {} found {}",
                mismatch.clause, mismatch.at, mismatch.found
            );
        }
        true
    })
    .await;

    // take away what was made, and add up
    tally.leave(
        session
            .journal
            .clear(&session.connection, &service.operations, 8)
            .await,
    );
    let summary = tally.finish(Duration::ZERO);
    println!(
        "{} passed, {} failed",
        summary.count("passed"),
        summary.count("failed")
    );
    if summary.exit.code() == 0 {
        Ok(())
    } else {
        Err("the mock differs from the contract".into())
    }
}
