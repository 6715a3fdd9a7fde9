//! The suite on a stub that was written by hand, with a baseline of what the stub gets wrong.
//!
//! A trial for each case, as under `cargo test`: `cargo run --example wiremock_stub -- --test-threads 1 errors`. In a crate
//! of yours this is a file below `tests`, a test target with `harness = false`.

mod stub;

use std::process::ExitCode;

use lambda_conformance::harness::Harness;

fn main() -> ExitCode {
    Harness::starting(stub::start)
        .filter("/errors/")
        .filter("/name-formats/absent")
        .filter("/reads/")
        .run()
}
