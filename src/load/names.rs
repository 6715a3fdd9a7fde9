//! [`Names`]: what a file may refer to by name, and what is said of a name that stands for nothing. [`Topic`]: what a file of
//! cases is read against.

use crate::{
    clause::Clause,
    fixture::Fixture,
    operation::Operation,
    span::Diagnostic,
    suite::Service,
    tree::Node,
    word::{Unknown, few},
};

use super::room::CLAUSES;

/// What the files of a suite, or those of its service, may refer to.
#[derive(Clone, Copy)]
pub(super) struct Names<'a> {
    pub(super) service: &'a Service,
    /// The clauses of the suite; none for the files of the service.
    pub(super) clauses: &'a [Clause],
}

impl<'a> Names<'a> {
    fn all(self) -> impl Iterator<Item = &'a Clause> {
        self.clauses.iter().chain(&self.service.clauses)
    }

    pub(super) fn has_clause(self, id: &str) -> bool {
        self.all().any(|clause| clause.id == id)
    }

    /// The id of a clause. One that there is not is returned as well: said once, it is not missed again.
    pub(super) fn clause(self, node: &Node, out: &mut Vec<Diagnostic>) -> Option<String> {
        let id = node.text("clause", out)?;
        if self.has_clause(id) {
            return Some(id.to_owned());
        }
        let ids = self.all().map(|clause| clause.id.as_str());
        let unknown = Unknown::new("clause", id, few(out.len(), ids))
            .or("`clauses.toml` of the suite and that of its service list the clauses");
        out.push(Diagnostic::unknown(node.place.clone(), unknown));
        Some(id.to_owned())
    }

    /// The clauses of a list, each once.
    pub(super) fn clauses(self, list: Option<&Node>, out: &mut Vec<Diagnostic>) -> Vec<String> {
        let Some(list) = list else {
            return Vec::new();
        };
        let mut clauses: Vec<String> = Vec::new();
        let items = list.array("clauses", out);
        if items.len() > CLAUSES {
            let many = format!("more than {CLAUSES} clauses");
            out.push(Diagnostic::new(list.place.clone(), many).help("name those that it tests"));
        }
        for item in items.iter().take(CLAUSES) {
            clauses.extend(self.clause(item, out));
        }
        clauses
    }

    /// An operation of the service.
    pub(super) fn operation(self, node: &Node, out: &mut Vec<Diagnostic>) -> Option<&'a Operation> {
        let operations = &self.service.operations;
        let name = node.text("operation", out)?;
        if let Some(operation) = operations.get(name) {
            return Some(operation);
        }
        let known = operations.keys().map(String::as_str);
        let unknown = Unknown::new("operation", name, few(out.len(), known))
            .or("operations.toml lists the operations");
        out.push(Diagnostic::unknown(node.place.clone(), unknown));
        None
    }

    /// The fixture of this name.
    pub(super) fn fixture(self, name: &str) -> Option<&'a Fixture> {
        self.service.fixtures.get(name)
    }

    /// The name of a fixture that there is; `none` takes the one of the file away.
    pub(super) fn fixture_name(self, node: &Node, out: &mut Vec<Diagnostic>) -> Option<String> {
        let name = node.text("fixture", out)?;
        if name == "none" {
            return None;
        }
        let fixtures = &self.service.fixtures;
        if fixtures.contains_key(name) {
            return Some(name.to_owned());
        }
        let known = few(out.len(), fixtures.keys().map(String::as_str));
        let unknown = Unknown::new("fixture", name, known)
            .or("fixtures.toml lists them; without `fixture`, `<function>` is a name that no function of the target has");
        out.push(Diagnostic::unknown(node.place.clone(), unknown));
        None
    }
}

/// What a topic file is read against.
#[derive(Clone, Copy)]
pub(super) struct Topic<'a> {
    pub(super) suite: &'a str,
    /// The name of the file without its ending.
    pub(super) name: &'a str,
    /// The operation that its cases call unless they say otherwise; none if the suite has none that there is.
    pub(super) operation: Option<&'a str>,
    pub(super) names: Names<'a>,
}
