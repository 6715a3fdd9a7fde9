//! [`Seen`]: which parts answers have, and in which form, counted by the factors of their requests: what is not wrong there
//! is not wrong only if it is there.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde_json::Value;

use crate::{
    observation::Observation,
    path::{Path, Segment},
};

use super::group::Counts;

/// How deep parts of a body are counted.
const DEEPEST: usize = 4;
/// How many forms of one part by factors are told apart.
const MOST: usize = 65_536;

/// Which parts answers have.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// How many requests got an answer.
    pub(super) answers: Counts,
    /// For each part, how many by factors and by form.
    parts: HashMap<Path, BTreeMap<(usize, String), usize>>,
}

impl Seen {
    /// Counts the body of an answer.
    pub(super) fn add(&mut self, vector: usize, answer: &Observation) {
        *self.answers.entry(vector).or_default() += 1;
        for (name, value) in &answer.headers {
            let at = Path::key("headers").then(name.as_str());
            self.part(
                at,
                vector,
                &form_of_header(value.to_str().unwrap_or_default()),
            );
        }
        if let Ok(body) = answer.json() {
            self.body(Path::key("body"), body, vector);
        }
    }

    fn body(&mut self, at: Path, value: &Value, vector: usize) {
        if value.is_null() || at.len() > DEEPEST {
            return;
        }
        match value {
            Value::Object(members) => {
                for (key, value) in members {
                    self.body(at.then(key), value, vector);
                }
            }
            // `[0]` stands for every element
            Value::Array(items) => {
                if let Some(first) = items.first() {
                    self.body(at.at(0), first, vector);
                }
            }
            _ => {}
        }
        self.part(at, vector, &form(value));
    }

    fn part(&mut self, at: Path, vector: usize, form: &str) {
        let forms = self.parts.entry(at).or_default();
        let form = if forms.len() < MOST { form } else { "" };
        *forms.entry((vector, form.to_owned())).or_default() += 1;
    }

    /// How many answers have a part in another form than these.
    pub(super) fn with(&self, at: &Path, except: &BTreeSet<String>) -> Counts {
        let mut counts = Counts::new();
        for ((vector, form), count) in self.parts.get(at).into_iter().flatten() {
            if !except.contains(form) {
                *counts.entry(*vector).or_default() += count;
            }
        }
        counts
    }

    /// The same, of requests whose factors have other numbers.
    pub(super) fn renumbered(self, numbers: &[usize]) -> Seen {
        let answers = self.answers.into_iter();
        let parts = self.parts.into_iter().map(|(at, forms)| {
            let forms = forms.into_iter();
            let forms = forms.map(|((vector, form), count)| ((numbers[vector], form), count));
            (at, forms.collect())
        });
        Seen {
            answers: answers
                .map(|(vector, count)| (numbers[vector], count))
                .collect(),
            parts: parts.collect(),
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
fn form_of_header(value: &str) -> String {
    const COUNTED: usize = 2;
    if value.bytes().filter(u8::is_ascii_digit).count() <= COUNTED {
        return value.to_owned();
    }
    let mut form = String::new();
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
    form
}

/// The form of a value: digits as `0`, letters as `a` or `A`, each once in a row; of what is no text, its type.
pub(super) fn form(value: &Value) -> String {
    const LONGEST: usize = 60;
    let Value::String(text) = value else {
        let kind = match value {
            Value::Null => "null",
            Value::Bool(_) => "boolean",
            Value::Number(_) => "number",
            Value::Array(items) if items.is_empty() => "[]",
            Value::Array(_) => "array",
            _ => "object",
        };
        return format!("<{kind}>");
    };
    let mut form = String::new();
    for letter in text.chars().take(LONGEST) {
        let kind = match letter {
            '0'..='9' => '0',
            'a'..='z' => 'a',
            'A'..='Z' => 'A',
            other => other,
        };
        if !form.ends_with(kind) {
            form.push(kind);
        }
    }
    form
}

/// The form of the part of an answer.
pub(super) fn form_at(at: &Path, answer: &Observation) -> Option<String> {
    if let [_, Segment::Key(name)] = at.0.as_slice()
        && at.root() == "headers"
    {
        return answer.header(name).map(form_of_header);
    }
    let found = crate::path::find(answer.json().ok()?, at.0.get(1..)?);
    found.map(form)
}
