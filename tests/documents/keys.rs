//! The tables of keys and words, compared with what the loader takes.
//!
//! The loader is asked by its own diagnostics: of a key that it does not know it tells all that it knows there, and of a
//! table that lacks a key that it is missing.

use std::{collections::BTreeSet, fs};

use lambda_conformance::{
    load::{self, Files},
    span::Diagnostic,
};

use crate::page::{self, Page, Table};

/// A key that nothing takes.
pub(crate) const NONE: &str = "zzzz";

/// A table of keys, by its marker: a file of a service or of a suite, with that key in the table that it is about. What
/// may stand there instead of other keys is asked for by itself. Keys of which another table tells.
struct Kind {
    marker: &'static str,
    file: &'static str,
    texts: &'static [&'static str],
    elsewhere: &'static [&'static str],
}

const fn kind(marker: &'static str, file: &'static str, texts: &'static [&'static str]) -> Kind {
    Kind {
        marker,
        file,
        texts,
        elsewhere: &[],
    }
}

const TOPIC: &str = "lambda/get-function/topic.toml";
const CLAUSES: &str = "lambda/clauses.toml";
const PRESENCE: &str = "lambda/get-function/presence.toml";
const FACTORS: &str = "lambda/factors.toml";
const FIXTURES: &str = "lambda/fixtures.toml";

const KINDS: &[Kind] = &[
    kind("topic", TOPIC, &["zzzz = 1"]),
    kind("case", TOPIC, &["case = [{ zzzz = 1 }]"]),
    kind(
        "step",
        TOPIC,
        &[
            "case = [{\nstep = [{\nzzzz = 1 }] }]",
            "case = [{\nstep = [{\nzzzz = 1, wait = \"settled\" }] }]",
        ],
    ),
    kind(
        "relation",
        TOPIC,
        &["case = [{\nrelation = [{\nzzzz = 1 }] }]"],
    ),
    kind("raw", TOPIC, &["case = [{\nraw = {\nzzzz = 1 } }]"]),
    kind("assertions", TOPIC, &["case = [{\nwire = {\nzzzz = 1 } }]"]),
    kind("clause", CLAUSES, &["clause = [{ zzzz = 1 }]"]),
    kind(
        "statement",
        CLAUSES,
        &["clause = [{\nid = \"X\", statement = [{\nzzzz = 1 }] }]"],
    ),
    kind("always", "lambda/always.toml", &["always = [{ zzzz = 1 }]"]),
    kind(
        "presence",
        PRESENCE,
        &[
            "Member = { create = \"value\", zzzz = 1 }",
            "Member = { list = \"value\", zzzz = 1 }",
        ],
    ),
    kind("written", PRESENCE, &["written = { zzzz = 1 }"]),
    kind("fixture", FIXTURES, &["x = { zzzz = 1 }"]),
    Kind {
        elsewhere: &["wait"],
        ..kind(
            "fixture-step",
            FIXTURES,
            &["x = {\nstep = [{\nzzzz = 1 }] }"],
        )
    },
    kind(
        "fixture-wait",
        FIXTURES,
        &["x = {\nstep = [{\nzzzz = 1, wait = \"settled\" }] }"],
    ),
    kind("remove", FIXTURES, &["x = {\nremove = [{\nzzzz = 1 }] }"]),
    kind(
        "operation",
        "lambda/operations.toml",
        &["Other = { zzzz = 1 }"],
    ),
    kind("form", FACTORS, &["form = [{ zzzz = 1 }]"]),
    kind("shown", FACTORS, &["shown = [{ zzzz = 1 }]"]),
    kind("about", FACTORS, &["about = [{ zzzz = 1 }]"]),
    kind("evidence", "lambda/evidence.toml", &["X = { zzzz = 1 }"]),
    kind("break", "lambda/breaks.toml", &["x = { zzzz = 1 }"]),
    kind("target", "targets.toml", &["x = { zzzz = 1 }"]),
];

/// The files that a suite cannot do without.
const SUITE: &[(&str, &str)] = &[
    (
        "lambda/operations.toml",
        "[GetFunction]\nmethod = \"GET\"\npath = \"/{FunctionName}\"\nprobe = true\n",
    ),
    ("lambda/get-function/clauses.toml", ""),
];

/// What the loader says of a suite with this file.
fn told(file: &str, text: &str) -> Vec<Diagnostic> {
    let folder = tempfile::tempdir().expect("a folder");
    let [cases, snapshots] = ["cases", "snapshots"].map(|name| folder.path().join(name));
    fs::create_dir(&snapshots).expect("a folder");
    let write = |path: &str, text: &str| {
        let path = cases.join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    };
    for (path, text) in SUITE {
        write(path, text);
    }
    write(file, text);
    let files = Files::open(Some(&cases), Some(&snapshots)).expect("readable files");
    load::load(&files).expect_err("a key is unknown")
}

/// What a reader of files knows of a table, and which of it has to be there.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Keys {
    pub(crate) known: BTreeSet<String>,
    pub(crate) needed: BTreeSet<String>,
}

/// The keys of the table where the unknown one stands, which is in the last lines.
pub(crate) fn keys(diagnostics: &[Diagnostic]) -> Keys {
    let unknown = diagnostics
        .iter()
        .find(|one| one.message == format!("unknown key `{NONE}`"));
    let unknown = unknown.unwrap_or_else(|| panic!("nobody misses `{NONE}`: {diagnostics:?}"));
    let source = &unknown.labels[0].0.source;
    let line = unknown.labels[0].0.line();
    // the table begins in this line, or in the one before, where its bracket is
    let here = |one: &&Diagnostic| {
        let place = &one.labels[0].0;
        place.source == *source && place.line() + 1 >= line
    };
    let missing = diagnostics
        .iter()
        .filter(here)
        .filter_map(|one| one.message.strip_suffix(" is missing"));
    Keys {
        known: words(unknown.help.as_deref().unwrap_or_default()),
        needed: missing.flat_map(words).collect(),
    }
}

