//! Connections: who closes when, what is sent again and what never is.

use std::{
    net::TcpListener,
    process::Command,
    time::{Duration, Instant},
};

use bytes::Bytes;
use lambda_conformance::{
    client::{Client, ClientOptions},
    note::Note,
    observation::NoAnswer,
};
use rstest::rstest;

use super::listener::{Listener, PATIENCE, Reply, client, ok, target};

fn get() -> http::Request<Bytes> {
    http::Request::get("/x")
        .body(Bytes::new())
        .expect("a request")
}

fn connections(listener: &Listener) -> Vec<usize> {
    listener
        .received()
        .iter()
        .map(|received| received.connection)
        .collect()
}

#[tokio::test]
async fn reads_share_a_connection() {
    let listener = Listener::answering();
    let client = listener.client();
    for _ in 0..3 {
        let answer = client.send(get(), true).await.expect("an answer");
        assert_eq!((answer.status, answer.notes.len()), (200, 0));
    }
    assert_eq!(connections(&listener), [0, 0, 0]);
}

#[tokio::test]
async fn every_write_has_a_connection_of_its_own() {
    let listener = Listener::answering();
    let client = listener.client();
    for replayable in [true, false, false] {
        client.send(get(), replayable).await.expect("an answer");
    }
    assert_eq!(connections(&listener), [0, 1, 2]);
}

#[tokio::test]
async fn a_kept_connection_that_is_closed_on_use_is_replaced_and_noted() {
    let listener = Listener::start(|number, _| if number == 1 { Reply::Close } else { ok() });
    let client = listener.client();
    assert!(
        client
            .send(get(), true)
            .await
            .expect("an answer")
            .notes
            .is_empty()
    );
    let answer = client.send(get(), true).await.expect("an answer");
    assert_eq!(answer.status, 200);
    assert!(
        matches!(answer.notes.as_slice(), [Note::Resent { .. }]),
        "{:?}",
        answer.notes
    );
    assert_eq!(connections(&listener), [0, 0, 1]);
}

#[tokio::test]
async fn a_connection_that_was_closed_while_idle_does_no_harm() {
    let listener = Listener::start(|_, _| match ok() {
        Reply::Bytes(bytes) => Reply::Last(bytes),
        other => other,
    });
    let client = listener.client();
    for _ in 0..20 {
        assert_eq!(
            client.send(get(), true).await.expect("an answer").status,
            200
        );
    }
}

#[rstest]
#[case::read(true, 2)]
#[case::write(false, 1)]
#[tokio::test]
async fn a_server_that_always_closes_sees_a_read_twice_and_a_write_once(
    #[case] replayable: bool,
    #[case] times: usize,
) {
    let listener = Listener::start(|_, _| Reply::Close);
    let error = listener
        .client()
        .send(get(), replayable)
        .await
        .expect_err("no answer");
    assert!(matches!(error, NoAnswer::Closed { .. }), "{error}");
    assert!(error.is_closed() && !error.is_unreachable());
    assert_eq!(listener.received().len(), times);
}

#[tokio::test]
async fn a_write_on_a_kept_connection_would_be_sent_once() {
    // The pool has a connection that the server closes on its next use; the write must not meet it.
    let listener =
        Listener::start(|_, connection| if connection == 0 { ok() } else { Reply::Close });
    let client = listener.client();
    client.send(get(), true).await.expect("an answer");
    let error = client.send(get(), false).await.expect_err("no answer");
    assert!(matches!(error, NoAnswer::Closed { .. }), "{error}");
    assert_eq!(connections(&listener), [0, 1]);
}

#[tokio::test]
async fn half_a_head_is_no_answer() {
    let listener = Listener::start(|_, _| Reply::Last(b"HTTP/1.1 200 OK\r\ncontent-le".to_vec()));
    let error = listener
        .client()
        .send(get(), false)
        .await
        .expect_err("no answer");
    assert!(matches!(error, NoAnswer::Closed { .. }), "{error}");
}

#[rstest]
#[case::by_length(b"HTTP/1.1 404 Not Found\r\ncontent-length: 10\r\n\r\n{\"a\"" as &[u8])]
#[case::in_a_chunk(b"HTTP/1.1 404 Not Found\r\ntransfer-encoding: chunked\r\n\r\n8\r\n{\"a\"" as &[u8])]
#[tokio::test]
async fn half_a_body_is_told_with_its_status_and_not_asked_for_again(#[case] bytes: &'static [u8]) {
    let listener = Listener::start(|_, _| Reply::Last(bytes.to_vec()));
    let error = listener
        .client()
        .send(get(), true)
        .await
        .expect_err("no answer");
    assert!(
        matches!(
            error,
            NoAnswer::Cut {
                status: 404,
                received: 4,
                ..
            }
        ),
        "{error}"
    );
    assert!(error.is_closed());
    assert_eq!(listener.received().len(), 1);
}

