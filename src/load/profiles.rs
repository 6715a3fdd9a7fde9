//! Reads `targets.toml`.

use std::sync::Arc;

use crate::{
    span::{Diagnostic, Source},
    target::{Endpoint, Profile},
    tree::{self, Reader},
};

/// Reads the named targets.
pub(super) fn profiles(source: &Arc<Source>, out: &mut Vec<Diagnostic>) -> Vec<Profile> {
    let mut profiles = Vec::new();
    let root = tree::parse(source, out);
    for entry in root.table("targets", out) {
        let mut reader = Reader::new(&entry.node, &entry.key, out);
        let summary = reader
            .need_text("summary", out)
            .unwrap_or_default()
            .to_owned();
        let region = reader.text("region", out).map(str::to_owned);
        let endpoint = reader.take("endpoint").and_then(|node| {
            let text = node.text("endpoint", out)?;
            match text.parse::<Endpoint>() {
                Ok(endpoint) => Some(endpoint),
                Err(error) => {
                    out.push(Diagnostic::new(node.place.clone(), error.to_string()));
                    None
                }
            }
        });
        let capabilities = reader.words("capabilities", out);
        let create_role = reader
            .take("create-role")
            .and_then(|node| node.boolean("create-role", out))
            .unwrap_or(false);
        reader.finish(out);
        profiles.push(Profile {
            name: entry.key.clone(),
            summary,
            endpoint,
            region,
            capabilities,
            create_role,
        });
    }
    profiles
}
