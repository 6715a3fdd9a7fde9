//! [`Launch`]: the cases on a target, from its options to what the run comes to. What is told on the way is up to the
//! reporters.

use std::{
    io::{self, Write},
    path::Path,
    time::Instant,
};

use super::{
    failure::Failure, interrupt::Interrupts, options::TargetOptions, start::runtime, target::target,
};
use crate::{
    baseline::{Baseline, Record},
    client::ClientOptions,
    level::Level,
    load::Library,
    plan::Item,
    report::{Class, Event, Exit, Header, Reporter, Tally},
    run::Ended,
    session::{ArrangeError, Clearing, Session, SessionOptions},
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
    pub(super) fn run(mut self, reporters: &mut [Box<dyn Reporter + '_>]) -> Result<Exit, Failure> {
        runtime()?.block_on(async {
            let started = Instant::now();
            let mut interrupts = Interrupts::listen().map_err(Failure::Runtime)?;
            let chosen = target(self.options, &self.library.profiles, self.bare).await?;
            let options = SessionOptions {
                run: self.options.run_id.clone(),
                level: self.level,
                baseline: self.baseline.take(),
                jobs: self.options.jobs,
                client: ClientOptions {
                    timeout: self.options.timeout,
                    single: self.options.jobs == 1,
                    ..ClientOptions::default()
                },
                create_role: chosen.create_role,
                force: self.options.force,
                part: self.options.partition,
            };
            let mut session = tokio::select! {
                opened = Session::open(chosen.target, self.library, options) => opened?,
                () = interrupts.next() => return Ok(interrupted()),
            };
            let arranged = tokio::select! {
                arranged = session.arrange(&self.items) => Some(arranged),
                () = interrupts.next() => None,
            };
            if let Some(Err(error @ ArrangeError::Taken { .. })) = arranged {
                let left = cleared(&session.clearing(), &mut interrupts).await;
                return Err(Failure::Taken { error, left });
            }
            self.judge(&session, arranged, &mut interrupts, started, reporters)
                .await
        })
    }

    /// Runs the cases, if the fixtures were made, and adds up.
    async fn judge(
        &self,
        session: &Session,
        arranged: Option<Result<(), ArrangeError>>,
        interrupts: &mut Interrupts,
        started: Instant,
        reporters: &mut [Box<dyn Reporter + '_>],
    ) -> Result<Exit, Failure> {
        let header = self.header(session);
        let mut record = Record::default();
        let mut tally = Tally::new(&header);
        tally.plan(&self.items);
        if self.thorough {
            tally.all_clauses();
        }
        let mut told = tell(reporters, &Event::Started(&header));
        let ended = match arranged {
            None => None,
            Some(Err(_)) => Some(Ended::Vanished),
            Some(Ok(())) => tokio::select! {
                ended = session.run(&self.items, |item, outcome| {
                    tally.add(item, outcome);
                    if let (Some(baseline), Some(_)) = (&session.baseline, self.update) {
                        record.add(&item.case.id, outcome, baseline);
                    }
                    if told.is_ok() {
                        told = tell(reporters, &Event::Judged(item, outcome));
                    }
                    told.is_ok()
                }) => Some(ended),
                () = interrupts.next() => None,
            },
        };
        match ended {
            Some(Ended::Vanished) => tally.vanish(),
            Some(Ended::Whole | Ended::Stopped) => {}
            None => tally.interrupt(),
        }
        let clearing = session.clearing();
        if self.options.keep {
            told = told.and_then(|()| kept(&clearing.made()));
        } else {
            tally.leave(cleared(&clearing, interrupts).await);
        }
        told?;
        if let (Some(baseline), Some(path), Some(Ended::Whole)) =
            (&session.baseline, self.update, ended)
        {
            let changes = baseline.update(path, &record, &self.library.suites)?;
            tally.accept(format!("baseline {}: {changes}", path.display()));
        }
        let summary = tally.finish(started.elapsed());
        tell(reporters, &Event::Finished(&summary))?;
        Ok(summary.exit)
    }

    fn header(&self, session: &Session) -> Header {
        let connection = &session.connection;
        Header {
            baseline: session
                .baseline
                .as_ref()
                .map(|known| known.path().to_owned()),
            makes_role: session.makes_role(),
            contradicted: connection.contradicted().collect(),
            ..Header::new(
                &connection.target,
                connection.account(),
                self.level,
                self.items.len(),
            )
        }
    }
}

/// Takes away what was made. Returns what is left, which is all of it after another Ctrl-C.
async fn cleared(clearing: &Clearing, interrupts: &mut Interrupts) -> Vec<String> {
    let names = clearing.made();
    tokio::select! {
        left = clearing.clear() => left,
        () = interrupts.next() => names
            .into_iter()
            .map(|name| format!("{name} (the clean-up was interrupted)"))
            .collect(),
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
