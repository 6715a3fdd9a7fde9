//! Servers that take for the operation what is none.

use std::sync::Arc;

use http::Method;
use lambda_conformance::mock::Middleware;

use super::{is_configuration, reroute, segments, taking};

/// A server that does not look at the method where the path is that of the operation.
pub(crate) fn any_method_is_get(methods: &'static [&'static str]) -> Arc<Middleware> {
    taking(move |request| {
        if is_configuration(request.uri()) && methods.contains(&request.method().as_str()) {
            *request.method_mut() = Method::GET;
        }
    })
}

pub(crate) fn any_date() -> Arc<Middleware> {
    taking(|request| {
        if is_configuration(request.uri()) {
            let path = segments(request.uri().path(), |at, text| match at {
                1 => "2015-03-31".to_owned(),
                _ => text.to_owned(),
            });
            reroute(request, &path);
        }
    })
}

pub(crate) fn any_letter_case() -> Arc<Middleware> {
    taking(|request| {
        let path = segments(request.uri().path(), |at, text| match at {
            2 | 4 => text.to_lowercase(),
            _ => text.to_owned(),
        });
        reroute(request, &path);
    })
}

pub(crate) fn any_word(word: &'static str, due: &'static str) -> Arc<Middleware> {
    taking(move |request| {
        let path = segments(request.uri().path(), |_, text| {
            if text == word { due } else { text }.to_owned()
        });
        reroute(request, &path);
    })
}

pub(crate) fn slashes_at_the_beginning_are_one() -> Arc<Middleware> {
    taking(|request| {
        let path = format!("/{}", request.uri().path().trim_start_matches('/'));
        reroute(request, &path);
    })
}
