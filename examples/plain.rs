//! The library without `cargo test`: runs a part of the suite on the mock, prints the verdicts, and fails if a case fails.
use lambda_conformance::{load, mock, plan, session};
use std::{error::Error, process::ExitCode};

#[tokio::main(flavor = "current_thread")]
#[expect(clippy::print_stdout, reason = "a program for a person")]
async fn main() -> Result<ExitCode, Box<dyn Error>> {
    let files = load::Files::open(None, None)?;
    let library = load::load(&files).map_err(|errors| errors[0].render(false))?;
    let items = plan::choose(&library.suites, &["/reads/".to_owned()], None)?;
    let mock = mock::Mock::start(0, mock::MockOptions::default()).await?;
    let options = session::SessionOptions::default();
    let mut session = session::Session::open(mock.target(), &library, options).await?;
    session.arrange(&items).await?;
    let mut failed = false;
    let told = |item: plan::Item<'_>, outcome: &lambda_conformance::verdict::Outcome| {
        println!("{:>12}  {}", outcome.verdict, item.case.id);
        failed |= outcome.verdict.name() == "failed" || !outcome.common.is_empty();
        true
    };
    session.run(&items, told).await;
    let left = session.close().await;
    Ok(ExitCode::from(u8::from(failed || !left.is_empty())))
}
