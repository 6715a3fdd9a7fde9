//! How connections are secured: whom a client trusts.

use std::sync::Arc;

use super::ClientError;
use crate::target::Endpoint;

/// TLS with the system's CA certificates. An endpoint without TLS gets a configuration that trusts nobody, because reqwest
/// wants one, and reading certificates takes time and may fail.
pub(super) fn configuration(endpoint: &Endpoint) -> Result<rustls::ClientConfig, ClientError> {
    let failed = |error: rustls::Error| ClientError::Tls {
        endpoint: endpoint.to_string(),
        reason: error.to_string(),
    };
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = rustls::ClientConfig::builder_with_provider(provider.clone())
        .with_safe_default_protocol_versions()
        .map_err(failed)?;
    let mut config = if endpoint.is_secure() {
        let verifier = rustls_platform_verifier::Verifier::new(provider).map_err(failed)?;
        builder
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(verifier))
            .with_no_client_auth()
    } else {
        builder
            .with_root_certificates(rustls::RootCertStore::empty())
            .with_no_client_auth()
    };
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}
