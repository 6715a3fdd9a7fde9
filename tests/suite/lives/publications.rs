//! Servers that make a version, or none, in another way.

use bytes::Bytes;
use http::{Method, Request, Response};
use serde_json::{Map, Value, json};

use super::{
    Change, Due, Memory, Server, all_are_noticed, another, as_status, body, function, number,
    qualifier, read, sent, server, set, with,
};
use crate::servers::Next;

/// Whether a request updates the code and publishes it.
fn publishes(request: &Request<Bytes>) -> bool {
    Change::of(request) == Change::Code && sent(request)["Publish"] == true
}

/// The request without a member.
fn without(mut request: Request<Bytes>, member: &str) -> Request<Bytes> {
    let mut members = sent(&request);
    if let Some(members) = members.as_object_mut() {
        members.remove(member);
    }
    set(&mut request, &members);
    request
}

/// The digest that a request would give the code.
fn digest(request: &Request<Bytes>, mock: Next<'_>) -> Value {
    let mut dry = without(request.clone(), "Publish");
    let mut members = sent(&dry);
    members["DryRun"] = true.into();
    set(&mut dry, &members);
    body(&mock(dry))["CodeSha256"].clone()
}

/// A server that updates code in another way.
fn of_code(
    name: &str,
    due: Due,
    update: impl Fn(Request<Bytes>, Next<'_>) -> Response<Bytes> + Send + Sync + 'static,
) -> Server {
    server(name, due, move |request, mock| {
        if Change::of(&request) == Change::Code {
            update(request, mock)
        } else {
            mock(request)
        }
    })
}

/// A server whose reads of versions that were made by `made_by` are changed.
fn of_versions(
    name: &str,
    due: Due,
    made_by: Change,
    change: impl Fn(&mut Value, &Value) + Send + Sync + 'static,
) -> Server {
    let made: Memory<Vec<u64>> = Memory::new();
    server(name, due, move |request, mock| {
        let by = Change::of(&request);
        let answer = mock(request.clone());
        let mut shown = body(&answer);
        let Some(version) = number(&shown) else {
            return answer;
        };
        let function = shown["FunctionName"].as_str().unwrap_or_default();
        let function = function.to_owned();
        if by == made_by {
            made.all().entry(function).or_default().push(version);
        } else if by == Change::Read
            && made
                .all()
                .get(&function)
                .is_some_and(|made| made.contains(&version))
        {
            let latest = body(&read(&request, mock, None));
            change(&mut shown, &latest);
            return with(answer, &shown);
        }
        answer
    })
}

fn published_code_stays_out_of_latest() -> Server {
    let old: Memory<Value> = Memory::new();
    server(
        "published code stays out of $LATEST",
        Ok("PUBLISH-CODE"),
        move |request, mock| {
            let name = function(&request);
            if Change::of(&request) == Change::Code {
                let before = body(&read(&request, mock, None));
                if publishes(&request) {
                    old.all().insert(name, before);
                } else {
                    old.all().remove(&name);
                }
                return mock(request);
            }
            let answer = mock(request.clone());
            let mut shown = body(&answer);
            match old.all().get(&name) {
                Some(old)
                    if Change::of(&request) == Change::Read && shown["Version"] == "$LATEST" =>
                {
                    for member in ["CodeSha256", "CodeSize"] {
                        shown[member] = old[member].clone();
                    }
                    with(answer, &shown)
                }
                _ => answer,
            }
        },
    )
}

fn published_code_replaces_the_last_version() -> Server {
    let last: Memory<u64> = Memory::new();
    server(
        "published code replaces the last version",
        Ok("PUBLISH-CODE"),
        move |request, mock| {
            let name = function(&request);
            let as_last = |answer: Response<Bytes>, last: u64| {
                let mut shown = body(&answer);
                shown["Version"] = last.to_string().into();
                with(answer, &shown)
            };
            if publishes(&request) {
                let answer = mock(request);
                return match number(&body(&answer)) {
                    Some(version) if version > 1 => {
                        last.all().insert(name, version - 1);
                        as_last(answer, version - 1)
                    }
                    _ => answer,
                };
            }
            let asked = qualifier(&request).and_then(|asked| asked.parse::<u64>().ok());
            let known = last.all().get(&name).copied();
            match (Change::of(&request), asked, known) {
                (Change::Read, Some(asked), Some(last)) if asked == last => {
                    as_last(read(&request, mock, Some(last + 1)), last)
                }
                (Change::Read, Some(asked), Some(last)) if asked == last + 1 => {
                    read(&request, mock, Some(99))
                }
                _ => mock(request),
            }
        },
    )
}

/// What of a configuration a publication compares.
fn substance(mut shown: Value) -> Value {
    if let Some(members) = shown.as_object_mut() {
        members.retain(|member, _| {
            let volatile = ["RevisionId", "LastModified", "Version", "FunctionArn"];
            let state = member.starts_with("State") || member.starts_with("LastUpdate");
            !state && !volatile.contains(&member.as_str())
        });
    }
    shown
}

/// A server that finds an earlier publication of the same code and settings: the last, or one before the last.
fn publications_are_found_again(name: &str, before_the_last: bool) -> Server {
    let made: Memory<Vec<(Value, u64)>> = Memory::new();
    server(name, Ok("X-PUBLISH-IDEMPOTENT"), move |request, mock| {
        if Change::of(&request) != Change::Publication || sent(&request)["RevisionId"].is_string() {
            return mock(request);
        }
        let now = substance(body(&read(&request, mock, None)));
        let mut made = made.all();
        let made = made.entry(function(&request)).or_default();
        let known = made.iter().position(|(then, _)| *then == now);
        let known = known.filter(|at| before_the_last == (at + 1 < made.len()));
        let known = known.map(|at| &made[at]);
        if let Some((_, version)) = known {
            let answer = read(&request, mock, Some(*version));
            if answer.status() == 200 {
                return as_status(answer, 201);
            }
        }
        let answer = mock(request);
        if let Some(version) = number(&body(&answer)) {
            made.push((now, version));
        }
        answer
    })
}

fn every_publication_is_a_version() -> Server {
    let made: Memory<u64> = Memory::new();
    server(
        "every publication is a version",
        Ok("X-PUBLISH-IDEMPOTENT"),
        move |request, mock| {
            let is_publication = Change::of(&request) == Change::Publication;
            let name = function(&request);
            let answer = mock(request);
            let mut shown = body(&answer);
            if let Some(version) = number(&shown).filter(|_| is_publication) {
                let mut made = made.all();
                let before = made.insert(name, version);
                if before == Some(version) {
                    shown["Version"] = (version + 1).to_string().into();
                    return with(answer, &shown);
                }
            }
            answer
        },
    )
}

/// A server that shows what was created where it should show what was changed since.
fn back_to_the_creation(name: &str, of_latest: bool) -> Server {
    const MEMBERS: [&str; 5] = [
        "Description",
        "Environment",
        "Handler",
        "MemorySize",
        "Timeout",
    ];
    let created: Memory<(Value, bool)> = Memory::new();
    server(name, Ok("OP-PURPOSE"), move |request, mock| {
        let change = Change::of(&request);
        let answer = mock(request.clone());
        let mut shown = body(&answer);
        let name = shown["FunctionName"]
            .as_str()
            .unwrap_or_default()
            .to_owned();
        let mut created = created.all();
        match change {
            Change::Creation if answer.status().is_success() => {
                created.insert(name, (shown, !of_latest));
            }
            Change::Code if of_latest && answer.status().is_success() => {
                if let Some((_, due)) = created.get_mut(&name) {
                    *due = true;
                }
            }
            Change::Read => {
                if let Some((old, true)) = created.get(&name)
                    && of_latest == (shown["Version"] == "$LATEST")
                {
                    for member in MEMBERS {
                        shown[member] = old[member].clone();
                    }
                    return with(answer, &shown);
                }
            }
            _ => {}
        }
        answer
    })
}

fn the_settings_of_none(shown: &mut Value, _: &Value) {
    let defaults =
        json!({ "Description": "", "Environment": null, "MemorySize": 128, "Timeout": 3 });
    let defaults: Map<String, Value> = defaults.as_object().cloned().unwrap_or_default();
    for (member, value) in defaults {
        shown[member] = value;
    }
}

fn servers() -> Vec<Server> {
    vec![
        of_code(
            "Publish is left out of an update of code",
            Ok("PUBLISH-CODE"),
            |request, mock| mock(without(request, "Publish")),
        ),
        of_code(
            "every update of code publishes",
            Ok("PUBLISH-CODE"),
            |mut request, mock| {
                let mut members = sent(&request);
                members["Publish"] = true.into();
                set(&mut request, &members);
                mock(request)
            },
        ),
        of_code(
            "a Publish of false publishes",
            Ok("PUBLISH-CODE"),
            |mut request, mock| {
                let mut members = sent(&request);
                if members["Publish"] == false {
                    members["Publish"] = true.into();
                    set(&mut request, &members);
                }
                mock(request)
            },
        ),
        of_code(
            "the code before the update is published",
            Ok("PUBLISH-CODE"),
            |request, mock| {
                if !publishes(&request) {
                    return mock(request);
                }
                let version = mock(another(&request, Method::POST, "/versions", &json!({})));
                let answer = mock(without(request, "Publish"));
                if answer.status() == 200 {
                    as_status(version, 200)
                } else {
                    answer
                }
            },
        ),
        of_code(
            "an update of code that publishes answers $LATEST",
            Ok("PUBLISH-CODE"),
            |request, mock| {
                let publishes = publishes(&request);
                let answer = mock(request.clone());
                if publishes && answer.status() == 200 {
                    return read(&request, mock, None);
                }
                answer
            },
        ),
        published_code_stays_out_of_latest(),
        published_code_replaces_the_last_version(),
        of_versions(
            "a version of new code has the revision id of $LATEST",
            Ok("RSP-REV-MEANING"),
            Change::Code,
            |shown, latest| shown["RevisionId"] = latest["RevisionId"].clone(),
        ),
        of_versions(
            "a version of new code has the default settings",
            Ok("OP-PURPOSE"),
            Change::Code,
            the_settings_of_none,
        ),
        of_versions(
            "a version made by the creation has the default settings",
            Ok("OP-PURPOSE"),
            Change::Creation,
            the_settings_of_none,
        ),
        back_to_the_creation(
            "an update of code goes back to the settings of the creation",
            true,
        ),
        back_to_the_creation("a version has the settings of the creation", false),
        publications_are_found_again("code that was sent again is not published again", false),
        publications_are_found_again("code of an earlier version is not published again", true),
        every_publication_is_a_version(),
        of_code(
            "the same code is no update",
            Ok("RSP-REV-MEANING"),
            |request, mock| {
                let before = read(&request, mock, None);
                let is_same = sent(&request)["Architectures"].is_null()
                    && digest(&request, mock) == body(&before)["CodeSha256"];
                if is_same { before } else { mock(request) }
            },
        ),
        of_code(
            "the same code is not published by its update",
            Err(
                "one answer of 2017 had the version that there was, and nothing later is on record",
            ),
            |request, mock| {
                let before = body(&read(&request, mock, None));
                if !publishes(&request) || digest(&request, mock) != before["CodeSha256"] {
                    return mock(request);
                }
                let version = mock(another(&request, Method::POST, "/versions", &json!({})));
                mock(without(request, "Publish"));
                as_status(version, 200)
            },
        ),
    ]
}

#[tokio::test]
async fn a_server_that_publishes_otherwise_is_noticed() {
    all_are_noticed(
        servers(),
        &["kept-versions", "publications", "updates", "versions"],
    )
    .await;
}
