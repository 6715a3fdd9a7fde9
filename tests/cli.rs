//! The command line as a person meets it: the real binary as a process, in an environment of its own. All traffic stays
//! on this machine.

#[path = "cli/coverage.rs"]
mod coverage;
#[path = "cli/ending.rs"]
mod ending;
#[path = "cli/environment.rs"]
mod environment;
#[path = "cli/explain.rs"]
mod explain;
#[path = "cli/front.rs"]
mod front;
#[path = "cli/interrupted.rs"]
mod interrupted;
#[path = "cli/process.rs"]
mod process;
#[path = "cli/sameness.rs"]
mod sameness;
#[path = "cli/secrets.rs"]
mod secrets;
#[path = "cli/usage.rs"]
mod usage;
#[path = "cli/world.rs"]
mod world;
