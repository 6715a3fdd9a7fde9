//! A baseline written anew from a run: sorted, with the reasons, links, days and comments of the old one.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt, fs,
    path::Path,
};

use time::Date;
use toml_edit::{Array, ArrayOfTables, DocumentMut, InlineTable, Item, Table, Value, value};

use super::{Baseline, BaselineError, Key, key, pin::Pin, read::VERSION};
use crate::{
    suite::Suite,
    verdict::{Obstacle, Outcome, Verdict},
};

const HEAD: &str = "\
# What is known to differ on this target, as `lambda-conformance run --baseline` reads it and `--update-baseline` writes it.
# An update keeps `reason`, `issue`, `since`, `expires` and comments. A value may hold `<any>`; `sometimes = true` beside a
# value lets a run go without it.
";

/// What a run showed, as a baseline will have it.
#[derive(Debug, Default)]
pub struct Record {
    /// For each case that was judged, what it showed.
    judged: BTreeMap<String, BTreeSet<(Key, String, bool)>>,
    /// The cases that could not be tested.
    untested: BTreeMap<String, (Obstacle, String)>,
}

/// What a new baseline has that the old one had not, and the other way round.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Causes of which the old one knew nothing.
    pub added: usize,
    /// Causes with other values or cases.
    pub changed: usize,
    /// Causes that are gone.
    pub removed: usize,
    /// Causes in the new one.
    pub causes: usize,
    /// Cases in the new one that cannot be tested.
    pub untested: usize,
}

impl fmt::Display for Changes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Changes {
            added,
            changed,
            removed,
            causes,
            untested,
        } = self;
        write!(
            f,
            "{causes} known causes ({added} new, {changed} changed, {removed} gone), {untested} cases not testable"
        )
    }
}

impl Record {
    /// Takes what a case showed; `old` is what was known before.
    pub fn add(&mut self, case: &str, outcome: &Outcome, old: &Baseline) {
        match &outcome.verdict {
            Verdict::Inconclusive { .. } => return,
            Verdict::NotTestable { class, reason } => {
                if *class != Obstacle::Level {
                    self.untested
                        .insert(case.to_owned(), (*class, reason.clone()));
                }
                return;
            }
            _ => {}
        }
        let pin = Pin::new(&outcome.bindings, old.today);
        let mut found = BTreeSet::new();
        for mismatch in outcome.mismatches.iter().chain(&outcome.common) {
            let pinned: Vec<_> = old
                .of(case)
                .filter(|(known, _)| known.is_for(mismatch))
                .map(|(_, pinned)| pinned)
                .collect();
            let held = pinned
                .iter()
                .find(|pinned| pin.holds(&pinned.value, mismatch))
                .map(|pinned| (pinned.value.clone(), pinned.sometimes));
            let learned = || {
                pinned.iter().find_map(|pinned| {
                    let value = pin.both(&pinned.value, mismatch)?;
                    Some((value, pinned.sometimes))
                })
            };
            let (value, sometimes) = held
                .or_else(learned)
                .unwrap_or_else(|| (pin.value(mismatch), false));
            found.insert((key(mismatch), value, sometimes));
        }
        for (known, pinned) in old.of(case) {
            let beyond = outcome
                .beyond
                .iter()
                .any(|mismatch| known.is_for(mismatch) && pin.holds(&pinned.value, mismatch));
            if beyond || pinned.sometimes {
                found.insert((known.key.clone(), pinned.value.clone(), pinned.sometimes));
            }
        }
        self.judged.insert(case.to_owned(), found);
    }
}

/// The values of a cause, whether a run may go without, and the cases that show each.
type Found = BTreeMap<(String, bool), BTreeSet<String>>;

impl Baseline {
    /// Writes what a run showed to a file. Of cases that the run did not reach, what was known stays.
    pub fn update(
        &self,
        path: &Path,
        record: &Record,
        suites: &[Suite],
    ) -> Result<Changes, BaselineError> {
        let (text, changes) = self.updated(record, suites);
        if text != self.source.text {
            fs::write(path, text).map_err(|error| BaselineError::Write {
                path: path.display().to_string(),
                error,
            })?;
        }
        Ok(changes)
    }

