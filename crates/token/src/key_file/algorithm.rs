//! The algorithms of private keys, by the names people give them.

use der::asn1::ObjectIdentifier;
pub use kabinet_gost::KeySize;
use kabinet_gost::{ParameterSet, Standard};
use kabinet_pki::PublicKey;
use rsa::traits::PublicKeyParts;
use serde::{Deserialize, Serialize};

/// Kind and strength of a key. As text: `gost2012-256:tc26-b`, `gost2012-512:tc26-a`, `rsa:2048`, `p256`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum KeyAlgorithm {
    /// ГОСТ Р 34.10-2012 over this curve.
    Gost(ParameterSet),
    /// RSA with a modulus of so many bits.
    Rsa(usize),
    /// ECDSA over NIST P-256.
    P256,
}

impl KeyAlgorithm {
    /// `gost2012-256`, `gost2012-512`, `rsa`, `p256`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Gost(set) => match set.size() {
                KeySize::Bits256 => "gost2012-256",
                KeySize::Bits512 => "gost2012-512",
            },
            Self::Rsa(_) => "rsa",
            Self::P256 => "p256",
        }
    }

    /// Size of the key: of the field, or of the RSA modulus.
    pub fn bits(self) -> usize {
        match self {
            Self::Gost(set) => 8 * set.size().octets(),
            Self::Rsa(bits) => bits,
            Self::P256 => 256,
        }
    }

    /// Short name and identifier of the curve; `None` for RSA and P-256.
    pub fn parameter_set(self) -> Option<(&'static str, ObjectIdentifier)> {
        match self {
            Self::Gost(set) => Some((parameter_set_name(set), set.oid())),
            Self::Rsa(_) | Self::P256 => None,
        }
    }

    /// That of a public key; `None` for algorithms we do not sign with.
    pub fn of(key: &PublicKey) -> Option<Self> {
        match key {
            PublicKey::Gost(key) if key.standard() == Standard::R2012 => {
                Some(Self::Gost(key.parameter_set()))
            }
            PublicKey::Rsa(key) => Some(Self::Rsa(key.n().bits() as usize)),
            PublicKey::EcP256(_) => Some(Self::P256),
            _ => None,
        }
    }

    /// A GOST key of this size over the set with this short name (`tc26-a`, `cryptopro-a`, `xcha`…) or identifier in digits.
    pub fn gost(size: KeySize, set: &str) -> Option<Self> {
        let oid = ObjectIdentifier::new(set).ok();
        ParameterSet::ALL
            .into_iter()
            .filter(|candidate| candidate.size() == size)
            .find(|candidate| parameter_set_name(*candidate) == set || Some(candidate.oid()) == oid)
            .map(Self::Gost)
    }
}

impl From<KeyAlgorithm> for String {
    fn from(algorithm: KeyAlgorithm) -> Self {
        let name = algorithm.name();
        match algorithm {
            KeyAlgorithm::Gost(set) => format!("{name}:{}", parameter_set_name(set)),
            KeyAlgorithm::Rsa(bits) => format!("{name}:{bits}"),
            KeyAlgorithm::P256 => name.to_owned(),
        }
    }
}

/// The text names no algorithm we know.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("unknown key algorithm")]
pub struct UnknownAlgorithm;

impl TryFrom<String> for KeyAlgorithm {
    type Error = UnknownAlgorithm;

    fn try_from(text: String) -> Result<Self, UnknownAlgorithm> {
        let (name, rest) = text.split_once(':').unwrap_or((&text, ""));
        let found = match name {
            "gost2012-256" => Self::gost(KeySize::Bits256, rest),
            "gost2012-512" => Self::gost(KeySize::Bits512, rest),
            "rsa" => rest.parse().ok().map(Self::Rsa),
            "p256" if rest.is_empty() => Some(Self::P256),
            _ => None,
        };
        found.ok_or(UnknownAlgorithm)
    }
}

/// Unique among sets of one size.
fn parameter_set_name(set: ParameterSet) -> &'static str {
    match set {
        ParameterSet::CryptoProA => "cryptopro-a",
        ParameterSet::CryptoProB => "cryptopro-b",
        ParameterSet::CryptoProC => "cryptopro-c",
        ParameterSet::CryptoProXchA => "xcha",
        ParameterSet::CryptoProXchB => "xchb",
        ParameterSet::Tc26_256A | ParameterSet::Tc26_512A => "tc26-a",
        ParameterSet::Tc26_256B | ParameterSet::Tc26_512B => "tc26-b",
        ParameterSet::Tc26_256C | ParameterSet::Tc26_512C => "tc26-c",
        ParameterSet::Tc26_256D => "tc26-d",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_set_is_found_by_its_name_and_by_its_identifier() {
        for set in ParameterSet::ALL {
            let algorithm = KeyAlgorithm::Gost(set);
            let (name, oid) = algorithm.parameter_set().expect("GOST keys have one");
            for text in [name, &oid.to_string()] {
                assert_eq!(KeyAlgorithm::gost(set.size(), text), Some(algorithm), "{text}");
            }
        }
    }

    #[test]
    fn every_algorithm_is_read_back_from_its_text() {
        let sets = ParameterSet::ALL.into_iter().map(KeyAlgorithm::Gost);
        for algorithm in sets.chain([KeyAlgorithm::Rsa(2048), KeyAlgorithm::P256]) {
            assert_eq!(KeyAlgorithm::try_from(String::from(algorithm)), Ok(algorithm));
        }
        for text in [
            "",
            "gost2012-256",
            "gost2012-512:tc26-d",
            "rsa:x",
            "p256:1",
            "ed25519",
        ] {
            assert_eq!(
                KeyAlgorithm::try_from(text.to_owned()),
                Err(UnknownAlgorithm),
                "{text}"
            );
        }
    }

    #[test]
    fn a_set_of_the_other_size_is_not_found() {
        assert_eq!(KeyAlgorithm::gost(KeySize::Bits512, "tc26-d"), None);
        assert_eq!(KeyAlgorithm::gost(KeySize::Bits256, "1.2.643.7.1.2.1.2.1"), None);
        assert_eq!(KeyAlgorithm::gost(KeySize::Bits256, ""), None);
    }
}
