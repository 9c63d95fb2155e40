//! The little a token needs to know of a certificate: where it ends, and its public key. Judging it is not done here.

use der::asn1::{AnyRef, BitStringRef, ObjectIdentifier, OctetStringRef};
use der::{Decode, Encode, Header, SliceReader, Tag, Tagged};
use spki::SubjectPublicKeyInfoRef;

use crate::model::SignMechanism;

pub(crate) const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
pub(crate) const EC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
pub(crate) const P256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7");
const GOST_256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.643.7.1.1.1.1");
const GOST_512: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.643.7.1.1.1.2");

/// A public key in the form key objects on tokens hold it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct PublicKey {
    /// How its private key signs.
    pub(crate) mechanism: SignMechanism,
    /// RSA: the modulus without leading zeros; P-256: the uncompressed point; GOST: X_le‖Y_le.
    pub(crate) material: Vec<u8>,
}

/// Cuts what a module stored behind the certificate; `None` if there is no certificate at all.
pub(crate) fn trimmed(stored: &[u8]) -> Option<&[u8]> {
    let mut reader = SliceReader::new(stored).ok()?;
    let header = Header::decode(&mut reader).ok()?;
    let length = u32::from(header.encoded_len().ok()?).checked_add(u32::from(header.length()))?;
    (header.tag() == Tag::Sequence).then_some(())?;
    stored.get(..usize::try_from(length).ok()?)
}

/// The public key of a certificate, RFC 5280 §4.1; `None` for broken ones and for algorithms we do not sign with.
/// Names and extensions are skipped unread, so oddities there do not matter.
pub(crate) fn public_key(certificate: &[u8]) -> Option<PublicKey> {
    let whole = AnyRef::from_der(certificate).ok()?;
    let mut certificate = SliceReader::new(whole.value()).ok()?;
    let signed = AnyRef::decode(&mut certificate).ok()?;
    let mut fields = SliceReader::new(signed.value()).ok()?;
    let mut field = AnyRef::decode(&mut fields).ok()?;
    if field.tag() != Tag::Integer {
        // The version is explicit [0]; the first field of a version 1 certificate is the serial number.
        field = AnyRef::decode(&mut fields).ok()?;
    }
    (field.tag() == Tag::Integer).then_some(())?;
    // signature, issuer, validity, subject
    for _ in 0..4 {
        AnyRef::decode(&mut fields).ok()?;
    }
    from_spki(&SubjectPublicKeyInfoRef::decode(&mut fields).ok()?)
}

pub(crate) fn from_spki(spki: &SubjectPublicKeyInfoRef<'_>) -> Option<PublicKey> {
    let bits: BitStringRef<'_> = spki.subject_public_key;
    let bytes = bits.as_bytes()?;
    let gost =
        |mechanism, length| gost_point(bytes, length).map(|material| PublicKey { mechanism, material });
    match spki.algorithm.oid {
        RSA => {
            let key = AnyRef::from_der(bytes).ok()?;
            let mut numbers = SliceReader::new(key.value()).ok()?;
            let modulus = AnyRef::decode(&mut numbers).ok()?;
            (modulus.tag() == Tag::Integer).then_some(())?;
            Some(PublicKey {
                mechanism: SignMechanism::RsaPkcs1,
                material: without_zeros(modulus.value()).to_vec(),
            })
        }
        EC => {
            let curve: ObjectIdentifier = spki.algorithm.parameters.as_ref()?.decode_as().ok()?;
            let on_p256 = curve == P256 && bytes.len() == 65;
            on_p256.then(|| PublicKey {
                mechanism: SignMechanism::EcdsaP256,
                material: bytes.to_vec(),
            })
        }
        GOST_256 => gost(SignMechanism::Gost256, 64),
        GOST_512 => gost(SignMechanism::Gost512, 128),
        _ => None,
    }
}

/// What a key object says of its public half, brought to the form of [`PublicKey::material`]. Points and GOST values come
/// raw from some modules and inside an OCTET STRING from others.
pub(crate) fn material(mechanism: SignMechanism, stored: &[u8]) -> Vec<u8> {
    let length = match mechanism {
        SignMechanism::RsaPkcs1 => return without_zeros(stored).to_vec(),
        SignMechanism::EcdsaP256 => 65,
        SignMechanism::Gost256 => 64,
        SignMechanism::Gost512 => 128,
    };
    gost_point(stored, length).unwrap_or_else(|| stored.to_vec())
}

fn gost_point(bytes: &[u8], length: usize) -> Option<Vec<u8>> {
    if bytes.len() == length {
        return Some(bytes.to_vec());
    }
    let inner = <&OctetStringRef>::from_der(bytes).ok()?;
    (inner.as_bytes().len() == length).then(|| inner.as_bytes().to_vec())
}

pub(crate) fn without_zeros(number: &[u8]) -> &[u8] {
    let start = number.iter().position(|byte| *byte != 0).unwrap_or(number.len());
    &number[start..]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn broken_certificates_have_no_key_at_any_length() {
        let nested = [0x30, 0x80, 0x30, 0x80, 0x02, 0x01];
        for length in 0..nested.len() {
            assert_eq!(public_key(&nested[..length]), None);
            assert_eq!(trimmed(&nested[..length]), None);
        }
        assert_eq!(trimmed(&[0x30, 0x84, 0xff, 0xff, 0xff, 0xff]), None);
    }

    #[test]
    fn padding_behind_a_certificate_is_cut() {
        assert_eq!(trimmed(&[0x30, 2, 5, 0, 0, 0, 0]), Some(&[0x30, 2, 5, 0][..]));
        assert_eq!(trimmed(&[0x04, 2, 5, 0]), None);
    }

    #[test]
    fn wrapped_and_raw_points_are_the_same_key() {
        let raw = [7u8; 64];
        let wrapped = [&[0x04, 0x40][..], &raw].concat();
        assert_eq!(
            material(SignMechanism::Gost256, &wrapped),
            material(SignMechanism::Gost256, &raw)
        );
        assert_eq!(material(SignMechanism::RsaPkcs1, &[0, 0, 9, 0]), [9, 0]);
    }
}
