//! How keys, points and parameters are written: the one place that knows, with the reference beside each.
//!
//! | value | octets | reference |
//! |---|---|---|
//! | public key | SubjectPublicKeyInfo whose BIT STRING holds OCTET STRING (X_le ‖ Y_le) | RFC 9215 §4.1, R 1323565.1.023 |
//! | the same in a token | `CKA_VALUE` = X_le ‖ Y_le | PKCS#11 v3.1 §6.28 |
//! | secret key | PrivateKeyInfo whose OCTET STRING is d_le, or masked K_M ‖ M₁ ‖ … | R 50.1.112-2016, R 1323565.1.041 |
//! | the same by older software | the OCTET STRING once more inside, or an INTEGER | – |
//! | the same in a token | `CKA_VALUE` = d_le | PKCS#11 v3.1 §6.28 |
//! | signature | s ‖ r, each big-endian | RFC 9215 §3 |
//! | parameters | SEQUENCE { curve, digest OPTIONAL, cipher OPTIONAL } | RFC 9215 §4.2, RFC 4491 §2.3.2 |
//!
//! Textbooks, RFC 7091 among them, write r ‖ s and big-endian numbers, Windows CryptoAPI reverses a whole signature;
//! neither appears here.

use alloc::vec::Vec;

use der::{
    Decode, Encode, Sequence, Tag, Tagged,
    asn1::{AnyRef, BitStringRef, ObjectIdentifier, OctetStringRef, UintRef},
};
use pkcs8::PrivateKeyInfoRef;
use spki::{AlgorithmIdentifier, AlgorithmIdentifierRef, SubjectPublicKeyInfo, SubjectPublicKeyInfoRef};
use zeroize::Zeroizing;

use crate::{KeyError, KeySize, ParameterSet, PublicKey, SecretKey, oid, public_key::Standard};

/// GostR3410-2012-PublicKeyParameters, RFC 9215 §4.2. The third member is of RFC 4491 keys and says nothing about
/// signatures.
#[derive(Clone, Debug, Sequence)]
struct Parameters {
    curve: ObjectIdentifier,
    #[asn1(optional = "true")]
    digest: Option<ObjectIdentifier>,
    #[asn1(optional = "true")]
    cipher: Option<ObjectIdentifier>,
}

fn failed() -> KeyError {
    der::Error::from(der::ErrorKind::Failed).into()
}

/// The standard and the set that an algorithm identifier names.
fn parameter_set(algorithm: &AlgorithmIdentifierRef<'_>) -> Result<(Standard, ParameterSet), KeyError> {
    let standard = match algorithm.oid {
        oid::KEY_256 | oid::KEY_512 => Standard::R2012,
        oid::KEY_2001 => Standard::R2001,
        other => return Err(KeyError::Algorithm(other)),
    };
    let parameters: Parameters = algorithm.parameters.ok_or_else(failed)?.decode_as()?;
    let set = ParameterSet::from_oid(&parameters.curve).ok_or(KeyError::ParameterSet(parameters.curve))?;
    let fits = match standard {
        Standard::R2012 => set.size().key_oid() == algorithm.oid,
        Standard::R2001 => set.is_of_2001(),
    };
    if !fits {
        return Err(KeyError::ParameterSetSize(parameters.curve));
    }
    // The digest is fixed by the algorithm; 34.11-94 with parameters of its own would be another function.
    let digest = match standard {
        Standard::R2012 => set.size().digest_oid(),
        Standard::R2001 => oid::GOST_94_CRYPTO_PRO,
    };
    match parameters.digest {
        Some(named) if named != digest => Err(KeyError::Digest(named)),
        _ => Ok((standard, set)),
    }
}

/// DER of the algorithm parameters for a key over `set`.
fn parameters_der(standard: Standard, set: ParameterSet) -> Result<Vec<u8>, KeyError> {
    let digest = match standard {
        Standard::R2012 => set.names_digest().then(|| set.size().digest_oid()),
        Standard::R2001 => Some(oid::GOST_94_CRYPTO_PRO),
    };
    Ok(Parameters {
        curve: set.oid(),
        digest,
        cipher: None,
    }
    .to_der()?)
}

impl PublicKey {
    /// Reads a SubjectPublicKeyInfo (RFC 9215 §4.1, and RFC 4491 §2.3.2 for keys of 2001); the digest may be left out.
    pub fn from_spki_der(der: &[u8]) -> Result<Self, KeyError> {
        Self::from_spki(&SubjectPublicKeyInfoRef::from_der(der)?)
    }

    fn from_spki(spki: &SubjectPublicKeyInfoRef<'_>) -> Result<Self, KeyError> {
        let (standard, set) = parameter_set(&spki.algorithm)?;
        let octets = spki.subject_public_key.as_bytes().ok_or_else(failed)?;
        let point = <&OctetStringRef>::from_der(octets)?;
        Self::from_standard_point(standard, set, point.as_bytes())
    }

