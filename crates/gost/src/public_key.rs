//! Public keys: SubjectPublicKeyInfo and verification.

use der::{
    Decode, Encode, Sequence,
    asn1::{AnyRef, BitStringRef, ObjectIdentifier, OctetStringRef},
};
use spki::{AlgorithmIdentifier, SubjectPublicKeyInfo};

use crate::{KeyError, KeySize, ParameterSet, VerifyError, curve};

/// GostR3410-2012-PublicKeyParameters, RFC 9215 §4.2. The third member is of RFC 4491 keys and is not used.
#[derive(Clone, Debug, Sequence)]
pub(crate) struct Parameters {
    pub(crate) curve: ObjectIdentifier,
    #[asn1(optional = "true")]
    pub(crate) digest: Option<ObjectIdentifier>,
    #[asn1(optional = "true")]
    pub(crate) encryption: Option<ObjectIdentifier>,
}

/// The set that an algorithm identifier names.
pub(crate) fn parameter_set(algorithm: &AlgorithmIdentifier<AnyRef<'_>>) -> Result<ParameterSet, KeyError> {
    let size = KeySize::from_key_oid(&algorithm.oid).ok_or(KeyError::Algorithm(algorithm.oid))?;
    let parameters: Parameters = algorithm
        .parameters
        .ok_or_else(|| der::Error::from(der::ErrorKind::Failed))?
        .decode_as()?;
    let set = ParameterSet::from_oid(&parameters.curve).ok_or(KeyError::ParameterSet(parameters.curve))?;
    if set.size() != size {
        return Err(KeyError::ParameterSetSize(parameters.curve));
    }
    Ok(set)
}

/// DER of the algorithm parameters for a key over `set`.
pub(crate) fn parameters_der(set: ParameterSet) -> Result<Vec<u8>, KeyError> {
    let digest = set.names_digest().then(|| set.size().digest_oid());
    Ok(Parameters {
        curve: set.oid(),
        digest,
        encryption: None,
    }
    .to_der()?)
}

/// A point of the prime-order group of a [`ParameterSet`], checked when it was made.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PublicKey {
    set: ParameterSet,
    point: Vec<u8>,
}

impl PublicKey {
    /// Reads a SubjectPublicKeyInfo (RFC 9215 §4.1); `digestParamSet` may be absent.
    pub fn from_spki_der(der: &[u8]) -> Result<Self, KeyError> {
        let spki = SubjectPublicKeyInfo::<AnyRef<'_>, BitStringRef<'_>>::from_der(der)?;
        let set = parameter_set(&spki.algorithm)?;
        let octets = spki
            .subject_public_key
            .as_bytes()
            .ok_or(der::ErrorKind::Failed)
            .map_err(der::Error::from)?;
        let point = <&OctetStringRef>::from_der(octets)?;
        Self::from_point_octets(set, point.as_bytes())
    }

    /// Writes a SubjectPublicKeyInfo with the parameters RFC 9215 §4.2 asks for.
    pub fn to_spki_der(&self) -> Result<Vec<u8>, KeyError> {
        let parameters = parameters_der(self.set)?;
        let octets = OctetStringRef::new(&self.point)?.to_der()?;
        let spki = SubjectPublicKeyInfo {
            algorithm: AlgorithmIdentifier {
                oid: self.set.size().key_oid(),
                parameters: Some(AnyRef::from_der(&parameters)?),
            },
            subject_public_key: BitStringRef::from_bytes(&octets)?,
        };
        Ok(spki.to_der()?)
    }

    /// Takes X_le ‖ Y_le (64 or 128 octets), as `CKA_VALUE` of a token has it, and checks the point.
    pub fn from_point_octets(set: ParameterSet, octets: &[u8]) -> Result<Self, KeyError> {
        let expected = set.size().signature_octets();
        if octets.len() != expected {
            return Err(KeyError::Length {
                expected,
                actual: octets.len(),
            });
        }
        if !curve::arithmetic(set).is_valid_point(octets) {
            return Err(KeyError::Point);
        }
        Ok(Self {
            set,
            point: octets.to_vec(),
        })
    }

    /// X_le ‖ Y_le, 64 or 128 octets.
    pub fn point_octets(&self) -> &[u8] {
        &self.point
    }

    /// The curve's name.
    pub fn parameter_set(&self) -> ParameterSet {
        self.set
    }

    /// Checks a signature s ‖ r (each big-endian) over a Streebog digest as it is printed
    /// (GOST R 34.10-2012 §6.2).
    pub fn verify_digest(&self, digest: &[u8], signature: &[u8]) -> Result<(), VerifyError> {
        let size = self.set.size();
        if digest.len() != size.octets() {
            return Err(VerifyError::DigestLength {
                expected: size.octets(),
                actual: digest.len(),
            });
        }
        if signature.len() != size.signature_octets() {
            return Err(VerifyError::SignatureLength {
                expected: size.signature_octets(),
                actual: signature.len(),
            });
        }
        let curve = curve::arithmetic(self.set);
        if !curve.is_valid_signature_range(signature) {
            return Err(VerifyError::Range);
        }
        if curve.verify(digest, signature, &self.point) {
            Ok(())
        } else {
            Err(VerifyError::Mismatch)
        }
    }
}
