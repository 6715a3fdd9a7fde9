//! What a target may do on the network instead of answering: one row for each, and what is to be told of it.

use std::{
    io::{Read, Write},
    net::{Shutdown, TcpStream},
    thread,
    time::Duration,
};

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

/// What can go wrong before there is a response head, or within it.
pub(super) const HEADS: &[Fault] = &[
    fault("closes at once", "closes the connection", drop),
    fault("resets at once", "closes the connection", |stream| {
        reset(stream, b"")
    }),
    fault(
        "resets within the head",
        "closes the connection",
        |stream| reset(stream, b"HTTP/1.1 200 OK\r\ncontent-le"),
    ),
    fault(
        "closes within the head",
        "closes the connection",
        |stream| write(stream, b"HTTP/1.1 200 OK\r\ncontent-le"),
    ),
    fault("is silent", "no complete answer within 1 s", silent),
    fault(
        "trickles the head",
        "no complete answer within 1 s",
        |stream| trickle(stream, b"HTTP/1.1 200 OK\r\nx: ", b"a"),
    ),
    fault(
        "headers without end",
        "what came is not HTTP/1.1",
        |stream| trickle_fast(stream, b"HTTP/1.1 200 OK\r\n", b"x-a: b\r\n"),
    ),
    fault(
        "one header without end",
        "what came is not HTTP/1.1",
        |stream| trickle_fast(stream, b"HTTP/1.1 200 OK\r\nx: ", &[b'a'; 4096]),
    ),
    fault("a header of 1 MB", "what came is not HTTP/1.1", |stream| {
        write(
            stream,
            &[
                b"HTTP/1.1 200 OK\r\nx: ",
                &vec![b'a'; 1 << 20][..],
                b"\r\n\r\n",
            ]
            .concat(),
        )
    }),
    fault("garbage", "what came is not HTTP/1.1", |stream| {
        write(
            stream,
            &[0x9c, 0, 1, 2, 0xff, b'\n', 0x80, b'\r', b'\n', b'\r', b'\n'],
        )
    }),
    fault("HTTP/0.9", "what came is not HTTP/1.1", |stream| {
        write(stream, b"<html>no head</html>\n")
    }),
    fault("HTTP/9.9", "what came is not HTTP/1.1", |stream| {
        write(stream, b"HTTP/9.9 200 OK\r\n\r\n")
    }),
    fault("HTTP/2", "what came is not HTTP/1.1", |stream| {
        write(
            stream,
            b"\0\0\x12\x04\0\0\0\0\0\0\x03\0\0\0\x64\0\x04\0\x10\0\0\0\x06\0\0\x40\0",
        )
    }),
    fault("a TLS alert", "write `https://`", |stream| {
        write(stream, b"\x15\x03\x01\0\x02\x02\x46")
    }),
    fault("status 99", "what came is not HTTP/1.1", |stream| {
        write(stream, b"HTTP/1.1 99 Low\r\ncontent-length: 0\r\n\r\n")
    }),
    fault("status 1000", "what came is not HTTP/1.1", |stream| {
        write(stream, b"HTTP/1.1 1000 High\r\ncontent-length: 0\r\n\r\n")
    }),
    fault("NUL in a header", "what came is not HTTP/1.1", |stream| {
        write(
            stream,
            b"HTTP/1.1 200 OK\r\nx: a\0b\r\ncontent-length: 2\r\n\r\n{}",
        )
    }),
    fault(
        "100 and silence",
        "no complete answer within 1 s",
        |mut stream| {
            let _ = stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n");
            silent(stream)
        },
    ),
    fault(
        "100 without end",
        "no complete answer within 1 s",
        |stream| trickle_fast(stream, b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    ),
    fault("101", "101", |mut stream| {
        let _ = stream.write_all(
            b"HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n",
        );
        silent(stream)
    }),
    fault("two lengths", "what came is not HTTP/1.1", |stream| {
        write(
            stream,
            b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\n{} ",
        )
    }),
    fault(
        "a length that is none",
        "what came is not HTTP/1.1",
        |stream| write(stream, b"HTTP/1.1 200 OK\r\ncontent-length: -2\r\n\r\n{}"),
    ),
    fault(
        "a length beyond 64 bits",
        "what came is not HTTP/1.1",
        |stream| {
            write(
                stream,
                b"HTTP/1.1 200 OK\r\ncontent-length: 99999999999999999999\r\n\r\n{}",
            )
        },
    ),
];

/// What can go wrong within a body.
pub(super) const BODIES: &[Fault] = &[
    fault("resets after the head", "closes the connection", |stream| {
        reset(stream, b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n")
    }),
    fault(
        "closes within the body",
        "closes the connection",
        |stream| {
            write(
                stream,
                b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"a\":",
            )
        },
    ),
    fault(
        "resets within the body",
        "closes the connection",
        |stream| {
            reset(
                stream,
                b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"a\":",
            )
        },
    ),
    fault(
        "is silent within the body",
        "no complete answer within 1 s",
        |mut stream| {
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"a\":");
            silent(stream)
        },
    ),
    fault(
        "a length that is too small",
        "the body is no JSON",
        |stream| {
            write(stream, b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 7\r\n\r\n{\"FunctionName\":\"a\"}")
        },
    ),
    fault(
        "trickles the body",
        "no complete answer within 1 s",
        |stream| {
            trickle(
                stream,
                b"HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n{",
                b" ",
            )
        },
    ),
    fault("a body without end", "the body has more than", |stream| {
        trickle_fast(
            stream,
            b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n{",
            &[b' '; 65536],
        )
    }),
    fault(
        "chunks without end",
        "no complete answer within 1 s",
        |stream| {
            trickle_fast(
                stream,
                b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n",
                b"1\r\n \r\n",
            )
        },
    ),
    fault(
        "a chunk size that is none",
        "what came is not HTTP/1.1",
        |stream| {
            write(
                stream,
                b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
            )
        },
    ),
    fault(
        "a chunk size beyond 64 bits",
        "what came is not HTTP/1.1",
        |stream| {
            write(stream, b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nfffffffffffffffff\r\n{}\r\n0\r\n\r\n")
        },
    ),
    fault("chunks that stop", "closes the connection", |stream| {
        write(
            stream,
            b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n",
        )
    }),
    fault(
        "an unknown transfer encoding",
        "its transfer encoding is `rot13`",
        |stream| {
            write(stream, b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: rot13\r\n\r\n{}")
        },
    ),
    fault(
        "a compressed transfer",
        "its transfer encoding is `gzip, chunked`",
        |stream| {
            write(stream, b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: gzip, chunked\r\n\r\n2\r\n\x1f\x8b\r\n0\r\n\r\n")
        },
    ),
    fault("an empty body", "the body is empty", |stream| {
        answer(stream, 200, "", b"")
    }),
    lie("204", "204", |stream| {
        write(stream, b"HTTP/1.1 204 No Content\r\n\r\n")
    }),
    fault("304", "304", |stream| {
        write(stream, b"HTTP/1.1 304 Not Modified\r\n\r\n")
    }),
    fault("invalid UTF-8", "the body is no JSON", |stream| {
        answer(stream, 200, "", b"{\"FunctionName\":\"\xff\xc3\"}")
    }),
    fault("UTF-16", "the body is no JSON", |stream| {
        answer(stream, 200, "", b"\xff\xfe{\0}\0")
    }),
    fault(
        "a byte-order mark",
        "the body begins with a byte-order mark",
        |stream| {
            answer(
                stream,
                200,
                "",
                "\u{feff}{\"FunctionName\":\"a\"}".as_bytes(),
            )
        },
    ),
    fault("broken JSON", "the body is no JSON", |stream| {
        answer(stream, 200, "", b"{\"FunctionName\":\"a\",}")
    }),
    fault("200,000 brackets", "recursion limit", |stream| {
        answer(stream, 200, "", &vec![b'['; 200_000])
    }),
    fault("huge numbers", "number out of range", |stream| {
        answer(
            stream,
            200,
            "",
            format!("{{\"Timeout\":1e999,\"MemorySize\":{}}}", "9".repeat(5000)).as_bytes(),
        )
    }),
    fault("a member twice", "the member `Timeout` twice", |stream| {
        answer(
            stream,
            200,
            "",
            b"{\"FunctionName\":\"a\",\"Timeout\":3,\"Timeout\":4}",
        )
    }),
    fault("gzip", "the body is compressed (`gzip`)", |stream| {
        answer(stream, 200, "content-encoding: gzip\r\n", GZIP)
    }),
    fault("9 MB of JSON", "the body has more than", |stream| {
        answer(
            stream,
            200,
            "",
            format!("[{}1]", "1,".repeat(4_500_000)).as_bytes(),
        )
    }),
    fault("1 MB of objects", "more than 50000 values", |stream| {
        answer(
            stream,
            200,
            "",
            format!("[{}1]", "{\"a\":1},".repeat(125_000)).as_bytes(),
        )
    }),
    fault("60 KB of values", "", |stream| {
        answer(
            stream,
            200,
            "",
            format!("[{}1]", "1,".repeat(30_000)).as_bytes(),
        )
    }),
];

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
