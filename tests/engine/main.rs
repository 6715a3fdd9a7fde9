//! What reads case files, sends requests, judges answers and clears up, apart from any suite of ours and from how it is
//! started.

#[path = "../front/beside/mod.rs"]
mod beside;
mod broken;
mod circles;
mod cleanup;
mod consequence;
#[path = "../diagnostics/mod.rs"]
mod diagnostics;
#[path = "../files/edit.rs"]
mod edit;
mod house;
#[path = "../matrix/mod.rs"]
mod matrix;
#[path = "../memory/mod.rs"]
mod memory;
mod mutated;
mod names;
mod signer;
mod since;
mod steps;
mod uses;
mod wire;
#[path = "../world/mod.rs"]
mod world;
