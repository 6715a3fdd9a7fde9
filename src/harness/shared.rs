//! [`Shared`]: what the trials of one process share: the target, the fixtures that they need, and the outcomes so far.

use std::{
    any::Any,
    collections::BTreeSet,
    panic::AssertUnwindSafe,
    sync::{Mutex, OnceLock, PoisonError},
    time::Duration,
};

use futures_util::{FutureExt, StreamExt, stream};
use tokio::sync::{OnceCell, RwLock};

use super::{
    error::HarnessError,
    run::Run,
    settings::{Also, Guard, Settings, Start},
};
use crate::{
    baseline::Baseline,
    capability::Capability,
    case::{Case, Invariant},
    connection::Connection,
    level::Level,
    load::Library,
    path::Path,
    plan,
    report::{self, Common},
    resolve::Declared,
    session::{Clearing, CreateRole, Session, SessionOptions},
    suite::Suite,
    verdict::{Outcome, Verdict},
};

/// How many requests are on their way at once while fixtures are made, and while the answers to all cases are collected.
const JOBS: usize = 8;

/// The place of a case in the library.
#[derive(Clone, Copy, Debug)]
pub(super) struct Item {
    suite: usize,
    case: usize,
}

impl Item {
    pub(super) fn new(library: &Library, item: &plan::Item<'_>) -> Item {
        let suite = library
            .suites
            .iter()
            .position(|suite| suite.id == item.suite.id);
        let case = item
            .suite
            .cases
            .iter()
            .position(|case| case.id == item.case.id);
        Item {
            suite: suite.expect("invariant: items are of this library"),
            case: case.expect("invariant: items are of this library"),
        }
    }
}

/// What the trials of one process share.
pub(super) struct Shared {
    library: Library,
    /// The cases of the filters, whether or not the command connection chooses them.
    pub(super) items: Vec<Item>,
    /// The trials of what cases have in common, by id.
    pub(super) common: Vec<(String, Run)>,
    chosen: OnceLock<BTreeSet<usize>>,
    pub(super) level: Level,
    /// Whether a baseline says what is known.
    pub(super) has_baseline: bool,
    baseline: Mutex<Option<Baseline>>,
    /// Whether what cannot be tested fails.
    pub(super) complete: bool,
    /// Whether the cases are all that there are.
    pub(super) whole: bool,
    pub(super) also: Option<Box<Also>>,
    profile: Option<String>,
    with: Vec<Capability>,
    without: Vec<Capability>,
    start: Mutex<Option<Start>>,
    guard: Mutex<Option<Guard>>,
    /// What takes away what was made, from the moment that something may have been.
    clearing: Mutex<Option<Clearing>>,
    session: OnceCell<Result<Session, HarnessError>>,
    outcomes: Vec<OnceCell<Outcome>>,
    /// What the cases of each suite have in common: every trial of a clause asks for it.
    in_common: Vec<OnceCell<Vec<Common>>>,
    /// Whoever uses the target holds it for reading, whoever ends everything for writing.
    gate: RwLock<()>,
}

impl Shared {
    pub(super) fn new(library: Library, items: Vec<Item>, settings: Settings) -> Shared {
        Shared {
            outcomes: items.iter().map(|_| OnceCell::new()).collect(),
            in_common: library.suites.iter().map(|_| OnceCell::new()).collect(),
            common: common(&library, &items, settings.level, settings.whole),
            library,
            items,
            chosen: OnceLock::new(),
            level: settings.level,
            has_baseline: settings.baseline.is_some(),
            baseline: Mutex::new(settings.baseline),
            complete: settings.complete,
            whole: settings.whole,
            also: settings.also,
            profile: settings.profile,
            with: settings.with,
            without: settings.without,
            start: Mutex::new(Some(settings.start)),
            guard: Mutex::default(),
            clearing: Mutex::default(),
            session: OnceCell::new(),
            gate: RwLock::default(),
        }
    }

    pub(super) fn suite(&self, number: usize) -> &Suite {
        &self.library.suites[self.items[number].suite]
    }

    pub(super) fn case(&self, number: usize) -> &Case {
        &self.suite(number).cases[self.items[number].case]
    }

