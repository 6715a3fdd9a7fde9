//! The options, as clap reads them. `--help` is made from these words.

use std::{env, io::IsTerminal, num::NonZeroU32, path::PathBuf, time::Duration};

use clap::{Args, ValueEnum, builder::TypedValueParser};

use crate::{
    capability::Capability, client::ClientOptions, level::Level, plan::Partition, report, target,
};

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum Colour {
    Auto,
    Always,
    Never,
}

/// Whether a stream is shown at once and by what obeys escape sequences, for colours and for lines that are written anew.
pub(super) fn obeys(to: &impl IsTerminal) -> bool {
    let dumb = env::var_os("TERM").is_some_and(|name| name == "dumb");
    !dumb && to.is_terminal()
}

impl Colour {
    pub(super) fn on(self, to: &impl IsTerminal) -> bool {
        match self {
            Colour::Always => true,
            Colour::Never => false,
            Colour::Auto => {
                let refused = env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
                !refused && obeys(to)
            }
        }
    }
}

#[derive(Debug, Default, Args)]
pub(super) struct FilesOptions {
    /// Read case files from this directory instead of those in the binary
    #[arg(long, value_name = "DIR")]
    pub(super) cases: Option<PathBuf>,
    /// Read snapshots from this directory instead of those in the binary
    #[arg(long, value_name = "DIR")]
    pub(super) snapshots: Option<PathBuf>,
}

/// What every run on a target takes, whatever it is for.
#[derive(Debug, Args)]
pub(super) struct TargetOptions {
    /// Only cases whose id contains one of these, or is one of these with any text for `*`; the id of a clause chooses the cases
    /// that test it
    #[arg(value_name = "FILTER")]
    pub(super) filters: Vec<String>,
    /// The target's URL
    #[arg(long, value_name = "URL")]
    pub(super) endpoint: Option<String>,
    /// A target that targets.toml names; its URL if --endpoint is not given
    #[arg(long, value_name = "NAME")]
    pub(super) target: Option<String>,
    /// The region to sign for and to expect in ARNs [default: us-east-1]
    #[arg(long)]
    pub(super) region: Option<String>,
    /// The target has this capability, whatever the run finds out; may be repeated
    #[arg(long, value_name = "NAME")]
    pub(super) capability: Vec<Capability>,
    /// The target does not have this capability, whatever the run finds out; may be repeated
    #[arg(long, value_name = "NAME")]
    pub(super) no_capability: Vec<Capability>,
    /// How many cases run at the same time
    #[arg(long, default_value_t = 8, value_parser = clap::value_parser!(u16).range(1..=256).map(usize::from))]
    pub(super) jobs: usize,
    /// Send at most this many requests a second, GetFunction apart [default: 15 to AWS, else as many as the target takes]
    #[arg(long, value_name = "N")]
    pub(super) rate: Option<NonZeroU32>,
    /// Only a part of the cases, such as hash:1/4
    #[arg(long, value_name = "PART")]
    pub(super) partition: Option<Partition>,
    /// The id of this run, which stands in the names of functions [default: made up]
    #[arg(long, value_name = "ID", value_parser = run_id)]
    pub(super) run_id: Option<String>,
    /// How long to wait for one answer, such as 30s or 500ms
    #[arg(long, default_value = "30s", value_parser = patience, value_name = "TIME")]
    pub(super) timeout: Duration,
    /// Wait at most this long for the target to answer, such as 60s, before the run begins
    #[arg(long, value_parser = patience, value_name = "TIME")]
    pub(super) wait: Option<Duration>,
    /// Take the credentials from the environment and invent none
    #[arg(long = "credentials", value_parser = ["chain"], value_name = "SOURCE")]
    credentials: Option<String>,
    /// Send AWS_SESSION_TOKEN to a host that is neither this machine nor AWS
    #[arg(long)]
    pub(super) send_session_token: bool,
    /// Make the role `lambda-conformance` through the target's IAM first, and leave it
    #[arg(long)]
    pub(super) create_role: bool,
    /// Run although the target does not look like Lambda, or refuses the credentials
    #[arg(long)]
    pub(super) force: bool,
    /// Leave the functions and the role that the run made on the target, to look at them
    #[arg(long)]
    pub(super) keep: bool,
    /// Consent to calling a live AWS account
    #[arg(long)]
    pub(super) allow_live: bool,
    #[command(flatten)]
    pub(super) files: FilesOptions,
}

impl Default for TargetOptions {
    fn default() -> TargetOptions {
        TargetOptions {
            filters: Vec::new(),
            endpoint: None,
            target: None,
            region: None,
            capability: Vec::new(),
            no_capability: Vec::new(),
            jobs: 8,
            rate: None,
            partition: None,
            run_id: None,
            timeout: ClientOptions::default().timeout,
            wait: None,
            credentials: None,
            send_session_token: false,
            create_role: false,
            force: false,
            keep: false,
            allow_live: false,
            files: FilesOptions::default(),
        }
    }
}

