//! `vault.json`: who the vault is and its data key, wrapped once per protection.
//!
//! The body carries a MAC under a key derived from the data key (deliberate change is found on unlocking) and a
//! plain checksum (accidental damage is found before anyone is asked for a passphrase). A copy lies beside it.

use std::fs;
use std::io;
use std::path::Path;

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hmac::{Hmac, Mac};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use time::OffsetDateTime;
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::StoreError;
use crate::files::{remove_partial, write_atomically};
use crate::kdf::Cost;
use crate::keychain::Keychain;
use crate::recovery::RecoveryCode;
use crate::secret::{Key, Passphrase};
use crate::vault::Unlock;

const FORMAT: &str = "kabinet-vault";
/// Newest layout: 2 has a recovery code. Without one a header is written as 1, which programs before the code can read.
const VERSION: u32 = 2;
pub(crate) const FILE: &str = "vault.json";
pub(crate) const COPY: &str = "vault.json.bak";

/// What the header says; everything in it is covered by the MAC.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Header {
    pub id: Uuid,
    pub keychain: Option<KeychainSlot>,
    pub passphrase: Option<PassphraseSlot>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recovery: Option<RecoverySlot>,
}

impl Header {
    fn version(&self) -> u32 {
        match self.recovery {
            Some(_) => 2,
            None => 1,
        }
    }
}

/// The data key wrapped by a secret of the OS keychain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct KeychainSlot {
    /// Account name of the keychain entry.
    pub account: String,
    wrapped: Wrapped,
}

/// The data key wrapped by a passphrase.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PassphraseSlot {
    cost: Cost,
    #[serde(with = "hex::serde")]
    salt: [u8; 16],
    wrapped: Wrapped,
}

/// The data key wrapped by a recovery code. Of the code itself nothing is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RecoverySlot {
    /// When the code was made, to the second.
    #[serde(with = "time::serde::rfc3339")]
    pub made: OffsetDateTime,
    wrapped: Wrapped,
}

/// XChaCha20-Poly1305 of the data key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wrapped {
    #[serde(with = "hex::serde")]
    nonce: [u8; 24],
    #[serde(with = "hex::serde")]
    key: Vec<u8>,
}

impl KeychainSlot {
    pub(crate) fn seal(vault: Uuid, account: String, secret: &Key, data: &Key) -> Result<Self, StoreError> {
        let wrapped = Wrapped::seal(secret, data, &Self::context(vault, &account))?;
        Ok(Self { account, wrapped })
    }

    pub(crate) fn open(&self, vault: Uuid, secret: &[u8]) -> Result<Key, StoreError> {
        Key::from_slice(secret)
            .and_then(|secret| self.wrapped.open(&secret, &Self::context(vault, &self.account)))
            .ok_or(StoreError::WrongKeychainEntry)
    }

    fn context(vault: Uuid, account: &str) -> Vec<u8> {
        format!("{FORMAT}/keychain/{vault}/{account}").into_bytes()
    }
}

impl PassphraseSlot {
    pub(crate) fn seal(vault: Uuid, passphrase: &Passphrase, data: &Key) -> Result<Self, StoreError> {
        let cost = Cost::measured()?;
        let mut salt = [0; 16];
        getrandom::fill(&mut salt).map_err(|_| StoreError::Random)?;
        let wrapped = Wrapped::seal(
            &cost.derive(passphrase, &salt)?,
            data,
            &Self::context(vault, cost),
        )?;
        Ok(Self { cost, salt, wrapped })
    }

    pub(crate) fn open(&self, vault: Uuid, passphrase: &Passphrase) -> Result<Key, StoreError> {
        let key = self.cost.derive(passphrase, &self.salt)?;
        self.wrapped
            .open(&key, &Self::context(vault, self.cost))
            .ok_or(StoreError::WrongPassphrase)
    }

    fn context(vault: Uuid, cost: Cost) -> Vec<u8> {
        let Cost {
            memory_kib,
            iterations,
            lanes,
        } = cost;
        format!("{FORMAT}/passphrase/{vault}/argon2id/{memory_kib}/{iterations}/{lanes}").into_bytes()
    }
}

