//! [`Clause`]: one statement of the contract, with where it is from and which parts of an answer it governs.

use time::Date;

use crate::{
    level::Basis,
    path::{Path, Segment},
    span::Place,
};

/// What one source says of a clause.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// The kind of source.
    pub basis: Basis,
    /// What holds, in one or two sentences.
    pub says: String,
    /// The operation that was recorded; only with [`Basis::Observed`].
    pub on: Option<String>,
    /// Keys into `evidence.toml`, each with what to look for there.
    pub evidence: Vec<String>,
    /// The day of the recording; only with [`Basis::Observed`].
    pub date: Option<Date>,
}

/// One statement of the contract.
#[derive(Clone, Debug)]
pub struct Clause {
    /// The stable id, such as `ERR-404`.
    pub id: String,
    /// The parts of an answer that it speaks about.
    pub governs: Vec<Path>,
    /// The keywords of the schema that hold it at the paths that it governs, such as `pattern`; none where the schema
    /// says nothing of it.
    pub form: Vec<String>,
    /// What each source says, the firmest first.
    pub statements: Vec<Statement>,
    /// What breaks for those who use a target that does not meet it.
    pub breaks: Vec<Break>,
    /// Why no case tests it, if none does.
    pub untested: Option<String>,
    /// Where it is written.
    pub place: Place,
}

impl Clause {
    /// The length of the longest governed path that `at` lies in, if it governs `at` at all.
    pub fn reach(&self, at: &Path) -> Option<usize> {
        self.governs
            .iter()
            .filter(|path| at.is_within(path))
            .map(Path::len)
            .max()
    }

    /// Whether it speaks of just this part, and not only of what the part stands in. `[0]` stands for every element of an
    /// array, and what is said of an array is said of its elements, though not of what is in them.
    pub fn names(&self, at: &Path) -> bool {
        let is_index = |segment: &Segment| matches!(segment, Segment::Index(_));
        let same = |known: &Segment, segment: &Segment| {
            known == segment || *known == Segment::Index(0) && is_index(segment)
        };
        self.governs.iter().any(|path| {
            path.len() <= at.len()
                && path
                    .0
                    .iter()
                    .zip(&at.0)
                    .all(|(one, other)| same(one, other))
                && at.0[path.len()..].iter().all(is_index)
        })
    }

    /// Whether a source says so, and it is not only inferred.
    pub fn is_firm(&self) -> bool {
        self.firm_basis(true).is_some()
    }

    /// The basis of [`Clause::statement`]; none if the clause is only inferred.
    pub fn firm_basis(&self, observed: bool) -> Option<Basis> {
        let statement = self.statement(observed);
        let basis = statement.map_or(Basis::Observed, |statement| statement.basis);
        (basis != Basis::Inferred).then_some(basis)
    }

    /// The statement that an assertion rests on: the recorded one or the stated one, as asked; else the next firmest.
    pub fn statement(&self, observed: bool) -> Option<&Statement> {
        self.statements
            .iter()
            .min_by_key(|statement| match statement.basis {
                Basis::Observed => usize::from(!observed),
                Basis::Documented | Basis::Model => usize::from(observed),
                Basis::Inferred => 2,
            })
    }
}

/// What breaks where a clause is not met, and who saw it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Break {
    /// The key into `breaks.toml`.
    pub key: String,
    /// The public issue that shows it, as `OWNER/REPOSITORY#NUMBER`.
    pub issue: String,
}

/// What users of a target notice, as `breaks.toml` lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Noticed {
    /// The key that clauses name.
    pub key: String,
    /// What is noticed, in a sentence.
    pub says: String,
    /// How a part has to differ for it.
    pub kinds: Vec<String>,
    /// The operations whose answers bring it about; all if there is none.
    pub operations: Vec<String>,
}

/// A source of evidence, as `evidence.toml` lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// The key that clauses name.
    pub key: String,
    /// What it is and where to find it.
    pub source: String,
    /// The day of the recording, if one day holds for all of it.
    pub date: Option<Date>,
}
