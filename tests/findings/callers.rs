//! Servers that do not look at who asks.

use std::sync::Arc;

use lambda_conformance::{mock::Middleware, reference::Identity};

use crate::{
    servers::taking,
    table::{Factors, Row},
};

/// A server that lets callers do all, where `is_due` says so.
fn trusting(is_due: fn(&Identity) -> bool) -> Arc<Middleware> {
    taking(move |request| {
        if request.extensions().get::<Identity>().is_some_and(is_due) {
            request.extensions_mut().insert(Identity::Trusted);
        }
    })
}

pub(crate) fn rows() -> Vec<Row> {
    let row = |name: &'static str,
               clause: &'static str,
               factors: &[Factors],
               is_due: fn(&Identity) -> bool| {
        Row::behaviour(name, &[clause], factors, trusting(is_due))
    };
    vec![
        row(
            "unsigned requests are answered",
            "X-AUTH-MISSING",
            &[&[("caller", "unsigned")]],
            |caller| *caller == Identity::Missing,
        ),
        row(
            "unknown keys are answered",
            "X-AUTH-BADKEY",
            &[&[("caller", "unknown-key")]],
            |caller| *caller == Identity::UnknownKey,
        ),
        row(
            "signatures are not checked",
            "X-AUTH-BADSIG",
            &[&[("caller", "wrong-secret")]],
            |caller| *caller == Identity::WrongSignature,
        ),
        row(
            "the time of signatures is not checked",
            "X-AUTH-SKEW",
            &[&[("caller", "skewed")]],
            |caller| matches!(caller, Identity::Skew { .. }),
        ),
        row(
            "expired tokens are answered",
            "X-AUTH-EXPIRED-TOKEN",
            &[&[("caller", "expired-token")]],
            |caller| *caller == Identity::ExpiredToken,
        ),
        row(
            "denied callers are answered",
            "X-AUTHZ",
            &[
                &[("caller", "denied")],
                &[("caller", "denied"), ("due", "403 AccessDeniedException")],
            ],
            |caller| matches!(caller, Identity::Denied { .. }),
        ),
        row(
            "callers of other accounts are answered",
            "X-XACCOUNT-DENIED",
            &[
                &[("caller", "other-account")],
                &[
                    ("caller", "other-account"),
                    ("due", "403 AccessDeniedException"),
                ],
            ],
            |caller| matches!(caller, Identity::Foreign { .. }),
        ),
        Row::behaviour(
            "nobody is asked for a signature",
            &["X-AUTH-MISSING", "X-AUTH-BADKEY", "X-AUTH-BADSIG"],
            &[&[
                ("caller", "unsigned"),
                ("caller", "unknown-key"),
                ("caller", "wrong-secret"),
                ("caller", "skewed"),
                ("caller", "expired-token"),
                ("caller", "denied"),
                ("caller", "other-account"),
                ("caller", "malformed"),
            ]],
            trusting(|_| true),
        ),
    ]
}
