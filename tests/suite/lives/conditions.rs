//! Servers that hold the conditions of a change in another way: the revision id, the digest, and the dry run.

use std::collections::BTreeSet;

use bytes::Bytes;
use http::{Method, Request, Response};
use serde_json::{Value, json};

use super::{
    Change, Due, Memory, Server, all_are_noticed, another, as_status, body, function, sent, server,
    set, with,
};
use crate::servers::Next;

/// The conditions: of which change, the member, and what is read when it is not held.
const CONDITIONS: [(Change, &str, &str); 4] = [
    (Change::Settings, "RevisionId", "OP-REF-UPDATE"),
    (Change::Code, "RevisionId", "RSP-CODESHA-MEANING"),
    (Change::Publication, "RevisionId", "CHANGE-CONDITION"),
    (Change::Publication, "CodeSha256", "CHANGE-CONDITION"),
];

const TOPICS: [&str; 4] = ["conditions", "publications", "refused-changes", "updates"];

/// What makes a condition that no function meets.
const UNMET: &str = "00000000-0000-4000-8000-00000000000f";

/// A server that takes the changes of one condition in another way.
fn holding(
    (change, member, _): (Change, &'static str, &'static str),
    how: &str,
    due: &'static str,
    take: impl Fn(Request<Bytes>, Value, Next<'_>) -> Response<Bytes> + Send + Sync + 'static,
) -> Server {
    server(
        format!("{member} of a {change:?}: {how}"),
        Ok(due),
        move |request, mock| {
            let members = sent(&request);
            if Change::of(&request) == change && members[member].is_string() {
                take(request, members, mock)
            } else {
                mock(request)
            }
        },
    )
}

/// The request without the condition.
fn freed(mut request: Request<Bytes>, mut members: Value, member: &str) -> Request<Bytes> {
    if let Some(members) = members.as_object_mut() {
        members.remove(member);
    }
    set(&mut request, &members);
    request
}

fn held_otherwise() -> Vec<Server> {
    let mut servers = Vec::new();
    for condition in CONDITIONS {
        let (_, member, seen) = condition;
        servers.push(holding(
            condition,
            "not held",
            "CHANGE-CONDITION",
            move |request, members, mock| mock(freed(request, members, member)),
        ));
        servers.push(holding(
            condition,
            "refused though it is met",
            "CHANGE-CONDITION",
            move |mut request, mut members, mock| {
                members[member] = UNMET.into();
                set(&mut request, &members);
                mock(request)
            },
        ));
        servers.push(holding(
            condition,
            "refused, and done all the same",
            seen,
            move |request, members, mock| {
                let answer = mock(request.clone());
                if answer.status().is_client_error() {
                    mock(freed(request, members, member));
                }
                answer
            },
        ));
        servers.push(holding(
            condition,
            "refused with another status",
            "CHANGE-CONDITION",
            move |request, _, mock| {
                let answer = mock(request);
                if answer.status().is_client_error() {
                    return as_status(answer, 409);
                }
                answer
            },
        ));
    }
    servers
}

/// Servers that take every revision id that the function ever had.
fn any_revision() -> Vec<Server> {
    let of_revisions = CONDITIONS
        .into_iter()
        .filter(|(_, member, _)| *member == "RevisionId");
    let servers = of_revisions.map(|(change, member, _)| {
        let seen: Memory<BTreeSet<String>> = Memory::new();
        server(
            format!("{member} of a {change:?}: one that was is met"),
            Ok("CHANGE-CONDITION"),
            move |request, mock| {
                let name = function(&request);
                let members = sent(&request);
                let answer = mock(request.clone());
                if Change::of(&request) == change
                    && answer.status() == 412
                    && let Some(given) = members[member].as_str()
                    && seen
                        .all()
                        .get(&name)
                        .is_some_and(|seen| seen.contains(given))
                {
                    return mock(freed(request, members, member));
                }
                let shown = body(&answer);
                if let (Some(name), Some(revision)) =
                    (shown["FunctionName"].as_str(), shown["RevisionId"].as_str())
                {
                    let mut seen = seen.all();
                    seen.entry(name.to_owned())
                        .or_default()
                        .insert(revision.to_owned());
                }
                answer
            },
        )
    });
    servers.collect()
}

/// A server that takes dry runs in another way.
fn of_dry_runs(
    name: &str,
    due: Due,
    take: impl Fn(Request<Bytes>, Value, Next<'_>) -> Response<Bytes> + Send + Sync + 'static,
) -> Server {
    server(name, due, move |request, mock| {
        let members = sent(&request);
        if Change::of(&request) == Change::Code && members["DryRun"].is_boolean() {
            take(request, members, mock)
        } else {
            mock(request)
        }
    })
}

fn a_dry_run_gives_another_revision() -> Server {
    let tried: Memory<()> = Memory::new();
    server(
        "a dry run gives another revision id",
        Err("that it leaves the revision id is inferred"),
        move |request, mock| {
            let name = function(&request);
            let is_dry = sent(&request)["DryRun"] == true;
            let change = Change::of(&request);
            let answer = mock(request);
            let mut tried = tried.all();
            if is_dry {
                tried.insert(name, ());
            } else if change == Change::Read && tried.contains_key(&name) {
                let mut shown = body(&answer);
                shown["RevisionId"] = UNMET.into();
                return with(answer, &shown);
            }
            answer
        },
    )
}

fn dry_runs() -> Vec<Server> {
    vec![
        of_dry_runs(
            "a dry run is an update",
            Ok("RSP-CODESHA-MEANING"),
            |request, members, mock| mock(freed(request, members, "DryRun")),
        ),
        of_dry_runs(
            "a dry run of false is one",
            Ok("RSP-CODESHA-MEANING"),
            |mut request, mut members, mock| {
                members["DryRun"] = true.into();
                set(&mut request, &members);
                mock(request)
            },
        ),
        of_dry_runs(
            "a dry run that publishes makes a version",
            Err("what a dry run leaves but the code is inferred"),
            |request, members, mock| {
                if members["Publish"] == true && members["DryRun"] == true {
                    mock(another(&request, Method::POST, "/versions", &json!({})));
                }
                mock(request)
            },
        ),
        of_dry_runs(
            "a dry run is refused",
            Err("that it succeeds is inferred"),
            |mut request, mut members, mock| {
                if members["DryRun"] == true {
                    members["Architectures"] = json!(["none"]);
                    set(&mut request, &members);
                }
                mock(request)
            },
        ),
        a_dry_run_gives_another_revision(),
    ]
}

#[tokio::test]
async fn a_server_that_holds_a_condition_otherwise_is_noticed() {
    all_are_noticed(held_otherwise(), &TOPICS).await;
}

#[tokio::test]
async fn a_server_that_takes_an_old_revision_is_noticed() {
    all_are_noticed(any_revision(), &TOPICS).await;
}

#[tokio::test]
async fn a_server_that_takes_a_dry_run_otherwise_is_noticed() {
    all_are_noticed(dry_runs(), &TOPICS).await;
}
