//! Connections that are secured, and those that one side only takes for that.
#![cfg(unix)]

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::Command,
    sync::Arc,
    thread,
};

use rstest::rstest;
use rustls::{
    ServerConfig, ServerConnection, Stream,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
};
use tempfile::TempDir;

use crate::{
    front::Front,
    process::{Ended, run_with},
    world::Mock,
};

/// A certificate of its own that `openssl req -x509` makes for this machine, and its key.
struct Certificate {
    folder: TempDir,
}

impl Certificate {
    fn new(more: &[&str]) -> Certificate {
        let folder = tempfile::tempdir().expect("a folder");
        let made = Command::new("openssl")
            .current_dir(folder.path())
            .args([
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:P-256",
                "-nodes",
            ])
            .args([
                "-keyout",
                "key.pem",
                "-out",
                "certificate.pem",
                "-subj",
                "/CN=here",
            ])
            .args(["-addext", "subjectAltName=IP:127.0.0.1"])
            .args(more)
            .output()
            .expect("openssl is installed");
        assert!(made.status.success(), "{made:?}");
        Certificate { folder }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("certificate.pem")
    }
}

/// A server that secures its connections, one request each, and has the mock answer.
fn secured(mock: &Mock, certificate: &Certificate) -> SocketAddr {
    let shown = CertificateDer::from_pem_file(certificate.path()).expect("a certificate");
    let key = PrivateKeyDer::from_pem_file(certificate.folder.path().join("key.pem"));
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(vec![shown], key.expect("a key"))
        .expect("they go together");
    let config = Arc::new(config);
    let socket = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let (address, mock) = (socket.local_addr().expect("an address"), mock.address);
    thread::spawn(move || {
        for stream in socket.incoming() {
            let config = Arc::clone(&config);
            // who is refused, or refuses, ends the connection
            thread::spawn(move || answer(stream.expect("a connection"), config, mock));
        }
    });
    address
}

fn answer(mut stream: TcpStream, config: Arc<ServerConfig>, mock: SocketAddr) -> Option<()> {
    let mut connection = ServerConnection::new(config).ok()?;
    let mut secure = Stream::new(&mut connection, &mut stream);
    let mut request = Vec::new();
    let mut piece = [0; 4096];
    while !request.ends_with(b"\r\n\r\n") {
        let read = secure.read(&mut piece).ok().filter(|read| *read > 0)?;
        request.extend(&piece[..read]);
    }
    let text = String::from_utf8_lossy(&request).replacen("\r\n", "\r\nconnection: close\r\n", 1);
    let mut to = TcpStream::connect(mock).ok()?;
    to.write_all(text.as_bytes()).ok()?;
    let mut answer = Vec::new();
    to.read_to_end(&mut answer).ok()?;
    secure.write_all(&answer).ok()?;
    secure.conn.send_close_notify();
    secure.flush().ok()
}

fn run_on(url: &str, bundle: Option<&Path>) -> Ended {
    let bundle = bundle.map(|path| path.display().to_string());
    let variables = bundle.iter().map(|path| ("SSL_CERT_FILE", path.as_str()));
    let variables: Vec<_> = variables.collect();
    let one = "*/name-formats/absent/plain+bare";
    run_with(
        &variables,
        &["run", one, "--timeout", "5s", "--endpoint", url],
    )
}

fn is_unreachable(ended: &Ended, told: &str) {
    assert_eq!(
        (ended.code, ended.stdout.as_str()),
        (3, ""),
        "{}",
        ended.stderr
    );
    assert!(ended.stderr.contains(told), "{told}: {}", ended.stderr);
}

/// As curl does it with `--cacert`.
#[rstest]
#[case::of_a_ca(&[])]
#[case::of_no_ca(&["-addext", "basicConstraints=critical,CA:FALSE"])]
fn a_certificate_that_is_named_is_trusted(#[case] more: &[&str]) {
    let mock = Mock::start(&[]);
    let (ours, other) = (Certificate::new(more), Certificate::new(more));
    let address = secured(&mock, &ours);
    let url = format!("https://{address}");
    let ended = run_on(&url, Some(&ours.path()));
    assert_eq!(ended.code, 0, "{}{}", ended.stdout, ended.stderr);
    is_unreachable(&run_on(&url, None), "`SSL_CERT_FILE`");
    is_unreachable(
        &run_on(&url, Some(&other.path())),
        "invalid peer certificate",
    );
    // it is not that of this name
    let url = format!("https://localhost:{}", address.port());
    is_unreachable(
        &run_on(&url, Some(&ours.path())),
        "invalid peer certificate",
    );
}

#[test]
fn a_bundle_that_is_none_is_an_error() {
    let folder = tempfile::tempdir().expect("a folder");
    let absent = folder.path().join("absent.pem");
    let empty = folder.path().join("empty.pem");
    std::fs::write(&empty, "no certificate\n").expect("a file");
    for (path, told) in [(absent, "cannot read `"), (empty, "has no certificate")] {
        let ended = run_on("https://127.0.0.1:9", Some(&path));
        assert_eq!(ended.code, 2, "{}", ended.stderr);
        let name = path.display().to_string();
        assert!(
            ended.stderr.contains(told) && ended.stderr.contains(&name),
            "{}",
            ended.stderr
        );
        // who speaks plainly needs none
        let plain = Front::answering(404, "{}");
        assert_ne!(run_on(&plain.url(), Some(&path)).code, 2);
    }
}

/// Whoever mistakes one for the other is told which it is.
#[test]
fn plain_and_secured_are_told_apart() {
    let socket = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let url = format!("https://{}", socket.local_addr().expect("an address"));
    thread::spawn(move || {
        for stream in socket.incoming() {
            // whoever sends what is no HTTP is told so at once
            let _ = stream
                .expect("a connection")
                .write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n");
        }
    });
    is_unreachable(
        &run_on(&url, None),
        "the target does not speak TLS there: write `http://`",
    );
    let mock = Mock::start(&[]);
    let url = format!("http://{}", secured(&mock, &Certificate::new(&[])));
    is_unreachable(
        &run_on(&url, None),
        "if the target speaks TLS, write `https://`",
    );
}
