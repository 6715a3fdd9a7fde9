//! [`Throttle`]: how many requests an endpoint takes, as AWS does: so many a second of GetFunction, and so many of all other
//! operations together.

use std::time::{Duration, SystemTime};

use super::route::Operation;

/// How many more GetFunction requests AWS takes than others: 100 a second beside 15.
const GET_FUNCTION: f64 = 100.0 / 15.0;

/// How many requests of a second may come at once.
const BURST: Duration = Duration::from_secs(1);

/// Remembers how much of each rate is used up.
#[derive(Debug)]
pub(super) struct Throttle {
    get_function: Bucket,
    others: Bucket,
}

#[derive(Debug)]
struct Bucket {
    /// Between two requests.
    pause: Duration,
    /// When the last request would have come if all had kept that pause.
    last: SystemTime,
}

impl Throttle {
    /// So many requests a second, GetFunction apart.
    pub(super) fn new(rate: f64) -> Throttle {
        Throttle {
            get_function: Bucket::new(rate * GET_FUNCTION),
            others: Bucket::new(rate),
        }
    }

    /// Whether a request may come now; it counts if it may.
    pub(super) fn takes(&mut self, operation: Operation, now: SystemTime) -> bool {
        match operation {
            Operation::GetFunction => self.get_function.takes(now),
            // ours, and not of the API
            Operation::Override => true,
            _ => self.others.takes(now),
        }
    }
}

impl Bucket {
    fn new(rate: f64) -> Bucket {
        Bucket {
            pause: Duration::from_secs_f64(1.0 / rate),
            last: SystemTime::UNIX_EPOCH,
        }
    }

    fn takes(&mut self, now: SystemTime) -> bool {
        // what was not used for longer than that is lost
        let earliest = now.checked_sub(BURST).unwrap_or(SystemTime::UNIX_EPOCH);
        let next = self.last.max(earliest) + self.pause;
        if next > now {
            return false;
        }
        self.last = next;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn so_many_come_through_in_a_second_whatever_is_tried() {
        let mut throttle = Throttle::new(15.0);
        let start = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
        let mut taken = |operation, from: u64| {
            (0..1_000)
                .map(|milli| start + Duration::from_millis(from * 1_000 + milli))
                .filter(|now| throttle.takes(operation, *now))
                .count()
        };
        // those of the burst, and those of the second
        assert_eq!(taken(Operation::GetAlias, 0), 29);
        assert_eq!(taken(Operation::CreateFunction, 1), 15);
        assert_eq!(taken(Operation::GetFunction, 1), 199);
        assert_eq!(taken(Operation::GetFunction, 2), 100);
        assert_eq!(taken(Operation::Override, 2), 1_000);
    }
}
