//! Attribution row by row, on an operation that no service has: a bookshop's GetBook.
//!
//! A case reads one book three times: `first` asserts what the shop is known to say, `again` an error of which the text is
//! only inferred, `third` a status that is only inferred. Each row says what is not met and what becomes of it.

use std::{collections::BTreeMap, sync::Arc};

use super::*;
use crate::{
    case::{Action, Assertion, Auth, Json, Relating, Relation, Step},
    clause::Statement,
    judge::gathered::{Demand, Pair},
    level::Basis,
    presence::{Mark, Member, Presence},
    snapshot::Difference,
    span::{Place, Source},
    suite::Service,
    text::Text,
};

/// Id, governed paths, keywords, bases.
type Row = (
    &'static str,
    &'static [&'static str],
    &'static [&'static str],
    &'static [Basis],
);

const CLAUSES: &[Row] = &[
    (
        "BOOK",
        &["body"],
        &[],
        &[Basis::Documented, Basis::Observed],
    ),
    ("STATUS", &["status"], &[], &[Basis::Documented]),
    ("TITLE", &["body.Title"], &[], &[Basis::Documented]),
    (
        "TITLE-LEN",
        &["body.Title"],
        &["maxLength"],
        &[Basis::Model],
    ),
    ("ISBN", &["body.Isbn"], &["pattern"], &[Basis::Documented]),
    (
        "ISBN-GUESS",
        &["body.Isbn"],
        &["pattern"],
        &[Basis::Inferred],
    ),
    ("PRICE", &["body.Price"], &["type"], &[Basis::Observed]),
    (
        "AMOUNT",
        &["body.Price.Amount"],
        &["type", "minimum"],
        &[Basis::Documented],
    ),
    (
        "AUTHORS",
        &["body.Authors", "body.Authors[0].Name"],
        &[],
        &[Basis::Documented],
    ),
    ("STOCK", &["body.Stock"], &[], &[Basis::Observed]),
    ("STOCK-DUE", &["body.Stock"], &[], &[Basis::Observed]),
    ("SHELF-GUESS", &["shelf"], &[], &[Basis::Inferred]),
    (
        "ROOM-GUESS",
        &["body.Room"],
        &["maxLength"],
        &[Basis::Inferred],
    ),
    (
        "ERROR",
        &["error", "message", "violations"],
        &[],
        &[Basis::Documented, Basis::Observed],
    ),
    ("TYPE", &["headers.content-type"], &[], &[Basis::Observed]),
    ("SAME", &["body"], &[], &[Basis::Observed]),
    ("REVISION", &["body.Revision"], &[], &[Basis::Observed]),
];

fn place() -> Place {
    Place::top(&Source::new("bookshop.toml", ""))
}

fn path(text: &str) -> Path {
    text.parse().expect("a path")
}

fn clause((id, governs, form, bases): &Row) -> Clause {
    let statement = |basis: &Basis| Statement {
        basis: *basis,
        says: "A book has it.".to_owned(),
        on: None,
        evidence: Vec::new(),
        date: None,
    };
    Clause {
        id: (*id).to_owned(),
        governs: governs.iter().map(|at| path(at)).collect(),
        form: form.iter().map(|keyword| (*keyword).to_owned()).collect(),
        statements: bases.iter().map(statement).collect(),
        breaks: Vec::new(),
        untested: None,
        place: place(),
    }
}

pub(super) fn suite() -> Suite {
    let stock = Member {
        name: "Stock".to_owned(),
        since: "2001-01".parse().expect("a month"),
        marks: [Mark::Value; 6],
        image: None,
        default: None,
        clause: "STOCK-DUE".to_owned(),
        place: place(),
    };
    Suite {
        id: "bookshop/get-book".to_owned(),
        service: Arc::new(Service::default()),
        operation: "GetBook".to_owned(),
        presence: Some(Presence {
            members: vec![stock],
            ..Presence::default()
        }),
        clauses: CLAUSES.iter().map(clause).collect(),
        invariants: Vec::new(),
        cases: Vec::new(),
        snapshots: BTreeMap::new(),
        schema: None,
    }
}

fn assertion(at: &str, level: Option<Level>, expected: Expected) -> Assertion {
    Assertion {
        at: path(at),
        expected,
        level,
        place: place(),
    }
}

fn step(name: &str, assertions: Vec<Assertion>) -> Step {
    Step {
        name: Some(name.to_owned()),
        operation: "GetBook".to_owned(),
        action: Action::Of("shelved".to_owned()),
        assertions,
        repeat: 1,
        together: false,
        place: place(),
    }
}

fn text(text: &str) -> Expected {
    Expected::Text(Text::literal(text))
}

