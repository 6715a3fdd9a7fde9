//! `run`: the cases on a target, with a baseline and reports.

use std::io;

use super::{
    failure::Failure,
    options::{Colour, RunOptions, obeys},
    reports::{Reporters, screen},
    session::Launch,
    start::library,
};
use crate::{
    baseline::{Baseline, Orphans},
    plan,
    report::terminal::{Style, Terminal},
};

/// Runs them; `bare` where no command was given.
pub(super) fn run(options: &RunOptions, colour: Colour, bare: bool) -> Result<u8, Failure> {
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
    let (to, colour) = screen(&options.report, colour);
    let style = Style {
        colour,
        progress: obeys(&io::stderr()) && !options.verbose && !options.quiet,
        verbose: options.verbose,
        details: options.details,
        quiet: options.quiet,
        late: options.update_baseline,
    };
    let terminal = Terminal::new(to, io::stderr(), style);
    let mut reporters = Reporters::open(terminal, &options.report)?;
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
        prove: options.prove_baseline,
        bare,
        thorough: false,
        fail_fast: options.fail_fast,
    };
    Ok(session.run(&mut reporters)?.code())
}