    /// Writes a SubjectPublicKeyInfo with the parameters RFC 9215 §4.2 asks for.
    pub fn to_spki_der(&self) -> Result<Vec<u8>, KeyError> {
        let parameters = parameters_der(self.standard(), self.parameter_set())?;
        let octets = OctetStringRef::new(self.point_octets())?.to_der()?;
        let spki = SubjectPublicKeyInfo {
            algorithm: AlgorithmIdentifier {
                oid: self.standard().key_oid(self.parameter_set()),
                parameters: Some(AnyRef::from_der(&parameters)?),
            },
            subject_public_key: BitStringRef::from_bytes(&octets)?,
        };
        Ok(spki.to_der()?)
    }
}

impl SecretKey {
    /// Reads a PrivateKeyInfo (RFC 5208) whose key is little-endian octets, plain or masked, the same in a
    /// nested OCTET STRING, or an INTEGER, as older software writes.
    pub fn from_pkcs8_der(der: &[u8]) -> Result<Self, KeyError> {
        Self::from_pkcs8(&PrivateKeyInfoRef::from_der(der)?)
    }

    fn from_pkcs8(info: &PrivateKeyInfoRef<'_>) -> Result<Self, KeyError> {
        let (Standard::R2012, set) = parameter_set(&info.algorithm)? else {
            // Old signatures are verified; new ones are not made.
            return Err(KeyError::Algorithm(info.algorithm.oid));
        };
        let octets = info.private_key.as_bytes();
        // A masked key is a multiple of 32, a nested one never is: its header adds two or three octets.
        if !octets.len().is_multiple_of(set.size().octets())
            && let Ok(inner) = AnyRef::from_der(octets)
        {
            match inner.tag() {
                Tag::OctetString => return Self::from_octets(set, inner.value()),
                Tag::Integer => return Self::from_integer(set, inner),
                _ => {}
            }
        }
        Self::from_octets(set, octets)
    }

    fn from_integer(set: ParameterSet, integer: AnyRef<'_>) -> Result<Self, KeyError> {
        let expected = set.size().octets();
        let digits = integer.decode_as::<UintRef<'_>>()?;
        let digits = digits.as_bytes();
        let start = expected.checked_sub(digits.len()).ok_or(KeyError::Length {
            expected,
            actual: digits.len(),
        })?;
        let mut d = Zeroizing::new([0; 64]);
        d[start..expected].copy_from_slice(digits);
        Self::from_big_endian(set, d)
    }

    /// Writes a PrivateKeyInfo with the key as little-endian octets, as R 1323565.1.041 has it.
    pub fn to_pkcs8_der(&self) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        let set = self.public_key().parameter_set();
        let parameters = parameters_der(Standard::R2012, set)?;
        let octets = self.to_octets();
        let info = PrivateKeyInfoRef::new(
            AlgorithmIdentifier {
                oid: set.size().key_oid(),
                parameters: Some(AnyRef::from_der(&parameters)?),
            },
            OctetStringRef::new(&octets)?,
        );
        Ok(Zeroizing::new(info.to_der()?))
    }
}

impl KeySize {
    /// The size whose key algorithm identifier this is.
    pub fn from_key_oid(oid: &ObjectIdentifier) -> Option<Self> {
        [Self::Bits256, Self::Bits512]
            .into_iter()
            .find(|size| size.key_oid() == *oid)
    }
}

impl TryFrom<SubjectPublicKeyInfoRef<'_>> for PublicKey {
    type Error = spki::Error;

    fn try_from(spki: SubjectPublicKeyInfoRef<'_>) -> Result<Self, spki::Error> {
        Self::from_spki(&spki).map_err(|error| match error {
            KeyError::Encoding(error) => error.into(),
            KeyError::Algorithm(oid) => spki::Error::OidUnknown { oid },
            _ => spki::Error::KeyMalformed,
        })
    }
}

impl spki::EncodePublicKey for PublicKey {
    fn to_public_key_der(&self) -> spki::Result<der::Document> {
        let der = self.to_spki_der().map_err(|_| spki::Error::KeyMalformed)?;
        Ok(der::Document::try_from(der)?)
    }
}

impl TryFrom<PrivateKeyInfoRef<'_>> for SecretKey {
    type Error = pkcs8::Error;

    fn try_from(info: PrivateKeyInfoRef<'_>) -> Result<Self, pkcs8::Error> {
        Self::from_pkcs8(&info).map_err(|error| match error {
            KeyError::Encoding(error) => error.into(),
            KeyError::Algorithm(oid) => spki::Error::OidUnknown { oid }.into(),
            _ => pkcs8::KeyError::Invalid.into(),
        })
    }
}

impl pkcs8::EncodePrivateKey for SecretKey {
    fn to_pkcs8_der(&self) -> pkcs8::Result<der::SecretDocument> {
        let der = Self::to_pkcs8_der(self).map_err(|_| pkcs8::KeyError::Invalid)?;
        Ok(der::SecretDocument::try_from(der.as_slice())?)
    }
}
