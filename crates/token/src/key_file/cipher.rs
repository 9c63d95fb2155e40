//! The ciphers of PBES2: AES-CBC (RFC 8018 appendix B.2.5), ГОСТ 28147-89 CFB (R 50.1.111-2016), Магма and Кузнечик in
//! CTR-ACPKM with and without OMAC (RFC 9337 §5, R 1323565.1.041-2022).

use aes::cipher::{BlockModeDecrypt, BlockModeEncrypt, KeyIvInit, block_padding::Pkcs7};
use der::asn1::{ObjectIdentifier, OctetStringRef};
use kabinet_gost::cipher::gost28147::{self, SBox};
use kabinet_gost::cipher::{BlockCipher, CtrAcpkm, content};
use spki::AlgorithmIdentifierRef;
use zeroize::Zeroizing;

use super::asn1::{self, Gost89Parameters, Gost3412Parameters, identifier, parameters};
use super::error::KeyFileError;
use super::pbkdf2::fresh;
use super::scheme::Scheme;

pub(super) const AES128_CBC: ObjectIdentifier = asn1::oid("2.16.840.1.101.3.4.1.2");
pub(super) const AES192_CBC: ObjectIdentifier = asn1::oid("2.16.840.1.101.3.4.1.22");
pub(super) const AES256_CBC: ObjectIdentifier = asn1::oid("2.16.840.1.101.3.4.1.42");
/// id-Gost28147-89, RFC 4357 §11.2.
pub(super) const GOST89: ObjectIdentifier = asn1::oid("1.2.643.2.2.21");
/// id-gostr3412-2015-magma-ctracpkm, RFC 9337 §7.3.
pub(super) const MAGMA: ObjectIdentifier = asn1::oid("1.2.643.7.1.1.5.1.1");
/// id-gostr3412-2015-magma-ctracpkm-omac.
pub(super) const MAGMA_OMAC: ObjectIdentifier = asn1::oid("1.2.643.7.1.1.5.1.2");
/// id-gostr3412-2015-kuznyechik-ctracpkm.
pub(super) const KUZNYECHIK: ObjectIdentifier = asn1::oid("1.2.643.7.1.1.5.2.1");
/// id-gostr3412-2015-kuznyechik-ctracpkm-omac.
pub(super) const KUZNYECHIK_OMAC: ObjectIdentifier = asn1::oid("1.2.643.7.1.1.5.2.2");

const AES_BLOCK: usize = 16;

/// A cipher with everything but the key.
pub(super) enum Cipher {
    Aes {
        key_length: usize,
        iv: [u8; AES_BLOCK],
    },
    Gost89 {
        substitution: SBox,
        iv: [u8; 8],
    },
    /// The key material is an IV and a seed, of which the mode without OMAC uses the IV only.
    Acpkm {
        cipher: BlockCipher,
        omac: bool,
        ukm: Vec<u8>,
    },
}

impl Cipher {
    /// That of a scheme, with an IV of its own.
    pub(super) fn fresh(scheme: Scheme) -> Result<Self, KeyFileError> {
        let (cipher, omac) = match scheme {
            Scheme::Aes256 => {
                return Ok(Self::Aes {
                    key_length: 32,
                    iv: fresh()?,
                });
            }
            Scheme::Gost89 => {
                return Ok(Self::Gost89 {
                    substitution: SBox::Tc26Z,
                    iv: fresh()?,
                });
            }
            Scheme::Magma => (BlockCipher::Magma, false),
            Scheme::MagmaOmac => (BlockCipher::Magma, true),
            Scheme::Kuznyechik => (BlockCipher::Kuznyechik, false),
            Scheme::KuznyechikOmac => (BlockCipher::Kuznyechik, true),
        };
        let ukm = match cipher {
            BlockCipher::Magma => fresh::<12>()?.to_vec(),
            BlockCipher::Kuznyechik => fresh::<16>()?.to_vec(),
        };
        Ok(Self::Acpkm { cipher, omac, ukm })
    }

    /// Reads the encryption scheme of PBES2.
    pub(super) fn read(algorithm: &AlgorithmIdentifierRef<'_>) -> Result<Self, KeyFileError> {
        match algorithm.oid {
            AES128_CBC => read_aes(algorithm, 16),
            AES192_CBC => read_aes(algorithm, 24),
            AES256_CBC => read_aes(algorithm, 32),
            GOST89 => read_gost89(algorithm),
            MAGMA => read_acpkm(algorithm, BlockCipher::Magma, false),
            MAGMA_OMAC => read_acpkm(algorithm, BlockCipher::Magma, true),
            KUZNYECHIK => read_acpkm(algorithm, BlockCipher::Kuznyechik, false),
            KUZNYECHIK_OMAC => read_acpkm(algorithm, BlockCipher::Kuznyechik, true),
            oid => Err(KeyFileError::Unsupported { oid }),
        }
    }

