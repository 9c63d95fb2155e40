//! Certification requests, PKCS#10 (RFC 2986; with GOST: RFC 9215 §6, R 1323565.1.023-2022).

use kabinet_pki::oid::algorithm as id;
use kabinet_pki::tlv::{Malformed, Tlv, tag, write};
use kabinet_pki::{
    DigestAlgorithm, DistinguishedName, Extension, Oid, PublicKey, SignatureAlgorithm, SignatureError,
    algorithm, ecdsa_raw_to_der,
};

use super::error::KeyFileError;
use super::private_key::PrivateKey;
use crate::model::SignMechanism;

/// extensionRequest, RFC 2985 §5.4.2.
const EXTENSION_REQUEST: Oid = Oid::new_unwrap("1.2.840.113549.1.9.14");

/// A request for a certificate, as read from a file. Its signature is not yet judged.
pub struct CertificationRequest {
    subject: DistinguishedName,
    spki: Vec<u8>,
    /// CertificationRequestInfo, which is signed.
    info: Vec<u8>,
    /// An unknown algorithm by its identifier.
    algorithm: Result<SignatureAlgorithm, Oid>,
    signature: Vec<u8>,
}

/// A request that still wants the signature of its key.
pub struct UnsignedRequest {
    mechanism: SignMechanism,
    /// CertificationRequestInfo.
    info: Vec<u8>,
}

impl UnsignedRequest {
    /// For a key that signs so, with this DER SubjectPublicKeyInfo. `subject` is a DER Name, `extensions` DER Extensions or
    /// empty.
    pub fn new(mechanism: SignMechanism, spki: &[u8], subject: &[u8], extensions: &[u8]) -> Self {
        let info = write::sequence(&[
            write::integer(&[0]),
            subject.to_vec(),
            spki.to_vec(),
            write::context_constructed(0, &extension_request(extensions)),
        ]);
        Self { mechanism, info }
    }

    /// What the key has to sign, as [`SignMechanism`] takes it.
    pub fn input(&self) -> Vec<u8> {
        let digest = self.digest();
        let digested = digest.digest(&self.info);
        match self.mechanism {
            SignMechanism::RsaPkcs1 => digest.digest_info(&digested),
            _ => digested,
        }
    }

    /// The request, DER, with the signature as the key made it.
    ///
    /// # Errors
    /// [`KeyFileError::SigningFailed`] when it is none.
    pub fn complete(&self, raw: &[u8]) -> Result<Vec<u8>, KeyFileError> {
        let algorithm = match self.mechanism {
            SignMechanism::Gost256 => id::GOST256_WITH_STREEBOG256,
            SignMechanism::Gost512 => id::GOST512_WITH_STREEBOG512,
            SignMechanism::RsaPkcs1 => id::SHA256_WITH_RSA,
            SignMechanism::EcdsaP256 => id::ECDSA_WITH_SHA256,
        };
        let signature = match self.mechanism {
            SignMechanism::EcdsaP256 => ecdsa_raw_to_der(raw).ok_or(KeyFileError::SigningFailed)?,
            _ => raw.to_vec(),
        };
        Ok(write::sequence(&[
            self.info.clone(),
            algorithm::signature_identifier(&algorithm),
            write::bit_string(&signature),
        ]))
    }

    fn digest(&self) -> DigestAlgorithm {
        match self.mechanism {
            SignMechanism::Gost256 => DigestAlgorithm::Streebog256,
            SignMechanism::Gost512 => DigestAlgorithm::Streebog512,
            SignMechanism::RsaPkcs1 | SignMechanism::EcdsaP256 => DigestAlgorithm::Sha256,
        }
    }
}

impl CertificationRequest {
    /// Makes a request, DER, signed by the key it is for.
    ///
    /// # Errors
    /// [`KeyFileError::SigningFailed`].
    pub fn make(
        key: &PrivateKey,
        subject: &DistinguishedName,
        extensions: &[Extension],
    ) -> Result<Vec<u8>, KeyFileError> {
        let unsigned = UnsignedRequest::new(
            key.mechanism(),
            &key.to_spki_der()?,
            subject.der(),
            &extensions_der(extensions),
        );
        unsigned.complete(&key.sign(key.mechanism(), &unsigned.input())?)
    }

    /// Reads DER.
    ///
    /// # Errors
    /// [`KeyFileError::Malformed`].
    pub fn read(der: &[u8]) -> Result<Self, KeyFileError> {
        read(der).map_err(|_| KeyFileError::Malformed)
    }

    /// For whom.
    pub fn subject(&self) -> &DistinguishedName {
        &self.subject
    }

    /// SubjectPublicKeyInfo, DER.
    pub fn spki_der(&self) -> &[u8] {
        &self.spki
    }

    /// Whether the key in the request made its signature: the requester has the private half.
    ///
    /// # Errors
    /// What speaks against it.
    pub fn verify(&self) -> Result<(), SignatureError> {
        let algorithm = self.algorithm.map_err(SignatureError::UnsupportedKey)?;
        PublicKey::from_spki_der(&self.spki)
            .map_err(|_| SignatureError::Mismatch)?
            .verify(algorithm, &self.info, &self.signature)
    }
}

/// CertificationRequest ::= SEQUENCE { info, signatureAlgorithm, signature BIT STRING } (RFC 2986 §4.2)
fn read(der: &[u8]) -> Result<CertificationRequest, Malformed> {
    let mut outer = Tlv::from_der(der)?.require(tag::SEQUENCE)?.reader();
    let info = outer.expect(tag::SEQUENCE)?;
    let algorithm = SignatureAlgorithm::from_identifier(outer.expect(tag::SEQUENCE)?)?;
    let signature = outer.any()?.bit_string_octets()?.to_vec();
    outer.finish()?;
    let mut fields = info.reader();
    if fields.any()?.small_integer()? != 0 {
        return Err(Malformed::Value("version"));
    }
    let subject = DistinguishedName::read(fields.any()?)?;
    let spki = fields.expect(tag::SEQUENCE)?.whole.to_vec();
    // Required, but some programs leave it away when it is empty.
    fields.optional(tag::context_constructed(0))?;
    fields.finish()?;
    Ok(CertificationRequest {
        subject,
        spki,
        info: info.whole.to_vec(),
        algorithm,
        signature,
    })
}

/// The attribute with the extensions the certificate should have; nothing when there are none.
fn extension_request(extensions: &[u8]) -> Vec<u8> {
    if extensions.is_empty() {
        return Vec::new();
    }
    write::sequence(&[
        write::oid(&EXTENSION_REQUEST),
        write::set_of(vec![extensions.to_vec()]),
    ])
}

/// Extensions, RFC 5280 §4.1, DER; empty for none.
pub fn extensions_der(extensions: &[Extension]) -> Vec<u8> {
    if extensions.is_empty() {
        return Vec::new();
    }
    let list: Vec<Vec<u8>> = extensions.iter().map(write_extension).collect();
    write::sequence(&list)
}

/// Extension, RFC 5280 §4.1.
fn write_extension(extension: &Extension) -> Vec<u8> {
    let mut parts = vec![write::oid(&extension.oid)];
    if extension.critical {
        parts.push(write::boolean(true));
    }
    parts.push(write::octet_string(&extension.value));
    write::sequence(&parts)
}
