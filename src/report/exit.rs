//! [`Exit`]: why a run ends with its code.

/// Why a run ends with its code. The order is that of precedence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// Ended by the user.
    Interrupted,
    /// Case files, options or configuration are wrong.
    Usage,
    /// No connection, or cases that got no answer.
    Unreachable,
    /// At least one mismatch that the baseline does not list, or a case that cannot be tested and is not listed as such.
    Mismatch,
    /// At least one clause was not decided, where all had to be.
    NotDecided,
    /// No clause was decided.
    NothingDecided,
    /// Something that the run made is still there.
    CleanUp,
    /// The baseline lists mismatches that did not occur.
    Stale,
    /// The baseline lists mismatches that occurred after the entry expired.
    Expired,
}

impl Class {
    /// The exit code.
    pub fn code(self) -> u8 {
        match self {
            Class::Interrupted => 130,
            Class::Usage => 2,
            Class::Unreachable => 3,
            Class::Mismatch | Class::NotDecided => 1,
            Class::NothingDecided => 4,
            Class::CleanUp => 6,
            Class::Stale | Class::Expired => 5,
        }
    }

    /// The word for it in reports.
    pub fn name(self) -> &'static str {
        match self {
            Class::Interrupted => "interrupted",
            Class::Usage => "usage",
            Class::Unreachable => "unreachable",
            Class::Mismatch => "mismatch",
            Class::NotDecided => "not-decided",
            Class::NothingDecided => "nothing-decided",
            Class::CleanUp => "clean-up-incomplete",
            Class::Stale => "baseline-stale",
            Class::Expired => "baseline-expired",
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
