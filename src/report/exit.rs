//! [`Exit`]: why a run ends with its code.

use crate::word::words;

/// Why a run ends with its code. The order is that of precedence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// Ended by the user.
    Interrupted,
    /// Case files, options or configuration are wrong.
    Usage,
    /// No connection, or cases that got no answer.
    Unreachable,
    /// At least one mismatch that the baseline does not list.
    Mismatch,
    /// At least one clause was not decided, where all had to be.
    NotDecided,
    /// No clause was decided.
    NothingDecided,
    /// The target refused to set up cases, which no baseline lists as not testable.
    NotTestable,
    /// Something that the run made is still there.
    CleanUp,
    /// The baseline lists mismatches that did not occur.
    Stale,
    /// The baseline lists mismatches that occurred after the entry expired.
    Expired,
}

words!("class", pub Class {
    Interrupted => "interrupted",
    Usage => "usage",
    Unreachable => "unreachable",
    Mismatch => "mismatch",
    NotDecided => "not-decided",
    NothingDecided => "nothing-decided",
    NotTestable => "not-testable",
    CleanUp => "clean-up-incomplete",
    Stale => "baseline-stale",
    Expired => "baseline-expired",
});

impl Class {
    /// The exit code.
    pub fn code(self) -> u8 {
        match self {
            Class::Interrupted => 130,
            Class::Usage => 2,
            Class::Unreachable => 3,
            Class::Mismatch | Class::NotDecided => 1,
            Class::NothingDecided => 4,
            Class::NotTestable => 7,
            Class::CleanUp => 6,
            Class::Stale | Class::Expired => 5,
        }
    }
}

/// All classes that apply to a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Exit {
    /// The classes, the one that decides first.
    pub classes: Vec<Class>,
}

impl Exit {
    /// The code of the first class that applies, 0 if none does.
    pub fn code(&self) -> u8 {
        self.classes.first().map_or(0, |class| class.code())
    }
}
