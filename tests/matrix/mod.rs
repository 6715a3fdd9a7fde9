//! [`Share`]: which entries of a matrix a test tries.
//!
//! What takes long is an ignored test, and `cargo test -- --ignored` tries all of it. With `MATRIX_SHARE=10` it tries one
//! entry in ten, and `MATRIX_SEED` says which: the same seed chooses the same entries, and ten seeds in a row choose all.

use std::{env, fmt};

/// One entry in `share`, chosen by the seed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Share {
    share: u64,
    seed: u64,
}

impl Share {
    /// One entry in `share`, the same ones in every run.
    pub(crate) fn one_in(share: u64) -> Share {
        Share { share, seed: 0 }
    }

    /// What the environment says; all entries if it says nothing.
    pub(crate) fn of_environment() -> Share {
        let number = |name: &str| {
            let text = env::var(name).ok().filter(|text| !text.is_empty())?;
            let number: Option<u64> = text.parse().ok();
            Some(number.unwrap_or_else(|| panic!("{name} is not a number: `{text}`")))
        };
        let share = number("MATRIX_SHARE").unwrap_or(1);
        assert!(share > 0, "MATRIX_SHARE is 0, and so chooses nothing");
        let seed = number("MATRIX_SEED").unwrap_or(0);
        Share { share, seed }
    }

    /// Whether every entry is tried.
    pub(crate) fn is_whole(self) -> bool {
        self.share == 1
    }

    /// Whether the entry of this name is tried.
    pub(crate) fn has(self, entry: &str) -> bool {
        // FNV-1a, because the hashes of the standard library may change from release to release
        let hash = entry
            .bytes()
            .fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
                (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
            });
        hash % self.share == self.seed % self.share
    }
}

impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.share {
            1 => f.write_str("all entries"),
            share => write!(
                f,
                "one entry in {share} (MATRIX_SHARE), MATRIX_SEED={}",
                self.seed
            ),
        }
    }
}

#[test]
fn ten_seeds_in_a_row_choose_every_entry_once() {
    let entries: Vec<String> = (0..2000).map(|number| format!("entry {number}")).collect();
    let mut chosen = Vec::new();
    for seed in 995..1005 {
        let share = Share { share: 10, seed };
        let part: Vec<&String> = entries.iter().filter(|entry| share.has(entry)).collect();
        assert!((100..300).contains(&part.len()), "{share}: {}", part.len());
        chosen.extend(part);
    }
    chosen.sort_unstable();
    chosen.dedup();
    assert_eq!(chosen.len(), entries.len());
    let whole = Share::one_in(1);
    assert!(whole.is_whole() && entries.iter().all(|entry| whole.has(entry)));
}
