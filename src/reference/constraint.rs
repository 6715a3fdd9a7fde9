//! Violations of the model's constraints: collected over all members of a request, then reported in
//! one answer.
//!
//! Knows the sentences and no member.

use std::fmt::Display;
use std::ops::RangeInclusive;

use regex::Regex;
use serde_json::Value;

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
        let tested = format!("^(?:{})$", quoted.replace(r"\d", "[0-9]"));
        Self {
            quoted,
            tested: Regex::new(&tested).expect("invariant: patterns are literals of this crate"),
        }
    }

    pub(super) fn matcher(&self) -> &Regex {
        &self.tested
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
        self.unless(at, value, pattern.tested.is_match(value), pattern.quoted);
    }

    /// For patterns that `regex` cannot test.
    pub(super) fn unless(&mut self, at: &str, value: &str, holds: bool, quoted: &str) {
        if !holds {
            let constraint = format!("Member must satisfy regular expression pattern: {quoted}");
            self.add(&format_args!("'{value}'"), at, &constraint);
        }
    }

    pub(super) fn range(&mut self, at: &str, value: i64, range: RangeInclusive<i64>) {
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

    /// The length of a list. How its value is shown is inferred.
    pub(super) fn at_most(&mut self, at: &str, values: &[Value], most: usize) {
        if values.len() > most {
            let constraint = format!("Member must have length less than or equal to {most}");
            self.add(&format_args!("'{}'", Value::from(values)), at, &constraint);
        }
    }

    /// One of the two instruction sets. Both sentences for lists are inferred.
    pub(super) fn architectures(&mut self, values: &[&str]) {
        let shown = format!("'[{}]'", values.join(", "));
        if values.len() > 1 {
            self.add(
                &shown,
                "architectures",
                "Member must have length less than or equal to 1",
            );
        }
        if values.is_empty() {
            self.add(
                &shown,
                "architectures",
                "Member must have length greater than or equal to 1",
            );
        }
        if values
            .iter()
            .any(|value| !["x86_64", "arm64"].contains(value))
        {
            let constraint = "Member must satisfy constraint: \
                              [Member must satisfy enum value set: [x86_64, arm64], Member must not be null]";
            self.add(&shown, "architectures", constraint);
        }
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
