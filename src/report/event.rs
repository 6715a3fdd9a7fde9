//! [`Event`]: what happens while a run goes on, as a [`Reporter`] is told of it.

use std::{io, time::Duration};

use super::{header::Header, summary::Summary};
use crate::{plan::Item, verdict::Outcome};

/// Something that happened, in the order of the plan.
#[derive(Debug)]
pub enum Event<'a> {
    /// The target does not answer yet, after so long of at most so long.
    Waiting {
        /// How long it did not.
        waited: Duration,
        /// How long it may.
        limit: Duration,
    },
    /// The run begins: the target answers, and what set-up finds out of it is still to come.
    Started(&'a Header),
    /// Set-up goes on: so many fixtures are made, or refused.
    SetUp {
        /// How many.
        made: usize,
        /// Of how many.
        of: usize,
    },
    /// Set-up is over: what it found out stands in the header.
    Arranged(&'a Header),
    /// A case came to an end.
    Judged(Item<'a>, &'a Outcome),
    /// The run is over.
    Finished(&'a Summary<'a>),
}

/// Someone who is told what happens. Called from one place, one event at a time.
pub trait Reporter {
    /// Takes one event.
    fn event(&mut self, event: &Event<'_>) -> io::Result<()>;
}
