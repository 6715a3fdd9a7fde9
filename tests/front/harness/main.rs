//! The suite under `cargo test`: the trials of this crate and of others.

#[path = "../beside/mod.rs"]
mod beside;
#[path = "../../cargo/mod.rs"]
mod cargo;
mod engines;
#[path = "../../iam/mod.rs"]
mod iam;
mod outside;
mod review;
mod role;
mod untested;
mod wiremock;
#[path = "../../world/mod.rs"]
mod world;
