//! Builds certificates and revocation lists for demo and test authorities; the key signs through a closure.
//!
//! The program itself issues nothing. The reference portal and tests need an authority of their own for GOST
//! keys, which the usual builders do not sign with.

use const_oid::ObjectIdentifier as Oid;
use time::OffsetDateTime;

use crate::algorithm::{DigestAlgorithm, signature_identifier};
use crate::certificate::Certificate;
use crate::extension::{BasicConstraints, Extension, KeyUsage};
use crate::instant;
use crate::name::DistinguishedName;
use crate::oid::extension as id;
use crate::problem::RevocationReason;
use crate::tlv::{Tlv, tag, write};

/// A certificate to be signed.
#[derive(Clone, Debug)]
pub struct CertificateRequest {
    /// Serial number, big-endian.
    pub serial: Vec<u8>,
    /// Name of the authority.
    pub issuer: DistinguishedName,
    /// Name of the owner.
    pub subject: DistinguishedName,
    /// First moment of validity.
    pub not_before: OffsetDateTime,
    /// Last moment of validity.
    pub not_after: OffsetDateTime,
    /// DER SubjectPublicKeyInfo of the owner.
    pub spki: Vec<u8>,
    /// Extensions in order.
    pub extensions: Vec<Extension>,
}

impl CertificateRequest {
    /// Encodes and signs; `algorithm` is a sign-with-digest identifier, `sign` gets the TBSCertificate and
    /// returns the signature as X.509 carries it. Returns DER.
    pub fn sign<E>(
        &self,
        algorithm: &Oid,
        sign: impl FnOnce(&[u8]) -> Result<Vec<u8>, E>,
    ) -> Result<Vec<u8>, E> {
        let validity = write::sequence(&[instant::write(self.not_before), instant::write(self.not_after)]);
        let mut parts = vec![
            write::context_constructed(0, &write::integer(&[2])),
            write::integer(&self.serial),
            signature_identifier(algorithm),
            self.issuer.der().to_vec(),
            validity,
            self.subject.der().to_vec(),
            self.spki.clone(),
        ];
        parts.extend(explicit_extensions(3, &self.extensions));
        finish(&parts, algorithm, sign)
    }
}

/// A revocation list to be signed.
#[derive(Clone, Debug)]
pub struct CrlRequest {
    /// Name of the authority.
    pub issuer: DistinguishedName,
    /// Key identifier of the authority.
    pub authority_key_id: Option<Vec<u8>>,
    /// Number of the list.
    pub number: u64,
    /// When it is made.
    pub this_update: OffsetDateTime,
    /// When the next one will be.
    pub next_update: OffsetDateTime,
    /// Serial number, moment, reason.
    pub revoked: Vec<(Vec<u8>, OffsetDateTime, RevocationReason)>,
}

impl CrlRequest {
    /// Encodes and signs, as [`CertificateRequest::sign`].
    pub fn sign<E>(
        &self,
        algorithm: &Oid,
        sign: impl FnOnce(&[u8]) -> Result<Vec<u8>, E>,
    ) -> Result<Vec<u8>, E> {
        let mut parts = vec![
            write::integer(&[1]),
            signature_identifier(algorithm),
            self.issuer.der().to_vec(),
            instant::write(self.this_update),
            instant::write(self.next_update),
        ];
        let entries: Vec<Vec<u8>> = self
            .revoked
            .iter()
            .map(|(serial, at, reason)| {
                let mut entry = vec![write::integer(serial), instant::write(*at)];
                if *reason != RevocationReason::Unspecified {
                    let reason = plain(id::REASON_CODE, write::enumerated(reason.number()));
                    entry.push(write::sequence(&[write_extension(&reason)]));
                }
                write::sequence(&entry)
            })
            .collect();
        if !entries.is_empty() {
            parts.push(write::sequence(&entries));
        }
        let mut extensions: Vec<Extension> = self
            .authority_key_id
            .iter()
            .map(|id| authority_key_id(id))
            .collect();
        extensions.push(plain(id::CRL_NUMBER, write::integer(&self.number.to_be_bytes())));
        parts.extend(explicit_extensions(0, &extensions));
        finish(&parts, algorithm, sign)
    }
}

fn finish<E>(
    parts: &[Vec<u8>],
    algorithm: &Oid,
    sign: impl FnOnce(&[u8]) -> Result<Vec<u8>, E>,
) -> Result<Vec<u8>, E> {
    let tbs = write::sequence(parts);
    let signature = sign(&tbs)?;
    Ok(write::sequence(&[
        tbs,
        signature_identifier(algorithm),
        write::bit_string(&signature),
    ]))
}

