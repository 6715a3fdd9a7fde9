//! [`Cli`] and [`Command`]: the commands, as clap reads them. `--help` is made from these words.

use clap::{Parser, Subcommand};

use super::{
    coverage, explain,
    options::{Colour, ListOptions, RunOptions, ServeOptions},
};

const AFTER: &str = "\
Exit codes; if several apply, the first:
  130  interrupted
  2    options, configuration, case files or credentials are wrong
  3    could not connect, no Lambda answers, the target vanished, or some cases got no answer, and the others showed no
       difference; with --update-baseline, any case got no answer
  1    something differs that no baseline lists
  4    no clause of the contract was decided
  7    the target refused to set up cases, and no baseline lists them as not testable
  6    something that the run made could not be removed
  5    the baseline has an entry that is stale or has expired
  0    every assertion at the level of the run is met, or the baseline lists what differs

Environment:
  AWS_ENDPOINT_URL_LAMBDA, AWS_ENDPOINT_URL    the target of `run` without --endpoint and --target
  AWS_REGION, AWS_DEFAULT_REGION               the region without --region
  AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY     what requests are signed with; test/test if not both are set
  AWS_SESSION_TOKEN                            goes to loopback and AWS only, elsewhere with --send-session-token
  GITHUB_STEP_SUMMARY                          the file that --report github adds a summary to
  NO_COLOR                                     no colours
  TERM                                         if it is `dumb`: no colours and no progress";

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
