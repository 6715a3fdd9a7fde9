//! [`Zip`]: the same bytes for the same files, on every machine and in every year.
//!
//! Stored and not deflated, dated 1980-01-01: what a compressor or a clock would add is exactly what must not vary.

use base64::{Engine, prelude::BASE64_STANDARD};
use sha2::{Digest, Sha256};

/// A deployment package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Zip {
    /// The bytes.
    pub bytes: Vec<u8>,
}

/// "2.0": the version of the format that knows directories, the lowest that readers expect.
const VERSION: u16 = 20;
/// Made on Unix, so that the mode below counts.
const UNIX: u16 = 3 << 8;
/// 1980-01-01, the first day that the format can write.
const DAY: u16 = (1 << 5) | 1;
/// `rw-r--r--`, in the upper half of the external attributes.
const MODE: u32 = 0o644 << 16;

impl Zip {
    /// How many files it has at most.
    pub const FILES: usize = 1000;

    /// How many bytes the name of a file has at most.
    pub const NAME: usize = 255;

    /// Packs files by name, in the order given.
    pub fn of(files: &[(&str, &str)]) -> Zip {
        let mut bytes = Vec::new();
        let mut directory = Vec::new();
        for (name, text) in files {
            let offset = length(bytes.len());
            let entry = entry(name, text);
            bytes.extend(0x0403_4b50_u32.to_le_bytes());
            bytes.extend(&entry);
            bytes.extend(name.as_bytes());
            bytes.extend(text.as_bytes());

            directory.extend(0x0201_4b50_u32.to_le_bytes());
            directory.extend((UNIX | VERSION).to_le_bytes());
            directory.extend(&entry);
            // no comment, disk 0, no internal attributes
            directory.extend([0; 6]);
            directory.extend(MODE.to_le_bytes());
            directory.extend(offset.to_le_bytes());
            directory.extend(name.as_bytes());
        }
        let start = length(bytes.len());
        let count = u16::try_from(files.len()).expect("invariant: a fixture packs a few files");
        bytes.extend(&directory);
        bytes.extend(0x0605_4b50_u32.to_le_bytes());
        bytes.extend([0; 4]);
        bytes.extend(count.to_le_bytes());
        bytes.extend(count.to_le_bytes());
        bytes.extend(length(directory.len()).to_le_bytes());
        bytes.extend(start.to_le_bytes());
        bytes.extend([0; 2]);
        Zip { bytes }
    }

    /// The bytes in base64, as `ZipFile` takes them.
    pub fn base64(&self) -> String {
        BASE64_STANDARD.encode(&self.bytes)
    }

    /// The SHA-256 of the bytes in base64, as `CodeSha256` gives it.
    pub fn sha256(&self) -> String {
        BASE64_STANDARD.encode(Sha256::digest(&self.bytes))
    }
}

/// What the header before a file and its record in the directory have in common.
fn entry(name: &str, text: &str) -> Vec<u8> {
    let mut entry = Vec::new();
    entry.extend(VERSION.to_le_bytes());
    // no flags, stored, midnight
    entry.extend([0; 6]);
    entry.extend(DAY.to_le_bytes());
    entry.extend(crc32fast::hash(text.as_bytes()).to_le_bytes());
    entry.extend(length(text.len()).to_le_bytes());
    entry.extend(length(text.len()).to_le_bytes());
    entry.extend(
        u16::try_from(name.len())
            .expect("invariant: a short file name")
            .to_le_bytes(),
    );
    entry.extend([0; 2]);
    entry
}

fn length(length: usize) -> u32 {
    u32::try_from(length).expect("invariant: a fixture packs less than 4 GiB")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_smallest_package_has_the_known_bytes() {
        let zip = Zip::of(&[("index.py", "def handler(e,c):\n return e\n")]);
        assert_eq!(
            zip.base64(),
            "UEsDBBQAAAAAAAAAIQCNFzBPHAAAABwAAAAIAAAAaW5kZXgucHlkZWYgaGFuZGxlcihlLGMpOgogcmV0dXJuIGUKUEsBAhQDFAAAAAAAAAAhAI0XME8cAAAAHAAAAAgAAAAAAAAAAAAAAKQBAAAAAGluZGV4LnB5UEsFBgAAAAABAAEANgAAAEIAAAAAAA=="
        );
        assert_eq!(zip.bytes.len(), 142);
        assert_eq!(zip.sha256(), "8jUtQ7m/8Xv5c4JIVfJTwQW3Rl4Spz/6PeAgmnY5fWw=");
    }
}
