//! [`Contract`]: what the clauses speak about, parts of answers and factors of requests.

use std::collections::BTreeMap;

use crate::{path::Path, plan::Item};

/// What the clauses speak about.
#[derive(Debug, Default)]
pub(super) struct Contract {
    /// The firm clauses, by id.
    pub(super) clauses: BTreeMap<String, Spoken>,
    about: Vec<About>,
}

/// What a clause speaks about.
#[derive(Clone, Debug)]
pub(super) struct Spoken {
    /// Its place among all clauses.
    pub(super) place: usize,
    /// Whether it is about the form of parts, as a schema holds it.
    pub(super) is_form: bool,
    /// The parts of an answer.
    governs: Vec<Path>,
}

/// The clauses that are about factors that are true together.
#[derive(Clone, Debug)]
struct About {
    /// The factors, each by name and value.
    all: Vec<(String, String)>,
    clauses: Vec<String>,
}

impl Contract {
    /// Reads it, once.
    pub(super) fn learn(&mut self, item: Item<'_>) {
        if !self.clauses.is_empty() {
            return;
        }
        for clause in item.suite.clauses().filter(|clause| clause.is_firm()) {
            let spoken = Spoken {
                place: self.clauses.len(),
                is_form: !clause.form.is_empty(),
                governs: clause.governs.clone(),
            };
            self.clauses.entry(clause.id.clone()).or_insert(spoken);
        }
        let service = &item.suite.service;
        let mut about =
            |name: &String, value: &String, and: &[(String, String)], clauses: &[String]| {
                let mut all = vec![(name.clone(), value.clone())];
                all.extend(and.iter().cloned());
                self.about.push(About {
                    all,
                    clauses: clauses.to_vec(),
                });
            };
        for form in &service.forms {
            about(&form.factor, &form.is, &[], &form.clauses);
        }
        for one in &service.about {
            about(&one.factor, &one.is, &one.and, &one.clauses);
        }
        for shown in &service.shown {
            about(&shown.factor, &shown.text, &[], &shown.clauses);
        }
    }

    /// How much a clause is about just this part of the answer: 1 if about hardly anything else.
    pub(super) fn focus(&self, clause: &str, at: &Path) -> f64 {
        let governs = self.clauses.get(clause).map(|known| &known.governs);
        governs
            .filter(|governs| governs.contains(at))
            .map_or(0.0, |governs| f64::min(1.0, 2.0 / governs.len() as f64))
    }

    /// The clauses that are about some of these factors, each with those that it is about.
    pub(super) fn about<'f>(
        &'f self,
        factors: &[(&str, &str)],
    ) -> impl Iterator<Item = (&'f str, &'f [(String, String)])> {
        let is_true = |(name, value): &(String, String)| {
            let mut factors = factors.iter();
            factors.any(|(known, is)| name == known && value == is)
        };
        let about = self.about.iter();
        let about = about.filter(move |about| about.all.iter().all(is_true));
        about.flat_map(|about| {
            let clauses = about.clauses.iter();
            clauses.map(|one| (one.as_str(), about.all.as_slice()))
        })
    }
}
