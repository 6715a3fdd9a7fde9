//! Answers that are right but for one thing on the way: each is one finding that names the thing.

use rstest::rstest;

use super::came_on;
use crate::{
    front::{Act, Front},
    world::Mock,
};

/// A head and a body as they go out instead of those that came.
type Change = fn(&str, &[u8]) -> (String, Vec<u8>);

/// The body by gzip, not compressed.
fn gzip(head: &str, body: &[u8]) -> (String, Vec<u8>) {
    let length = u16::try_from(body.len()).expect("a short body");
    let mut all = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 1];
    all.extend(length.to_le_bytes());
    all.extend((!length).to_le_bytes());
    all.extend(body);
    all.extend(crc32fast::hash(body).to_le_bytes());
    all.extend(u32::from(length).to_le_bytes());
    (format!("{head}content-encoding: gzip\r\n"), all)
}

fn unsaid_gzip(head: &str, body: &[u8]) -> (String, Vec<u8>) {
    (head.to_owned(), gzip(head, body).1)
}

fn mark(head: &str, body: &[u8]) -> (String, Vec<u8>) {
    (head.to_owned(), [b"\xef\xbb\xbf", body].concat())
}

/// The same value, so that only the form is wrong.
fn twice(head: &str, body: &[u8]) -> (String, Vec<u8>) {
    let body =
        String::from_utf8_lossy(body).replacen("\"Timeout\":3", "\"Timeout\":3,\"Timeout\":3", 1);
    (head.to_owned(), body.into_bytes())
}

fn deep_twice(head: &str, body: &[u8]) -> (String, Vec<u8>) {
    let body = String::from_utf8_lossy(body).replacen("\"Mode\":", "\"Mode\":null,\"Mode\":", 1);
    (head.to_owned(), body.into_bytes())
}

fn two_types(head: &str, body: &[u8]) -> (String, Vec<u8>) {
    (format!("{head}Content-Type: text/html\r\n"), body.to_vec())
}

fn two_ids(head: &str, body: &[u8]) -> (String, Vec<u8>) {
    let other = "01234567-89ab-4cde-8123-456789abcdef";
    (
        format!("{head}x-amzn-requestid: {other}\r\n"),
        body.to_vec(),
    )
}

/// The same header twice contradicts nothing.
fn one_type_twice(head: &str, body: &[u8]) -> (String, Vec<u8>) {
    (
        format!("{head}content-type: application/json\r\n"),
        body.to_vec(),
    )
}

/// Makes the change to the answers to all reads of the cases.
fn changing(mock: &Mock, change: Change) -> Front {
    Front::start(Some(mock.address), move |_, request| {
        if !super::Place::Reads.has(0, request) {
            return Act::Forward;
        }
        Act::Change(Box::new(move |answer| {
            let end = answer
                .windows(4)
                .position(|four| four == b"\r\n\r\n")
                .expect("a head");
            let head = String::from_utf8_lossy(&answer[..end + 2]).into_owned();
            let kept = |line: &&str| !line.to_lowercase().starts_with("content-length:");
            let head: String = head.split_inclusive("\r\n").filter(kept).collect();
            let (head, body) = change(&head, &answer[end + 4..]);
            let length = body.len();
            [
                format!("{head}content-length: {length}\r\n\r\n").as_bytes(),
                &body,
            ]
            .concat()
        }))
    })
}

fn is_one_finding(change: Change, told: &str) {
    let mock = Mock::start(&[]);
    let front = changing(&mock, change);
    let came = came_on(&front, &["get-function-configuration/reads/version-query"]);
    let stdout = &came.ended.stdout;
    assert_eq!(came.ended.code, 1, "{stdout}");
    assert_eq!(came.report["summary"]["findings"], 1, "{stdout}");
    assert!(stdout.contains(told), "{told}: {stdout}");
    assert_eq!(mock.functions(), [""; 0]);
}

#[rstest]
#[case::gzip(gzip, "the body is compressed (`gzip`), which no request asked for")]
#[case::a_member_twice(twice, "the body has an object with the member `Timeout` twice")]
#[case::two_content_types(two_types, "\"application/json, text/html\"")]
fn what_is_wrong_with_all_answers_is_one_finding(#[case] change: Change, #[case] told: &str) {
    is_one_finding(change, told);
}

#[rstest]
#[case::unsaid_gzip(
    unsaid_gzip,
    "the body is compressed (`gzip`), which no request asked for"
)]
#[case::mark(
    mark,
    "the body begins with a byte-order mark, which JSON must not have"
)]
#[case::a_deep_member_twice(deep_twice, "the body has an object with the member `Mode` twice")]
#[case::two_ids(two_ids, "01234567-89ab-4cde-8123-456789abcdef")]
#[ignore = "more of the same"]
fn what_else_is_wrong_with_all_answers_is_one_finding(#[case] change: Change, #[case] told: &str) {
    is_one_finding(change, told);
}

#[test]
fn a_header_that_is_repeated_contradicts_nothing() {
    let mock = Mock::start(&[]);
    let front = changing(&mock, one_type_twice);
    let came = came_on(&front, &["get-function-configuration/reads/version-query"]);
    assert_eq!(came.ended.code, 0, "{}", came.ended.stdout);
}
