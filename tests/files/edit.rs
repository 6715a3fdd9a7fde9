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

/// Pieces that a reader of these files may stumble over.
const PIECES: &[&str] = &[
    "<a*18446744073709551615>",
    "<a*99999999>",
    "<a*1048576>",
    "<a*0>",
    "<*5>",
    "<a*-1>",
    "<function:4294967295>",
    "<function:0>",
    "<uuid:1>",
    "<text><text>",
    "<rest>",
    "<<",
    "<",
    ">",
    "<row.x>",
    "<fixture.x>",
    "<account>",
    "<text:1><text:1>",
    "[",
    "]",
    "{",
    "}",
    "[[case]]",
    "[[case.step]]",
    "[case.matrix]",
    "[known]",
    "[[known]]",
    "\"\"\"",
    "'''",
    "\"",
    "'",
    "\\",
    "\\u0000",
    "\\uD800",
    "\\U0010FFFF",
    "\u{0}",
    "\u{1b}[31m",
    "\u{7f}",
    "\u{85}",
    "\u{202e}",
    "\u{2028}",
    "\u{feff}",
    "\r",
    "\r\n",
    "\n",
    "\t",
    "é",
    "𝄞",
    "=",
    ",",
    ".",
    "#",
    "*",
    "/",
    "..",
    "%",
    "%2e%2e",
    "\\\\",
    "-0",
    "1e400",
    "nan",
    "inf",
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775809",
    "0x7fffffffffffffff",
    "1979-05-27T07:32:00Z",
    "true",
    "null",
    "a.a.a.a.a.a.a.a",
    "---\n",
    "\n---\n",
    "{\"a\":",
    "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[",
    "99999999999999999999ms",
    "18446744073709551615s",
    "1000",
    "repeat = 1000",
    "together = true",
    "wait = \"60s\"",
    "of = \"create\"",
    "base = \"described\"",
    "zip = { }",
    "any = []",
    "rows = []",
    "(a{1000}){1000}",
    "\"$ref\": \"#/$defs/success\"",
    "body.a[18446744073709551616]",
    "body[\"",
    "http://[::1",
    "https://",
    "*",
    "**",
];

/// Changes some bytes or some tokens of a text.
pub(crate) fn edited(text: &str, dice: &mut Dice) -> Vec<u8> {
    let times = 1 + dice.below(3);
    if dice.below(2) == 0 {
        let mut bytes = text.as_bytes().to_vec();
        (0..times).for_each(|_| bytewise(&mut bytes, dice));
        bytes
    } else {
        let mut tokens = tokens(text);
        (0..times).for_each(|_| tokenwise(&mut tokens, dice));
        tokens.concat().into_bytes()
    }
}

fn bytewise(bytes: &mut Vec<u8>, dice: &mut Dice) {
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
        _ => drop(bytes.splice(at..at, dice.of(PIECES).bytes())),
    }
}

fn tokenwise(tokens: &mut Vec<String>, dice: &mut Dice) {
    if tokens.is_empty() {
        tokens.push("x".to_owned());
    }
    let at = dice.below(tokens.len());
    let other = dice.below(tokens.len());
    match dice.below(8) {
        0 => drop(tokens.remove(at)),
        1 => tokens.swap(at, other),
        2 => tokens[at] = tokens[other].clone(),
        3 => tokens[at] = (*dice.of(PIECES)).to_owned(),
        4 => tokens.insert(at, (*dice.of(PIECES)).to_owned()),
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
    let made = |seed| edited(text, &mut Dice::new(seed));
    assert_eq!(made(7), made(7));
    let different = (0..100)
        .filter(|seed| made(*seed) != text.as_bytes())
        .count();
    assert!(different > 90, "{different} of 100");
    assert_eq!(tokens(text), ["name", " ", "=", " ", "\"", "a", "\"", "\n"]);
}
