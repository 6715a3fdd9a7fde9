//! The tree of a TOML file with the place of every key and value, and [`Reader`], which walks a table key by key.
//!
//! Knows TOML and nothing of what the keys mean. An error never stops the walk: it is pushed, and the value is missing.

use std::{borrow::Cow, iter, ops::Range, str::FromStr, sync::Arc};

use toml::de::{DeTable, DeValue};
use toml_parser::lexer::TokenKind;

use crate::{
    span::{Diagnostic, Place, Source},
    word::{Unknown, closest, few},
};

/// A value and where it stands.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub(crate) value: Value,
    pub(crate) place: Place,
}

/// A key, its value, and where the key stands.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) key: String,
    pub(crate) place: Place,
    pub(crate) node: Node,
}

#[derive(Clone, Debug)]
pub(crate) enum Value {
    Text(String),
    Integer(i64),
    Float(f64),
    Bool(bool),
    Array(Vec<Node>),
    Table(Vec<Entry>),
    Other,
}

impl Value {
    fn kind(&self) -> &'static str {
        match self {
            Value::Text(_) => "a text",
            Value::Integer(_) => "an integer",
            Value::Float(_) => "a number with a fraction",
            Value::Bool(_) => "a boolean",
            Value::Array(_) => "an array",
            Value::Table(_) => "a table",
            Value::Other => "a date or a number out of range",
        }
    }
}

/// What the message of a syntax error begins with.
const SYNTAX: &str = "not TOML: ";

/// What the message on a file that is too much to read begins with.
const LIMIT: &str = "too much TOML: ";

/// How deep keys, arrays and tables stand in one another at most.
const DEPTH: usize = 32;

/// How many arrays, tables and keys of more than one part a file has at most.
const TABLES: usize = 50_000;

/// How many keys and values a file has at most.
const VALUES: usize = 150_000;

/// Whether a diagnostic is of the syntax, so that there is more of its table than was read.
pub(crate) fn is_syntax(diagnostic: &Diagnostic) -> bool {
    diagnostic.message.starts_with(SYNTAX) || is_limit(diagnostic)
}

/// Whether a diagnostic says that nothing of the file was read, because it is too much.
pub(crate) fn is_limit(diagnostic: &Diagnostic) -> bool {
    diagnostic.message.starts_with(LIMIT)
}

/// The tables that hold a syntax error, each with all that stands below it, in order. The diagnostics are of one file.
pub(crate) fn hidden(diagnostics: &[Diagnostic]) -> Vec<Range<usize>> {
    let errors = diagnostics
        .iter()
        .filter(|diagnostic| is_syntax(diagnostic));
    let mut errors = errors.map(|diagnostic| &diagnostic.labels[0].0).peekable();
    let Some(first) = errors.peek() else {
        return Vec::new();
    };
    let text = first.source.text.as_str();
    // nothing of such a file was read
    if diagnostics.iter().any(is_limit) {
        return iter::once(0..text.len() + 1).collect();
    }
    let mut heads = vec![0];
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        // `[[case]]` and not its `[[case.step]]`s
        if line.starts_with('[') && !line.split(']').next().unwrap_or_default().contains('.') {
            heads.push(at);
        }
        at += line.len();
    }
    let mut hidden: Vec<Range<usize>> = errors
        .map(|place| {
            let next = heads.partition_point(|head| *head <= place.span.start);
            let end = heads.get(next).copied().unwrap_or(text.len() + 1);
            heads[next - 1]..end
        })
        .collect();
    hidden.sort_by_key(|table| table.start);
    hidden.dedup();
    hidden
}

/// Reads a file; what cannot be read is pushed to `out`, the rest is returned.
pub(crate) fn parse(source: &Arc<Source>, out: &mut Vec<Diagnostic>) -> Node {
    if let Some(limit) = limit(source) {
        out.push(limit);
        return Node {
            value: Value::Table(Vec::new()),
            place: Place::top(source),
        };
    }
    let (table, errors) = DeTable::parse_recoverable(&source.text);
    for error in errors {
        let span = error.span().unwrap_or(0..0);
        out.push(Diagnostic::new(
            Place::new(source, span),
            format!("{SYNTAX}{}", error.message()),
        ));
    }
    let span = table.span();
    Node {
        value: entries(source, table.get_ref()),
        place: Place::new(source, span),
    }
}

