//! How strictly a run judges ([`Level`]) and where a fact is from ([`Basis`]).

use std::{fmt, str::FromStr};

/// How strictly a run judges. Ordered: what a stricter level accepts, every looser one accepts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// What the reference page or the service model states.
    Documented,
    /// What recordings of AWS show as well.
    #[default]
    Observed,
    /// The exact form on the wire as well: explicit nulls, letter case of `message`.
    Wire,
}

impl Level {
    /// All levels, the loosest first.
    pub const ALL: [Level; 3] = [Level::Documented, Level::Observed, Level::Wire];

    /// The word for it on the command line, in case files and in reports.
    pub fn name(self) -> &'static str {
        match self {
            Level::Documented => "documented",
            Level::Observed => "observed",
            Level::Wire => "wire",
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Level {
    type Err = String;

    fn from_str(word: &str) -> Result<Level, String> {
        Level::ALL
            .into_iter()
            .find(|level| level.name() == word)
            .ok_or_else(|| {
                format!("unknown level `{word}`; known: `documented`, `observed`, `wire`")
            })
    }
}

/// Where a fact is from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Basis {
    /// The reference page of the operation says it.
    Documented,
    /// The service model says it.
    Model,
    /// It was recorded from AWS.
    Observed,
    /// None of the three: a conclusion. It never fails a run, it makes a note.
    Inferred,
}

impl Basis {
    /// All of them, the firmest first.
    pub const ALL: [Basis; 4] = [
        Basis::Documented,
        Basis::Model,
        Basis::Observed,
        Basis::Inferred,
    ];

    /// The word for it in clause files and in reports.
    pub fn name(self) -> &'static str {
        match self {
            Basis::Documented => "documented",
            Basis::Model => "model",
            Basis::Observed => "observed",
            Basis::Inferred => "inferred",
        }
    }
}

impl fmt::Display for Basis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Basis {
    type Err = String;

    fn from_str(word: &str) -> Result<Basis, String> {
        Basis::ALL
            .into_iter()
            .find(|basis| basis.name() == word)
            .ok_or_else(|| {
                format!(
                    "unknown basis `{word}`; known: `documented`, `model`, `observed`, `inferred`"
                )
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_are_ordered_from_loose_to_strict() {
        assert!(Level::Documented < Level::Observed && Level::Observed < Level::Wire);
        assert_eq!(Level::default(), Level::Observed);
    }

    #[test]
    fn words_are_read_back_and_unknown_words_are_named() {
        for level in Level::ALL {
            assert_eq!(level.name().parse(), Ok(level));
        }
        for basis in Basis::ALL {
            assert_eq!(basis.name().parse(), Ok(basis));
        }
        assert!(
            "strict"
                .parse::<Level>()
                .expect_err("unknown")
                .contains("`strict`")
        );
    }
}
