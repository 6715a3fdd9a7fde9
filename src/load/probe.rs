//! Reads which operation of a service is the probe: the read that finds out what a target is.

use std::sync::Arc;

use http::Method;

use crate::{
    span::{Diagnostic, Place, Source},
    tree::Reader,
};

/// The places at which an operation says that it is the probe.
#[derive(Default)]
pub(super) struct Probes(Vec<Place>);

impl Probes {
    /// Whether an operation is the probe, which it can be only once and only if it reads.
    pub(super) fn read(
        &mut self,
        reader: &mut Reader<'_>,
        method: Option<&Method>,
        out: &mut Vec<Diagnostic>,
    ) -> bool {
        let Some(node) = reader.take("probe") else {
            return false;
        };
        if node.boolean("probe", out) != Some(true) {
            return false;
        }
        if let Some(first) = self.0.first() {
            out.push(
                Diagnostic::new(node.place.clone(), "a second operation is the probe")
                    .also(first.clone(), "the first one")
                    .help("remove `probe` from one of the two"),
            );
        } else if let Some(method) = method.filter(|method| **method != Method::GET) {
            out.push(
                Diagnostic::new(
                    node.place.clone(),
                    format!("the probe is a `{method}`, which may change the target"),
                )
                .help("choose an operation whose method is `GET`"),
            );
        }
        self.0.push(node.place.clone());
        true
    }

    /// Says that no operation is the probe.
    pub(super) fn finish(self, source: &Arc<Source>, out: &mut Vec<Diagnostic>) {
        if self.0.is_empty() {
            out.push(
                Diagnostic::new(Place::top(source), "no operation is the probe").help(
                    "add `probe = true` to a `GET` that answers 404 for a function that does not exist",
                ),
            );
        }
    }
}
