//! The command line: options, what they choose, and the exit code.

mod options;
mod reports;
mod target;

use std::{
    ffi::OsString,
    io::{self, BufWriter, IsTerminal, Write},
    process::ExitCode,
    time::{Instant, SystemTime},
};

use clap::Parser;

use crate::{
    arrange::{self, Journal, Line},
    client::{self, Client},
    credentials,
    load::{self, Files, Library},
    mock::{self, Mock},
    plan,
    reference::Settings,
    report::{
        Class, Event, Header, Reporter, Tally,
        terminal::{Style, Terminal},
    },
    run,
    span::Diagnostic,
};

use target::target;

use options::{Cli, Colour, Command, FilesOptions, ListOptions, MockOptions, RunOptions};

/// Runs the command line and returns the exit code.
pub fn main(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(error) => {
            // clap prints help to stdout and mistakes to stderr, and knows which is which
            let _ = error.print();
            return ExitCode::from(if error.use_stderr() { 2 } else { 0 });
        }
    };
    let colour = cli.colour;
    let done = match cli.command {
        None => run(&RunOptions::default(), colour, true),
        Some(Command::Run(options)) => run(&options, colour, false),
        Some(Command::List(options)) => list(&options),
        Some(Command::Mock(options)) => serve(&options),
    };
    match done {
        Ok(code) => ExitCode::from(code),
        Err(failure) => {
            let _ = failure.tell(colour);
            ExitCode::from(failure.class().code())
        }
    }
}

