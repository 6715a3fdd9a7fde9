//! Days and months as files write them: `2025-11-25` and [`Month`], `2025-11`.

use std::{fmt, str::FromStr};

use time::{Date, macros::format_description};

/// The day that a text names.
pub fn day(text: &str) -> Option<Date> {
    Date::parse(text, format_description!("[year]-[month]-[day]")).ok()
}

/// A month of a year. Ordered by time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Month(Date);

impl FromStr for Month {
    type Err = ();

    fn from_str(text: &str) -> Result<Month, ()> {
        day(&format!("{text}-01")).map(Month).ok_or(())
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.0.year(), u8::from(self.0.month()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_months_are_read_and_nothing_else() {
        assert_eq!(
            day("2025-11-25").map(|day| day.to_string()),
            Some("2025-11-25".to_owned())
        );
        for text in ["2025-11-31", "2025-11", "25.11.2025", "", "2025-11-25 "] {
            assert_eq!(day(text), None, "{text}");
        }
        let month = |text: &str| text.parse::<Month>();
        assert_eq!(
            month("2025-11").map(|month| month.to_string()),
            Ok("2025-11".to_owned())
        );
        assert!(month("2024-12") < month("2025-01"));
        for text in ["2025-13", "2025", "2025-11-25", "2025-1", ""] {
            assert_eq!(month(text), Err(()), "{text}");
        }
    }
}
