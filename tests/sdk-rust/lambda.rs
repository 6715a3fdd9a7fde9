//! The AWS SDK for Rust against `lambda-conformance mock`: what its users see of the reference.
//!
//! The binary is the one that `LAMBDA_CONFORMANCE` names, else that of `cargo build`. Every mock takes a second to settle
//! and checks signatures, except where a test says otherwise. No traffic leaves the machine.

mod configuration;
mod life;
mod mock;
mod names;
mod refusals;
mod world;
