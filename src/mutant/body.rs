//! The mutants of an answer's body.

use std::collections::BTreeMap;

use bytes::Bytes;
use serde_json::{Value, json};

use super::{
    Mutant, Mutation,
    letters::{altered, recased},
};
use crate::{
    observation::Observation,
    path::{Path, Segment, find, find_mut},
};

/// What an HTML page looks like to a client that wants JSON.
const PAGE: &str = "<html><body>Not Found</body></html>";

/// One way to be wrong at a time: the body as a whole, and each of its parts.
pub(super) fn mutants(
    answer: &Observation,
    elsewhere: &BTreeMap<Path, Value>,
    out: &mut Vec<Mutant>,
) {
    if answer.body.is_empty() {
        return;
    }
    let top = Path::key("body");
    let mut whole = |mutation, body: Bytes| {
        out.push(Mutant {
            at: top.clone(),
            mutation,
            answer: Observation::new(answer.status, answer.headers.clone(), body),
        });
    };
    whole(Mutation::Dropped, Bytes::new());
    whole(Mutation::Unreadable, Bytes::from_static(PAGE.as_bytes()));
    whole(
        Mutation::Truncated,
        answer.body.slice(..answer.body.len() / 2),
    );
    let Ok(body) = answer.json() else {
        if let Some(text) = altered(&String::from_utf8_lossy(&answer.body)) {
            whole(Mutation::Altered, Bytes::from(text));
        }
        return;
    };
    whole(
        Mutation::Wrapped,
        Bytes::from(json!({ "Body": body }).to_string()),
    );
    if answer.is_error() {
        // SDKs read the first two where the header has no name; the third says whose fault it is
        let given = [
            ("__type", "OtherException"),
            ("code", "OtherException"),
            ("Type", "User"),
        ];
        for (member, value) in given {
            let mut wrong = body.clone();
            if let Value::Object(members) = &mut wrong
                && !members.contains_key(member)
            {
                members.insert(member.to_owned(), json!(value));
                out.push(with_body(answer, top.then(member), Mutation::Given, wrong));
            }
        }
    }
    each(body, &top, &mut |at, value| {
        of(answer, body, (at, value), elsewhere, out);
    });
}

/// One way to be wrong at a time, of the part at `at`.
pub(super) fn of_part(
    answer: &Observation,
    at: &Path,
    elsewhere: &BTreeMap<Path, Value>,
    out: &mut Vec<Mutant>,
) {
    if let (Ok(body), "body", 2..) = (answer.json(), at.root(), at.len())
        && let Some(value) = find(body, &at.0[1..])
    {
        of(answer, body, (at, value), elsewhere, out);
    }
}

fn of(
    answer: &Observation,
    body: &Value,
    (at, value): (&Path, &Value),
    elsewhere: &BTreeMap<Path, Value>,
    out: &mut Vec<Mutant>,
) {
    let edits = edits(body, at, value, elsewhere).into_iter();
    out.extend(edits.map(|(mutation, wrong)| with_body(answer, at.clone(), mutation, wrong)));
}

fn with_body(answer: &Observation, at: Path, mutation: Mutation, body: Value) -> Mutant {
    Mutant {
        at,
        mutation,
        answer: Observation::of_json(answer.status, answer.headers.clone(), body),
    }
}

/// Every part of a body below the top, with its path.
pub(super) fn each(value: &Value, at: &Path, told: &mut dyn FnMut(&Path, &Value)) {
    let mut one = |at: Path, value: &Value| {
        told(&at, value);
        each(value, &at, told);
    };
    match value {
        Value::Object(members) => members
            .iter()
            .for_each(|(name, value)| one(at.then(name), value)),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .for_each(|(index, value)| one(at.at(index), value)),
        _ => {}
    }
}

