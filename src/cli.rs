//! The command line: options, what they choose, and the exit code.

mod command;
mod coverage;
mod explain;
mod failure;
mod interrupt;
mod list;
mod options;
mod page;
mod reports;
mod run;
mod serve;
mod session;
mod start;
mod target;

use std::{ffi::OsString, process::ExitCode};

use clap::Parser;

use command::{Cli, Command};
use options::RunOptions;

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
        None => run::run(&RunOptions::default(), colour, true),
        Some(Command::Run(options)) => run::run(&options, colour, false),
        Some(Command::Coverage(options)) => coverage::coverage(&options, colour),
        Some(Command::Explain(options)) => explain::explain(&options, colour),
        Some(Command::List(options)) => list::list(&options),
        Some(Command::Mock(options)) => serve::serve(&options),
    };
    match done {
        Ok(code) => ExitCode::from(code),
        Err(failure) => {
            let _ = failure.tell(colour);
            ExitCode::from(failure.class().code())
        }
    }
}
