//! How connections are secured: whom a client trusts.

use std::{env, path::Path, sync::Arc};

use rustls::{
    CertificateError, DigitallySignedStruct, Error, SignatureScheme,
    client::{
        danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
        verify_server_name,
    },
    pki_types::{CertificateDer, ServerName, UnixTime, pem::PemObject},
    server::ParsedCertificate,
};
use rustls_platform_verifier::Verifier;

use super::ClientError;
use crate::target::Endpoint;

/// TLS with the system's CA certificates, and those that `SSL_CERT_FILE` names. An endpoint without TLS gets a configuration
/// that trusts nobody, because reqwest wants one, and reading certificates takes time and may fail.
pub(super) fn configuration(endpoint: &Endpoint) -> Result<rustls::ClientConfig, ClientError> {
    let failed = |reason: String| ClientError::Tls {
        endpoint: endpoint.to_string(),
        reason,
    };
    let told = |error: Error| failed(error.to_string());
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = rustls::ClientConfig::builder_with_provider(provider.clone())
        .with_safe_default_protocol_versions()
        .map_err(told)?;
    let mut config = if endpoint.is_secure() {
        let named = match env::var_os("SSL_CERT_FILE").filter(|path| !path.is_empty()) {
            Some(path) => bundle(path.as_ref()).map_err(failed)?,
            None => Vec::new(),
        };
        let usual = Verifier::new_with_extra_roots(named.clone(), provider).map_err(told)?;
        builder
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(Trust { usual, named }))
            .with_no_client_auth()
    } else {
        builder
            .with_root_certificates(rustls::RootCertStore::empty())
            .with_no_client_auth()
    };
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}

/// The certificates of a file, which has at least one.
fn bundle(path: &Path) -> Result<Vec<CertificateDer<'static>>, String> {
    let shown = path.display();
    let unread = |error: rustls::pki_types::pem::Error| match error {
        rustls::pki_types::pem::Error::Io(error) => {
            format!("cannot read `{shown}`, which `SSL_CERT_FILE` names: {error}")
        }
        error => format!("`{shown}`, which `SSL_CERT_FILE` names, is no PEM file: {error}"),
    };
    let all = CertificateDer::pem_file_iter(path).map_err(unread)?;
    let all: Vec<_> = all.collect::<Result<_, _>>().map_err(unread)?;
    if all.is_empty() {
        return Err(format!(
            "`{shown}`, which `SSL_CERT_FILE` names, has no certificate"
        ));
    }
    Ok(all)
}

/// Whom a client trusts: whom the system trusts, and whoever shows a certificate that somebody named, even if that is one of a
/// CA, as those are that `openssl req -x509` makes.
#[derive(Debug)]
struct Trust {
    usual: Verifier,
    named: Vec<CertificateDer<'static>>,
}

impl ServerCertVerifier for Trust {
    fn verify_server_cert(
        &self,
        shown: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let verified = self
            .usual
            .verify_server_cert(shown, intermediates, name, ocsp, now);
        match verified {
            // its time is looked at before
            Err(error) if is_about_ca(&error) && self.named.contains(shown) => {
                verify_server_name(&ParsedCertificate::try_from(shown)?, name)?;
                Ok(ServerCertVerified::assertion())
            }
            verified => verified,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        shown: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.usual.verify_tls12_signature(message, shown, signed)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        shown: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.usual.verify_tls13_signature(message, shown, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.usual.supported_verify_schemes()
    }
}

/// Whether a certificate is refused only because it is that of a CA.
fn is_about_ca(error: &Error) -> bool {
    match error {
        Error::InvalidCertificate(CertificateError::Other(other)) => {
            other.to_string().contains("CaUsedAsEndEntity")
        }
        _ => false,
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::{process::Command, time::Duration};

    use super::*;

    /// What `openssl req -x509` makes is good for thirty days.
    #[test]
    fn a_certificate_that_is_named_is_good_for_its_name_and_its_time() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("certificate.pem");
        let made = Command::new("openssl")
            .args([
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:P-256",
                "-nodes",
            ])
            .args([
                "-subj",
                "/CN=here",
                "-addext",
                "subjectAltName=DNS:here.example",
                "-keyout",
            ])
            .arg(folder.path().join("key.pem"))
            .arg("-out")
            .arg(&path)
            .output()
            .expect("openssl is installed");
        assert!(made.status.success(), "{made:?}");
        let named = bundle(&path).expect("a bundle");
        let trust = |named: &[CertificateDer<'static>], name: &'static str, days: u64| {
            let name = ServerName::try_from(name).expect("a name");
            let now = UnixTime::now().as_secs() + days * 24 * 3600;
            let now = UnixTime::since_unix_epoch(Duration::from_secs(now));
            let named = named.to_vec();
            let provider = Arc::new(rustls::crypto::ring::default_provider());
            let usual =
                Verifier::new_with_extra_roots(named.clone(), provider).expect("a verifier");
            let shown = bundle(&path).expect("a bundle");
            let trust = Trust { usual, named };
            trust
                .verify_server_cert(&shown[0], &[], &name, &[], now)
                .is_ok()
        };
        assert!(trust(&named, "here.example", 0));
        assert!(trust(&named, "here.example", 29));
        assert!(!trust(&named, "here.example", 31));
        assert!(!trust(&named, "there.example", 0));
        assert!(!trust(&[], "here.example", 0));
    }
}
