//! TLS settings: version 1.2 or newer, roots of the operating system and our own.

use std::sync::Arc;

use reqwest::Url;
use rustls::ClientConfig;
use rustls::pki_types::CertificateDer;
use rustls_platform_verifier::Verifier;

use crate::SetupError;
use crate::endpoints::is_loopback;

/// A configuration for one base URL. A portal on loopback is known by the given roots alone: no public
/// authority vouches for it, and none should be able to.
pub(crate) fn config(base: &Url, roots: &[CertificateDer<'static>]) -> Result<ClientConfig, SetupError> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    // rustls has nothing older than 1.2, and "safe default" is 1.2 and 1.3.
    let builder = ClientConfig::builder_with_provider(provider.clone())
        .with_safe_default_protocol_versions()
        .map_err(|_| SetupError::Client)?;
    let mut config = if is_loopback(base) {
        let mut store = rustls::RootCertStore::empty();
        for root in roots {
            store.add(root.clone()).map_err(|_| SetupError::RootUnreadable)?;
        }
        builder.with_root_certificates(store).with_no_client_auth()
    } else {
        let verifier = Verifier::new_with_extra_roots(roots.iter().cloned(), provider)
            .map_err(|_| SetupError::NoRoots)?;
        builder
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(verifier))
            .with_no_client_auth()
    };
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}
