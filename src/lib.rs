//! Runs cases against an endpoint that speaks the AWS Lambda API, and tells where its answers differ from those of AWS.
//!
//! # Test your endpoint under `cargo test`
//!
//! This is a whole test, with a trial for each case. `stub::start` starts your server and returns its URL:
//!
//! ```no_run
//! # mod stub {
//! #     pub(super) async fn start() -> (String, ()) {
//! #         ("http://127.0.0.1:5000".to_owned(), ())
//! #     }
//! # }
//! use lambda_conformance::harness::Harness;
//!
//! fn main() -> std::process::ExitCode {
//!     Harness::starting(stub::start)
//!         .operation("GetFunctionConfiguration")
//!         .filter("*/errors/throttled")
//!         .filter("*/errors/internal")
//!         .filter("/name-formats/absent/")
//!         .run()
//! }
//! ```
//!
//! It is a test target with `harness = false`. A server that runs already is tested with
//! `Harness::at("http://127.0.0.1:5000")`. The module `harness` has the options, and says how trials end.
//!
//! # Have a Lambda in other tests
//!
//! `mock::Mock` is a server on a free port, with state for functions, versions, aliases and layers:
//!
//! ```
//! use lambda_conformance::mock::{Mock, MockOptions};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> std::io::Result<()> {
//! let mock = Mock::start(0, MockOptions::default()).await?;
//! println!("Lambda is at http://{}", mock.address());
//! # Ok(())
//! # }
//! ```
//!
//! `mock::wiremock::mount` makes a `wiremock::MockServer` answer in the same way.
//!
//! # Run cases and read the verdicts
//!
//! [`load`] reads the case files, which are part of this crate. [`plan`] chooses cases. A [`session`] opens a target, makes
//! the fixtures, runs the cases and removes what it made. A [`verdict`] says what came of each case:
//!
//! ```
//! use lambda_conformance::{
//!     load::{self, Files},
//!     mock::{Mock, MockOptions},
//!     plan,
//!     session::{Session, SessionOptions},
//! };
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let library = load::load(&Files::open(None, None)?).map_err(|errors| errors[0].render(false))?;
//! let items = plan::choose(&library.suites, &["/qualifiers/conflict".to_owned()], None)?;
//! let mock = Mock::start(0, MockOptions::default()).await?;
//! let mut session = Session::open(mock.target(), &library, SessionOptions::default()).await?;
//! session.arrange(&items).await?;
//! let mut passed = 0;
//! session
//!     .run(&items, |_, outcome| {
//!         passed += usize::from(outcome.verdict.name() == "passed");
//!         true
//!     })
//!     .await;
//! assert_eq!(passed, items.len());
//! assert!(session.close().await.is_empty());
//! # Ok(())
//! # }
//! ```
//!
//! That a target differs is data, in an [`Outcome`](verdict::Outcome). An `Err` means that this crate could not do its own
//! work.
//!
//! # Features
//!
//! | feature | adds |
//! |---|---|
//! | `baseline` | writes baselines; without it they are only read |
//! | `cli` (default) | the binary; with `baseline`, `junit`, `mock` and `tls` |
//! | `harness` | the module `harness`; with `baseline` |
//! | `junit` | JUnit reports of the binary |
//! | `mock` | the module `mock` |
//! | `tls` | targets at https URLs |
//! | `wiremock` | `mock::wiremock`; with `mock` |
//!
//! # Stability
//!
//! The version is 0.1.0: anything may change until 1.0. What this page does not show is for the tests of this crate.

mod arrange;
pub mod baseline;
pub mod capability;
pub mod case;
#[doc(hidden)]
pub mod clause;
#[cfg(feature = "cli")]
#[doc(hidden)]
pub mod cli;
pub mod client;
mod clock;
mod connection;
#[doc(hidden)]
pub mod coverage;
#[cfg(any(feature = "cli", feature = "harness"))]
mod credentials;
#[doc(hidden)]
pub mod date;
#[doc(hidden)]
pub mod factor;
mod file;
#[doc(hidden)]
pub mod finding;
#[doc(hidden)]
pub mod fixture;
#[doc(hidden)]
pub mod form;
#[cfg(feature = "harness")]
pub mod harness;
mod hash;
#[cfg(any(feature = "cli", feature = "harness"))]
mod interrupt;
mod jobs;
#[doc(hidden)]
pub mod judge;
pub mod level;
pub mod load;
#[cfg(feature = "mock")]
pub mod mock;
#[doc(hidden)]
pub mod mutant;
pub mod note;
pub mod observation;
#[doc(hidden)]
pub mod operation;
mod pace;
#[doc(hidden)]
pub mod path;
pub mod plan;
#[doc(hidden)]
pub mod presence;
mod prose;
mod redact;
#[cfg(feature = "mock")]
#[doc(hidden)]
pub mod reference;
mod replace;
#[doc(hidden)]
pub mod report;
#[cfg(any(feature = "cli", feature = "harness"))]
mod resolve;
mod run;
#[doc(hidden)]
pub mod schema;
pub mod secret;
pub mod session;
#[doc(hidden)]
pub mod sign;
mod sink;
#[doc(hidden)]
pub mod snapshot;
pub mod span;
pub mod suite;
pub mod target;
#[doc(hidden)]
pub mod text;
mod tree;
pub mod verdict;
#[doc(hidden)]
pub mod wire;
mod word;
mod zip;
