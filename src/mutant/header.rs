//! The mutants of an answer's headers.

use http::{HeaderMap, HeaderName, HeaderValue};

use super::{Mutant, Mutation, letters::altered};
use crate::{observation::Observation, path::Path};

/// What belongs to the connection and not to the answer.
const CONNECTION: [&str; 3] = ["connection", "content-length", "transfer-encoding"];
/// What names an error.
const ERROR_TYPE: &str = "x-amzn-errortype";

/// One way to be wrong at a time, of each header that is there, and of two that are not.
pub(super) fn mutants(answer: &Observation, out: &mut Vec<Mutant>) {
    for (name, value) in &answer.headers {
        if CONNECTION.contains(&name.as_str()) {
            continue;
        }
        let mut headers = answer.headers.clone();
        headers.remove(name);
        out.push(with_headers(
            answer,
            name.as_str(),
            Mutation::Dropped,
            headers,
        ));
        let text = value.to_str().unwrap_or_default();
        for (mutation, value) in values(name.as_str(), text) {
            set(answer, name, mutation, &value, out);
        }
    }
    let missing = [
        ("content-type", "text/html"),
        (ERROR_TYPE, "OtherException"),
    ];
    for (name, value) in missing {
        let name = HeaderName::from_static(name);
        if answer.is_error() && !answer.headers.contains_key(&name) {
            set(answer, &name, Mutation::Given, value, out);
        }
    }
}

/// Wrong values of a header.
fn values(name: &str, value: &str) -> Vec<(Mutation, String)> {
    match name {
        // each answer has its own
        "date" => Vec::new(),
        "content-type" => vec![
            (Mutation::Replaced, "text/html".to_owned()),
            (Mutation::Decorated, format!("{value}; charset=utf-8")),
            (Mutation::Altered, altered(value).unwrap_or_default()),
        ],
        ERROR_TYPE => vec![
            (Mutation::Replaced, "OtherException".to_owned()),
            (Mutation::Decorated, format!("{value}:http://localhost/")),
            (Mutation::Altered, altered(value).unwrap_or_default()),
        ],
        _ => vec![(Mutation::Replaced, "other".to_owned())],
    }
}

fn set(
    answer: &Observation,
    name: &HeaderName,
    mutation: Mutation,
    value: &str,
    out: &mut Vec<Mutant>,
) {
    let mut headers: HeaderMap = answer.headers.clone();
    let Ok(value) = HeaderValue::from_str(value) else {
        return;
    };
    headers.insert(name, value);
    out.push(with_headers(answer, name.as_str(), mutation, headers));
}

/// The mutant with these headers.
fn with_headers(
    answer: &Observation,
    name: &str,
    mutation: Mutation,
    headers: HeaderMap,
) -> Mutant {
    Mutant {
        at: Path::key("headers").then(name),
        mutation,
        answer: Observation::new(answer.status, headers, answer.body.clone()),
    }
}
