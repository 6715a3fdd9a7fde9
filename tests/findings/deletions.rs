//! Servers that do not take away what is deleted, or take away more.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use bytes::Bytes;
use http::{Method, Request, Response, Uri};
use lambda_conformance::mock::Middleware;
use serde_json::Value;

use crate::{
    held::{at, function},
    resolved::qualifier,
    servers::{Next, asked::Asked, changed::a_deleted_version_moves_last_modified, taking},
    table::Row,
};

/// What was read before a deletion, by function and qualifier.
type Kept = BTreeMap<(String, Option<String>), Response<Bytes>>;

/// What is deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Deleted {
    Function,
    Version,
    Alias,
}

impl Deleted {
    fn of(request: &Request<Bytes>) -> Option<Deleted> {
        let segments = request.uri().path().split('/').count();
        match (request.method(), segments, request.uri().query()) {
            (&Method::DELETE, 4, None) => Some(Deleted::Function),
            (&Method::DELETE, 4, Some(_)) => Some(Deleted::Version),
            (&Method::DELETE, 6, _) if request.uri().path().contains("/aliases/") => {
                Some(Deleted::Alias)
            }
            _ => None,
        }
    }

    /// The qualifiers that lead nowhere afterwards.
    fn qualifiers(self, uri: &Uri) -> Vec<Option<String>> {
        let query = uri
            .query()
            .and_then(|query| query.strip_prefix("Qualifier="));
        match self {
            Deleted::Function => {
                let qualifiers = ["1", "2", "live", "$LATEST"].map(|one| Some(one.to_owned()));
                [None].into_iter().chain(qualifiers).collect()
            }
            Deleted::Version => vec![query.map(str::to_owned)],
            Deleted::Alias => vec![uri.path().split('/').next_back().map(str::to_owned)],
        }
    }
}

/// A server that still finds what was deleted, until it is made again.
fn still_found(kind: Deleted) -> Arc<Middleware> {
    let kept: Mutex<Kept> = Mutex::default();
    Arc::new(move |request: Request<Bytes>, mock: Next<'_>| {
        let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
        if Deleted::of(&request) == Some(kind) {
            let name = function(&request);
            for qualifier in kind.qualifiers(request.uri()) {
                let query = qualifier.as_ref().map(|one| format!("?Qualifier={one}"));
                let query = query.unwrap_or_default();
                let path = format!("/2015-03-31/functions/{name}/configuration{query}");
                let read = mock(at(&request, Method::GET, &path, &Value::Null));
                if read.status() == 200 {
                    kept.insert((name.clone(), qualifier), read);
                }
            }
            return mock(request);
        }
        let is_creation = request.uri().path().ends_with("/functions");
        let asked = Asked::of(&request);
        let sent: Value = serde_json::from_slice(request.body()).unwrap_or_default();
        let answer = mock(request);
        if is_creation && answer.status() == 201 {
            kept.retain(|(name, _), _| sent["FunctionName"] != name.as_str());
        }
        let asked = asked.filter(|_| answer.status() == 404);
        let key = asked.map(|asked| (asked.name.clone(), qualifier(&asked).map(str::to_owned)));
        let known = key.and_then(|key| kept.get(&key));
        known.cloned().unwrap_or(answer)
    })
}

pub(crate) fn rows() -> Vec<Row> {
    vec![
        Row::behaviour(
            "a deleted function is still found",
            &["X-DELETED"],
            &[&[("fixture", "deleted")], &[("after", "DeleteFunction")]],
            still_found(Deleted::Function),
        ),
        Row::behaviour(
            "a deleted version is still found",
            &["X-DELETED", "X-QUAL-UNKNOWN-VERSION", "DELETE-VERSION"],
            &[
                &[("fixture", "deleted-version")],
                &[("after", "DeleteFunction")],
                &[("after", "DeleteFunction"), ("qualifier", "version")],
            ],
            still_found(Deleted::Version),
        ),
        Row::behaviour(
            "a deleted alias is still found",
            &["X-DELETED", "X-QUAL-UNKNOWN-ALIAS"],
            &[&[("fixture", "deleted-alias")], &[("after", "DeleteAlias")]],
            still_found(Deleted::Alias),
        ),
        Row::behaviour(
            "who deletes a version deletes the function",
            &["X-VERSION-IMMUTABLE", "X-DELETED", "DELETE-VERSION"],
            &[
                &[("fixture", "deleted-version")],
                &[("after", "DeleteFunction")],
            ],
            taking(|request| {
                if Deleted::of(request) == Some(Deleted::Version) {
                    *request.uri_mut() = request.uri().path().parse().expect("a path");
                }
            }),
        ),
        Row::behaviour(
            "a deleted version moves LastModified",
            &["RSP-LM-TYPE"],
            &[
                &[("after", "DeleteFunction")],
                &[("fixture", "deleted-version")],
            ],
            a_deleted_version_moves_last_modified(),
        ),
    ]
}
