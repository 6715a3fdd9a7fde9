//! One assertion against one answer.

use serde_json::Value;

use super::found::{Found, find};
use crate::{
    case::{Assertion, Expected},
    note::Note,
    observation::Observation,
    path::Path,
    redact,
    snapshot::{self, Difference},
    text::{Bindings, Matched, Text},
    verdict::Kind,
};

/// An answer that assertions are held against.
pub(super) struct Check<'a> {
    pub(super) answer: &'a Observation,
    pub(super) bindings: &'a Bindings,
    /// What numbered matchers stood for in the answers before.
    pub(super) matched: &'a mut Matched,
    pub(super) notes: &'a mut Vec<Note>,
}

impl Check<'_> {
    /// What of an assertion is not met.
    pub(super) fn unmet(&mut self, assertion: &Assertion) -> Vec<Difference> {
        let (answer, bindings) = (self.answer, self.bindings);
        let found = find(&assertion.at, answer);
        let unmet = |kind: Kind, expected: String, found: String| {
            vec![Difference {
                at: assertion.at.clone(),
                kind,
                expected,
                found,
            }]
        };
        match &assertion.expected {
            Expected::Refused if answer.status >= 300 => Vec::new(),
            Expected::Refused => unmet(
                Kind::Changed,
                "a refusal".to_owned(),
                answer.status.to_string(),
            ),
            Expected::Status(status) if answer.status == *status => Vec::new(),
            Expected::Status(status) => {
                unmet(Kind::Changed, status.to_string(), answer.status.to_string())
            }
            Expected::Text(text) => {
                let holds = match &found {
                    Found::Text(found) => text.matches(found, bindings, self.matched),
                    // TOML cannot write `<zip.size>` as a number, so it is compared with one
                    Found::Json(Value::Number(number))
                        if text.only_binding() == Some("zip.size") =>
                    {
                        text.matches(&number.to_string(), bindings, self.matched)
                    }
                    _ => false,
                };
                if holds {
                    return Vec::new();
                }
                unmet(
                    found.kind(),
                    format!("{:?}", told(text, bindings)),
                    found.show(),
                )
            }
            Expected::Json(json) => {
                let Found::Json(value) = found else {
                    return unmet(found.kind(), json.show(bindings), found.show());
                };
                if value.is_null() {
                    return unmet(Kind::Missing, json.show(bindings), "null".to_owned());
                }
                let mut differences = Vec::new();
                snapshot::compare(
                    json,
                    &redact::without_nulls(value),
                    &assertion.at,
                    bindings,
                    self.matched,
                    &mut differences,
                );
                differences
                    .into_iter()
                    .filter(|difference| difference.kind != Kind::Added)
                    .collect()
            }
            Expected::Absent if found.is_nothing() || matches!(found, Found::Unreadable(_)) => {
                Vec::new()
            }
            Expected::Absent => unmet(Kind::Unexpected, "nothing".to_owned(), found.show()),
            Expected::Null if matches!(found, Found::Json(Value::Null)) => Vec::new(),
            Expected::Null => unmet(found.kind(), "null".to_owned(), found.show()),
            Expected::Readable => match answer.json() {
                Ok(_) => Vec::new(),
                Err(fault) => unmet(Kind::Unreadable, "JSON".to_owned(), fault.to_string()),
            },
            Expected::Violations(texts) => {
                let Some((count, sentences)) = answer.violations() else {
                    let found = find(&Path::key("message"), answer);
                    return unmet(found.kind(), self.sentences(texts), found.show());
                };
                let mut left: Vec<&String> = sentences.iter().collect();
                let all = texts.iter().all(|text| {
                    let at = left
                        .iter()
                        .position(|sentence| text.matches(sentence, bindings, self.matched));
                    at.map(|at| left.remove(at)).is_some()
                });
                if all && left.is_empty() && count == texts.len() {
                    return Vec::new();
                }
                let found = format!("{count} announced: {}", sentences.join("; "));
                unmet(Kind::Changed, self.sentences(texts), found)
            }
            Expected::MessageMember(member) => match answer.message() {
                Some((found, _)) if found == member => Vec::new(),
                Some((found, _)) => {
                    unmet(Kind::Changed, format!("{member:?}"), format!("{found:?}"))
                }
                None => unmet(Kind::Missing, format!("{member:?}"), "nothing".to_owned()),
            },
            Expected::Any(groups) => self.any(groups),
        }
    }

    fn sentences(&self, texts: &[Text]) -> String {
        let shown: Vec<String> = texts.iter().map(|text| told(text, self.bindings)).collect();
        format!("{} announced: {}", texts.len(), shown.join("; "))
    }

    /// The first group that holds is noted; if none does, the differences from the first count.
    fn any(&mut self, groups: &[Vec<Assertion>]) -> Vec<Difference> {
        let mut failed: Vec<Vec<Difference>> = Vec::new();
        for (at, group) in groups.iter().enumerate() {
            let unmet: Vec<Difference> = group
                .iter()
                .flat_map(|assertion| self.unmet(assertion))
                .collect();
            if unmet.is_empty() {
                if groups.len() > 1 {
                    self.notes.push(Note::Allowed {
                        number: at + 1,
                        of: groups.len(),
                    });
                }
                return Vec::new();
            }
            failed.push(unmet);
        }
        let all: Vec<String> = groups.iter().map(|group| self.whole(group)).collect();
        let mut first = failed.into_iter().next().unwrap_or_default();
        if let Some(unmet) = first.first_mut().filter(|_| groups.len() > 1) {
            unmet.expected = all.join(" or ");
        }
        first
    }

    /// An alternative, as shown to a person: a status and the name of an error as they are, the rest with its place.
    fn whole(&self, group: &[Assertion]) -> String {
        let bindings = self.bindings;
        let shown = group.iter().map(|assertion| {
            let at = &assertion.at;
            match (&assertion.expected, at.root()) {
                (Expected::Status(status), _) => status.to_string(),
                (Expected::Refused, _) => "a refusal".to_owned(),
                (Expected::Text(text), "error") => told(text, bindings),
                (Expected::Text(text), _) => format!("{at} {:?}", told(text, bindings)),
                (Expected::Json(json), _) => format!("{at} {}", json.show(bindings)),
                (Expected::Absent, _) => format!("no {at}"),
                (Expected::Null, _) => format!("{at} null"),
                (Expected::Readable, _) => "JSON".to_owned(),
                (Expected::Violations(texts), _) => self.sentences(texts),
                (Expected::MessageMember(member), _) => format!("its text in {member:?}"),
                (Expected::Any(groups), _) => {
                    let all: Vec<String> = groups.iter().map(|group| self.whole(group)).collect();
                    all.join(" or ")
                }
            }
        });
        shown.collect::<Vec<_>>().join(" ")
    }
}

/// A text as what to answer: where anything may come, `…`.
fn told(text: &Text, bindings: &Bindings) -> String {
    text.show(bindings).replace("<rest>", "…")
}
