//! [`Journal`]: what a run may have made, noted before it is made, and taken away at the end.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use futures_util::{StreamExt, stream};

use crate::{
    case::Auth,
    connection::Connection,
    fixture::{Fixture, Removal},
    suite::Service,
    text::Bindings,
    wire,
};

/// Everything that is to be taken away. Clones share what they note.
#[derive(Clone, Debug, Default)]
pub(crate) struct Journal {
    entries: Arc<Mutex<Vec<Entry>>>,
}

#[derive(Clone, Debug)]
struct Entry {
    removals: Vec<Removal>,
    bindings: Bindings,
}

impl Journal {
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

    /// What is noted, by name.
    pub(crate) fn names(&self) -> Vec<String> {
        self.lock().iter().map(Entry::name).collect()
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
        for removal in &self.removals {
            // what was never captured was never made
            let Ok(request) = wire::request(
                &service.operations[&removal.operation],
                &removal.request,
                &self.bindings,
            ) else {
                continue;
            };
            if let Err(reason) = remove(connection, request).await {
                left.push(format!("{} ({}: {reason})", self.name(), removal.operation));
            }
        }
        left
    }
}

/// Removes one thing; what is gone already is removed. A function that is being updated is given a moment.
async fn remove(
    connection: &Connection,
    request: http::Request<bytes::Bytes>,
) -> Result<(), String> {
    const TRIES: u32 = 20;
    const PAUSE: Duration = Duration::from_millis(250);
    let mut last = String::new();
    for _ in 0..TRIES {
        match connection.send(Auth::Signed, request.clone()).await {
            Ok(answer) if answer.status < 300 || answer.status == 404 => return Ok(()),
            Ok(answer) if matches!(answer.status, 409 | 429) => last = answer.in_one_line(),
            Ok(answer) => return Err(answer.in_one_line()),
            Err(error) => return Err(error.to_string()),
        }
        connection.target.clock.wait(PAUSE).await;
    }
    Err(last)
}
