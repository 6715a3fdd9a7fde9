//! Our own suites: what AWS answers passes, and what differs from it fails and is told the clause.

#[path = "../world/answered.rs"]
mod answered;
mod changes;
mod chosen;
mod constraints;
mod deviations;
mod ended;
mod held;
mod lives;
#[path = "../matrix/mod.rs"]
mod matrix;
mod members;
mod overrides;
mod recorded;
#[path = "../world/servers/mod.rs"]
mod servers;
mod set_up;
mod summaries;
mod survivors;
mod throttled;
#[path = "../world/mod.rs"]
mod world;
