//! What can go wrong before there is a response head, or within it.

use std::io::Write;

use super::{Fault, fault, reset, silent, trickle, trickle_fast, write};

/// What can go wrong before there is a response head, or within it.
pub(in crate::network) const HEADS: &[Fault] = &[
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
