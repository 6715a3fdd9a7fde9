//! Servers that answer another thing than was asked for, or nothing.

use std::{mem, sync::Arc};

use bytes::Bytes;
use http::{Request, Response};
use lambda_conformance::mock::Middleware;
use serde_json::Value;

use crate::servers::{Next, asked::Asked, written};

/// What a qualifier looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    None,
    Latest,
    Version,
    Alias,
}

impl Kind {
    pub(crate) fn of(qualifier: Option<&str>) -> Kind {
        match qualifier {
            None => Kind::None,
            Some("$LATEST") => Kind::Latest,
            Some(text) if text.bytes().all(|byte| byte.is_ascii_digit()) => Kind::Version,
            Some(_) => Kind::Alias,
        }
    }
}

/// The qualifier that counts.
pub(crate) fn qualifier(asked: &Asked) -> Option<&str> {
    asked.suffix.as_deref().or(asked.query.as_deref())
}

/// What kind of qualifier that is.
pub(crate) fn kind(asked: &Asked) -> Kind {
    Kind::of(qualifier(asked))
}

/// A server that does not find what is there, where `is_due` says so.
pub(crate) fn missing(is_due: impl Fn(&Asked) -> bool + Send + Sync + 'static) -> Arc<Middleware> {
    Arc::new(move |request: Request<Bytes>, mock: Next<'_>| {
        let answer = mock(request.clone());
        let asked = Asked::of(&request).filter(|asked| answer.status() == 200 && is_due(asked));
        asked.map_or(answer, |asked| absent(asked, &request, mock))
    })
}

/// The 404 of what was asked, whether or not it is there.
pub(crate) fn absent(
    mut asked: Asked,
    request: &Request<Bytes>,
    mock: Next<'_>,
) -> Response<Bytes> {
    const NOBODY: &str = "nobody-made-this";
    let name = mem::replace(&mut asked.name, NOBODY.to_owned());
    let (head, body) = mock(asked.written(request)).into_parts();
    let body = String::from_utf8_lossy(&body).replace(NOBODY, &name);
    Response::from_parts(head, body.into())
}

/// A server that reads something else, where `change` does not leave what was asked as it is. The ARN stays that of what was asked.
pub(crate) fn shown_as(change: impl Fn(&mut Asked) + Send + Sync + 'static) -> Arc<Middleware> {
    Arc::new(move |request: Request<Bytes>, mock: Next<'_>| {
        let answer = mock(request.clone());
        let Some(asked) = Asked::of(&request).filter(|_| answer.status() == 200) else {
            return answer;
        };
        let mut other = asked.clone();
        change(&mut other);
        if other == asked {
            return answer;
        }
        let own: Value = serde_json::from_slice(answer.body()).expect("JSON");
        let instead = mock(other.written(&request));
        if instead.status() != 200 {
            return instead;
        }
        written(instead, |body| {
            body["FunctionArn"] = own["FunctionArn"].clone()
        })
    })
}

/// A server that finds something else where what was asked is not there: `change` says what, or leaves it.
pub(crate) fn instead_of_404(
    change: impl Fn(&mut Asked) + Send + Sync + 'static,
) -> Arc<Middleware> {
    Arc::new(move |request: Request<Bytes>, mock: Next<'_>| {
        let answer = mock(request.clone());
        let Some(mut asked) = Asked::of(&request).filter(|_| answer.status() == 404) else {
            return answer;
        };
        let named = asked.clone();
        change(&mut asked);
        if asked == named {
            return answer;
        }
        let instead = mock(asked.written(&request));
        if instead.status() == 200 {
            instead
        } else {
            answer
        }
    })
}
