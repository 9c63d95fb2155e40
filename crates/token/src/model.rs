//! What is seen on tokens and asked of them, in plain data that crosses the worker's pipe.

use std::path::PathBuf;

use cryptoki_sys as ck;
use serde::{Deserialize, Serialize};

use crate::key_file::KeyAlgorithm;

/// A PKCS#11 module file to look for tokens with.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Module {
    /// The product it comes with, such as `Рутокен ЭЦП`, or the file name.
    pub name: String,
    /// Absolute path.
    pub path: PathBuf,
    /// Shows tokens of many vendors (OpenSC): steps back where a vendor's own module shows the same reader.
    pub generic: bool,
    /// Reaches keys that lie elsewhere, so that its worker may use the network.
    pub network: bool,
}

/// What a module says about itself; display only.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ModuleInfo {
    /// `manufacturerID`.
    pub manufacturer: String,
    /// `libraryDescription`.
    pub description: String,
    /// Library version, major and minor.
    pub version: (u8, u8),
    /// Implemented version of the standard, major and minor.
    pub cryptoki: (u8, u8),
}

/// How a token is found again: never by slot number, which changes with every replugging.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct TokenAddress {
    /// The module that showed it.
    pub module: PathBuf,
    /// `serialNumber`, blanks trimmed.
    pub serial: String,
    /// `model`, blanks trimmed: one JaCarta shows an applet per slot under one serial number.
    pub model: String,
}

/// The token's own flags about its user PIN, readable without a login. Attempts left are not computable from them.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct PinState {
    /// At least one wrong attempt since the last good one. Some modules never set it.
    pub count_low: bool,
    /// One attempt is left.
    pub final_try: bool,
    /// No attempt is left.
    pub locked: bool,
    /// Still the factory PIN.
    pub to_be_changed: bool,
    /// The PIN is entered on the device or reader, not in the program.
    pub on_device: bool,
    /// Whether the token wants a PIN at all.
    pub login_required: bool,
    /// Shortest PIN, bytes; 0 when the module does not know.
    pub min_len: u32,
    /// Longest PIN, bytes; 0 when the module does not know.
    pub max_len: u32,
}

/// The token's own flags about its administrator PIN (PUK), readable without a login.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct PukState {
    /// At least one wrong attempt since the last good one.
    pub count_low: bool,
    /// One attempt is left. After it the token can only be formatted, which destroys its keys.
    pub final_try: bool,
    /// No attempt is left.
    pub locked: bool,
    /// Still the factory PUK.
    pub to_be_changed: bool,
}

/// What holds the keys.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Holder {
    /// A token or smart card behind a PKCS#11 module.
    #[default]
    Token,
    /// A key file under a passphrase (PKCS#12, PKCS#8).
    KeyFile,
    /// The certificate store of the operating system, and whatever provider stands behind it.
    SystemStore,
}

/// A connected token, or what stands in for one.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Token {
    /// How to find it again.
    pub address: TokenAddress,
    /// What it is.
    pub holder: Holder,
    /// Name given by its owner; may be empty.
    pub label: String,
    /// Maker of the token.
    pub manufacturer: String,
    /// Reader name as PC/SC shows it.
    pub reader: String,
    /// Hardware version, major and minor; zeros when the module does not know.
    pub hardware: (u8, u8),
    /// Firmware version, major and minor; zeros when the module does not know.
    pub firmware: (u8, u8),
    /// The user PIN's state.
    pub pin: PinState,
    /// The administrator PIN's state.
    pub puk: PukState,
    /// The ways of signing it offers out of those we use.
    pub mechanisms: Vec<SignMechanism>,
    /// The kinds of keys it makes by itself.
    pub key_pairs: Vec<SignMechanism>,
    /// Every `CKM_…` it lists, numbers unknown to us included; [`crate::mechanism_name`] names them.
    pub offered: Vec<u64>,
    /// Never initialised: it has no PIN and no keys yet.
    pub blank: bool,
    /// Cannot sign for us: no usable mechanism, or never initialised.
    pub passive: bool,
}