fn steps() -> Vec<Step> {
    let (stated, recorded) = (Some(Level::Documented), Some(Level::Observed));
    let author = Json::Object(vec![("Name".to_owned(), Json::Text(Text::literal("Ada")))]);
    let authors = Expected::Json(Json::Array(vec![author]));
    let cover = |word: &str| vec![assertion("body.Cover", stated, text(word))];
    let first = vec![
        assertion("status", stated, Expected::Status(200)),
        assertion("body.Title", stated, text("Notes")),
        assertion("body.Authors", recorded, authors),
        assertion("body.Loan", recorded, Expected::Absent),
        assertion("body.Shelf", None, text("B 7")),
        assertion(
            "any",
            stated,
            Expected::Any(vec![cover("hard"), cover("soft")]),
        ),
    ];
    let again = vec![
        assertion("error", stated, text("NoSuchBook")),
        assertion("message", None, text("No such book.")),
    ];
    let third = vec![assertion("status", None, Expected::Status(200))];
    vec![
        step("first", first),
        step("again", again),
        step("third", third),
    ]
}

/// The case, with these clauses as its own.
pub(super) fn case(own: &str) -> Case {
    let relation = |relating, at: &str, clause: &str| Relation {
        relating,
        sides: [
            ("first".to_owned(), path(at)),
            ("again".to_owned(), path(at)),
        ],
        clause: clause.to_owned(),
        level: Some(Level::Observed),
        place: place(),
    };
    Case {
        id: "bookshop/get-book/reads/thrice".to_owned(),
        template: "bookshop/get-book/reads/thrice".to_owned(),
        summary: "A book is read three times".to_owned(),
        clauses: own.split_whitespace().map(str::to_owned).collect(),
        issues: Vec::new(),
        fixture: None,
        private: false,
        requires: Vec::new(),
        fault: None,
        auth: Auth::Signed,
        steps: steps(),
        relations: vec![
            relation(Relating::Equal, "body", "SAME"),
            relation(Relating::Equal, "body.Price", "PRICE"),
            relation(Relating::Differ, "body.Revision", "REVISION"),
        ],
        written: Arc::default(),
        fields: Arc::default(),
        place: place(),
    }
}

/// Reads `origin at kind level`, with `@CLAUSE` where the origin names one, `/again` or `/third` for another step than the
/// first, `~2` for another answer to it, `|` in one of several allowed answers. A relation is written with its index and the number of the pair.
pub(super) fn unmet(written: &str) -> Unmet {
    let mut words = written.split_whitespace();
    let mut word = || words.next().expect("origin, path, kind, level");
    let (origin, at, kind, level) = (word(), word(), word(), word());
    let (mut clause, mut step, mut answer, mut pair) = (None, 0, 0, None);
    let mut choice = false;
    for word in words {
        match word.split_at(1) {
            ("@", id) => clause = Some(id.to_owned()),
            ("/", name) => {
                step = if name == "again" { 1 } else { 2 };
                answer = step;
            }
            ("|", _) => choice = true,
            ("~", number) => answer = 10 + number.parse::<usize>().expect("a number"),
            other => panic!("{other:?}"),
        }
    }
    let (origin, about) = origin.split_once(':').unwrap_or((origin, ""));
    let origin = match origin {
        "case" => Origin::Case,
        "invariant" => Origin::Invariant,
        "presence" => Origin::Presence,
        "snapshot" => Origin::Snapshot,
        "schema" => Origin::Schema {
            keyword: about.to_owned(),
        },
        "relation" => {
            let (relation, number) = about.split_once('.').expect("index and pair");
            pair = Some(Pair {
                relation: relation.parse().expect("an index"),
                number: number.parse().expect("a number"),
            });
            step = 1;
            Origin::Relation {
                relating: Relating::Equal,
                step: "first".to_owned(),
                at: path(at),
            }
        }
        other => panic!("{other}"),
    };
    let kind = Kind::ALL.into_iter().find(|one| one.name() == kind);
    Unmet {
        what: Difference {
            at: path(at),
            kind: kind.expect("a kind"),
            expected: "one".to_owned(),
            found: "other".to_owned(),
        },
        by: Demand {
            origin,
            level: level.parse().ok(),
            clause,
            choice,
            step,
            answer,
            pair,
            place: place(),
        },
    }
}

/// What became of it: `own` or `common`, clause, path, level, basis; or the kind of note and its path.
pub(super) fn shown(attributed: &Attributed) -> Vec<String> {
    let mismatch = |whose: &str, one: &Mismatch| {
        format!(
            "{whose} {} {} {} {}",
            one.clause, one.at, one.level, one.basis
        )
    };
    let own = attributed.own.iter().map(|one| mismatch("own", one));
    let common = attributed.common.iter().map(|one| mismatch("common", one));
    let notes = attributed.notes.iter().map(|note| match note {
        Note::Inferred { at, .. } => format!("inferred {at}"),
        Note::Ungoverned { at, .. } => format!("ungoverned {at}"),
        other => panic!("{other}"),
    });
    own.chain(common).chain(notes).collect()
}
