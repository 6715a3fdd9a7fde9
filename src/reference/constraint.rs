//! Violations of the model's constraints: collected over all members of a request, then reported in
//! one answer.
//!
//! Knows the sentences and no member.

use std::fmt::Display;
use std::ops::RangeInclusive;

use regex::Regex;
use serde_json::{Map, Value};

use super::error::Refusal;

/// A pattern as the message quotes it, and as it is tested.
#[derive(Debug)]
pub(super) struct Pattern {
    quoted: &'static str,
    tested: Regex,
}

impl Pattern {
    /// The whole value must match. `\d` is ASCII on AWS and Unicode in `regex`, hence the
    /// rewriting.
    pub(super) fn new(quoted: &'static str) -> Self {
        Self::tested_as(quoted, quoted)
    }

    /// For a pattern that `regex` cannot read: `tested` takes the same values.
    pub(super) fn tested_as(quoted: &'static str, tested: &str) -> Self {
        let tested = format!("^(?:{})$", tested.replace(r"\d", "[0-9]"));
        Self {
            quoted,
            tested: Regex::new(&tested).expect("invariant: patterns are literals of this crate"),
        }
    }

    pub(super) fn matcher(&self) -> &Regex {
        &self.tested
    }

    /// What a refusal says of it.
    pub(super) fn sentence(&self) -> String {
        format!(
            "Member must satisfy regular expression pattern: {}",
            self.quoted
        )
    }
}

/// The violations found so far.
#[derive(Debug, Default)]
pub(super) struct Violations(Vec<String>);

impl Violations {
    /// `value` is what the sentence shows, with its quotes where it has any.
    fn add(&mut self, value: &dyn Display, at: &str, constraint: &str) {
        self.0.push(format!(
            "Value {value} at '{at}' failed to satisfy constraint: {constraint}"
        ));
    }

    pub(super) fn missing(&mut self, at: &str) {
        self.add(&"null", at, "Member must not be null");
    }

    /// Length is counted in characters. The value is shown whole, however long.
    pub(super) fn length(&mut self, at: &str, value: &str, lengths: RangeInclusive<usize>) {
        let length = value.chars().count();
        if length < *lengths.start() {
            let least = format!(
                "Member must have length greater than or equal to {}",
                lengths.start()
            );
            self.add(&format_args!("'{value}'"), at, &least);
        }
        if length > *lengths.end() {
            let most = format!(
                "Member must have length less than or equal to {}",
                lengths.end()
            );
            self.add(&format_args!("'{value}'"), at, &most);
        }
    }

    pub(super) fn pattern(&mut self, at: &str, value: &str, pattern: &Pattern) {
        if !pattern.tested.is_match(value) {
            self.add(&format_args!("'{value}'"), at, &pattern.sentence());
        }
    }

    /// For patterns that `regex` cannot test.
    pub(super) fn unless(&mut self, at: &str, value: &str, holds: bool, quoted: &str) {
        if !holds {
            let constraint = format!("Member must satisfy regular expression pattern: {quoted}");
            self.add(&format_args!("'{value}'"), at, &constraint);
        }
    }

    pub(super) fn range<N: PartialOrd + Display>(
        &mut self,
        at: &str,
        value: N,
        range: RangeInclusive<N>,
    ) {
        if value < *range.start() {
            let least = format!(
                "Member must have value greater than or equal to {}",
                range.start()
            );
            self.add(&format_args!("'{value}'"), at, &least);
        }
        if value > *range.end() {
            let most = format!(
                "Member must have value less than or equal to {}",
                range.end()
            );
            self.add(&format_args!("'{value}'"), at, &most);
        }
    }

    pub(super) fn one_of(&mut self, at: &str, value: &str, allowed: &[&str]) {
        if !allowed.contains(&value) {
            let constraint = format!(
                "Member must satisfy enum value set: [{}]",
                allowed.join(", ")
            );
            self.add(&format_args!("'{value}'"), at, &constraint);
        }
    }

    /// The number of a list's elements.
    pub(super) fn count(&mut self, at: &str, values: &[Value], count: RangeInclusive<usize>) {
        if values.len() > *count.end() {
            let most = format!(
                "Member must have length less than or equal to {}",
                count.end()
            );
            self.add(&shown(values), at, &most);
        }
        if values.len() < *count.start() {
            let least = format!(
                "Member must have length greater than or equal to {}",
                count.start()
            );
            self.add(&shown(values), at, &least);
        }
    }

    /// Elements of a list that do not fit: the whole list is shown, and all that is asked of an element.
    pub(super) fn elements(&mut self, at: &str, values: &[Value], sentences: &[String]) {
        let constraint = format!("Member must satisfy constraint: [{}]", sentences.join(", "));
        self.add(&shown(values), at, &constraint);
    }

    /// Keys or values of a map that do not fit: the whole map is shown, unless it is kept back.
    pub(super) fn pairs(
        &mut self,
        at: &str,
        given: Option<&Map<String, Value>>,
        which: &str,
        sentences: &[String],
    ) {
        let constraint = format!(
            "{which} must satisfy constraint: [{}]",
            sentences.join(", ")
        );
        match given {
            Some(given) => {
                let pairs: Vec<String> = given
                    .iter()
                    .map(|(key, value)| format!("{key}={}", bare(value)))
                    .collect();
                self.add(&format_args!("'{{{}}}'", pairs.join(", ")), at, &constraint);
            }
            None => self.0.push(format!(
                "Value at '{at}' failed to satisfy constraint: {constraint}"
            )),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All of them in one answer, if there are any.
    pub(super) fn verdict(self) -> Result<(), Refusal> {
        if self.0.is_empty() {
            Ok(())
        } else {
            Err(self.refusal())
        }
    }

    /// All of them in one answer; there is at least one.
    pub(super) fn refusal(self) -> Refusal {
        Refusal::validation(&self.0)
    }
}

/// A list as a refusal shows it.
fn shown(values: &[Value]) -> String {
    let values: Vec<String> = values.iter().map(bare).collect();
    format!("'[{}]'", values.join(", "))
}

/// A value without quotes.
fn bare(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}
