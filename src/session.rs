//! [`Session`]: an opened target, with what stands on it. The only place where a target is looked at, where fixtures are made
//! on it, and where they are taken away again.

use std::{
    collections::BTreeMap,
    sync::Arc,
    time::{Duration, SystemTime},
};

use crate::{
    arrange::{
        Arranged,
        journal::Journal,
        role::{self, Role, RoleError},
    },
    baseline::Baseline,
    client::{Client, ClientError, ClientOptions},
    clock::Waited,
    connection::{Connection, ConnectionError, Hopeless},
    hash::hash,
    jobs::Jobs,
    level::Level,
    load::Library,
    plan::{self, Item, Partition},
    suite::Service,
    target::Target,
};

/// The service that targets speak for, by its name in the case files.
const SERVICE: &str = "lambda";

/// How a target is used.
#[derive(Debug)]
pub struct SessionOptions {
    /// The id of the run, which stands in the names of all functions that it makes; made up where none is given.
    pub run: Option<String>,
    /// How strictly to judge.
    pub level: Level,
    /// What is known to differ.
    pub baseline: Option<Baseline>,
    /// How many cases run at the same time, and how many fixtures are made.
    pub jobs: usize,
    /// How long to wait for answers.
    pub client: ClientOptions,
    /// When the execution role is made, through the target's IAM.
    pub create_role: CreateRole,
    /// Whether cases run although the target's first answers say that this is pointless.
    pub force: bool,
    /// The part of the cases that the session is for; it stands in the name of the role.
    pub part: Option<Partition>,
}

/// When the execution role of the functions is made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CreateRole {
    /// Once CreateFunction was refused because there is no such role, if [`plan::makes_role`]: a role for this session, which
    /// is taken away at its end.
    #[default]
    IfAsked,
    /// First: the role of the target, which stays.
    First,
    /// Never.
    Never,
}

impl Default for SessionOptions {
    fn default() -> SessionOptions {
        SessionOptions {
            run: None,
            level: Level::Observed,
            baseline: None,
            jobs: 8,
            client: ClientOptions::default(),
            create_role: CreateRole::default(),
            part: None,
            force: false,
        }
    }
}

/// Why there is no session.
#[derive(Debug, thiserror::Error)]
pub enum SessionError {
    /// There is nothing to ask a target.
    #[error("these case files have no service `{SERVICE}`")]
    NoService,
    /// There is no way to it.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// It cannot be looked at.
    #[error(transparent)]
    Connection(#[from] ConnectionError),
    /// The role could not be made.
    #[error(transparent)]
    Role(#[from] RoleError),
}

impl SessionError {
    /// Whether nothing answers that could be the target.
    pub fn is_unreachable(&self) -> bool {
        matches!(
            self,
            SessionError::Connection(
                ConnectionError::NoAnswer(_)
                    | ConnectionError::Late(_)
                    | ConnectionError::Hopeless(Hopeless::NoLambda { .. })
            ) | SessionError::Role(RoleError::NoAnswer(_))
        )
    }
}

/// Why the fixtures were not made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ArrangeError {
    /// The target stopped answering.
    #[error("the target stopped answering while fixtures were made; is it still running?")]
    Gone,
    /// A function has the name that this run gives one, under an id that somebody chose.
    #[error(
        "{run} is already running on this target, or left functions there: CreateFunction found the name `{function}` taken; \
         wait for it, remove what it left, or give another `--run-id`"
    )]
    Taken {
        /// The run, and its part.
        run: String,
        /// The name.
        function: String,
    },
}

/// An opened target.
#[derive(Debug)]
pub struct Session {
    /// The target and the way to it.
    pub connection: Connection,
    /// The fixtures, as far as they could be made.
    pub fixtures: BTreeMap<String, Arranged>,
    /// How strictly to judge.
    pub level: Level,
    /// What is known to differ.
    pub baseline: Option<Baseline>,
    /// How many cases run at the same time.
    pub(crate) jobs: usize,
    /// What fixtures make.
    pub(crate) journal: Journal,
    /// The run and its part, if somebody chose its id.
    chosen: Option<String>,
    service: Arc<Service>,
}

impl Session {
    /// Opens a target: looks at it, and makes its role if that is to be done first. Nothing else is made.
    pub async fn open(
        target: Target,
        library: &Library,
        options: SessionOptions,
    ) -> Result<Session, SessionError> {
        let service = library.service(SERVICE).ok_or(SessionError::NoService)?;
        let client = Client::new(&target, options.client)?;
        let chosen = options.run.as_ref().map(|run| match options.part {
            Some(part) => format!("run `{run}`, part {},", part.to_string().replace('-', " ")),
            None => format!("run `{run}`"),
        });
        let run = options.run.unwrap_or_else(run_id);
        let name = part_of(&run, options.part);
        let mut connection =
            Connection::open(target, client, service.probe(), &name, options.force).await?;
        connection.is_chosen = chosen.is_some();
        connection.jobs = Jobs::new(options.jobs);
        if options.create_role == CreateRole::First {
            role::make(&mut connection).await?;
        }
        let asked =
            options.create_role == CreateRole::IfAsked && plan::makes_role(&connection.target);
        Ok(Session {
            connection,
            fixtures: BTreeMap::new(),
            level: options.level,
            baseline: options.baseline,
            jobs: options.jobs.max(1),
            journal: Journal::new(asked.then(|| Role::new(&run, options.part))),
            chosen,
            service: Arc::clone(service),
        })
    }

