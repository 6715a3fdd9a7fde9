//! Answers with a few bytes or tokens wrong, a hundred thousand of them: each is judged soon, in little memory and without a
//! panic, and each can be reported.

use std::{
    io::{self, Read, Write},
    net::{Shutdown, SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
    time::{Duration, Instant},
};

use lambda_conformance::{
    mock::{Mock, MockOptions},
    plan::{self, Item},
    reference::Settings,
    report::{FORMATS, Header, Tally},
    session::{Session, SessionOptions},
    target::Target,
    verdict::Outcome,
};

use crate::{
    edit::{Dice, edited},
    matrix::Share,
    memory::peak,
    world,
};

/// How many mutations there are.
const ALL: usize = 100_000;

/// Who is not judged after this long hangs. The time-out of a request is far longer.
const PATIENCE: Duration = Duration::from_secs(20);

/// How many answers make a report.
const BATCH: usize = 1000;

/// What a reader of HTTP and JSON may stumble over.
const PIECES: &[&str] = &[
    "\r\n",
    "\r\n\r\n",
    "\n",
    "\r",
    "\0",
    "\u{feff}",
    "\u{1f}\u{8b}",
    "\u{202e}",
    "\u{1b}[31m",
    " ",
    "\t",
    ":",
    ",",
    ";",
    "HTTP/1.1 200 OK\r\n",
    "HTTP/1.0 200 OK\r\n",
    "HTTP/1.1 100 Continue\r\n\r\n",
    "HTTP/1.1 204 No Content\r\n",
    "HTTP/2 200\r\n",
    "content-length: 0\r\n",
    "content-length: 5\r\n",
    "content-length: 18446744073709551615\r\n",
    "content-length: -1\r\n",
    "transfer-encoding: chunked\r\n",
    "transfer-encoding: gzip\r\n",
    "content-encoding: gzip\r\n",
    "content-type: text/html\r\n",
    "x-amzn-errortype: A\r\n",
    "connection: close\r\n",
    "connection: keep-alive\r\n",
    "upgrade: h2c\r\n",
    "trailer: x\r\n",
    "0\r\n\r\n",
    "5\r\nabcde\r\n",
    "ffffffffffffffff\r\n",
    "zz\r\n",
    "{",
    "}",
    "[",
    "]",
    "\"",
    "\\",
    "\\u0000",
    "\\ud800",
    "\\\"",
    "null",
    "true",
    "1e400",
    "-0",
    "99999999999999999999",
    "0.1",
    "[[[[[[[[[[[[[[[[",
    "{\"a\":",
    "\"a\":1,\"a\":2",
    "é",
    "𝄞",
    "<",
    ">",
    "arn:aws:lambda:",
    "$LATEST",
    "<html>",
    "]]>",
    "Infinity",
    "//",
];

/// A target that has the mock answer, but for the reads of the cases, which get what stands here.
#[derive(Clone, Default)]
struct Script(Arc<Mutex<Vec<u8>>>);

impl Script {
    fn start(&self, mock: SocketAddr) -> SocketAddr {
        let socket = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = socket.local_addr().expect("an address");
        let script = self.clone();
        thread::spawn(move || {
            for stream in socket.incoming() {
                // whoever goes on without us has read enough
                let _ = script.serve(stream.expect("a connection"), mock);
            }
        });
        address
    }

    fn serve(&self, mut stream: TcpStream, mock: SocketAddr) -> io::Result<()> {
        let request = message(&mut stream)?;
        let text = String::from_utf8_lossy(&request);
        let is_of_case = text.starts_with("GET ") && text.contains("/configuration");
        if is_of_case && !text.contains("-absent/") {
            let answer = self.0.lock().expect("no panic").clone();
            stream.write_all(&answer)?;
            return stream.shutdown(Shutdown::Both);
        }
        let mut to = TcpStream::connect(mock)?;
        let text = text.replacen("\r\n", "\r\nconnection: close\r\n", 1);
        to.write_all(text.as_bytes())?;
        let mut answer = Vec::new();
        to.read_to_end(&mut answer)?;
        stream.write_all(&answer)
    }

    fn set(&self, answer: Vec<u8>) {
        *self.0.lock().expect("no panic") = answer;
    }
}

/// A head, and a body of `content-length` bytes.
fn message(stream: &mut TcpStream) -> io::Result<Vec<u8>> {
    let mut all = Vec::new();
    let mut piece = [0; 4096];
    loop {
        if let Some(end) = all.windows(4).position(|four| four == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&all[..end]).to_ascii_lowercase();
            let mut lines = head.lines();
            let length = lines.find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
            if all.len() >= end + 4 + length.unwrap_or(0) {
                return Ok(all);
            }
        }
        match stream.read(&mut piece)? {
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            read => all.extend_from_slice(&piece[..read]),
        }
    }
}

