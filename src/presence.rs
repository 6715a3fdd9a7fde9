//! [`Presence`]: which member of an answer has a value in which state of the function.
//!
//! One table for the judge, for the reference's tests and for the tests that invert it cell by cell.

use serde_json::Value;

use crate::{case::Json, date::Month, path::Path, span::Place, word::words};

/// The states that the table tells apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Column {
    /// Being created.
    Create,
    /// A settled zip function.
    Active,
    /// Being updated.
    Update,
    /// A published version.
    Version,
    /// Read through an alias.
    Alias,
    /// An element of a list, for contrast.
    List,
}

words!("column", pub Column {
    Create => "create",
    Active => "active",
    Update => "update",
    Version => "version",
    Alias => "alias",
    List => "list",
});

impl Column {
    /// Whether the table speaks of the state that an answer shows: nobody recorded what failed, is inactive or
    /// comes back from that.
    pub fn is_recorded(answer: &Value) -> bool {
        let is = |member: &str, known: &[&str]| {
            answer
                .get(member)
                .and_then(Value::as_str)
                .is_none_or(|word| known.contains(&word))
        };
        let creating = is("State", &["Active"]) || is("StateReasonCode", &["Creating"]);
        is("State", &["Active", "Pending"])
            && is("LastUpdateStatus", &["InProgress", "Successful"])
            && creating
    }

    /// The column of the state that an answer shows. A version read through an alias has the marks of the version.
    fn of(answer: &Value) -> Column {
        let is =
            |member: &str, value: &str| answer.get(member).and_then(Value::as_str) == Some(value);
        if is("State", "Pending") {
            Column::Create
        } else if is("LastUpdateStatus", "InProgress") {
            Column::Update
        } else if is("Version", "$LATEST") {
            Column::Active
        } else {
            Column::Version
        }
    }
}

/// What of a function decides which of its members have a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Shown {
    /// Its state.
    pub column: Column,
    /// Whether it is a container image.
    pub image: bool,
}

impl Shown {
    /// The members by which it is told.
    pub const BY: [&'static str; 5] = [
        "State",
        "LastUpdateStatus",
        "StateReasonCode",
        "Version",
        "PackageType",
    ];

    /// What an answer shows.
    pub fn of(answer: &Value) -> Shown {
        Shown {
            column: Column::of(answer),
            image: answer.get("PackageType").and_then(Value::as_str) == Some("Image"),
        }
    }
}

impl std::fmt::Display for Shown {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let image = if self.image { ", image" } else { "" };
        write!(f, "{}{image}", self.column.name())
    }
}

/// What the table says of a member in a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// It has a value.
    Value,
    /// It has none: absent, or `null`.
    None,
    /// It has a value if one was set.
    Set,
}

words!("mark", pub Mark {
    Value => "value",
    None => "none",
    Set => "set",
});

/// A row of the table.
#[derive(Clone, Debug)]
pub struct Member {
    /// The member.
    pub name: String,
    /// The month in which AWS announced it.
    pub since: Month,
    /// The marks, in the order of [`Column::ALL`].
    pub marks: [Mark; 6],
    /// The mark of a container image in any state, where it is another than those of the states.
    pub image: Option<Mark>,
    /// Its value in a settled function of which nothing was set.
    pub default: Option<Json>,
    /// The clause that governs its presence.
    pub clause: String,
    /// Where it is written.
    pub place: Place,
}

impl Member {
    /// Whether it depends on what is shown if there is a value.
    pub fn depends(&self) -> bool {
        let columns = Column::ALL.into_iter();
        let shown = columns.flat_map(|column| [false, true].map(|image| Shown { column, image }));
        let mut marks = shown.map(|shown| self.mark(shown));
        let first = marks.next();
        marks.any(|mark| Some(mark) != first)
    }

    /// The mark of what is shown.
    pub fn mark(&self, shown: Shown) -> Mark {
        if let Some(mark) = self.image.filter(|_| shown.image) {
            return mark;
        }
        let at = Column::ALL.iter().position(|known| *known == shown.column);
        self.marks[at.expect("invariant: all columns are listed")]
    }
}

/// Which members stand on the wire even where they have no value: as `null`.
#[derive(Clone, Debug)]
pub struct Written {
    /// The clause that says so.
    pub clause: String,
    /// Members of members for which it holds wherever the outer one has a value, as paths below `body`. For the rows of the
    /// table it holds always.
    pub within: Vec<Path>,
    /// Where it is written.
    pub place: Place,
}

/// A member that is later than the page of 2024: nobody recorded when it has a value.
#[derive(Clone, Debug)]
pub struct Later {
    /// The member.
    pub name: String,
    /// The month in which AWS announced it.
    pub since: Month,
    /// The clause that it is noted for.
    pub clause: String,
}

/// The table.
#[derive(Clone, Debug, Default)]
pub struct Presence {
    /// What stands on the wire without a value, if that is known.
    pub written: Option<Written>,
    /// Its rows: the members of the page of 2024.
    pub members: Vec<Member>,
    /// The members that are later.
    pub later: Vec<Later>,
}

impl Presence {
    /// The members that answers had in a month.
    pub fn known(&self, month: Month) -> impl Iterator<Item = &str> {
        let members = self.members.iter().map(|row| (&row.name, row.since));
        let later = self.later.iter().map(|row| (&row.name, row.since));
        members
            .chain(later)
            .filter(move |(_, since)| *since <= month)
            .map(|(name, _)| name.as_str())
    }
}
