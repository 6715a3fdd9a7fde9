//! Servers that do not look at region and account of an ARN, or answer otherwise for those of others.

use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderValue, Request, StatusCode};
use lambda_conformance::mock::Middleware;
use serde_json::json;

use crate::{
    resolved::absent,
    servers::{Next, asked::Asked, written},
    table::{Factors, Row},
};

const OWN_REGION: &str = "us-east-1";
const OWN_ACCOUNT: &str = "123456789012";

const REGION: &[Factors] = &[
    &[("region", "other")],
    &[
        ("region", "other"),
        ("due", "404 ResourceNotFoundException"),
    ],
];
const ACCOUNT: &[Factors] = &[
    &[("account", "other")],
    &[("account", "other"), ("due", "403 AccessDeniedException")],
];

fn is_of_another_region(asked: &Asked) -> bool {
    asked
        .region
        .as_deref()
        .is_some_and(|region| region != OWN_REGION)
}

fn is_of_another_account(asked: &Asked) -> bool {
    asked
        .account
        .as_deref()
        .is_some_and(|account| account != OWN_ACCOUNT)
}

/// A server that does not look at a part of an ARN.
fn ignoring(is_due: fn(&Asked) -> bool, change: fn(&mut Asked)) -> Arc<Middleware> {
    Arc::new(move |request: Request<Bytes>, mock: Next<'_>| {
        let answer = mock(request.clone());
        let is_malformed = answer.status() == StatusCode::BAD_REQUEST;
        match Asked::of(&request).filter(is_due) {
            Some(mut asked) if !is_malformed => {
                change(&mut asked);
                mock(asked.written(&request))
            }
            _ => answer,
        }
    })
}

/// A server that says of another region what it says of what is not there.
fn another_region_is_any_absence() -> Arc<Middleware> {
    Arc::new(|request: Request<Bytes>, mock: Next<'_>| {
        let answer = mock(request.clone());
        let asked = Asked::of(&request)
            .filter(|asked| answer.status() == 404 && is_of_another_region(asked));
        match asked {
            Some(asked) => absent(
                Asked {
                    region: Some(OWN_REGION.to_owned()),
                    ..asked
                },
                &request,
                mock,
            ),
            None => answer,
        }
    })
}

/// A server that refuses another region as a parameter that is not valid.
fn another_region_is_not_valid() -> Arc<Middleware> {
    Arc::new(|request: Request<Bytes>, mock: Next<'_>| {
        let answer = mock(request.clone());
        let asked = Asked::of(&request);
        if answer.status() != 404 || !asked.as_ref().is_some_and(is_of_another_region) {
            return answer;
        }
        let mut answer = written(answer, |body| {
            *body = json!({ "Type": "User", "message": body["Message"] });
        });
        *answer.status_mut() = StatusCode::BAD_REQUEST;
        let name = HeaderValue::from_static("InvalidParameterValueException");
        answer.headers_mut().insert("x-amzn-errortype", name);
        answer
    })
}

pub(crate) fn rows() -> Vec<Row> {
    vec![
        Row::behaviour(
            "the region of an ARN is ignored",
            &["X-REGION"],
            REGION,
            ignoring(is_of_another_region, |asked| {
                asked.region = Some(OWN_REGION.to_owned())
            }),
        ),
        Row::behaviour(
            "another region is any absence",
            &["X-REGION"],
            REGION,
            another_region_is_any_absence(),
        ),
        Row::behaviour(
            "another region is not valid",
            &["X-REGION"],
            REGION,
            another_region_is_not_valid(),
        ),
        Row::behaviour(
            "the account of an ARN is ignored",
            &["X-XACCOUNT-DENIED"],
            ACCOUNT,
            ignoring(is_of_another_account, |asked| {
                asked.account = Some(OWN_ACCOUNT.to_owned());
            }),
        ),
    ]
}
