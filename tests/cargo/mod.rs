//! A cargo within `cargo test`, which builds what a person's cargo would build.

use std::{env, process::Command};

/// What cargo and nextest set for the processes that they start, by how the names begin. Build scripts ask for some of
/// it: with the values of this crate, `ring` and all that stands on it would be built again, and again by the next
/// `cargo test`.
const SET_BY_CARGO: &[&str] = &[
    "CARGO_BIN_",
    "CARGO_CRATE_",
    "CARGO_MANIFEST_",
    "CARGO_PKG_",
    "CARGO_PRIMARY_",
    "CARGO_TARGET_TMPDIR",
    "LD_LIBRARY_PATH",
    "NEXTEST",
    "OUT_DIR",
    "RUST_RECURSION_COUNT",
    "__NEXTEST",
];

/// A cargo that finds the environment as it was before this test's own cargo.
pub(crate) fn cargo() -> Command {
    let mut cargo = Command::new(env!("CARGO"));
    for (name, _) in env::vars_os() {
        let name = name.to_string_lossy();
        if name == "CARGO" || SET_BY_CARGO.iter().any(|start| name.starts_with(start)) {
            cargo.env_remove(name.as_ref());
        }
    }
    cargo.env("CARGO_TERM_COLOR", "never");
    cargo
}
