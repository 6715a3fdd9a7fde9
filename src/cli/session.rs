//! [`Launch`]: the cases on a target, from its options to what the run comes to. What is told on the way is up to the
//! reporters.

use std::{
    io::{self, Write},
    path::Path,
    time::{Duration, Instant},
};

use super::{
    failure::Failure,
    options::TargetOptions,
    reports::Reporters,
    start::runtime,
    target::target as chosen,
    update::{Again, Update},
};
use crate::{
    baseline::Baseline,
    client::ClientOptions,
    interrupt::Interrupts,
    level::Level,
    load::Library,
    plan::Item,
    report::{Class, Event, Exit, Header, Tally, Waiting},
    run::Ended,
    session::{ArrangeError, CreateRole, Session, SessionOptions},
    target::Target,
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
    /// Whether a new file is proved by a second run wherever the target is.
    pub(super) prove: bool,
    /// Whether no command was given, so that the environment chooses no target.
    pub(super) bare: bool,
    /// Whether clauses that nothing decides count against the run.
    pub(super) thorough: bool,
    /// Whether the run ends with the first case that shows something which no baseline lists.
    pub(super) fail_fast: bool,
}

/// A session that is open, whether its fixtures were made, and since when.
struct Opened<'s> {
    session: &'s Session,
    arranged: Option<Result<(), ArrangeError>>,
    create_role: CreateRole,
    started: Instant,
}

impl Launch<'_> {
    /// Arranges, runs the cases, tells the reporters, and takes away what was made, also after Ctrl-C.
    pub(super) fn run(mut self, reporters: &mut Reporters<'_>) -> Result<Exit, Failure> {
        runtime()?.block_on(async {
            let started = Instant::now();
            let mut interrupts = Interrupts::listen().map_err(Failure::Runtime)?;
            let chosen = chosen(self.options, &self.library.profiles, self.bare).await?;
            let options = SessionOptions {
                baseline: self.baseline.take(),
                ..self.session_options(self.options.run_id.clone(), chosen.create_role)
            };
            if let Some(limit) = self.options.wait {
                let client = options.client;
                tokio::select! {
                    ready = self.ready(&chosen.target, client, limit, reporters) => ready?,
                    () = interrupts.next() => return Ok(interrupted()),
                }
            }
            let mut session = tokio::select! {
                opened = Session::open(chosen.target, self.library, options) => opened?,
                () = interrupts.next() => return Ok(interrupted()),
            };
            // nothing is made yet
            if !reporters.tell(&Event::Started(&self.header(&session))) {
                return Err(reporters.failure(Vec::new()));
            }
            let mut tell_of = |made, of| {
                reporters.tell(&Event::SetUp { made, of });
            };
            let arranged = tokio::select! {
                arranged = session.arrange_telling(&self.items, &mut tell_of) => Some(arranged),
                () = interrupts.next() => None,
            };
            if let Some(Err(error @ ArrangeError::Taken { .. })) = arranged {
                let left = interrupts.clear(&session.clearing()).await;
                return Err(Failure::Taken { error, left });
            }
            let opened = Opened {
                session: &session,
                arranged,
                create_role: chosen.create_role,
                started,
            };
            self.judge(opened, &mut interrupts, reporters).await
        })
    }

    /// Waits until the target answers.
    async fn ready(
        &self,
        target: &Target,
        client: ClientOptions,
        limit: Duration,
        reporters: &mut Reporters<'_>,
    ) -> Result<(), Failure> {
        let ready = Session::wait(target, self.library, client, limit, |waited| {
            reporters.tell(&Event::Waiting { waited, limit });
        });
        Ok(ready.await?)
    }

    /// What a session on the target is opened with; no baseline.
    pub(super) fn session_options(
        &self,
        run: Option<String>,
        create_role: CreateRole,
    ) -> SessionOptions {
        SessionOptions {
            run,
            level: self.level,
            baseline: None,
            jobs: self.options.jobs,
            client: ClientOptions {
                timeout: self.options.timeout,
                single: self.options.jobs == 1,
                ..ClientOptions::default()
            },
            create_role,
            force: self.options.force,
            part: self.options.partition,
        }
    }

    /// Runs the cases, if the fixtures were made, and adds up.
    async fn judge(
        &self,
        opened: Opened<'_>,
        interrupts: &mut Interrupts,
        reporters: &mut Reporters<'_>,
    ) -> Result<Exit, Failure> {
        let session = opened.session;
        let header = self.header(session);
        let mut update = self.update.map(Update::new);
        let mut tally = Tally::new(&header);
        tally.plan(&self.items);
        if self.thorough {
            tally.all_clauses();
        }
        let is_heard = reporters.tell(&Event::Arranged(&header));
        let ended = match opened.arranged {
            None => None,
            Some(Err(_)) => Some(Ended::Vanished),
            Some(Ok(())) if !is_heard => Some(Ended::Stopped),
            Some(Ok(())) => tokio::select! {
                ended = session.run(&self.items, |item, outcome| {
                    match (&session.baseline, &mut update) {
                        (Some(old), Some(update)) => update.add(item, outcome, old),
                        _ => tally.add(item, outcome),
                    }
                    reporters.tell(&Event::Judged(item, outcome))
                        && !(self.fail_fast && outcome.is_news())
                }) => Some(ended),
                () = interrupts.next() => None,
            },
        };
        match ended {
            Some(Ended::Vanished) => tally.vanish(session.connection.pulse.gone()),
            Some(Ended::Whole | Ended::Stopped) => {}
            None => tally.interrupt(),
        }
        let waited = session.waited();
        // on the mock inside, waiting takes no time
        let is_real = !session.connection.target.clock.skips();
        tally.wait(Waiting {
            in_all: if is_real {
                waited.in_all
            } else {
                Duration::ZERO
            },
            in_vain: if is_real {
                waited.in_vain
            } else {
                Duration::ZERO
            },
            limit: waited.limit,
        });
        let clearing = session.clearing();
        if self.options.keep {
            let endpoint = session.connection.target.endpoint.to_string();
            kept(&clearing.made(), &endpoint)?;
        } else {
            let left = interrupts.clear(&clearing).await;
            if !reporters.are_heard() {
                return Err(reporters.failure(left));
            }
            tally.leave(left);
        }
        if let Some(mut update) = update {
            let near = session.connection.target.endpoint.is_loopback();
            let options = self.session_options(None, opened.create_role);
            let again = Again {
                library: self.library,
                options: Some(options).filter(|_| near || self.prove),
            };
            let new = if ended == Some(Ended::Whole) {
                let written = update.write(session, again, interrupts, &mut tally);
                written.await?
            } else {
                None
            };
            update.tell(new.as_ref(), &mut tally);
        }
        let summary = tally.finish(opened.started.elapsed());
        reporters.tell(&Event::Finished(&summary));
        if reporters.have_failed() {
            return Err(reporters.failure(summary.left));
        }
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

fn interrupted() -> Exit {
    Exit {
        classes: vec![Class::Interrupted],
    }
}

fn kept(names: &[String], endpoint: &str) -> Result<(), Failure> {
    let mut to = io::stderr().lock();
    let lines = names
        .iter()
        .try_for_each(|name| writeln!(to, "kept: {name}"));
    let is_function = |name: &&String| !name.contains([' ', ':']);
    let told = lines.and_then(|()| match names.iter().find(is_function) {
        Some(name) => writeln!(
            to,
            "to remove a function: aws --endpoint-url {endpoint} lambda delete-function --function-name {name}"
        ),
        None => Ok(()),
    });
    told.map_err(Failure::Output)
}
