//! The answers that are not successes, in their exact shapes on the wire.
//!
//! Knows no operation. Which letter case `message` has, and whether `Type` stands beside it, differs
//! from exception to exception as it does on AWS; the order of the members is that of the raw traces.

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode};
use serde_json::Value;
use time::OffsetDateTime;
use time::macros::format_description;

use super::row::Row;

/// An answer that is not a success.
#[derive(Debug)]
pub(super) struct Refusal {
    row: Row,
    status: StatusCode,
    /// The exception; absent only in the answer to what is no operation, which is XML.
    exception: Option<&'static str>,
    body: String,
}

impl Refusal {
    fn new(
        row: Row,
        status: StatusCode,
        exception: &'static str,
        members: &[(&str, &str)],
    ) -> Self {
        let members: Vec<String> = members
            .iter()
            .map(|(name, value)| format!("{}:{}", Value::from(*name), Value::from(*value)))
            .collect();
        Self {
            row,
            status,
            exception: Some(exception),
            body: format!("{{{}}}", members.join(",")),
        }
    }

    /// 404, `Message` in upper case (X-ERR-CASING).
    fn missing(row: Row, message: &str) -> Self {
        let members = [("Type", "User"), ("Message", message)];
        Self::new(
            row,
            StatusCode::NOT_FOUND,
            "ResourceNotFoundException",
            &members,
        )
    }

    /// 400, `message` in lower case.
    fn invalid(row: Row, message: &str) -> Self {
        let members = [("Type", "User"), ("message", message)];
        Self::new(
            row,
            StatusCode::BAD_REQUEST,
            "InvalidParameterValueException",
            &members,
        )
    }

    /// 403 of the front: no `Type`.
    fn unauthenticated(row: Row, exception: &'static str, message: &str) -> Self {
        Self::new(
            row,
            StatusCode::FORBIDDEN,
            exception,
            &[("message", message)],
        )
    }

    /// The ARN is echoed as it was resolved, with the qualifier where one was given (ERR-404).
    pub(super) fn not_found(arn: &str) -> Self {
        Self::missing(Row::NOT_FOUND, &format!("Function not found: {arn}"))
    }

    /// Something else than a function, version or qualifier is missing.
    pub(super) fn nothing_there(message: &str) -> Self {
        Self::missing(Row::SET_UP_ERROR, message)
    }

    pub(super) fn other_region(asked: &str, here: &str) -> Self {
        let message =
            format!("Functions from '{asked}' are not reachable in this region ('{here}')");
        Self::missing(Row::OTHER_REGION, &message)
    }

    pub(super) fn qualifier_conflict() -> Self {
        let message =
            "The derived qualifier from the function name does not match the specified qualifier.";
        Self::invalid(Row::QUALIFIER_CONFLICT, message)
    }

    /// A parameter that is well formed and not acceptable; reads have only the qualifier conflict.
    pub(super) fn unacceptable(message: &str) -> Self {
        Self::invalid(Row::SET_UP_ERROR, message)
    }

    /// `violations` is never empty.
    pub(super) fn validation(violations: &[String]) -> Self {
        let count = violations.len();
        let plural = if count == 1 { "" } else { "s" };
        let message = format!(
            "{count} validation error{plural} detected: {}",
            violations.join("; ")
        );
        Self::new(
            Row::VALIDATION,
            StatusCode::BAD_REQUEST,
            "ValidationException",
            &[("message", &message)],
        )
    }

    /// The body is no JSON. Type and text are inferred.
    pub(super) fn unreadable(reason: &str) -> Self {
        let message = format!("Could not parse request body into json: {reason}");
        let members = [("Type", "User"), ("message", message.as_str())];
        Self::new(
            Row::SET_UP_ERROR,
            StatusCode::BAD_REQUEST,
            "InvalidRequestContentException",
            &members,
        )
    }

    /// A member of the body has another JSON type than the model says. Type and text are inferred.
    pub(super) fn ill_typed(member: &str, due: &str) -> Self {
        let message = format!("{member} must be {due}");
        Self::new(
            Row::SET_UP_ERROR,
            StatusCode::BAD_REQUEST,
            "SerializationException",
            &[("message", &message)],
        )
    }

    pub(super) fn conflict(message: &str) -> Self {
        let members = [("Type", "User"), ("message", message)];
        Self::new(
            Row::SET_UP_ERROR,
            StatusCode::CONFLICT,
            "ResourceConflictException",
            &members,
        )
    }

    /// `api` is the operation that would tell the current id.
    pub(super) fn revision_mismatch(api: &str) -> Self {
        let message = format!(
            "The Revision Id provided does not match the latest Revision Id. \
             Call the {api} API to retrieve the latest Revision Id"
        );
        let members = [("Type", "User"), ("message", message.as_str())];
        Self::new(
            Row::REVISION_MISMATCH,
            StatusCode::PRECONDITION_FAILED,
            "PreconditionFailedException",
            &members,
        )
    }

