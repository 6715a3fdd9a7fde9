//! [`Broken`]: a server before a mock that gets some requests wrong, each in the same way.

use std::{
    fmt,
    io::{Read, Write},
    net::{Shutdown, SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
};

/// What is wrong with an answer, or with the connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// An error of this status, which fits no error of the service.
    Error(u16),
    /// What is asked for is not there.
    Unfound,
    /// There is a conflict.
    Conflict,
    /// Too much is asked, and for ever.
    Throttled,
    /// A success with another status.
    WrongStatus,
    /// A success without its body.
    Empty,
    /// A success about another function.
    Another,
    /// The connection is closed without an answer.
    Closed,
    /// The same, at once.
    Reset,
    /// The connection is closed within the body.
    Cut,
    /// Nothing comes.
    Hangs,
    /// What comes is not HTTP.
    Garbage,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:?}")
    }
}

/// A request, by its method and its path.
pub(super) struct Asked<'a> {
    pub(super) method: &'a str,
    pub(super) path: &'a str,
}

/// A server on a free port, which listens until the test process ends.
pub(super) struct Broken {
    pub(super) address: SocketAddr,
    state: Arc<State>,
}

struct State {
    mock: SocketAddr,
    fault: Fault,
    wrong: Box<dyn Fn(&Asked<'_>) -> bool + Send + Sync>,
    mended: AtomicBool,
    changed: AtomicUsize,
}

impl Broken {
    /// Starts it before a mock. `wrong` says which requests it gets wrong.
    pub(super) fn before(
        mock: SocketAddr,
        fault: Fault,
        wrong: impl Fn(&Asked<'_>) -> bool + Send + Sync + 'static,
    ) -> Broken {
        let socket = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = socket.local_addr().expect("an address");
        let state = Arc::new(State {
            mock,
            fault,
            wrong: Box::new(wrong),
            mended: AtomicBool::new(false),
            changed: AtomicUsize::new(0),
        });
        let kept = Arc::clone(&state);
        thread::spawn(move || {
            for stream in socket.incoming() {
                let (stream, kept) = (stream.expect("a connection"), Arc::clone(&kept));
                thread::spawn(move || kept.serve(stream));
            }
        });
        Broken { address, state }
    }

    /// From now on everything is right.
    pub(super) fn mend(&self) {
        self.state.mended.store(true, Ordering::SeqCst);
    }

    /// How many answers were others than the mock's.
    pub(super) fn changed(&self) -> usize {
        self.state.changed.load(Ordering::SeqCst)
    }
}

impl State {
    /// One request for each connection.
    fn serve(&self, mut stream: TcpStream) {
        let Some(request) = message(&mut stream) else {
            return;
        };
        let text = String::from_utf8_lossy(&request).into_owned();
        let mut words = text.split(' ');
        let asked = Asked {
            method: words.next().unwrap_or_default(),
            path: words.next().unwrap_or_default(),
        };
        let is_wrong = !self.mended.load(Ordering::SeqCst) && (self.wrong)(&asked);
        let fault = is_wrong.then_some(self.fault);
        // what never gets there makes nothing
        let answer = match fault {
            Some(
                Fault::Closed
                | Fault::Reset
                | Fault::Hangs
                | Fault::Garbage
                | Fault::Error(_)
                | Fault::Unfound
                | Fault::Conflict
                | Fault::Throttled,
            ) => Vec::new(),
            _ => forward(self.mock, &request),
        };
        let Some(fault) = fault else {
            let _ = stream.write_all(&answer);
            return;
        };
        let broken = broken(fault, &answer);
        if broken.as_ref() != Some(&answer) {
            self.changed.fetch_add(1, Ordering::SeqCst);
        }
        match broken {
            Some(bytes) => drop(stream.write_all(&bytes)),
            None if fault == Fault::Hangs => drop(stream.read(&mut [0])),
            None => {}
        }
        // what the client has still to send would make a reset of a close
        let how = if fault == Fault::Reset {
            Shutdown::Both
        } else {
            Shutdown::Write
        };
        let _ = stream.shutdown(how);
    }
}

/// What is sent instead of an answer; nothing if that is nothing.
fn broken(fault: Fault, answer: &[u8]) -> Option<Vec<u8>> {
    let error = |status: u16, name: &str, body: &str| {
        let length = body.len();
        let text = format!(
            "HTTP/1.1 {status} X\r\ncontent-type: application/json\r\nx-amzn-errortype: {name}\r\n\
             x-amzn-requestid: 5f2cd5b6-6b0b-4a0c-8a3b-0c5a4f1e8d11\r\ndate: Sat, 28 Nov 2026 02:00:00 GMT\r\ncontent-length: {length}\r\n\
             connection: close\r\n\r\n{body}"
        );
        Some(text.into_bytes())
    };
    let text = String::from_utf8_lossy(answer).into_owned();
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
    match fault {
        Fault::Error(status) => error(
            status,
            "ServiceException",
            r#"{"Message":"broken","Type":"Service"}"#,
        ),
        Fault::Unfound => error(
            404,
            "ResourceNotFoundException",
            r#"{"Message":"Function not found","Type":"User"}"#,
        ),
        Fault::Conflict => error(
            409,
            "ResourceConflictException",
            r#"{"Message":"Function already exist","Type":"User"}"#,
        ),
        Fault::Throttled => error(
            429,
            "TooManyRequestsException",
            r#"{"message":"Rate exceeded","Type":"User","Reason":"CallerRateLimitExceeded"}"#,
        ),
        Fault::WrongStatus => {
            let (_, rest) = head.split_once("\r\n")?;
            Some(format!("HTTP/1.1 202 Accepted\r\n{rest}\r\n\r\n{body}").into_bytes())
        }
        Fault::Empty => Some(with_body(head, "")),
        Fault::Another => {
            let body = body.replace("\"FunctionName\":\"", "\"FunctionName\":\"another-");
            Some(with_body(head, &body))
        }
        Fault::Cut => {
            Some(answer[..answer.len() - body.len() / 2].to_vec()).filter(|_| !body.is_empty())
        }
        Fault::Garbage => Some(b"220 mail ready\r\n".to_vec()),
        Fault::Closed | Fault::Reset | Fault::Hangs => None,
    }
}

/// An answer with another body.
fn with_body(head: &str, body: &str) -> Vec<u8> {
    let lines =
        head.lines().map(
            |line| match line.to_ascii_lowercase().starts_with("content-length:") {
                true => format!("content-length: {}", body.len()),
                false => line.to_owned(),
            },
        );
    let head: Vec<String> = lines.collect();
    format!("{}\r\n\r\n{body}", head.join("\r\n")).into_bytes()
}

/// The mock's answer to a request, to the end.
fn forward(mock: SocketAddr, request: &[u8]) -> Vec<u8> {
    let mut lines = request.windows(2);
    let line = lines
        .position(|two| two == b"\r\n")
        .expect("a request line")
        + 2;
    let mut stream = TcpStream::connect(mock).expect("the mock listens");
    let closing = [&request[..line], b"connection: close\r\n", &request[line..]].concat();
    stream.write_all(&closing).expect("the mock reads");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).expect("the mock answers");
    answer
}

/// One message: a head, and a body of `content-length` bytes.
fn message(stream: &mut TcpStream) -> Option<Vec<u8>> {
    let mut buffer = Vec::new();
    let mut piece = [0; 4096];
    loop {
        if let Some(end) = buffer.windows(4).position(|four| four == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&buffer[..end]).to_ascii_lowercase();
            let mut lines = head.lines();
            let length = lines.find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
            if buffer.len() >= end + 4 + length.unwrap_or(0) {
                return Some(buffer);
            }
        }
        match stream.read(&mut piece) {
            Ok(0) | Err(_) => return None,
            Ok(read) => buffer.extend_from_slice(&piece[..read]),
        }
    }
}
