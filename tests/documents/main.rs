//! README, `docs/`, CONTRIBUTING and the changelog show what is so: every command is run or checked, every output is
//! compared, every block, key, link, path, option, variable and id exists.
//!
//! `DOCUMENTS=update cargo test --test documents` writes the numbers of outputs anew. `DOCUMENTS_MOTO` has the URLs of the
//! motos that `tests/baselines/test_moto.py` started, as `plain=URL mended=URL other-value=URL`.

mod baseline;
#[path = "../cargo/mod.rs"]
mod cargo;
mod code;
mod command;
mod help;
mod keys;
mod manifest;
mod names;
mod output;
mod page;
mod program;
mod shown;
mod step;
mod tables;
mod tree;
mod trials;
mod workspace;
