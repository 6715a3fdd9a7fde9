//! Servers that publish otherwise than they are asked to.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, PoisonError},
};

use bytes::Bytes;
use http::{Method, Request, Response, StatusCode};
use lambda_conformance::mock::Middleware;
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value, json};

use crate::{
    held::{at, function, members},
    servers::{
        Next,
        changed::{an_alias_goes_back_to_version_1, every_publication_is_let_through, sent},
    },
    table::{Factors, Row},
};

const PUBLISH: &[Factors] = &[
    &[("operation", "PublishVersion")],
    &[("after", "PublishVersion")],
    &[("operation", "PublishVersion"), ("after", "PublishVersion")],
];

fn is_publication(request: &Request<Bytes>) -> bool {
    request.method() == Method::POST && request.uri().path().ends_with("/versions")
}

/// What is no truth value is refused all the same.
fn ignore_publish(members: &mut Map<String, Value>) {
    if members.get("Publish") == Some(&Value::Bool(true)) {
        members.remove("Publish");
    }
}

/// A server to which everything is new.
fn every_publication_is_new() -> Arc<Middleware> {
    const MARK: &str = "Publication";
    let count = Mutex::new(0_u64);
    Arc::new(move |request: Request<Bytes>, mock: Next<'_>| {
        if !is_publication(&request) {
            return mock(request);
        }
        let path = format!(
            "/_lambda-conformance/functions/{}/overrides",
            function(&request)
        );
        let mut count = count.lock().unwrap_or_else(PoisonError::into_inner);
        *count += 1;
        let mark = |qualifier: &str, value: Value| {
            let path = format!("{path}{qualifier}");
            mock(at(&request, Method::PUT, &path, &json!({ MARK: value })));
        };
        mark("", (*count).into());
        let answer = mock(request.clone());
        mark("", Value::Null);
        let Ok(mut body) = serde_json::from_slice::<Value>(answer.body()) else {
            return answer;
        };
        let Some(version) = body["Version"].as_str().map(str::to_owned) else {
            return answer;
        };
        mark(&format!("?Qualifier={version}"), Value::Null);
        body.as_object_mut()
            .expect("a version is an object")
            .remove(MARK);
        Response::from_parts(answer.into_parts().0, body.to_string().into())
    })
}

/// A server to which the same code is the same version, though it was sent again.
fn the_same_code_is_the_same_version() -> Arc<Middleware> {
    const LIFE: [&str; 3] = ["RevisionId", "LastModified", "FunctionArn"];
    let published: Mutex<BTreeMap<String, (Value, Response<Bytes>)>> = Mutex::default();
    Arc::new(move |request: Request<Bytes>, mock: Next<'_>| {
        if !is_publication(&request) {
            return mock(request);
        }
        let name = function(&request);
        let path = format!("/2015-03-31/functions/{name}/configuration");
        let latest = mock(at(&request, Method::GET, &path, &Value::Null));
        let Ok(Value::Object(mut latest)) = serde_json::from_slice(latest.body()) else {
            return mock(request);
        };
        latest.retain(|member, _| !LIFE.contains(&member.as_str()));
        let latest = Value::Object(latest);
        let mut published = published.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, answer)) = published.get(&name).filter(|(known, _)| *known == latest) {
            return answer.clone();
        }
        let answer = mock(request);
        if answer.status() == StatusCode::CREATED {
            published.insert(name, (latest, answer.clone()));
        }
        answer
    })
}

/// A server that gives the numbers of versions again to a function of an old name: to the mock it has another one.
fn numbers_come_again() -> Arc<Middleware> {
    let old: Mutex<BTreeSet<String>> = Mutex::default();
    Arc::new(move |mut request: Request<Bytes>, mock: Next<'_>| {
        let creation = members(&request, &Method::POST, "/functions");
        let created =
            creation.and_then(|members| Some(members["FunctionName"].as_str()?.to_owned()));
        let label = function(&request);
        let label = percent_decode_str(&label).decode_utf8_lossy();
        // a name alone, or a part of an ARN
        let named = |name: &str| {
            created
                .as_deref()
                .unwrap_or(&label)
                .split(':')
                .any(|part| part == name)
        };
        let mut old = old.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(name) = old.iter().find(|name| named(name)).cloned() else {
            let deletes = request.method() == Method::DELETE && request.uri().query().is_none();
            if deletes && request.uri().path().split('/').count() == 4 {
                old.insert(label.into_owned());
            }
            return mock(request);
        };
        let another = format!("{name}-again");
        let target = request.uri().to_string().replace(&name, &another);
        let sent = String::from_utf8_lossy(request.body()).replace(&name, &another);
        *request.uri_mut() = target.parse().expect("a path of a request");
        *request.body_mut() = sent.into();
        let (head, body) = mock(request).into_parts();
        let body = String::from_utf8_lossy(&body).replace(&another, &name);
        Response::from_parts(head, body.into())
    })
}

