//! [`check`]: the same as of a session, by the binary.

use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use lambda_conformance::{
    mock::{Mock, MockOptions},
    reference::Settings,
};
use tempfile::TempDir;

use super::{Came, and_more, served::Served};

/// What the mock can do, which the binary cannot find out, or not where the answers that show it are wrong.
const CAPABILITIES: [&str; 3] = ["auth", "fault-injection", "state-control"];

/// What the binary ends with on a server, and what it tells.
async fn ended(mock: &Mock, file: &Path, served: &Served<'_>, more: Option<&str>) -> (i32, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lambda-conformance"));
    let endpoint = format!("http://{}", mock.address());
    command
        .env_clear()
        .args(["run", "--endpoint", &endpoint])
        .args(CAPABILITIES.map(|name| format!("--capability={name}")))
        .arg("--baseline")
        .arg(file)
        .args(served.items.iter().map(|item| &item.case.id))
        .args(more)
        .stdin(Stdio::null());
    let ended = tokio::task::spawn_blocking(move || command.output()).await;
    let ended = ended.expect("no panic").expect("the binary runs");
    let text = String::from_utf8_lossy(&ended.stdout).into_owned();
    let text = text + &String::from_utf8_lossy(&ended.stderr);
    (ended.status.code().expect("no signal"), text)
}

/// Writes a baseline, holds it twice, writes it again, and sees one thing more. The binary waits for real, so servers whose functions seem never to settle take too long.
pub(super) async fn check(served: &Served<'_>) -> Came {
    const UPDATE: Option<&str> = Some("--update-baseline");
    let also = Arc::new(AtomicBool::new(false));
    let server = and_more(served, Arc::clone(&also));
    let options = MockOptions::settled(Settings::default());
    let mock = Mock::behind(0, options, server).await.expect("a free port");
    let folder = TempDir::new().expect("a folder");
    let file = folder.path().join("baseline.toml");
    let text = || fs::read_to_string(&file).unwrap_or_default();
    let mut written = String::new();
    for (due, more) in [(0, UPDATE), (0, None), (0, None), (0, UPDATE), (1, None)] {
        also.store(due == 1, Ordering::SeqCst);
        let (code, told) = ended(&mock, &file, served, more).await;
        // cases that need what the binary was not told of decide nothing
        if written.is_empty() && matches!(code, 0 | 4) && !text().contains("[[known]]") {
            return Came::Unnoticed;
        }
        if code != due {
            return Came::Broken(format!("{code} and not {due}: {told}\n{}", text()));
        }
        if written.is_empty() {
            written = text();
        }
        if text() != written {
            return Came::Broken(format!("{written}\nis now\n{}", text()));
        }
    }
    Came::Held
}
