//! Words of files and options: [`Unknown`], what is said of one that stands for nothing, and `words!`, which gives the
//! values of an enum a word each.

/// A word that stands for nothing: what is said of it, and the known one that was meant.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}; {help}")]
pub struct Unknown {
    /// What is wrong, such as "unknown level `strict`".
    pub message: String,
    /// The known word that was meant; else all that are known, or where they are listed.
    pub help: String,
    meant: bool,
}

impl Unknown {
    /// A word that is no `kind`, such as `clause`.
    pub fn new<'a>(kind: &str, word: &str, known: impl IntoIterator<Item = &'a str>) -> Unknown {
        let known: Vec<&str> = known.into_iter().collect();
        let meant = suggestion(word, known.iter().copied());
        Unknown {
            message: format!("unknown {kind} `{word}`"),
            meant: meant.is_some(),
            help: meant.unwrap_or_else(|| format!("known: `{}`", known.join("`, `"))),
        }
    }

    /// Says something else than that it is unknown.
    #[must_use]
    pub fn message(mut self, message: String) -> Unknown {
        self.message = message;
        self
    }

    /// The word that another list has, where none of this one is close.
    #[must_use]
    pub fn or_of(mut self, other: Unknown) -> Unknown {
        if !self.meant && other.meant {
            (self.meant, self.help) = (true, other.help);
        }
        self
    }

    /// What helps where no known word is close, if a list of all would not.
    #[must_use]
    pub fn or(mut self, help: impl Into<String>) -> Unknown {
        if !self.meant {
            self.help = help.into();
        }
        self
    }
}

/// No word is longer, in bytes. To compare one of a megabyte with all that are known would take hours.
const LONGEST: usize = 256;

/// The known word closest to `word`, as a "did you mean", or nothing if none is close.
pub(crate) fn suggestion<'a>(
    word: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> Option<String> {
    closest(word, known).map(|candidate| format!("did you mean `{candidate}`?"))
}

/// The known word closest to `word`, or nothing if none is close.
pub(crate) fn closest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let known = known.into_iter();
    let near = |length: usize| word.len().max(length) <= LONGEST;
    known
        .filter(|candidate| near(candidate.len()))
        .map(|candidate| (strsim::jaro_winkler(word, candidate), candidate))
        .filter(|(score, _)| *score > 0.75)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| candidate)
}

/// After how many diagnostics no word is suggested any more: a person reads the first ones, and each suggestion looks at all
/// that is known.
const SUGGESTED: usize = 40;

/// The known words to suggest from, once there are `told` diagnostics.
pub(crate) fn few<T>(told: usize, known: impl IntoIterator<Item = T>) -> impl Iterator<Item = T> {
    let most = if told < SUGGESTED { usize::MAX } else { 0 };
    known.into_iter().take(most)
}

/// Gives each value of an enum its word: `ALL`, `name`, `Display`, and `FromStr` whose error is an [`Unknown`].
macro_rules! words {
    ($kind:literal, $visible:vis $type:ident { $($value:ident => $word:literal),+ $(,)? }) => {
        impl $type {
            /// All values, in order.
            $visible const ALL: [$type; [$($word),+].len()] = [$($type::$value),+];

            /// The word for it in files, options and reports.
            $visible const fn name(self) -> &'static str {
                match self {
                    $($type::$value => $word),+
                }
            }
        }

        impl std::fmt::Display for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.name())
            }
        }

        impl std::str::FromStr for $type {
            type Err = $crate::word::Unknown;

            fn from_str(word: &str) -> Result<$type, $crate::word::Unknown> {
                $type::ALL
                    .into_iter()
                    .find(|value| value.name() == word)
                    .ok_or_else(|| $crate::word::Unknown::new($kind, word, $type::ALL.map($type::name)))
            }
        }
    };
}

pub(crate) use words;

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Clone, Copy, Debug, PartialEq)]
    enum Colour {
        Red,
        DarkBlue,
    }

    words!("colour", Colour { Red => "red", DarkBlue => "dark-blue" });

    #[test]
    fn every_value_reads_back_from_its_word() {
        for colour in Colour::ALL {
            assert_eq!(colour.to_string().parse(), Ok(colour));
        }
        assert_eq!(Colour::ALL, [Colour::Red, Colour::DarkBlue]);
        assert_eq!(format!("{:>5}", Colour::Red), "  red");
    }

    #[test]
    fn an_unknown_word_is_told_which_was_meant_else_all() {
        let told = |word: &str| word.parse::<Colour>().expect_err("unknown").to_string();
        assert_eq!(
            told("dark_blue"),
            "unknown colour `dark_blue`; did you mean `dark-blue`?"
        );
        assert_eq!(told("x"), "unknown colour `x`; known: `red`, `dark-blue`");
        let listed = |word: &str| {
            Unknown::new("colour", word, ["red"])
                .or("see the list")
                .help
        };
        assert_eq!(
            [listed("rex"), listed("x")],
            ["did you mean `red`?", "see the list"]
        );
    }
}