    /// No `Retry-After`: the recorded answers do not carry one (ERR-429).
    pub(super) fn throttled() -> Self {
        let members = [
            ("Reason", "CallerRateLimitExceeded"),
            ("Type", "User"),
            ("message", "Rate exceeded"),
        ];
        Self::new(
            Row::THROTTLED,
            StatusCode::TOO_MANY_REQUESTS,
            "TooManyRequestsException",
            &members,
        )
    }

    /// The value of `Type` is inferred; the model has the member and no recording shows it.
    pub(super) fn internal() -> Self {
        let message = "An error occurred and the request cannot be processed.";
        let members = [("Type", "Service"), ("Message", message)];
        Self::new(
            Row::INTERNAL_ERROR,
            StatusCode::INTERNAL_SERVER_ERROR,
            "ServiceException",
            &members,
        )
    }

    /// `policy` is the kind of policy that would have had to allow it: `identity` or `resource`.
    pub(super) fn not_authorised(caller: &str, action: &str, resource: &str, policy: &str) -> Self {
        let message = format!(
            "User: {caller} is not authorized to perform: lambda:{action} on resource: {resource} \
             because no {policy}-based policy allows the lambda:{action} action"
        );
        let members = [("Message", message.as_str())];
        Self::new(
            Row::NOT_AUTHORISED,
            StatusCode::FORBIDDEN,
            "AccessDeniedException",
            &members,
        )
    }

    /// What a creation in another account is told: a message that is null. Which letter case the member
    /// has cannot be seen in the recording.
    pub(super) fn not_authorised_without_words() -> Self {
        Self {
            row: Row::NOT_AUTHORISED,
            status: StatusCode::FORBIDDEN,
            exception: Some("AccessDeniedException"),
            body: r#"{"Message":null}"#.to_owned(),
        }
    }

    pub(super) fn no_credentials() -> Self {
        let message = "Missing Authentication Token";
        Self::unauthenticated(
            Row::NO_CREDENTIALS,
            "MissingAuthenticationTokenException",
            message,
        )
    }

    pub(super) fn unknown_key() -> Self {
        let message = "The security token included in the request is invalid.";
        Self::unauthenticated(Row::UNKNOWN_KEY, "UnrecognizedClientException", message)
    }

    pub(super) fn expired_token() -> Self {
        let message = "The security token included in the request is expired";
        Self::unauthenticated(Row::EXPIRED_TOKEN, "ExpiredTokenException", message)
    }

    pub(super) fn wrong_signature() -> Self {
        let message = "The request signature we calculated does not match the signature you provided. \
                       Check your AWS Secret Access Key and signing method. \
                       Consult the service documentation for details.";
        Self::unauthenticated(Row::WRONG_SIGNATURE, "InvalidSignatureException", message)
    }

    /// A signature from the past is recorded (X-AUTH-SKEW); the sentence for one from the future is
    /// inferred.
    pub(super) fn clock_skew(signed: SystemTime, now: SystemTime) -> Self {
        const TOLERANCE: Duration = Duration::from_secs(5 * 60);
        let (at, here) = (basic(signed), basic(now));
        let message = if signed <= now {
            format!(
                "Signature expired: {at} is now earlier than {} ({here} - 5 min.)",
                basic(now - TOLERANCE)
            )
        } else {
            format!(
                "Signature not yet current: {at} is still later than {} ({here} + 5 min.)",
                basic(now + TOLERANCE)
            )
        };
        Self::unauthenticated(Row::CLOCK_SKEW, "InvalidSignatureException", &message)
    }

    /// Status and text are inferred (GAP-5); only the type is known.
    pub(super) fn malformed_authorization() -> Self {
        let message = "Authorization header requires 'Credential' parameter. Authorization header requires \
                       'Signature' parameter. Authorization header requires 'SignedHeaders' parameter.";
        Self::unauthenticated(
            Row::MALFORMED_AUTHORIZATION,
            "IncompleteSignatureException",
            message,
        )
    }

    /// XML, with neither content type nor error type (X-ROUTE-UNKNOWN).
    pub(super) fn unroutable() -> Self {
        let body = "<AccessDeniedException>\n  <Message>Unable to determine service/operation name to be \
                    authorized</Message>\n</AccessDeniedException>\n";
        Self {
            row: Row::UNROUTABLE,
            status: StatusCode::FORBIDDEN,
            exception: None,
            body: body.to_owned(),
        }
    }

    pub(super) fn into_response(self, request_id: &str) -> Response<Bytes> {
        let mut response = Response::new(Bytes::from(self.body));
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        if let Some(exception) = self.exception {
            headers.insert(
                http::header::CONTENT_TYPE,
                HeaderValue::from_static("application/json"),
            );
            headers.insert("x-amzn-errortype", HeaderValue::from_static(exception));
        }
        headers.insert("x-amzn-requestid", request_id_value(request_id));
        response.extensions_mut().insert(self.row);
        response
    }
}

pub(super) fn request_id_value(request_id: &str) -> HeaderValue {
    HeaderValue::from_str(request_id).expect("invariant: a UUID is a header value")
}

/// The basic form of ISO 8601 that signatures use.
fn basic(at: SystemTime) -> String {
    OffsetDateTime::from(at)
        .format(format_description!(
            "[year][month][day]T[hour][minute][second]Z"
        ))
        .expect("invariant: a time of this era has a date")
}
