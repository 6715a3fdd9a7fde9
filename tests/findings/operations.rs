//! Servers that cannot do an operation, or do it to another function.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, PoisonError},
};

use bytes::Bytes;
use http::{Method, Request, Response, StatusCode};
use lambda_conformance::mock::Middleware;
use serde_json::Value;

use crate::{
    answers::set,
    held::function,
    names::is_arn,
    resolved::{absent, missing},
    servers::{Next, asked::Asked, showing, taking},
    table::{Factors, READS, Row},
};

/// A page of the framework in which a server is written.
fn page(status: StatusCode) -> Response<Bytes> {
    let mut page = Response::new(Bytes::from_static(b"<h1>Something went wrong</h1>"));
    *page.status_mut() = status;
    set(&mut page, "content-type", "text/html; charset=utf-8");
    page
}

/// A server that fails in each request of which `is_due` holds.
fn failing(
    status: StatusCode,
    is_due: impl Fn(&Request<Bytes>) -> bool + Send + Sync + 'static,
) -> Arc<Middleware> {
    Arc::new(move |request: Request<Bytes>, mock: Next<'_>| {
        if is_due(&request) {
            page(status)
        } else {
            mock(request)
        }
    })
}

fn ends(method: Method, end: &'static str) -> impl Fn(&Request<Bytes>) -> bool {
    move |request| request.method() == method && request.uri().path().ends_with(end)
}

/// A server that fails in reads that would be answered.
fn reads_fail(is_due: impl Fn(&Asked) -> bool + Send + Sync + 'static) -> Arc<Middleware> {
    Arc::new(move |request: Request<Bytes>, mock: Next<'_>| {
        let answer = mock(request.clone());
        let is_there = answer.status() == 200 || answer.status() == 404;
        match Asked::of(&request).filter(|asked| is_there && is_due(asked)) {
            Some(_) => page(StatusCode::INTERNAL_SERVER_ERROR),
            None => answer,
        }
    })
}

/// A server that does not find a function in the first read after its creation.
fn found_late() -> Arc<Middleware> {
    let fresh: Arc<Mutex<BTreeSet<String>>> = Arc::default();
    let first = Arc::clone(&fresh);
    let late = missing(move |asked| {
        let mut fresh = first.lock().unwrap_or_else(PoisonError::into_inner);
        fresh.remove(&asked.name)
    });
    Arc::new(move |request: Request<Bytes>, mock: Next<'_>| {
        let is_creation = ends(Method::POST, "/functions")(&request);
        let sent: Value = serde_json::from_slice(request.body()).unwrap_or_default();
        let answer = late(request, mock);
        if let Some(name) = sent["FunctionName"].as_str().filter(|_| is_creation) {
            let mut fresh = fresh.lock().unwrap_or_else(PoisonError::into_inner);
            fresh.insert(name.to_owned());
        }
        answer
    })
}

pub(crate) fn rows() -> Vec<Row> {
    [writes(), reads()].into_iter().flatten().collect()
}

fn writes() -> Vec<Row> {
    let row =
        |name: &'static str,
         clauses: &[&'static str],
         factors: &[Factors],
         server: Arc<Middleware>| Row::behaviour(name, clauses, factors, server);
    let broken = StatusCode::INTERNAL_SERVER_ERROR;
    vec![
        row(
            "PublishVersion fails",
            &["X-PUBLISH-IDEMPOTENT", "REQ-QUAL-VERSION"],
            &[&[("operation", "PublishVersion")]],
            failing(broken, ends(Method::POST, "/versions")),
        ),
        row(
            "CreateAlias fails",
            &["REQ-QUAL-ALIAS"],
            &[&[("operation", "CreateAlias")]],
            failing(broken, ends(Method::POST, "/aliases")),
        ),
        row(
            "UpdateFunctionConfiguration fails",
            &["OP-REF-UPDATE"],
            &[&[("operation", "UpdateFunctionConfiguration")]],
            failing(
                StatusCode::SERVICE_UNAVAILABLE,
                ends(Method::PUT, "/configuration"),
            ),
        ),
        row(
            "UpdateFunctionCode fails",
            &["OP-REF-UPDATE", "RSP-CODESHA-MEANING", "X-INPROGRESS-READ"],
            &[&[("operation", "UpdateFunctionCode")]],
            failing(broken, ends(Method::PUT, "/code")),
        ),
        row(
            "there are no layers",
            &["RSP-SHAPE-LAYERS", "RSP-LAYERS-TYPE"],
            &[
                &[("operation", "PublishLayerVersion")],
                &[("sets", "Layers")],
            ],
            failing(StatusCode::NOT_FOUND, |request| {
                request.uri().path().contains("/layers/")
            }),
        )
        .unnoticed("a step of set-up that is refused makes cases not testable"),
        row(
            "lists have one page",
            &["OP-REF-GETFUNCTION"],
            &[],
            taking(|request| {
                if ends(Method::GET, "/versions")(request) {
                    *request.uri_mut() = request.uri().path().parse().expect("a path");
                }
            }),
        )
        .unnoticed("no suite asks for a list yet"),
    ]
}

fn reads() -> Vec<Row> {
    vec![
        Row::behaviour(
            "an ARN with a qualifier fails",
            &[
                "REQ-NAME-SUFFIX-ALIAS",
                "REQ-NAME-SUFFIX-VERSION",
                "REQ-NAME-FULL-ARN",
            ],
            &[
                &[
                    ("name", "ARN"),
                    ("qualifier in", "name"),
                    ("qualifier in", "both"),
                ],
                &[("name", "ARN"), ("qualifier in", "name")],
            ],
            reads_fail(|asked| is_arn(asked) && asked.suffix.is_some()),
        ),
        Row::behaviour(
            "a function is not found in the first read after its creation",
            &["X-CONSISTENCY", "X-PENDING-READ", "RSP-STATUS-200"],
            &[
                &[("after", "CreateFunction")],
                &[("state", "Pending")],
                &[("after", "CreateFunction"), ("state", "Pending")],
            ],
            found_late(),
        ),
        Row::behaviour(
            "a read shows the name of another function",
            &["RSP-NAME-TYPE"],
            READS,
            showing(|_, body| body["FunctionName"] = "another".into()),
        ),
        Row::behaviour(
            "reads are redirected",
            &["RSP-STATUS-200"],
            READS,
            redirected(),
        ),
        Row::behaviour(
            "images are not found",
            &["RSP-PKG-ENUM", "RSP-PKG-TYPE", "RSP-STATUS-200"],
            &[
                &[("package", "Image")],
                &[("package", "Image"), ("due", "200")],
            ],
            images_are_not_found(),
        ),
    ]
}

fn redirected() -> Arc<Middleware> {
    Arc::new(|request: Request<Bytes>, mock: Next<'_>| {
        let target = format!("/v2/{}", function(&request));
        let is_read = Asked::of(&request).is_some();
        let mut answer = mock(request);
        if is_read && answer.status() == 200 {
            *answer.status_mut() = StatusCode::TEMPORARY_REDIRECT;
            let location = target.parse().expect("a header");
            answer.headers_mut().insert("location", location);
            *answer.body_mut() = Bytes::new();
        }
        answer
    })
}

fn images_are_not_found() -> Arc<Middleware> {
    Arc::new(|request: Request<Bytes>, mock: Next<'_>| {
        let answer = mock(request.clone());
        let body: Value = serde_json::from_slice(answer.body()).unwrap_or_default();
        match Asked::of(&request).filter(|_| body["PackageType"] == "Image") {
            Some(asked) => absent(asked, &request, mock),
            None => answer,
        }
    })
}
