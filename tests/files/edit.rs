//! [`edited`]: a text with something wrong in it, by a number that makes the same mistakes again.

use std::num::Wrapping;

/// Numbers that look random, and that the same seed gives again.
pub(crate) struct Dice(Wrapping<u64>);

impl Dice {
    pub(crate) fn new(seed: u64) -> Dice {
        Dice(Wrapping(seed))
    }

    /// A number below `end`, which is not 0.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        // splitmix64
        self.0 += 0x9e37_79b9_7f4a_7c15;
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)) * Wrapping(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)) * Wrapping(0x94d0_49bb_1331_11eb);
        let number = (mixed ^ (mixed >> 31)).0 % end as u64;
        usize::try_from(number).expect("below a usize")
    }

    fn of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }
}

/// Changes some bytes or some tokens of a text; `pieces` are put into it here and there.
pub(crate) fn edited(text: &str, pieces: &[&str], dice: &mut Dice) -> Vec<u8> {
    let times = 1 + dice.below(3);
    if dice.below(2) == 0 {
        let mut bytes = text.as_bytes().to_vec();
        (0..times).for_each(|_| bytewise(&mut bytes, pieces, dice));
        bytes
    } else {
        let mut tokens = tokens(text);
        (0..times).for_each(|_| tokenwise(&mut tokens, pieces, dice));
        tokens.concat().into_bytes()
    }
}

fn bytewise(bytes: &mut Vec<u8>, pieces: &[&str], dice: &mut Dice) {
    if bytes.is_empty() {
        bytes.push(b'x');
    }
    let at = dice.below(bytes.len());
    let end = (at + 1 + dice.below(40)).min(bytes.len());
    let byte = u8::try_from(dice.below(256)).expect("a byte");
    match dice.below(7) {
        0 => bytes[at] = byte,
        1 => bytes[at] ^= 1 << dice.below(8),
        2 => bytes.insert(at, byte),
        3 => drop(bytes.drain(at..end)),
        4 => {
            let copied = bytes[at..end].to_vec();
            bytes.splice(at..at, copied);
        }
        5 => bytes.truncate(at),
        _ => drop(bytes.splice(at..at, dice.of(pieces).bytes())),
    }
}

fn tokenwise(tokens: &mut Vec<String>, pieces: &[&str], dice: &mut Dice) {
    if tokens.is_empty() {
        tokens.push("x".to_owned());
    }
    let at = dice.below(tokens.len());
    let other = dice.below(tokens.len());
    match dice.below(8) {
        0 => drop(tokens.remove(at)),
        1 => tokens.swap(at, other),
        2 => tokens[at] = tokens[other].clone(),
        3 => tokens[at] = (*dice.of(pieces)).to_owned(),
        4 => tokens.insert(at, (*dice.of(pieces)).to_owned()),
        5 => tokens[at] = tokens[at].repeat(1 + dice.below(500)),
        6 => {
            let copied = tokens[at.min(other)..=at.max(other)].to_vec();
            tokens.splice(at..at, copied);
        }
        _ => drop(tokens.drain(at..(at + 1 + dice.below(20)).min(tokens.len()))),
    }
}

/// Words, runs of spaces, and every other letter by itself.
fn tokens(text: &str) -> Vec<String> {
    let kind = |letter: char| match letter {
        letter if letter.is_alphanumeric() || letter == '_' || letter == '-' => 1,
        ' ' => 2,
        _ => 0,
    };
    let mut tokens: Vec<String> = Vec::new();
    let mut before = 0;
    for letter in text.chars() {
        let now = kind(letter);
        match tokens.last_mut() {
            Some(token) if now > 0 && now == before => token.push(letter),
            _ => tokens.push(letter.to_string()),
        }
        before = now;
    }
    tokens
}

#[test]
fn the_same_number_makes_the_same_mistakes() {
    let text = "name = \"a\"\n";
    let made = |seed| edited(text, &["<", ">"], &mut Dice::new(seed));
    assert_eq!(made(7), made(7));
    let different = (0..100)
        .filter(|seed| made(*seed) != text.as_bytes())
        .count();
    assert!(different > 90, "{different} of 100");
    assert_eq!(tokens(text), ["name", " ", "=", " ", "\"", "a", "\"", "\n"]);
}
