//! `explain`: shows everything about a clause or a case. Reads files and sends nothing.

mod assertion;
mod case;
mod clause;
mod finding;

use std::{
    collections::BTreeSet,
    io::{self, BufWriter, Write},
    path::PathBuf,
};

use clap::Args;
use serde_json::Value;

use super::{
    failure::Failure,
    options::{Colour, FilesOptions},
    page::{Page, seen},
    start::library,
    target::variable,
};
use crate::{
    clause::Clause,
    credentials,
    plan::{self, Item},
    report::Saved,
    resolve::{self, Declared, Wanted},
    sink::Screen,
    suite::Suite,
    target::{Credentials, Endpoint, Target, shown_word},
    word::Unknown,
};

/// The end of its help.
pub(super) const HELP: &str = "\
ID is the id of a clause (X-QUAL-CONFLICT) or of a case, or a part that only one id contains (qualifiers/empty). With
`*`, which stands for any text, it has to be the whole id. With --from it may be the id of a finding.

Requests are shown with example values: account 123456789012, region us-east-1, run id `example`, and an endpoint on this
machine. --target, --endpoint and --region replace them, except for the account, because nothing is sent to the target.

Exit codes:
  0  found
  2  no id, or several ids, contain this text";

#[derive(Debug, Args)]
pub(super) struct ExplainOptions {
    /// The id of a clause, a case or a finding, or a part that only one id contains; several are shown one after the other
    #[arg(value_name = "ID", required = true)]
    ids: Vec<String>,
    /// Explain findings of this JSON report, too
    #[arg(long, value_name = "FILE")]
    from: Option<PathBuf>,
    /// Show requests for this URL
    #[arg(long, value_name = "URL")]
    endpoint: Option<String>,
    /// Show requests for a target that targets.toml names
    #[arg(long, value_name = "NAME")]
    target: Option<String>,
    /// Show requests for this region [default: us-east-1]
    #[arg(long)]
    region: Option<String>,
    #[command(flatten)]
    files: FilesOptions,
}

/// Where the requests of examples go: `mock --port 9000` would answer them.
const EXAMPLE: &str = "http://127.0.0.1:9000";

pub(super) fn explain(options: &ExplainOptions, colour: Colour) -> Result<u8, Failure> {
    let library = library(&options.files)?;
    let wanted = Wanted {
        endpoint: options.endpoint.as_deref(),
        profile: options.target.as_deref(),
        region: options.region.as_deref(),
        environment: options.endpoint.is_some() || options.target.is_some(),
        credentials: credentials::Choice::default(),
        // nothing is sent
        allow_live: true,
        declared: Declared::default(),
    };
    let location = resolve::locate(&wanted, &library.profiles, &variable)?;
    let endpoint = match location.endpoint {
        Some(endpoint) => endpoint,
        None => EXAMPLE.parse::<Endpoint>()?,
    };
    // the secret is never used: nothing is signed
    let caller = Credentials::new("test", "test");
    let target = Target::new("example", endpoint, &location.region, caller);
    let saved = options.from.as_deref().map(Saved::open).transpose()?;
    let subjects: Vec<Meaning<'_>> = options
        .ids
        .iter()
        .map(
            |id| match saved.as_ref().and_then(|saved| saved.finding(id)) {
                Some(finding) => Ok(Meaning::Finding(finding)),
                None => subject(&library.suites, id, saved.as_ref()),
            },
        )
        .collect::<Result<_, _>>()?;
    let stdout = io::stdout();
    let colour = colour.on(&stdout);
    let mut page = Page {
        colour,
        to: Screen::new(BufWriter::new(stdout.lock()), colour),
    };
    let mut write = || {
        for (at, subject) in subjects.iter().enumerate() {
            if at > 0 {
                writeln!(page.to)?;
            }
            match subject {
                Meaning::Clause(suite, clause) => clause::clause(&mut page, suite, clause)?,
                Meaning::Case(item) => case::case(&mut page, *item, &target)?,
                Meaning::Finding(known) => {
                    let saved = saved.as_ref().expect("invariant: it is one of this report");
                    finding::finding(&mut page, &library.suites, saved, known)?;
                }
            }
        }
        page.to.flush()
    };
    seen(write()).map(|()| 0).map_err(Failure::Output)
}

/// What an id stands for.
#[derive(Clone, Copy)]
enum Meaning<'s> {
    Clause(&'s Suite, &'s Clause),
    Case(Item<'s>),
    Finding(&'s Value),
}

impl Meaning<'_> {
    fn id(&self) -> &str {
        match self {
            Meaning::Clause(_, clause) => &clause.id,
            Meaning::Case(item) => &item.case.id,
            Meaning::Finding(known) => known["id"].as_str().unwrap_or_default(),
        }
    }
}

/// What a word means: an id, else the end of one, else a part of one. The first of these that anything has decides.
fn subject<'s>(
    suites: &'s [Suite],
    word: &str,
    saved: Option<&Saved>,
) -> Result<Meaning<'s>, Failure> {
    let mut seen = BTreeSet::new();
    let clauses = suites
        .iter()
        .flat_map(|suite| suite.clauses().map(move |clause| (suite, clause)))
        // what the suites of a service share is one clause
        .filter(|(suite, clause)| seen.insert((&suite.service.name, &clause.id)))
        .map(|(suite, clause)| Meaning::Clause(suite, clause));
    let cases = suites.iter().flat_map(|suite| {
        suite
            .cases
            .iter()
            .map(move |case| Meaning::Case(Item { suite, case }))
    });
    let all: Vec<Meaning<'s>> = clauses.chain(cases).collect();
    // what is asserted of every answer is reported as a case of its own
    for suite in suites {
        if let Some(clause) = plan::named(suite, word) {
            return Ok(Meaning::Clause(suite, clause));
        }
    }
    let end = format!("/{word}").to_ascii_lowercase();
    let meanings: [&dyn Fn(&str) -> bool; 5] = [
        &|id| id == word,
        &|id| id.eq_ignore_ascii_case(word),
        &|id| id.to_ascii_lowercase().ends_with(&end),
        &|id| id.contains(word),
        &|id| plan::matches(word, id),
    ];
    for meant in meanings {
        let found: Vec<&Meaning<'s>> = all.iter().filter(|one| meant(one.id())).collect();
        match found.as_slice() {
            [] => {}
            [one] => return Ok(**one),
            many => {
                let ids = many.iter().map(|one| one.id().to_owned()).collect();
                return Err(Failure::Ambiguous {
                    word: word.to_owned(),
                    ids,
                });
            }
        }
    }
    let word = &shown_word(word);
    let findings = saved.into_iter().flat_map(Saved::findings);
    let unknown = plan::unknown(suites, word)
        .message(format!("nothing has the id `{word}`"))
        .or_of(Unknown::new("finding", word, findings));
    Err(Failure::Unknown(unknown))
}
