//! Keys that two holders compute alike: VKO GOST R 34.10-2012 (R 50.1.113-2016, RFC 7836 §4.3) and KEG
//! (R 1323565.1.020-2018, RFC 9189 §8.3.1).

use zeroize::Zeroizing;

use super::BlockCipher;
use super::kexp15::ExportKeys;
use crate::{Digest, KeyError, KeySize, PublicKey, SecretKey, Streebog256, Streebog512, kdf};

/// VKO_GOSTR3410_2012_256: a key of 32 octets. The UKM is little-endian and not zero, usually 8 octets.
pub fn vko_256(secret: &SecretKey, peer: &PublicKey, ukm: &[u8]) -> Result<Zeroizing<[u8; 32]>, KeyError> {
    let point = secret.agree(peer, ukm)?;
    Ok(Zeroizing::new(Streebog256::digest(&*point).into()))
}

/// VKO_GOSTR3410_2012_512: a key of 64 octets, of 512-bit keys.
pub fn vko_512(secret: &SecretKey, peer: &PublicKey, ukm: &[u8]) -> Result<Zeroizing<[u8; 64]>, KeyError> {
    let point = secret.agree(peer, ukm)?;
    Ok(Zeroizing::new(Streebog512::digest(&*point).into()))
}

/// KEG: the keys of a [`super::kexp15`] export. Of the UKM the first 16 octets are a big-endian factor and the next 8
/// a seed; the last 8 are left for the IV of the export ([`export_iv`]).
pub fn keg(secret: &SecretKey, peer: &PublicKey, ukm: &[u8; 32]) -> Result<ExportKeys, KeyError> {
    let mut factor = [0; 16];
    factor.copy_from_slice(&ukm[..16]);
    factor.reverse();
    if factor == [0; 16] {
        factor[0] = 1;
    }
    let [mac, encryption] = match secret.public_key().parameter_set().size() {
        KeySize::Bits256 => {
            let key = vko_256(secret, peer, &factor)?;
            kdf::tree_pair(&key, &ukm[16..24])
        }
        KeySize::Bits512 => halves(&*vko_512(secret, peer, &factor)?),
    };
    Ok(ExportKeys { mac, encryption })
}

/// The IV that an export under the keys of [`keg`] takes from the UKM (R 1323565.1.025-2019).
pub fn export_iv(cipher: BlockCipher, ukm: &[u8; 32]) -> &[u8] {
    &ukm[24..24 + cipher.iv_octets()]
}

fn halves(key: &[u8; 64]) -> [Zeroizing<[u8; 32]>; 2] {
    let mut halves = [Zeroizing::new([0; 32]), Zeroizing::new([0; 32])];
    for (half, octets) in halves.iter_mut().zip(key.chunks(32)) {
        half.copy_from_slice(octets);
    }
    halves
}