/// How a certificate's private key was recognised without a login. Private keys themselves show only after it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum KeySeen {
    /// A key object with the same `CKA_ID`.
    ById,
    /// A key object with the certificate's public key.
    ByPublicKey,
    /// Nothing was seen; the key may still show up after the login.
    No,
}

/// A certificate on a token.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct TokenCertificate {
    /// Where it is.
    pub token: TokenAddress,
    /// The certificate, DER.
    #[serde(with = "hex::serde")]
    pub der: Vec<u8>,
    /// SHA-256 of `der`.
    #[serde(with = "hex::serde")]
    pub fingerprint: [u8; 32],
    /// `CKA_ID`; may be empty or shared by several certificates.
    #[serde(with = "hex::serde")]
    pub id: Vec<u8>,
    /// `CKA_LABEL`; may be empty.
    pub label: String,
    /// How its key signs; `None` for keys we cannot sign with.
    pub mechanism: Option<SignMechanism>,
    /// Whether its key was seen.
    pub key: KeySeen,
}

/// A key seen without a login that belongs to no certificate on its token.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct LoneKey {
    /// Where it is.
    pub token: TokenAddress,
    /// `CKA_ID`.
    #[serde(with = "hex::serde")]
    pub id: Vec<u8>,
    /// `CKA_LABEL`.
    pub label: String,
}

/// What one look at all modules showed.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Scan {
    /// Connected tokens.
    pub tokens: Vec<Token>,
    /// Their certificates.
    pub certificates: Vec<TokenCertificate>,
    /// Keys without a certificate.
    pub lone_keys: Vec<LoneKey>,
    /// What did not answer. The rest of the scan is good all the same.
    pub problems: Vec<ScanProblem>,
    /// Modules that had not answered yet when the scan was wanted.
    pub pending: Vec<PathBuf>,
}

/// A module, or one token of it, that could not be read.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ScanProblem {
    /// The module.
    pub module: PathBuf,
    /// The reader, if only that one is concerned.
    pub reader: Option<String>,
    /// What happened.
    pub error: crate::TokenError,
}

/// The ways of signing we use. Hashing is done on the host; the token gets finished bytes in one part.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SignMechanism {
    /// `CKM_GOSTR3410`: 32 bytes of Streebog-256 in, s‖r of 64 bytes out.
    Gost256,
    /// `CKM_GOSTR3410_512`: 64 bytes of Streebog-512 in, s‖r of 128 bytes out.
    Gost512,
    /// `CKM_RSA_PKCS`: a DigestInfo (RFC 8017 §9.2) in, a signature of the modulus' length out.
    RsaPkcs1,
    /// `CKM_ECDSA` on P-256: 32 bytes of digest in, r‖s of 64 bytes out.
    EcdsaP256,
}

impl SignMechanism {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Gost256, Self::Gost512, Self::RsaPkcs1, Self::EcdsaP256];

    /// `CKM_…`; the vendor number is 0xD4321006 of TC26's range (Rutoken, JaCarta and OpenSC headers agree).
    pub(crate) fn mechanism_type(self) -> ck::CK_MECHANISM_TYPE {
        match self {
            Self::Gost256 => ck::CKM_GOSTR3410,
            Self::Gost512 => 0xD432_1006,
            Self::RsaPkcs1 => ck::CKM_RSA_PKCS,
            Self::EcdsaP256 => ck::CKM_ECDSA,
        }
    }

    /// `CKM_…_KEY_PAIR_GEN` of the keys that sign so; the vendor number is 0xD4321005 of TC26's range.
    pub(crate) fn generation(self) -> ck::CK_MECHANISM_TYPE {
        match self {
            Self::Gost256 => ck::CKM_GOSTR3410_KEY_PAIR_GEN,
            Self::Gost512 => 0xD432_1005,
            Self::RsaPkcs1 => ck::CKM_RSA_PKCS_KEY_PAIR_GEN,
            Self::EcdsaP256 => ck::CKM_EC_KEY_PAIR_GEN,
        }
    }

    /// `CKK_…` of the keys that sign so; 0xD4321003 is `CKK_GOSTR3410_512`.
    pub(crate) fn key_type(self) -> ck::CK_KEY_TYPE {
        match self {
            Self::Gost256 => ck::CKK_GOSTR3410,
            Self::Gost512 => 0xD432_1003,
            Self::RsaPkcs1 => ck::CKK_RSA,
            Self::EcdsaP256 => ck::CKK_EC,
        }
    }

    /// Whether these bytes can be signed so: the digest's length, or the outer shape of a DigestInfo.
    pub fn accepts(self, input: &[u8]) -> bool {
        match self {
            Self::Gost256 | Self::EcdsaP256 => input.len() == 32,
            Self::Gost512 => input.len() == 64,
            // The longest, with SHA-512, has 83 bytes: one length byte is always enough.
            Self::RsaPkcs1 => {
                matches!(input, [0x30, length, rest @ ..] if usize::from(*length) == rest.len() && *length < 128)
            }
        }
    }

    /// Whether a signature can have this length, bytes; RSA keys have 1024 to 8192 bits.
    pub(crate) fn yields(self, length: usize) -> bool {
        match self {
            Self::Gost256 | Self::EcdsaP256 => length == 64,
            Self::Gost512 => length == 128,
            Self::RsaPkcs1 => (128..=1024).contains(&length),
        }
    }
}