/// Right answers, written in several ways.
fn bases(session: &Session) -> Vec<String> {
    let account = session.connection.account().expect("it is known");
    let whole = |status: &str, more: &str, body: &str| {
        let length = body.len();
        format!(
            "HTTP/1.1 {status}\r\ndate: Sat, 28 Nov 2026 10:00:00 GMT\r\ncontent-type: application/json\r\n\
             x-amzn-requestid: 01234567-89ab-4cde-8123-456789abcdef\r\n{more}content-length: {length}\r\n\r\n{body}"
        )
    };
    let settings = format!(
        "{{\"FunctionName\":\"f\",\"FunctionArn\":\"arn:aws:lambda:us-east-1:{account}:function:f\",\"Runtime\":\"python3.12\",\
         \"Role\":\"arn:aws:iam::{account}:role/r\",\"Handler\":\"index.handler\",\"CodeSize\":123,\"Description\":\"\",\
         \"Timeout\":3,\"MemorySize\":128,\"LastModified\":\"2026-11-28T10:00:00.000+0000\",\"CodeSha256\":\"8jUtQ7m/8Xv5c4JI=\",\
         \"Version\":\"$LATEST\",\"TracingConfig\":{{\"Mode\":\"PassThrough\"}},\"RevisionId\":\"01234567-89ab-4cde-8123-456789abcdef\",\
         \"State\":\"Active\",\"LastUpdateStatus\":\"Successful\",\"PackageType\":\"Zip\",\"Architectures\":[\"x86_64\"],\
         \"EphemeralStorage\":{{\"Size\":512}},\"SnapStart\":{{\"ApplyOn\":\"None\",\"OptimizationStatus\":\"Off\"}},\
         \"Environment\":{{\"Variables\":{{\"A\":\"1\"}}}},\"LoggingConfig\":{{\"LogFormat\":\"Text\",\"LogGroup\":\"/aws/lambda/f\"}}}}"
    );
    let absent = "{\"Message\":\"Function not found: f\",\"Type\":\"User\"}";
    let pieces = settings.as_bytes().chunks(100);
    let chunks: String = pieces
        .map(|piece| {
            format!(
                "{:x}\r\n{}\r\n",
                piece.len(),
                String::from_utf8_lossy(piece)
            )
        })
        .collect();
    vec![
        whole("200 OK", "", &settings),
        whole("404 Not Found", "x-amzn-errortype: ResourceNotFoundException\r\n", absent),
        whole("400 Bad Request", "x-amzn-errortype: ValidationException\r\n", "{\"message\":\"2 validation errors detected: Value 'a' at 'b' failed; Value 'c' at 'd' failed\"}"),
        whole("429 Too Many Requests", "retry-after: 1\r\n", "{\"Reason\":\"x\",\"message\":\"y\"}"),
        whole("503 Service Unavailable", "", ""),
        format!("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n{chunks}0\r\n\r\n"),
        format!("HTTP/1.1 100 Continue\r\n\r\n{}", whole("200 OK", "", &settings)),
        "HTTP/1.1 403 Forbidden\r\ncontent-type: text/xml\r\n\r\n<ErrorResponse><Error><Code>A</Code></Error></ErrorResponse>".to_owned(),
        "HTTP/1.1 204 No Content\r\n\r\n".to_owned(),
    ]
}

/// What came of mutations.
#[derive(Debug, Default)]
struct Found {
    tried: usize,
    /// Those that got no answer, by the words of the verdict.
    unanswered: usize,
    failed: usize,
    passed: usize,
    /// The longest that one took, and which.
    slowest: (Duration, usize),
    wrong: Vec<String>,
}