/// Why we could not do our job.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error("{} in the case files", count(.0.len(), "error"))]
    CaseFiles(Vec<Diagnostic>),
    #[error(transparent)]
    Files(#[from] load::FilesError),
    #[error(transparent)]
    Plan(#[from] plan::PlanError),
    #[error(transparent)]
    Endpoint(#[from] crate::target::EndpointError),
    #[error(transparent)]
    Credentials(#[from] credentials::CredentialsError),
    #[error(transparent)]
    Client(#[from] client::ClientError),
    #[error(transparent)]
    Arrange(#[from] arrange::ArrangeError),
    #[error("no target is called `{name}`; {hint}")]
    NoTarget { name: String, hint: String },
    #[error("target `{0}` has no endpoint; give it with `--endpoint`")]
    NoEndpoint(String),
    #[error(
        "`{0}` is a live AWS endpoint; add `--allow-live` if the account of these credentials may be called"
    )]
    Live(String),
    #[error("cannot write `{path}`: {error}")]
    Report { path: String, error: io::Error },
    #[error("two reports go to `{0}`; give each one a place of its own")]
    TwoReports(String),
    #[error("cannot listen on 127.0.0.1:{port}: {error}; choose another port, or 0 for a free one")]
    Listen { port: u16, error: io::Error },
    #[error("cannot write the report: {0}")]
    Output(io::Error),
    #[error("cannot start: {0}")]
    Runtime(io::Error),
}

impl Failure {
    fn class(&self) -> Class {
        match self {
            Failure::Arrange(arrange::ArrangeError::NoAnswer(_)) => Class::Unreachable,
            _ => Class::Usage,
        }
    }

    fn tell(&self, colour: Colour) -> io::Result<()> {
        let mut to = io::stderr().lock();
        // a reader that has gone away has seen enough
        if let Failure::Output(error) = self
            && error.kind() == io::ErrorKind::BrokenPipe
        {
            return Ok(());
        }
        if let Failure::CaseFiles(diagnostics) = self {
            for diagnostic in diagnostics {
                writeln!(to, "{}\n", diagnostic.render(colour.on(&io::stderr())))?;
            }
        }
        writeln!(to, "error: {self}")
    }
}

fn count(number: usize, word: &str) -> String {
    if number == 1 {
        format!("1 {word}")
    } else {
        format!("{number} {word}s")
    }
}

fn library(options: &FilesOptions) -> Result<Library, Failure> {
    let files = Files::open(options.cases.as_deref(), options.snapshots.as_deref())?;
    load::load(&files).map_err(Failure::CaseFiles)
}

fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(Failure::Runtime)
}

fn list(options: &ListOptions) -> Result<u8, Failure> {
    let library = library(&options.files)?;
    let items = plan::choose(&library.suites, &options.filters, None)?;
    let mut to = BufWriter::new(io::stdout().lock());
    let mut write = || {
        for item in &items {
            writeln!(
                to,
                "{}\n    {} [{}]",
                item.case.id,
                item.case.summary,
                item.case.clauses.join(", ")
            )?;
        }
        writeln!(to, "{}", count(items.len(), "case"))?;
        to.flush()
    };
    match write() {
        // a reader that has gone away has seen enough
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(0),
        written => written.map(|()| 0).map_err(Failure::Output),
    }
}

fn serve(options: &MockOptions) -> Result<u8, Failure> {
    runtime()?.block_on(async {
        let settings = Settings {
            settle: options.settle,
            faults: options.faults,
            region: options.region.clone(),
            partition: crate::target::partition_of(&options.region).to_owned(),
            account: options.account.clone(),
            ..Settings::default()
        };
        let mock = Mock::start(
            options.port,
            mock::Options {
                settings,
                auth: options.auth,
            },
        )
        .await
        .map_err(|error| Failure::Listen {
            port: options.port,
            error,
        })?;
        let mut to = io::stdout().lock();
        writeln!(to, "listening on http://{}", mock.address())
            .and_then(|()| to.flush())
            .map_err(Failure::Output)?;
        tokio::select! {
            () = mock.wait() => Ok(0),
            _ = tokio::signal::ctrl_c() => Ok(Class::Interrupted.code()),
        }
    })
}

fn run(options: &RunOptions, colour: Colour, bare: bool) -> Result<u8, Failure> {
    let library = library(&options.files)?;
    let items = plan::choose(&library.suites, &options.filters, options.partition)?;
    let stdout = io::stdout();
    let style = Style {
        colour: colour.on(&stdout),
        progress: io::stderr().is_terminal() && !options.verbose,
        verbose: options.verbose,
    };
    let mut reporters: Vec<Box<dyn Reporter>> = vec![Box::new(Terminal::new(
        BufWriter::new(stdout),
        io::stderr(),
        style,
    ))];
    reporters.extend(reports::open(&options.report)?);
    runtime()?.block_on(async {
        let chosen = target(options, &library.profiles, bare).await?;
        let target = chosen.target;
        let client = Client::new(
            &target,
            client::Options {
                timeout: options.timeout,
                ..client::Options::default()
            },
        )?;
        let run_id = options.run_id.clone().unwrap_or_else(run_id);
        let suite = &library.suites[0];
        let operation = &suite.operations[&suite.operation];
        let journal = Journal::default();
        let started = Instant::now();
        let set_up = async {
            let mut line = Line::open(target, client, operation, &run_id).await?;
            if chosen.create_role {
                line.make_role().await?;
            }
            Ok::<_, Failure>(line)
        };
        let mut line = tokio::select! {
            line = set_up => line?,
            _ = tokio::signal::ctrl_c() => return Ok(Class::Interrupted.code()),
        };
        let wanted = plan::fixtures(&items, &line.target);
        let fixtures = tokio::select! {
            made = line.arrange(&suite.operations, wanted, &journal, options.jobs) => Some(made),
            _ = tokio::signal::ctrl_c() => None,
        };
        let header = Header {
            target: line.target.name.clone(),
            endpoint: line.target.endpoint.to_string(),
            region: line.target.region.clone(),
            account: line.account().map(str::to_owned),
            capabilities: line.target.capabilities.iter().cloned().collect(),
            level: options.level,
            cases: items.len(),
        };
        let plan = plan::plan(items, &line.target, options.level);
        let interrupted = fixtures.is_none();
        let blocked = fixtures.iter().flatten().any(|(_, made)| made.is_err());
        let gone = blocked && !line.answers(operation).await;
        let world = run::World {
            line,
            fixtures: fixtures.unwrap_or_default(),
            journal,
            level: options.level,
        };
        let mut tally = Tally::new(&header);
        let mut told = tell(&mut reporters, &Event::Started(&header));
        let ended = if interrupted {
            None
        } else if gone {
            Some(true)
        } else {
            tokio::select! {
                vanished = run::run(&plan, &world, options.jobs, |item, outcome| {
                    tally.add(item, outcome);
                    if told.is_ok() {
                        told = tell(&mut reporters, &Event::Judged(item, outcome));
                    }
                    told.is_ok()
                }) => Some(vanished),
                _ = tokio::signal::ctrl_c() => None,
            }
        };
        match ended {
            Some(true) => tally.vanish(),
            Some(false) => {}
            None => tally.interrupt(),
        }
        let names = world.journal.names();
        if options.keep {
            told = told.and_then(|()| kept(&names));
        } else {
            tally.leave(tokio::select! {
                left = world.journal.clear(&world.line, &suite.operations, options.jobs) => left,
                _ = tokio::signal::ctrl_c() => {
                    names.into_iter().map(|name| format!("{name} (the clean-up was interrupted)")).collect()
                }
            });
        }
        told?;
        let summary = tally.finish(started.elapsed());
        tell(&mut reporters, &Event::Finished(&summary))?;
        Ok(summary.exit.code())
    })
}

fn kept(names: &[String]) -> Result<(), Failure> {
    let mut to = io::stderr().lock();
    names
        .iter()
        .try_for_each(|name| writeln!(to, "kept: {name}"))
        .map_err(Failure::Output)
}

fn tell(reporters: &mut [Box<dyn Reporter>], event: &Event<'_>) -> Result<(), Failure> {
    reporters
        .iter_mut()
        .try_for_each(|reporter| reporter.event(event))
        .map_err(Failure::Output)
}

/// Eight letters and digits that no other run of this minute has.
fn run_id() -> String {
    let seconds = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .map_or(0, |since| since.as_secs());
    let mut random = fastrand::Rng::with_seed(seconds ^ u64::from(std::process::id()) << 32);
    (0..8)
        .map(|_| {
            if random.bool() {
                random.lowercase()
            } else {
                random.digit(10)
            }
        })
        .collect()
}