impl TargetOptions {
    /// Whether credentials are only taken from where the user has them.
    pub(super) fn chain(&self) -> bool {
        self.credentials.is_some()
    }
}

#[derive(Debug, Default, Args)]
pub(super) struct RunOptions {
    /// How strictly to judge: documented, observed or wire
    #[arg(long, default_value_t = Level::Observed)]
    pub(super) level: Level,
    /// What is known to differ on this target, in a TOML file: it fails nothing while it stays so
    #[arg(long, value_name = "FILE")]
    pub(super) baseline: Option<PathBuf>,
    /// Write what differs now to the file of --baseline; reasons, links and comments in it stay
    #[arg(long, requires = "baseline")]
    pub(super) update_baseline: bool,
    /// Prove a new baseline by a second run of the cases that differ; on this machine, that is always done
    #[arg(long, requires = "update_baseline")]
    pub(super) prove_baseline: bool,
    #[arg(long, value_name = "FORMAT[=FILE]", help = report::help())]
    pub(super) report: Vec<report::Order>,
    /// Show of each clause that is not met every difference, and where it is asserted
    #[arg(long)]
    pub(super) details: bool,
    /// List every case with its verdict and its notes
    #[arg(long, short)]
    pub(super) verbose: bool,
    /// Print only what is wrong, and the last line
    #[arg(long, short, conflicts_with = "verbose")]
    pub(super) quiet: bool,
    /// End the run with the first case that shows something which no baseline lists
    #[arg(long, conflicts_with = "update_baseline")]
    pub(super) fail_fast: bool,
    #[command(flatten)]
    pub(super) session: TargetOptions,
}

#[derive(Debug, Args)]
pub(super) struct ListOptions {
    /// Only cases whose id contains one of these, or is one of these with any text for `*`; the id of a clause chooses the cases
    /// that test it
    #[arg(value_name = "FILTER")]
    pub(super) filters: Vec<String>,
    /// As JSON: an array with an object for each case
    #[arg(long)]
    pub(super) json: bool,
    #[command(flatten)]
    pub(super) files: FilesOptions,
}

#[derive(Debug, Args)]
pub(super) struct ServeOptions {
    /// The port on 127.0.0.1; 0 takes a free one
    #[arg(long, default_value_t = 0)]
    pub(super) port: u16,
    /// How long a function stays Pending and an update InProgress, such as 1s
    #[arg(long, default_value = "0s", value_parser = duration, value_name = "TIME")]
    pub(super) settle: Duration,
    /// Answer with 429 beyond this many requests a second, of GetFunction beyond 100 for each 15
    #[arg(long, value_name = "N")]
    pub(super) throttle: Option<NonZeroU32>,
    /// Obey the request header `x-lambda-conformance-fault: throttle|internal`
    #[arg(long)]
    pub(super) faults: bool,
    /// Check signatures; the only key is test with the secret test
    #[arg(long)]
    pub(super) auth: bool,
    /// The region it is in
    #[arg(long, default_value = "us-east-1", value_parser = target::region)]
    pub(super) region: String,
    /// The account that owns its functions
    #[arg(long, default_value = "123456789012", value_parser = account)]
    pub(super) account: String,
}

fn duration(text: &str) -> Result<Duration, String> {
    let wrong = || "write it like `30s` or `500ms`".to_owned();
    let (digits, unit) = match text.strip_suffix("ms") {
        Some(digits) => (digits, 1),
        None => (text.strip_suffix('s').ok_or_else(wrong)?, 1000),
    };
    let number: u64 = digits.parse().map_err(|_| wrong())?;
    Ok(Duration::from_millis(number.saturating_mul(unit)))
}

/// How long to wait for what takes some time.
fn patience(text: &str) -> Result<Duration, String> {
    let time = duration(text)?;
    if time.is_zero() {
        return Err("no answer comes in no time; write it like `30s` or `500ms`".to_owned());
    }
    Ok(time)
}

fn run_id(text: &str) -> Result<String, String> {
    let good = (1..=16).contains(&text.len())
        && text
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    if good {
        Ok(text.to_owned())
    } else {
        Err("use 1 to 16 lower-case letters and digits".to_owned())
    }
}

fn account(text: &str) -> Result<String, String> {
    let good = text.len() == 12 && text.bytes().all(|b| b.is_ascii_digit());
    if good {
        Ok(text.to_owned())
    } else {
        Err("an account id has 12 digits".to_owned())
    }
}
