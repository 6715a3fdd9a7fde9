//! Whatever a file says gets an answer: soon, in little memory, and with its place.

#[path = "../cargo/mod.rs"]
mod cargo;
mod edit;
mod folder;
mod hostile;
mod lines;
#[path = "../matrix/mod.rs"]
mod matrix;
#[path = "../memory/mod.rs"]
mod memory;
mod mutated;
mod pieces;
