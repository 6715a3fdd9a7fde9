//! [`View`]: a text as somebody may have meant it, and where in the source each character of it stands.

use std::ops::Range;

use aho_corasick::AhoCorasick;

use super::escape::escape;

/// A text, and where in the source each byte of it comes from, if that is wanted.
pub(super) struct View {
    pub(super) text: String,
    /// Nothing while it is only looked whether there is anything to find, which is quicker.
    places: Option<Vec<(u32, u32)>>,
}

impl View {
    /// The source itself, which is no larger than 4 GiB. What is no UTF-8 is one character.
    pub(super) fn of(source: &[u8], placed: bool) -> View {
        let mut view = View::of_size(source.len(), placed);
        let mut at: u32 = 0;
        for chunk in source.utf8_chunks() {
            if placed {
                for letter in chunk.valid().chars() {
                    let end = at + width(letter);
                    view.push(letter, (at, end));
                    at = end;
                }
            } else {
                view.text.push_str(chunk.valid());
            }
            if !chunk.invalid().is_empty() {
                // three bytes at most
                let end = at + u32::try_from(chunk.invalid().len()).unwrap_or(3);
                view.push(char::REPLACEMENT_CHARACTER, (at, end));
                at = end;
            }
        }
        view
    }

    fn of_size(size: usize, placed: bool) -> View {
        View {
            text: String::with_capacity(size),
            places: placed.then(|| Vec::with_capacity(size)),
        }
    }

    /// An empty one of the same kind.
    fn next(&self) -> View {
        View::of_size(self.text.len(), self.places.is_some())
    }

    fn push(&mut self, letter: char, place: (u32, u32)) {
        self.text.push(letter);
        if let Some(places) = &mut self.places {
            places.extend(std::iter::repeat_n(place, letter.len_utf8()));
        }
    }

    /// Takes over a part of another one.
    fn copy(&mut self, from: &View, part: Range<usize>) {
        self.text.push_str(&from.text[part.clone()]);
        if let (Some(places), Some(all)) = (&mut self.places, &from.places) {
            places.extend_from_slice(&all[part]);
        }
    }

    /// Where in the source these bytes of the text come from.
    fn place(&self, bytes: Range<usize>) -> (u32, u32) {
        self.places.as_ref().map_or((0, 0), |places| {
            (places[bytes.start].0, places[bytes.end - 1].1)
        })
    }

    /// The text with one layer of escapes read; nothing if it has none.
    pub(super) fn decoded(&self) -> Option<View> {
        const BEGIN: [char; 3] = ['\\', '%', '&'];
        let mut at = self.text.find(BEGIN)?;
        let mut next = self.next();
        next.copy(self, 0..at);
        let mut any = false;
        while at < self.text.len() {
            let length = match escape(&self.text[at..]) {
                Some((meant, length)) => {
                    any = true;
                    next.push(meant, self.place(at..at + length));
                    length
                }
                // what begins an escape is one byte
                None => {
                    next.copy(self, at..at + 1);
                    1
                }
            };
            at += length;
            let plain = self.text[at..].find(BEGIN);
            let end = plain.map_or(self.text.len(), |plain| at + plain);
            next.copy(self, at..end);
            at = end;
        }
        any.then_some(next)
    }

    /// The text as it is searched: in small letters, without spaces, line breaks and what nobody sees.
    pub(super) fn folded(&self) -> View {
        let mut next = self.next();
        if self.places.is_none() && self.text.is_ascii() {
            let mut bytes = self.text.clone().into_bytes();
            bytes.retain(|byte| (b'!'..=b'~').contains(byte));
            bytes.make_ascii_lowercase();
            next.text = String::from_utf8(bytes).expect("invariant: ASCII");
            return next;
        }
        let mut at = 0;
        while at < self.text.len() {
            let skipped = self.text[at..].find(is_left_out);
            let end = skipped.map_or(self.text.len(), |skipped| at + skipped);
            next.copy(self, at..end);
            let letter = self.text[end..].chars().next();
            at = end + letter.map_or(0, char::len_utf8);
        }
        next.text.make_ascii_lowercase();
        next
    }

    /// The text with the two letters that the alphabets of base64 differ in written as one of them writes them.
    pub(super) fn base64(mut self) -> View {
        // all are one byte, so that the places stay
        if self.text.contains(['-', '_']) {
            self.text = self.text.replace('-', "+").replace('_', "/");
        }
        self
    }

    /// Where in the source any of these texts stands.
    pub(super) fn find(&self, needles: &AhoCorasick) -> Vec<Range<usize>> {
        let hits = needles.find_overlapping_iter(&self.text);
        hits.map(|hit| {
            let (start, end) = self.place(hit.range());
            start as usize..end as usize
        })
        .collect()
    }
}

/// Whether a character does not count when a text is searched.
fn is_left_out(letter: char) -> bool {
    if letter.is_ascii() {
        return letter <= ' ' || letter == '\u{7f}';
    }
    let unseen = matches!(
        letter,
        '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}'
    );
    unseen || letter.is_whitespace() || letter.is_control()
}

/// How many bytes a character has.
fn width(letter: char) -> u32 {
    match letter.len_utf8() {
        1 => 1,
        2 => 2,
        3 => 3,
        _ => 4,
    }
}
