//! [`ClientError`]: why there is no client.

/// Why there is no client for a target.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ClientError {
    /// The feature `tls` is off.
    #[error(
        "no TLS for `{endpoint}` in this build; switch on the feature `tls` of lambda-conformance"
    )]
    NoTls {
        /// The endpoint.
        endpoint: String,
    },
    /// Connections to the endpoint could not be secured.
    #[error(
        "no TLS for `{endpoint}`: {reason}; install the system's CA certificates, or name a bundle in `SSL_CERT_FILE`"
    )]
    Tls {
        /// The endpoint.
        endpoint: String,
        /// What the TLS library says.
        reason: String,
    },
    /// The endpoint would be spoken to under another name than the one written.
    #[error("endpoint `{endpoint}` would be used as `{used}`; write it like that")]
    Endpoint {
        /// The endpoint as given.
        endpoint: String,
        /// What would be used.
        used: String,
    },
    /// The HTTP library refuses its settings.
    #[error("no HTTP client for `{endpoint}`: {reason}")]
    Build {
        /// The endpoint.
        endpoint: String,
        /// What it says.
        reason: String,
    },
}
