//! Servers that write times otherwise.

use std::sync::Arc;

use lambda_conformance::mock::Middleware;
use serde_json::Value;

use crate::{
    answers::configurations,
    table::{CONFIGURATIONS, Row},
};

/// A server that makes another value of each time: of `2026-01-01T00:00:00` and the milliseconds.
fn written_as(form: impl Fn(&str, &str) -> Value + Send + Sync + 'static) -> Arc<Middleware> {
    configurations(move |body| {
        let time = body["LastModified"].as_str().unwrap_or_default();
        if let Some((seconds, rest)) = time.split_once('.') {
            body["LastModified"] = form(seconds, &rest[..3]);
        }
    })
}

/// Some second of the day, as a number: that it is the right day is not what is wrong.
fn second(text: &str) -> u64 {
    let clock = text.split('T').next_back().unwrap_or_default();
    let parts = clock.split(':').filter_map(|part| part.parse::<u64>().ok());
    1_800_000_000 + parts.fold(0, |sum, part| sum * 60 + part)
}

pub(crate) fn rows() -> Vec<Row> {
    let row = |name: &'static str, form: fn(&str, &str) -> Value| {
        Row::answer(name, &["RSP-LM-FORMAT"], CONFIGURATIONS, written_as(form))
    };
    vec![
        row("times end in Z", |time, thousandths| {
            format!("{time}.{thousandths}Z").into()
        }),
        row("times have no fraction", |time, _| {
            format!("{time}+0000").into()
        }),
        row("times have six digits of fraction", |time, thousandths| {
            format!("{time}.{thousandths}000+0000").into()
        }),
        row("times have a colon in the zone", |time, thousandths| {
            format!("{time}.{thousandths}+00:00").into()
        }),
        row("times have no zone", |time, thousandths| {
            format!("{time}.{thousandths}").into()
        }),
        row("times have a blank for the T", |time, thousandths| {
            format!("{}.{thousandths}+0000", time.replace('T', " ")).into()
        }),
        Row::answer(
            "times are seconds of an epoch",
            &["RSP-LM-TYPE", "RSP-LM-FORMAT"],
            CONFIGURATIONS,
            written_as(|time, _| second(time).into()),
        ),
    ]
}