    /// The text of the new file, and how it differs.
    pub fn updated(&self, record: &Record, suites: &[Suite]) -> (String, Changes) {
        let mut document = if self.source.text.is_empty() {
            let mut document = DocumentMut::new();
            document.insert("version", value(VERSION));
            if let Some(mut key) = document.key_mut("version") {
                key.leaf_decor_mut().set_prefix(HEAD);
            }
            document
        } else {
            // it was read before, so it is TOML
            self.source.text.parse().unwrap_or_default()
        };
        let ids: Vec<&str> = suites
            .iter()
            .flat_map(|suite| &suite.cases)
            .map(|case| case.id.as_str())
            .collect();
        let mut changes = Changes::default();
        let causes = self.causes(record);
        let mut old = tables(&document, "known");
        changes.removed = self
            .known
            .iter()
            .filter(|known| !causes.contains_key(&known.key))
            .count();
        changes.causes = causes.len();
        let mut known = ArrayOfTables::new();
        for (key, found) in &causes {
            let before = self.known.iter().find(|known| known.key == *key);
            let at = old.iter().position(|table| is_for(table, key));
            let mut table = at.map_or_else(|| entry(key, self.today), |at| old.swap_remove(at));
            let unchanged = before.is_some_and(|known| {
                known.pins.len() == found.len()
                    && known.pins.iter().all(|pinned| {
                        found.get(&(pinned.value.clone(), pinned.sometimes)) == Some(&pinned.cases)
                    })
            });
            match before {
                None => changes.added += 1,
                Some(_) if !unchanged => changes.changed += 1,
                Some(_) => {}
            }
            if !unchanged {
                let written = written(table.get("found"), found, &ids);
                table.insert("found", Item::Value(Value::Array(written)));
            }
            known.push(table);
        }
        let mut old = tables(&document, "not-testable");
        let mut untested = ArrayOfTables::new();
        for ((class, reason), cases) in self.obstacles(record) {
            changes.untested += cases.len();
            let before = self
                .untested
                .iter()
                .find(|untested| untested.class == class && untested.reason == reason);
            let at = old.iter().position(|table| {
                let is = |key: &str, word: &str| {
                    table.get(key).and_then(Item::as_str).unwrap_or_default() == word
                };
                is("class", class.name()) && is("reason", &reason)
            });
            let mut table = at.map_or_else(
                || {
                    let mut table = Table::new();
                    table.insert("class", value(class.name()));
                    table.insert("reason", value(reason.as_str()));
                    table.insert("since", value(self.today.to_string()));
                    table
                },
                |at| old.swap_remove(at),
            );
            if before.is_none_or(|untested| untested.cases != cases) {
                table.insert("cases", Item::Value(Value::Array(list(&cases, &ids))));
            }
            untested.push(table);
        }
        // where each stands in the file
        let tables = known.iter_mut().chain(untested.iter_mut());
        for (at, table) in (1..).zip(tables) {
            table.set_position(Some(at));
        }
        for (key, tables) in [("known", known), ("not-testable", untested)] {
            document.remove(key);
            if !tables.is_empty() {
                document.insert(key, Item::ArrayOfTables(tables));
            }
        }
        (document.to_string(), changes)
    }

    /// What is known now: of the cases that were judged what they showed, of the others what was known.
    fn causes(&self, record: &Record) -> BTreeMap<Key, Found> {
        let mut causes: BTreeMap<Key, Found> = BTreeMap::new();
        let mut add = |key: &Key, value: &str, sometimes: bool, case: &str| {
            let found = causes.entry(key.clone()).or_default();
            let cases = found.entry((value.to_owned(), sometimes)).or_default();
            cases.insert(case.to_owned());
        };
        for (case, found) in &record.judged {
            for (key, value, sometimes) in found {
                add(key, value, *sometimes, case);
            }
        }
        for known in &self.known {
            for pinned in &known.pins {
                for case in &pinned.cases {
                    if !record.reached(case) {
                        add(&known.key, &pinned.value, pinned.sometimes, case);
                    }
                }
            }
        }
        causes
    }

