//! One request on its way through an operation, and what a success looks like.
//!
//! Knows how a request names a function and in which order that is refused; nothing of which
//! functions exist.

use std::time::SystemTime;

use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode};
use serde_json::Value;

use super::Settings;
use super::constraint::Violations;
use super::error::{Refusal, request_id_value};
use super::name::{FunctionName, Names, check_name, check_qualifier};
use super::route::Operation;
use super::row::Row;

/// A routed and authenticated request.
#[derive(Debug)]
pub(super) struct Call<'a> {
    pub(super) settings: &'a Settings,
    pub(super) operation: Operation,
    pub(super) labels: Vec<String>,
    pub(super) query: Vec<(String, String)>,
    pub(super) body: &'a Bytes,
    /// The ARN of a caller who may not do anything.
    pub(super) denied: Option<&'a str>,
    pub(super) now: SystemTime,
}

/// A function that a request names, and the ARN of it as answers echo it.
#[derive(Debug)]
pub(super) struct Located {
    pub(super) name: String,
    pub(super) qualifier: Option<String>,
    pub(super) arn: String,
}

impl Located {
    pub(super) fn qualifier(&self) -> Option<&str> {
        self.qualifier.as_deref()
    }

    pub(super) fn not_found(&self) -> Refusal {
        Refusal::not_found(&self.arn)
    }

    /// Refuses to write to anything but `$LATEST`. The sentence is inferred.
    pub(super) fn refuse_version(&self) -> Result<(), Refusal> {
        match self.qualifier() {
            None | Some("$LATEST") => Ok(()),
            Some(_) => Err(Refusal::unacceptable(
                "This operation is permitted on $LATEST only.",
            )),
        }
    }
}

impl Call<'_> {
    /// The first value of a query key, which is case sensitive. That the first of several counts is
    /// inferred (GAP-13).
    pub(super) fn query(&self, key: &str) -> Option<&str> {
        self.query
            .iter()
            .find(|(name, _)| name == key)
            .map(|(_, value)| value.as_str())
    }

    /// The function that the first label names.
    pub(super) fn locate(&self, names: Names, violations: Violations) -> Result<Located, Refusal> {
        self.locate_named(&self.labels[0], names, violations)
    }

    /// The function that `text` names; `violations` are those of the other members of the request.
    pub(super) fn locate_named(
        &self,
        text: &str,
        names: Names,
        mut violations: Violations,
    ) -> Result<Located, Refusal> {
        let asked = if self.operation.takes_qualifier() {
            self.query("Qualifier")
        } else {
            None
        };
        check_name(&mut violations, names, text);
        if let Some(asked) = asked {
            check_qualifier(&mut violations, asked);
        }
        violations.verdict()?;
        let parsed = FunctionName::parse(text)
            .expect("invariant: both patterns are covered by the one that parses");
        self.resolve(parsed, asked)
    }

    /// From a well-formed name to a function of this account: conflict, authorisation, region,
    /// account.
    pub(super) fn resolve(
        &self,
        parsed: FunctionName,
        asked: Option<&str>,
    ) -> Result<Located, Refusal> {
        if let (Some(derived), Some(asked)) = (parsed.qualifier.as_deref(), asked)
            && derived != asked
        {
            return Err(Refusal::qualifier_conflict());
        }
        let qualifier = parsed.qualifier.or_else(|| asked.map(str::to_owned));
        let arn = self
            .settings
            .function_arn(&parsed.name, qualifier.as_deref());
        self.authorise(&arn)?;
        if let Some(region) = parsed
            .region
            .filter(|region| *region != self.settings.region)
        {
            return Err(Refusal::other_region(&region, &self.settings.region));
        }
        if let Some(account) = parsed
            .account
            .filter(|account| *account != self.settings.account)
        {
            if self.operation == Operation::CreateFunction {
                return Err(Refusal::not_authorised_without_words());
            }
            // No grant from another account can be here. The caller's name is ours to choose, and
            // the tail is inferred: recorded is the sentence up to the resource
            // (X-XACCOUNT-DENIED).
            let caller = format!(
                "arn:{}:iam::{}:user/lambda-conformance",
                self.settings.partition, self.settings.account
            );
            let foreign = Settings {
                account,
                ..self.settings.clone()
            };
            let resource = foreign.function_arn(&parsed.name, qualifier.as_deref());
            return Err(Refusal::not_authorised(
                &caller,
                &self.action(),
                &resource,
                "resource",
            ));
        }
        Ok(Located {
            name: parsed.name,
            qualifier,
            arn,
        })
    }

    /// Refuses a caller who is denied everything.
    pub(super) fn authorise(&self, resource: &str) -> Result<(), Refusal> {
        match self.denied {
            Some(caller) => Err(Refusal::not_authorised(
                caller,
                &self.action(),
                resource,
                "identity",
            )),
            None => Ok(()),
        }
    }

    fn action(&self) -> String {
        format!("{:?}", self.operation)
    }
}

/// An answer that is a success.
#[derive(Debug)]
pub(super) enum Answer {
    /// A JSON body.
    Json(StatusCode, Value),
    /// 204.
    Nothing,
}

impl Answer {
    pub(super) fn ok(body: Value) -> Self {
        Self::Json(StatusCode::OK, body)
    }

    pub(super) fn created(body: Value) -> Self {
        Self::Json(StatusCode::CREATED, body)
    }

    pub(super) fn into_response(self, request_id: &str) -> Response<Bytes> {
        let mut response = match self {
            Self::Json(status, body) => {
                let mut response = Response::new(Bytes::from(body.to_string()));
                *response.status_mut() = status;
                let json = HeaderValue::from_static("application/json");
                response
                    .headers_mut()
                    .insert(http::header::CONTENT_TYPE, json);
                response
            }
            Self::Nothing => {
                let mut response = Response::new(Bytes::new());
                *response.status_mut() = StatusCode::NO_CONTENT;
                response
            }
        };
        response
            .headers_mut()
            .insert("x-amzn-requestid", request_id_value(request_id));
        response.extensions_mut().insert(Row::SUCCESS);
        response
    }
}
