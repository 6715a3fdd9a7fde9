//! The command line as a person meets it: the real binary as a process, in an environment of its own. All traffic stays
//! on this machine.

mod baseline;
#[path = "../beside/mod.rs"]
mod beside;
mod canary;
mod capabilities;
mod coverage;
#[path = "../../diagnostics/mod.rs"]
mod diagnostics;
mod ending;
mod environment;
mod explain;
mod found;
mod front;
mod hostile;
#[path = "../../iam/mod.rs"]
mod iam;
mod interrupted;
#[path = "../../matrix/mod.rs"]
mod matrix;
#[path = "../../memory/mod.rs"]
mod memory;
mod network;
mod parts;
mod pointless;
mod process;
mod role;
mod sameness;
mod secrets;
mod signals;
mod suites;
mod update;
mod usage;
mod volatile;
mod watched;
mod words;
mod world;