/// What stands between backticks.
fn words(text: &str) -> BTreeSet<String> {
    text.split('`')
        .skip(1)
        .step_by(2)
        .map(str::to_owned)
        .collect()
}

/// What a page says of the keys; the first column has the keys, the second what they take.
fn shown(table: &Table) -> Keys {
    let mut keys = Keys::default();
    for row in table.rows.iter().skip(1) {
        keys.known.extend(row[0].code.iter().cloned());
        if row[1]
            .text
            .split([',', ';'])
            .any(|part| part.trim() == "needed")
        {
            keys.needed.extend(row[0].code.iter().cloned());
        }
    }
    keys
}

/// How a page and the loader differ.
pub(crate) fn differ(place: &str, shown: &Keys, real: &Keys, flaws: &mut Vec<String>) {
    for (what, shown, real) in [
        ("known", &shown.known, &real.known),
        ("needed", &shown.needed, &real.needed),
    ] {
        let more: Vec<&String> = shown.difference(real).collect();
        let less: Vec<&String> = real.difference(shown).collect();
        if !more.is_empty() || !less.is_empty() {
            flaws.push(format!("{place}: {what} to the page and not to the loader: {more:?}, the other way round: {less:?}"));
        }
    }
}

/// What is wrong with the tables of a page that have the marker `keys: …` or `words: …`.
fn flaws(page: &Page) -> Vec<String> {
    let mut flaws = Vec::new();
    for table in &page.tables {
        let Some(marker) = &table.marker else {
            continue;
        };
        let place = format!("{}:{} ({marker})", page.path, table.line);
        match marker.split_once(": ") {
            // all other keys of a record are its fields
            Some(("keys", "record")) => {
                let real = told(
                    TOPIC,
                    "case = [{ name = \"a\", wire = { status = 1 }, matrix = { rows = [{ id = 1, clauses = 1 }] } }]",
                );
                let takes = real
                    .iter()
                    .filter_map(|one| one.message.split_once(" takes "))
                    .flat_map(|one| words(one.0));
                differ(
                    &place,
                    &shown(table),
                    &Keys {
                        known: takes.collect(),
                        needed: BTreeSet::from(["id".to_owned()]),
                    },
                    &mut flaws,
                );
            }
            Some(("keys", name)) => match KINDS.iter().find(|kind| kind.marker == name) {
                Some(kind) => {
                    let mut real = Keys::default();
                    for text in kind.texts {
                        let keys = keys(&told(kind.file, text));
                        real.known.extend(keys.known);
                        real.needed.extend(keys.needed);
                    }
                    real.known
                        .retain(|key| !kind.elsewhere.contains(&key.as_str()));
                    differ(&place, &shown(table), &real, &mut flaws);
                }
                None => flaws.push(format!("{place}: no test knows these keys")),
            },
            Some(("words", key)) => {
                let real = told(TOPIC, &format!("case = [{{ {key} = \"{NONE}\" }}]"));
                let unknown = real
                    .iter()
                    .find(|one| one.message.ends_with(&format!("`{NONE}`")));
                let known = words(
                    unknown
                        .and_then(|one| one.help.as_deref())
                        .unwrap_or_default(),
                );
                let page = Keys {
                    known: table.firsts().cloned().collect(),
                    needed: BTreeSet::new(),
                };
                differ(
                    &place,
                    &page,
                    &Keys {
                        known,
                        needed: BTreeSet::new(),
                    },
                    &mut flaws,
                );
            }
            _ => {}
        }
    }
    flaws
}

#[test]
fn tables_of_keys_say_what_the_loader_takes() {
    let pages = page::pages();
    let found: Vec<String> = pages.iter().flat_map(flaws).collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
    let tables = pages
        .iter()
        .flat_map(|page| &page.tables)
        .filter_map(|table| table.marker.as_deref());
    let markers: BTreeSet<&str> = tables.collect();
    for kind in KINDS {
        assert!(
            markers.contains(format!("keys: {}", kind.marker).as_str()),
            "no page has the keys of `{}`",
            kind.marker
        );
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::right(
        "keys: remove",
        "| `operation` | needed |\n| `request` | a table, needed |",
        ""
    )]
    #[case::unknown(
        "keys: remove",
        "| `operation`, `zip` | needed |\n| `request` | needed |",
        "[\"zip\"]"
    )]
    #[case::left_out(
        "keys: remove",
        "| `request` | needed |",
        "known to the page and not to the loader: [], the other way round: [\"operation\"]"
    )]
    #[case::needed(
        "keys: remove",
        "| `operation` | a name |\n| `request` | needed |",
        "needed to the page and not to the loader: [], the other way round: [\"operation\"]"
    )]
    #[case::word("words: fault", "| `throttle` | |", "[\"internal\"]")]
    #[case::table("keys: nothing", "| `x` | |", "no test knows these keys")]
    fn a_wrong_key_is_found(#[case] marker: &str, #[case] rows: &str, #[case] due: &str) {
        let page = page::read(
            "x.md",
            &format!("<!-- {marker} -->\n| key | takes |\n|---|---|\n{rows}\n"),
        );
        let found = flaws(&page).join("\n");
        assert!(
            found.contains(due) && found.is_empty() == due.is_empty(),
            "{found}"
        );
    }
}