#[rstest]
#[case::no_http(b"HELLO\r\n\r\n" as &[u8])]
#[case::no_status(b"HTTP/1.1 abc\r\n\r\n" as &[u8])]
#[case::no_header(b"HTTP/1.1 200 OK\r\nno colon\r\n\r\n" as &[u8])]
#[case::no_chunk(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nxyz\r\n" as &[u8])]
#[case::two_lengths(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\n{} " as &[u8])]
#[tokio::test]
async fn what_is_no_http_is_told_and_not_asked_for_again(#[case] bytes: &'static [u8]) {
    let listener = Listener::start(|_, _| Reply::Last(bytes.to_vec()));
    let error = listener
        .client()
        .send(get(), true)
        .await
        .expect_err("no answer");
    assert!(matches!(error, NoAnswer::Malformed { .. }), "{error}");
    assert_eq!(listener.received().len(), 1);
}

#[rstest]
#[case::before_the_head(b"" as &[u8])]
#[case::within_the_head(b"HTTP/1.1 200 OK\r\n" as &[u8])]
#[case::within_the_body(b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n{" as &[u8])]
#[tokio::test]
async fn silence_ends_with_the_time_out(#[case] bytes: &'static [u8]) {
    // The bytes answer the first request; nothing follows, because no second one comes.
    let listener = Listener::start(|_, _| {
        if bytes.is_empty() {
            Reply::Silence
        } else {
            Reply::Bytes(bytes.to_vec())
        }
    });
    let started = Instant::now();
    let after = Duration::from_secs(1);
    let options = ClientOptions {
        timeout: after,
        connect_timeout: PATIENCE,
        ..ClientOptions::default()
    };
    let error = Client::new(&listener.target(), options)
        .expect("a client")
        .send(get(), true)
        .await
        .expect_err("no answer");
    assert_eq!(error, NoAnswer::Timeout { after });
    assert!(started.elapsed() < PATIENCE);
    assert_eq!(listener.received().len(), 1);
}

#[tokio::test]
async fn nobody_listening_is_unreachable() {
    let free = TcpListener::bind("127.0.0.1:0")
        .expect("a free port")
        .local_addr()
        .expect("an address");
    let url = format!("http://{free}");
    let error = client(&target(&url))
        .send(get(), true)
        .await
        .expect_err("no answer");
    assert!(error.is_unreachable(), "{error}");
    let text = error.to_string();
    assert!(
        text.contains(&format!("`{url}`")) && text.contains("refused"),
        "{text}"
    );
}

#[tokio::test]
async fn an_unknown_host_is_unreachable() {
    let error = client(&target("http://nobody.invalid:1"))
        .send(get(), true)
        .await
        .expect_err("no answer");
    assert!(error.is_unreachable(), "{error}");
}

#[tokio::test]
async fn tls_to_a_server_without_it_is_an_error_and_no_panic() {
    let socket = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = socket.local_addr().expect("an address");
    std::thread::spawn(move || {
        for stream in socket.incoming() {
            use std::io::Write;
            let _ = stream
                .expect("a connection")
                .write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n");
        }
    });
    let error = client(&target(&format!("https://{address}")))
        .send(get(), true)
        .await
        .expect_err("no answer");
    assert!(error.is_unreachable(), "{error}");
}

#[tokio::test]
async fn a_redirect_is_an_answer() {
    let listener = Listener::start(|_, _| {
        Reply::Bytes(
            b"HTTP/1.1 302 Found\r\nlocation: /elsewhere\r\ncontent-length: 0\r\n\r\n".to_vec(),
        )
    });
    let answer = listener
        .client()
        .send(get(), true)
        .await
        .expect("an answer");
    assert_eq!(answer.status, 302);
    assert_eq!(answer.header("location"), Some("/elsewhere"));
    assert_eq!(listener.received().len(), 1);
}

#[tokio::test]
async fn a_body_without_end_is_not_read_to_it() {
    let listener = Listener::start(|_, _| {
        let length = 11 * 1024 * 1024;
        let mut bytes = format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n").into_bytes();
        bytes.resize(bytes.len() + length, b' ');
        Reply::Last(bytes)
    });
    let error = listener
        .client()
        .send(get(), true)
        .await
        .expect_err("no answer");
    assert!(matches!(error, NoAnswer::TooLarge { .. }), "{error}");
}

#[test]
fn no_proxy_stands_before_this_machine() {
    // Environment variables cannot be set for one test of a process, so another process runs it.
    let mut run = Command::new(std::env::current_exe().expect("this test"));
    // a test goes by its path below the crate
    let (_, module) = module_path!()
        .split_once("::")
        .expect("a module of the crate");
    run.args(["--exact", &format!("{module}::reads_share_a_connection")]);
    for name in [
        "http_proxy",
        "HTTP_PROXY",
        "https_proxy",
        "HTTPS_PROXY",
        "all_proxy",
        "ALL_PROXY",
    ] {
        run.env(name, "http://127.0.0.1:9");
    }
    let output = run
        .env_remove("no_proxy")
        .env_remove("NO_PROXY")
        .output()
        .expect("a process");
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && text.contains("1 passed"),
        "{text}"
    );
}
