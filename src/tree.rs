//! The tree of a TOML file with the place of every key and value, and [`Reader`], which walks a table key by key.
//!
//! Knows TOML and nothing of what the keys mean. An error never stops the walk: it is pushed, and the value is missing.

use std::{borrow::Cow, ops::Range, str::FromStr, sync::Arc};

use toml::de::{DeTable, DeValue};

use crate::{
    span::{Diagnostic, Place, Source},
    word::{Unknown, suggestion},
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

/// The table of the file, with all that stands below it, that holds a syntax error, if the diagnostic is one.
pub(crate) fn hidden(diagnostic: &Diagnostic) -> Option<Place> {
    let (place, _) = diagnostic
        .labels
        .first()
        .filter(|_| diagnostic.message.starts_with(SYNTAX))?;
    let text = place.source.text.as_str();
    let heads = text.split_inclusive('\n').scan(0, |at, line| {
        let start = *at;
        *at += line.len();
        Some((start, line))
    });
    // `[[case]]` and not its `[[case.step]]`s
    let heads = heads.filter(|(_, line)| {
        line.starts_with('[') && !line.split(']').next().unwrap_or_default().contains('.')
    });
    let heads: Vec<usize> = heads.map(|(start, _)| start).collect();
    let start = heads
        .iter()
        .rev()
        .find(|head| **head <= place.span.start)
        .copied()
        .unwrap_or(0);
    let end = heads
        .iter()
        .find(|head| **head > place.span.start)
        .copied()
        .unwrap_or(text.len() + 1);
    Some(Place::new(&place.source, start..end))
}

/// Reads a file; what cannot be read is pushed to `out`, the rest is returned.
pub(crate) fn parse(source: &Arc<Source>, out: &mut Vec<Diagnostic>) -> Node {
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
}

impl<'n> Reader<'n> {
    /// Starts to read `node`, which must be a table.
    pub(crate) fn new(node: &'n Node, what: &str, out: &mut Vec<Diagnostic>) -> Reader<'n> {
        Reader {
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
    pub(crate) fn finish(self, out: &mut Vec<Diagnostic>) {
        for entry in self.entries {
            if !self.known.contains(&entry.key.as_str()) {
                let mut known = self.known.clone();
                known.sort_unstable();
                // a key that is misspelled is not missing as well
                let meant = suggestion(&entry.key, known.iter().copied());
                let near = |key: &str| meant.is_some() && meant == suggestion(&entry.key, [key]);
                out.retain(|found| {
                    let key = known.iter().find(|key| found.message == missing(key));
                    found.labels[0].0 != self.place || !key.is_some_and(|key| near(key))
                });
                let all = format!("known here: `{}`", known.join("`, `"));
                let unknown = Unknown::new("key", &entry.key, known).or(all);
                out.push(Diagnostic::unknown(entry.place.clone(), unknown));
            }
        }
    }
}
