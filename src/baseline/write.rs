//! A baseline written anew from a run: sorted, with the reasons, links, days and comments of the old one.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    path::Path,
};

use time::Date;
use toml_edit::{ArrayOfTables, DocumentMut, InlineTable, Item, Table, Value, value};

use super::{
    Baseline, BaselineError,
    entry::{Key, Known, Orphans},
    layout::{self, Line, Lines},
    merge::Values,
    names::Ids,
    read::VERSION,
    record::Record,
};
use crate::{prose::count, replace::replace, span::Source, suite::Suite};

const HEAD: &str = "\
# Known deviations of this target. `lambda-conformance run --baseline FILE` accepts them and fails on everything else;
# `--update-baseline` writes the file anew and keeps `reason`, `issue`, `since`, `expires` and comments, but for the lines
# that begin with `#:`, which say what the clause states. `*` at the end of a case stands for all cases that begin so. A
# value may hold `<any>` for any text; with `sometimes = true` beside a value, a run may pass without it.
";

/// How a new baseline differs from the old one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Causes that the old one did not list.
    pub added: usize,
    /// Causes with other values or cases.
    pub changed: usize,
    /// Causes that only the old one listed.
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
            "{} ({added} new, {changed} changed, {removed} removed), {} not testable",
            count(*causes, "known cause"),
            count(*untested, "case"),
        )
    }
}

/// The cases and clauses that a baseline is about.
struct Contract<'s> {
    suites: &'s [Suite],
    /// For lists of cases that show something.
    showing: Ids<'s>,
    /// For lists of cases that cannot be tested.
    untestable: Ids<'s>,
}

impl Baseline {
    /// Writes what a run showed to a file, and returns what it holds now. Of cases that the run did not reach, what was
    /// known stays.
    pub fn update(
        &self,
        path: &Path,
        record: &Record,
        suites: &[Suite],
    ) -> Result<(Baseline, Changes), BaselineError> {
        let (text, changes) = self.updated(record, suites);
        if text != self.source.text {
            let error = |error| BaselineError::Write {
                path: path.display().to_string(),
                error,
            };
            replace(path, text.as_bytes()).map_err(error)?;
        }
        let source = Source::new(self.path(), text);
        let new = Baseline::parse(&source, suites, self.today, Orphans::Refuse)
            .map_err(BaselineError::Wrong)?;
        Ok((new, changes))
    }

