//! A baseline holds from the next run on, whatever of a value is of one run only: servers with just one such fault each, on
//! which the binary writes a baseline, is held to it, writes it again, and sees what differs besides.

use std::{
    fs,
    path::Path,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, SystemTime},
};

use bytes::Bytes;
use fastrand::Rng;
use http::{HeaderValue, Method, Request, Response, StatusCode};
use lambda_conformance::{
    mock::{Mock, MockOptions},
    reference::Settings,
};
use rstest::rstest;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tempfile::TempDir;
use time::{OffsetDateTime, format_description::well_known::Rfc2822};

use crate::{
    matrix::Share,
    process::{Ended, run},
};

/// What a server knows when it answers: what was asked, and what is another one each time.
struct Asked<'r> {
    /// The name of the function in the path.
    name: &'r str,
    /// How many answers were given before.
    number: u64,
    random: &'r mut Rng,
}

impl Asked<'_> {
    /// The id of the run, as the name of the function has it.
    fn run(&self) -> &str {
        self.name.split('-').nth(2).unwrap_or_default()
    }

    /// A time of today that no other answer has.
    fn time(&self) -> OffsetDateTime {
        OffsetDateTime::from(SystemTime::now() + Duration::from_secs(self.number))
    }

    fn http_date(&self) -> String {
        let date = self.time().format(&Rfc2822).expect("a date");
        date.replace("+0000", "GMT")
    }

    fn hash(&self) -> String {
        let digest = Sha256::digest(self.name.as_bytes());
        digest.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Letters of an alphabet, as many as `lengths` allows.
    fn letters(&mut self, alphabet: &str, lengths: std::ops::Range<usize>) -> String {
        let alphabet: Vec<char> = alphabet.chars().collect();
        let length = self.random.usize(lengths);
        (0..length)
            .map(|_| alphabet[self.random.usize(..alphabet.len())])
            .collect()
    }
}

