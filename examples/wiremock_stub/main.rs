//! The suite on a stub that was written by hand, with a baseline of what the stub gets wrong: a trial for each case, as under
//! `cargo test`. In a crate of yours this is a file below `tests`, a test target with `harness = false`.
//!
//! `cargo run --example wiremock_stub -- serve` starts the stub alone, for requests by hand and to write the baseline anew:
//!
//! ```sh
//! lambda-conformance run --endpoint URL /name-formats/absent/ \
//!     --baseline examples/wiremock_stub/baseline.toml --update-baseline
//! ```

mod stub;

use std::{env, io, process::ExitCode};

use lambda_conformance::harness::Harness;

fn main() -> ExitCode {
    if env::args().nth(1).is_some_and(|first| first == "serve") {
        return serve();
    }
    Harness::starting(stub::start)
        .operation("GetFunctionConfiguration")
        .filter("/name-formats/absent/")
        .baseline("examples/wiremock_stub/baseline.toml")
        .run()
}

#[expect(clippy::print_stdout, reason = "a program for a person")]
fn serve() -> ExitCode {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let (url, _server) = runtime.block_on(stub::start());
    println!("listening on {url}, until Enter");
    match io::stdin().read_line(&mut String::new()) {
        Ok(_) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}
