//! The suite under the `cargo test` of another crate: a trial for each case, on an endpoint or on a stub that is started
//! for it.
//!
//! ```no_run
//! // tests/lambda.rs, a test target with `harness = false`
//! use lambda_conformance::harness::Harness;
//! use wiremock::{Mock, MockServer, ResponseTemplate, matchers::any};
//!
//! async fn stub() -> (String, MockServer) {
//!     let server = MockServer::start().await;
//!     Mock::given(any()).respond_with(ResponseTemplate::new(404)).mount(&server).await;
//!     (server.uri(), server)
//! }
//!
//! fn main() -> std::process::ExitCode {
//!     Harness::starting(stub)
//!         .operation("GetFunctionConfiguration")
//!         .filter("errors")
//!         .run()
//! }
//! ```
//!
//! The trials have the ids of the cases, and the command line is that of libtest: a filter, `--exact`, `--skip`, `--list`,
//! `--test-threads`. A case that is judged is judged by [`Session::judge`](crate::session::Session::judge) as in the binary.
//!
//! | outcome of the case | trial |
//! |---|---|
//! | passed | ok |
//! | failed, inconclusive, stale | FAILED, with what the report of a run says |
//! | known to the baseline | ignored, with the baseline's reason |
//! | not testable | ignored, with the reason; FAILED where a baseline does not list it, and under nextest |
//! | nothing is asserted at the level | ignored |
//!
//! If the target refuses to set up cases and none could be tested, the process fails, although no trial does.
//!
//! **What all cases have in common.** An assertion that is not a case's own, such as the content type of every answer, fails no
//! case. It has a trial of its own, `SUITE/always/CLAUSE`, over the answers to all cases, those of the builder's filters:
//! it takes from the other trials what they know, and runs what was not run. So it is free in a whole run, and alone it
//! takes as long as a whole run. `SUITE/always` stands for all clauses that have no trial: with a filter those of the members
//! of an answer, without one none.
//!
//! **nextest** runs each trial in a process of its own, so `SUITE/always` stands there for all clauses. An ignored trial
//! would count as passed there, so a case that cannot be tested fails instead, unless a baseline lists it. Leave such cases
//! out with [`Harness::filter`], or list them.
//!
//! **Processes.** Listing touches no target. A process makes the fixtures that its trials need, under names of its own,
//! and removes them at its end, after failures and Ctrl-C too; what it cannot remove it names, and it fails.

mod address;
mod error;
mod list;
mod run;
mod settings;
mod shared;
mod trial;

use std::{
    future::Future,
    io::{self, Write},
    panic::{self, AssertUnwindSafe},
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
};

use libtest_mimic::{Arguments, Trial};
use tokio::runtime::Runtime;

pub use address::Address;

use crate::{
    baseline::{Baseline, Orphans},
    capability::Capability,
    case::Case,
    interrupt::Interrupts,
    level::Level,
    load::{self, Files, Library},
    plan,
    suite::Suite,
    verdict::Outcome,
};

use error::HarnessError;
use run::Run;
use settings::{Also, Guard, Settings, Start};
use shared::{Item, Shared};

/// The trials of the suites on one target.
pub struct Harness {
    start: Start,
    profile: Option<String>,
    level: Level,
    operation: Option<String>,
    filters: Vec<String>,
    baseline: Option<PathBuf>,
    library: Option<Library>,
    complete: bool,
    with: Vec<Capability>,
    without: Vec<Capability>,
    also: Option<Box<Also>>,
}

impl Harness {
    /// The suite on what listens at `address`: a URL, or a [`Target`](crate::target::Target) with its capabilities.
    pub fn at(address: impl Into<Address>) -> Harness {
        let address = address.into();
        Harness::new(Box::new(|| {
            Box::pin(async { (address, Box::new(()) as Guard) })
        }))
    }