/// What is wrong with a server: changes the head and the body of its reads.
type Fault = fn(&mut Asked<'_>, &mut http::response::Parts, &mut Value);

const BASE64: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Gives a configuration that is read another member.
fn member(body: &mut Value, name: &str, value: impl Into<Value>) {
    if body.get("FunctionArn").is_some() {
        body[name] = value.into();
    }
}

/// Gives an error another text.
fn message(body: &mut Value, text: String) {
    for name in ["message", "Message"] {
        if body.get(name).is_some() {
            body[name] = text.into();
            return;
        }
    }
}

fn run_in_other_texts(asked: &mut Asked<'_>, _: &mut http::response::Parts, body: &mut Value) {
    let (name, run) = (asked.name, asked.run());
    let text = format!(
        "no key `fn/{run}/{}` in the bucket of {}, {name}",
        &name[..name.len().min(22)],
        run.to_uppercase(),
    );
    message(body, text);
}

fn http_dates_in_a_header(asked: &mut Asked<'_>, head: &mut http::response::Parts, _: &mut Value) {
    let date = HeaderValue::from_str(&asked.http_date()).expect("a header");
    head.headers.insert("x-amzn-requestid", date);
}

fn http_dates_in_a_body(asked: &mut Asked<'_>, _: &mut http::response::Parts, body: &mut Value) {
    member(body, "LastModified", asked.http_date());
    message(body, format!("nothing there since {}", asked.http_date()));
}

fn numeric_ids(asked: &mut Asked<'_>, _: &mut http::response::Parts, body: &mut Value) {
    member(body, "RevisionId", asked.number);
    message(body, format!("not found (id {})", asked.number));
}

fn hashes_of_names(asked: &mut Asked<'_>, _: &mut http::response::Parts, body: &mut Value) {
    let hash = asked.hash();
    member(body, "Description", format!("image {}", &hash[..12]));
    message(body, format!("no row {hash}"));
}

fn times_in_wrapped_bodies(asked: &mut Asked<'_>, _: &mut http::response::Parts, body: &mut Value) {
    let at = format!("{}\n{}", asked.http_date(), asked.time().unix_timestamp());
    let inner = json!({ "at": at, "of": asked.name }).to_string();
    member(body, "Description", inner.clone());
    message(body, json!({ "Body": inner }).to_string());
}

fn ports(asked: &mut Asked<'_>, _: &mut http::response::Parts, body: &mut Value) {
    let port = asked.random.u16(20_000..);
    message(body, format!("connect ECONNREFUSED 127.0.0.1:{port}"));
}

fn request_ids_in_texts(asked: &mut Asked<'_>, _: &mut http::response::Parts, body: &mut Value) {
    let id = asked.letters("0123456789ABCDEF", 16..17);
    message(
        body,
        format!("not found (Service: Lambda, Request ID: {id})"),
    );
}

fn seconds_in_scientific_notation(
    asked: &mut Asked<'_>,
    _: &mut http::response::Parts,
    body: &mut Value,
) {
    let seconds = asked.time().unix_timestamp().to_string();
    let seconds = format!("{}.{}E9", &seconds[..1], &seconds[1..]);
    member(body, "LastModified", seconds.clone());
    message(body, format!("nothing there at {seconds}"));
}

fn durations(asked: &mut Asked<'_>, _: &mut http::response::Parts, body: &mut Value) {
    let took = asked.random.u32(1..2_000_000);
    let took = format!("{} ms", f64::from(took) / 1000.0);
    message(body, format!("looked for {took}, found nothing"));
}

fn words_of_any_length(asked: &mut Asked<'_>, _: &mut http::response::Parts, body: &mut Value) {
    let word = asked.letters("abcdefghijklmnopqrstuvwxyz", 3..12);
    let other = asked.letters("abcdefghijklmnopqrstuvwxyz", 3..12);
    message(body, format!("container {word}_{other} has exited"));
}

fn lists_of_any_length(asked: &mut Asked<'_>, _: &mut http::response::Parts, body: &mut Value) {
    let ids = (0..asked.random.usize(1..5)).map(|_| asked.random.u32(..));
    let ids: Vec<u32> = ids.collect();
    message(body, format!("none of {ids:?} has it"));
}

fn tokens_in_base64(asked: &mut Asked<'_>, _: &mut http::response::Parts, body: &mut Value) {
    let token = asked.letters(BASE64, 43..44);
    member(body, "RevisionId", format!("{token}="));
    message(body, format!("not found; trace {token}="));
}

fn addresses_in_memory(asked: &mut Asked<'_>, _: &mut http::response::Parts, body: &mut Value) {
    let address = asked.random.u64(..1 << 40);
    let text = format!("<Lambda object at 0x7f{address:010x}> has no function");
    message(body, text);
}

fn sizes(asked: &mut Asked<'_>, _: &mut http::response::Parts, body: &mut Value) {
    member(body, "CodeSize", asked.random.u32(1_000..1_000_000));
}

/// A mock with one fault, and with another deviation where that is wanted.
async fn server(fault: Fault, also: Arc<AtomicBool>) -> Mock {
    let number = AtomicU64::new(7);
    let random = Mutex::new(Rng::with_seed(7));
    let answer = move |request: &Request<Bytes>, answer: Response<Bytes>| {
        let path = request.uri().path();
        if request.method() != Method::GET || !path.ends_with("/configuration") {
            return answer;
        }
        let (mut head, body) = answer.into_parts();
        let Ok(mut body) = serde_json::from_slice::<Value>(&body) else {
            return Response::from_parts(head, body);
        };
        let mut random = random.lock().unwrap_or_else(PoisonError::into_inner);
        let mut asked = Asked {
            name: path.split('/').nth(3).unwrap_or_default(),
            number: number.fetch_add(1, Ordering::SeqCst),
            random: &mut random,
        };
        fault(&mut asked, &mut head, &mut body);
        if also.load(Ordering::SeqCst) && head.status == StatusCode::OK {
            head.status = StatusCode::ACCEPTED;
        }
        Response::from_parts(head, Bytes::from(body.to_string()))
    };
    let options = MockOptions::settled(Settings::default());
    let server = Mock::deviating(0, options, Arc::new(answer)).await;
    server.expect("a free port")
}

/// The binary on a mock, with a baseline.
async fn held(mock: &Mock, baseline: &Path, more: &[&str]) -> Ended {
    let endpoint = format!("http://{}", mock.address());
    let baseline = baseline.display().to_string();
    let filters = [
        "members/plain",
        "/name-formats/absent/",
        "/name-formats/absent-q",
        "/reads/version-",
    ];
    let mut arguments = vec!["run", "--endpoint", &endpoint, "--baseline", &baseline];
    arguments.extend(filters.iter().chain(more));
    let arguments: Vec<String> = arguments.into_iter().map(str::to_owned).collect();
    let ended = tokio::task::spawn_blocking(move || {
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        run(&arguments)
    });
    ended.await.expect("no panic")
}

/// Those that no first-tier test tries.
const OTHERS: [(&str, Fault); 12] = [
    ("http dates in a header", http_dates_in_a_header),
    ("http dates in a body", http_dates_in_a_body),
    ("numeric ids", numeric_ids),
    ("hashes of names", hashes_of_names),
    ("ports", ports),
    ("request ids in texts", request_ids_in_texts),
    (
        "seconds in scientific notation",
        seconds_in_scientific_notation,
    ),
    ("durations", durations),
    ("words of any length", words_of_any_length),
    ("lists of any length", lists_of_any_length),
    ("addresses in memory", addresses_in_memory),
    ("sizes", sizes),
];

#[rstest]
#[case::run_in_other_texts(run_in_other_texts)]
#[case::times_in_wrapped_bodies(times_in_wrapped_bodies)]
#[case::tokens_in_base64(tokens_in_base64)]
#[tokio::test(flavor = "multi_thread")]
async fn a_baseline_holds_from_the_next_run_on(#[case] fault: Fault) {
    holds(fault).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "starts the binary six times for each of many faults"]
async fn a_baseline_holds_whatever_is_of_one_run() {
    let share = Share::of_environment();
    for (name, fault) in OTHERS {
        if share.has(name) {
            println!("{name}");
            holds(fault).await;
        }
    }
}

/// Writes a baseline on a server with this fault, holds the server to it, and lets something else differ.
async fn holds(fault: Fault) {
    let also = Arc::new(AtomicBool::new(false));
    let mock = server(fault, Arc::clone(&also)).await;
    let folder = TempDir::new().expect("a folder");
    let baseline = folder.path().join("baseline.toml");
    let text = || fs::read_to_string(&baseline).unwrap_or_default();
    let first = held(&mock, &baseline, &["--update-baseline"]).await;
    assert_eq!(first.code, 0, "{}{}", first.stdout, first.stderr);
    let written = text();
    assert!(
        written.contains("[[known]]"),
        "the fault is seen: {written}"
    );
    let again = held(&mock, &baseline, &[]).await;
    assert_eq!(again.code, 0, "{}\n{written}", again.stdout);
    let second = held(&mock, &baseline, &["--update-baseline"]).await;
    assert_eq!(second.code, 0, "{}", second.stdout);
    assert_eq!(text(), written, "a second update changes nothing");
    also.store(true, Ordering::SeqCst);
    let more = held(&mock, &baseline, &[]).await;
    assert_eq!(more.code, 1, "{}", more.stdout);
}