    /// DER of the algorithm identifier.
    pub(super) fn write(&self) -> Result<Vec<u8>, KeyFileError> {
        match self {
            Self::Aes { key_length, iv } => {
                let oid = match key_length {
                    16 => AES128_CBC,
                    24 => AES192_CBC,
                    _ => AES256_CBC,
                };
                identifier(oid, &OctetStringRef::new(iv)?)
            }
            Self::Gost89 { substitution, iv } => {
                let parameters = Gost89Parameters {
                    iv: OctetStringRef::new(iv)?,
                    substitution: substitution.oid(),
                };
                identifier(GOST89, &parameters)
            }
            Self::Acpkm { cipher, omac, ukm } => {
                let oid = match (cipher, omac) {
                    (BlockCipher::Magma, false) => MAGMA,
                    (BlockCipher::Magma, true) => MAGMA_OMAC,
                    (BlockCipher::Kuznyechik, false) => KUZNYECHIK,
                    (BlockCipher::Kuznyechik, true) => KUZNYECHIK_OMAC,
                };
                let parameters = Gost3412Parameters {
                    ukm: OctetStringRef::new(ukm)?,
                };
                identifier(oid, &parameters)
            }
        }
    }

    /// Octets of the key.
    pub(super) fn key_length(&self) -> usize {
        match self {
            Self::Aes { key_length, .. } => *key_length,
            Self::Gost89 { .. } | Self::Acpkm { .. } => 32,
        }
    }

    /// Encrypts; an OMAC goes behind the content, encrypted with it.
    pub(super) fn encrypt(&self, key: &[u8], content: &[u8]) -> Result<Vec<u8>, KeyFileError> {
        // Room for padding or the OMAC, so that no copy of the plaintext is left behind by growing.
        let mut buffer = Zeroizing::new(Vec::with_capacity(content.len() + AES_BLOCK));
        buffer.extend_from_slice(content);
        match self {
            Self::Aes { key_length, iv } => {
                buffer.resize(content.len() + AES_BLOCK, 0);
                let length = match key_length {
                    16 => padded::<cbc::Encryptor<aes::Aes128>>(key, iv, &mut buffer, content.len())?,
                    24 => padded::<cbc::Encryptor<aes::Aes192>>(key, iv, &mut buffer, content.len())?,
                    _ => padded::<cbc::Encryptor<aes::Aes256>>(key, iv, &mut buffer, content.len())?,
                };
                buffer.truncate(length);
            }
            Self::Gost89 { substitution, iv } => {
                gost28147::cfb_encrypt(*substitution, key32(key)?, *iv, &mut buffer);
            }
            Self::Acpkm {
                cipher,
                omac: false,
                ukm,
            } => {
                apply_acpkm(*cipher, cipher.cms_section(), key, ukm, &mut buffer)?;
            }
            Self::Acpkm {
                cipher,
                omac: true,
                ukm,
            } => {
                let code = content::encrypt(*cipher, key32(key)?, ukm, &mut buffer)
                    .map_err(|_| KeyFileError::Malformed)?;
                buffer.extend_from_slice(&code);
            }
        }
        Ok(std::mem::take(&mut buffer))
    }

    /// Decrypts. Only a wrong padding and a wrong OMAC show that the key is wrong.
    pub(super) fn decrypt(&self, key: &[u8], content: &[u8]) -> Result<Zeroizing<Vec<u8>>, KeyFileError> {
        let mut buffer = Zeroizing::new(content.to_vec());
        match self {
            Self::Aes { key_length, iv } => {
                let length = match key_length {
                    16 => unpadded::<cbc::Decryptor<aes::Aes128>>(key, iv, &mut buffer)?,
                    24 => unpadded::<cbc::Decryptor<aes::Aes192>>(key, iv, &mut buffer)?,
                    _ => unpadded::<cbc::Decryptor<aes::Aes256>>(key, iv, &mut buffer)?,
                };
                buffer.truncate(length);
            }
            Self::Gost89 { substitution, iv } => {
                gost28147::cfb_decrypt(*substitution, key32(key)?, *iv, &mut buffer);
            }
            Self::Acpkm {
                cipher,
                omac: false,
                ukm,
            } => {
                apply_acpkm(*cipher, cipher.cms_section(), key, ukm, &mut buffer)?;
            }
            Self::Acpkm {
                cipher,
                omac: true,
                ukm,
            } => {
                let length = content.len().checked_sub(cipher.block_octets());
                let length = length.ok_or(KeyFileError::Malformed)?;
                buffer.truncate(length);
                content::decrypt(*cipher, key32(key)?, ukm, &mut buffer, &content[length..])
                    .map_err(|_| KeyFileError::PassphraseIncorrect)?;
            }
        }
        Ok(buffer)
    }

