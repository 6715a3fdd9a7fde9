//! [`rewritten`]: what a URL library changes in a path or a query before it sends it.
//!
//! The rules are those of the WHATWG URL Standard as the `url` crate has them. `tests/engine/wire.rs` holds them against bytes
//! received on a socket, in both directions.

use std::fmt;

/// A piece of a path or a query that would not be sent as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rewrite {
    /// Where the piece begins, in bytes from the start of the path.
    pub at: usize,
    /// The piece.
    pub piece: String,
    /// What would happen to it.
    pub fate: Fate,
}

/// What a URL library does to a piece.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// Percent-encodes it.
    Escaped,
    /// Leaves it out.
    Dropped,
    /// Sends `/` in its place.
    Slash,
    /// Takes it for a step within the path and resolves it.
    Resolved,
    /// Takes it and all that follows for a fragment and leaves it out.
    Fragment,
    /// Puts a `/` before it or reads it as part of the host.
    NoSlash,
}

impl fmt::Display for Rewrite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let piece = self.piece.escape_debug();
        match self.fate {
            Fate::Escaped => write!(
                f,
                "`{piece}` would be sent percent-encoded; write `{}`",
                self.percent_encoded()
            ),
            Fate::Dropped => write!(
                f,
                "`{piece}` would be left out; write `{}`",
                self.percent_encoded()
            ),
            Fate::Slash => write!(f, "`\\` would be sent as `/`; write `%5C` or `/`"),
            Fate::Resolved => write!(
                f,
                "`{piece}` would be resolved as a step within the path; name the path that it leads to"
            ),
            Fate::Fragment => write!(
                f,
                "`#` would be left out with all that follows it; write `%23`"
            ),
            Fate::NoSlash => write!(f, "`{piece}` does not begin with `/`; a path has to"),
        }
    }
}

impl std::error::Error for Rewrite {}

impl Rewrite {
    fn percent_encoded(&self) -> String {
        self.piece
            .bytes()
            .map(|byte| format!("%{byte:02X}"))
            .collect()
    }
}

/// The first piece of `path?query` that would not be sent as written; nothing if every byte would be.
///
/// Escapes of any kind (`%3A`, `%3a`, `%2F`, `%zz`), `:`, `$`, `|`, `^`, `//` and an empty query are sent as written.
pub fn rewritten(path_and_query: &str) -> Option<Rewrite> {
    let (path, query) = match path_and_query.find('?') {
        Some(at) => path_and_query.split_at(at),
        None => (path_and_query, ""),
    };
    if !path.starts_with('/') {
        return Some(Rewrite {
            at: 0,
            piece: path.to_owned(),
            fate: Fate::NoSlash,
        });
    }
    let character = path_and_query.char_indices().find_map(|(at, character)| {
        let fate = if at < path.len() {
            in_path(character)
        } else {
            in_query(character)
        }?;
        Some(Rewrite {
            at,
            piece: character.to_string(),
            fate,
        })
    });
    let segment = dot_segment(path);
    debug_assert_eq!(path.len() + query.len(), path_and_query.len());
    match (character, segment) {
        (Some(character), Some(segment)) if segment.at < character.at => Some(segment),
        (character, segment) => character.or(segment),
    }
}

/// What happens to a character of the path.
fn in_path(character: char) -> Option<Fate> {
    match character {
        '\\' => Some(Fate::Slash),
        '`' | '{' | '}' => Some(Fate::Escaped),
        // A quote is only escaped in the query of an http URL.
        '\'' => None,
        _ => anywhere(character),
    }
}

/// What happens to a character of the query.
fn in_query(character: char) -> Option<Fate> {
    match character {
        '\'' => Some(Fate::Escaped),
        _ => anywhere(character),
    }
}

fn anywhere(character: char) -> Option<Fate> {
    match character {
        '\t' | '\n' | '\r' => Some(Fate::Dropped),
        '#' => Some(Fate::Fragment),
        ' ' | '"' | '<' | '>' => Some(Fate::Escaped),
        _ if character.is_ascii_control() || !character.is_ascii() => Some(Fate::Escaped),
        _ => None,
    }
}

/// The first segment that is one or two dots, each written out or as `%2e`.
fn dot_segment(path: &str) -> Option<Rewrite> {
    let mut at = 0;
    for segment in path.split('/') {
        let dots = segment.to_ascii_lowercase().replace("%2e", ".");
        if dots == "." || dots == ".." {
            return Some(Rewrite {
                at,
                piece: segment.to_owned(),
                fate: Fate::Resolved,
            });
        }
        at += segment.len() + 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("/a/../b", "..", 3, Fate::Resolved)]
    #[case("/a/%2E%2e", "%2E%2e", 3, Fate::Resolved)]
    #[case("/a/.%2e/", ".%2e", 3, Fate::Resolved)]
    #[case("/./a b", ".", 1, Fate::Resolved)]
    #[case("/a b/.", " ", 2, Fate::Escaped)]
    #[case("/a\\b", "\\", 2, Fate::Slash)]
    #[case("/a\tb", "\t", 2, Fate::Dropped)]
    #[case("/é", "é", 1, Fate::Escaped)]
    #[case("/a?é", "é", 3, Fate::Escaped)]
    #[case("/a?it's", "'", 5, Fate::Escaped)]
    #[case("/a?b#c", "#", 4, Fate::Fragment)]
    #[case("/{a}", "{", 1, Fate::Escaped)]
    #[case("*", "*", 0, Fate::NoSlash)]
    #[case("", "", 0, Fate::NoSlash)]
    #[case("?a", "", 0, Fate::NoSlash)]
    fn the_first_piece_is_named(
        #[case] written: &str,
        #[case] piece: &str,
        #[case] at: usize,
        #[case] fate: Fate,
    ) {
        let piece = piece.to_owned();
        assert_eq!(rewritten(written), Some(Rewrite { at, piece, fate }));
    }

    #[rstest]
    #[case(
        "/2015-03-31/functions/arn:aws:lambda:us-east-1:123456789012:function:f:$LATEST/configuration"
    )]
    #[case("/functions//configuration")]
    #[case("/a%3Ab%3ac%2Fd%zz%")]
    #[case("/.../.a/a./..b/%2e%2e%2e")]
    #[case("/it's|^[]@!*();,+=&~")]
    #[case("/a?")]
    #[case("/a?b={`}\\|^/../%2e%2e?x")]
    fn all_else_is_kept(#[case] written: &str) {
        assert_eq!(rewritten(written), None);
    }

    #[test]
    fn the_text_names_the_character_and_the_next_step() {
        let text = |written: &str| rewritten(written).expect("is rewritten").to_string();
        assert_eq!(
            text("/a b"),
            "` ` would be sent percent-encoded; write `%20`"
        );
        assert_eq!(
            text("/é"),
            "`é` would be sent percent-encoded; write `%C3%A9`"
        );
        assert_eq!(text("/a\n"), "`\\n` would be left out; write `%0A`");
    }
}
