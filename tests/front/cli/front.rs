//! [`Front`]: what stands between the binary and a mock, notes every request and does with it what a test wants. Speaks
//! just enough HTTP for that: one request for each connection.

use std::{
    io::{Read, Write},
    net::{Shutdown, SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc, Condvar, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

/// What is done with a request.
pub(crate) enum Act {
    /// The mock answers.
    Forward,
    /// This status and this body are the answer.
    Answer(u16, String),
    /// These bytes are the answer, whether they are one or not.
    Raw(Vec<u8>),
    /// This is done with the connection.
    Do(fn(TcpStream)),
    /// The mock's answer, changed.
    Change(Box<dyn FnOnce(Vec<u8>) -> Vec<u8>>),
    /// Nothing until [`Front::release`], then the mock answers.
    Hold,
    /// No answer to this one or to any after it, and nobody listens any more.
    Vanish,
}

/// A server on a free port of this machine. It listens until the test process ends, or until it vanishes.
pub(crate) struct Front {
    address: SocketAddr,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    received: Mutex<Vec<String>>,
    held: Mutex<usize>,
    released: Mutex<bool>,
    changed: Condvar,
    gone: AtomicBool,
}

impl Front {
    /// Starts it before `mock`. `script` gets the number of a request and its text.
    pub(crate) fn start(
        mock: Option<SocketAddr>,
        script: impl Fn(usize, &str) -> Act + Send + Sync + 'static,
    ) -> Front {
        let socket = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = socket.local_addr().expect("an address");
        let shared = Arc::new(Shared::default());
        let (kept, script) = (Arc::clone(&shared), Arc::new(script));
        thread::spawn(move || {
            for stream in socket.incoming() {
                if kept.gone.load(Ordering::SeqCst) {
                    return;
                }
                let (kept, script) = (Arc::clone(&kept), Arc::clone(&script));
                thread::spawn(move || {
                    serve(
                        stream.expect("a connection"),
                        mock,
                        address,
                        &kept,
                        &*script,
                    )
                });
            }
        });
        Front { address, shared }
    }

    /// Starts one that gives every request this answer.
    pub(crate) fn answering(status: u16, body: &'static str) -> Front {
        Front::start(None, move |_, _| Act::Answer(status, body.to_owned()))
    }

    /// Starts one with a single thread: it keeps a connection until the client closes it, and meanwhile answers nobody else.
    pub(crate) fn with_one_thread(mock: SocketAddr) -> Front {
        let socket = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = socket.local_addr().expect("an address");
        thread::spawn(move || {
            for stream in socket.incoming() {
                let mut stream = stream.expect("a connection");
                while let Some(request) = message(&mut stream) {
                    let answer = kept_open(&forward(mock, &request));
                    if stream.write_all(&answer).is_err() {
                        break;
                    }
                }
            }
        });
        Front {
            address,
            shared: Arc::default(),
        }
    }

    /// Its URL.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The requests received so far, as text.
    pub(crate) fn received(&self) -> Vec<String> {
        self.shared.received.lock().expect("no panic").clone()
    }

    /// Waits until a request is held.
    pub(crate) fn wait_for_hold(&self) {
        let held = self.shared.held.lock().expect("no panic");
        let patience = Duration::from_secs(60);
        let (held, _) = self
            .shared
            .changed
            .wait_timeout_while(held, patience, |held| *held == 0)
            .expect("no panic");
        assert!(
            *held > 0,
            "no request was held; received: {:#?}",
            self.received()
        );
    }

    /// Lets go what is held.
    pub(crate) fn release(&self) {
        *self.shared.released.lock().expect("no panic") = true;
        self.shared.changed.notify_all();
    }
}

fn serve(
    mut stream: TcpStream,
    mock: Option<SocketAddr>,
    own: SocketAddr,
    shared: &Shared,
    script: &dyn Fn(usize, &str) -> Act,
) {
    let Some(request) = message(&mut stream) else {
        return;
    };
    if shared.gone.load(Ordering::SeqCst) {
        return;
    }
    let text = String::from_utf8_lossy(&request).into_owned();
    let number = {
        let mut received = shared.received.lock().expect("no panic");
        received.push(text.clone());
        received.len() - 1
    };
    match script(number, &text) {
        Act::Forward => {}
        Act::Answer(status, body) => {
            let length = body.len();
            let head = format!(
                "HTTP/1.1 {status} X\r\ncontent-type: application/json\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n"
            );
            // the client may have gone
            let _ = stream.write_all(format!("{head}{body}").as_bytes());
            return;
        }
        Act::Raw(bytes) => {
            let _ = stream.write_all(&bytes);
            return;
        }
        Act::Do(done) => {
            done(stream);
            return;
        }
        Act::Change(change) => {
            let answer = forward(mock.expect("somebody to forward to"), &request);
            let _ = stream.write_all(&change(answer));
            return;
        }
        Act::Hold => {
            *shared.held.lock().expect("no panic") += 1;
            shared.changed.notify_all();
            let released = shared.released.lock().expect("no panic");
            drop(
                shared
                    .changed
                    .wait_while(released, |released| !*released)
                    .expect("no panic"),
            );
        }
        Act::Vanish => {
            shared.gone.store(true, Ordering::SeqCst);
            // wakes who accepts, so that it sees that it is over
            let _ = TcpStream::connect(own);
            return;
        }
    }
    let mock = mock.expect("somebody to forward to");
    let _ = stream.write_all(&forward(mock, &request));
}

/// The mock's answer to a request, to the end.
fn forward(mock: SocketAddr, request: &[u8]) -> Vec<u8> {
    let line = request
        .windows(2)
        .position(|two| two == b"\r\n")
        .expect("a request line")
        + 2;
    let mut stream = TcpStream::connect(mock).expect("the mock listens");
    let mut answer = Vec::new();
    stream.write_all(&request[..line]).expect("the mock reads");
    stream
        .write_all(b"connection: close\r\n")
        .expect("the mock reads");
    stream.write_all(&request[line..]).expect("the mock reads");
    stream.read_to_end(&mut answer).expect("the mock answers");
    let _ = stream.shutdown(Shutdown::Both);
    answer
}

/// An answer without the header that says that its connection closes.
fn kept_open(answer: &[u8]) -> Vec<u8> {
    const CLOSES: &[u8] = b"connection: close\r\n";
    let at = answer
        .windows(CLOSES.len())
        .position(|bytes| bytes.eq_ignore_ascii_case(CLOSES))
        .expect("the mock was told to close");
    [&answer[..at], &answer[at + CLOSES.len()..]].concat()
}

/// One message: a head, and a body of `content-length` bytes.
fn message(stream: &mut TcpStream) -> Option<Vec<u8>> {
    let mut buffer = Vec::new();
    let mut piece = [0; 4096];
    loop {
        if let Some(end) = buffer.windows(4).position(|four| four == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&buffer[..end]).to_ascii_lowercase();
            let length = head
                .lines()
                .find_map(|line| line.strip_prefix("content-length: ")?.parse().ok())
                .unwrap_or(0);
            if buffer.len() >= end + 4 + length {
                return Some(buffer);
            }
        }
        match stream.read(&mut piece) {
            Ok(0) | Err(_) => return None,
            Ok(read) => buffer.extend_from_slice(&piece[..read]),
        }
    }
}
