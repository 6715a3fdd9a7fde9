//! Servers that do not keep texts letter by letter.

use std::sync::Arc;

use lambda_conformance::mock::Middleware;
use serde_json::Value;

use super::{
    asked::{Asked, reading},
    showing, taking,
};

/// A server that looks functions up by their names in lower case.
pub(crate) fn names_are_folded() -> Arc<Middleware> {
    reading(|asked| asked.name = asked.name.to_lowercase())
}

/// A server that looks aliases up by their names in lower case.
pub(crate) fn qualifiers_are_folded() -> Arc<Middleware> {
    reading(|asked| {
        for qualifier in [&mut asked.suffix, &mut asked.query].into_iter().flatten() {
            *qualifier = Asked::folded(qualifier);
        }
    })
}

/// The variables of a configuration, if it has any.
fn variables(body: &mut Value) -> impl Iterator<Item = &mut Value> {
    let variables = body.pointer_mut("/Environment/Variables");
    let variables = variables.and_then(Value::as_object_mut);
    variables
        .into_iter()
        .flat_map(|variables| variables.values_mut())
}

fn change_text(value: &mut Value, change: impl Fn(&str) -> String) {
    if let Some(text) = value.as_str() {
        *value = change(text).into();
    }
}

pub(crate) fn values_are_trimmed() -> Arc<Middleware> {
    showing(|_, body| {
        variables(body).for_each(|value| change_text(value, |text| text.trim().to_owned()))
    })
}

pub(crate) fn values_are_composed() -> Arc<Middleware> {
    showing(|_, body| {
        variables(body).for_each(|value| change_text(value, |text| text.replace("e\u{301}", "é")))
    })
}

pub(crate) fn values_are_typed() -> Arc<Middleware> {
    showing(|_, body| {
        variables(body).for_each(|value| {
            if let Some(Ok(number)) = value.as_str().map(str::parse::<f64>) {
                *value = number.to_string().into();
            }
        });
    })
}

pub(crate) fn a_member(
    name: &'static str,
    change: impl Fn(&str) -> String + Send + Sync + 'static,
) -> Arc<Middleware> {
    showing(move |_, body| change_text(&mut body[name], &change))
}

/// A server that takes blanks away at the ends of qualifiers in the query.
pub(crate) fn qualifiers_are_trimmed() -> Arc<Middleware> {
    taking(|request| {
        let Some((path, query)) = request.uri().path_and_query().and_then(|target| {
            let qualifier = target.query()?.strip_prefix("Qualifier=")?;
            Some((target.path().to_owned(), qualifier.to_owned()))
        }) else {
            return;
        };
        let qualifier = query.trim_start_matches("%20").trim_end_matches("%20");
        let target = format!("{path}?Qualifier={qualifier}");
        *request.uri_mut() = target.parse().expect("a path of a request");
    })
}
