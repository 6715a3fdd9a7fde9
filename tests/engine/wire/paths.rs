//! Paths and queries: what is said to be sent as written is, and what is said to be rewritten would be.

use bytes::Bytes;
use http::Method;
use lambda_conformance::{
    case::{Raw, Request},
    text::{Bindings, Text},
    wire::{self, Rewrite, WireError, rewritten},
};
use rstest::rstest;

use super::listener::{Listener, PATIENCE, get_function_configuration};

fn raw(written: &str) -> Result<http::Request<Bytes>, WireError> {
    let (path, query) = match written.split_once('?') {
        Some((path, query)) => (path, Some(Text::literal(query))),
        None => (written, None),
    };
    let raw = Raw {
        method: Method::GET,
        path: Text::literal(path),
        query,
        headers: Vec::new(),
        body: None,
    };
    wire::request(
        &get_function_configuration(),
        &Request::Raw(raw),
        &Bindings::default(),
    )
}

/// What reqwest sends when nobody looks; nothing if it refuses.
async fn unguarded(
    reqwest: &reqwest::Client,
    listener: &Listener,
    written: &str,
) -> Option<String> {
    let before = listener.count();
    let url = format!("http://{}{written}", listener.address);
    reqwest.get(url).send().await.ok()?;
    Some(listener.at(before)?.target())
}

fn reqwest_client() -> reqwest::Client {
    // A client for https would want certificates; this one never sees any.
    let tls = rustls::ClientConfig::builder_with_provider(
        rustls::crypto::ring::default_provider().into(),
    )
    .with_safe_default_protocol_versions()
    .expect("versions")
    .with_root_certificates(rustls::RootCertStore::empty())
    .with_no_client_auth();
    reqwest::Client::builder()
        .tls_backend_preconfigured(tls)
        .no_proxy()
        .timeout(PATIENCE)
        .build()
        .expect("a client")
}

#[rstest]
#[case("/a%3Ab")]
#[case("/a%3ab")]
#[case("/a:b")]
#[case("/a:$LATEST")]
#[case("/a%2Fb")]
#[case("/a%zzb%")]
#[case("/functions//configuration")]
#[case("//user@host:9/x")]
#[case("/a|b^c[d]e'f")]
#[case("/a!*()~;,=&+@")]
#[case("/.../.a/a./..b")]
#[case("/a?")]
#[case("/a?b=c&&d")]
#[case("/a?b=../%2e%2e/\\`{}|^[]:$?/")]
#[tokio::test]
async fn kept_paths_arrive_as_written(#[case] written: &str) {
    let listener = Listener::answering();
    let request = raw(written).expect("a request that can be sent");
    listener
        .client()
        .send(request, true)
        .await
        .expect("an answer");
    assert_eq!(listener.only().target(), written);
}

#[rstest]
#[case("/a/../b", "/b")]
#[case("/a/./b", "/a/b")]
#[case("/a/..", "/")]
#[case("/a/.", "/a/")]
#[case("/a/%2e%2e/b", "/b")]
#[case("/a/%2E./b", "/b")]
#[case("/a/%2e/b", "/a/b")]
#[case("/a\\b", "/a/b")]
#[case("/a b", "/a%20b")]
#[case("/a\tb", "/ab")]
#[case("/a\nb", "/ab")]
#[case("/a\r\nb", "/ab")]
#[case("/a\u{0}b", "/a%00b")]
#[case("/a\u{7f}b", "/a%7Fb")]
#[case("/é", "/%C3%A9")]
#[case("/a\"b", "/a%22b")]
#[case("/a<b>", "/a%3Cb%3E")]
#[case("/a`b", "/a%60b")]
#[case("/{a}", "/%7Ba%7D")]
#[case("/a#b", "/a")]
#[case("/a?b'c", "/a?b%27c")]
#[case("/a?b c", "/a?b%20c")]
#[case("/a?b\"c", "/a?b%22c")]
#[case("/a?<b>", "/a?%3Cb%3E")]
#[case("/a?é", "/a?%C3%A9")]
#[case("/a?b#c", "/a?b")]
#[case("/a?b\tc", "/a?bc")]
#[case("?a=b", "/?a=b")]
#[case("", "/")]
#[tokio::test]
async fn rewritten_paths_are_refused_and_would_have_changed(
    #[case] written: &str,
    #[case] sent: &str,
) {
    let listener = Listener::answering();
    assert_eq!(
        unguarded(&reqwest_client(), &listener, written)
            .await
            .as_deref(),
        Some(sent)
    );
    let refused = raw(written).expect_err("a request that cannot be sent as written");
    assert!(
        matches!(refused, WireError::Rewritten(Rewrite { .. })),
        "{refused}"
    );
}

/// Pieces that have a meaning somewhere between a case file and a socket.
const ADVERSARIAL: &[&str] = &[
    "/", "//", ".", "..", "/.", "/..", "/./", "/../", "%2e", "%2E", "%2e%2e", "%2f", "%2F", "%3A",
    "%3a", "%5C", "%", "%z", "%zz", "%00", "%25", "%C3%A9", ":", "$", "?", "&", "=", "+", ";", ",",
    "!", "*", "(", ")", "~", "-", "_", "@", "|", "^", "[", "]", "a", "Z", "0", "http:", "..;",
    "\\", " ", "\t", "\n", "\r", "\u{0}", "\u{1f}", "\u{7f}", "\u{80}", "é", "中", "\u{feff}",
    "\u{200b}", "'", "\"", "<", ">", "`", "{", "}", "#",
];

/// How many of them, from the front, are sent as written when they stand alone.
const HARMLESS: usize = 47;

#[tokio::test]
async fn the_predicate_is_exact_for_thousands_of_paths() {
    let listener = Listener::answering();
    let (client, reqwest) = (listener.client(), reqwest_client());
    let mut random = fastrand::Rng::with_seed(20_261_122);
    let (mut kept, mut changed) = (0, 0);
    for _ in 0..6_000 {
        let pieces = if random.u8(..4) == 0 {
            ADVERSARIAL.len()
        } else {
            HARMLESS
        };
        let mut written = if random.u8(..50) == 0 {
            String::new()
        } else {
            "/".to_owned()
        };
        for _ in 0..random.usize(..9) {
            written.push_str(ADVERSARIAL[random.usize(..pieces)]);
        }
        if rewritten(&written).is_none() {
            kept += 1;
            let before = listener.count();
            let request = raw(&written).unwrap_or_else(|error| panic!("{written:?}: {error}"));
            client
                .send(request, true)
                .await
                .unwrap_or_else(|error| panic!("{written:?}: {error}"));
            assert_eq!(listener.at(before).expect("a request").target(), written);
        } else {
            changed += 1;
            assert!(raw(&written).is_err(), "{written:?}");
            let sent = unguarded(&reqwest, &listener, &written).await;
            assert_ne!(sent.as_deref(), Some(written.as_str()));
        }
    }
    assert!(
        kept > 1_500 && changed > 1_500,
        "kept {kept}, changed {changed}"
    );
}