    /// The cases that cannot be tested, by class and reason; a case that was listed keeps the reason it was listed with.
    fn obstacles(&self, record: &Record) -> BTreeMap<(Obstacle, String), BTreeSet<String>> {
        let mut obstacles: BTreeMap<(Obstacle, String), BTreeSet<String>> = BTreeMap::new();
        let listed = |case: &str| {
            let mut entries = self.untested.iter();
            entries.find(|untested| untested.cases.contains(case))
        };
        for (case, (class, reason)) in &record.untested {
            let key = match listed(case) {
                Some(known) if known.class == *class => (*class, known.reason.clone()),
                _ => (*class, reason.clone()),
            };
            obstacles.entry(key).or_default().insert(case.clone());
        }
        for untested in &self.untested {
            for case in &untested.cases {
                if !record.reached(case) {
                    let key = (untested.class, untested.reason.clone());
                    obstacles.entry(key).or_default().insert(case.clone());
                }
            }
        }
        obstacles
    }
}

impl Record {
    fn reached(&self, case: &str) -> bool {
        self.judged.contains_key(case) || self.untested.contains_key(case)
    }
}

fn tables(document: &DocumentMut, key: &str) -> Vec<Table> {
    let tables = document.get(key).and_then(Item::as_array_of_tables);
    tables.into_iter().flatten().cloned().collect()
}

fn is_for(table: &Table, (clause, at, kind): &Key) -> bool {
    let is = |key: &str, word: &str| table.get(key).and_then(Item::as_str) == Some(word);
    is("clause", clause) && is("at", at) && is("kind", kind)
}

fn entry((clause, at, kind): &Key, today: Date) -> Table {
    let mut table = Table::new();
    table.insert("clause", value(clause.as_str()));
    table.insert("at", value(at.as_str()));
    table.insert("kind", value(*kind));
    table.insert("reason", value(""));
    table.insert("since", value(today.to_string()));
    table.decor_mut().set_prefix("\n");
    table
}

/// The values with their cases, a line each; the elements of the old list for what has not changed.
fn written(old: Option<&Item>, found: &Found, ids: &[&str]) -> Array {
    let old = old.and_then(Item::as_array);
    let mut array = Array::new();
    for ((text, sometimes), cases) in found {
        let cases = list(cases, ids);
        let before = old.into_iter().flatten().find(|element| {
            let table = element.as_inline_table();
            let is = |key: &str| table.and_then(|table| table.get(key));
            is("value").and_then(Value::as_str) == Some(text)
                && is("sometimes").and_then(Value::as_bool).unwrap_or(false) == *sometimes
        });
        let mut element = before.cloned().unwrap_or_else(|| {
            let mut table = InlineTable::new();
            table.insert("value", text.as_str().into());
            if *sometimes {
                table.insert("sometimes", true.into());
            }
            Value::InlineTable(table)
        });
        if let Value::InlineTable(table) = &mut element {
            table.insert("cases", Value::Array(cases));
        }
        if before.is_none() {
            element.decor_mut().set_prefix("\n  ");
        }
        array.push_formatted(element);
    }
    array.set_trailing("\n");
    array.set_trailing_comma(true);
    array
}

/// The cases, with one name and `*` for all that a topic or a template has.
fn list(cases: &BTreeSet<String>, ids: &[&str]) -> Array {
    let mut array = Array::new();
    let names = names(cases, ids);
    if let [name] = names.as_slice() {
        array.push(name.as_str());
        return array;
    }
    for name in names {
        let mut element = Value::from(name);
        element.decor_mut().set_prefix("\n    ");
        array.push_formatted(element);
    }
    array.set_trailing("\n  ");
    array.set_trailing_comma(true);
    array
}

fn names(cases: &BTreeSet<String>, ids: &[&str]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for case in cases {
        let folders = case.match_indices('/').map(|(at, _)| &case[..=at]);
        // the widest folder of which every case is listed
        let whole = folders
            .filter(|folder| folder.matches('/').count() > 1)
            .find(|folder| {
                let inside = ids.iter().filter(|id| id.starts_with(folder));
                let mut number = 0;
                let all = inside
                    .inspect(|_| number += 1)
                    .all(|id| cases.contains(*id));
                all && number > 1
            });
        let name = whole.map_or_else(|| case.clone(), |folder| format!("{folder}*"));
        if names.last() != Some(&name) {
            names.push(name);
        }
    }
    names
}