    pub(super) fn item(&self, number: usize) -> plan::Item<'_> {
        plan::Item {
            suite: self.suite(number),
            case: self.case(number),
        }
    }

    /// The cases of a suite, by number.
    pub(super) fn of(&self, suite: usize) -> impl Iterator<Item = usize> {
        (0..self.items.len()).filter(move |number| self.items[*number].suite == suite)
    }

    pub(super) fn suites(&self) -> &[Suite] {
        &self.library.suites
    }

    /// Notes which trials will run: their fixtures are made, and no others.
    pub(super) fn choose<'t>(&self, names: impl Iterator<Item = &'t str>) {
        let names: BTreeSet<&str> = names.collect();
        let wanted = (0..self.items.len())
            .filter(|number| {
                let item = &self.items[*number];
                let all = self.common.iter().any(|(id, run)| {
                    names.contains(id.as_str())
                        && matches!(run, Run::Common(suite, _) if *suite == item.suite)
                });
                all || names.contains(self.case(*number).id.as_str())
            })
            .collect();
        // called once
        let _ = self.chosen.set(wanted);
    }

    /// The outcome of a case, which is run if it was not yet.
    pub(super) async fn outcome(&self, number: usize) -> Result<&Outcome, String> {
        let _open = self.gate.read().await;
        let session = self.opened().await?;
        let outcome = self.outcomes[number]
            .get_or_init(|| session.judge(self.item(number)))
            .await;
        Ok(outcome)
    }

    /// The outcomes of all cases of a suite, with their numbers.
    pub(super) async fn outcomes(&self, suite: usize) -> Result<Vec<(usize, &Outcome)>, String> {
        let outcomes: Vec<_> = stream::iter(self.of(suite))
            .map(|number| async move { (number, self.outcome(number).await) })
            .buffered(JOBS)
            .collect()
            .await;
        outcomes
            .into_iter()
            .map(|(number, outcome)| Ok((number, outcome?)))
            .collect()
    }

    /// What the cases of a suite have in common.
    pub(super) async fn in_common(&self, suite: usize) -> Result<&[Common], String> {
        let found = || async {
            let outcomes = self.outcomes(suite).await?.into_iter();
            let judged = outcomes.map(|(number, outcome)| (self.item(number), outcome));
            Ok(report::common_of(judged))
        };
        let found: Result<_, String> = self.in_common[suite].get_or_try_init(found).await;
        found.map(Vec::as_slice)
    }

    /// The session, once it was asked for.
    pub(super) fn session(&self) -> Option<&Session> {
        self.session.get()?.as_ref().ok()
    }

    async fn opened(&self) -> Result<&Session, String> {
        let session = self.session.get_or_init(|| self.open()).await;
        session.as_ref().map_err(|error| format!("error: {error}"))
    }

    async fn open(&self) -> Result<Session, HarnessError> {
        let start = locked(&self.start).take();
        let start = start.expect("invariant: a session is opened once");
        let started = AssertUnwindSafe(async { start().await }).catch_unwind();
        let (address, guard) = started
            .await
            .map_err(|panic| HarnessError::Start(told(&*panic)))?;
        *locked(&self.guard) = Some(guard);
        let declared = Declared {
            with: &self.with,
            without: &self.without,
        };
        let (target, create_role) =
            address.target(self.profile.as_deref(), &self.library.profiles, declared)?;
        let options = SessionOptions {
            // a stub may know only what it was made for
            force: true,
            level: self.level,
            baseline: locked(&self.baseline).take(),
            jobs: JOBS,
            create_role: if create_role {
                CreateRole::First
            } else {
                CreateRole::IfAsked
            },
            ..SessionOptions::default()
        };
        let mut session = Session::open(target, &self.library, options).await?;
        *locked(&self.clearing) = Some(session.clearing());
        let items = self.fixed(&session.connection);
        session.arrange(&items).await?;
        Ok(session)
    }

    /// The cases whose fixtures are made: the chosen ones. All, if a whole run would learn of the target by making them what
    /// the chosen ones need to know: its account, or that functions are pending for a while.
    fn fixed(&self, connection: &Connection) -> Vec<plan::Item<'_>> {
        let chosen = self.chosen.get();
        let is_chosen = |number: &usize| chosen.is_none_or(|chosen| chosen.contains(number));
        let settling = |number: usize| self.case(number).requires.contains(&Capability::Settling);
        let all = connection.account().is_none()
            || !connection.target.can(Capability::Settling)
                && (0..self.items.len()).filter(is_chosen).any(settling);
        (0..self.items.len())
            .filter(|number| all || is_chosen(number))
            .map(|number| self.item(number))
            .collect()
    }

    /// Why nothing was tested, if the target refused to set up cases and none was set up.
    pub(super) fn refused(&self) -> Option<String> {
        let outcomes: Vec<&Outcome> = self.outcomes.iter().filter_map(OnceCell::get).collect();
        let tested = |outcome: &&Outcome| !matches!(outcome.verdict, Verdict::NotTestable { .. });
        let first = outcomes.iter().find(|outcome| outcome.unlisted)?;
        if outcomes.iter().any(tested) {
            return None;
        }
        first.verdict.shared_reason()
    }

    /// What takes away what was made, once something may have been.
    pub(super) fn clearing(&self) -> Option<Clearing> {
        locked(&self.clearing).clone()
    }

    /// Waits for what is on its way, lets nothing else begin, and takes away what was made. Returns what is left.
    pub(super) async fn end(&self) -> Vec<String> {
        /// A case may wait for a function longer than a person waits after Ctrl-C.
        const PATIENCE: Duration = Duration::from_secs(10);
        let closed = tokio::time::timeout(PATIENCE, self.gate.write()).await;
        let clearing = locked(&self.clearing).take();
        let left = match clearing {
            Some(clearing) => clearing.clear().await,
            None => Vec::new(),
        };
        // a wiremock server that is dropped without a pause may wait for itself
        tokio::task::yield_now().await;
        drop(locked(&self.guard).take());
        // what is still waiting to begin never does
        std::mem::forget(closed);
        left
    }
}

