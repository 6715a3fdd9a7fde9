//! [`Journal`]: what a run may have made, noted before it is made, and taken away at the end.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::{StreamExt, stream};

use super::{
    removal::{Patience, Tried},
    role::Role,
};
use crate::{
    case::{Auth, Json},
    connection::{Connection, named_read},
    fixture::{Fixture, Removal},
    observation::NoAnswer,
    suite::Service,
    text::{Bindings, Text},
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
    /// Whether all of it was taken away.
    is_gone: bool,
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
            is_gone: false,
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
        let things = entries.iter().filter(|entry| !entry.is_gone);
        let things = things.flat_map(|entry| entry.things(connection));
        let mut names: Vec<String> = things.map(|(name, _)| name).collect();
        names.sort();
        names.dedup();
        names.into_iter().chain(role).collect()
    }

    /// Takes everything away, `jobs` at a time. Returns what is left, each with the target's answer.
    pub(crate) async fn clear(
        &self,
        connection: &Connection,
        service: &Service,
        jobs: usize,
    ) -> Vec<String> {
        let entries = self.lock().clone();
        let patience = Patience::new(&connection.target.clock);
        let left: Vec<Vec<String>> = stream::iter(entries.into_iter().enumerate())
            .map(|(number, entry)| {
                let patience = &patience;
                async move {
                    let _work = connection.target.clock.begin();
                    let left = entry.clear(connection, service, patience).await;
                    if let Some(entry) = self.lock().get_mut(number) {
                        entry.is_gone = left.is_empty();
                    }
                    left
                }
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

    /// What its removals take away and may be there, by name.
    fn things(&self, connection: &Connection) -> impl Iterator<Item = (String, &Removal)> {
        let may_be_there = connection.creations.may_be_there(&self.name());
        let removals = self.removals.iter();
        removals.filter_map(move |removal| {
            // what was never captured was never made
            let mut texts = removal.request.texts().into_iter();
            if texts.any(|text| text.expand(&self.bindings).is_err()) {
                return None;
            }
            let name = self.thing(removal);
            // of a layer nobody notes whether it was made
            let may_be_there = may_be_there || removal.operation != DELETE_FUNCTION;
            may_be_there.then_some((name, removal))
        })
    }

    /// The name of what a removal takes away.
    fn thing(&self, removal: &Removal) -> String {
        let name = |member: &str| match removal.request.member(member) {
            Some(Json::Text(text)) => text.expand(&self.bindings).ok(),
            _ => None,
        };
        let layer = || Some(format!("layer {}", name("LayerName")?));
        let named = name("FunctionName").or_else(layer);
        named.unwrap_or_else(|| self.name())
    }

    async fn clear(
        &self,
        connection: &Connection,
        service: &Service,
        patience: &Patience<'_>,
    ) -> Vec<String> {
        let mut left = Vec::new();
        let function = self.name();
        for removal in &self.removals {
            let is_function = removal.operation == DELETE_FUNCTION;
            if is_function && !connection.creations.may_be_removed(&function) {
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
            let name = self.thing(removal);
            let removed = patience.remove(|| async {
                let answer = connection.send(Auth::Signed, request.clone()).await?;
                let mut is_gone = !answer.is_error() || answer.status == 404;
                // AWS answers 204 without a body; who says something else may have removed nothing
                let is_plain = answer.status == 204 && answer.body.is_empty();
                if is_function && is_gone && !is_plain {
                    is_gone = !is_there(connection, service, &name).await?;
                }
                Ok(Tried { answer, is_gone })
            });
            // of what was refused nothing is left, whatever is said of its removal
            if let Err(reason) = removed.await
                && (!is_function || connection.creations.may_be_there(&function))
            {
                left.push(format!("{name} ({}: {reason})", removal.operation));
            }
        }
        left
    }
}

/// Whether a function is there.
async fn is_there(
    connection: &Connection,
    service: &Service,
    name: &str,
) -> Result<bool, NoAnswer> {
    let name = Text::literal(name);
    let Ok(read) = named_read(service.probe(), &name, &connection.bindings) else {
        return Ok(false);
    };
    let answer = connection.send(Auth::Signed, read).await?;
    Ok(!answer.is_error())
}