/// What of a file is too much to read: in memory, a byte of it may become a thousand.
fn limit(source: &Arc<Source>) -> Option<Diagnostic> {
    let (mut tables, mut values) = (0, 0);
    // of each bracket that is open, how deep it is; and of the key that is being read
    let mut open = Vec::new();
    let (mut depth, mut key) = (0, 0);
    for token in toml_parser::Source::new(&source.text).lex() {
        match token.kind() {
            TokenKind::Dot => {
                tables += 1;
                key += 1;
            }
            TokenKind::LeftSquareBracket | TokenKind::LeftCurlyBracket => {
                tables += 1;
                open.push(key + 1);
                depth += key + 1;
                key = 0;
            }
            TokenKind::RightSquareBracket | TokenKind::RightCurlyBracket => {
                depth -= open.pop().unwrap_or(0);
                key = 0;
            }
            TokenKind::Comma => {
                values += 1;
                key = 0;
            }
            TokenKind::Newline => key = 0,
            TokenKind::Equals => values += 1,
            _ => continue,
        }
        let what = if depth + key > DEPTH {
            format!("{LIMIT}nested more than {DEPTH} deep")
        } else if tables > TABLES {
            format!("{LIMIT}more than {TABLES} tables and arrays")
        } else if values > VALUES {
            format!("{LIMIT}more than {VALUES} keys and values")
        } else {
            continue;
        };
        let span = token.span();
        let place = Place::new(source, span.start()..span.end());
        return Some(Diagnostic::new(place, what).help("split the file, or write it flatter"));
    }
    None
}

fn entries(source: &Arc<Source>, table: &DeTable<'_>) -> Value {
    let mut entries: Vec<Entry> = table
        .iter()
        .map(|(key, value)| Entry {
            key: Cow::clone(key.get_ref()).into_owned(),
            place: Place::new(source, key.span()),
            node: node(source, value.get_ref(), value.span()),
        })
        .collect();
    entries.sort_by_key(|entry| entry.place.span.start);
    Value::Table(entries)
}

fn node(source: &Arc<Source>, value: &DeValue<'_>, span: Range<usize>) -> Node {
    let value = match value {
        DeValue::String(text) => Value::Text(text.clone().into_owned()),
        DeValue::Integer(integer) => i64::from_str_radix(integer.as_str(), integer.radix())
            .map_or(Value::Other, Value::Integer),
        DeValue::Float(float) => float.as_str().parse().map_or(Value::Other, Value::Float),
        DeValue::Boolean(value) => Value::Bool(*value),
        DeValue::Array(items) => Value::Array(
            items
                .iter()
                .map(|item| node(source, item.get_ref(), item.span()))
                .collect(),
        ),
        DeValue::Table(table) => entries(source, table),
        DeValue::Datetime(_) => Value::Other,
    };
    Node {
        value,
        place: Place::new(source, span),
    }
}

impl Node {
    /// A word of a known list.
    pub(crate) fn word<T: FromStr<Err = Unknown>>(
        &self,
        what: &str,
        out: &mut Vec<Diagnostic>,
    ) -> Option<T> {
        let word = self.text(what, out)?.parse();
        word.map_err(|unknown| out.push(Diagnostic::unknown(self.place.clone(), unknown)))
            .ok()
    }

    /// The value of `key`, if this is a table that has it.
    pub(crate) fn get(&self, key: &str) -> Option<&Node> {
        let Value::Table(entries) = &self.value else {
            return None;
        };
        let mut entries = entries.iter();
        entries
            .find(|entry| entry.key == key)
            .map(|entry| &entry.node)
    }

    /// The elements, if this is an array.
    pub(crate) fn items(&self) -> &[Node] {
        match &self.value {
            Value::Array(items) => items,
            _ => &[],
        }
    }

    /// The place of `part` of this text, when the text is written without escapes; else of the whole value.
    pub(crate) fn part(&self, part: Range<usize>) -> Place {
        let Value::Text(text) = &self.value else {
            return self.place.clone();
        };
        let raw = &self.place.source.text[self.place.span.clone()];
        match raw.find(text.as_str()) {
            Some(offset) if !text.is_empty() => {
                let start = self.place.span.start + offset;
                Place::new(&self.place.source, start + part.start..start + part.end)
            }
            _ => self.place.clone(),
        }
    }

    /// The text, or a diagnostic that says what `what` takes.
    pub(crate) fn text(&self, what: &str, out: &mut Vec<Diagnostic>) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text),
            other => {
                out.push(self.wrong(what, "a text", other));
                None
            }
        }
    }

    /// The integer, within `range`.
    pub(crate) fn integer(
        &self,
        what: &str,
        range: Range<i64>,
        out: &mut Vec<Diagnostic>,
    ) -> Option<i64> {
        match &self.value {
            Value::Integer(value) if range.contains(value) => Some(*value),
            Value::Integer(value) => {
                out.push(
                    Diagnostic::new(self.place.clone(), format!("`{what}` cannot be `{value}`"))
                        .help(if range.end - range.start == 1 {
                            format!("it is {}", range.start)
                        } else {
                            format!("it lies between {} and {}", range.start, range.end - 1)
                        }),
                );
                None
            }
            other => {
                out.push(self.wrong(what, "an integer", other));
                None
            }
        }
    }

    /// The boolean.
    pub(crate) fn boolean(&self, what: &str, out: &mut Vec<Diagnostic>) -> Option<bool> {
        match &self.value {
            Value::Bool(value) => Some(*value),
            other => {
                out.push(self.wrong(what, "`true` or `false`", other));
                None
            }
        }
    }

    /// The elements.
    pub(crate) fn array(&self, what: &str, out: &mut Vec<Diagnostic>) -> &[Node] {
        match &self.value {
            Value::Array(items) => items,
            other => {
                out.push(self.wrong(what, "an array", other));
                &[]
            }
        }
    }

    /// The members.
    pub(crate) fn table(&self, what: &str, out: &mut Vec<Diagnostic>) -> &[Entry] {
        match &self.value {
            Value::Table(entries) => entries,
            other => {
                out.push(self.wrong(what, "a table", other));
                &[]
            }
        }
    }

    fn wrong(&self, what: &str, wanted: &str, found: &Value) -> Diagnostic {
        Diagnostic::new(self.place.clone(), format!("`{what}` takes {wanted}"))
            .label(format!("this is {}", found.kind()))
    }
}

