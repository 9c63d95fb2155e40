//! A signature as a value.

use core::fmt;

use crate::{KeySize, VerifyError};

/// s ‖ r, each big-endian and as long as the key: the octets of X.509, CMS and PKCS#11 (RFC 9215 §3). That a signature
/// is one of a certain key and digest is for [`crate::PublicKey`] to say; this is only one of the right length.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Signature {
    size: KeySize,
    octets: [u8; 128],
}

impl Signature {
    pub(crate) const fn zero(size: KeySize) -> Self {
        Self {
            size,
            octets: [0; 128],
        }
    }

    pub(crate) fn octets_mut(&mut self) -> &mut [u8] {
        &mut self.octets[..self.size.signature_octets()]
    }

    /// s ‖ r, 64 or 128 octets.
    pub fn octets(&self) -> &[u8] {
        &self.octets[..self.size.signature_octets()]
    }
}

impl TryFrom<&[u8]> for Signature {
    type Error = VerifyError;

    fn try_from(octets: &[u8]) -> Result<Self, VerifyError> {
        let size = [KeySize::Bits256, KeySize::Bits512]
            .into_iter()
            .find(|size| size.signature_octets() == octets.len())
            .ok_or(VerifyError::SignatureLength {
                expected: KeySize::Bits256.signature_octets(),
                actual: octets.len(),
            })?;
        let mut signature = Self::zero(size);
        signature.octets_mut().copy_from_slice(octets);
        Ok(signature)
    }
}

impl AsRef<[u8]> for Signature {
    fn as_ref(&self) -> &[u8] {
        self.octets()
    }
}

impl fmt::Debug for Signature {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Signature({:02x?})", self.octets())
    }
}
