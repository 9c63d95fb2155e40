//! Key export and import, KExp15 and KImp15 (R 1323565.1.017-2018, RFC 9189 §8.2.1).

use alloc::vec::Vec;

use zeroize::Zeroizing;

use super::{BlockCipher, CipherError, CtrAcpkm, Omac};

/// The keys under which another is exported, as key agreement gives them.
pub struct ExportKeys {
    /// Key of the code, K_MAC.
    pub mac: Zeroizing<[u8; 32]>,
    /// Key of the encryption, K_ENC.
    pub encryption: Zeroizing<[u8; 32]>,
}

/// Octets of an exported key of 32: 40 with Magma, 48 with Kuznyechik.
pub const fn exported_octets(cipher: BlockCipher) -> usize {
    32 + cipher.block_octets()
}

/// Encrypts `key` ‖ OMAC(`iv` ‖ `key`) in counter mode with an IV of [`BlockCipher::iv_octets`].
pub fn export(
    cipher: BlockCipher,
    keys: &ExportKeys,
    iv: &[u8],
    key: &[u8; 32],
) -> Result<Vec<u8>, CipherError> {
    let mut stream = counter_mode(cipher, keys, iv)?;
    let mut exported = Vec::with_capacity(exported_octets(cipher));
    exported.extend_from_slice(key);
    exported.extend(code(cipher, keys, iv, key).finalize());
    stream.apply(&mut exported)?;
    Ok(exported)
}

/// Undoes [`export`]; an authentication error means other keys or changed octets.
pub fn import(
    cipher: BlockCipher,
    keys: &ExportKeys,
    iv: &[u8],
    exported: &[u8],
) -> Result<Zeroizing<[u8; 32]>, CipherError> {
    let mut stream = counter_mode(cipher, keys, iv)?;
    let wrong = CipherError::Length {
        expected: exported_octets(cipher),
        actual: exported.len(),
    };
    let (key, mac) = exported.split_first_chunk().ok_or(wrong)?;
    if mac.len() != cipher.block_octets() {
        return Err(wrong);
    }
    let mut key = Zeroizing::new(*key);
    let mut mac = mac.to_vec();
    stream.apply(&mut key[..])?;
    stream.apply(&mut mac)?;
    code(cipher, keys, iv, &key).verify(&mac)?;
    Ok(key)
}

/// An exported key is shorter than the first section, within which CTR-ACPKM is counter mode.
fn counter_mode(cipher: BlockCipher, keys: &ExportKeys, iv: &[u8]) -> Result<CtrAcpkm, CipherError> {
    CtrAcpkm::for_cms(cipher, &keys.encryption, iv)
}

fn code(cipher: BlockCipher, keys: &ExportKeys, iv: &[u8], key: &[u8; 32]) -> Omac {
    let mut mac = Omac::new(cipher, &keys.mac);
    mac.update(iv);
    mac.update(key);
    mac
}
