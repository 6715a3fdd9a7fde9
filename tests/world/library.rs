//! What the case files of this checkout hold.

use std::path::Path;

use lambda_conformance::load::{self, Files, Library};

/// The case files and snapshots of this checkout, whether or not every case has its snapshot.
pub(crate) fn library() -> Library {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let files = Files::open(Some(&here.join("cases")), Some(&here.join("snapshots")))
        .expect("readable files");
    load::load_for_review(&files).unwrap_or_else(|diagnostics| {
        let shown: Vec<String> = diagnostics.iter().map(|one| one.render(false)).collect();
        panic!("{}", shown.join("\n\n"))
    })
}
