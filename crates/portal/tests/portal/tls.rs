//! Which servers are trusted.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum_server::tls_rustls::RustlsConfig;
use kabinet_portal::{Endpoints, OrderMeta, Portal, PortalError};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::pki_types::{PrivateKeyDer, pem::PemObject};

use crate::mock::{Seen, options, reply, router, token};

pub struct SecureServer {
    pub address: SocketAddr,
    pub root_pem: String,
    root_der: Vec<u8>,
    leaf_der: Vec<u8>,
    pub seen: Arc<Mutex<Vec<Seen>>>,
}

/// A server whose certificate, for `name`, comes from a root of its own.
pub async fn secure_server(
    name: &str,
    versions: &[&'static rustls::SupportedProtocolVersion],
) -> SecureServer {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let root = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let leaf = CertificateParams::new(vec![name.to_owned()])
        .unwrap()
        .signed_by(&key, &root)
        .unwrap();

    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(versions)
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(
            vec![leaf.der().clone()],
            PrivateKeyDer::from_pem_slice(key.serialize_pem().as_bytes()).unwrap(),
        )
        .unwrap();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let address = listener.local_addr().unwrap();
    let seen: Arc<Mutex<Vec<Seen>>> = Arc::default();
    let service = router(seen.clone(), |_| reply(200, r#"{"orderId":1}"#)).into_make_service();
    let server = axum_server::from_tcp_rustls(listener, RustlsConfig::from_config(Arc::new(config))).unwrap();
    tokio::spawn(async move { server.serve(service).await.unwrap() });
    SecureServer {
        address,
        root_pem: root.pem(),
        root_der: root.der().to_vec(),
        leaf_der: leaf.der().to_vec(),
        seen,
    }
}

impl SecureServer {
    fn endpoints(&self) -> Endpoints {
        let base = format!("https://{}", self.address);
        Endpoints::custom(&base, &base).unwrap()
    }
}

pub async fn reserve(endpoints: Endpoints) -> Result<(), PortalError> {
    let portal = Portal::new(&endpoints, options()).unwrap();
    portal
        .reserve(&token().await, &OrderMeta::new("45000000000", "10000000109"))
        .await
        .map(|_| ())
}

#[tokio::test]
async fn a_server_of_an_unknown_root_gets_nothing() {
    let server = secure_server("127.0.0.1", rustls::ALL_VERSIONS).await;
    let error = reserve(server.endpoints()).await.unwrap_err();
    assert_eq!(error, PortalError::ServerUntrusted);
    assert!(!error.outcome_unknown() && !error.is_retriable());
    assert!(server.seen.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_server_of_a_given_root_is_trusted() {
    for version in [&rustls::version::TLS12, &rustls::version::TLS13] {
        let server = secure_server("127.0.0.1", &[version]).await;
        reserve(server.endpoints().with_roots(server.root_pem.as_bytes()).unwrap())
            .await
            .unwrap();
        reserve(server.endpoints().with_roots(&server.root_der).unwrap())
            .await
            .unwrap();
        assert_eq!(server.seen.lock().unwrap().len(), 2);
    }
}

#[tokio::test]
async fn another_root_does_not_help() {
    let server = secure_server("127.0.0.1", rustls::ALL_VERSIONS).await;
    let other = secure_server("127.0.0.1", rustls::ALL_VERSIONS).await;
    let endpoints = server.endpoints().with_roots(other.root_pem.as_bytes()).unwrap();
    assert_eq!(reserve(endpoints).await, Err(PortalError::ServerUntrusted));
    assert!(server.seen.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_certificate_for_another_name_does_not_help() {
    let server = secure_server("www.gosuslugi.ru", rustls::ALL_VERSIONS).await;
    let endpoints = server.endpoints().with_roots(server.root_pem.as_bytes()).unwrap();
    assert_eq!(reserve(endpoints).await, Err(PortalError::ServerUntrusted));
    assert!(server.seen.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_look_at_the_connection_tells_who_vouches_for_the_server() {
    let server = secure_server("127.0.0.1", rustls::ALL_VERSIONS).await;
    let endpoints = server.endpoints().with_roots(server.root_pem.as_bytes()).unwrap();
    let portal = Portal::new(&endpoints, options()).unwrap();
    let checked = portal.check(kabinet_portal::Service::Esia).await.unwrap();
    assert_eq!(checked.http, 200);
    assert_eq!(checked.certificate, Some(server.leaf_der.clone()));
    let seen = server.seen.lock().unwrap();
    assert_eq!(seen.len(), 1);
    assert!(seen[0].header("authorization").is_none() && seen[0].body.is_empty());
}
