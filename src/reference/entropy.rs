//! Where time and ids come from: the one thing that makes the same request answer differently
//! twice.
//!
//! Knows nothing of requests, and nothing of what the ids are for.

use std::time::{Duration, SystemTime};

/// The source of time and of ids.
pub trait Entropy {
    /// The time of the server.
    fn now(&mut self) -> SystemTime;
    /// A version 4 UUID, in lower case, that was not given out before.
    fn uuid(&mut self) -> String;
}

/// The time of the operating system, and random ids.
#[derive(Debug, Clone)]
pub struct SystemEntropy {
    random: fastrand::Rng,
}

impl SystemEntropy {
    /// Seeded by the operating system.
    #[must_use]
    pub fn new() -> Self {
        Self {
            random: fastrand::Rng::new(),
        }
    }
}

impl Default for SystemEntropy {
    fn default() -> Self {
        Self::new()
    }
}

impl Entropy for SystemEntropy {
    fn now(&mut self) -> SystemTime {
        SystemTime::now()
    }

    fn uuid(&mut self) -> String {
        uuid(&mut self.random)
    }
}

/// A clock that stands still until it is set, and ids that follow from a seed: the same calls give
/// the same answers.
#[derive(Debug, Clone)]
pub struct SeededEntropy {
    random: fastrand::Rng,
    clock: SystemTime,
}

impl SeededEntropy {
    /// Starts at a time of the caller's choice.
    #[must_use]
    pub fn new(seed: u64, clock: SystemTime) -> Self {
        Self {
            random: fastrand::Rng::with_seed(seed),
            clock,
        }
    }

    /// Sets the clock, forwards or back.
    pub fn set(&mut self, clock: SystemTime) {
        self.clock = clock;
    }

    /// Moves the clock forwards.
    pub fn advance(&mut self, by: Duration) {
        self.clock += by;
    }
}

impl Entropy for SeededEntropy {
    fn now(&mut self) -> SystemTime {
        self.clock
    }

    fn uuid(&mut self) -> String {
        uuid(&mut self.random)
    }
}

/// RFC 9562, section 5.4: the version in the high nibble of byte 6, the variant in the two high
/// bits of byte 8.
fn uuid(random: &mut fastrand::Rng) -> String {
    let high = random.u64(..) & !0xf000 | 0x4000;
    let low = random.u64(..) & !(0b11 << 62) | (0b10 << 62);
    format!(
        "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
        high >> 32,
        (high >> 16) & 0xffff,
        high & 0xffff,
        low >> 48,
        low & 0xffff_ffff_ffff
    )
}
