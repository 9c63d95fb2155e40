//! Encryption of content with authentication, CTR-ACPKM-OMAC (R 1323565.1.025-2019, gostr3412-2015-*-ctracpkm-omac).
//!
//! The content key and the seed give a key of encryption and a key of the code by KDF_TREE. The code is that of the
//! plaintext, and is encrypted after it in the same stream.

use alloc::vec::Vec;

use zeroize::Zeroize;

use super::{BlockCipher, CipherError, CtrAcpkm, Omac};
use crate::kdf;

/// Octets of the key material that the parameters carry, an IV and a seed: 12 or 16.
pub const fn ukm_octets(cipher: BlockCipher) -> usize {
    cipher.iv_octets() + SEED
}

const SEED: usize = 8;

/// Encrypts in place and gives the encrypted code, [`BlockCipher::block_octets`] long.
pub fn encrypt(
    cipher: BlockCipher,
    key: &[u8; 32],
    ukm: &[u8],
    data: &mut [u8],
) -> Result<Vec<u8>, CipherError> {
    let (mut stream, mut mac) = start(cipher, key, ukm)?;
    mac.update(data);
    stream.apply(data)?;
    let mut code = mac.finalize();
    stream.apply(&mut code)?;
    Ok(code)
}

/// Decrypts in place what [`encrypt`] made. On an error `data` is zeros: nothing unauthenticated gets out.
pub fn decrypt(
    cipher: BlockCipher,
    key: &[u8; 32],
    ukm: &[u8],
    data: &mut [u8],
    code: &[u8],
) -> Result<(), CipherError> {
    let result = try_decrypt(cipher, key, ukm, data, code);
    if result.is_err() {
        data.zeroize();
    }
    result
}

fn try_decrypt(
    cipher: BlockCipher,
    key: &[u8; 32],
    ukm: &[u8],
    data: &mut [u8],
    code: &[u8],
) -> Result<(), CipherError> {
    let (mut stream, mut mac) = start(cipher, key, ukm)?;
    stream.apply(data)?;
    mac.update(data);
    let mut code = code.to_vec();
    stream.apply(&mut code)?;
    mac.verify(&code)
}

fn start(cipher: BlockCipher, key: &[u8; 32], ukm: &[u8]) -> Result<(CtrAcpkm, Omac), CipherError> {
    if ukm.len() != ukm_octets(cipher) {
        return Err(CipherError::Length {
            expected: ukm_octets(cipher),
            actual: ukm.len(),
        });
    }
    let (iv, seed) = ukm.split_at(cipher.iv_octets());
    let [encryption, mac] = kdf::tree_pair(key, seed);
    Ok((
        CtrAcpkm::for_cms(cipher, &encryption, iv)?,
        Omac::new(cipher, &mac),
    ))
}
