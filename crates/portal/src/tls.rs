//! TLS settings: version 1.3, or 1.2 where it may be; roots of the operating system and our own.

use std::sync::Arc;

use reqwest::Url;
use rustls::ClientConfig;
use rustls_platform_verifier::Verifier;

use crate::endpoints::is_loopback;
use crate::{Endpoints, SetupError};

/// A configuration for one base URL. A portal on loopback is known by the given roots alone: no public
/// authority vouches for it, and none should be able to.
pub(crate) fn config(base: &Url, endpoints: &Endpoints) -> Result<ClientConfig, SetupError> {
    let roots = &endpoints.roots;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let versions: &[&rustls::SupportedProtocolVersion] = if endpoints.route.only_tls13 {
        &[&rustls::version::TLS13]
    } else {
        // The newest both sides have is agreed on; rustls has nothing older than these.
        &[&rustls::version::TLS13, &rustls::version::TLS12]
    };
    let builder = ClientConfig::builder_with_provider(provider.clone())
        .with_protocol_versions(versions)
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