async fn tried(share: Share) -> Found {
    let library = world::library::read();
    let options = MockOptions::embedded(Settings::default());
    let mock = Mock::start(0, options).await.expect("a free port");
    let script = Script::default();
    let address = script.start(mock.address());
    let target = Target {
        endpoint: format!("http://{address}").parse().expect("a URL"),
        ..mock.target()
    };
    let open = async || {
        let options = SessionOptions::default();
        Session::open(target.clone(), &library, options)
            .await
            .expect("an answer")
    };
    let mut session = open().await;
    let filters = [
        "get-function-configuration/reads/version".to_owned(),
        "get-function-configuration/qualifiers/conflict".to_owned(),
    ];
    let items = plan::choose(&library.suites, &filters, None).expect("cases");
    assert!(items.len() > 8, "{}", items.len());
    session.arrange(&items).await.expect("it stays");
    let bases = bases(&session);
    let mut found = Found::default();
    let mut batch: Vec<(Item<'_>, Outcome)> = Vec::new();
    for number in (0..ALL).filter(|number| share.has(&number.to_string())) {
        let mut dice = Dice::new(number as u64);
        let base = &bases[dice.below(bases.len())];
        script.set(edited(base, PIECES, &mut dice));
        let item = items[number % items.len()];
        let started = Instant::now();
        let Ok(outcome) = tokio::time::timeout(PATIENCE, session.judge(item)).await else {
            found.wrong.push(format!("mutation {number} hangs"));
            continue;
        };
        let took = started.elapsed();
        if took > found.slowest.0 {
            found.slowest = (took, number);
        }
        found.tried += 1;
        match outcome.verdict.name() {
            "passed" => found.passed += 1,
            "inconclusive" => found.unanswered += 1,
            _ => found.failed += 1,
        }
        if outcome
            .verdict
            .reason()
            .is_some_and(|reason| reason.contains("panicked"))
        {
            found
                .wrong
                .push(format!("mutation {number} makes a case panic"));
        }
        batch.push((item, outcome));
        if batch.len() == BATCH {
            report(&session, &std::mem::take(&mut batch));
        }
    }
    report(&session, &batch);
    assert!(session.close().await.is_empty());
    found
}

/// Adds outcomes up and writes all reports of them.
fn report(session: &Session, batch: &[(Item<'_>, Outcome)]) {
    let target = &session.connection.target;
    let header = Header::new(
        target,
        session.connection.account(),
        session.level,
        batch.len(),
    );
    let mut tally = Tally::new(&header);
    for (item, outcome) in batch {
        tally.add(*item, outcome);
    }
    let summary = tally.finish(Duration::ZERO);
    for format in FORMATS {
        let mut written = Vec::new();
        (format.write)(&summary, &mut written).expect("memory takes it all");
        let text = String::from_utf8(written).expect("UTF-8");
        let control = |letter: &char| letter.is_control() && !"\n\t".contains(*letter);
        assert_eq!(text.chars().find(control), None, "{}", format.name);
    }
}

#[expect(clippy::print_stdout, reason = "figures for whoever runs it")]
async fn hold(share: Share) -> Found {
    let started = Instant::now();
    let found = tried(share).await;
    println!(
        "{share}: {found:#?}, {:?}, {} kB",
        started.elapsed(),
        peak("self")
    );
    assert!(found.wrong.is_empty(), "{:#?}", found.wrong);
    // they bite, and not all alike
    assert!(found.failed > found.tried / 10 && found.unanswered > found.tried / 10);
    found
}

#[tokio::test]
async fn some_mutated_answers_are_judged() {
    let found = hold(Share::one_in(500)).await;
    assert!(found.tried > 100, "{}", found.tried);
}

/// Alone, because the memory is that of the process.
#[tokio::test]
#[ignore = "100,000 answers take minutes"]
async fn every_mutated_answer_is_judged() {
    /// In kilobytes: that of a run, and what the mock and the tests beside it take.
    const MEMORY: u64 = 250 << 10;
    let share = Share::of_environment();
    let found = hold(share).await;
    assert!(!share.is_whole() || found.tried == ALL, "{}", found.tried);
    let memory = peak("self");
    assert!(memory <= MEMORY, "{memory} kB");
}
