//! What can go wrong within a body.

use std::io::Write;

use super::{Fault, GZIP, answer, fault, lie, reset, silent, trickle, trickle_fast, write};

/// What can go wrong within a body.
pub(in crate::network) const BODIES: &[Fault] = &[
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
