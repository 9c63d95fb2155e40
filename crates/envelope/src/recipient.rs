//! Who an envelope is addressed to: naming and recognising certificates.

use kabinet_gost::{PublicKey, Standard};
use kabinet_pki::tlv::{Malformed, Tlv, tag, write};
use kabinet_pki::{Certificate, DistinguishedName};

/// The key of a certificate if it is of GOST R 34.10-2012.
pub(crate) fn gost_key(certificate: &Certificate) -> Option<&PublicKey> {
    match certificate.public_key() {
        kabinet_pki::PublicKey::Gost(key) if key.standard() == Standard::R2012 => Some(key),
        _ => None,
    }
}

/// IssuerAndSerialNumber ::= SEQUENCE { issuer Name, serialNumber INTEGER } (RFC 5652 §10.2.4)
pub(crate) fn write_issuer_and_serial(certificate: &Certificate) -> Result<Vec<u8>, Malformed> {
    let mut outer = Tlv::from_der(certificate.der())?.reader();
    let mut body = outer.any()?.reader();
    body.optional(tag::context_constructed(0))?;
    // As encoded: others compare the sign too.
    let serial = body.expect(tag::INTEGER)?.whole;
    Ok(write::sequence(&[certificate.issuer_name().der(), serial]))
}

/// Whether IssuerAndSerialNumber or \[0\] SubjectKeyIdentifier is that of the certificate. The key identifier may be
/// wrapped in RecipientKeyIdentifier ::= SEQUENCE { subjectKeyIdentifier, … }, as key agreement has it.
pub(crate) fn names(identifier: Tlv<'_>, certificate: &Certificate) -> Result<bool, Malformed> {
    const KEY_ID: u8 = tag::context(0);
    const RECIPIENT_KEY_ID: u8 = tag::context_constructed(0);
    let key_id = match identifier.tag {
        KEY_ID => identifier.value,
        RECIPIENT_KEY_ID => identifier.reader().any()?.octet_string()?,
        _ => {
            let mut reader = identifier.require(tag::SEQUENCE)?.reader();
            let issuer = DistinguishedName::read(reader.any()?)?;
            let serial = reader.any()?.integer_octets()?;
            reader.finish()?;
            return Ok(issuer == *certificate.issuer_name() && serial == certificate.serial());
        }
    };
    Ok(certificate.subject_key_id() == Some(key_id))
}