impl RecoverySlot {
    pub(crate) fn seal(
        vault: Uuid,
        code: &RecoveryCode,
        made: OffsetDateTime,
        data: &Key,
    ) -> Result<Self, StoreError> {
        let wrapped = Wrapped::seal(&code.wrapping_key(vault)?, data, &Self::context(vault))?;
        let made = made.to_offset(time::UtcOffset::UTC);
        let made = made.replace_nanosecond(0).unwrap_or(made);
        Ok(Self { made, wrapped })
    }

    pub(crate) fn open(&self, vault: Uuid, code: &RecoveryCode) -> Result<Key, StoreError> {
        self.wrapped
            .open(&code.wrapping_key(vault)?, &Self::context(vault))
            .ok_or(StoreError::WrongRecoveryCode)
    }

    fn context(vault: Uuid) -> Vec<u8> {
        format!("{FORMAT}/recovery/{vault}").into_bytes()
    }
}

impl Wrapped {
    fn seal(wrapping: &Key, data: &Key, context: &[u8]) -> Result<Self, StoreError> {
        let mut nonce = [0; 24];
        getrandom::fill(&mut nonce).map_err(|_| StoreError::Random)?;
        let key = XChaCha20Poly1305::new(wrapping.bytes().into())
            .encrypt(
                &XNonce::from(nonce),
                Payload {
                    msg: data.bytes(),
                    aad: context,
                },
            )
            .map_err(|_| StoreError::KeyDerivation)?;
        Ok(Self { nonce, key })
    }

    fn open(&self, wrapping: &Key, context: &[u8]) -> Option<Key> {
        let data = XChaCha20Poly1305::new(wrapping.bytes().into())
            .decrypt(
                &XNonce::from(self.nonce),
                Payload {
                    msg: &self.key,
                    aad: context,
                },
            )
            .ok()
            .map(Zeroizing::new)?;
        Key::from_slice(&data)
    }
}

/// A header as it lies on the disk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SealedHeader {
    format: String,
    version: u32,
    pub header: Header,
    #[serde(with = "hex::serde")]
    mac: [u8; 32],
    #[serde(with = "hex::serde")]
    checksum: [u8; 32],
}

/// Read before anything else, so that a newer layout is told from damage.
#[derive(Deserialize)]
struct Preamble {
    format: String,
    version: u32,
}

impl SealedHeader {
    pub(crate) fn seal(header: Header, data: &Key) -> Result<Self, StoreError> {
        let mac = mac(&header, data)?.finalize().into_bytes().into();
        let checksum = checksum(&header, &mac)?;
        Ok(Self {
            format: FORMAT.to_owned(),
            version: header.version(),
            header,
            mac,
            checksum,
        })
    }

    /// # Errors
    /// [`StoreError::HeaderForged`] when the header was not written by someone who knew the key.
    pub(crate) fn authenticate(&self, data: &Key) -> Result<(), StoreError> {
        mac(&self.header, data)?
            .verify_slice(&self.mac)
            .map_err(|_| StoreError::HeaderForged)
    }

    /// The data key, once the header has proved to be written by someone who knew it.
    ///
    /// # Errors
    /// [`StoreError::ProtectionNotSet`], [`StoreError::HeaderForged`], and what each way says of the wrong key.
    pub(crate) fn open(&self, how: &Unlock, keychain: &dyn Keychain) -> Result<Key, StoreError> {
        let header = &self.header;
        let key = match how {
            Unlock::Keychain => {
                let slot = header.keychain.as_ref().ok_or(StoreError::ProtectionNotSet)?;
                slot.open(header.id, &keychain.load(&slot.account)?)?
            }
            Unlock::Passphrase(passphrase) => {
                let slot = header.passphrase.as_ref().ok_or(StoreError::ProtectionNotSet)?;
                slot.open(header.id, passphrase)?
            }
            Unlock::RecoveryCode(code) => {
                let slot = header.recovery.as_ref().ok_or(StoreError::ProtectionNotSet)?;
                slot.open(header.id, code)?
            }
        };
        self.authenticate(&key)?;
        Ok(key)
    }

