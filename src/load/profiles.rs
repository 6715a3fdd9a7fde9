//! Reads `targets.toml`.

use std::sync::Arc;

use crate::{
    span::{Diagnostic, Place, Source},
    target::{Endpoint, Profile, region, shown},
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
        let region = reader.take("region").and_then(|node| {
            let region = region(node.text("region", out)?);
            region
                .map_err(|error| {
                    out.push(Diagnostic::new(node.place.clone(), error.to_string()));
                })
                .ok()
        });
        let endpoint = reader.take("endpoint").and_then(|node| {
            let text = node.text("endpoint", out)?;
            match text.parse::<Endpoint>() {
                Ok(endpoint) => Some(endpoint),
                Err(error) => {
                    let place = without_secrets(&node.place, text);
                    out.push(Diagnostic::new(place, error.to_string()));
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

/// The place of a wrong URL in a file that says of it what may be shown: a diagnostic shows the line.
fn without_secrets(place: &Place, url: &str) -> Place {
    let shown = shown(url);
    if shown == url {
        return place.clone();
    }
    let text = &place.source.text;
    let (before, after) = (&text[..place.span.start], &text[place.span.end..]);
    let source = Source::new(
        place.source.path.as_str(),
        format!("{before}\"{shown}\"{after}"),
    );
    let end = before.len() + shown.len() + 2;
    Place::new(&source, before.len()..end)
}
