//! The kinds of answers, for whoever wants to treat them kind by kind.
//!
//! Knows neither statuses nor texts.

use std::fmt;

/// Which kind of answer a response is an instance of: a row of the contract's error table, or a
/// success.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Row(&'static str);

impl Row {
    /// The operation was done.
    pub const SUCCESS: Self = Self("success");
    /// A function, version or alias does not exist.
    pub const NOT_FOUND: Self = Self("not-found");
    /// The ARN is of a region that this endpoint does not serve.
    pub const OTHER_REGION: Self = Self("other-region");
    /// The name carries one qualifier and the query another.
    pub const QUALIFIER_CONFLICT: Self = Self("qualifier-conflict");
    /// A value violates a pattern, a length, a range or an enumeration.
    pub const VALIDATION: Self = Self("validation");
    /// Too many requests.
    pub const THROTTLED: Self = Self("throttled");
    /// The caller is known and not allowed.
    pub const NOT_AUTHORISED: Self = Self("not-authorised");
    /// The request is not signed.
    pub const NO_CREDENTIALS: Self = Self("no-credentials");
    /// The access key or its session token is unknown.
    pub const UNKNOWN_KEY: Self = Self("unknown-key");
    /// The session token is past its time.
    pub const EXPIRED_TOKEN: Self = Self("expired-token");
    /// The signature does not match.
    pub const WRONG_SIGNATURE: Self = Self("wrong-signature");
    /// The signature is of another time.
    pub const CLOCK_SKEW: Self = Self("clock-skew");
    /// The `Authorization` header cannot be read.
    pub const MALFORMED_AUTHORIZATION: Self = Self("malformed-authorization");
    /// Method and path are no operation.
    pub const UNROUTABLE: Self = Self("unroutable");
    /// The service failed.
    pub const INTERNAL_ERROR: Self = Self("internal-error");
    /// The revision id that was asserted is not the current one.
    pub const REVISION_MISMATCH: Self = Self("revision-mismatch");
    /// Any other error that only operations other than the reads can give.
    pub const SET_UP_ERROR: Self = Self("set-up-error");

    /// The row's name in kebab case, stable.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.0
    }
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// Every [`Row`] there is.
pub const ROWS: &[Row] = &[
    Row::SUCCESS,
    Row::NOT_FOUND,
    Row::OTHER_REGION,
    Row::QUALIFIER_CONFLICT,
    Row::VALIDATION,
    Row::THROTTLED,
    Row::NOT_AUTHORISED,
    Row::NO_CREDENTIALS,
    Row::UNKNOWN_KEY,
    Row::EXPIRED_TOKEN,
    Row::WRONG_SIGNATURE,
    Row::CLOCK_SKEW,
    Row::MALFORMED_AUTHORIZATION,
    Row::UNROUTABLE,
    Row::INTERNAL_ERROR,
    Row::REVISION_MISMATCH,
    Row::SET_UP_ERROR,
];
