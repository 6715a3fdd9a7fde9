//! The command line: options, what they choose, and the exit code.

mod command;
mod coverage;
mod explain;
mod failure;
mod list;
mod options;
mod page;
mod reports;
mod run;
mod serve;
mod session;
mod start;
mod target;
mod update;

use std::{ffi::OsString, process::ExitCode};

use clap::{
    Parser,
    error::{ContextKind, ContextValue, ErrorKind},
};

use crate::target::shown_word;
use command::{Cli, Command};
use options::RunOptions;

/// Runs the command line and returns the exit code.
pub fn main(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(mut error) => {
            hint(&mut error);
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

/// A word where a command should be may be meant as a filter, which only commands take.
fn hint(error: &mut clap::Error) {
    let word = match error.get(ContextKind::InvalidSubcommand) {
        Some(ContextValue::String(word)) if error.kind() == ErrorKind::InvalidSubcommand => word,
        _ => return,
    };
    let shown = shown_word(word);
    if shown != *word {
        let word = ContextValue::String(shown);
        error.insert(ContextKind::InvalidSubcommand, word);
        let hint = "to name the target: `lambda-conformance run --endpoint URL`".to_owned();
        error.insert(
            ContextKind::Suggested,
            ContextValue::StyledStrs(vec![hint.into()]),
        );
        return;
    }
    let hint = format!("to run the cases whose id contains it: `lambda-conformance run {word}`");
    let hint = ContextValue::StyledStrs(vec![hint.into()]);
    error.insert(ContextKind::Suggested, hint);
}
