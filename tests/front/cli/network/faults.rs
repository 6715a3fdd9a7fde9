//! What a target may do on the network instead of answering: one row for each, and what is to be told of it.

mod bodies;
mod heads;

use std::{
    io::{Read, Write},
    net::{Shutdown, TcpStream},
    thread,
    time::Duration,
};

pub(super) use bodies::BODIES;
pub(super) use heads::HEADS;
use socket2::SockRef;

/// One way to go wrong.
pub(super) struct Fault {
    pub(super) name: &'static str,
    /// What the target does with a connection once the request has come.
    pub(super) does: fn(TcpStream),
    /// A part of what is told if it does so to a read.
    pub(super) told: &'static str,
    /// Whether it says that something is not there which is.
    pub(super) lies: bool,
}

const fn fault(name: &'static str, told: &'static str, does: fn(TcpStream)) -> Fault {
    Fault {
        name,
        does,
        told,
        lies: false,
    }
}

const fn lie(name: &'static str, told: &'static str, does: fn(TcpStream)) -> Fault {
    Fault {
        lies: true,
        ..fault(name, told, does)
    }
}

/// Longer than any run waits for an answer.
const LONG: Duration = Duration::from_secs(20);

const BODY: &str = "{\"FunctionName\":\"a\"}";

/// Answers that are whole, and not those that are due.
pub(super) const ANSWERS: &[Fault] = &[
    fault("a redirect to itself", "301", |stream| {
        answer(stream, 301, "location: /\r\n", b"")
    }),
    fault("a redirect elsewhere", "307", |stream| {
        answer(stream, 307, "location: http://127.0.0.1:9/\r\n", b"")
    }),
    fault("a redirect to a file", "302", |stream| {
        answer(stream, 302, "location: file:///etc/passwd\r\n", b"")
    }),
    fault("429", "the target throttled", |stream| {
        answer(
            stream,
            429,
            "retry-after: 3600\r\n",
            b"{\"Reason\":\"x\",\"message\":\"slow down\"}",
        )
    }),
    fault("503", "503", |stream| {
        answer(
            stream,
            503,
            "retry-after: 3600\r\n",
            b"{\"message\":\"not now\"}",
        )
    }),
    fault("a page of a gateway", "502", |stream| {
        answer(stream, 502, "", b"<html>Bad Gateway</html>")
    }),
    fault(
        "a second answer behind the first",
        "`FunctionName` is \"a\"",
        |stream| write(stream, whole(BODY).repeat(2).as_bytes()),
    ),
    fault(
        "an answer before the answer",
        "`FunctionName` is \"a\"",
        |stream| {
            write(
                stream,
                format!("HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n{}", whole(BODY)).as_bytes(),
            )
        },
    ),
    fault(
        "two content types",
        "application/json, text/html",
        |stream| answer(stream, 200, "content-type: text/html\r\n", BODY.as_bytes()),
    ),
    lie(
        "two errors",
        "ResourceNotFoundException, ServiceException",
        |stream| {
            answer(
                stream,
                404,
                "x-amzn-errortype: ResourceNotFoundException\r\nx-amzn-errortype: ServiceException\r\n",
                b"{}",
            )
        },
    ),
];

/// `{"FunctionName":"a"}` by gzip.
const GZIP: &[u8] = &[
    0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2, 3, 0xab, 0x56, 0x72, 0x2b, 0xcd, 0x4b, 0x2e, 0xc9, 0xcc, 0xcf,
    0xf3, 0x4b, 0xcc, 0x4d, 0x55, 0xb2, 0x52, 0x4a, 0x54, 0xaa, 5, 0, 0xee, 0xce, 0x29, 0xde, 0x14,
    0, 0, 0,
];

fn whole(body: &str) -> String {
    format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
}

fn answer(stream: TcpStream, status: u16, more: &str, body: &[u8]) {
    let length = body.len();
    let head = format!(
        "HTTP/1.1 {status} X\r\ncontent-type: application/json\r\n{more}content-length: {length}\r\nconnection: close\r\n\r\n"
    );
    write(stream, &[head.as_bytes(), body].concat());
}

/// Writes, and ends the connection as it should be ended.
fn write(mut stream: TcpStream, bytes: &[u8]) {
    // the client may have gone
    let _ = stream.write_all(bytes);
    let _ = stream.shutdown(Shutdown::Write);
    let _ = stream.set_read_timeout(Some(LONG));
    let _ = stream.read(&mut [0; 1]);
}

fn reset(mut stream: TcpStream, bytes: &[u8]) {
    let _ = stream.write_all(bytes);
    // the client is to read what was written first
    thread::sleep(Duration::from_millis(20));
    let _ = SockRef::from(&stream).set_linger(Some(Duration::ZERO));
}

/// Until the client has gone.
fn silent(mut stream: TcpStream) {
    let _ = stream.set_read_timeout(Some(LONG));
    let _ = stream.read(&mut [0; 1]);
}

/// Begins, and then writes a little again and again.
fn trickle(mut stream: TcpStream, begin: &[u8], more: &[u8]) {
    let _ = stream.write_all(begin);
    while stream.write_all(more).is_ok() {
        thread::sleep(Duration::from_millis(50));
    }
}

fn trickle_fast(mut stream: TcpStream, begin: &[u8], more: &[u8]) {
    let _ = stream.write_all(begin);
    while stream.write_all(more).is_ok() {}
}
