//! Certificates made in memory, with any extension.

use std::convert::Infallible;

use kabinet_gost::{KeySize, ParameterSet, SecretKey};
use kabinet_pki::issue::{self, CertificateRequest, CrlRequest};
use kabinet_pki::oid::{algorithm, attribute, extension};
use kabinet_pki::tlv::write;
use kabinet_pki::{
    BasicConstraints, Certificate, Crl, DigestAlgorithm, DistinguishedName, Extension, KeyUsage, Oid,
};
use time::{Duration, OffsetDateTime};

use crate::authority::now;

/// Someone with a key, who may certify others.
pub struct Made {
    pub key: SecretKey,
    pub certificate: Certificate,
}

/// What a certificate is made of.
pub struct Plan {
    pub subject: DistinguishedName,
    pub authority: bool,
    pub not_before: OffsetDateTime,
    pub extensions: Vec<Extension>,
}

impl Plan {
    pub fn named(name: &str) -> Self {
        Self {
            subject: DistinguishedName::from_attributes(&[(attribute::COMMON_NAME, name)]),
            authority: false,
            not_before: now() - Duration::days(1),
            extensions: Vec::new(),
        }
    }

    pub fn authority(name: &str) -> Self {
        Self {
            authority: true,
            ..Self::named(name)
        }
    }

    pub fn with(mut self, extension: Extension) -> Self {
        self.extensions.push(extension);
        self
    }
}

/// An extension by its value.
pub fn extension(oid: Oid, critical: bool, value: Vec<u8>) -> Extension {
    Extension { oid, critical, value }
}

fn sign(key: &SecretKey) -> impl Fn(&[u8]) -> Result<Vec<u8>, Infallible> + '_ {
    |octets| {
        let digest = DigestAlgorithm::Streebog256.digest(octets);
        Ok(key
            .sign_digest(&digest)
            .expect("a digest of the right length")
            .octets()
            .to_vec())
    }
}

fn new_key() -> SecretKey {
    let sets = ParameterSet::ALL.into_iter();
    let set = sets.into_iter().find(|set| set.size() == KeySize::Bits256);
    SecretKey::generate(set.expect("there are 256-bit sets")).expect("random")
}

impl Made {
    pub fn root(plan: Plan) -> Self {
        let key = new_key();
        let certificate = certify(&plan, &plan.subject, &key, &key);
        Self { key, certificate }
    }

    /// Certifies a new key.
    pub fn issue(&self, plan: Plan) -> Self {
        let key = new_key();
        let certificate = certify(&plan, self.certificate.subject_name(), &self.key, &key);
        Self { key, certificate }
    }

    /// An empty list.
    pub fn crl(&self) -> Crl {
        let request = CrlRequest {
            issuer: self.certificate.subject_name().clone(),
            authority_key_id: None,
            number: 1,
            this_update: now() - Duration::minutes(5),
            next_update: now() + Duration::days(7),
            revoked: Vec::new(),
        };
        let Ok(der) = request.sign(&algorithm::GOST256_WITH_STREEBOG256, sign(&self.key));
        Crl::from_der(&der).expect("readable")
    }
}

fn certify(plan: &Plan, issuer: &DistinguishedName, signer: &SecretKey, key: &SecretKey) -> Certificate {
    let usage = if plan.authority {
        KeyUsage::KEY_CERT_SIGN.union(KeyUsage::CRL_SIGN)
    } else {
        KeyUsage::DIGITAL_SIGNATURE.union(KeyUsage::NON_REPUDIATION)
    };
    let mut extensions = vec![issue::key_usage(usage)];
    if plan.authority {
        extensions.push(issue::basic_constraints(BasicConstraints {
            ca: true,
            path_len: None,
        }));
    }
    extensions.extend(plan.extensions.iter().cloned());
    let request = CertificateRequest {
        serial: vec![7],
        issuer: issuer.clone(),
        subject: plan.subject.clone(),
        not_before: plan.not_before,
        not_after: now() + Duration::days(365),
        spki: key.public_key().to_spki_der().expect("encodable"),
        extensions,
    };
    let Ok(der) = request.sign(&algorithm::GOST256_WITH_STREEBOG256, sign(signer));
    Certificate::from_der(&der).expect("readable")
}

/// certificatePolicies.
pub fn policies(oids: &[Oid]) -> Extension {
    let list: Vec<_> = oids
        .iter()
        .map(|oid| write::sequence(&[write::oid(oid)]))
        .collect();
    extension(extension::CERTIFICATE_POLICIES, false, write::sequence(&list))
}
