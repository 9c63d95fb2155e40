//! DSA (FIPS 186-4 §4) for verification only: old certificates and XML signatures.

use super::modular::{MAX_OCTETS, Modulus, is_less, trimmed};
use crate::tlv::{Malformed, Tlv, tag};

/// Domain parameters p, q and g, big-endian without leading zeros.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DsaParameters {
    p: Vec<u8>,
    q: Vec<u8>,
    g: Vec<u8>,
}

/// A DSA key. Its parameters may be left out of a certificate, to be inherited from the issuer's key
/// (RFC 3279 §2.3.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DsaPublicKey {
    y: Vec<u8>,
    parameters: Option<DsaParameters>,
}

impl DsaParameters {
    /// Takes p of at most 16384 bits, q of 160 to 512 bits, and g between 1 and p; big-endian.
    #[must_use]
    pub fn new(p: &[u8], q: &[u8], g: &[u8]) -> Option<Self> {
        let (p, q, g) = (trimmed(p), trimmed(q), trimmed(g));
        let sizes = p.len() <= MAX_OCTETS && (20..=64).contains(&q.len()) && is_less(q, p);
        let group = is_less(&[1], g) && is_less(g, p);
        let odd = |octets: &[u8]| octets.last().is_some_and(|last| last & 1 == 1);
        (sizes && group && odd(p) && odd(q)).then(|| Self {
            p: p.to_vec(),
            q: q.to_vec(),
            g: g.to_vec(),
        })
    }

    /// Length of q.
    pub(super) fn order_octets(&self) -> usize {
        self.q.len()
    }

    /// Dss-Parms ::= SEQUENCE { p INTEGER, q INTEGER, g INTEGER } (RFC 3279 §2.3.2)
    pub(super) fn read(parameters: Tlv<'_>) -> Result<Option<Self>, Malformed> {
        let mut reader = parameters.require(tag::SEQUENCE)?.reader();
        let p = reader.any()?.integer_octets()?;
        let q = reader.any()?.integer_octets()?;
        let g = reader.any()?.integer_octets()?;
        reader.finish()?;
        Ok(Self::new(p, q, g))
    }
}

impl DsaPublicKey {
    /// Takes y, big-endian; it must lie between 1 and p where p is known.
    #[must_use]
    pub fn new(y: &[u8], parameters: Option<DsaParameters>) -> Option<Self> {
        let y = trimmed(y);
        let in_range = parameters.as_ref().is_none_or(|known| is_less(y, &known.p));
        (is_less(&[1], y) && y.len() <= MAX_OCTETS && in_range).then(|| Self {
            y: y.to_vec(),
            parameters,
        })
    }

    /// The parameters, if the key has its own or inherited them.
    #[must_use]
    pub fn parameters(&self) -> Option<&DsaParameters> {
        self.parameters.as_ref()
    }

    /// This key with the parameters of `issuer`, if its own are left out.
    pub(super) fn inheriting(&self, issuer: &Self) -> Option<Self> {
        match self.parameters {
            Some(_) => None,
            None => Self::new(&self.y, Some(issuer.parameters.clone()?)),
        }
    }

    /// Verifies Dss-Sig-Value ::= SEQUENCE { r INTEGER, s INTEGER } over a digest.
    pub(super) fn verify(&self, digest: &[u8], signature: &[u8]) -> bool {
        read_signature(signature).is_ok_and(|(r, s)| self.holds(digest, r, s) == Some(true))
    }

    fn holds(&self, digest: &[u8], r: &[u8], s: &[u8]) -> Option<bool> {
        let DsaParameters { p, q, g } = self.parameters.as_ref()?;
        if r.is_empty() || s.is_empty() || !is_less(r, q) || !is_less(s, q) {
            return Some(false);
        }
        let (field, group) = (Modulus::new(p)?, Modulus::new(q)?);
        let inverse = group.residue(s).pow(&minus_two(q)); // q is prime
        let z = &digest[..digest.len().min(q.len())];
        let u1 = group.residue(z).times(&inverse).octets();
        let u2 = group.residue(r).times(&inverse).octets();
        let v = field.residue(g).pow(&u1).times(&field.residue(&self.y).pow(&u2));
        Some(group.residue(&v.octets()).octets() == r)
    }
}

/// r and s without leading zeros; negative numbers and those longer than need be are refused.
fn read_signature(signature: &[u8]) -> Result<(&[u8], &[u8]), Malformed> {
    let mut reader = Tlv::from_der(signature)?.require(tag::SEQUENCE)?.reader();
    let mut positive = || {
        let value = reader.expect(tag::INTEGER)?;
        match value.integer_content()? {
            content if content.len() == value.value.len() && content[0] & 0x80 == 0 => Ok(trimmed(content)),
            _ => Err(Malformed::Value("INTEGER")),
        }
    };
    let pair = (positive()?, positive()?);
    reader.finish()?;
    Ok(pair)
}

/// q − 2 of an odd q above 2.
fn minus_two(q: &[u8]) -> Vec<u8> {
    let mut result = q.to_vec();
    let mut borrow = 2;
    for octet in result.iter_mut().rev() {
        let (less, wrapped) = octet.overflowing_sub(borrow);
        *octet = less;
        borrow = u8::from(wrapped);
    }
    result
}
