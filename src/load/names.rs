//! [`Names`]: what a file may refer to by name, and what is said of a name that stands for nothing.

use crate::{
    clause::Clause, fixture::Fixture, operation::Operation, span::Diagnostic, suite::Service,
    text::suggestion,
};

use super::tree::Node;

/// What the files of a suite, or those of its service, may refer to.
#[derive(Clone, Copy)]
pub(super) struct Names<'a> {
    pub(super) service: &'a Service,
    /// The clauses of the suite; none for the files of the service.
    pub(super) clauses: &'a [Clause],
}

impl<'a> Names<'a> {
    fn clauses(self) -> impl Iterator<Item = &'a Clause> {
        self.clauses.iter().chain(&self.service.clauses)
    }

    pub(super) fn has_clause(self, id: &str) -> bool {
        self.clauses().any(|clause| clause.id == id)
    }

    /// The id of a clause. One that there is not is returned as well: said once, it is not missed again.
    pub(super) fn clause(self, node: &Node, out: &mut Vec<Diagnostic>) -> Option<String> {
        let id = node.text("clause", out)?;
        if self.has_clause(id) {
            return Some(id.to_owned());
        }
        let help = suggestion(id, self.clauses().map(|clause| clause.id.as_str()))
            .unwrap_or_else(|| "clauses.toml lists the clauses".to_owned());
        out.push(Diagnostic::new(node.place.clone(), format!("unknown clause `{id}`")).help(help));
        Some(id.to_owned())
    }

    /// An operation of the service.
    pub(super) fn operation(self, node: &Node, out: &mut Vec<Diagnostic>) -> Option<&'a Operation> {
        let operations = &self.service.operations;
        let name = node.text("operation", out)?;
        if let Some(operation) = operations.get(name) {
            return Some(operation);
        }
        let help = suggestion(name, operations.keys().map(String::as_str))
            .unwrap_or_else(|| "operations.toml lists the operations".to_owned());
        out.push(
            Diagnostic::new(node.place.clone(), format!("unknown operation `{name}`")).help(help),
        );
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
        let help = suggestion(name, fixtures.keys().map(String::as_str)).unwrap_or_else(|| {
            "fixtures.toml lists them; without `fixture`, `<function>` is a name that no function of the target has".to_owned()
        });
        out.push(
            Diagnostic::new(node.place.clone(), format!("unknown fixture `{name}`")).help(help),
        );
        None
    }
}
