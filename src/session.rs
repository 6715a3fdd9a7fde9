//! [`Session`]: an opened target, with what stands on it. The only place where a target is looked at, where fixtures are made
//! on it, and where they are taken away again.

use std::{collections::BTreeMap, sync::Arc, time::SystemTime};

use crate::{
    arrange::{
        Arranged,
        blocked::Blocked,
        journal::Journal,
        role::{self, Role, RoleError},
    },
    baseline::Baseline,
    client::{Client, ClientError, ClientOptions},
    connection::{Connection, ConnectionError, Hopeless},
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
                ConnectionError::NoAnswer(_) | ConnectionError::Hopeless(Hopeless::NoLambda { .. })
            ) | SessionError::Role(RoleError::NoAnswer(_))
        )
    }
}

/// The target stopped answering.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the target stopped answering while fixtures were made; is it still running?")]
pub struct Gone;

/// An opened target.
#[derive(Debug)]
pub struct Session {
    /// The target and the way to it.
    pub connection: Connection,
    /// The fixtures that stand, and why others do not.
    pub fixtures: BTreeMap<String, Result<Arranged, Blocked>>,
    /// How strictly to judge.
    pub level: Level,
    /// What is known to differ.
    pub baseline: Option<Baseline>,
    /// How many cases run at the same time.
    pub(crate) jobs: usize,
    /// What fixtures make.
    pub(crate) journal: Journal,
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
        let run = options.run.unwrap_or_else(run_id);
        let mut connection =
            Connection::open(target, client, service.probe(), &run, options.force).await?;
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
            service: Arc::clone(service),
        })
    }

    /// Makes the fixtures that these cases share. One that the target refuses blocks its cases, and no others.
    ///
    /// May be given up at any time: [`Session::close`] takes away what was made until then.
    pub async fn arrange(&mut self, items: &[Item<'_>]) -> Result<(), Gone> {
        let wanted = plan::fixtures(items, &self.connection.target)
            .into_iter()
            .filter(|fixture| !self.fixtures.contains_key(&fixture.name));
        let made = self
            .connection
            .arrange(&self.service, wanted, &self.journal, self.jobs)
            .await;
        let blocked = made.values().any(Result::is_err);
        self.fixtures.extend(made);
        if blocked && !self.connection.answers(self.service.probe()).await {
            return Err(Gone);
        }
        Ok(())
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
        self.journal.names()
    }

    /// Takes everything away. Returns what is left, each with the target's answer.
    pub async fn clear(&self) -> Vec<String> {
        self.journal
            .clear(&self.connection, &self.service, self.jobs)
            .await
    }
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
