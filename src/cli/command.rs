//! [`Cli`] and [`Command`]: the commands, as clap reads them. `--help` is made from these words.

use clap::{Parser, Subcommand};

use super::{
    coverage, explain,
    options::{Colour, ListOptions, RunOptions, ServeOptions},
};

const AFTER: &str = "\
Exit codes:
  0    every assertion at the level of the run is met
  1    an assertion is not met or a case cannot be tested, and the baseline does not list it
  2    options, configuration, case files or credentials are wrong
  3    could not connect, no Lambda answers, the target vanished, or cases got no answer
  4    no clause of the contract was decided
  5    the baseline has an entry that is stale or has expired
  6    something that the run made could not be removed
  130  interrupted

Environment:
  AWS_ENDPOINT_URL_LAMBDA, AWS_ENDPOINT_URL    the target of `run` without --endpoint and --target
  AWS_REGION, AWS_DEFAULT_REGION               the region without --region
  AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY     what requests are signed with; test/test where one is not set
  AWS_SESSION_TOKEN                            goes to loopback and AWS only, elsewhere with --send-session-token
  GITHUB_STEP_SUMMARY                          the file that --report github adds a summary to
  NO_COLOR                                     no colours";

/// Tells where an endpoint that speaks the AWS Lambda API answers as AWS does, and where it does not.
///
/// Without a command: runs the suite against the built-in mock.
#[derive(Debug, Parser)]
#[command(name = "lambda-conformance", version, after_help = AFTER)]
pub(super) struct Cli {
    #[command(subcommand)]
    pub(super) command: Option<Command>,
    /// When to use colours
    #[arg(long = "color", value_enum, default_value_t = Colour::Auto, global = true, value_name = "WHEN")]
    pub(super) colour: Colour,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Run the cases against a target and report what differs
    #[command(after_help = AFTER)]
    Run(Box<RunOptions>),
    /// Run the cases and report which clauses of the contract are met
    #[command(after_help = coverage::HELP)]
    Coverage(Box<coverage::CoverageOptions>),
    /// Show everything about a case or a clause; sends nothing
    #[command(after_help = explain::HELP)]
    Explain(explain::ExplainOptions),
    /// List the cases with what each asserts
    List(ListOptions),
    /// Serve the mock on 127.0.0.1 until Ctrl-C
    Mock(ServeOptions),
}
