//! The structures of key files (RFC 7292 §4, RFC 8018 appendix A, RFC 9337 §7), as far as they are met.

use der::asn1::{AnyRef, ObjectIdentifier, OctetStringRef};
use der::{Choice, Decode, DecodeValue, Encode, Sequence};
use spki::AlgorithmIdentifierRef;

use super::error::KeyFileError;

pub(super) const fn oid(text: &str) -> ObjectIdentifier {
    ObjectIdentifier::new_unwrap(text)
}

/// id-data.
pub(super) const DATA: ObjectIdentifier = oid("1.2.840.113549.1.7.1");
/// id-encryptedData.
pub(super) const ENCRYPTED_DATA: ObjectIdentifier = oid("1.2.840.113549.1.7.6");
/// keyBag.
pub(super) const KEY_BAG: ObjectIdentifier = oid("1.2.840.113549.1.12.10.1.1");
/// pkcs8ShroudedKeyBag.
pub(super) const SHROUDED_KEY_BAG: ObjectIdentifier = oid("1.2.840.113549.1.12.10.1.2");
/// certBag.
pub(super) const CERTIFICATE_BAG: ObjectIdentifier = oid("1.2.840.113549.1.12.10.1.3");
/// safeContentsBag.
pub(super) const NESTED_BAG: ObjectIdentifier = oid("1.2.840.113549.1.12.10.1.6");
/// x509Certificate.
pub(super) const X509: ObjectIdentifier = oid("1.2.840.113549.1.9.22.1");
/// id-PBES2.
pub(super) const PBES2: ObjectIdentifier = oid("1.2.840.113549.1.5.13");
/// id-PBKDF2.
pub(super) const PBKDF2: ObjectIdentifier = oid("1.2.840.113549.1.5.12");

/// id-PBMAC1.
pub(super) const PBMAC1: ObjectIdentifier = oid("1.2.840.113549.1.5.14");
/// localKeyId, RFC 2985 §5.5.2.
pub(super) const LOCAL_KEY_ID: ObjectIdentifier = oid("1.2.840.113549.1.9.21");

/// The parameters of an algorithm, which must be there.
pub(super) fn parameters<'a, T>(algorithm: &AlgorithmIdentifierRef<'a>) -> Result<T, KeyFileError>
where
    T: Choice<'a> + DecodeValue<'a, Error = der::Error>,
{
    Ok(algorithm.parameters.ok_or(KeyFileError::Malformed)?.decode_as()?)
}

/// DER of an algorithm with its parameters.
pub(super) fn identifier(oid: ObjectIdentifier, parameters: &impl Encode) -> Result<Vec<u8>, KeyFileError> {
    let parameters = parameters.to_der()?;
    let identifier = AlgorithmIdentifierRef {
        oid,
        parameters: Some(AnyRef::from_der(&parameters)?),
    };
    Ok(identifier.to_der()?)
}

/// `PFX`, RFC 7292 §4.
#[derive(Sequence)]
pub(super) struct Pfx<'a> {
    pub(super) version: u8,
    pub(super) auth_safe: ContentInfo<'a>,
    #[asn1(optional = "true")]
    pub(super) mac_data: Option<MacData<'a>>,
}

/// `ContentInfo`, RFC 5652 §3.
#[derive(Sequence)]
pub(super) struct ContentInfo<'a> {
    pub(super) content_type: ObjectIdentifier,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT")]
    pub(super) content: AnyRef<'a>,
}

/// `MacData`, RFC 7292 §4.
#[derive(Sequence)]
pub(super) struct MacData<'a> {
    pub(super) mac: DigestInfo<'a>,
    pub(super) salt: &'a OctetStringRef,
    #[asn1(default = "one")]
    pub(super) iterations: u32,
}

fn one() -> u32 {
    1
}

/// `DigestInfo`, RFC 2315 §9.4.
#[derive(Sequence)]
pub(super) struct DigestInfo<'a> {
    pub(super) algorithm: AlgorithmIdentifierRef<'a>,
    pub(super) digest: &'a OctetStringRef,
}

/// `EncryptedData`, RFC 5652 §8, without unprotected attributes.
#[derive(Sequence)]
pub(super) struct EncryptedData<'a> {
    pub(super) version: u8,
    pub(super) info: EncryptedContentInfo<'a>,
}

/// `EncryptedContentInfo`, RFC 5652 §6.1.
#[derive(Sequence)]
pub(super) struct EncryptedContentInfo<'a> {
    pub(super) content_type: ObjectIdentifier,
    pub(super) algorithm: AlgorithmIdentifierRef<'a>,
    #[asn1(context_specific = "0", tag_mode = "IMPLICIT")]
    pub(super) content: &'a OctetStringRef,
}

/// `EncryptedPrivateKeyInfo`, RFC 5958 §3.
#[derive(Sequence)]
pub(super) struct EncryptedKey<'a> {
    pub(super) algorithm: AlgorithmIdentifierRef<'a>,
    pub(super) content: &'a OctetStringRef,
}

/// `SafeBag`, RFC 7292 §4.2.
#[derive(Sequence)]
pub(super) struct SafeBag<'a> {
    pub(super) kind: ObjectIdentifier,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT")]
    pub(super) value: AnyRef<'a>,
    #[asn1(optional = "true")]
    pub(super) attributes: Option<AnyRef<'a>>,
}

/// `PKCS12Attribute`, RFC 7292 §4.2; the values are a SET.
#[derive(Sequence)]
pub(super) struct Attribute<'a> {
    pub(super) kind: ObjectIdentifier,
    pub(super) values: AnyRef<'a>,
}

/// `CertBag`, RFC 7292 §4.2.3.
#[derive(Sequence)]
pub(super) struct CertificateBag<'a> {
    pub(super) kind: ObjectIdentifier,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT")]
    pub(super) value: AnyRef<'a>,
}

/// `PBES2-params`, RFC 8018 appendix A.4.
#[derive(Sequence)]
pub(super) struct Pbes2Parameters<'a> {
    pub(super) derivation: AlgorithmIdentifierRef<'a>,
    pub(super) encryption: AlgorithmIdentifierRef<'a>,
}

/// `PBKDF2-params`, RFC 8018 appendix A.2, with the salt given.
#[derive(Sequence)]
pub(super) struct Pbkdf2Parameters<'a> {
    pub(super) salt: &'a OctetStringRef,
    pub(super) iterations: u32,
    #[asn1(optional = "true")]
    pub(super) key_length: Option<u16>,
    #[asn1(optional = "true")]
    pub(super) prf: Option<AlgorithmIdentifierRef<'a>>,
}

/// `PBMAC1-params`, RFC 8018 appendix A.5.
#[derive(Sequence)]
pub(super) struct Pbmac1Parameters<'a> {
    pub(super) derivation: AlgorithmIdentifierRef<'a>,
    pub(super) scheme: AlgorithmIdentifierRef<'a>,
}

/// `Gost28147-89-Parameters`, RFC 4357 §8.1.
#[derive(Sequence)]
pub(super) struct Gost89Parameters<'a> {
    pub(super) iv: &'a OctetStringRef,
    pub(super) substitution: ObjectIdentifier,
}

/// `Gost3412-15-Encryption-Parameters`, RFC 9337 §7.3.
#[derive(Sequence)]
pub(super) struct Gost3412Parameters<'a> {
    pub(super) ukm: &'a OctetStringRef,
}
