//! What the case files of this checkout hold.

use std::{path::Path, sync::LazyLock};

use lambda_conformance::load::{self, Files, Library};

/// The case files and snapshots of this checkout, whether or not every case has its snapshot: read once, for all tests of a
/// binary.
pub(crate) fn library() -> &'static Library {
    static LIBRARY: LazyLock<Library> = LazyLock::new(read);
    &LIBRARY
}

/// The same, for a test that changes it.
pub(crate) fn read() -> Library {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let files = Files::open(Some(&here.join("cases")), Some(&here.join("snapshots")))
        .expect("readable files");
    load::load_for_review(&files).unwrap_or_else(|diagnostics| {
        let shown: Vec<String> = diagnostics.iter().map(|one| one.render(false)).collect();
        panic!("{}", shown.join("\n\n"))
    })
}
