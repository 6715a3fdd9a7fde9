//! The file as it is read: every mistake with its place.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Bound,
    sync::Arc,
};

use time::Date;

use super::entry::{Key, Known, Orphans, Pinned, Untested};
use crate::{
    date,
    span::{Diagnostic, Source},
    suite::Suite,
    tree::{self, Node, Reader, Value},
    verdict::{Kind, Obstacle},
    word::{Unknown, few},
};

/// The version of the file that is read and written.
pub(super) const VERSION: i64 = 1;

/// How many cases all entries name at most, each as often as it is named.
const NAMED: usize = 200_000;

/// Reads the entries of a file; an empty file has none.
pub(super) fn read(
    source: &Arc<Source>,
    suites: &[Suite],
    orphans: Orphans,
) -> Result<(Vec<Known>, Vec<Untested>), Vec<Diagnostic>> {
    let mut out = Vec::new();
    let root = tree::parse(source, &mut out);
    if out.iter().any(tree::is_limit) {
        return Err(out);
    }
    let clauses = suites.iter().flat_map(Suite::clauses);
    let cases = suites.iter().flat_map(|suite| &suite.cases);
    let mut file = Reading {
        clauses: clauses.map(|clause| clause.id.as_str()).collect(),
        cases: cases.map(|case| case.id.as_str()).collect(),
        named: 0,
        orphans,
        out,
    };
    let mut reader = Reader::new(&root, "the file", &mut file.out);
    if !source.text.is_empty()
        && let Some(version) = reader.need("version", &mut file.out)
    {
        version.integer("version", VERSION..VERSION + 1, &mut file.out);
    }
    let known = reader.take("known").map_or(Vec::new(), |node| {
        let tables = node.array("known", &mut file.out).iter();
        tables.filter_map(|node| file.known(node)).collect()
    });
    let untested = reader.take("not-testable").map_or(Vec::new(), |node| {
        let tables = node.array("not-testable", &mut file.out).iter();
        tables.filter_map(|node| file.untested(node)).collect()
    });
    reader.finish(&mut file.out);
    file.once(&known);
    if file.out.is_empty() {
        return Ok((known, untested));
    }
    file.out.sort_by_key(|diagnostic| {
        let place = diagnostic.labels.first();
        place.map_or(0, |(place, _)| place.span.start)
    });
    Err(file.out)
}

/// A file that is being read, and the mistakes so far.
struct Reading<'s> {
    clauses: BTreeSet<&'s str>,
    cases: BTreeSet<&'s str>,
    /// How many cases all names so far stand for.
    named: usize,
    orphans: Orphans,
    out: Vec<Diagnostic>,
}

