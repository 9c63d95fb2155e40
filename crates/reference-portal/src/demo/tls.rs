//! The certificate of the HTTPS port: ECDSA, because ordinary TLS libraries do not speak GOST.

use std::fs;
use std::path::Path;

use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer,
    KeyPair, KeyUsagePurpose,
};
use time::{Duration, OffsetDateTime};

use super::DemoError;
use super::index::TlsFiles;
use crate::authority::write_private;

/// Clients refuse server certificates that live longer.
const SERVER_LIFETIME: Duration = Duration::days(820);

/// Makes the authority and the server certificate for this computer in `dir`.
pub(super) fn make(dir: &Path, now: OffsetDateTime) -> Result<TlsFiles, DemoError> {
    let ca_key = KeyPair::generate()?;
    let mut ca = CertificateParams::default();
    ca.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    ca.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    ca.distinguished_name = named("Учебный портал: TLS");
    ca.not_before = now - Duration::days(1);
    ca.not_after = now + Duration::days(3650);
    let ca_certificate = ca.self_signed(&ca_key)?;
    let issuer = Issuer::new(ca, ca_key);

    let key = KeyPair::generate()?;
    let mut server = CertificateParams::new(vec!["localhost".to_owned(), "127.0.0.1".to_owned()])?;
    server.distinguished_name = named("localhost");
    server.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    server.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    server.use_authority_key_identifier_extension = true;
    server.not_before = now - Duration::days(1);
    server.not_after = now + SERVER_LIFETIME;
    let certificate = server.signed_by(&key, &issuer)?;

    let files = TlsFiles {
        ca: "tls-ca.crt".into(),
        certificate: "tls-server.crt".into(),
        key: "tls-server.key".into(),
    };
    fs::write(dir.join(&files.ca), ca_certificate.pem())?;
    fs::write(dir.join(&files.certificate), certificate.pem())?;
    write_private(&dir.join(&files.key), key.serialize_pem().as_bytes())?;
    Ok(files)
}

fn named(common_name: &str) -> DistinguishedName {
    let mut name = DistinguishedName::new();
    name.push(DnType::CommonName, common_name);
    name
}
