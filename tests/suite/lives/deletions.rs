//! Servers that delete, or create what is there, in another way.

use bytes::Bytes;
use http::{HeaderValue, Method, Request, Response};
use serde_json::{Value, json};

use super::{
    Change, Due, Memory, Server, afterwards, all_are_noticed, another, as_status, body, delete,
    function, nothing, number, qualifier, read, sent, server, with,
};
use crate::servers::Next;

const TOPICS: [&str; 2] = ["deletions", "life-cycle"];

/// A server that deletes versions in another way.
fn of_versions(
    name: &str,
    due: Due,
    delete: impl Fn(Request<Bytes>, &str, Next<'_>) -> Response<Bytes> + Send + Sync + 'static,
) -> Server {
    server(name, due, move |request, mock| {
        match (Change::of(&request), qualifier(&request)) {
            (Change::Deletion, Some(asked)) => delete(request, &asked, mock),
            _ => mock(request),
        }
    })
}

fn the_last_version_is_deleted_instead() -> Server {
    let last: Memory<u64> = Memory::new();
    server(
        "the last version is deleted instead",
        Ok("DELETE-VERSION"),
        move |request, mock| {
            let name = function(&request);
            if Change::of(&request) == Change::Deletion
                && qualifier(&request).is_some()
                && let Some(last) = last.all().get(&name)
            {
                return mock(delete(&request, &format!("?Qualifier={last}")));
            }
            let is_publication = Change::of(&request) == Change::Publication;
            let answer = mock(request);
            if let Some(version) = number(&body(&answer)).filter(|_| is_publication) {
                last.all().insert(name, version);
            }
            answer
        },
    )
}

fn a_deleted_version_takes_aliases() -> Server {
    let aliases: Memory<Vec<String>> = Memory::new();
    server(
        "a deleted version takes the aliases of others",
        Ok("DELETE-VERSION"),
        move |request, mock| {
            let name = function(&request);
            if request.uri().path().ends_with("/aliases") {
                let alias = sent(&request)["Name"]
                    .as_str()
                    .unwrap_or_default()
                    .to_owned();
                aliases.all().entry(name.clone()).or_default().push(alias);
            }
            let is_deletion =
                Change::of(&request) == Change::Deletion && qualifier(&request).is_some();
            let answer = mock(request.clone());
            if is_deletion && answer.status().is_success() {
                for alias in aliases.all().remove(&name).unwrap_or_default() {
                    mock(delete(&request, &format!("/aliases/{alias}")));
                }
            }
            answer
        },
    )
}

/// A server that gives the number of a deleted version to the next that is made.
fn a_number_comes_back() -> Server {
    let freed: Memory<u64> = Memory::new();
    server(
        "the number of a deleted version comes back",
        Ok("RSP-VER-TYPE"),
        move |request, mock| {
            let name = function(&request);
            let change = Change::of(&request);
            let asked = qualifier(&request).and_then(|asked| asked.parse::<u64>().ok());
            let known = freed.all().get(&name).copied();
            let as_freed = |answer: Response<Bytes>, version: u64| {
                let mut shown = body(&answer);
                shown["Version"] = version.to_string().into();
                with(answer, &shown)
            };
            match (change, asked, known) {
                (Change::Deletion, Some(asked), _) => {
                    let is_last = read(&request, mock, Some(asked + 1)).status() == 404;
                    let answer = mock(request);
                    if is_last && answer.status().is_success() {
                        freed.all().insert(name, asked);
                    }
                    answer
                }
                (Change::Publication, _, Some(freed)) => as_freed(mock(request), freed),
                (Change::Read, Some(asked), Some(freed)) if asked == freed => {
                    let answer = read(&request, mock, Some(asked + 1));
                    if answer.status() == 200 {
                        as_freed(answer, freed)
                    } else {
                        mock(request)
                    }
                }
                (Change::Read, Some(asked), Some(freed)) if asked == freed + 1 => {
                    read(&request, mock, Some(99))
                }
                _ => mock(request),
            }
        },
    )
}

/// A server that deletes a version that an alias uses, and says `answered`; with `weighted`, only one that no alias stands for.
fn used_versions_go(name: &str, due: Due, answered: u16, weighted: bool) -> Server {
    let gone: Memory<String> = Memory::new();
    let aliases: Memory<Vec<Value>> = Memory::new();
    server(name, due, move |request, mock| {
        let name = function(&request);
        if request.uri().path().ends_with("/aliases") {
            let stands_for = sent(&request)["FunctionVersion"].clone();
            aliases
                .all()
                .entry(name.clone())
                .or_default()
                .push(stands_for);
        }
        let change = Change::of(&request);
        let answer = mock(request.clone());
        let deleted = qualifier(&request).filter(|_| change == Change::Deletion);
        if let Some(version) = deleted
            && answer.status() == 409
            && !(weighted
                && aliases
                    .all()
                    .get(&name)
                    .is_some_and(|all| all.contains(&json!(version))))
        {
            gone.all().insert(name, version);
            return if answered == 204 { nothing() } else { answer };
        }
        let is_gone = gone
            .all()
            .get(&name)
            .is_some_and(|gone| body(&answer)["Version"] == gone.as_str());
        if change == Change::Read && is_gone {
            return read(&request, mock, Some(99));
        }
        answer
    })
}

fn deleting() -> Vec<Server> {
    vec![
        of_versions(
            "a deleted version takes the function",
            Ok("DELETE-VERSION"),
            |request, _, mock| mock(delete(&request, "")),
        ),
        of_versions(
            "a deleted version takes the others",
            Ok("DELETE-VERSION"),
            |request, _, mock| {
                for version in 1..9 {
                    mock(delete(&request, &format!("?Qualifier={version}")));
                }
                mock(request)
            },
        ),
        of_versions(
            "a deleted version stays",
            Ok("DELETE-VERSION"),
            |_, _, _| nothing(),
        ),
        the_last_version_is_deleted_instead(),
        a_deleted_version_takes_aliases(),
        a_number_comes_back(),
        afterwards(
            "a deleted version gives the others another revision id",
            Ok("RSP-REV-MEANING"),
            |request, answer| {
                Change::of(request) == Change::Deletion
                    && qualifier(request).is_some()
                    && answer.status().is_success()
            },
        ),
        server(
            "the version in a name is left out of a deletion",
            Ok("DELETE-VERSION"),
            |request, mock| {
                let name = function(&request);
                match name.split_once("%3A") {
                    Some((bare, _)) if Change::of(&request) == Change::Deletion => {
                        let mut whole = request.clone();
                        let path = format!("/2015-03-31/functions/{bare}");
                        *whole.uri_mut() = path.parse().expect("a path");
                        mock(whole)
                    }
                    _ => mock(request),
                }
            },
        ),
        of_versions(
            "an absent version takes the function",
            Ok("DELETE-VERSION"),
            |request, asked, mock| {
                let version = asked.parse::<u64>();
                if version.is_ok_and(|version| read(&request, mock, Some(version)).status() == 404)
                {
                    mock(delete(&request, ""));
                }
                mock(request)
            },
        ),
        of_versions(
            "an absent version cannot be deleted",
            Ok("DELETE-VERSION"),
            |request, asked, mock| {
                let version = asked.parse::<u64>();
                match version.map(|version| read(&request, mock, Some(version))) {
                    Ok(answer) if answer.status() == 404 => answer,
                    _ => mock(request),
                }
            },
        ),
        of_versions(
            "$LATEST takes the function",
            Ok("DELETE-VERSION"),
            |request, asked, mock| {
                if asked == "$LATEST" {
                    mock(delete(&request, ""))
                } else {
                    mock(request)
                }
            },
        ),
        of_versions(
            "an alias stands for its version in a deletion",
            Ok("DELETE-VERSION"),
            |request, asked, mock| {
                if asked.parse::<u64>().is_ok() || asked == "$LATEST" {
                    return mock(request);
                }
                let rest = format!("/configuration?Qualifier={asked}");
                let version = body(&mock(another(&request, Method::GET, &rest, &Value::Null)));
                let version = version["Version"].as_str().unwrap_or_default();
                mock(delete(&request, &format!("/aliases/{asked}")));
                mock(delete(&request, &format!("?Qualifier={version}")))
            },
        ),
    ]
}

fn deleting_what_is_used() -> Vec<Server> {
    let refusing = |name: &str, status: u16, error: &'static str| {
        of_versions(name, Ok("DELETE-VERSION"), move |request, _, mock| {
            let mut answer = mock(request);
            if answer.status() == 409 {
                let error = HeaderValue::from_static(error);
                answer.headers_mut().insert("x-amzn-errortype", error);
                return as_status(answer, status);
            }
            answer
        })
    };
    vec![
        used_versions_go(
            "a version that an alias uses is deleted",
            Ok("DELETE-VERSION"),
            204,
            false,
        ),
        used_versions_go(
            "a version that an alias uses is refused and deleted",
            Ok("DELETE-VERSION"),
            409,
            false,
        ),
        of_versions(
            "a version that an alias uses stays in silence",
            Ok("DELETE-VERSION"),
            |request, _, mock| {
                let answer = mock(request);
                if answer.status() == 409 {
                    nothing()
                } else {
                    answer
                }
            },
        ),
        of_versions(
            "a version takes the alias that uses it",
            Ok("DELETE-VERSION"),
            |request, _, mock| {
                let answer = mock(request.clone());
                if answer.status() != 409 {
                    return answer;
                }
                for alias in ["live", "next", "canary", "edge"] {
                    mock(delete(&request, &format!("/aliases/{alias}")));
                }
                mock(request)
            },
        ),
        refusing(
            "a version that an alias uses is refused with 400",
            400,
            "ResourceConflictException",
        ),
        refusing(
            "a version that an alias uses is refused by another name",
            409,
            "ResourceInUseException",
        ),
        used_versions_go(
            "a version that gets a share of an alias is deleted",
            Err("that a share is a use is inferred"),
            204,
            true,
        ),
    ]
}

#[tokio::test]
async fn a_server_that_deletes_otherwise_is_noticed() {
    all_are_noticed(deleting(), &TOPICS).await;
}

#[tokio::test]
async fn a_server_that_deletes_what_is_used_otherwise_is_noticed() {
    all_are_noticed(deleting_what_is_used(), &TOPICS).await;
}
