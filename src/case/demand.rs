//! [`Demand`]: one thing that is checked on an answer, and how firm it is.

use super::Json;
use crate::{level::Level, path::Path, span::Place, text::Text};

/// The table in which a demand is written: how firm it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Table {
    /// The page or the model says so.
    Expect,
    /// Recordings show it.
    Observed,
    /// Recordings show exactly this form on the wire.
    Wire,
    /// Our conclusion: makes a note, never a failure.
    Inferred,
}

impl Table {
    /// All tables.
    pub const ALL: [Table; 4] = [Table::Expect, Table::Observed, Table::Wire, Table::Inferred];

    /// Its name in a case file.
    pub fn name(self) -> &'static str {
        match self {
            Table::Expect => "expect",
            Table::Observed => "observed",
            Table::Wire => "wire",
            Table::Inferred => "inferred",
        }
    }

    /// The level from which a run judges it; nothing for what only makes a note.
    pub fn level(self) -> Option<Level> {
        match self {
            Table::Expect => Some(Level::Documented),
            Table::Observed => Some(Level::Observed),
            Table::Wire => Some(Level::Wire),
            Table::Inferred => None,
        }
    }
}

/// What a demand wants at its path.
#[derive(Clone, Debug, PartialEq)]
pub enum Want {
    /// This status code.
    Status(u16),
    /// This text: an error, a message, a header, the body as it is.
    Text(Text),
    /// This JSON value: objects may have more members, arrays may not have more elements.
    Json(Json),
    /// Nothing there; JSON `null` counts as nothing.
    Absent,
    /// JSON `null`, written out.
    Null,
    /// A body that can be read as JSON.
    Readable,
    /// These sentences of a validation error, in any order, and no others.
    Violations(Vec<Text>),
    /// The error text stands in the member of this name, letter by letter.
    MessageMember(String),
    /// One of these groups of demands; the first that holds is noted.
    Any(Vec<Vec<Demand>>),
}

impl Want {
    /// Every text in it.
    pub fn texts(&self) -> Vec<&Text> {
        match self {
            Want::Text(text) => vec![text],
            Want::Json(json) => json.texts(),
            Want::Violations(texts) => texts.iter().collect(),
            Want::Any(groups) => groups
                .iter()
                .flatten()
                .flat_map(|demand| demand.want.texts())
                .collect(),
            Want::Status(_)
            | Want::Absent
            | Want::Null
            | Want::Readable
            | Want::MessageMember(_) => Vec::new(),
        }
    }

    /// The same want with every text changed.
    #[must_use]
    pub fn map(&self, change: &dyn Fn(&Text) -> Text) -> Want {
        match self {
            Want::Text(text) => Want::Text(change(text)),
            Want::Json(json) => Want::Json(json.map(change)),
            Want::Violations(texts) => Want::Violations(texts.iter().map(change).collect()),
            Want::Any(groups) => Want::Any(
                groups
                    .iter()
                    .map(|group| group.iter().map(|demand| demand.map(change)).collect())
                    .collect(),
            ),
            Want::Status(_)
            | Want::Absent
            | Want::Null
            | Want::Readable
            | Want::MessageMember(_) => self.clone(),
        }
    }
}

/// One thing that is checked on an answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Demand {
    /// The part of the answer.
    pub at: Path,
    /// What is wanted there.
    pub want: Want,
    /// The table it is written in.
    pub table: Table,
    /// Where it is written.
    pub place: Place,
}

impl Demand {
    /// The same demand with every text changed.
    #[must_use]
    pub fn map(&self, change: &dyn Fn(&Text) -> Text) -> Demand {
        Demand {
            want: self.want.map(change),
            ..self.clone()
        }
    }
}