    /// The text of the new file, and how it differs.
    pub fn updated(&self, record: &Record, suites: &[Suite]) -> (String, Changes) {
        let mut document = self.document();
        let obstacles = self.obstacles(record);
        let untestable: BTreeSet<String> = obstacles.values().flatten().cloned().collect();
        let causes = self.causes(record, &untestable);
        let cases = suites.iter().flat_map(|suite| &suite.cases);
        let cases = cases.map(|case| case.id.as_str());
        let contract = Contract {
            suites,
            showing: Ids::new(cases.clone(), untestable),
            untestable: Ids::new(cases, BTreeSet::new()),
        };
        let mut changes = Changes::default();
        let mut known = ArrayOfTables::new();
        let mut old = tables(&document, "known");
        for (key, values) in &causes {
            let before = self.known.iter().find(|known| known.key == *key);
            match before {
                None => changes.added += 1,
                Some(before) if !contract.lists(before, values) => changes.changed += 1,
                Some(_) => {}
            }
            let at = old.iter().position(|table| is_for(table, key));
            let table = at.map_or_else(|| entry(key, self.today), |at| old.swap_remove(at));
            known.push(contract.cause(table, key, values));
        }
        let gone = |known: &&Known| !causes.contains_key(&known.key);
        changes.removed = self.known.iter().filter(gone).count();
        changes.causes = causes.len();

        let mut untested = ArrayOfTables::new();
        let mut old = tables(&document, "not-testable");
        for ((class, reason), cases) in obstacles {
            changes.untested += cases.len();
            let at = old
                .iter()
                .position(|table| is(table, "class", class.name()) && is(table, "reason", &reason));
            let table = at.map_or_else(
                || obstacle(class.name(), &reason, self.today),
                |at| old.swap_remove(at),
            );
            untested.push(contract.untestable(table, &reason, &cases));
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

    /// The old file, or an empty one.
    fn document(&self) -> DocumentMut {
        if !self.source.text.is_empty() {
            // it was read before, so it is TOML
            return self.source.text.parse().unwrap_or_default();
        }
        let mut document = DocumentMut::new();
        document.insert("version", value(VERSION));
        if let Some(mut key) = document.key_mut("version") {
            key.leaf_decor_mut().set_prefix(HEAD);
        }
        document
    }
}

impl Contract<'_> {
    /// Whether an entry lists these values, and each with these cases.
    fn lists(&self, known: &Known, values: &Values) -> bool {
        known.pins.len() == values.len()
            && known.pins.iter().all(|pinned| {
                let cases = values.get(&(pinned.value.clone(), pinned.sometimes));
                cases.is_some_and(|cases| self.showing.are(&pinned.cases, cases))
            })
    }

    /// The entry of a cause: what its clause states, the values, and the cases that show each.
    fn cause(&self, mut table: Table, (clause, ..): &Key, values: &Values) -> Table {
        let mut suites = self.suites.iter();
        let clause = suites.find_map(|suite| suite.clause(clause));
        let first = clause.and_then(|clause| clause.statements.first());
        layout::describe(&mut table, first.map(|statement| statement.says.as_str()));
        let found = table.get("found").and_then(Item::as_array);
        let old = found.map(Lines::of).unwrap_or_default();
        let alone = values.len() == 1;
        let lines = values.iter().map(|((text, sometimes), cases)| {
            let before = old.lines.iter().find(|line| shows(line, text, *sometimes));
            let mut line = before.map_or_else(|| Line::new(InlineTable::new().into()), Line::clone);
            if let Value::InlineTable(table) = &mut line.value {
                self.fill(table, (text, *sometimes), cases, alone);
            }
            line
        });
        let lines = lines.collect();
        let found = old.with(lines).list("  ", "");
        table.insert("found", Item::Value(Value::Array(found)));
        table
    }

    /// A value with the cases that show it, in lines that are short enough. The only value of a cause stands in the line of
    /// its key.
    fn fill(
        &self,
        table: &mut InlineTable,
        (text, sometimes): (&str, bool),
        cases: &BTreeSet<String>,
        alone: bool,
    ) {
        let old = table.get("cases").cloned();
        let cases = || cases_of(&self.showing, old.as_ref(), cases);
        let (indent, outer) = if alone { ("  ", "") } else { ("    ", "  ") };
        let plain = layout::short(text);
        let long = layout::long(text);
        for (value, wide) in [
            (&plain, true),
            (&plain, false),
            (&long, true),
            (&long, false),
        ] {
            table.insert("value", value.clone());
            if sometimes {
                table.insert("sometimes", true.into());
            }
            let list = if wide {
                cases().list(indent, outer)
            } else {
                cases().tall(indent, outer)
            };
            table.insert("cases", Value::Array(list));
            let before = if alone { "found = [" } else { "  " };
            if layout::is_narrow(&format!("{before}{},", table.to_string().trim())) {
                break;
            }
        }
    }

    /// The entry of cases that cannot be tested.
    fn untestable(&self, mut table: Table, reason: &str, cases: &BTreeSet<String>) -> Table {
        if !layout::is_narrow(&table.to_string()) {
            table.insert("reason", Item::Value(layout::long(reason)));
        }
        let old = table.get("cases").and_then(Item::as_value);
        let list = cases_of(&self.untestable, old, cases).list("  ", "");
        table.insert("cases", Item::Value(Value::Array(list)));
        table
    }
}

/// The names of cases, with the comments of the old list.
fn cases_of(ids: &Ids<'_>, old: Option<&Value>, cases: &BTreeSet<String>) -> Lines {
    let old = old.and_then(Value::as_array);
    let old = old.map(Lines::of).unwrap_or_default();
    let known: BTreeMap<&str, &Line> = old
        .lines
        .iter()
        .filter_map(|line| Some((line.value.as_str()?, line)))
        .collect();
    let mut all = ids.names(cases);
    // a name with a comment stays, if all that it stands for is still so
    for (name, line) in &known {
        if line.has_comment() && ids.is_within(name, cases) {
            all.insert((*name).to_owned());
        }
    }
    let lines = all.iter().map(|name| match known.get(name.as_str()) {
        Some(line) => (*line).clone(),
        None => Line::new(Value::from(name)),
    });
    let lines = lines.collect();
    old.with(lines)
}

fn tables(document: &DocumentMut, key: &str) -> Vec<Table> {
    let tables = document.get(key).and_then(Item::as_array_of_tables);
    tables.into_iter().flatten().cloned().collect()
}

fn is(table: &Table, key: &str, word: &str) -> bool {
    table.get(key).and_then(Item::as_str).unwrap_or_default() == word
}

fn is_for(table: &Table, (clause, at, kind): &Key) -> bool {
    is(table, "clause", clause) && is(table, "at", at) && is(table, "kind", kind)
}

/// Whether an item of the old list is this value.
fn shows(line: &Line, text: &str, sometimes: bool) -> bool {
    let table = line.value.as_inline_table();
    let is = |key: &str| table.and_then(|table| table.get(key));
    is("value").and_then(Value::as_str) == Some(text)
        && is("sometimes").and_then(Value::as_bool).unwrap_or(false) == sometimes
}

fn entry((clause, at, kind): &Key, today: Date) -> Table {
    let mut table = Table::new();
    table.insert("clause", value(clause.as_str()));
    table.insert("at", Item::Value(layout::short(at)));
    table.insert("kind", value(*kind));
    table.insert("reason", value(""));
    table.insert("since", value(today.to_string()));
    table.decor_mut().set_prefix("\n");
    table
}

fn obstacle(class: &str, reason: &str, today: Date) -> Table {
    let mut table = Table::new();
    table.insert("class", value(class));
    table.insert("reason", Item::Value(layout::short(reason)));
    table.insert("since", value(today.to_string()));
    table
}
