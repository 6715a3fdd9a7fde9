//! [`escape`]: one character, written in any of the ways in which JSON, URLs, HTML and programming languages write it.

/// The punctuation that has a name in HTML. Letters and digits have none.
const NAMES: [(&str, char); 40] = [
    ("amp", '&'),
    ("apos", '\''),
    ("ast", '*'),
    ("midast", '*'),
    ("bsol", '\\'),
    ("colon", ':'),
    ("comma", ','),
    ("commat", '@'),
    ("dollar", '$'),
    ("equals", '='),
    ("excl", '!'),
    ("grave", '`'),
    ("DiacriticalGrave", '`'),
    ("gt", '>'),
    ("Hat", '^'),
    ("lbrace", '{'),
    ("lcub", '{'),
    ("lbrack", '['),
    ("lsqb", '['),
    ("lowbar", '_'),
    ("UnderBar", '_'),
    ("lpar", '('),
    ("lt", '<'),
    ("num", '#'),
    ("percnt", '%'),
    ("period", '.'),
    ("plus", '+'),
    ("quest", '?'),
    ("quot", '"'),
    ("rbrace", '}'),
    ("rcub", '}'),
    ("rbrack", ']'),
    ("rsqb", ']'),
    ("rpar", ')'),
    ("semi", ';'),
    ("sol", '/'),
    ("verbar", '|'),
    ("vert", '|'),
    ("VerticalLine", '|'),
    ("nbsp", '\u{a0}'),
];

/// The character that an escape at the start of a text stands for, and the length of the escape.
pub(super) fn escape(text: &str) -> Option<(char, usize)> {
    match text.as_bytes().first()? {
        b'\\' => backslash(&text[1..]).map(|(letter, length)| (letter, length + 1)),
        b'%' => percent(text.as_bytes()),
        b'&' => entity(&text[1..]).map(|(letter, length)| (letter, length + 1)),
        _ => None,
    }
}

/// Behind a backslash, as in JSON, JavaScript, Python, C and a shell.
fn backslash(text: &str) -> Option<(char, usize)> {
    let first = text.chars().next()?;
    match first {
        'u' | 'U' if text[1..].starts_with('{') => {
            let end = text.find('}').filter(|end| *end <= 8)?;
            let letter = char::from_u32(number(&text[2..end], 16)?)?;
            Some((letter, end + 1))
        }
        'u' => unit(&text[1..]).map(|(letter, length)| (letter, length + 1)),
        'U' => Some((char::from_u32(number(text.get(1..9)?, 16)?)?, 9)),
        'x' => Some((char::from_u32(number(text.get(1..3)?, 16)?)?, 3)),
        '0'..='7' => Some((char::from_u32(number(text.get(..3)?, 8)?)?, 3)),
        'b' => Some(('\u{8}', 1)),
        'f' => Some(('\u{c}', 1)),
        'n' => Some(('\n', 1)),
        'r' => Some(('\r', 1)),
        't' => Some(('\t', 1)),
        first if first.is_ascii_punctuation() => Some((first, 1)),
        _ => None,
    }
}

/// Four digits of UTF-16, or twice as many with the second half of a pair.
fn unit(text: &str) -> Option<(char, usize)> {
    let first = number(text.get(..4)?, 16)?;
    if let Some(letter) = char::from_u32(first) {
        return Some((letter, 4));
    }
    let second = number(text.get(4..10)?.strip_prefix("\\u")?, 16)?;
    let pair = [u16::try_from(first).ok()?, u16::try_from(second).ok()?];
    let letter = char::decode_utf16(pair).next()?.ok()?;
    Some((letter, 10))
}

/// A character of UTF-8, each byte behind a percent sign.
fn percent(text: &[u8]) -> Option<(char, usize)> {
    let byte = |at: usize| {
        let digits = text.get(at * 3..at * 3 + 3)?.strip_prefix(b"%")?;
        let digits = std::str::from_utf8(digits).ok()?;
        u8::try_from(number(digits, 16)?).ok()
    };
    let first = byte(0)?;
    let bytes: Vec<u8> = (0..4).map_while(byte).collect();
    let letter = bytes.utf8_chunks().next()?.valid().chars().next();
    // a byte that begins no character is one of Latin-1
    let letter = letter.unwrap_or(char::from(first));
    let length = if first < 0x80 || bytes.utf8_chunks().next()?.valid().is_empty() {
        1
    } else {
        letter.len_utf8()
    };
    Some((letter, length * 3))
}

/// Behind an ampersand: a name, or a number with or without a semicolon.
fn entity(text: &str) -> Option<(char, usize)> {
    let Some(number_of) = text.strip_prefix('#') else {
        let name = text.split_once(';')?.0;
        let (_, letter) = NAMES
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))?;
        return Some((*letter, name.len() + 1));
    };
    let (digits, radix) = match number_of.strip_prefix(['x', 'X']) {
        Some(digits) => (digits, 16),
        None => (number_of, 10),
    };
    let length = digits
        .bytes()
        .take_while(|byte| char::from(*byte).is_digit(radix))
        .count();
    let letter = char::from_u32(number(&digits[..length], radix)?)?;
    let end = text.len() - digits.len() + length;
    Some((letter, end + usize::from(text[end..].starts_with(';'))))
}

/// A number of digits only.
fn number(digits: &str, radix: u32) -> Option<u32> {
    let all = digits.bytes().all(|byte| char::from(byte).is_digit(radix));
    u32::from_str_radix(digits, radix).ok().filter(|_| all)
}
