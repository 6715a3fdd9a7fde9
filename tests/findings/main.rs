//! Servers with one fault each, and what a run has to say of them: the table by which findings are measured.

mod answers;
mod arns;
mod bodies;
mod callers;
mod conflicts;
mod deletions;
mod errors;
mod explained;
mod headers;
mod held;
mod letters;
#[path = "../world/library.rs"]
mod library;
#[path = "../matrix/mod.rs"]
mod matrix;
mod members;
mod names;
mod noticed;
mod operations;
mod order;
mod paired;
mod pairs;
mod places;
mod publications;
mod qualifiers;
mod readings;
mod refusals;
mod resolved;
mod routes;
#[path = "../world/servers/mod.rs"]
mod servers;
mod settings;
mod states;
mod statuses;
mod table;
mod times;
mod updates;
mod validation;
mod versions;
mod vocabulary;
