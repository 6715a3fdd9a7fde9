//! [`Event`]: what happens while a run goes on, as a [`Reporter`] is told of it.

use std::io;

use super::{header::Header, summary::Summary};
use crate::{plan::Item, verdict::Outcome};

/// Something that happened, in the order of the plan.
#[derive(Debug)]
pub enum Event<'a> {
    /// The run begins.
    Started(&'a Header),
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
