//! Tells where an endpoint that speaks the AWS Lambda API answers as AWS does, and where it does not.
//!
//! The path of the data, and the order of the modules (each imports only what stands before it):
//!
//! | step | module | from → to |
//! |---|---|---|
//! | load | [`load`] | case files → [`suite::Suite`]s, or every error of every file |
//! | plan | [`plan`] | suites × target × filter → `plan` |
//! | arrange | [`arrange`] | target → the values of `<account>` and other bindings |
//! | run | [`run`] | request → answers, over [`wire`], [`sign`] and [`client`] |
//! | judge | [`judge`] | answers × case → [`verdict::Mismatch`]es, all of them |
//! | add up | [`coverage`] | outcomes × contract → what of it was decided |
//! | report | [`report`] | events → terminal, JSON, JUnit, Markdown, GitHub |
//!
//! [`mutant`] makes answers wrong, so that tests can see whether the judge notices.
//!
//! Running has no opinion, judging does no I/O, reporting holds no logic. That a target differs is data; an `Err` means
//! that this crate could not do its own job.
//!
//! # In your own tests
//!
//! - A trial for each case under your `cargo test`, on an endpoint or on a stub of yours: the module `harness`.
//! - A stand-in for Lambda: `mock::Mock`, a server of its own, and `mock::wiremock`, on a `wiremock::MockServer`.
//! - The steps above one by one: `examples/plain.rs`.
//!
//! The case files are part of the crate, so nothing has to be there when it runs:
//!
//! ```
//! use lambda_conformance::{load::{self, Files}, plan};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let library = load::load(&Files::open(None, None)?).map_err(|errors| errors[0].render(false))?;
//! let items = plan::choose(&library.suites, &["/qualifiers/conflict".to_owned()], None)?;
//! assert!(items.iter().all(|item| item.case.clauses.contains(&"X-QUAL-CONFLICT".to_owned())));
//! # Ok(())
//! # }
//! ```
//!
//! # Features
//!
//! | feature | adds |
//! |---|---|
//! | `cli` (default) | `cli`, which is the binary; with `mock` and `tls` |
//! | `harness` | `harness` |
//! | `mock` | `mock` |
//! | `tls` | targets at https URLs |
//! | `wiremock` | `mock::wiremock`; with `mock` |

pub mod arrange;
pub mod baseline;
pub mod case;
pub mod clause;
#[cfg(feature = "cli")]
pub mod cli;
pub mod client;
pub mod clock;
pub mod connection;
pub mod coverage;
pub mod credentials;
pub mod date;
pub mod fixture;
#[cfg(feature = "harness")]
pub mod harness;
mod hash;
pub mod judge;
pub mod level;
pub mod load;
#[cfg(feature = "mock")]
pub mod mock;
pub mod mutant;
pub mod note;
pub mod observation;
pub mod operation;
pub mod path;
pub mod plan;
pub mod presence;
mod prose;
pub mod redact;
#[cfg(feature = "mock")]
pub mod reference;
pub mod report;
#[cfg(any(feature = "cli", feature = "harness"))]
mod resolve;
pub mod run;
pub mod schema;
pub mod session;
pub mod sign;
pub mod snapshot;
pub mod span;
pub mod suite;
pub mod target;
pub mod text;
mod tree;
pub mod verdict;
pub mod wire;
pub mod word;
pub mod zip;
