//! [`Launch`]: the cases on a target, from its options to what the run comes to. What is told on the way is up to the
//! reporters.

use std::{
    io::{self, Write},
    path::Path,
    time::Instant,
};

use super::{Failure, options::TargetOptions, runtime, target::target};
use crate::{
    arrange::{self, Connection, Journal},
    baseline::{Baseline, Record},
    client::{self, Client},
    level::Level,
    load::Library,
    plan::{self, Item},
    report::{Class, Event, Exit, Header, Reporter, Tally},
    run,
};

/// The cases of a run, and on whom.
pub(super) struct Launch<'a> {
    pub(super) options: &'a TargetOptions,
    pub(super) level: Level,
    pub(super) library: &'a Library,
    pub(super) items: Vec<Item<'a>>,
    /// What is known to differ, and the file to write it to anew.
    pub(super) baseline: Option<Baseline>,
    pub(super) update: Option<&'a Path>,
    /// Whether no command was given, so that the environment chooses no target.
    pub(super) bare: bool,
    /// Whether clauses that nothing decides count against the run.
    pub(super) thorough: bool,
}

impl Launch<'_> {
    /// Arranges, runs the cases, tells the reporters, and takes away what was made, also after Ctrl-C.
    pub(super) fn run(self, reporters: &mut [Box<dyn Reporter + '_>]) -> Result<Exit, Failure> {
        let Launch {
            options,
            level,
            library,
            items,
            baseline,
            update,
            bare,
            thorough,
        } = self;
        runtime()?.block_on(async {
            let chosen = target(options, &library.profiles, bare).await?;
            let jobs = options.jobs.unwrap_or(chosen.jobs());
            let target = chosen.target;
            let client = Client::new(
                &target,
                client::ClientOptions {
                    timeout: options.timeout,
                    ..client::ClientOptions::default()
                },
            )?;
            let run_id = options.run_id.clone().unwrap_or_else(arrange::run_id);
            let service = library.service("lambda").expect("the service is there");
            let operation = service.probe();
            let journal = Journal::default();
            let started = Instant::now();
            let set_up = async {
                let mut connection = Connection::open(target, client, operation, &run_id).await?;
                if chosen.create_role {
                    connection.make_role().await?;
                }
                Ok::<_, Failure>(connection)
            };
            let mut connection = tokio::select! {
                connection = set_up => connection?,
                _ = tokio::signal::ctrl_c() => return Ok(interrupted()),
            };
            let wanted = plan::fixtures(&items, &connection.target);
            let fixtures = tokio::select! {
                made = connection.arrange(&service.operations, wanted, &journal, jobs) => Some(made),
                _ = tokio::signal::ctrl_c() => None,
            };
            let header = Header {
                baseline: baseline.as_ref().map(|known| known.path().to_owned()),
                ..Header::new(&connection.target, connection.account(), level, items.len())
            };
            let plan = plan::plan(items, &connection.target, level);
            let interrupted = fixtures.is_none();
            let blocked = fixtures.iter().flatten().any(|(_, made)| made.is_err());
            let gone = blocked && !connection.answers(operation).await;
            let session = run::Session {
                connection,
                fixtures: fixtures.unwrap_or_default(),
                journal,
                level,
                baseline,
            };
            let mut record = Record::default();
            let mut tally = Tally::new(&header);
            if thorough {
                tally.all_clauses();
            }
            let mut told = tell(reporters, &Event::Started(&header));
            let ended = if interrupted {
                None
            } else if gone {
                Some(true)
            } else {
                tokio::select! {
                    vanished = run::run(&plan, &session, jobs, |item, outcome| {
                        tally.add(item, outcome);
                        if let (Some(baseline), Some(_)) = (&session.baseline, update) {
                            record.add(&item.case.id, outcome, baseline);
                        }
                        if told.is_ok() {
                            told = tell(reporters, &Event::Judged(item, outcome));
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
            let names = session.journal.names();
            if options.keep {
                told = told.and_then(|()| kept(&names));
            } else {
                tally.leave(tokio::select! {
                    left = session.journal.clear(&session.connection, &service.operations, jobs) => left,
                    _ = tokio::signal::ctrl_c() => {
                        names.into_iter().map(|name| format!("{name} (the clean-up was interrupted)")).collect()
                    }
                });
            }
            told?;
            if let (Some(baseline), Some(path), Some(false)) = (&session.baseline, update, ended) {
                let changes = baseline.update(path, &record, &library.suites)?;
                tally.accept(format!("baseline {}: {changes}", path.display()));
            }
            let summary = tally.finish(started.elapsed());
            tell(reporters, &Event::Finished(&summary))?;
            Ok(summary.exit)
        })
    }
}

fn interrupted() -> Exit {
    Exit {
        classes: vec![Class::Interrupted],
    }
}

fn kept(names: &[String]) -> Result<(), Failure> {
    let mut to = io::stderr().lock();
    names
        .iter()
        .try_for_each(|name| writeln!(to, "kept: {name}"))
        .map_err(Failure::Output)
}

fn tell(reporters: &mut [Box<dyn Reporter + '_>], event: &Event<'_>) -> Result<(), Failure> {
    reporters
        .iter_mut()
        .try_for_each(|reporter| reporter.event(event))
        .map_err(Failure::Output)
}
