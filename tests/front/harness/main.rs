//! The suite under `cargo test`: the trials of this crate and of others.

#[path = "../beside/mod.rs"]
mod beside;
#[path = "../../cargo/mod.rs"]
mod cargo;
mod engines;
mod outside;
mod review;
mod wiremock;
#[path = "../../world/mod.rs"]
mod world;
