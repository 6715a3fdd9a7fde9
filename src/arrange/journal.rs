//! [`Journal`]: what a run may have made, noted before it is made, and taken away at the end.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::{StreamExt, stream};

use super::{removal::remove, role::Role};
use crate::{
    case::Auth,
    connection::Connection,
    fixture::{Fixture, Removal},
    suite::Service,
    text::Bindings,
    wire,
};

/// The operation that takes away what CreateFunction made.
const DELETE_FUNCTION: &str = "DeleteFunction";

/// Everything that is to be taken away. Clones share what they note.
#[derive(Clone, Debug, Default)]
pub(crate) struct Journal {
    entries: Arc<Mutex<Vec<Entry>>>,
    role: Option<Arc<Role>>,
}

#[derive(Clone, Debug)]
struct Entry {
    removals: Vec<Removal>,
    bindings: Bindings,
}

impl Journal {
    /// A journal with the role that is made if CreateFunction asks for one, if any is.
    pub(crate) fn new(role: Option<Role>) -> Journal {
        Journal {
            role: role.map(Arc::new),
            ..Journal::default()
        }
    }

    /// The role that is made if CreateFunction asks for one.
    pub(crate) fn role(&self) -> Option<&Role> {
        self.role.as_deref()
    }

    /// The values of placeholders, with the role that was made.
    pub(crate) fn under_role(&self, bindings: &Bindings) -> Bindings {
        let mut bindings = bindings.clone();
        if let Some(arn) = self.role().and_then(Role::arn) {
            bindings.set("role", arn);
        }
        bindings
    }

    /// Notes a fixture that is about to be made.
    pub(crate) fn note(&self, fixture: &Fixture, bindings: &Bindings) -> usize {
        let mut entries = self.lock();
        entries.push(Entry {
            removals: fixture.removals.clone(),
            bindings: bindings.clone(),
        });
        entries.len() - 1
    }

    /// Keeps what a step captured: a removal may need it.
    pub(crate) fn update(&self, entry: usize, bindings: &Bindings) {
        self.lock()[entry].bindings = bindings.clone();
    }

    /// What may be there, by name.
    pub(crate) fn names(&self, connection: &Connection) -> Vec<String> {
        let role = self.role().and_then(Role::standing);
        let role = role.map(|name| format!("role {name}"));
        let entries = self.lock();
        let standing = entries
            .iter()
            .filter(|entry| connection.creations.may_be_there(&entry.name()));
        standing.map(Entry::name).chain(role).collect()
    }

    /// Takes everything away, `jobs` at a time. Returns what is left, each with the target's answer.
    pub(crate) async fn clear(
        &self,
        connection: &Connection,
        service: &Service,
        jobs: usize,
    ) -> Vec<String> {
        let entries = self.lock().clone();
        let left: Vec<Vec<String>> = stream::iter(entries)
            .map(|entry| async move {
                let _work = connection.target.clock.begin();
                entry.clear(connection, service).await
            })
            .buffer_unordered(jobs.max(1))
            .collect()
            .await;
        let mut left = left.concat();
        left.sort();
        self.lock().clear();
        // after the functions that have it
        if let Some(role) = self.role() {
            let _work = connection.target.clock.begin();
            left.extend(role.clear(connection).await);
        }
        left
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Entry>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Entry {
    fn name(&self) -> String {
        self.bindings
            .get("function")
            .unwrap_or("a fixture")
            .to_owned()
    }

    async fn clear(&self, connection: &Connection, service: &Service) -> Vec<String> {
        let mut left = Vec::new();
        let name = self.name();
        for removal in &self.removals {
            let is_function = removal.operation == DELETE_FUNCTION;
            if is_function && !connection.creations.may_be_removed(&name) {
                continue;
            }
            // what was never captured was never made
            let Ok(request) = wire::request(
                &service.operations[&removal.operation],
                &removal.request,
                &self.bindings,
            ) else {
                continue;
            };
            let send = || connection.send(Auth::Signed, request.clone());
            let removed = remove(connection, send).await;
            // of what was refused nothing is left, whatever is said of its removal
            if let Err(reason) = removed
                && (!is_function || connection.creations.may_be_there(&name))
            {
                left.push(format!("{name} ({}: {reason})", removal.operation));
            }
        }
        left
    }
}