pub(crate) fn rows() -> Vec<Row> {
    vec![
        Row::behaviour(
            "a publication ignores its description",
            &["RSP-DESC-TYPE", "X-VERSION-IMMUTABLE", "OP-PURPOSE"],
            &[
                PUBLISH[0],
                PUBLISH[1],
                PUBLISH[2],
                &[("qualifier", "version"), ("qualifier", "alias")],
                &[("qualifier", "version")],
                &[("fixture", "published")],
                &[("sets", "Description"), ("operation", "PublishVersion")],
            ],
            sent(Method::POST, "/versions", |members| {
                members.remove("Description");
            }),
        ),
        Row::behaviour(
            "a creation ignores Publish",
            &["X-CREATE-PUBLISH"],
            &[
                &[("sets", "Publish")],
                &[("fixture", "created-published")],
                &[("operation", "CreateFunction"), ("sets", "Publish")],
            ],
            sent(Method::POST, "/functions", ignore_publish),
        ),
        Row::behaviour(
            "an update of code ignores Publish",
            &["PUBLISH-CODE", "REQ-QUAL-VERSION", "X-PENDING-READ"],
            &[
                &[("sets", "Publish")],
                &[("operation", "UpdateFunctionCode"), ("sets", "Publish")],
                &[("after", "UpdateFunctionCode"), ("sets", "Publish")],
                &[
                    ("operation", "UpdateFunctionCode"),
                    ("after", "UpdateFunctionCode"),
                    ("sets", "Publish"),
                ],
                &[("operation", "UpdateFunctionCode")],
                &[("after", "UpdateFunctionCode")],
            ],
            sent(Method::PUT, "/code", ignore_publish),
        ),
        Row::behaviour(
            "every publication is new",
            &["X-PUBLISH-IDEMPOTENT"],
            PUBLISH,
            every_publication_is_new(),
        ),
        Row::behaviour(
            "the same code is the same version",
            &["X-PUBLISH-IDEMPOTENT"],
            &[
                PUBLISH[0],
                PUBLISH[1],
                PUBLISH[2],
                &[
                    ("operation", "PublishVersion"),
                    ("after", "UpdateFunctionCode"),
                ],
                &[("after", "UpdateFunctionCode")],
            ],
            the_same_code_is_the_same_version(),
        ),
        Row::behaviour(
            "the numbers of versions come again",
            &["RSP-VER-TYPE"],
            &[
                &[("fixture", "recreated-published")],
                PUBLISH[0],
                PUBLISH[1],
                PUBLISH[2],
            ],
            numbers_come_again(),
        ),
        Row::behaviour(
            "every publication is let through",
            &["CHANGE-CONDITION", "X-QUAL-UNKNOWN-VERSION"],
            &[
                PUBLISH[0],
                &[
                    ("operation", "PublishVersion"),
                    ("due", "412 PreconditionFailedException"),
                    ("due", "400 InvalidParameterValueException"),
                ],
                &[
                    ("operation", "PublishVersion"),
                    ("due", "412 PreconditionFailedException"),
                ],
            ],
            every_publication_is_let_through(),
        ),
        Row::behaviour(
            "an update of an alias goes back to version 1",
            &["REQ-QUAL-ALIAS"],
            &[
                &[("operation", "UpdateAlias")],
                &[("after", "UpdateAlias")],
                &[("operation", "UpdateAlias"), ("after", "UpdateAlias")],
            ],
            an_alias_goes_back_to_version_1(),
        ),
    ]
}
