//! Content keys under agreed keys: the wraps of GOST 28147-89 (RFC 4357 §6) and KExp15 over KEG (R 1323565.1.025-2019).

use kabinet_gost::cipher::agreement::{export_iv, keg, vko_256};
use kabinet_gost::cipher::gost28147::{self, SBox, WRAPPED};
use kabinet_gost::cipher::{BlockCipher, CipherError, kexp15};
use kabinet_gost::{KeySize, PublicKey, SecretKey};
use kabinet_pki::Oid;
use kabinet_pki::tlv::{Malformed, Tlv, tag, write};
use zeroize::Zeroizing;

use crate::error::{DecryptError, EncryptError};
use crate::oid;

/// How a key of GOST 28147-89 is wrapped.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum OldWrap {
    /// Under the agreed key itself.
    None,
    /// Under the agreed key diversified by the UKM.
    CryptoPro,
}

impl OldWrap {
    pub(crate) fn from_oid(oid: &Oid) -> Option<Self> {
        match *oid {
            oid::NONE_KEY_WRAP => Some(Self::None),
            oid::CRYPTO_PRO_KEY_WRAP => Some(Self::CryptoPro),
            _ => None,
        }
    }
}

/// CryptoPro wrap over the boxes tc26-Z: encrypted key and code apart, as Gost28147-89-EncryptedKey has them.
pub(crate) fn wrap_old(
    secret: &SecretKey,
    peer: &PublicKey,
    ukm: [u8; 8],
    key: &[u8; 32],
) -> Result<Vec<u8>, EncryptError> {
    let kek = vko_256(secret, peer, &ukm)?;
    let wrapped = gost28147::wrap_cryptopro(SBox::Tc26Z, &kek, ukm, key);
    let (encrypted, code) = wrapped.split_at(32);
    Ok(write::sequence(&[
        write::octet_string(encrypted),
        write::octet_string(code),
    ]))
}

/// Gost28147-89-EncryptedKey ::= SEQUENCE { encryptedKey OCTET STRING (32), maskKey \[0\] OPTIONAL, macKey OCTET
/// STRING (4) } (RFC 4357 §9.2); masked keys are not in use and refused.
pub(crate) fn unwrap_old(
    wrap: OldWrap,
    sbox: SBox,
    secret: &SecretKey,
    peer: &PublicKey,
    ukm: &[u8],
    encrypted: Tlv<'_>,
) -> Result<Zeroizing<[u8; 32]>, DecryptError> {
    let mut reader = encrypted.require(tag::SEQUENCE)?.reader();
    let octets = [reader.any()?.octet_string()?, reader.any()?.octet_string()?].concat();
    reader.finish()?;
    let wrapped: &[u8; WRAPPED] = octets
        .as_slice()
        .try_into()
        .map_err(|_| Malformed::Value("Gost28147-89-EncryptedKey"))?;
    let ukm: [u8; 8] = ukm.try_into().map_err(|_| Malformed::Value("ukm"))?;
    let kek = vko_256(secret, peer, &ukm)?;
    match wrap {
        OldWrap::None => gost28147::unwrap(sbox, &kek, ukm, wrapped),
        OldWrap::CryptoPro => gost28147::unwrap_cryptopro(sbox, &kek, ukm, wrapped),
    }
    .map_err(|_| DecryptError::ContentKey)
}

/// The identifier of KExp15 over a cipher.
pub(crate) const fn kexp15_oid(cipher: BlockCipher) -> Oid {
    match cipher {
        BlockCipher::Magma => oid::MAGMA_KEXP15,
        BlockCipher::Kuznyechik => oid::KUZNYECHIK_KEXP15,
    }
}

/// The cipher of this KExp15.
pub(crate) fn kexp15_cipher(oid: &Oid) -> Option<BlockCipher> {
    [BlockCipher::Magma, BlockCipher::Kuznyechik]
        .into_iter()
        .find(|cipher| kexp15_oid(*cipher) == *oid)
}

/// KeyEncryptionAlgorithmIdentifier of KExp15: the agreement of the key's size is its parameter.
pub(crate) fn write_kexp15_identifier(cipher: BlockCipher, peer: &PublicKey) -> Vec<u8> {
    let agreement = match peer.parameter_set().size() {
        KeySize::Bits256 => oid::AGREEMENT_256,
        KeySize::Bits512 => oid::AGREEMENT_512,
    };
    let parameters = write::sequence(&[write::oid(&agreement)]);
    write::sequence(&[write::oid(&kexp15_oid(cipher)), parameters])
}

/// The key exported under the keys of KEG.
pub(crate) fn wrap_new(
    cipher: BlockCipher,
    secret: &SecretKey,
    peer: &PublicKey,
    ukm: &[u8; 32],
    key: &[u8; 32],
) -> Result<Vec<u8>, EncryptError> {
    let keys = keg(secret, peer, ukm)?;
    Ok(kexp15::export(cipher, &keys, export_iv(cipher, ukm), key)?)
}

/// Undoes [`wrap_new`].
pub(crate) fn unwrap_new(
    cipher: BlockCipher,
    secret: &SecretKey,
    peer: &PublicKey,
    ukm: &[u8],
    exported: &[u8],
) -> Result<Zeroizing<[u8; 32]>, DecryptError> {
    let ukm: &[u8; 32] = ukm.try_into().map_err(|_| Malformed::Value("ukm"))?;
    let keys = keg(secret, peer, ukm)?;
    kexp15::import(cipher, &keys, export_iv(cipher, ukm), exported).map_err(|error| match error {
        CipherError::Length { .. } => Malformed::Value("exported key").into(),
        _ => DecryptError::ContentKey,
    })
}
