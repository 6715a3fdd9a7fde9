//! How strictly a run judges ([`Level`]) and where a fact is from ([`Basis`]).

use crate::word::words;

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

words!("level", pub Level {
    Documented => "documented",
    Observed => "observed",
    Wire => "wire",
});

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

words!("basis", pub Basis {
    Documented => "documented",
    Model => "model",
    Observed => "observed",
    Inferred => "inferred",
});

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
                .message
                .contains("`strict`")
        );
    }
}