fn explicit_extensions(number: u8, extensions: &[Extension]) -> Option<Vec<u8>> {
    let list: Vec<_> = extensions.iter().map(write_extension).collect();
    (!list.is_empty()).then(|| write::context_constructed(number, &write::sequence(&list)))
}

fn write_extension(extension: &Extension) -> Vec<u8> {
    let mut parts = vec![write::oid(&extension.oid)];
    if extension.critical {
        parts.push(write::boolean(true));
    }
    parts.push(write::octet_string(&extension.value));
    write::sequence(&parts)
}

fn plain(oid: Oid, value: Vec<u8>) -> Extension {
    Extension {
        oid,
        critical: false,
        value,
    }
}

/// basicConstraints, critical.
#[must_use]
pub fn basic_constraints(constraints: BasicConstraints) -> Extension {
    let mut parts = Vec::new();
    if constraints.ca {
        parts.push(write::boolean(true));
    }
    parts.extend(
        constraints
            .path_len
            .map(|limit| write::integer(&limit.to_be_bytes())),
    );
    Extension {
        oid: id::BASIC_CONSTRAINTS,
        critical: true,
        value: write::sequence(&parts),
    }
}

/// keyUsage, critical.
#[must_use]
pub fn key_usage(usage: KeyUsage) -> Extension {
    let octet = (usage.bits() as u8).reverse_bits();
    let unused = octet.trailing_zeros().min(7) as u8;
    Extension {
        oid: id::KEY_USAGE,
        critical: true,
        value: write::value(tag::BIT_STRING, &[unused, octet]),
    }
}

/// extKeyUsage.
#[must_use]
pub fn extended_key_usage(usages: &[Oid], critical: bool) -> Extension {
    let list: Vec<_> = usages.iter().map(write::oid).collect();
    Extension {
        oid: id::EXTENDED_KEY_USAGE,
        critical,
        value: write::sequence(&list),
    }
}

/// SHA-1 of the key octets of a SubjectPublicKeyInfo: the usual key identifier (RFC 5280 §4.2.1.2 (1)).
#[must_use]
pub fn key_id(spki: &[u8]) -> Vec<u8> {
    let octets = Tlv::from_der(spki).and_then(|spki| {
        let mut reader = spki.reader();
        reader.any()?;
        reader.any()?.bit_string_octets()
    });
    DigestAlgorithm::Sha1.digest(octets.unwrap_or_default())
}

/// subjectKeyIdentifier.
#[must_use]
pub fn subject_key_id(key_id: &[u8]) -> Extension {
    plain(id::SUBJECT_KEY_ID, write::octet_string(key_id))
}

/// authorityKeyIdentifier by key.
#[must_use]
pub fn authority_key_id(key_id: &[u8]) -> Extension {
    plain(
        id::AUTHORITY_KEY_ID,
        write::sequence(&[write::context(0, key_id)]),
    )
}

/// authorityKeyIdentifier naming `issuer`'s key; `None` if its certificate carries no key identifier.
#[must_use]
pub fn authority_key_id_of(issuer: &Certificate) -> Option<Extension> {
    issuer.subject_key_id().map(authority_key_id)
}

/// cRLDistributionPoints with one address.
#[must_use]
pub fn crl_distribution_point(url: &str) -> Extension {
    let name = write::context(6, url.as_bytes());
    let point = write::context_constructed(0, &write::context_constructed(0, &name));
    plain(
        id::CRL_DISTRIBUTION_POINTS,
        write::sequence(&[write::sequence(&[point])]),
    )
}

/// authorityInfoAccess with an OCSP responder and the issuer's certificate.
#[must_use]
pub fn authority_info_access(ocsp: Option<&str>, ca_issuers: Option<&str>) -> Extension {
    let access =
        |method: Oid, url: &str| write::sequence(&[write::oid(&method), write::context(6, url.as_bytes())]);
    let list: Vec<_> = ocsp
        .map(|url| access(id::ACCESS_OCSP, url))
        .into_iter()
        .chain(ca_issuers.map(|url| access(id::ACCESS_CA_ISSUERS, url)))
        .collect();
    plain(id::AUTHORITY_INFO_ACCESS, write::sequence(&list))
}

/// id-pkix-ocsp-nocheck.
#[must_use]
pub fn ocsp_no_check() -> Extension {
    plain(id::OCSP_NO_CHECK, write::null())
}