impl Reading<'_> {
    fn known(&mut self, node: &Node) -> Option<Known> {
        let mut reader = Reader::new(node, "known", &mut self.out);
        let place = reader.place();
        let clause = self.clause(&mut reader);
        let at = reader.need_text("at", &mut self.out);
        let kind = reader.need("kind", &mut self.out);
        let kind = kind.and_then(|node| self.kind(node));
        let reason = reader.text("reason", &mut self.out).unwrap_or_default();
        self.link(&mut reader);
        self.day(&mut reader, "since");
        let expires = self.day(&mut reader, "expires");
        let pins: Vec<Pinned> = reader
            .need("found", &mut self.out)
            .map_or(Vec::new(), |node| {
                let found = node.array("found", &mut self.out);
                if found.is_empty() && matches!(node.value, Value::Array(_)) {
                    self.out.push(
                        Diagnostic::new(node.place.clone(), "`found` has no value")
                            .help("write `{ value = …, cases = […] }`, or remove the entry"),
                    );
                }
                found.iter().filter_map(|node| self.pinned(node)).collect()
            });
        reader.finish(&mut self.out);
        Some(Known {
            key: (clause??, at?.to_owned(), kind?.name()),
            reason: reason.to_owned(),
            expires,
            pins,
            place,
        })
    }

    /// The clause; nothing within if it is one that no suite has and that is left out.
    fn clause(&mut self, reader: &mut Reader<'_>) -> Option<Option<String>> {
        let node = reader.need("clause", &mut self.out)?;
        let id = node.text("clause", &mut self.out)?;
        if self.clauses.contains(id) {
            return Some(Some(id.to_owned()));
        }
        if self.orphans == Orphans::Refuse {
            let known = few(self.out.len(), self.clauses.iter().copied());
            let unknown = Unknown::new("clause", id, known)
                .or("remove the entry; `--update-baseline` removes all such entries");
            self.out
                .push(Diagnostic::unknown(node.place.clone(), unknown));
        }
        Some(None)
    }

    fn kind(&mut self, node: &Node) -> Option<Kind> {
        node.word("kind", &mut self.out)
    }

    fn link(&mut self, reader: &mut Reader<'_>) {
        let Some(node) = reader.take("issue") else {
            return;
        };
        if let Some(link) = node.text("issue", &mut self.out)
            && !link.starts_with("https://")
            && !link.starts_with("http://")
        {
            self.out.push(
                Diagnostic::new(node.place.clone(), format!("`{link}` is not a URL"))
                    .help("write it with `https://`"),
            );
        }
    }

    fn day(&mut self, reader: &mut Reader<'_>, key: &'static str) -> Option<Date> {
        let node = reader.take(key)?;
        let text = node.text(key, &mut self.out)?;
        let day = date::day(text);
        if day.is_none() {
            self.out.push(
                Diagnostic::new(node.place.clone(), format!("`{text}` is not a day"))
                    .help("write it like \"2027-01-31\""),
            );
        }
        day
    }

    fn pinned(&mut self, node: &Node) -> Option<Pinned> {
        let mut reader = Reader::new(node, "found", &mut self.out);
        let value = reader
            .need("value", &mut self.out)
            .and_then(|node| node.text("value", &mut self.out));
        let cases = self.cases(&mut reader);
        let sometimes = reader
            .take("sometimes")
            .and_then(|node| node.boolean("sometimes", &mut self.out))
            .unwrap_or(false);
        reader.finish(&mut self.out);
        Some(Pinned {
            value: value?.to_owned(),
            cases,
            sometimes,
        })
    }

    fn untested(&mut self, node: &Node) -> Option<Untested> {
        let mut reader = Reader::new(node, "not-testable", &mut self.out);
        let place = reader.place();
        let class = reader.need("class", &mut self.out).and_then(|node| {
            let name = node.text("class", &mut self.out)?;
            let listed = [Obstacle::Capability, Obstacle::SetUp];
            let class = listed.into_iter().find(|class| class.name() == name);
            if class.is_none() {
                let unknown = Unknown::new("class", name, listed.map(Obstacle::name));
                self.out
                    .push(Diagnostic::unknown(node.place.clone(), unknown));
            }
            class
        });
        let reason = reader.text("reason", &mut self.out).unwrap_or_default();
        self.link(&mut reader);
        self.day(&mut reader, "since");
        let cases = self.cases(&mut reader);
        reader.finish(&mut self.out);
        Some(Untested {
            class: class?,
            reason: reason.to_owned(),
            cases,
            place,
        })
    }

    /// The cases that a list names, `*` at the end of a name standing for all that begin so.
    fn cases(&mut self, reader: &mut Reader<'_>) -> BTreeSet<String> {
        let mut cases = BTreeSet::new();
        let Some(node) = reader.need("cases", &mut self.out) else {
            return cases;
        };
        let listed = node.array("cases", &mut self.out);
        if listed.is_empty() && matches!(node.value, Value::Array(_)) {
            self.out.push(
                Diagnostic::new(node.place.clone(), "`cases` is empty")
                    .help("name the cases that show it, or remove the entry"),
            );
        }
        for node in listed {
            let Some(pattern) = node.text("cases", &mut self.out) else {
                continue;
            };
            let named: Vec<&str> = match pattern.strip_suffix('*') {
                Some(start) => {
                    let from = (Bound::Included(start), Bound::Unbounded);
                    let ids = self.cases.range::<str, _>(from).copied();
                    ids.take_while(|id| id.starts_with(start)).collect()
                }
                None => self.cases.get(pattern).copied().into_iter().collect(),
            };
            self.named += named.len();
            if self.named > NAMED {
                let many = format!("the entries up to here name more than {NAMED} cases");
                let help = "merge entries, or split the file";
                self.out
                    .push(Diagnostic::new(node.place.clone(), many).help(help));
                return cases;
            }
            if named.is_empty() && self.orphans == Orphans::Refuse {
                let ids = few(self.out.len(), self.cases.iter().copied());
                let unknown = if pattern.ends_with('*') {
                    let folders = ids.filter_map(|id| id.rsplit_once('/'));
                    let folders: BTreeSet<String> =
                        folders.map(|(folder, _)| format!("{folder}/*")).collect();
                    Unknown::new("case", pattern, folders.iter().map(String::as_str))
                } else {
                    Unknown::new("case", pattern, ids)
                };
                let unknown = unknown.or(
                    "`lambda-conformance list` shows the ids; `--update-baseline` removes names that are unknown",
                );
                self.out
                    .push(Diagnostic::unknown(node.place.clone(), unknown));
            }
            cases.extend(named.into_iter().map(str::to_owned));
        }
        cases
    }

    /// A cause has one entry.
    fn once(&mut self, known: &[Known]) {
        let mut seen: BTreeMap<&Key, &Known> = BTreeMap::new();
        for entry in known {
            if let Some(first) = seen.get(&entry.key) {
                let (clause, path, kind) = &entry.key;
                self.out.push(
                    Diagnostic::new(
                        entry.place.clone(),
                        format!("`{clause}`, `{path}`, `{kind}` has two entries"),
                    )
                    .also(first.place.clone(), "the first entry")
                    .help("merge them: `found` takes several values"),
                );
            } else {
                seen.insert(&entry.key, entry);
            }
        }
    }
}
