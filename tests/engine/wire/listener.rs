//! [`Listener`]: a TCP server that keeps every byte that it receives and answers by script. Knows no HTTP beyond where a
//! message ends, so that nothing is tidied up on its way into an assertion.

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
    time::Duration,
};

use lambda_conformance::{
    client::{Client, ClientOptions},
    operation::Operation,
    target::{Credentials, Target},
};

/// Longer than any answer takes, be the machine as busy as it may.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// What is done with a request.
#[derive(Clone, Debug)]
pub(crate) enum Reply {
    /// These bytes; the connection stays open.
    Bytes(Vec<u8>),
    /// These bytes, then the connection is closed.
    Last(Vec<u8>),
    /// The connection is closed at once.
    Close,
    /// Nothing for so long that the client gives up.
    Silence,
}

/// An answer without a body that keeps the connection.
pub(crate) fn ok() -> Reply {
    Reply::Bytes(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}".to_vec())
}

/// A received message.
#[derive(Clone, Debug)]
pub(crate) struct Received {
    /// Which connection it came on, counted from 0.
    pub(crate) connection: usize,
    /// All up to the empty line.
    pub(crate) head: Vec<u8>,
    /// All after it.
    pub(crate) body: Vec<u8>,
}

impl Received {
    /// The first line.
    pub(crate) fn line(&self) -> String {
        self.text().lines().next().unwrap_or_default().to_owned()
    }

    /// What stands between method and version: the request target.
    pub(crate) fn target(&self) -> String {
        let line = self.line();
        let (_, rest) = line.split_once(' ').expect("a method");
        rest.strip_suffix(" HTTP/1.1")
            .expect("a version")
            .to_owned()
    }

    /// Name and value of every header field, as they came.
    pub(crate) fn headers(&self) -> Vec<(String, String)> {
        self.text()
            .lines()
            .skip(1)
            .filter_map(|line| line.split_once(": "))
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect()
    }

    /// The value of a header field, whatever its case.
    pub(crate) fn header(&self, name: &str) -> Option<String> {
        self.headers()
            .into_iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    }

    fn text(&self) -> String {
        String::from_utf8(self.head.clone()).expect("an ASCII head")
    }
}

/// A server on a free port of this machine.
pub(crate) struct Listener {
    pub(crate) address: SocketAddr,
    received: Arc<Mutex<Vec<Received>>>,
}

impl Listener {
    /// Starts it. `script` gets the number of the request and the number of its connection.
    pub(crate) fn start(
        script: impl Fn(usize, usize) -> Reply + Send + Sync + 'static,
    ) -> Listener {
        let socket = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = socket.local_addr().expect("an address");
        let received = Arc::new(Mutex::new(Vec::new()));
        let kept = received.clone();
        let script = Arc::new(script);
        thread::spawn(move || {
            for (connection, stream) in socket.incoming().enumerate() {
                let (kept, script) = (kept.clone(), script.clone());
                thread::spawn(move || {
                    serve(stream.expect("a connection"), connection, &kept, &*script)
                });
            }
        });
        Listener { address, received }
    }

    /// A server that always answers 200.
    pub(crate) fn answering() -> Listener {
        Listener::start(|_, _| ok())
    }

    /// Everything received so far.
    pub(crate) fn received(&self) -> Vec<Received> {
        self.received.lock().expect("no panic").clone()
    }

    /// How many messages were received so far.
    pub(crate) fn count(&self) -> usize {
        self.received.lock().expect("no panic").len()
    }

    /// One message, counted from 0.
    pub(crate) fn at(&self, number: usize) -> Option<Received> {
        self.received.lock().expect("no panic").get(number).cloned()
    }

    /// The only message received.
    pub(crate) fn only(&self) -> Received {
        let received = self.received();
        assert_eq!(received.len(), 1, "{received:?}");
        received[0].clone()
    }

    /// This server as a target.
    pub(crate) fn target(&self) -> Target {
        target(&format!("http://{}", self.address))
    }

    /// A client for this server.
    pub(crate) fn client(&self) -> Client {
        client(&self.target())
    }
}

/// A target at a URL.
pub(crate) fn target(url: &str) -> Target {
    Target::new(
        "test",
        url.parse().expect("an endpoint"),
        "us-west-2",
        Credentials::new("AKID", "SECRET"),
    )
}

/// A client with short time-outs.
pub(crate) fn client(target: &Target) -> Client {
    let options = ClientOptions {
        timeout: PATIENCE,
        connect_timeout: PATIENCE,
        ..ClientOptions::default()
    };
    Client::new(target, options).expect("a client")
}

/// The operation that everything is proved on.
pub(crate) fn get_function_configuration() -> Operation {
    Operation {
        name: "GetFunctionConfiguration".to_owned(),
        method: http::Method::GET,
        path: "/2015-03-31/functions/{FunctionName}/configuration".to_owned(),
        query: vec!["Qualifier".to_owned()],
        body: Vec::new(),
        requires: None,
        answers: None,
        probe: false,
        rate: None,
    }
}

fn serve(
    mut stream: TcpStream,
    connection: usize,
    kept: &Mutex<Vec<Received>>,
    script: &dyn Fn(usize, usize) -> Reply,
) {
    let mut buffer = Vec::new();
    while let Some((head, body)) = message(&mut stream, &mut buffer) {
        let number = {
            let mut kept = kept.lock().expect("no panic");
            kept.push(Received {
                connection,
                head,
                body,
            });
            kept.len() - 1
        };
        match script(number, connection) {
            Reply::Bytes(bytes) => stream.write_all(&bytes).expect("a client that listens"),
            Reply::Last(bytes) => {
                // The client may have gone already.
                let _ = stream.write_all(&bytes);
                return;
            }
            Reply::Close => return,
            Reply::Silence => thread::sleep(2 * PATIENCE),
        }
    }
}

/// Reads one message: a head, and a body of `content-length` bytes.
fn message(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> Option<(Vec<u8>, Vec<u8>)> {
    loop {
        if let Some(end) = buffer.windows(4).position(|four| four == b"\r\n\r\n") {
            let head = buffer[..end].to_vec();
            let length = String::from_utf8_lossy(&head)
                .to_ascii_lowercase()
                .lines()
                .find_map(|line| line.strip_prefix("content-length: ")?.parse().ok())
                .unwrap_or(0);
            if buffer.len() >= end + 4 + length {
                let body = buffer[end + 4..end + 4 + length].to_vec();
                buffer.drain(..end + 4 + length);
                return Some((head, body));
            }
        }
        let mut piece = [0; 4096];
        match stream.read(&mut piece) {
            Ok(0) | Err(_) => return None,
            Ok(read) => buffer.extend_from_slice(&piece[..read]),
        }
    }
}
