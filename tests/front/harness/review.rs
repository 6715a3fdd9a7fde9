//! Snapshots are the contract and not a recording of whoever answered last: with an endpoint, none is written.

use std::{collections::BTreeMap, fs, path::Path, sync::Arc};

use crate::cargo::cargo;
use bytes::Bytes;
use http::{Request, Response};
use lambda_conformance::{
    mock::{Deviation, Mock, MockOptions},
    reference::Settings,
};

/// Every file below a directory.
fn files(directory: &Path, found: &mut BTreeMap<String, Vec<u8>>) {
    for entry in fs::read_dir(directory).expect("a directory") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files(&path, found);
        } else {
            let bytes = fs::read(&path).expect("a file");
            found.insert(path.display().to_string(), bytes);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn with_an_endpoint_no_snapshot_is_written() {
    let deviation: Arc<Deviation> = Arc::new(|_: &Request<Bytes>, mut answer: Response<Bytes>| {
        let body = String::from_utf8_lossy(answer.body()).replace("not found", "nowhere");
        *answer.body_mut() = Bytes::from(body);
        answer
    });
    let mock = Mock::deviating(0, MockOptions::settled(Settings::default()), deviation)
        .await
        .expect("a free port");
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let snapshots = || {
        let mut found = BTreeMap::new();
        files(&here.join("snapshots"), &mut found);
        found
    };
    let before = snapshots();
    let output = cargo()
        .args([
            "test",
            "--locked",
            "--test",
            "conformance",
            "--",
            "name-formats",
        ])
        .current_dir(here)
        .env("CONFORMANCE_ENDPOINT", format!("http://{}", mock.address()))
        .env("INSTA_UPDATE", "always")
        .output()
        .expect("cargo runs");
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(
        told.contains("message expected \"Function not found"),
        "{told}"
    );
    assert_eq!(output.status.code(), Some(101));
    assert_eq!(snapshots(), before);
}