/// One run of signatures with one key under one login.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct SignJob {
    /// The token.
    pub token: TokenAddress,
    /// SHA-256 of the certificate's DER; it must still be on the token.
    #[serde(with = "hex::serde")]
    pub certificate: [u8; 32],
    /// How to sign.
    pub mechanism: SignMechanism,
    /// What to sign, one signature each, in this order.
    #[serde(with = "hex_list")]
    pub inputs: Vec<Vec<u8>>,
    /// The person was told that one attempt is left and went on.
    pub final_try_confirmed: bool,
}

/// A key to be made on a token, with a request for its certificate.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct KeyOrder {
    /// Kind and strength.
    pub algorithm: KeyAlgorithm,
    /// `CKA_LABEL` of the key, to tell it from others until its certificate is there.
    pub label: String,
    /// For whom, DER Name.
    #[serde(with = "hex::serde")]
    pub subject: Vec<u8>,
    /// What the certificate should say, DER Extensions (RFC 5280 §4.1); empty for nothing.
    #[serde(with = "hex::serde")]
    pub extensions: Vec<u8>,
}

/// Progress of a [`SignJob`].
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum SignEvent {
    /// The token waits for a person: PIN on the reader's keys.
    AwaitingDevice,
    /// The PIN was accepted.
    LoggedIn,
    /// Input number `index` is signed; `signature` is what `C_Sign` gave.
    Signed {
        /// Place in [`SignJob::inputs`].
        index: usize,
        /// Raw bytes.
        signature: Vec<u8>,
    },
}

mod hex_list {
    //! Lists of byte strings as lists of hexadecimal text.

    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(super) fn serialize<S: Serializer>(list: &[Vec<u8>], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(list.iter().map(hex::encode))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Vec<u8>>, D::Error> {
        let texts = Vec::<String>::deserialize(deserializer)?;
        texts
            .iter()
            .map(|text| hex::decode(text).map_err(D::Error::custom))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inputs_of_a_wrong_length_are_not_accepted() {
        for (mechanism, right) in [
            (SignMechanism::Gost256, 32),
            (SignMechanism::Gost512, 64),
            (SignMechanism::EcdsaP256, 32),
        ] {
            assert!(mechanism.accepts(&vec![1; right]));
            for wrong in [0, right - 1, right + 1] {
                assert!(!mechanism.accepts(&vec![1; wrong]), "{mechanism:?} {wrong}");
            }
        }
    }

    #[test]
    fn a_bare_digest_is_no_digest_info() {
        assert!(!SignMechanism::RsaPkcs1.accepts(&[0x11; 32]));
        assert!(!SignMechanism::RsaPkcs1.accepts(&[0x30, 5, 1]));
        assert!(!SignMechanism::RsaPkcs1.accepts(&[]));
    }
}