    /// Decrypts with the sections between key changes that the GOST engine of OpenSSL has in PBES2: 1 KiB with Магма, 4 KiB
    /// with Кузнечик. `None` when that makes no difference to [`decrypt`](Self::decrypt).
    pub(super) fn decrypt_like_engine(
        &self,
        key: &[u8],
        content: &[u8],
    ) -> Result<Option<Zeroizing<Vec<u8>>>, KeyFileError> {
        let Self::Acpkm {
            cipher,
            omac: false,
            ukm,
        } = self
        else {
            return Ok(None);
        };
        let section = match cipher {
            BlockCipher::Magma => 1 << 10,
            BlockCipher::Kuznyechik => 4 << 10,
        };
        if content.len() <= section {
            return Ok(None);
        }
        let mut buffer = Zeroizing::new(content.to_vec());
        apply_acpkm(*cipher, section, key, ukm, &mut buffer)?;
        Ok(Some(buffer))
    }
}

fn apply_acpkm(
    cipher: BlockCipher,
    section: usize,
    key: &[u8],
    ukm: &[u8],
    data: &mut [u8],
) -> Result<(), KeyFileError> {
    let iv = ukm.get(..cipher.iv_octets()).ok_or(KeyFileError::Malformed)?;
    CtrAcpkm::new(cipher, key32(key)?, iv, section)
        .and_then(|mut stream| stream.apply(data))
        .map_err(|_| KeyFileError::Malformed)
}

fn key32(key: &[u8]) -> Result<&[u8; 32], KeyFileError> {
    key.try_into().map_err(|_| KeyFileError::Malformed)
}

fn read_aes(algorithm: &AlgorithmIdentifierRef<'_>, key_length: usize) -> Result<Cipher, KeyFileError> {
    let iv: &OctetStringRef = parameters(algorithm)?;
    let iv = iv.as_bytes().try_into().map_err(|_| KeyFileError::Malformed)?;
    Ok(Cipher::Aes { key_length, iv })
}

fn read_gost89(algorithm: &AlgorithmIdentifierRef<'_>) -> Result<Cipher, KeyFileError> {
    let parameters: Gost89Parameters<'_> = parameters(algorithm)?;
    let oid = parameters.substitution;
    let iv = parameters.iv.as_bytes();
    Ok(Cipher::Gost89 {
        substitution: SBox::from_oid(&oid).ok_or(KeyFileError::Unsupported { oid })?,
        iv: iv.try_into().map_err(|_| KeyFileError::Malformed)?,
    })
}

fn read_acpkm(
    algorithm: &AlgorithmIdentifierRef<'_>,
    cipher: BlockCipher,
    omac: bool,
) -> Result<Cipher, KeyFileError> {
    let parameters: Gost3412Parameters<'_> = parameters(algorithm)?;
    let ukm = parameters.ukm.as_bytes().to_vec();
    if ukm.len() != content::ukm_octets(cipher) {
        return Err(KeyFileError::Malformed);
    }
    Ok(Cipher::Acpkm { cipher, omac, ukm })
}

/// Encrypts the first `length` octets in place, with their padding behind them, and gives the length of both.
fn padded<M: BlockModeEncrypt + KeyIvInit>(
    key: &[u8],
    iv: &[u8],
    buffer: &mut [u8],
    length: usize,
) -> Result<usize, KeyFileError> {
    let mode = M::new_from_slices(key, iv).map_err(|_| KeyFileError::Malformed)?;
    let encrypted = mode.encrypt_padded::<Pkcs7>(buffer, length);
    Ok(encrypted.map_err(|_| KeyFileError::Malformed)?.len())
}

/// Decrypts in place and gives the length without the padding. A file on disk answers nobody: broken padding is no oracle.
fn unpadded<M: BlockModeDecrypt + KeyIvInit>(
    key: &[u8],
    iv: &[u8],
    buffer: &mut [u8],
) -> Result<usize, KeyFileError> {
    let mode = M::new_from_slices(key, iv).map_err(|_| KeyFileError::Malformed)?;
    let plain = mode.decrypt_padded::<Pkcs7>(buffer);
    Ok(plain.map_err(|_| KeyFileError::PassphraseIncorrect)?.len())
}