    /// The suite on what `start` starts, which happens when the first trial runs. `start` gives back the address and what
    /// has to be kept until the last trial is over.
    pub fn starting<S, F, A, G>(start: S) -> Harness
    where
        S: FnOnce() -> F + Send + 'static,
        F: Future<Output = (A, G)>,
        A: Into<Address>,
        G: Send + 'static,
    {
        Harness::new(Box::new(|| {
            Box::pin(async {
                let (address, guard) = start().await;
                (address.into(), Box::new(guard) as Guard)
            })
        }))
    }

    fn new(start: Start) -> Harness {
        Harness {
            start,
            profile: None,
            level: Level::Observed,
            operation: None,
            filters: Vec::new(),
            baseline: None,
            library: None,
            complete: false,
            with: Vec::new(),
            without: Vec::new(),
            also: None,
        }
    }

    /// How strictly to judge; [`Level::Observed`] without it.
    #[must_use]
    pub fn level(mut self, level: Level) -> Harness {
        self.level = level;
        self
    }

    /// Only the suite of this operation, such as `GetFunctionConfiguration`. Without it all suites run, those of later
    /// releases too.
    #[must_use]
    pub fn operation(mut self, name: impl Into<String>) -> Harness {
        self.operation = Some(name.into());
        self
    }

    /// Only cases whose id contains this; with `*`, which stands for any text, the whole id has to match. The id of a clause
    /// chooses the cases that test it. Letter case does not count. Several filters choose what any of them chooses.
    #[must_use]
    pub fn filter(mut self, filter: impl Into<String>) -> Harness {
        self.filters.push(filter.into());
        self
    }

    /// What is known to differ, as `lambda-conformance run --update-baseline` writes it. A path that is not absolute is
    /// taken from the directory of the crate under test, which is where cargo runs tests.
    #[must_use]
    pub fn baseline(mut self, path: impl AsRef<Path>) -> Harness {
        self.baseline = Some(path.as_ref().to_owned());
        self
    }

    /// What the target can do and needs, as `targets.toml` says it of a target of this name. Only for an address that is
    /// a URL.
    #[must_use]
    pub fn profile(mut self, name: impl Into<String>) -> Harness {
        self.profile = Some(name.into());
        self
    }

    /// The target has this capability, whatever is found out. May be repeated.
    #[must_use]
    pub fn capability(mut self, capability: Capability) -> Harness {
        self.with.push(capability);
        self
    }

    /// The target does not have this capability, whatever is found out. May be repeated.
    #[must_use]
    pub fn without(mut self, capability: Capability) -> Harness {
        self.without.push(capability);
        self
    }

    /// Other suites than those that are part of this crate.
    #[must_use]
    pub fn library(mut self, library: Library) -> Harness {
        self.library = Some(library);
        self
    }

    /// Fails the trials of cases that cannot be tested, instead of ignoring them: for a target that can do everything.
    #[must_use]
    pub fn complete(mut self) -> Harness {
        self.complete = true;
        self
    }

    /// Asks something else of the outcome of every case that was judged. An error fails its trial.
    #[must_use]
    pub fn also(
        mut self,
        asked: impl Fn(&Suite, &Case, &Outcome) -> Result<(), String> + Send + Sync + 'static,
    ) -> Harness {
        self.also = Some(Box::new(asked));
        self
    }

    /// Runs the trials that the command line chooses. The code is 0, or 101 if a trial failed or none could be made.
    ///
    /// Must not be called within a tokio runtime.
    #[must_use]
    pub fn run(self) -> ExitCode {
        self.run_as(&Arguments::from_args())
    }

    /// The same with another command line; its first part is the name of the program.
    #[must_use]
    pub fn run_with(self, arguments: &[&str]) -> ExitCode {
        self.run_as(&Arguments::from_iter(arguments))
    }

