//! From method and path to an operation and its labels, and from a query string to its pairs.
//!
//! Knows nothing of what a label means. The path is split before anything is decoded, so that an
//! encoded slash stays inside its label, and every label is decoded once.

use http::Method;
use percent_encoding::percent_decode_str;

/// What a request asks to be done; named as in IAM actions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operation {
    AddPermission,
    CreateAlias,
    CreateFunction,
    DeleteAlias,
    DeleteFunction,
    DeleteFunctionConcurrency,
    DeleteLayerVersion,
    GetAlias,
    GetFunction,
    GetFunctionConcurrency,
    GetFunctionConfiguration,
    GetPolicy,
    ListAliases,
    ListFunctions,
    ListTags,
    ListVersionsByFunction,
    PublishLayerVersion,
    PublishVersion,
    PutFunctionConcurrency,
    PutProvisionedConcurrencyConfig,
    PutRuntimeManagementConfig,
    RemovePermission,
    TagResource,
    UntagResource,
    UpdateAlias,
    UpdateFunctionCode,
    UpdateFunctionConfiguration,
    /// Ours: state that no operation of the API leads to.
    Override,
}

impl Operation {
    /// Whether `Qualifier` is a member of the input; elsewhere it is an unknown query key and
    /// ignored.
    pub(super) fn takes_qualifier(self) -> bool {
        matches!(
            self,
            Self::AddPermission
                | Self::DeleteFunction
                | Self::GetFunction
                | Self::GetFunctionConfiguration
                | Self::GetPolicy
                | Self::Override
                | Self::PutProvisionedConcurrencyConfig
                | Self::PutRuntimeManagementConfig
                | Self::RemovePermission
        )
    }
}

/// The operation and its decoded labels, if there is one. An empty label is none (inferred, GAP-3).
pub(super) fn find(
    method: &Method,
    path: &str,
    state_control: bool,
) -> Option<(Operation, Vec<String>)> {
    use Operation as O;
    let segments: Vec<&str> = path.strip_prefix('/')?.split('/').collect();
    let (operation, labels): (_, Vec<&str>) = match (method.as_str(), segments.as_slice()) {
        // Old clients end the path of the collection in a slash; that AWS takes it is inferred.
        ("POST", ["2015-03-31", "functions"] | ["2015-03-31", "functions", ""]) => {
            (O::CreateFunction, vec![])
        }
        ("GET", ["2015-03-31", "functions"] | ["2015-03-31", "functions", ""]) => {
            (O::ListFunctions, vec![])
        }
        (method, ["2015-03-31", "functions", name]) => match method {
            "GET" => (O::GetFunction, vec![*name]),
            "DELETE" => (O::DeleteFunction, vec![*name]),
            _ => return None,
        },
        (method, ["2015-03-31", "functions", name, noun]) => match (method, *noun) {
            ("GET", "configuration") => (O::GetFunctionConfiguration, vec![*name]),
            ("PUT", "configuration") => (O::UpdateFunctionConfiguration, vec![*name]),
            ("PUT", "code") => (O::UpdateFunctionCode, vec![*name]),
            ("POST", "versions") => (O::PublishVersion, vec![*name]),
            ("GET", "versions") => (O::ListVersionsByFunction, vec![*name]),
            ("POST", "aliases") => (O::CreateAlias, vec![*name]),
            ("GET", "aliases") => (O::ListAliases, vec![*name]),
            ("POST", "policy") => (O::AddPermission, vec![*name]),
            ("GET", "policy") => (O::GetPolicy, vec![*name]),
            _ => return None,
        },
        (method, ["2015-03-31", "functions", name, noun, second]) => match (method, *noun) {
            ("GET", "aliases") => (O::GetAlias, vec![*name, *second]),
            ("PUT", "aliases") => (O::UpdateAlias, vec![*name, *second]),
            ("DELETE", "aliases") => (O::DeleteAlias, vec![*name, *second]),
            ("DELETE", "policy") => (O::RemovePermission, vec![*name, *second]),
            _ => return None,
        },
        ("POST", ["2017-03-31", "tags", arn]) => (O::TagResource, vec![*arn]),
        ("GET", ["2017-03-31", "tags", arn]) => (O::ListTags, vec![*arn]),
        ("DELETE", ["2017-03-31", "tags", arn]) => (O::UntagResource, vec![*arn]),
        ("PUT", ["2017-10-31", "functions", name, "concurrency"]) => {
            (O::PutFunctionConcurrency, vec![*name])
        }
        ("DELETE", ["2017-10-31", "functions", name, "concurrency"]) => {
            (O::DeleteFunctionConcurrency, vec![*name])
        }
        ("GET", ["2019-09-30", "functions", name, "concurrency"]) => {
            (O::GetFunctionConcurrency, vec![*name])
        }
        ("PUT", ["2019-09-30", "functions", name, "provisioned-concurrency"]) => {
            (O::PutProvisionedConcurrencyConfig, vec![*name])
        }
        ("PUT", ["2021-07-20", "functions", name, "runtime-management-config"]) => {
            (O::PutRuntimeManagementConfig, vec![*name])
        }
        ("POST", ["2018-10-31", "layers", layer, "versions"]) => {
            (O::PublishLayerVersion, vec![*layer])
        }
        ("DELETE", ["2018-10-31", "layers", layer, "versions", number]) => {
            (O::DeleteLayerVersion, vec![*layer, *number])
        }
        ("PUT", ["_lambda-conformance", "functions", name, "overrides"]) if state_control => {
            (O::Override, vec![*name])
        }
        _ => return None,
    };
    if labels.iter().any(|label| label.is_empty()) {
        return None;
    }
    Some((
        operation,
        labels.iter().map(|label| decoded(label)).collect(),
    ))
}

/// The pairs of a query string, in order. A plus sign is a space, as in forms (inferred; SDKs
/// encode both).
pub(super) fn query(text: &str) -> Vec<(String, String)> {
    text.split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            (
                decoded(&key.replace('+', " ")),
                decoded(&value.replace('+', " ")),
            )
        })
        .collect()
}

/// An escape that is none stays as it is and bytes that are no UTF-8 become U+FFFD, so that both
/// fail the pattern of whatever they stand in (inferred: a 400 that shows the value, rather than
/// one without a body).
fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}