/// The bodies with one part wrong.
fn edits(
    body: &Value,
    at: &Path,
    value: &Value,
    elsewhere: &BTreeMap<Path, Value>,
) -> Vec<(Mutation, Value)> {
    let mut out = Vec::new();
    let mut edit = |mutation, change: &dyn Fn(&mut Value, &Segment) -> Option<()>| {
        let mut wrong = body.clone();
        let Some((last, parents)) = at.0[1..].split_last() else {
            return;
        };
        let changed = find_mut(&mut wrong, parents).and_then(|parent| change(parent, last));
        if changed.is_some() {
            out.push((mutation, wrong));
        }
    };
    if value.is_null() {
        let given = elsewhere.get(at).cloned().unwrap_or_else(|| json!("other"));
        edit(Mutation::Given, &|parent, last| {
            *find_mut(parent, std::slice::from_ref(last))? = given.clone();
            Some(())
        });
        edit(Mutation::Unwritten, &remove);
        return out;
    }
    edit(Mutation::Dropped, &remove);
    edit(Mutation::Renamed, &|parent, last| {
        rename(parent, last, |name| Some(format!("{name}_")))
    });
    edit(Mutation::Recased, &|parent, last| {
        rename(parent, last, recased)
    });
    edit(Mutation::Duplicated, &|parent, last| {
        let (Value::Array(items), Segment::Index(index)) = (parent, last) else {
            return None;
        };
        items.insert(*index, items.get(*index)?.clone());
        Some(())
    });
    for (mutation, other) in others(value) {
        edit(mutation, &|parent, last| {
            *find_mut(parent, std::slice::from_ref(last))? = other.clone();
            Some(())
        });
    }
    out
}

fn remove(parent: &mut Value, last: &Segment) -> Option<()> {
    match (parent, last) {
        (Value::Object(members), Segment::Key(name)) => members.remove(name).map(drop),
        (Value::Array(items), Segment::Index(index)) => {
            (*index < items.len()).then(|| drop(items.remove(*index)))
        }
        _ => None,
    }
}

fn rename(
    parent: &mut Value,
    last: &Segment,
    renamed: impl Fn(&str) -> Option<String>,
) -> Option<()> {
    let (Value::Object(members), Segment::Key(name)) = (parent, last) else {
        return None;
    };
    let other = renamed(name)?;
    let value = members.remove(name)?;
    members.insert(other, value);
    Some(())
}

/// What a value may wrongly be.
fn others(value: &Value) -> Vec<(Mutation, Value)> {
    let mut out = Vec::new();
    match value {
        Value::Null => {}
        Value::Bool(truth) => {
            out.push((Mutation::Altered, json!(!truth)));
            out.push((Mutation::Retyped, json!(truth.to_string())));
        }
        Value::Number(number) => {
            out.push((Mutation::Retyped, json!(number.to_string())));
            if let Some(integer) = number.as_i64() {
                out.push((Mutation::Altered, json!(integer + 1)));
                out.push((Mutation::Replaced, json!(-1)));
            }
            if let (true, Some(float)) = (number.is_i64() || number.is_u64(), number.as_f64()) {
                out.push((Mutation::Fractioned, json!(float)));
            }
        }
        Value::String(text) => {
            out.push((Mutation::Retyped, json!([text])));
            out.push((Mutation::Replaced, json!("~ other ~")));
            out.extend(altered(text).map(|other| (Mutation::Altered, json!(other))));
            if !text.is_empty() {
                out.push((Mutation::Emptied, json!("")));
            }
        }
        Value::Array(items) => {
            // a list of one is the classic one to be written without its brackets
            let bare = items.first().cloned().unwrap_or_else(|| json!(""));
            out.push((Mutation::Retyped, bare));
            match items.as_slice() {
                [] => out.push((Mutation::Replaced, json!(["other"]))),
                [first, second, rest @ ..] if first != second => {
                    let mut swapped = vec![second.clone(), first.clone()];
                    swapped.extend_from_slice(rest);
                    out.push((Mutation::Reordered, json!(swapped)));
                    out.push((Mutation::Emptied, json!([])));
                }
                _ => out.push((Mutation::Emptied, json!([]))),
            }
        }
        Value::Object(members) => {
            out.push((Mutation::Retyped, json!(value.to_string())));
            if members.values().any(|value| !value.is_null()) {
                out.push((Mutation::Emptied, json!({})));
            }
        }
    }
    out
}