    fn run_as(self, arguments: &Arguments) -> ExitCode {
        let failed = ExitCode::from(101);
        let done = self
            .shared()
            .and_then(|shared| Ok((Arc::new(Runtime::new()?), Arc::new(shared))));
        let (runtime, shared) = match done {
            Ok(both) => both,
            Err(error) => {
                tell(&error.told());
                return failed;
            }
        };
        let trials = trials(&shared, &runtime);
        shared.choose(
            trials
                .iter()
                .filter(|trial| !arguments.is_filtered_out(trial))
                .map(Trial::name),
        );
        if arguments.list && arguments.logfile.is_some() {
            return libtest_mimic::run(arguments, trials).exit_code();
        }
        if arguments.list {
            let listed = list::listed(arguments, &trials, io::stdout().lock());
            return listed.map_or(failed, |()| ExitCode::SUCCESS);
        }
        let interrupts = runtime.block_on(async { Interrupts::listen() });
        match interrupts {
            Ok(interrupts) => drop(runtime.spawn(interrupted(Arc::clone(&shared), interrupts))),
            Err(error) => {
                tell(&HarnessError::Runtime(error).told());
                return failed;
            }
        }
        // it panics where nobody reads what it prints, and what was made is to be taken away all the same
        let run = AssertUnwindSafe(|| libtest_mimic::run(arguments, trials));
        let conclusion = panic::catch_unwind(run);
        let left = runtime.block_on(shared.end());
        if !left.is_empty() {
            tell(&still_there(&left));
            return failed;
        }
        if let Some(reason) = shared.refused() {
            tell(&format!(
                "error: none of the chosen cases could be tested: {reason}"
            ));
            return failed;
        }
        match conclusion {
            Ok(conclusion) => conclusion.exit_code(),
            Err(_) => failed,
        }
    }

    fn shared(self) -> Result<Shared, HarnessError> {
        let library = match self.library {
            Some(library) => library,
            None => load::load(&Files::open(None, None)?).map_err(HarnessError::CaseFiles)?,
        };
        let suites = plan::suites(&library.suites, self.operation.as_deref())?;
        let items = plan::choose(suites, &self.filters, None)?
            .iter()
            .map(|item| Item::new(&library, item))
            .collect();
        let baseline = self
            .baseline
            .map(|path| {
                let today = time::OffsetDateTime::now_utc().date();
                Baseline::open(&path, &library.suites, today, Orphans::Refuse)
            })
            .transpose()?;
        Ok(Shared::new(
            library,
            items,
            Settings {
                start: self.start,
                profile: self.profile,
                whole: self.filters.is_empty(),
                level: self.level,
                baseline,
                complete: self.complete,
                with: self.with,
                without: self.without,
                also: self.also,
            },
        ))
    }
}

/// All trials: one for each case, then those of what the cases have in common.
fn trials(shared: &Arc<Shared>, runtime: &Arc<Runtime>) -> Vec<Trial> {
    let trial = |name: String, run: Run| {
        let (shared, runtime) = (Arc::clone(shared), Arc::clone(runtime));
        Trial::ignorable_test(name, move || runtime.block_on(trial::judge(run, &shared)))
    };
    let cases = (0..shared.items.len())
        .map(|number| trial(shared.case(number).id.clone(), Run::Case(number)));
    let common = shared
        .common
        .iter()
        .map(|(id, run)| trial(id.clone(), run.clone()));
    cases.chain(common).collect()
}

/// Ctrl-C ends the process, but not before what it made is gone, or named after the next one.
async fn interrupted(shared: Arc<Shared>, mut interrupts: Interrupts) {
    interrupts.next().await;
    let clearing = shared.clearing();
    let left = tokio::select! {
        left = shared.end() => left,
        () = interrupts.next() => clearing.map_or_else(Vec::new, |clearing| clearing.given_up()),
    };
    if !left.is_empty() {
        tell(&still_there(&left));
    }
    std::process::exit(130);
}

fn still_there(left: &[String]) -> String {
    format!(
        "left on the target, please remove by hand:\n  {}",
        left.join("\n  ")
    )
}

fn tell(text: &str) {
    // who cannot be told on stderr cannot be told at all
    let _ = writeln!(io::stderr(), "{text}");
}