    /// Waits until a target answers, at most so long. `told` gets how long it has not, again and again.
    pub async fn wait(
        target: &Target,
        library: &Library,
        client: ClientOptions,
        limit: Duration,
        told: impl FnMut(Duration),
    ) -> Result<(), SessionError> {
        let service = library.service(SERVICE).ok_or(SessionError::NoService)?;
        let client = Client::new(target, client)?;
        let connection = Connection::new(target.clone(), client, &run_id());
        connection.ready(service.probe(), limit, told).await?;
        Ok(())
    }

    /// Makes the fixtures that these cases share. One that the target refuses blocks its cases, and no others.
    ///
    /// May be given up at any time: [`Session::close`] takes away what was made until then.
    pub async fn arrange(&mut self, items: &[Item<'_>]) -> Result<(), ArrangeError> {
        self.arrange_telling(items, |_, _| {}).await
    }

    /// The same; `told` gets how many fixtures are made, or refused, of how many.
    pub async fn arrange_telling(
        &mut self,
        items: &[Item<'_>],
        mut told: impl FnMut(usize, usize),
    ) -> Result<(), ArrangeError> {
        let mut wanted = plan::fixtures(items, &self.connection.target);
        wanted.retain(|(_, fixture)| !self.fixtures.contains_key(&fixture.name));
        let (mut made, of) = (0, wanted.len());
        let mut made_one = || {
            made += 1;
            told(made, of);
        };
        // of two runs with one id, the one that makes the first function goes on
        let first = match self.chosen {
            Some(_) => wanted.len().min(1),
            None => 0,
        };
        let rest = wanted.split_off(first);
        for fixtures in [wanted, rest] {
            let made = self
                .connection
                .arrange(fixtures, &self.journal, &mut made_one)
                .await;
            self.fixtures.extend(made);
            if self.connection.pulse.gone().is_some() {
                return Err(ArrangeError::Gone);
            }
            let taken = self.connection.creations.taken();
            if let Some((run, function)) = self.chosen.clone().zip(taken) {
                return Err(ArrangeError::Taken { run, function });
            }
        }
        Ok(())
    }

    /// How long the run waited for functions to settle, and how long it may.
    pub fn waited(&self) -> Waited {
        self.connection.waiting.waited()
    }

    /// Whether a role is made if CreateFunction asks for one.
    pub fn makes_role(&self) -> bool {
        self.journal.role().is_some()
    }

    /// Takes away what was made. Returns what is left, each with the target's answer.
    pub async fn close(&self) -> Vec<String> {
        self.clearing().clear().await
    }

    /// What takes away what this session makes, also while it still makes it.
    pub fn clearing(&self) -> Clearing {
        Clearing {
            connection: self.connection.clone(),
            service: Arc::clone(&self.service),
            journal: self.journal.clone(),
            jobs: self.jobs,
        }
    }
}

/// What takes away what a session makes.
#[derive(Clone, Debug)]
pub struct Clearing {
    connection: Connection,
    service: Arc<Service>,
    journal: Journal,
    jobs: usize,
}

impl Clearing {
    /// The names of what may have been made.
    pub fn made(&self) -> Vec<String> {
        self.journal.names(&self.connection)
    }

    /// The same, as it is told of what is left because the clean-up was given up.
    #[cfg(any(feature = "cli", feature = "harness"))]
    pub(crate) fn given_up(&self) -> Vec<String> {
        let names = self.made().into_iter();
        names
            .map(|name| format!("{name} (the clean-up was interrupted)"))
            .collect()
    }

    /// Takes everything away. Returns what is left, each with the target's answer. A target that had stopped answering is
    /// asked once whether it is back.
    pub async fn clear(&self) -> Vec<String> {
        if !self.made().is_empty() {
            self.connection.revive().await;
        }
        self.journal
            .clear(&self.connection, &self.service, self.jobs)
            .await
    }
}

/// What stands for a part of a run in the names of all that it makes: parts of one run may be at work at once.
fn part_of(run: &str, part: Option<Partition>) -> String {
    /// The longest that leaves room for the names of fixtures and cases.
    const LONGEST: usize = 16;
    let Some(part) = part else {
        return run.to_owned();
    };
    let name = format!("{run}-{part}");
    if name.len() <= LONGEST {
        return name;
    }
    let begins: String = run.chars().take(7).collect();
    let hashed = hash(&name) & u64::from(u32::MAX);
    format!("{begins}-{hashed:08x}")
}

/// Eight letters and digits that no other run of this minute has.
fn run_id() -> String {
    let seconds = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .map_or(0, |since| since.as_secs());
    let mut random = fastrand::Rng::with_seed(seconds ^ u64::from(std::process::id()) << 32);
    (0..8)
        .map(|_| {
            if random.bool() {
                random.lowercase()
            } else {
                random.digit(10)
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_part_of_each_run_has_a_name_of_its_own_that_is_no_longer_than_an_id() {
        let mut names = BTreeSet::new();
        let runs = ["r", "abcd1234", "0123456789abcdef", "0123456789abcdee"];
        for run in runs {
            names.insert(part_of(run, None));
            for part in ["1/2", "2/2", "1/4", "10/16", "99/128", "100/128"] {
                let part = format!("hash:{part}").parse().expect("a part");
                let name = part_of(run, Some(part));
                assert!(name.len() <= 16 && name.starts_with(&run[..1]), "{name}");
                let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
                assert!(name.chars().all(plain), "{name}");
                names.insert(name);
            }
        }
        assert_eq!(names.len(), runs.len() * 7);
        let part = "hash:1/4".parse().expect("a part");
        assert_eq!(part_of("abcd1234", Some(part)), "abcd1234-1-of-4");
    }
}
