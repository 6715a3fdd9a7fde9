//! [`Seen`]: which parts answers have, and in which form, counted by the factors of their requests: what is not wrong there
//! is not wrong only if it is there.

use std::collections::{BTreeSet, HashMap};

use serde_json::Value;

use super::group::Counts;
use crate::{
    observation::Observation,
    path::{Path, Segment},
};

/// How deep parts of a body are counted.
const DEEPEST: usize = 4;
/// How many forms of one part are told apart.
const MOST: usize = 65_536;

/// Which parts answers have.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// How many requests got an answer.
    pub(super) answers: Counts,
    /// The parts, each with those in it; the first one is the answer.
    parts: Vec<Part>,
    /// Where a form is written before it is looked up: most are known.
    form: String,
}

/// A part of answers.
#[derive(Debug, Default)]
struct Part {
    /// The parts in it, by name; `0` stands for every element.
    inner: HashMap<String, usize>,
    /// Its forms, each with a number.
    forms: HashMap<String, u32>,
    /// How many answers have it, by factors and by form.
    counts: HashMap<(usize, u32), usize>,
}

impl Seen {
    /// Counts the body of an answer.
    pub(super) fn add(&mut self, vector: usize, answer: &Observation) {
        *self.answers.entry(vector).or_default() += 1;
        if self.parts.is_empty() {
            self.parts.push(Part::default());
        }
        let headers = self.inner(0, "headers");
        for (name, value) in &answer.headers {
            let at = self.inner(headers, name.as_str());
            self.form.clear();
            form_of_header(value.to_str().unwrap_or_default(), &mut self.form);
            self.count(at, vector);
        }
        if let Ok(body) = answer.json() {
            let at = self.inner(0, "body");
            self.body(at, 1, body, vector);
        }
    }

    fn body(&mut self, at: usize, depth: usize, value: &Value, vector: usize) {
        if value.is_null() || depth > DEEPEST {
            return;
        }
        match value {
            Value::Object(members) => {
                for (key, value) in members {
                    let inner = self.inner(at, key);
                    self.body(inner, depth + 1, value, vector);
                }
            }
            Value::Array(items) => {
                if let Some(first) = items.first() {
                    let inner = self.inner(at, "0");
                    self.body(inner, depth + 1, first, vector);
                }
            }
            _ => {}
        }
        self.form.clear();
        write_form(value, &mut self.form);
        self.count(at, vector);
    }

    /// The part of this name in another.
    fn inner(&mut self, at: usize, name: &str) -> usize {
        if let Some(known) = self.parts[at].inner.get(name) {
            return *known;
        }
        let next = self.parts.len();
        self.parts.push(Part::default());
        self.parts[at].inner.insert(name.to_owned(), next);
        next
    }

    /// Counts a part whose form is written.
    fn count(&mut self, at: usize, vector: usize) {
        let part = &mut self.parts[at];
        let number = match part.forms.get(self.form.as_str()) {
            Some(known) => *known,
            None => {
                let form = if part.forms.len() < MOST {
                    self.form.as_str()
                } else {
                    ""
                };
                let next = u32::try_from(part.forms.len()).unwrap_or(u32::MAX);
                *part.forms.entry(form.to_owned()).or_insert(next)
            }
        };
        *part.counts.entry((vector, number)).or_default() += 1;
    }

    fn find(&self, at: &Path) -> Option<&Part> {
        let mut part = self.parts.first()?;
        for step in &at.0 {
            let inner = match step {
                Segment::Key(key) => part.inner.get(key.as_str()),
                Segment::Index(_) => part.inner.get("0"),
            };
            part = &self.parts[*inner?];
        }
        Some(part)
    }

    /// How many answers have a part in another form than these.
    pub(super) fn with(&self, at: &Path, except: &BTreeSet<String>) -> Counts {
        let mut counts = Counts::new();
        let Some(part) = self.find(at) else {
            return counts;
        };
        let except: BTreeSet<u32> = except
            .iter()
            .filter_map(|form| part.forms.get(form).copied())
            .collect();
        for ((vector, form), count) in &part.counts {
            if !except.contains(form) {
                *counts.entry(*vector).or_default() += count;
            }
        }
        counts
    }

    /// The same, of requests whose factors have other numbers.
    pub(super) fn renumbered(self, numbers: &[usize]) -> Seen {
        let answers = self.answers.into_iter();
        let parts = self.parts.into_iter().map(|part| {
            let counts = part.counts.into_iter();
            Part {
                counts: counts
                    .map(|((vector, form), count)| ((numbers[vector], form), count))
                    .collect(),
                ..part
            }
        });
        Seen {
            answers: answers
                .map(|(vector, count)| (numbers[vector], count))
                .collect(),
            parts: parts.collect(),
            form: String::new(),
        }
    }

    /// How many answers do not have a part.
    pub(super) fn without(&self, at: &Path) -> Counts {
        let have = self.with(at, &BTreeSet::new());
        let lack = |(vector, count): (&usize, &usize)| {
            let have = have.get(vector).copied().unwrap_or_default();
            (*vector, count.saturating_sub(have))
        };
        self.answers.iter().map(lack).collect()
    }
}

/// The form of the value of a header: the value, if nothing in it is counted, else `x` for letters and digits.
fn form_of_header(value: &str, form: &mut String) {
    const COUNTED: usize = 2;
    if value.bytes().filter(u8::is_ascii_digit).count() <= COUNTED {
        form.push_str(value);
        return;
    }
    for letter in value.chars() {
        let kind = if letter.is_ascii_alphanumeric() {
            'x'
        } else {
            letter
        };
        if !form.ends_with(kind) {
            form.push(kind);
        }
    }
}

/// The form of a value: digits as `0`, letters as `a` or `A`, each once in a row; of what is no text, its type.
pub(super) fn form(value: &Value) -> String {
    let mut form = String::new();
    write_form(value, &mut form);
    form
}

fn write_form(value: &Value, form: &mut String) {
    const LONGEST: usize = 60;
    let Value::String(text) = value else {
        form.push_str(match value {
            Value::Null => "<null>",
            Value::Bool(_) => "<boolean>",
            Value::Number(_) => "<number>",
            Value::Array(items) if items.is_empty() => "<[]>",
            Value::Array(_) => "<array>",
            _ => "<object>",
        });
        return;
    };
    let mut last = None;
    for letter in text.chars().take(LONGEST) {
        let kind = match letter {
            '0'..='9' => '0',
            'a'..='z' => 'a',
            'A'..='Z' => 'A',
            other => other,
        };
        if last != Some(kind) {
            form.push(kind);
            last = Some(kind);
        }
    }
}

/// The form of the part of an answer.
pub(super) fn form_at(at: &Path, answer: &Observation) -> Option<String> {
    if let [_, Segment::Key(name)] = at.0.as_slice()
        && at.root() == "headers"
    {
        let mut form = String::new();
        form_of_header(answer.header(name)?, &mut form);
        return Some(form);
    }
    let found = crate::path::find(answer.json().ok()?, at.0.get(1..)?);
    found.map(form)
}