fn missing(key: &str) -> String {
    format!("`{key}` is missing")
}

/// A table that is being read: every key is taken once, and what was never taken is an error.
pub(crate) struct Reader<'n> {
    entries: &'n [Entry],
    place: Place,
    known: Vec<&'static str>,
    /// How many diagnostics there were before.
    before: usize,
}

impl<'n> Reader<'n> {
    /// Starts to read `node`, which must be a table.
    pub(crate) fn new(node: &'n Node, what: &str, out: &mut Vec<Diagnostic>) -> Reader<'n> {
        Reader {
            before: out.len(),
            entries: node.table(what, out),
            place: node.place.clone(),
            known: Vec::new(),
        }
    }

    /// Where the table stands.
    pub(crate) fn place(&self) -> Place {
        self.place.clone()
    }

    /// Whether `key` is there.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.entries.iter().any(|entry| entry.key == key)
    }

    /// The value of `key`, if it is there.
    pub(crate) fn take(&mut self, key: &'static str) -> Option<&'n Node> {
        self.known.push(key);
        let entries: &'n [Entry] = self.entries;
        entries
            .iter()
            .find(|entry| entry.key == key)
            .map(|entry| &entry.node)
    }

    /// The value of `key`, which must be there.
    pub(crate) fn need(
        &mut self,
        key: &'static str,
        out: &mut Vec<Diagnostic>,
    ) -> Option<&'n Node> {
        let found = self.take(key);
        if found.is_none() {
            out.push(
                Diagnostic::new(self.place.clone(), missing(key))
                    .help(format!("add `{key} = …` to this table")),
            );
        }
        found
    }

    /// The text of `key`, if it is there.
    pub(crate) fn text(&mut self, key: &'static str, out: &mut Vec<Diagnostic>) -> Option<&'n str> {
        self.take(key)?.text(key, out)
    }

    /// The text of `key`, which must be there and not be empty.
    pub(crate) fn need_text(
        &mut self,
        key: &'static str,
        out: &mut Vec<Diagnostic>,
    ) -> Option<&'n str> {
        let node = self.need(key, out)?;
        let text = node.text(key, out)?;
        if text.trim().is_empty() {
            out.push(
                Diagnostic::new(node.place.clone(), format!("`{key}` is empty"))
                    .help("write a text, it is needed"),
            );
            return None;
        }
        Some(text)
    }

    /// The words of a list, each of a known list.
    pub(crate) fn words<T: FromStr<Err = Unknown>>(
        &mut self,
        key: &'static str,
        out: &mut Vec<Diagnostic>,
    ) -> Vec<T> {
        let nodes = self.texts(key, out).into_iter().map(|(_, node)| node);
        nodes.filter_map(|node| node.word(key, out)).collect()
    }

    /// The texts of the array `key` with the node of each; none if it is not there.
    pub(crate) fn texts(
        &mut self,
        key: &'static str,
        out: &mut Vec<Diagnostic>,
    ) -> Vec<(&'n str, &'n Node)> {
        let Some(node) = self.take(key) else {
            return Vec::new();
        };
        node.array(key, out)
            .iter()
            .filter_map(|item| Some((item.text(key, out)?, item)))
            .collect()
    }

    /// Ends the reading: every key that nobody took is unknown.
    pub(crate) fn finish(mut self, out: &mut Vec<Diagnostic>) {
        self.known.sort_unstable();
        let known = &self.known;
        let strange = self.entries.iter();
        let strange = strange.filter(|entry| !known.contains(&entry.key.as_str()));
        let all = format!("known here: `{}`", known.join("`, `"));
        let mut unknown = Vec::new();
        let mut meant = Vec::new();
        for entry in strange {
            let known = || few(self.before + unknown.len(), known.iter().copied());
            meant.extend(closest(&entry.key, known()).map(missing));
            let wrong = Unknown::new("key", &entry.key, known());
            unknown.push(Diagnostic::unknown(
                entry.place.clone(),
                wrong.or(all.clone()),
            ));
        }
        // a key that is misspelled is not missing as well
        meant.sort_unstable();
        meant.dedup();
        let before = self.before.min(out.len());
        let mut told = out.split_off(before);
        told.retain(|found| found.labels[0].0 != self.place || !meant.contains(&found.message));
        out.append(&mut told);
        out.append(&mut unknown);
    }
}
