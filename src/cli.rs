//! The command line: options, what they choose, and the exit code.

mod coverage;
mod explain;
mod interrupt;
mod options;
mod page;
mod reports;
mod session;
mod target;

use std::{
    ffi::OsString,
    io::{self, BufWriter, IsTerminal, Write},
    process::ExitCode,
};

use clap::Parser;
use serde_json::{Value, json};

use crate::{
    baseline::{Baseline, BaselineError, Orphans},
    case::Case,
    load::{self, Files, Library},
    mock::{self, Mock},
    plan,
    prose::count,
    reference::Settings,
    report::{
        Class, Reporter,
        terminal::{Style, Terminal},
    },
    resolve::ResolveError,
    session::SessionError,
    span::Diagnostic,
};

use interrupt::Interrupts;
use session::Launch;

use options::{Cli, Colour, Command, FilesOptions, ListOptions, RunOptions, ServeOptions};

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
        Some(Command::Coverage(options)) => coverage::coverage(&options, colour),
        Some(Command::Explain(options)) => explain::explain(&options, colour),
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
    Baseline(#[from] BaselineError),
    #[error(transparent)]
    Files(#[from] load::FilesError),
    #[error(transparent)]
    Plan(#[from] plan::PlanError),
    #[error(transparent)]
    Endpoint(#[from] crate::target::EndpointError),
    #[error(transparent)]
    Resolve(#[from] ResolveError),
    #[error(transparent)]
    Session(#[from] SessionError),
    #[error("nothing has the id `{word}`; {hint}")]
    Unknown { word: String, hint: String },
    #[error("{} ids hold `{word}`; give more of one of them:{}", .ids.len(), explain::listed(.ids))]
    Ambiguous { word: String, ids: Vec<String> },
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
            Failure::Session(error) if error.is_unreachable() => Class::Unreachable,
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
        if let Failure::CaseFiles(diagnostics)
        | Failure::Baseline(BaselineError::Wrong(diagnostics)) = self
        {
            for diagnostic in diagnostics {
                writeln!(to, "{}\n", diagnostic.render(colour.on(&io::stderr())))?;
            }
        }
        writeln!(to, "error: {self}")
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
        if options.json {
            let cases: Vec<Value> = items.iter().map(|item| listed(item.case)).collect();
            serde_json::to_writer_pretty(&mut to, &cases)?;
            writeln!(to)?;
            return to.flush();
        }
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
    page::seen(write()).map(|()| 0).map_err(Failure::Output)
}

/// A case as a program is told of it.
fn listed(case: &Case) -> Value {
    json!({
        "id": case.id,
        "template": case.template,
        "summary": case.summary,
        "clauses": case.clauses,
        "fixture": case.fixture,
        "requires": case.requires,
        "file": case.place.source.path,
        "line": case.place.line(),
    })
}

fn serve(options: &ServeOptions) -> Result<u8, Failure> {
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
            mock::MockOptions {
                settings,
                auth: options.auth,
                ..mock::MockOptions::default()
            },
        )
        .await
        .map_err(|error| Failure::Listen {
            port: options.port,
            error,
        })?;
        // before the line is written: whoever has read it may press Ctrl-C at once
        let mut interrupts = Interrupts::listen().map_err(Failure::Runtime)?;
        let mut to = io::stdout().lock();
        writeln!(to, "listening on http://{}", mock.address())
            .and_then(|()| to.flush())
            .map_err(Failure::Output)?;
        tokio::select! {
            () = mock.wait() => Ok(0),
            () = interrupts.next() => Ok(Class::Interrupted.code()),
        }
    })
}

fn run(options: &RunOptions, colour: Colour, bare: bool) -> Result<u8, Failure> {
    let library = library(&options.session.files)?;
    let items = plan::choose(
        &library.suites,
        &options.session.filters,
        options.session.partition,
    )?;
    let orphans = if options.update_baseline {
        Orphans::Drop
    } else {
        Orphans::Refuse
    };
    let today = time::OffsetDateTime::now_utc().date();
    let baseline = options
        .baseline
        .as_deref()
        .map(|path| Baseline::open(path, &library.suites, today, orphans))
        .transpose()?;
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
    let session = Launch {
        options: &options.session,
        level: options.level,
        library: &library,
        items,
        baseline,
        update: options
            .baseline
            .as_deref()
            .filter(|_| options.update_baseline),
        bare,
        thorough: false,
    };
    Ok(session.run(&mut reporters)?.code())
}
