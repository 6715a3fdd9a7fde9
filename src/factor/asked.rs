//! What a request asks for: the members of its input, taken out of path, query and body, and the form of each.

use std::collections::BTreeSet;

use percent_encoding::percent_decode_str;
use serde_json::Value;

use super::Factor;
use crate::{
    case::{Json, Step},
    form::Form,
    operation::Operation,
    suite::Suite,
    text::Bindings,
};

/// Says of a request what it asks for.
pub(super) fn asked(
    suite: &Suite,
    (called, step): (&str, Option<&Step>),
    request: &http::Request<bytes::Bytes>,
    bindings: &Bindings,
    all: &mut BTreeSet<Factor>,
) {
    let operation = &suite.service.operations[called];
    if request.method() != operation.method {
        none(all);
        let method = request.method().as_str();
        all.insert(Factor::new("method", method, format!("sent as {method}")));
    }
    let (path, query) = (
        request.uri().path(),
        request.uri().query().unwrap_or_default(),
    );
    let Some(labels) = labels(operation, path) else {
        none(all);
        all.insert(Factor::new(
            "path",
            "other",
            "at another path than that of the operation",
        ));
        return;
    };
    if path.contains('%') && labels.iter().any(|(_, value)| value.contains('%')) {
        all.insert(Factor::new("encoding", "escaped", "with `%` in the path"));
    }
    let mut place = Vec::new();
    for (member, value) in labels {
        described(
            suite,
            member,
            &decoded(value),
            "name",
            bindings,
            all,
            &mut place,
        );
    }
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (member, value) = pair.split_once('=').unwrap_or((pair, ""));
        described(
            suite,
            member,
            &decoded(value),
            "query",
            bindings,
            all,
            &mut place,
        );
    }
    let qualifiers: Vec<&str> = place
        .iter()
        .filter(|(member, _)| member == "Qualifier")
        .map(|(_, at)| *at)
        .collect();
    let forms = suite
        .service
        .forms
        .iter()
        .any(|form| form.member == "Qualifier")
        && operation.members().any(|member| member == "Qualifier");
    if forms {
        let mut at = |value: &str, says: &str| {
            all.insert(Factor::new("qualifier in", value, says));
        };
        if qualifiers.contains(&"query") {
            at("query", "with a qualifier in the query");
        }
        if qualifiers.contains(&"name") {
            at("name", "with a qualifier after the name");
        }
        if qualifiers.len() > 1 {
            at(
                "both",
                "with a qualifier after the name and one in the query",
            );
        }
        if qualifiers.is_empty() {
            all.insert(Factor::new("qualifier", "none", "without a qualifier"));
        } else {
            all.insert(Factor::new("qualifier", "any", "with a qualifier"));
        }
    }
    let refused = all.iter().any(|factor| {
        factor.name == "due" && (factor.value.starts_with('4') || factor.value == "a refusal")
    });
    if let Ok(Value::Object(body)) = serde_json::from_slice(request.body()) {
        let sent = body
            .iter()
            .filter(|(member, _)| operation.body.contains(member));
        for (member, value) in sent {
            let sets = |json: &Json| is_same(json, value, bindings);
            let usual = suite.service.is_usual(called, member);
            if usual && (!refused || suite.service.sent(called, member).any(sets)) {
                continue;
            }
            all.insert(if refused {
                Factor::new(
                    "member",
                    member,
                    format!("with a `{member}` that is refused"),
                )
            } else {
                Factor::new("sends", member, format!("that send `{member}`"))
            });
        }
    }
    let named = step.map(|step| refusal(suite, step)).unwrap_or_default();
    for member in named.iter().filter(|_| refused) {
        all.insert(Factor::new(
            "member",
            member,
            format!("with a `{member}` that is refused"),
        ));
    }
}

/// Whether a value is one that fixtures send; of what has parts, whether it is of the same kind.
fn is_same(json: &Json, value: &Value, bindings: &Bindings) -> bool {
    match (json, value) {
        (Json::Text(text), Value::String(value)) => {
            text.expand(bindings).is_ok_and(|text| text == *value)
        }
        (Json::Integer(number), Value::Number(value)) => value.as_i64() == Some(*number),
        (Json::Bool(one), Value::Bool(value)) => one == value,
        (Json::Array(_), Value::Array(_)) | (Json::Object(_), Value::Object(_)) => true,
        _ => false,
    }
}

/// Says that the request is no operation.
fn none(all: &mut BTreeSet<Factor>) {
    all.retain(|factor| factor.name != "operation");
    all.insert(Factor::new("operation", "none", "that are no operation"));
}

/// The members of which the error that is due speaks.
fn refusal(suite: &Suite, step: &Step) -> BTreeSet<String> {
    let operation = &suite.service.operations[&step.operation];
    let mut members = BTreeSet::new();
    for text in step
        .assertions
        .iter()
        .flat_map(|assertion| assertion.expected.texts())
    {
        for pattern in &suite.service.refusals {
            for found in pattern
                .captures_iter(text.written())
                .filter_map(|found| found.name("member"))
            {
                let mut known = operation.members();
                members.extend(
                    known
                        .find(|member| member.eq_ignore_ascii_case(found.as_str()))
                        .map(str::to_owned),
                );
            }
        }
    }
    members
}

/// Says of which form a value is, and of the values in it.
fn described<'p>(
    suite: &Suite,
    member: &str,
    value: &str,
    at: &'p str,
    bindings: &Bindings,
    all: &mut BTreeSet<Factor>,
    place: &mut Vec<(String, &'p str)>,
) {
    place.push((member.to_owned(), at));
    let mut forms = suite
        .service
        .forms
        .iter()
        .filter(|form| form.member == member);
    let Some((form, groups)) =
        forms.find_map(|form: &Form| Some((form, form.pattern.captures(value)?)))
    else {
        return;
    };
    all.insert(Factor::new(&form.factor, &form.is, &form.says));
    for name in form.pattern.capture_names().flatten() {
        let Some(part) = groups.name(name) else {
            continue;
        };
        if let Some(own) = bindings.get(name) {
            if own != part.as_str() {
                all.insert(Factor::new(name, "other", format!("of another {name}")));
            } else {
                all.insert(Factor::new(name, "own", format!("that name the {name}")));
            }
        } else if name != member {
            described(suite, name, part.as_str(), at, bindings, all, place);
        }
    }
}

/// The values of the labels of a path, if it is of the operation.
fn labels<'p, 'o>(operation: &'o Operation, path: &'p str) -> Option<Vec<(&'o str, &'p str)>> {
    let (due, found) = (operation.path.split('/'), path.split('/'));
    if due.clone().count() != found.clone().count() {
        return None;
    }
    let mut labels = Vec::new();
    for (due, found) in due.zip(found) {
        match due
            .strip_prefix('{')
            .and_then(|inner| inner.strip_suffix('}'))
        {
            Some(member) => labels.push((member, found)),
            None if due != found => return None,
            None => {}
        }
    }
    Some(labels)
}

fn decoded(value: &str) -> String {
    percent_decode_str(value).decode_utf8_lossy().into_owned()
}
