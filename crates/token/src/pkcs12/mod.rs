//! PKCS#12 files with a key and its certificates (RFC 7292; with GOST: R 50.1.112-2016, R 1323565.1.041), signing like a token.

mod asn1;
mod error;
mod gost89;
mod key;
mod mac;
mod pbes2;

use der::asn1::OctetStringRef;
use der::{Decode, Encode, Header, SliceReader, Tag};
use zeroize::Zeroizing;

use crate::certificate;
use crate::model::SignMechanism;
use crate::secret::Passphrase;
use asn1::{CertificateBag, ContentInfo, EncryptedData, EncryptedKey, SafeBag};
pub use error::PfxError;
use key::Key;

/// How deep bags may lie in bags; nothing known nests at all.
const DEEPEST: usize = 4;

/// An opened file. The key stays in memory, is wiped when dropped, and never leaves.
pub struct Pfx {
    certificates: Vec<Vec<u8>>,
    key: Key,
}

impl Pfx {
    /// Checks the integrity of a PKCS#12 file in DER, decrypts it and finds the key and its certificate.
    pub fn open(file: &[u8], passphrase: &Passphrase) -> Result<Self, PfxError> {
        let pfx = asn1::Pfx::from_der(file)?;
        if pfx.version != 3 {
            return Err(PfxError::Malformed);
        }
        if pfx.auth_safe.content_type != asn1::DATA {
            return Err(PfxError::Unsupported {
                oid: pfx.auth_safe.content_type,
            });
        }
        let safe = pfx.auth_safe.content.decode_as::<&OctetStringRef>()?.as_bytes();
        mac::check(
            pfx.mac_data.as_ref().ok_or(PfxError::MacMissing)?,
            passphrase,
            safe,
        )?;
        let mut found = Found::default();
        for content in Vec::<ContentInfo<'_>>::from_der(safe)? {
            match content.content_type {
                asn1::DATA => {
                    let bags = content.content.decode_as::<&OctetStringRef>()?;
                    found.read_bags(bags.as_bytes(), passphrase, DEEPEST)?;
                }
                asn1::ENCRYPTED_DATA => {
                    let encrypted: EncryptedData<'_> = content.content.decode_as()?;
                    let content = encrypted.info.content.as_bytes();
                    let bags = pbes2::decrypt(&encrypted.info.algorithm, passphrase, content)?;
                    found.read_bags(&bags, passphrase, DEEPEST)?;
                }
                oid => return Err(PfxError::Unsupported { oid }),
            }
        }
        found.into_pfx()
    }

    /// All certificates, DER; the one of the key first.
    pub fn certificates(&self) -> &[Vec<u8>] {
        &self.certificates
    }

    /// How the key signs.
    pub fn mechanism(&self) -> SignMechanism {
        self.key.mechanism()
    }

    /// Signs one input; the bytes are those a token's `C_Sign` would give.
    pub fn sign(&self, mechanism: SignMechanism, input: &[u8]) -> Result<Vec<u8>, PfxError> {
        if mechanism != self.key.mechanism() {
            return Err(PfxError::MechanismUnsupported);
        }
        if !mechanism.accepts(input) {
            return Err(PfxError::InputUnsuitable);
        }
        self.key.sign(input)
    }
}

/// What the bags hold so far.
#[derive(Default)]
struct Found {
    certificates: Vec<Vec<u8>>,
    keys: Vec<Zeroizing<Vec<u8>>>,
}

impl Found {
    fn read_bags(&mut self, bags: &[u8], passphrase: &Passphrase, depth: usize) -> Result<(), PfxError> {
        for bag in Vec::<SafeBag<'_>>::from_der(trimmed(bags)?)? {
            let value = bag.value;
            match bag.kind {
                asn1::KEY_BAG => self.keys.push(Zeroizing::new(value.to_der()?)),
                asn1::SHROUDED_KEY_BAG => {
                    let encrypted: EncryptedKey<'_> = value.decode_as()?;
                    let key = pbes2::decrypt(&encrypted.algorithm, passphrase, encrypted.content.as_bytes())?;
                    self.keys.push(key);
                }
                asn1::CERTIFICATE_BAG => {
                    let certificate: CertificateBag<'_> = value.decode_as()?;
                    if certificate.kind == asn1::X509 {
                        let der = certificate.value.decode_as::<&OctetStringRef>()?;
                        self.certificates.push(der.as_bytes().to_vec());
                    }
                }
                asn1::NESTED_BAG if depth > 0 => self.read_bags(&value.to_der()?, passphrase, depth - 1)?,
                // CRLs and private secrets of other programs are not ours.
                _ => {}
            }
        }
        Ok(())
    }

    /// The first readable key with a certificate.
    fn into_pfx(mut self) -> Result<Pfx, PfxError> {
        let mut outcome = PfxError::KeyMissing;
        for der in &self.keys {
            let key = match Key::read(der) {
                Ok(key) => key,
                Err(error) => {
                    outcome = error;
                    continue;
                }
            };
            let public_key = Some(key.public_key());
            let own = self
                .certificates
                .iter()
                .position(|der| certificate::public_key(der) == public_key);
            match own {
                Some(own) => {
                    self.certificates[..=own].rotate_right(1);
                    return Ok(Pfx {
                        certificates: self.certificates,
                        key,
                    });
                }
                None => outcome = PfxError::CertificateMissing,
            }
        }
        Err(outcome)
    }
}

/// A stream cipher has no padding, but some writers leave zero octets behind the sequence.
fn trimmed(bags: &[u8]) -> Result<&[u8], PfxError> {
    let header = Header::decode(&mut SliceReader::new(bags)?)?;
    if header.tag() != Tag::Sequence {
        return Err(PfxError::Malformed);
    }
    certificate::trimmed(bags).ok_or(PfxError::Malformed)
}
