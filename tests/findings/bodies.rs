//! Servers whose bodies are not what a body of JSON is.

use std::sync::Arc;

use bytes::Bytes;
use lambda_conformance::mock::Middleware;
use serde_json::{Value, json};

use crate::{
    answers::{answering, set, successes},
    table::{CONFIGURATIONS, EVERY, Factors, Row},
};

/// An empty gzip member, but for what it holds: the header, and one stored block with the text.
fn gzip(text: &[u8]) -> Option<Vec<u8>> {
    let length = u16::try_from(text.len()).ok()?;
    let mut packed = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff, 1];
    packed.extend(length.to_le_bytes());
    packed.extend((!length).to_le_bytes());
    packed.extend(text);
    packed.extend(crc32fast::hash(text).to_le_bytes());
    packed.extend(u32::from(length).to_le_bytes());
    Some(packed)
}

/// A server in which `change` is made of each body in JSON, as it is written.
fn text(change: impl Fn(&str) -> String + Send + Sync + 'static) -> Arc<Middleware> {
    answering(move |answer| {
        let is_json = serde_json::from_slice::<Value>(answer.body()).is_ok();
        if is_json {
            let text = String::from_utf8_lossy(answer.body()).into_owned();
            *answer.body_mut() = change(&text).into();
        }
    })
}

const WHOLE: &[Factors] = EVERY;

pub(crate) fn rows() -> Vec<Row> {
    vec![
        Row::answer(
            "a configuration is wrapped as GetFunction does",
            &["OP-VERSIONED-ONLY", "RSP-NAMES", "RSP-JSON"],
            CONFIGURATIONS,
            successes(|body| {
                if body["CodeSha256"].is_string() {
                    *body = json!({ "Configuration": body.take() });
                }
            }),
        ),
        Row::answer(
            "JSON is written as a text of JSON",
            &["RSP-JSON"],
            WHOLE,
            text(|text| Value::from(text).to_string()),
        ),
        Row::answer(
            "JSON is in a list",
            &["RSP-JSON"],
            WHOLE,
            text(|text| format!("[{text}]")),
        ),
        Row::answer(
            "JSON is cut",
            &["RSP-JSON"],
            WHOLE,
            text(|text| text.chars().take(text.chars().count() - 1).collect()),
        ),
        Row::answer(
            "JSON is not UTF-8",
            &["RSP-JSON"],
            WHOLE,
            answering(|answer| {
                let body = answer.body().to_vec();
                if let Some(at) = body.iter().rposition(|byte| *byte == b'"') {
                    let body = [&body[..at], &[0xe9], &body[at..]].concat();
                    *answer.body_mut() = Bytes::from(body);
                }
            }),
        ),
        Row::answer(
            "a BOM stands before JSON",
            &["RSP-JSON"],
            WHOLE,
            text(|text| format!("\u{feff}{text}")),
        ),
        Row::answer(
            "a member stands twice",
            &["RSP-JSON", "RSP-NAMES"],
            CONFIGURATIONS,
            text(|text| match text.split_once("\"Timeout\":") {
                Some((before, after)) => format!("{before}\"Timeout\":1,\"Timeout\":{after}"),
                None => text.to_owned(),
            }),
        ),
        Row::answer(
            "bodies are compressed though nobody asked",
            &["RSP-JSON"],
            WHOLE,
            answering(|answer| {
                if let Some(packed) = gzip(answer.body()).filter(|_| !answer.body().is_empty()) {
                    set(answer, "content-encoding", "gzip");
                    *answer.body_mut() = Bytes::from(packed);
                }
            }),
        ),
        Row::answer(
            "successes have no body",
            &["RSP-JSON"],
            &[
                &[("due", "200"), ("due", "201"), ("due", "202")],
                &[("due", "200")],
                &[],
            ],
            answering(|answer| {
                if answer.status().is_success() {
                    *answer.body_mut() = Bytes::new();
                }
            }),
        ),
    ]
}
