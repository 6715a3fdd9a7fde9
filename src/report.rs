//! What a run tells: [`Event`]s while it goes on, then its [`Summary`], which every report is written from.
//!
//! A report holds no logic: what a run comes to is added up by the [`Tally`]. A new format is one file with a [`Writer`] and
//! one line of [`FORMATS`].

mod event;
mod exit;
pub mod file;
mod format;
mod github;
mod header;
mod json;
#[cfg(feature = "junit")]
mod junit;
mod markdown;
mod saved;
mod summary;
mod tally;
pub mod terminal;
pub(crate) mod wording;

pub use event::{Event, Reporter};
pub use exit::{Class, Exit};
pub use format::{FORMATS, Format, Order, Pending, To, Writer, help};
pub use header::Header;
pub use saved::{Saved, SavedError};
pub use summary::{Common, Judged, Refused, Stale, Summary, Waiting};
pub use tally::Tally;
#[cfg(feature = "harness")]
pub(crate) use tally::common_of;