    /// Reads the header of the vault in `dir`. A damaged one is reported, never silently replaced by its copy.
    pub(crate) fn read(dir: &Path) -> Result<Self, StoreError> {
        match Self::read_file(&dir.join(FILE)) {
            Err(StoreError::VaultNotFound | StoreError::HeaderDamaged { .. }) => {
                let copy = Self::read_file(&dir.join(COPY));
                match (copy, dir.join(FILE).exists()) {
                    (Err(StoreError::VaultNotFound), false) => Err(StoreError::VaultNotFound),
                    (copy, _) => Err(StoreError::HeaderDamaged { backup: copy.is_ok() }),
                }
            }
            other => other,
        }
    }

    fn read_file(path: &Path) -> Result<Self, StoreError> {
        let damaged = StoreError::HeaderDamaged { backup: false };
        let bytes = match fs::read(path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(StoreError::VaultNotFound),
            Err(error) => return Err(StoreError::io("read")(error)),
        };
        match serde_json::from_slice::<Preamble>(&bytes) {
            Ok(Preamble { format, version }) if format == FORMAT && version > VERSION => {
                return Err(StoreError::NewerVersion {
                    file: FILE.to_owned(),
                    found: version,
                    supported: VERSION,
                });
            }
            Ok(Preamble { format, version }) if format == FORMAT && version > 0 => {}
            _ => return Err(damaged),
        }
        let sealed: Self =
            serde_json::from_slice(&bytes).map_err(|_| StoreError::HeaderDamaged { backup: false })?;
        if sealed.version != sealed.header.version()
            || checksum(&sealed.header, &sealed.mac)? != sealed.checksum
        {
            return Err(damaged);
        }
        Ok(sealed)
    }

    /// Writes the header, then its copy: after a change of passphrase the old one opens neither.
    pub(crate) fn write(&self, dir: &Path) -> Result<(), StoreError> {
        let bytes = serde_json::to_vec_pretty(self).map_err(|_| StoreError::Value { column: "header" })?;
        write_atomically(&dir.join(FILE), &bytes)?;
        // The header holds from here on. No copy is better than one the old passphrase opens.
        let copy = dir.join(COPY);
        write_atomically(&copy, &bytes).or_else(|error| fs::remove_file(&copy).map_err(|_| error))
    }

    /// Whether the header on the disk may need this keychain entry.
    pub(crate) fn may_need(dir: &Path, account: &str) -> bool {
        match Self::read(dir) {
            Ok(sealed) => sealed.header.keychain.is_some_and(|slot| slot.account == account),
            Err(error) => !matches!(error, StoreError::VaultNotFound),
        }
    }

    /// Brings the copy up to date if a crash fell between the two writes of [`write`](Self::write), and removes what one in the
    /// middle of them left.
    pub(crate) fn refresh_copy(&self, dir: &Path) -> Result<(), StoreError> {
        for file in [FILE, COPY] {
            remove_partial(&dir.join(file))?;
        }
        match Self::read_file(&dir.join(COPY)) {
            Ok(copy) if copy == *self => Ok(()),
            _ => self.write(dir),
        }
    }

    /// Puts the copy in place of a damaged header.
    pub(crate) fn restore_copy(dir: &Path) -> Result<(), StoreError> {
        Self::read_file(&dir.join(COPY))?.write(dir)
    }
}

fn encode(header: &Header) -> Result<Vec<u8>, StoreError> {
    serde_json::to_vec(&(FORMAT, header.version(), header))
        .map_err(|_| StoreError::Value { column: "header" })
}

fn mac(header: &Header, data: &Key) -> Result<Hmac<Sha256>, StoreError> {
    let key = data.derive(header.id, "kabinet/header/v1")?;
    let mut mac = <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(key.bytes())
        .map_err(|_| StoreError::KeyDerivation)?;
    mac.update(&encode(header)?);
    Ok(mac)
}

fn checksum(header: &Header, mac: &[u8; 32]) -> Result<[u8; 32], StoreError> {
    Ok(Sha256::new_with_prefix(encode(header)?)
        .chain_update(mac)
        .finalize()
        .into())
}
