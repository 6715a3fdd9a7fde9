//! [`Assertion`]: one thing that is checked on an answer, and how firm it is.

use super::Json;
use crate::{level::Level, path::Path, span::Place, text::Text};

/// The tables of a case file that hold assertions, each with the level from which a run judges them; without a level an
/// assertion is only our conclusion: it makes a note and never fails a case.
pub const TABLES: [(&str, Option<Level>); 4] = [
    ("expect", Some(Level::Documented)),
    ("observed", Some(Level::Observed)),
    ("wire", Some(Level::Wire)),
    ("inferred", None),
];

/// The name of the table that holds the assertions of a level.
pub fn table(level: Option<Level>) -> &'static str {
    match level {
        Some(Level::Documented) => "expect",
        Some(Level::Observed) => "observed",
        Some(Level::Wire) => "wire",
        None => "inferred",
    }
}

/// What an assertion wants at its path.
#[derive(Clone, Debug, PartialEq)]
pub enum Expected {
    /// This status code.
    Status(u16),
    /// Any status but a success.
    Refused,
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
    /// One of these groups of assertions; the first that holds is noted.
    Any(Vec<Vec<Assertion>>),
}

impl Expected {
    /// Every text in it.
    pub fn texts(&self) -> Vec<&Text> {
        match self {
            Expected::Text(text) => vec![text],
            Expected::Json(json) => json.texts(),
            Expected::Violations(texts) => texts.iter().collect(),
            Expected::Any(groups) => groups
                .iter()
                .flatten()
                .flat_map(|assertion| assertion.expected.texts())
                .collect(),
            Expected::Status(_)
            | Expected::Refused
            | Expected::Absent
            | Expected::Null
            | Expected::Readable
            | Expected::MessageMember(_) => Vec::new(),
        }
    }

    /// The same want with every text changed.
    #[must_use]
    pub fn map(&self, change: &dyn Fn(&Text) -> Text) -> Expected {
        match self {
            Expected::Text(text) => Expected::Text(change(text)),
            Expected::Json(json) => Expected::Json(json.map(change)),
            Expected::Violations(texts) => Expected::Violations(texts.iter().map(change).collect()),
            Expected::Any(groups) => Expected::Any(
                groups
                    .iter()
                    .map(|group| {
                        group
                            .iter()
                            .map(|assertion| assertion.map(change))
                            .collect()
                    })
                    .collect(),
            ),
            Expected::Status(_)
            | Expected::Refused
            | Expected::Absent
            | Expected::Null
            | Expected::Readable
            | Expected::MessageMember(_) => self.clone(),
        }
    }
}

/// One thing that is checked on an answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Assertion {
    /// The part of the answer.
    pub at: Path,
    /// What is wanted there.
    pub expected: Expected,
    /// The level from which a run judges it; none where it is only inferred and makes a note.
    pub level: Option<Level>,
    /// Where it is written.
    pub place: Place,
}

impl Assertion {
    /// The paths that it speaks about.
    pub fn paths(&self) -> Vec<&Path> {
        match &self.expected {
            Expected::Any(groups) => groups.iter().flatten().flat_map(Assertion::paths).collect(),
            _ => vec![&self.at],
        }
    }

    /// The names of errors that it asks for.
    pub fn expected_errors(&self) -> Vec<&Text> {
        match &self.expected {
            Expected::Text(text) if self.at.root() == "error" => vec![text],
            Expected::Any(groups) => {
                let each = groups.iter().flatten();
                each.flat_map(Assertion::expected_errors).collect()
            }
            _ => Vec::new(),
        }
    }

    /// Whether it says something of just this part.
    pub fn mentions(&self, at: &Path) -> bool {
        match &self.expected {
            Expected::Json(json) => {
                at.0.strip_prefix(self.at.0.as_slice())
                    .is_some_and(|below| json.part(below).is_some())
            }
            Expected::Absent => at.is_within(&self.at),
            Expected::Any(groups) => groups.iter().flatten().any(|one| one.mentions(at)),
            _ => self.at == *at,
        }
    }

    /// The same assertion with every text changed.
    #[must_use]
    pub fn map(&self, change: &dyn Fn(&Text) -> Text) -> Assertion {
        Assertion {
            expected: self.expected.map(change),
            ..self.clone()
        }
    }
}