/// Whether each trial has a process of its own, which nextest says of itself, also while it lists them.
pub(super) fn alone() -> bool {
    std::env::var_os("NEXTEST").is_some()
}

/// The trials of what cases have in common, by id: for each clause one, and one for all that have none.
///
/// Where every trial has a process of its own, each would have to run all cases, so there is only the last. In a part of the
/// suite most clauses of members are of no answer, so that one stands for them.
fn common(library: &Library, items: &[Item], level: Level, whole: bool) -> Vec<(String, Run)> {
    let mut common = Vec::new();
    for (number, suite) in library.suites.iter().enumerate() {
        if !items.iter().any(|item| item.suite == number) {
            continue;
        }
        let of_suite = items.iter().filter(|item| item.suite == number);
        let mut cases = of_suite.map(|item| &suite.cases[item.case]);
        let sets_up = cases.any(|case| case.fixture.is_some());
        let always = suite.invariants().filter(|always| counts(always, level));
        let always = always.filter(|always| sets_up || !always.when.is_of_set_up());
        let mut clauses: Vec<String> = always.map(|always| always.clause.clone()).collect();
        if alone() {
            clauses.clear();
        } else if whole {
            clauses.extend(common_clauses(suite));
        }
        let mut seen = BTreeSet::new();
        clauses.retain(|clause| seen.insert(clause.clone()));
        for clause in clauses {
            common.push((suite.common(&clause), Run::Common(number, Some(clause))));
        }
        common.push((format!("{}/always", suite.id), Run::Common(number, None)));
    }
    common
}

/// What a panic says.
fn told(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
    text.unwrap_or("a value that is no text").to_owned()
}

/// Whether anything of it is asserted at a level.
pub(super) fn counts(always: &Invariant, level: Level) -> bool {
    let mut levels = always.assertions.iter().map(|assertion| assertion.level);
    let echoes = !always.echoes.is_empty() && Level::Observed <= level;
    echoes || levels.any(|from| from.is_some_and(|from| from <= level))
}

/// The clauses beside those of `always.toml` that can be missed by a case that is not about them: those of the presence
/// table, and those that a part of an answer counts for if no clause of the case governs it.
fn common_clauses(suite: &Suite) -> impl Iterator<Item = String> {
    let presence = suite.presence.iter().flat_map(|presence| &presence.members);
    let paths = suite.clauses().flat_map(|clause| &clause.governs);
    let governing = |at: &Path| suite.governing(&[], at).map(|clause| clause.id.clone());
    presence
        .map(|member| member.clause.clone())
        .chain(paths.filter_map(governing))
}

fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::panic;

    use super::*;

    #[test]
    fn a_panic_is_told_in_its_own_words() {
        let said = |panic: fn()| told(&*panic::catch_unwind(panic).expect_err("a panic"));
        assert_eq!(said(|| panic!("no docker")), "no docker");
        assert_eq!(said(|| panic!("no {}", "docker")), "no docker");
        assert_eq!(said(|| panic::panic_any(7)), "a value that is no text");
    }
}
