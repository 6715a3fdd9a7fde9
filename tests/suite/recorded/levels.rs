//! What a level accepts every looser one accepts.

use bytes::Bytes;
use http::HeaderValue;
use lambda_conformance::{level::Level, observation::Observation};

use super::quoted::{mismatches, recordings};
use crate::world::library;

/// Each recorded answer, made wrong in some way: what fails at a level fails at every stricter one.
#[test]
fn the_levels_are_nested() {
    let library = library();
    let mut failed_at = [0_usize; 3];
    for (_, case, answer) in recordings(library) {
        let mut variants = Vec::new();
        for status in [200, 400, 403, 404, 418, 500] {
            variants.push(Observation::new(
                status,
                answer.headers.clone(),
                answer.body.clone(),
            ));
        }
        for name in [
            "content-type",
            "x-amzn-errortype",
            "x-amzn-requestid",
            "date",
        ] {
            let mut headers = answer.headers.clone();
            headers.remove(name);
            variants.push(Observation::new(
                answer.status,
                headers,
                answer.body.clone(),
            ));
        }
        let text = String::from_utf8_lossy(&answer.body).into_owned();
        let bodies = [
            text.replace("\"message\"", "\"Message\""),
            text.replace("\"Message\"", "\"message\""),
            text.replace("\"Type\":\"User\"", "\"__type\":\"X\""),
            text.replace("not found", "missing"),
            text.replace("validation error", "error"),
            "{}".to_owned(),
            "<html/>".to_owned(),
            String::new(),
        ];
        for body in bodies {
            variants.push(Observation::new(
                answer.status,
                answer.headers.clone(),
                Bytes::from(body),
            ));
        }
        let mut decorated = answer.headers.clone();
        if let Some(error) = answer.error() {
            decorated.insert(
                "x-amzn-errortype",
                HeaderValue::from_str(&format!("{error}:http://x/")).expect("a header"),
            );
            variants.push(Observation::new(
                answer.status,
                decorated,
                answer.body.clone(),
            ));
        }
        for variant in variants {
            let fails: Vec<bool> = Level::ALL
                .iter()
                .map(|level| !mismatches(library, case, &variant, *level).is_empty())
                .collect();
            assert!(
                fails[0] <= fails[1] && fails[1] <= fails[2],
                "{}: fails at {fails:?} of documented, observed, wire",
                case.id
            );
            for (count, fails) in failed_at.iter_mut().zip(fails) {
                *count += usize::from(fails);
            }
        }
    }
    let [documented, observed, wire] = failed_at;
    assert!(
        0 < documented && documented < observed && observed < wire,
        "each level must see something that the looser one does not: {failed_at:?}"
    );
}
